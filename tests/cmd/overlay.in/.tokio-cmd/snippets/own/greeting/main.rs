//! How our team greets.
//!
//! Use it when somebody comes in.

/// Who is greeted.
const NAME: &str = "you";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("hello, {NAME}");
}
