//! A task is spawned, but the feature `rt` of Tokio is off.

pub fn start() {
    tokio::spawn(async { println!("in a task") });
}

fn main() {
    start();
}
