//! Wrong: a stage fails, and its end looks to the consumer like the end of the data.

use std::num::ParseIntError;
use tokio::sync::mpsc;

async fn parse(lines: [&str; 4], numbers: mpsc::Sender<u32>) -> Result<(), ParseIntError> {
    for line in lines {
        let _ = numbers.send(line.parse()?).await;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, mut numbers) = mpsc::channel(8);
    tokio::spawn(parse(["1", "2", "three", "4"], sender));

    let mut sum = 0;
    while let Some(number) = numbers.recv().await {
        sum += number;
    }
    println!("done, the sum is {sum}");
}
