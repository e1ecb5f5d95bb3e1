//! Wrong: both requests arrive, and this one changes something each time.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::sleep;

static CHARGED: AtomicU32 = AtomicU32::new(0);

async fn charge(amount: u32, reply_lost: bool) {
    // The server has done it.
    CHARGED.fetch_add(amount, Ordering::Relaxed);
    if reply_lost {
        pending::<()>().await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let hedge = async {
        sleep(Duration::from_millis(10)).await;
        charge(10, false).await;
    };
    tokio::select! {
        biased;
        () = charge(10, true) => {}
        () = hedge => {}
    }
    println!("to pay 10, charged {}", CHARGED.load(Ordering::Relaxed));
}
