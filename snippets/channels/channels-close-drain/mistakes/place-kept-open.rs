//! A reserved place that nobody fills keeps the drain waiting.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), mpsc::error::SendError<()>> {
    let (jobs, mut receiver) = mpsc::channel::<u32>(16);
    let place = jobs.reserve().await?;

    receiver.close();
    println!("reached");
    println!("{:?}", receiver.recv().await);
    place.send(1);
    Ok(())
}
