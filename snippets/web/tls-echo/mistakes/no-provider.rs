//! Wrong: rustls cannot tell which cryptography to use, as its crate has none or two of them.

use tokio_rustls::rustls::{ClientConfig, RootCertStore};

fn main() {
    let config = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    println!("{:?}", config.alpn_protocols);
}
