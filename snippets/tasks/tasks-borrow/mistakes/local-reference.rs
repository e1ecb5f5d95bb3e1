//! The task gets a reference to a local variable; that its handle is awaited does not help.

async fn count(words: &[String]) -> usize {
    words.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words = vec![String::from("hello")];
    let task = tokio::spawn(count(&words));
    println!("{:?}", task.await);
}
