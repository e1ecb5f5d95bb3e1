//! Async code calls a method of a blocking client.

use tokio::runtime::{Builder, Runtime};

struct Client(Runtime);

impl Client {
    fn get(&self) -> u32 {
        self.0.block_on(async { 42 })
    }
}

fn main() -> std::io::Result<()> {
    let client = Client(Builder::new_current_thread().build()?);
    Builder::new_current_thread().build()?.block_on(async {
        println!("{}", client.get());
    });
    Ok(())
}
