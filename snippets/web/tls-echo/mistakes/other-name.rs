//! Wrong: the client asks for the address it connects to, and the certificate is for a name.

use std::error::Error;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::duplex;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(["echo.test".to_owned()])?.self_signed(&key)?;
    let mut roots = RootCertStore::empty();
    roots.add(own.der().clone())?;
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.into()], key.into())?;
    let client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let (near, far) = duplex(64 * 1024);
    tokio::spawn(async { TlsAcceptor::from(Arc::new(server)).accept(far).await });
    let name = ServerName::try_from("127.0.0.1")?;
    if let Err(error) = TlsConnector::from(Arc::new(client))
        .connect(name, near)
        .await
    {
        println!("{error}");
    }
    Ok(())
}
