//! It looks whether the file is there, and somebody removes it before it is opened.
use std::hash::{BuildHasher, RandomState};
use std::{env, process};
use tokio::fs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let path = env::temp_dir().join(format!("looked-first-{unique:x}"));
    fs::write(&path, "seven").await?;
    if fs::try_exists(&path).await? {
        // Stands for another task or process between the two calls.
        fs::remove_file(&path).await?;
        match fs::read(&path).await {
            Ok(_) => println!("read"),
            Err(error) => println!("it was there a moment ago: {:?}", error.kind()),
        }
    }
    Ok(())
}
