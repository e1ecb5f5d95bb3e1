//! Two looks at the wall clock, and in between it was set back by two seconds.

use std::time::{Duration, SystemTime};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = SystemTime::now();
    let end = start - Duration::from_secs(2);
    println!("it took {:?}", end.duration_since(start).unwrap());
}
