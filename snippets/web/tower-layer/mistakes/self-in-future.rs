//! Wrong: the future keeps a borrow of the service, but it must be able to outlive it.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tower::Service;

struct Checked<S>(S);

impl<S> Service<u32> for Checked<S>
where
    S: Service<u32> + Send + 'static,
    S::Future: Send,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: u32) -> Self::Future {
        Box::pin(async move { self.0.call(request).await })
    }
}

fn main() {}
