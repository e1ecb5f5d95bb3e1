//! The old content is gone at the first step, and the new one is cut off at the timeout.
use std::time::Duration;
use std::{env, fs, io, process};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let path = env::temp_dir().join(format!("write-in-place-{}", process::id()));
    fs::write(&path, "price = 999")?;

    let update = async {
        let mut file = File::create(&path).await?;
        file.write_all(b"price = 10").await?;
        file.flush().await?;
        // The rest takes longer than somebody is willing to wait.
        sleep(Duration::from_secs(60)).await;
        file.write_all(b"00").await
    };
    let _ = timeout(Duration::from_millis(200), update).await;
    println!("after the timeout: {:?}", fs::read_to_string(&path)?);
    fs::remove_file(&path)
}
