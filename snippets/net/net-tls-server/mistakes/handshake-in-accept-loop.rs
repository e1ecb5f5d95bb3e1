//! Wrong: the handshake is awaited in the accept loop, so one silent client stops all others.

use std::error::Error;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(["a.test".to_owned()])?.self_signed(&key)?;
    let mut roots = RootCertStore::empty();
    roots.add(own.der().clone())?;
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.into()], key.into())?;
    let client = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(server));
        while let Ok((socket, _)) = listener.accept().await {
            // Belongs into the task, and there into a `timeout`.
            let Ok(mut tls) = acceptor.accept(socket).await else {
                continue;
            };
            tokio::spawn(async move { tls.write_all(b"hello").await });
        }
    });

    let _silent = TcpStream::connect(address).await?;
    let socket = TcpStream::connect(address).await?;
    println!("reached");
    let name = ServerName::try_from("a.test")?;
    let mut tls = TlsConnector::from(Arc::new(client))
        .connect(name, socket)
        .await?;
    println!("{}", tls.read_u8().await?);
    Ok(())
}
