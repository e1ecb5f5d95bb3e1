//! Async tests that return `Result`.
//!
//! Use it when you write the first tests of async code. `#[tokio::test]` gives each test a runtime
//! of its own, with one thread unless you ask for more. Errors leave the test by `?`, which prints
//! the error but not the line: `expect` tells both, where several calls may fail alike.
//!
//! Prevents: assertions in detached tasks, which no test ever hears of, and a runtime built by hand
//! in every test.

use std::num::ParseIntError;
use tokio::sync::mpsc;

/// Adds up the numbers that come, until all senders are gone.
///
/// # Errors
///
/// If a line is not a number; what is still queued then is dropped.
async fn sum(mut lines: mpsc::Receiver<&'static str>) -> Result<u64, ParseIntError> {
    let mut sum = 0;
    while let Some(line) = lines.recv().await {
        sum += line.parse::<u64>()?;
    }
    Ok(sum)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (sender, lines) = mpsc::channel(8);
    for line in ["1", "2", "39"] {
        sender.send(line).await?;
    }
    drop(sender);
    println!("sum {}", sum(lines).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::error::Error;
    use std::num::IntErrorKind;

    type TestResult = Result<(), Box<dyn Error + Send + Sync>>;

    #[tokio::test]
    async fn adds_what_was_sent() -> TestResult {
        let (sender, lines) = mpsc::channel(8);
        for line in ["1", "20"] {
            sender.send(line).await?;
        }
        drop(sender);
        assert_eq!(sum(lines).await?, 21);
        Ok(())
    }

    #[tokio::test]
    async fn nothing_adds_up_to_zero() -> TestResult {
        let (sender, lines) = mpsc::channel(1);
        drop(sender);
        assert_eq!(sum(lines).await?, 0);
        Ok(())
    }

    #[tokio::test]
    async fn names_what_is_wrong_with_a_line() -> TestResult {
        let (sender, lines) = mpsc::channel(1);
        sender.send("one").await?;
        let error = sum(lines).await.expect_err("not a number");
        assert_eq!(*error.kind(), IntErrorKind::InvalidDigit);
        Ok(())
    }

    // The producer is a task: awaiting its handle is what makes its failures those of the test.
    #[tokio::test]
    async fn waits_for_a_slow_producer() -> TestResult {
        let (sender, lines) = mpsc::channel(1);
        let producer = tokio::spawn(async move {
            for line in ["1", "2", "3"] {
                sender.send(line).await?;
            }
            TestResult::Ok(())
        });
        assert_eq!(sum(lines).await?, 6);
        producer.await?
    }

    // Only where code needs it: more threads mean another order in every run.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn many_producers_on_several_threads() -> TestResult {
        let (sender, lines) = mpsc::channel(1);
        let producers: Vec<_> = (0..10)
            .map(|_| {
                let sender = sender.clone();
                tokio::spawn(async move { sender.send("5").await })
            })
            .collect();
        drop(sender);
        assert_eq!(sum(lines).await?, 50);
        for producer in producers {
            producer.await??;
        }
        Ok(())
    }
}
