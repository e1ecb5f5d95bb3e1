//! The attribute is used, but the feature `macros` of Tokio is off.

#[tokio::main]
async fn main() {
    println!("hello");
}
