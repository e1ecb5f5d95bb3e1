//! There is no program whose name is `echo hello`.
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // `Command::new("echo").arg("hello")`
    match Command::new("echo hello").output().await {
        Ok(output) => println!("{}", String::from_utf8_lossy(&output.stdout)),
        Err(error) => println!("cannot run it: {error}"),
    }
}
