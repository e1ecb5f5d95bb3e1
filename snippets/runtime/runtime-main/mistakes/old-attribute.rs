//! The attribute is written as in Tokio 0.2.

#[tokio::main(threaded_scheduler)]
async fn main() {
    println!("hello");
}
