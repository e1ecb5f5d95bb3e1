//! The time that is left is cut to whole seconds, so it wakes before it is time.

use std::time::Duration;

const DUE: Duration = Duration::from_secs(10_800);

/// Stands for `tokio::time::sleep`, on a clock that does not need real time.
async fn sleep(clock: &mut Duration, time: Duration) {
    tokio::task::yield_now().await;
    *clock += time;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut clock = DUE - Duration::from_millis(2_500);
    let mut runs = 0;
    while clock < DUE && runs < 3 {
        let left = (DUE - clock).as_secs();
        sleep(&mut clock, Duration::from_secs(left)).await;
        runs += 1;
    }
    if clock < DUE {
        println!("{runs} runs, and it is not yet three o'clock");
    }
}
