//! Wrong: one client that speaks plain HTTP to the TLS port ends the server.

use std::error::Error;
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) -> std::io::Result<()> {
    loop {
        let (socket, _) = listener.accept().await?;
        let mut tls = acceptor.accept(socket).await?;
        tls.write_all(b"hello").await?;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let key = KeyPair::generate()?;
    let own = CertificateParams::new(["a.test".to_owned()])?.self_signed(&key)?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.into()], key.into())?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    client
        .write_all(b"GET / HTTP/1.1\r\nhost: a.test\r\n\r\n")
        .await?;
    if let Err(error) = serve(listener, TlsAcceptor::from(Arc::new(config))).await {
        println!("the server has ended: {error}");
    }
    Ok(())
}
