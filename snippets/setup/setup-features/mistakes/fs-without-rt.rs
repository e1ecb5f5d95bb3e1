//! A file is read with the feature `fs` alone, under another executor.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

fn main() {
    let mut reading = pin!(tokio::fs::read("Cargo.toml"));
    let mut context = Context::from_waker(Waker::noop());
    let _ = reading.as_mut().poll(&mut context);
}
