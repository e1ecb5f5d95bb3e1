//! The idle timeout begins anew in each turn of the loop, also in those that were only a tick.

use std::time::Duration;
use tokio::io::{AsyncReadExt, duplex};
use tokio::time::{Instant, interval, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let idle = Duration::from_millis(20);
    let (_client, mut server) = duplex(64);
    let mut statistics = interval(idle / 4);
    let start = Instant::now();
    loop {
        let turn = timeout(idle, async {
            tokio::select! {
                _ = server.read_u8() => println!("a sign of life"),
                _ = statistics.tick() => {}
            }
        });
        if turn.await.is_err() {
            println!("idle");
            break;
        }
        if start.elapsed() > 20 * idle {
            println!("a silent peer is still connected after 20 idle timeouts");
            break;
        }
    }
}
