//! The task keeps a reference that was passed to the function.

async fn print_all(names: &[String]) {
    let task = tokio::spawn(async move {
        for name in names {
            println!("{name}");
        }
    });
    task.await.unwrap();
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    print_all(&[String::from("report")]).await;
}
