//! Wrong: both channels close, both patterns fail, and `select!` has no branch left.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_, mut jobs) = mpsc::channel::<u32>(8);
    let (_, mut commands) = mpsc::channel::<u32>(8);

    tokio::select! {
        Some(job) = jobs.recv() => println!("job {job}"),
        Some(command) = commands.recv() => println!("command {command}"),
    }
}
