//! Wrong: `call` without asking `poll_ready` first.

use tower::{BoxError, Service, ServiceBuilder};

async fn double(n: u32) -> Result<u32, BoxError> {
    Ok(n * 2)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let mut service = ServiceBuilder::new().buffer(8).service_fn(double);
    println!("{}", service.call(21).await?);
    Ok(())
}
