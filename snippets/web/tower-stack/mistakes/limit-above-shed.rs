//! Wrong: calls wait for the limit, so `load_shed` below it never has anything to refuse.

use std::time::Duration;

use tower::{BoxError, ServiceBuilder, ServiceExt, load_shed::error::Overloaded};

async fn work((): ()) -> Result<(), BoxError> {
    tokio::time::sleep(Duration::from_millis(10)).await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // The other way round: what is added first stands outside, and must be the shedding.
    let service = ServiceBuilder::new()
        .concurrency_limit(1)
        .load_shed()
        .service_fn(work);
    let call = || service.clone().oneshot(());
    let (a, b, c) = tokio::join!(call(), call(), call());
    let overloaded = [a, b, c]
        .into_iter()
        .filter_map(Result::err)
        .filter(|error| error.is::<Overloaded>())
        .count();
    println!("1 place, 3 calls at once, {overloaded} refused");
}
