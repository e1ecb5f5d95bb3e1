//! Wrong: the client is never told to trust the authority that signed the server's certificate.

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
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.into()], key.into())?;
    // `roots.add(certificate)` belongs here, with the authority's certificate from a file.
    let roots = RootCertStore::empty();
    let client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let (near, far) = duplex(64 * 1024);
    tokio::spawn(async { TlsAcceptor::from(Arc::new(server)).accept(far).await });
    let name = ServerName::try_from("echo.test")?;
    if let Err(error) = TlsConnector::from(Arc::new(client))
        .connect(name, near)
        .await
    {
        println!("{error}");
    }
    Ok(())
}
