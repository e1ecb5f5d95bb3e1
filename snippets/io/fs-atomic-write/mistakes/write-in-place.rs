//! The old content is gone at the first step, and the new one is cut off by a cancel.
use std::hash::{BuildHasher, RandomState};
use std::{env, fs, io, process};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let path = env::temp_dir().join(format!("write-in-place-{unique:x}"));
    fs::write(&path, "price = 999")?;

    let (half, given_up) = oneshot::channel();
    let update = async {
        let mut file = File::create(&path).await?;
        file.write_all(b"price = 10").await?;
        file.flush().await?;
        // The rest takes longer than somebody is willing to wait.
        let _ = half.send(());
        std::future::pending::<()>().await;
        file.write_all(b"00").await
    };
    tokio::select! {
        _ = update => {}
        _ = given_up => {}
    }
    println!("after the cancel: {:?}", fs::read_to_string(&path)?);
    fs::remove_file(&path)
}
