//! The smallest async `main` that hands its errors to the shell.
//!
//! Use it when the program has one runtime for its whole life, which is nearly always. An `Err` from
//! `main` is printed to stderr (in its `Debug` form) and the exit code is 1.
//!
//! Prevents: `unwrap` in `main`, a busy loop in `main` itself (its future runs on the starting thread,
//! not on a worker), and tasks that are lost because `main` returned without waiting for them.

use std::error::Error;
use std::num::ParseIntError;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    // The task may run on any worker. The first `?` reports a panic of the task, the second its error.
    let total = tokio::spawn(sum("19 23")).await??;
    println!("Result: {total}");
    Ok(())
}

async fn sum(numbers: &str) -> Result<u64, ParseIntError> {
    let mut total = 0;
    for number in numbers.split_whitespace() {
        total += u64::from(number.parse::<u32>()?);
        // Stands for the waiting that makes a function worth being async.
        tokio::task::yield_now().await;
    }
    Ok(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn adds_up_what_it_reads() -> Result<(), ParseIntError> {
        assert_eq!(sum("19 23").await?, 42);
        assert_eq!(sum("").await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn a_bad_number_is_an_error_and_not_a_panic() {
        assert!(sum("19 x").await.is_err());
    }

    #[test]
    fn main_prints_and_succeeds() {
        assert!(main().is_ok());
    }
}
