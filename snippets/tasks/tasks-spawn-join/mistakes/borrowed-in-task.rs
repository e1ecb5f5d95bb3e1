//! The task borrows a local variable of the function that spawns it.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = String::from("report");
    let task = tokio::spawn(async {
        println!("saving {name}");
    });
    println!("spawned {name}");
    task.await.unwrap();
}
