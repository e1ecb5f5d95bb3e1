//! A callback from another thread, awaited.

use std::error::Error;
use std::thread;

pub mod completion;

use completion::{Completion, completion};

/// A library that calls back from a thread of its own.
fn measure(callback: impl FnOnce(u32) + Send + 'static) {
    thread::spawn(move || callback(42));
}

/// The same as something to await.
fn measured() -> Completion<u32> {
    let (completer, completion) = completion();
    measure(|value| completer.complete(value));
    completion
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    println!("measured {}", measured().await?);

    let (completer, abandoned) = completion::<u32>();
    drop(completer);
    if let Err(error) = abandoned.await {
        println!("error: {error}");
    }
    Ok(())
}
