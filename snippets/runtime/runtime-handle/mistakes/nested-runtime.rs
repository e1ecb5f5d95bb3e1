//! A synchronous helper starts a runtime and is called from async code.

use tokio::runtime::Runtime;

fn load() -> std::io::Result<u32> {
    Runtime::new()?.block_on(async { Ok(42) })
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    println!("{}", load()?);
    Ok(())
}
