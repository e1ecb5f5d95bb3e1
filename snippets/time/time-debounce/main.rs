//! Three versions in a burst are one reload; so is the one before the end.

use debounce::{Debounced, MAX_WAIT, QUIET};
use std::error::Error;
use tokio::sync::watch;

pub mod debounce;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (versions, changes) = watch::channel(0);
    let mut settled = Debounced::new(changes, QUIET, MAX_WAIT);

    for version in 1..=3 {
        versions.send(version)?;
    }
    println!("{:?}", settled.next().await);

    versions.send(4)?;
    drop(versions);
    println!("{:?}", settled.next().await);
    println!("{:?}", settled.next().await);
    Ok(())
}
