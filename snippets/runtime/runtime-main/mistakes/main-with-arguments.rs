//! `main` is declared with a parameter.

#[tokio::main]
async fn main(arguments: Vec<String>) {
    println!("{}", arguments.len());
}
