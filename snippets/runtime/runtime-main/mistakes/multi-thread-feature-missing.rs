//! The default flavor is used, but the feature `rt-multi-thread` of Tokio is off.

#[tokio::main]
async fn main() {
    println!("hello");
}
