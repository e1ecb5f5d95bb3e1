//! Wrong: the server drops its stream without `shutdown`, so the client must think of an attack.

use std::error::Error;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
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
    tokio::spawn(async move {
        let mut tls = TlsAcceptor::from(Arc::new(server)).accept(far).await?;
        tls.write_all(b"the whole answer").await?;
        tls.flush().await
        // Here belongs `tls.shutdown().await`, which says `close_notify`.
    });
    let name = ServerName::try_from("echo.test")?;
    let mut tls = TlsConnector::from(Arc::new(client))
        .connect(name, near)
        .await?;
    let mut answer = String::new();
    if let Err(error) = tls.read_to_string(&mut answer).await {
        println!("{error}");
    }
    Ok(())
}
