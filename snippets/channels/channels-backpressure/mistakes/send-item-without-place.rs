//! An item is sent through a `PollSender` that has no place reserved.

use tokio::sync::mpsc;
use tokio_util::sync::PollSender;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, _receiver) = mpsc::channel(8);
    let mut sender = PollSender::new(sender);
    let _ = sender.send_item("hello");
}
