//! Code that runs in WebAssembly and natively, and what of Tokio works there.
//!
//! Use it when a crate is built for `wasm32` too. Tokio builds there with `io-util`, `macros`, `rt`,
//! `sync` and `time`, and no other feature (on Emscripten also `fs`, `io-std` and, with `-pthread`,
//! `rt-multi-thread`). On `wasm32-unknown-unknown` (the browser) timers panic, as do `spawn_blocking`
//! and a runtime with nothing to do; WASI has working timers. So the core takes its timer as a
//! parameter and spawns nothing, and the rest is for native targets alone:
//!
//! ```toml
//! [dependencies]
//! tokio = { version = "1.54.1", features = ["macros", "sync"] }
//!
//! [target.'cfg(not(target_family = "wasm"))'.dependencies]
//! tokio = { version = "1.54.1", features = ["rt", "time"] }
//! ```
//!
//! In the browser, `wasm_bindgen_futures::spawn_local` drives the future, and a timer is a future over
//! `setTimeout`, such as gloo-timers'.
//!
//! Prevents: "Only features sync,macros,io-util,rt,time are supported on wasm", and the panic "time
//! not implemented on this platform" at run time.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

/// How long one answer may take.
const LIMIT: Duration = Duration::from_millis(20);

/// A question: what is twice this number?
type Question = (u32, oneshot::Sender<u64>);

/// The portable part: channels and `select!` need neither a runtime nor threads.
async fn answer_all(mut questions: mpsc::Receiver<Question>) {
    while let Some((number, mut answer)) = questions.recv().await {
        // Zero is the one that this service never answers in time.
        if number > 0 {
            let _ = answer.send(u64::from(number) * 2);
        } else {
            answer.closed().await;
        }
    }
}

/// The answer, or `None` when `limit` is over first or the service is gone.
async fn ask(
    service: &mpsc::Sender<Question>,
    number: u32,
    limit: impl Future<Output = ()>,
) -> Option<u64> {
    let asking = async {
        let (answer, answered) = oneshot::channel();
        service.send((number, answer)).await.ok()?;
        answered.await.ok()
    };
    tokio::select! {
        biased;
        answer = asking => answer,
        () = limit => None,
    }
}

// The native part: a runtime that drives the futures, and its timer.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (service, questions) = mpsc::channel(8);
    let answering = tokio::spawn(answer_all(questions));
    for number in [21, 0, 4] {
        let answer = ask(&service, number, tokio::time::sleep(LIMIT)).await;
        println!("{number}: {answer:?}");
    }
    drop(service);
    answering.await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    /// As the browser does it: one thread, no runtime of Tokio's, a poll at each event.
    #[test]
    fn the_core_needs_no_runtime() {
        let (service, questions) = mpsc::channel(1);
        let mut context = Context::from_waker(Waker::noop());
        let mut answering = pin!(answer_all(questions));

        for (number, expected) in [(0, None), (21, Some(42))] {
            let (pass, passed) = oneshot::channel();
            let limit = async { assert_eq!(passed.await, Ok(())) };
            let mut asking = pin!(ask(&service, number, limit));
            assert_eq!(asking.as_mut().poll(&mut context), Poll::Pending);
            assert_eq!(answering.as_mut().poll(&mut context), Poll::Pending);
            // Both at once: an answer that is there wins over the limit.
            assert_eq!(pass.send(()), Ok(()));
            assert_eq!(asking.as_mut().poll(&mut context), Poll::Ready(expected));
        }

        drop(service);
        assert_eq!(answering.as_mut().poll(&mut context), Poll::Ready(()));
    }

    #[tokio::test]
    async fn a_service_that_is_gone_is_no_answer() {
        let (service, questions) = mpsc::channel(1);
        drop(questions);
        assert_eq!(ask(&service, 1, pending()).await, None);
    }
}
