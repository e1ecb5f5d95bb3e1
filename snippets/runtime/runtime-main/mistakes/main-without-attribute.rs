//! An async `main` without a runtime to run it.

async fn main() {
    println!("hello");
}
