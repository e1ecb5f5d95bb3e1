//! The value went into the task, and is used after that.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = String::from("report");
    let task = tokio::spawn(async move {
        println!("saving {name}");
    });
    println!("spawned {name}");
    let _ = task.await;
}
