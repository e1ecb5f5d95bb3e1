//! A network that fails in tests, the same way in every run, with turmoil.
//!
//! Use it when code must survive a network that fails. Write it for any connection, as `ask` here:
//! it runs on a `TcpStream`, and its tests on turmoil's, where hosts, wires and clock are simulated
//! in one thread. turmoil is a dev-dependency; to see the tests use `show --with-tests`.
//!
//! Prevents: retries and timeouts that are run for the first time when the network really fails.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

/// Longest wait for a connection and its reply.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(100);
/// Attempts in all.
const ATTEMPTS: u32 = 3;

/// Sends `question` as a line and gives the line that comes back, over a new connection each time.
///
/// # Errors
///
/// The last attempt's; `TimedOut` when there was no reply. An error may come after the server has
/// acted, so ask only what may be asked twice.
async fn ask<C, F, S>(mut connect: C, question: &str) -> io::Result<String>
where
    C: FnMut() -> F,
    F: Future<Output = io::Result<S>>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut attempt = 1;
    loop {
        let error = match timeout(TIMEOUT, exchange(connect(), question)).await {
            Ok(Ok(reply)) => return Ok(reply),
            Ok(Err(error)) => error,
            Err(elapsed) => elapsed.into(),
        };
        if attempt == ATTEMPTS {
            return Err(error);
        }
        attempt += 1;
        sleep(PAUSE).await;
    }
}

async fn exchange<F, S>(connect: F, question: &str) -> io::Result<String>
where
    F: Future<Output = io::Result<S>>,
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = BufReader::new(connect.await?);
    stream.write_all(format!("{question}\n").as_bytes()).await?;
    stream.flush().await?;
    let mut reply = String::new();
    stream.read_line(&mut reply).await?;
    // A line without its end was cut off.
    let line = reply
        .strip_suffix('\n')
        .ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(line.to_owned())
}

/// Answers each line with the same line, until the client leaves.
async fn answer<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> io::Result<()> {
    let (mut input, mut output) = tokio::io::split(stream);
    tokio::io::copy(&mut input, &mut output).await?;
    output.shutdown().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        // The first connection is lost without a reply.
        drop(listener.accept().await?);
        let (second, _) = listener.accept().await?;
        answer(second).await
    });
    println!(
        "{}",
        ask(|| TcpStream::connect(address), "anybody there?").await?
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;
    use std::rc::Rc;
    use turmoil::net::{TcpListener, TcpStream};
    use turmoil::{Builder, Sim};

    const PORT: u16 = 7;

    /// A network with a server, where a message is under way for `from` to `to` milliseconds.
    fn network(from: u64, to: u64, seed: u64) -> Sim<'static> {
        let mut sim = Builder::new()
            // Simulated time; the default of 10 s would end longer tests with an error.
            .simulation_duration(Duration::from_secs(60))
            .min_message_latency(Duration::from_millis(from))
            .max_message_latency(Duration::from_millis(to))
            .rng_seed(seed)
            .build();
        sim.host("server", || async {
            let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
            loop {
                let (stream, _) = listener.accept().await?;
                tokio::spawn(answer(stream));
            }
        });
        sim
    }

    /// What a client got, and when. `events` happen at the times that stand with them.
    fn run(mut sim: Sim<'static>, events: &[(Duration, Event)]) -> (io::Result<String>, Duration) {
        let outcome = Rc::new(RefCell::new(None));
        let result = Rc::clone(&outcome);
        sim.client("client", async move {
            let reply = ask(|| TcpStream::connect(("server", PORT)), "hello").await;
            *result.borrow_mut() = Some((reply, turmoil::elapsed()));
            Ok(())
        });
        for (at, event) in events {
            while sim.elapsed() < *at {
                sim.step().unwrap();
            }
            event(&mut sim);
        }
        sim.run().unwrap();
        outcome.take().unwrap()
    }

    type Event = fn(&mut Sim);
    const CUT: Event = |sim| sim.partition("client", "server");
    const REPAIR: Event = |sim| sim.repair("client", "server");
    const CRASH: Event = |sim| sim.crash("server");
    const RESTART: Event = |sim| sim.bounce("server");
    const START: Duration = Duration::ZERO;
    /// Connecting, the question and the reply take 5 ms each.
    const CONNECTED: Duration = Duration::from_millis(7);
    const WHOLE: Duration = Duration::from_millis(15);

    fn steady() -> Sim<'static> {
        network(5, 5, 0)
    }

    #[test]
    fn a_network_that_works() {
        let (reply, at) = run(steady(), &[]);
        assert_eq!((reply.unwrap().as_str(), at), ("hello", WHOLE));
    }

    #[test]
    fn a_dead_server_is_given_up_after_the_last_attempt() {
        let (reply, at) = run(steady(), &[(START, CRASH)]);
        assert_eq!(reply.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(at, TIMEOUT * ATTEMPTS + PAUSE * (ATTEMPTS - 1));
    }

    #[test]
    fn a_reply_that_the_network_lost_is_asked_for_again() {
        let (reply, at) = run(steady(), &[(CONNECTED, CUT), (TIMEOUT, REPAIR)]);
        assert_eq!(reply.unwrap(), "hello");
        assert_eq!(at, TIMEOUT + PAUSE + WHOLE);
    }

    #[test]
    fn a_partition_that_stays_is_an_error() {
        // turmoil refuses connections across a partition; those that are open fall silent.
        let (reply, at) = run(steady(), &[(CONNECTED, CUT)]);
        assert_eq!(reply.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(at, TIMEOUT + PAUSE * (ATTEMPTS - 1));
    }

    #[test]
    fn a_server_that_comes_back_is_found() {
        let (reply, at) = run(steady(), &[(CONNECTED, CRASH), (TIMEOUT / 2, RESTART)]);
        assert_eq!(reply.unwrap(), "hello");
        assert_eq!(at, TIMEOUT / 2 + PAUSE + WHOLE);
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let runs = |seed| run(network(1, 50, seed), &[]).1;
        let first: Vec<Duration> = (0..20).map(runs).collect();
        let second: Vec<Duration> = (0..20).map(runs).collect();
        assert_eq!(first, second);
        assert!(first.iter().any(|time| *time != first[0]));
    }
}
