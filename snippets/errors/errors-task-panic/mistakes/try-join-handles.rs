//! `try_join!` over the handles of tasks that can fail.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let failing = tokio::spawn(async { Err::<i32, &str>("inner") });
    let sibling = tokio::spawn(async { Ok::<i32, &str>(1) });
    let results = tokio::try_join!(failing, sibling);
    // Prints Ok((Err("inner"), Ok(1))): the failure passes as a success.
    println!("{results:?}");
}
