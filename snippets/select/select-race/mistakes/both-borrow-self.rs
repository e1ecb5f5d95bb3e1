//! Both branches call a method that takes `&mut self`.

use tokio::sync::mpsc;

struct Session {
    messages: mpsc::Receiver<String>,
    orders: mpsc::Receiver<u32>,
}

impl Session {
    async fn message(&mut self) -> Option<String> {
        self.messages.recv().await
    }

    async fn order(&mut self) -> Option<u32> {
        self.orders.recv().await
    }

    async fn run(&mut self) {
        tokio::select! {
            message = self.message() => println!("{message:?}"),
            order = self.order() => println!("{order:?}"),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (_, messages) = mpsc::channel(1);
    let (_, orders) = mpsc::channel(1);
    Session { messages, orders }.run().await;
}
