//! Wrong: `poll_ready` asked `self.inner`, and then a clone of it is called.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::{BoxError, Service, ServiceBuilder, ServiceExt, layer::layer_fn};

#[derive(Clone)]
struct Checked<S>(S);

impl<S> Service<u32> for Checked<S>
where
    S: Service<u32, Error = BoxError, Future: Send> + Clone + Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: u32) -> Self::Future {
        // Right: `let clone = self.0.clone(); let mut inner = mem::replace(&mut self.0, clone);`
        let mut inner = self.0.clone();
        Box::pin(async move {
            tokio::task::yield_now().await;
            inner.call(request).await
        })
    }
}

async fn double(n: u32) -> Result<u32, BoxError> {
    Ok(n * 2)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let service = ServiceBuilder::new()
        .layer(layer_fn(Checked))
        .concurrency_limit(8)
        .service_fn(double);
    println!("{}", service.oneshot(21).await?);
    Ok(())
}
