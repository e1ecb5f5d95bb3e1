//! A library blocks on a runtime of its own, and its user's program is async.

mod weather {
    pub fn temperature() -> std::io::Result<i32> {
        let runtime = tokio::runtime::Runtime::new()?;
        Ok(runtime.block_on(async { 21 }))
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    println!("{} degrees", weather::temperature()?);
    Ok(())
}
