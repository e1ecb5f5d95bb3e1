//! Logs with levels, a filter, and a span for each request.
//!
//! Use it when a program should say what it does while it runs: install one subscriber at the start
//! of `main`, mark units of work with `#[instrument]`, and choose levels with `RUST_LOG`.
//!
//! Prevents: `println!` from many tasks at once, whose lines nobody can filter or tell apart; a
//! library that installs a subscriber and so takes the choice away from the program; secrets in logs.

use std::error::Error;
use std::fmt;
use std::io::{self, IsTerminal};

use tokio::task::JoinSet;
use tracing::{debug, info, instrument};
use tracing_subscriber::EnvFilter;

/// What is logged unless `RUST_LOG` says otherwise: a level, then exceptions by crate or module.
const DEFAULT_FILTER: &str = "info,hyper=warn";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    init_logging()?;
    let mut requests = JoinSet::new();
    for (id, token) in [(1, "s3cret"), (2, ""), (3, "s3cret")] {
        requests.spawn(handle(Request { id, token }));
    }
    let done = requests.join_all().await;
    let failed = done.iter().filter(|result| result.is_err()).count();
    println!("{} requests, {failed} failed", done.len());
    Ok(())
}

/// Once, by the program alone: libraries only create spans and events.
fn init_logging() -> Result<(), Box<dyn Error + Send + Sync>> {
    // An empty variable counts as none, or it would switch everything off.
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV).ok();
    let wanted = wanted.filter(|wanted| !wanted.is_empty());
    // A level that is misspelt after `=` ends the program here; a bare word, `inof` too, is taken for
    // the name of a crate.
    let filter = EnvFilter::try_new(wanted.as_deref().unwrap_or(DEFAULT_FILTER))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        // stdout is for what the program was asked for.
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none())
        .try_init()
}

struct Request {
    id: u32,
    token: &'static str,
}

#[derive(Debug)]
struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no token")
    }
}

/// All its events carry the id, also after an await on another thread; `err` logs the error, once.
// Without `skip_all` every argument is recorded, the token too.
#[instrument(skip_all, fields(id = request.id), err)]
async fn handle(request: Request) -> Result<(), Refused> {
    debug!("begins");
    // Stands for the work.
    tokio::task::yield_now().await;
    if request.token.is_empty() {
        return Err(Refused);
    }
    // Fields rather than words: they can be searched for.
    info!(bytes = 512, "answered");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Lines without time and colour. `set_default` holds for this thread, so tests stay apart.
    fn capture(filter: &str) -> (Log, tracing::subscriber::DefaultGuard) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::try_new(filter).unwrap())
            .with_writer(move || writer.clone())
            .without_time()
            .with_target(false)
            .with_ansi(false)
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines(log: &Log) -> String {
        String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
    }

    #[tokio::test]
    async fn events_carry_the_request_and_never_its_token() {
        let (log, _guard) = capture("debug");
        let token = "s3cret";
        assert!(handle(Request { id: 1, token }).await.is_ok());
        assert!(handle(Request { id: 2, token: "" }).await.is_err());
        assert_eq!(
            lines(&log),
            "DEBUG handle{id=1}: begins\n\
             \x20INFO handle{id=1}: answered bytes=512\n\
             DEBUG handle{id=2}: begins\n\
             ERROR handle{id=2}: error=no token\n"
        );
    }

    #[test]
    fn the_filter_decides_by_level_and_by_target() {
        let (log, _guard) = capture("info,hyper=warn");
        info!(target: "hyper", "connection kept");
        tracing::warn!(target: "hyper", "connection lost");
        info!(target: "shop", "sold");
        debug!(target: "shop", "counted");
        assert_eq!(lines(&log), " WARN connection lost\n INFO sold\n");
    }

    #[test]
    fn the_default_is_valid_and_a_misspelt_level_is_an_error() {
        assert!(EnvFilter::try_new(DEFAULT_FILTER).is_ok());
        assert!(EnvFilter::try_new("my_crate=debgu").is_err());
        // Taken for a crate of that name.
        assert!(EnvFilter::try_new("inof").is_ok());
    }
}
