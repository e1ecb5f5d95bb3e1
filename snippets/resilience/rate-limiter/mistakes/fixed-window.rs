//! Wrong: a counter per second lets twice the limit pass where two windows meet.

use std::time::Duration;

const LIMIT: u32 = 10;

#[derive(Default)]
struct Window {
    second: u64,
    count: u32,
}

impl Window {
    fn allow(&mut self, now: Duration) -> bool {
        if now.as_secs() != self.second {
            *self = Self {
                second: now.as_secs(),
                count: 0,
            };
        }
        self.count += 1;
        self.count <= LIMIT
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut window = Window::default();
    let times = [Duration::from_millis(999), Duration::from_millis(1000)];
    let calls = times.iter().flat_map(|now| [*now; 50]);
    let passed = calls.filter(|now| window.allow(*now)).count();
    println!("{passed} calls in 2 ms, at a limit of {LIMIT} a second");
}
