//! A TLS server: many names, client certificates, limits and a clean stop.
//!
//! Use it when a service speaks TLS itself, without a proxy in front of it.
//!
//! Prevents: one silent client that holds up all others or stays for ever; and a certificate that
//! nobody checks and that lets anybody in.

use std::future::Future;
use std::{io, sync::Arc, time::Duration};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ResolvesServerCertUsingSni, WebPkiClientVerifier};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig, sign::CertifiedKey};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// Connections at once, those in their handshake included.
pub const CONNECTIONS: usize = 1_024;
/// Longest handshake.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// Pause after a failed accept, so that "too many open files" does not spin.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// What a server shows to clients that ask for a name.
pub struct Identity {
    /// The name in the client's greeting (SNI).
    pub name: String,
    /// The certificate for it, then those that lead to the authority.
    pub chain: Vec<CertificateDer<'static>>,
    /// The private key.
    pub key: PrivateKeyDer<'static>,
}

/// Shows the identity that was asked for; asks for a certificate signed by one of `clients`.
///
/// # Errors
///
/// When a certificate or a key is not usable, or `clients` is empty.
pub fn config(
    identities: Vec<Identity>,
    clients: RootCertStore,
) -> Result<ServerConfig, rustls::Error> {
    // Named, so that no other crate's choice of features can leave rustls without one.
    let provider = Arc::new(default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(clients.into(), provider.clone())
        .build()
        .map_err(|error| rustls::Error::General(error.to_string()))?;
    let mut resolver = ResolvesServerCertUsingSni::new();
    for Identity { name, chain, key } in identities {
        resolver.add(&name, CertifiedKey::from_der(chain, key, &provider)?)?;
    }
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier)
        .with_cert_resolver(Arc::new(resolver)))
}

/// Shakes hands over `socket`; dropping the future closes the connection.
///
/// # Errors
///
/// Of the socket; `InvalidData` with a [`rustls::Error`] when the peers do not agree, `TimedOut`
/// after [`HANDSHAKE_TIMEOUT`].
pub async fn handshake<S>(acceptor: &TlsAcceptor, socket: S) -> io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    timeout(HANDSHAKE_TIMEOUT, acceptor.accept(socket)).await?
}

