//! Echoes what is typed, until the input ends or somebody presses Ctrl-C.

use std::{io, pin::pin};
use stdin_lines::lines;
use tokio::signal::ctrl_c;

pub mod stdin_lines;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let mut lines = lines(io::stdin())?;
    // One listener for the whole loop: one for each turn would miss what comes between two.
    let mut ctrl_c = pin!(ctrl_c());
    loop {
        tokio::select! {
            line = lines.recv() => {
                let Some(line) = line else {
                    println!("the input has ended");
                    return Ok(());
                };
                println!("you typed: {}", line?);
            }
            pressed = &mut ctrl_c => {
                println!("stopped");
                return pressed;
            }
        }
    }
}
