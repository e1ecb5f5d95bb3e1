//! Two names, a client with a certificate, one without, and one that is silent meanwhile.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tls_server::Identity;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio_rustls::{TlsConnector, server::TlsStream};
use tokio_util::sync::CancellationToken;

pub mod tls_server;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Signed = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

/// Stands in for your authority: its certificate, and what it signed for each of `names`.
fn authority(names: &[&str]) -> Result<(RootCertStore, Vec<Signed>), BoxError> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let mut signed: Vec<Signed> = Vec::new();
    for name in names {
        let key = KeyPair::generate()?;
        let params = CertificateParams::new([(*name).to_owned()])?;
        let certificate = params.signed_by(&key, &authority)?;
        signed.push((vec![certificate.into()], key.into()));
    }
    let mut roots = RootCertStore::empty();
    roots.add(authority.as_ref().der().clone())?;
    Ok((roots, signed))
}

fn client(roots: RootCertStore, own: Option<Signed>) -> Result<TlsConnector, BoxError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots);
    let config = match own {
        Some((chain, key)) => config.with_client_auth_cert(chain, key)?,
        None => config.with_no_client_auth(),
    };
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Says which name the client asked for.
async fn greet(mut stream: TlsStream<TcpStream>) {
    let name = stream.get_ref().1.server_name().unwrap_or("nobody");
    let greeting = format!("this is {name}");
    let said = async {
        stream.write_all(greeting.as_bytes()).await?;
        stream.shutdown().await
    };
    if let Err(error) = said.await {
        eprintln!("client lost: {error}");
    }
}

async fn ask(client: &TlsConnector, socket: TcpStream, name: &'static str) -> io::Result<String> {
    let name = ServerName::try_from(name).map_err(io::Error::other)?;
    let mut stream = client.connect(name, socket).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::main]
async fn main() -> Result<(), BoxError> {
    let (roots, mut signed) = authority(&["a.test", "b.test", "client"])?;
    let own = signed.pop();
    let identities = ["a.test", "b.test"].into_iter().zip(signed);
    let identities = identities
        .map(|(name, (chain, key))| Identity {
            name: name.to_owned(),
            chain,
            key,
        })
        .collect();
    let config = Arc::new(tls_server::config(identities, roots.clone())?);

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let stop = CancellationToken::new();
    let server = tokio::spawn(tls_server::serve(listener, config, stop.clone(), greet));

    let silent = TcpStream::connect(address).await?;
    let known = client(roots.clone(), own)?;
    for name in ["a.test", "b.test"] {
        let socket = TcpStream::connect(address).await?;
        println!("{}", ask(&known, socket, name).await?);
    }
    let unknown = client(roots, None)?;
    let socket = TcpStream::connect(address).await?;
    let refused = ask(&unknown, socket, "a.test").await.is_err();
    println!("without a certificate refused: {refused}");

    drop(silent);
    stop.cancel();
    server.await?;
    println!("stopped");
    Ok(())
}
