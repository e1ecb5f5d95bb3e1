//! Wrong: `run(&mut self)` spawns itself, but a task must own what it works on.

use tokio::sync::mpsc;

struct Counter {
    messages: mpsc::Receiver<u32>,
    sum: u32,
}

impl Counter {
    fn run(&mut self) {
        tokio::spawn(async {
            while let Some(number) = self.messages.recv().await {
                self.sum += number;
            }
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_sender, messages) = mpsc::channel(8);
    Counter { messages, sum: 0 }.run();
}