/// Serves until `stop` is cancelled, then waits for `handle` to end on every connection.
///
/// To limit that, abort this task some time after the cancellation: it aborts what is left. Failed
/// handshakes and panics of `handle` end that connection only.
pub async fn serve<H, F>(
    listener: TcpListener,
    config: Arc<ServerConfig>,
    stop: CancellationToken,
    handle: H,
) where
    H: Fn(TlsStream<TcpStream>) -> F + Clone + Send + 'static,
    F: Future<Output = ()> + Send,
{
    let acceptor = TlsAcceptor::from(config);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => {
                let Ok((socket, peer)) = accepted.inspect_err(|e| eprintln!("accept: {e}")) else {
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                let (acceptor, handle) = (acceptor.clone(), handle.clone());
                connections.spawn(async move {
                    let shaken = handshake(&acceptor, socket).await;
                    if let Ok(stream) = shaken.inspect_err(|e| eprintln!("{peer}: {e}")) {
                        handle(stream).await;
                    }
                });
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::sync::mpsc;
    use tokio::time::Instant;
    use tokio_rustls::rustls::pki_types::ServerName;
    use tokio_rustls::{TlsConnector, client};

    struct Authority(CertifiedIssuer<'static, KeyPair>);

    impl Authority {
        fn new(name: &str) -> Self {
            let mut params = CertificateParams::default();
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.distinguished_name.push(DnType::CommonName, name);
            let key = KeyPair::generate().unwrap();
            Self(CertifiedIssuer::self_signed(params, key).unwrap())
        }

        fn sign(&self, name: &str) -> Identity {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new([name.to_owned()]).unwrap();
            Identity {
                name: name.to_owned(),
                chain: vec![params.signed_by(&key, &self.0).unwrap().into()],
                key: key.into(),
            }
        }

        fn roots(&self) -> RootCertStore {
            let mut roots = RootCertStore::empty();
            roots.add(self.0.as_ref().der().clone()).unwrap();
            roots
        }

        fn client(&self, own: Option<Identity>) -> TlsConnector {
            let builder = rustls::ClientConfig::builder_with_provider(default_provider().into())
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(self.roots());
            let config = match own {
                Some(own) => builder.with_client_auth_cert(own.chain, own.key).unwrap(),
                None => builder.with_no_client_auth(),
            };
            TlsConnector::from(Arc::new(config))
        }

        fn acceptor(&self) -> TlsAcceptor {
            let identities = vec![self.sign("a.test"), self.sign("b.test")];
            TlsAcceptor::from(Arc::new(config(identities, self.roots()).unwrap()))
        }
    }

    /// Both ends of a handshake; the server's gives the name that was asked for.
    async fn meet(
        acceptor: &TlsAcceptor,
        client: TlsConnector,
        name: &'static str,
    ) -> (io::Result<String>, io::Result<()>) {
        let (near, far) = duplex(64 * 1024);
        let server = async {
            let mut stream = handshake(acceptor, far).await?;
            stream.write_all(b"!").await?;
            Ok(stream
                .get_ref()
                .1
                .server_name()
                .unwrap_or_default()
                .to_owned())
        };
        let client = async {
            let name = ServerName::try_from(name).unwrap();
            let mut stream = client.connect(name, near).await?;
            // With TLS 1.3 the client learns only now whether its certificate is welcome.
            stream.read_exact(&mut [0]).await.map(|_| ())
        };
        tokio::join!(server, client)
    }

    fn reason(error: io::Error) -> rustls::Error {
        *error.into_inner().unwrap().downcast().unwrap()
    }

    #[tokio::test]
    async fn each_name_has_its_certificate_and_an_unknown_name_has_none() {
        let ours = Authority::new("ours");
        let acceptor = ours.acceptor();
        for name in ["a.test", "b.test"] {
            let client = ours.client(Some(ours.sign("client")));
            let (server, client) = meet(&acceptor, client, name).await;
            assert_eq!(server.unwrap(), name);
            assert!(client.is_ok());
        }
        let client = ours.client(Some(ours.sign("client")));
        let (server, client) = meet(&acceptor, client, "c.test").await;
        assert!(server.is_err() && client.is_err());
    }

    #[tokio::test]
    async fn clients_without_a_certificate_of_ours_are_refused() {
        let (ours, other) = (Authority::new("ours"), Authority::new("other"));
        let acceptor = ours.acceptor();
        let (server, client) = meet(&acceptor, ours.client(None), "a.test").await;
        assert_eq!(
            reason(server.unwrap_err()),
            rustls::Error::NoCertificatesPresented
        );
        assert!(client.is_err());

        let forged = ours.client(Some(other.sign("client")));
        let (server, client) = meet(&acceptor, forged, "a.test").await;
        let unknown = rustls::CertificateError::UnknownIssuer;
        let unknown = rustls::Error::InvalidCertificate(unknown);
        assert_eq!(reason(server.unwrap_err()), unknown);
        assert!(client.is_err());
    }

    #[tokio::test]
    async fn a_server_of_another_authority_is_refused() {
        let (ours, other) = (Authority::new("ours"), Authority::new("other"));
        let client = ours.client(Some(ours.sign("client")));
        let (server, client) = meet(&other.acceptor(), client, "a.test").await;
        let unknown = rustls::CertificateError::UnknownIssuer;
        let unknown = rustls::Error::InvalidCertificate(unknown);
        assert_eq!(reason(client.unwrap_err()), unknown);
        assert!(server.is_err());
    }

    #[test]
    fn a_server_that_would_trust_nobody_is_refused() {
        let ours = Authority::new("ours");
        assert!(config(vec![ours.sign("a.test")], RootCertStore::empty()).is_err());
        assert!(config(vec![ours.sign("not a name")], ours.roots()).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_client_is_dropped_at_the_limit() {
        let acceptor = Authority::new("ours").acceptor();
        let (mut near, far) = duplex(64);
        let start = Instant::now();
        let error = handshake(&acceptor, far).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(start.elapsed(), HANDSHAKE_TIMEOUT);
        assert_eq!(near.read(&mut [0]).await.unwrap(), 0);
    }

    async fn connect(to: std::net::SocketAddr, ours: &Authority) -> client::TlsStream<TcpStream> {
        let client = ours.client(Some(ours.sign("client")));
        let socket = TcpStream::connect(to).await.unwrap();
        let name = ServerName::try_from("a.test").unwrap();
        client.connect(name, socket).await.unwrap()
    }

    #[tokio::test]
    async fn a_silent_client_and_a_panic_hold_nobody_up_and_a_stop_waits_for_the_open() {
        let ours = Authority::new("ours");
        let config = Arc::clone(ours.acceptor().config());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let (arrived, mut arrivals) = mpsc::unbounded_channel();
        let handle = move |mut stream: TlsStream<TcpStream>| {
            let arrived = arrived.clone();
            async move {
                arrived.send(()).unwrap();
                let byte = stream.read_u8().await.unwrap();
                stream.write_u8(byte).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        };
        let server = tokio::spawn(serve(listener, config, stop.clone(), handle));

        let silent = TcpStream::connect(address).await.unwrap();
        let gone = connect(address, &ours).await;
        arrivals.recv().await.unwrap();
        drop(gone);

        let mut open = connect(address, &ours).await;
        arrivals.recv().await.unwrap();
        stop.cancel();
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(!server.is_finished());
        open.write_u8(7).await.unwrap();
        assert_eq!(open.read_u8().await.unwrap(), 7);
        drop((open, silent));
        server.await.unwrap();
    }
}
