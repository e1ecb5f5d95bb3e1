//! A job waits for its turn while the service shuts down.

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let turns = Semaphore::new(0);
    let job = async {
        if let Err(error) = turns.acquire().await {
            println!("the job did not run: {error}");
        }
    };
    let shut_down = async { turns.close() };
    tokio::join!(biased; job, shut_down);
}
