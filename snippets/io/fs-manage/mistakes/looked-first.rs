//! It looks whether the file is there, and somebody removes it before it is opened.

use tokio::fs;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("looked-first-{}", std::process::id()));
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
