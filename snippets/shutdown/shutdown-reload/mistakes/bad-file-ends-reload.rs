//! The reload loop returns at the first configuration that is wrong.

use std::num::ParseIntError;
use tokio::sync::mpsc;

async fn reload(mut files: mpsc::Receiver<&str>) -> Result<usize, ParseIntError> {
    let mut reloads = 0;
    while let Some(file) = files.recv().await {
        let _limit: u32 = file.parse()?;
        reloads += 1;
    }
    Ok(reloads)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (hangups, files) = mpsc::channel(4);
    for file in ["1O", "10", "20"] {
        let _ = hangups.send(file).await;
    }
    drop(hangups);
    let reloads = reload(files).await.unwrap_or(0);
    println!("reloads after the typing error was mended: {reloads}");
}
