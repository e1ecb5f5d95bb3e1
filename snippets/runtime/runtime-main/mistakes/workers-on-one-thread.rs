//! The number of workers is set for a runtime that has none.

#[tokio::main(flavor = "current_thread", worker_threads = 4)]
async fn main() {
    println!("hello");
}
