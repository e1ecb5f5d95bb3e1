//! One `?` for a handle whose task returns a `Result` itself.

async fn work() -> std::io::Result<u32> {
    Ok(7)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let number: u32 = tokio::spawn(work()).await?;
    println!("{number}");
    Ok(())
}
