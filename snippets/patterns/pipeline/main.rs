//! Lines are parsed, squared and summed; a bad line stops all stages, and `main` learns why.

use pipeline::{CAPACITY, Pipeline};
use std::num::ParseIntError;
use tokio::sync::mpsc;

pub mod pipeline;

async fn sum_of_squares(lines: &'static [&str]) -> Result<u64, ParseIntError> {
    let mut pipeline = Pipeline::default();
    let (sender, input) = mpsc::channel(CAPACITY);
    pipeline.spawn(async move {
        for line in lines {
            if sender.send(*line).await.is_err() {
                break;
            }
        }
        Ok(())
    });
    let numbers = pipeline.stage(input, async |line: &str| line.parse::<u64>());
    let mut squares = pipeline.stage(numbers, async |number| Ok(number * number));

    let mut sum = 0;
    while let Some(square) = squares.recv().await {
        sum += square;
    }
    // The end of the channel alone does not tell success from failure.
    pipeline.finish().await?;
    Ok(sum)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for lines in [&["1", "2", "3", "4"][..], &["1", "two", "3"]] {
        match sum_of_squares(lines).await {
            Ok(sum) => println!("{lines:?}: {sum}"),
            Err(error) => println!("{lines:?}: {error}"),
        }
    }
}
