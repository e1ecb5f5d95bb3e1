//! Lines from a person at the keyboard, without a program that will not end.
//!
//! Use it when a program reads its standard input while it does other things. A thread of its own
//! does the reading, and it does not hold up the end of the program.
//!
//! Prevents: a shutdown that waits until somebody presses Enter, as it does with
//! `tokio::io::stdin`, whose read cannot be cancelled.

use std::io::{BufRead, BufReader, Read, Result};
use std::thread;
use tokio::sync::mpsc;

/// Lines that are read before anybody asks for them.
pub const READ_AHEAD: usize = 16;

/// Reads lines on a thread of its own: `lines(std::io::stdin())`, once in a program.
///
/// The receiver gives `None` at the end of the input, after the lines and an error if there was
/// one. When the receiver is gone, the thread ends with the line that it waits for, or with the
/// program.
///
/// # Errors
///
/// Those of starting a thread.
pub fn lines(input: impl Read + Send + 'static) -> Result<mpsc::Receiver<Result<String>>> {
    let (sender, receiver) = mpsc::channel(READ_AHEAD);
    let read = move || {
        for line in BufReader::new(input).lines() {
            // An input that fails may do so for ever, as a terminal that was closed does.
            let failed = line.is_err();
            if sender.blocking_send(line).is_err() || failed {
                break;
            }
        }
    };
    // A plain thread: the runtime waits for those of `spawn_blocking` when it ends.
    thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(read)?;
    Ok(receiver)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, ErrorKind};
    use std::sync::mpsc as blocking;

    async fn all(input: impl Read + Send + 'static) -> Vec<std::result::Result<String, ErrorKind>> {
        let mut receiver = lines(input).expect("a thread");
        let mut all = Vec::new();
        while let Some(line) = receiver.recv().await {
            all.push(line.map_err(|error| error.kind()));
        }
        all
    }

    fn ok(lines: &[&str]) -> Vec<std::result::Result<String, ErrorKind>> {
        lines.iter().map(|&line| Ok(line.to_owned())).collect()
    }

    #[tokio::test]
    async fn lines_and_then_the_end() {
        assert_eq!(all(&b"one\r\n\nthree"[..]).await, ok(&["one", "", "three"]));
        assert_eq!(all(io::empty()).await, []);
    }

    #[tokio::test]
    async fn more_lines_than_are_read_ahead() {
        let input = io::Cursor::new("line\n".repeat(10 * READ_AHEAD));
        assert_eq!(all(input).await.len(), 10 * READ_AHEAD);
    }

    #[tokio::test]
    async fn an_error_is_the_last_thing() {
        let bad = all(&b"one\n\xff\ntwo\n"[..]).await;
        assert_eq!(bad, [Ok("one".to_owned()), Err(ErrorKind::InvalidData)]);
    }

    /// A keyboard: gives what is typed, and waits in between.
    struct Keyboard(blocking::Receiver<&'static [u8]>);

    impl Read for Keyboard {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let typed = self.0.recv().unwrap_or_default();
            buffer[..typed.len()].copy_from_slice(typed);
            Ok(typed.len())
        }
    }

    #[test]
    fn a_runtime_ends_while_the_keyboard_is_silent() {
        let (typing, keyboard) = blocking::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let mut receiver = lines(Keyboard(keyboard)).expect("a thread");
        runtime.expect("a runtime").block_on(async {
            typing.send(b"hel").expect("it reads");
            typing.send(b"lo\nmore").expect("it reads");
            let line = receiver.recv().await.expect("a line").expect("no error");
            assert_eq!(line, "hello");
        });
        // The runtime is gone, and the reader, who still waits, did not hold it up.
        typing.send(b"\n").expect("it still reads");
    }

    #[tokio::test]
    async fn the_thread_ends_when_nobody_listens() {
        let (typing, keyboard) = blocking::channel();
        drop(lines(Keyboard(keyboard)).expect("a thread"));
        while typing.send(b"line\n").is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
