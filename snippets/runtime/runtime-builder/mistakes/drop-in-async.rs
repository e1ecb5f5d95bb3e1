//! A second runtime is created and dropped inside async code.

use tokio::runtime::Runtime;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let inner = Runtime::new()?;
    inner.spawn(async {});
    drop(inner);
    Ok(())
}
