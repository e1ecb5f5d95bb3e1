//! The error type of the function cannot be made from a `JoinError`.

#[derive(Debug)]
enum AppError {
    Failed,
}

async fn work() -> Result<u32, AppError> {
    Err(AppError::Failed)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), AppError> {
    println!("{}", tokio::spawn(work()).await??);
    Ok(())
}
