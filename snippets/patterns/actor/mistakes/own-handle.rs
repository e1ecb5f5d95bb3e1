//! Wrong: the actor keeps a handle to itself, so the last handle is never dropped.

use tokio::sync::mpsc;

struct Actor {
    messages: mpsc::Receiver<u32>,
    // To send itself reminders. A `WeakSender` would not keep the channel open.
    myself: mpsc::Sender<u32>,
}

async fn run(mut actor: Actor) {
    while let Some(number) = actor.messages.recv().await {
        if number > 0 {
            let _ = actor.myself.try_send(number - 1);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (handle, messages) = mpsc::channel(8);
    let myself = handle.clone();
    let task = tokio::spawn(run(Actor { messages, myself }));
    handle.send(3).await?;
    drop(handle);
    println!("reached");
    task.await?;
    Ok(())
}
