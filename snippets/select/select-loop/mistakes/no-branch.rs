//! All branches were taken out of the `select!`.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::select! {}
}
