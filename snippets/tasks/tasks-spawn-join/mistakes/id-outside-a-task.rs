//! The id of the current task is asked for in `main`, which is no task.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("started by task {}", tokio::task::id());
}
