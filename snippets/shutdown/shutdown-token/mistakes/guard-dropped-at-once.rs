//! `let _ =` does not keep the guard: it is dropped in the same line, and cancels the token.
use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let token = CancellationToken::new();
    // A name that begins with `_`, such as `_guard`, keeps it to the end of the block.
    let _ = token.clone().drop_guard();
    let work = token.run_until_cancelled(async { "done" });
    println!("run_until_cancelled: {:?}", work.await);
}
