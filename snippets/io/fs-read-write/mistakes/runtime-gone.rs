//! A file is read through the handle of a runtime that has ended.

use tokio::runtime::Runtime;

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    let handle = runtime.handle().clone();
    drop(runtime);
    if let Err(error) = handle.block_on(tokio::fs::read("settings.toml")) {
        println!("cannot read the settings: {error}");
    }
    Ok(())
}
