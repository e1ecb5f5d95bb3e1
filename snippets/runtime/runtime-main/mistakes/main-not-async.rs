//! The attribute stands above a function that is not async.

#[tokio::main]
fn main() {
    println!("hello");
}
