//! Wrong: two actors each wait for the other's answer before they take their next message.

use tokio::sync::{mpsc, oneshot};

type Question = oneshot::Sender<u32>;

async fn run(mut questions: mpsc::Receiver<Question>, other: mpsc::Sender<Question>) {
    while let Some(question) = questions.recv().await {
        let (answer, answered) = oneshot::channel();
        let _ = other.send(answer).await;
        let _ = question.send(1 + answered.await.unwrap_or_default());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (ask_left, left) = mpsc::channel(8);
    let (ask_right, right) = mpsc::channel(8);
    tokio::spawn(run(left, ask_right));
    tokio::spawn(run(right, ask_left.clone()));

    let (answer, answered) = oneshot::channel();
    ask_left.send(answer).await?;
    println!("reached");
    println!("{}", answered.await?);
    Ok(())
}
