//! An async function is called, and nothing of it runs.

async fn save() {
    println!("saved");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    save();
    println!("done");
}
