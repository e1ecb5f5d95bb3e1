//! Wrong: the loop goes on polling a future that has already ended.

async fn operation() -> u32 {
    42
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let operation = operation();
    tokio::pin!(operation);
    for _ in 0..2 {
        tokio::select! {
            result = &mut operation => println!("{result}"),
            () = std::future::pending() => {}
        }
    }
}
