//! Says nothing.

fn main() {
    println!("nothing");
}
