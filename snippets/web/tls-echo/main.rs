//! TLS on both ends, with a certificate authority of your own.
//!
//! Use it when you need a rustls server or client, and for tests and internal services whose
//! certificates no public authority signs: trust your own, do not switch the check off.
//!
//! Prevents: an encrypted talk with whoever answers; peers that connect and never finish the
//! handshake (for silence after it, see `time-idle-timeout`).

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Longest handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Rest after an accept error, which may not pass at once.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
const NAME: &str = "echo.test";

type BoxError = Box<dyn Error + Send + Sync>;

/// Named in code, so that no other crate's choice of features can leave rustls without one.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A server for [`NAME`], and the certificate of the authority that signed for it.
fn server(authority: &str) -> Result<(TlsAcceptor, CertificateDer<'static>), BoxError> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, authority);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let chain = CertificateParams::new([NAME.to_owned()])?.signed_by(&key, &authority)?;
    let config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![chain.into()], key.into())?;
    let trusted = authority.as_ref().der().clone();
    Ok((TlsAcceptor::from(Arc::new(config)), trusted))
}

/// A client that trusts nobody but `authority`.
fn client(authority: CertificateDer<'static>) -> Result<TlsConnector, BoxError> {
    let mut roots = RootCertStore::empty();
    roots.add(authority)?;
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Gives back what it receives, until the peer's `close_notify`.
async fn echo<S>(acceptor: &TlsAcceptor, socket: S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let tls = timeout(HANDSHAKE_TIMEOUT, acceptor.accept(socket)).await??;
    let (mut input, mut output) = tokio::io::split(tls);
    tokio::io::copy(&mut input, &mut output).await?;
    // Says `close_notify`; a dropped stream would look like one that an attacker has cut off.
    output.shutdown().await
}

async fn ask<S>(connector: &TlsConnector, socket: S, question: &str) -> io::Result<String>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = ServerName::try_from(NAME).map_err(io::Error::other)?;
    let tls = timeout(HANDSHAKE_TIMEOUT, connector.connect(name, socket)).await??;
    let (mut input, mut output) = tokio::io::split(tls);
    let mut answer = String::new();
    // At the same time: who only writes stops when the peer's answers fill the connection.
    tokio::try_join!(
        async {
            output.write_all(question.as_bytes()).await?;
            output.shutdown().await
        },
        input.read_to_string(&mut answer),
    )?;
    Ok(answer)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let (acceptor, authority) = server("ours")?;
    let (_, stranger) = server("somebody's")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        loop {
            match listener.accept().await {
                Ok((socket, _)) => {
                    let acceptor = acceptor.clone();
                    // The handshake is part of the task: a slow peer keeps nobody else waiting.
                    tokio::spawn(async move {
                        if let Err(error) = echo(&acceptor, socket).await {
                            eprintln!("connection: {error}");
                        }
                    });
                }
                Err(error) => {
                    eprintln!("accept: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    });

    let socket = TcpStream::connect(address).await?;
    let answer = ask(&client(authority)?, socket, "tls echo ok").await?;
    println!("{answer}");

    let socket = TcpStream::connect(address).await?;
    if let Err(error) = ask(&client(stranger)?, socket, "hello?").await {
        println!("{error}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::duplex;
    use tokio::time::Instant;
    use tokio_rustls::rustls;

    #[tokio::test]
    async fn a_long_message_comes_back_and_both_ends_close() {
        let (acceptor, authority) = server("ours").unwrap();
        let connector = client(authority).unwrap();
        let (near, far) = duplex(1024);
        let question = "x".repeat(300_000);
        let (answer, served) = tokio::join!(ask(&connector, near, &question), echo(&acceptor, far));
        assert_eq!(answer.unwrap(), question);
        assert!(served.is_ok());
    }

    #[tokio::test]
    async fn an_unknown_authority_and_a_wrong_name_are_refused() {
        let (acceptor, authority) = server("ours").unwrap();
        let (_, stranger) = server("somebody's").unwrap();
        let (near, far) = duplex(64 * 1024);
        let connector = client(stranger).unwrap();
        let (answer, served) = tokio::join!(ask(&connector, near, "?"), echo(&acceptor, far));
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), "invalid peer certificate: UnknownIssuer");
        assert!(served.is_err());

        let (near, far) = duplex(64 * 1024);
        let name = ServerName::try_from("other.test").unwrap();
        let connector = client(authority).unwrap();
        let (tls, _) = tokio::join!(connector.connect(name, near), echo(&acceptor, far));
        let error = tls.unwrap_err().into_inner().unwrap();
        let error = error.downcast::<rustls::Error>().unwrap();
        assert!(matches!(*error, rustls::Error::InvalidCertificate(_)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_peer_is_dropped_at_the_limit() {
        let (acceptor, authority) = server("ours").unwrap();
        let (mut near, far) = duplex(64);
        let start = Instant::now();
        let error = echo(&acceptor, far).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), HANDSHAKE_TIMEOUT);
        assert_eq!(near.read(&mut [0]).await.unwrap(), 0);

        let (near, _far) = duplex(1024);
        let error = ask(&client(authority).unwrap(), near, "?")
            .await
            .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_cut_connection_is_not_taken_for_its_end() {
        let (acceptor, authority) = server("ours").unwrap();
        let (near, far) = duplex(64 * 1024);
        let cut = async {
            let name = ServerName::try_from(NAME).unwrap();
            let mut tls = client(authority)
                .unwrap()
                .connect(name, near)
                .await
                .unwrap();
            tls.write_all(b"x").await.unwrap();
            assert_eq!(tls.read(&mut [0]).await.unwrap(), 1);
        };
        let ((), served) = tokio::join!(cut, echo(&acceptor, far));
        assert_eq!(served.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
