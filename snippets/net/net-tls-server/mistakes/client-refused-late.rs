//! Wrong: a client takes the end of its handshake for the server's consent.

use std::error::Error;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, duplex};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(["a.test".to_owned()])?.self_signed(&key)?;
    let mut roots = RootCertStore::empty();
    roots.add(own.der().clone())?;
    let clients = WebPkiClientVerifier::builder(Arc::new(roots.clone())).build()?;
    let server = ServerConfig::builder()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![own.into()], key.into())?;
    let client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let (near, far) = duplex(64 * 1024);
    tokio::spawn(async { TlsAcceptor::from(Arc::new(server)).accept(far).await });
    let name = ServerName::try_from("a.test")?;
    let mut tls = TlsConnector::from(Arc::new(client))
        .connect(name, near)
        .await?;
    println!("connected");
    if let Err(error) = tls.read_u8().await {
        println!("then: {error}");
    }
    Ok(())
}
