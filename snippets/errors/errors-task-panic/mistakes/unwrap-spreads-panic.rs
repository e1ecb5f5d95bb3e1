//! The panic of one task becomes the panic of the task that waits for it.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(async { panic!("bad 3") });
    task.await.unwrap();
}
