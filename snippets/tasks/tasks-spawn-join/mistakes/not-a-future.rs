//! The result of a plain function is spawned.

fn square(number: u64) -> u64 {
    number * number
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(square(3));
    println!("{}", task.await.unwrap());
}
