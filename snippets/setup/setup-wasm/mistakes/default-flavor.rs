//! Built with the features that WebAssembly allows, and the attribute asks for threads.

#[tokio::main]
async fn main() {
    println!("hello");
}
