//! Two runtimes are entered, and the first guard is dropped first.

use tokio::runtime::Runtime;

fn main() -> std::io::Result<()> {
    let (readers, writers) = (Runtime::new()?, Runtime::new()?);
    let reading = readers.enter();
    let writing = writers.enter();
    drop(reading);
    drop(writing);
    Ok(())
}
