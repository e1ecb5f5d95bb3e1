//! Merge sources into one stream of events instead of a large `select!`.
//!
//! Use it when one loop handles several sources that last as long as the loop itself. Where
//! branches come and go by a condition, or a future must be resumed, `select-loop` fits better.
//!
//! Prevents: a loop that never ends because one source has no end, and one that ends, or loses
//! items, when the first of its sources does.

use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, interval_at};
use tokio_stream::wrappers::{IntervalStream, ReceiverStream};
use tokio_stream::{Stream, StreamExt};

/// How often a report is due as long as there are other events to come.
const REPORT_EVERY: Duration = Duration::from_secs(10);

/// Everything that the loop can meet: sources of different items are merged through it.
#[derive(Debug, PartialEq)]
enum Event {
    Job(u32),
    Pause(bool),
    Report,
}

/// All events of both channels, and reports until both are closed and empty.
fn events(jobs: mpsc::Receiver<u32>, pauses: mpsc::Receiver<bool>) -> impl Stream<Item = Event> {
    let jobs = ReceiverStream::new(jobs).map(Event::Job);
    let pauses = ReceiverStream::new(pauses).map(Event::Pause);
    let first = Instant::now() + REPORT_EVERY;
    let reports = IntervalStream::new(interval_at(first, REPORT_EVERY)).map(|_| Event::Report);

    // Sources that are ready take turns. One that ends leaves the other running.
    let ending = jobs.merge(pauses);
    // A ticker has no end and would keep everything alive: a `None` behind the others stops it.
    let ended = tokio_stream::once(None);
    let all = ending.map(Some).chain(ended).merge(reports.map(Some));
    all.map_while(|event| event)
}

/// Handles one event after the other, so that its state needs no lock; returns what it did.
async fn run(events: impl Stream<Item = Event>) -> (u32, u32) {
    let mut events = std::pin::pin!(events);
    let (mut sum, mut skipped, mut paused) = (0, 0, false);
    while let Some(event) = events.next().await {
        match event {
            Event::Job(_) if paused => skipped += 1,
            Event::Job(n) => sum += n,
            Event::Pause(on) => paused = on,
            Event::Report => println!("sum {sum}, skipped {skipped}"),
        }
    }
    (sum, skipped)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let (jobs, jobs_rx) = mpsc::channel(8);
    let (pause, pauses) = mpsc::channel(8);
    let runner = tokio::spawn(run(events(jobs_rx, pauses)));
    drop(pause);
    for n in 1..=3 {
        jobs.send(n).await?;
    }
    drop(jobs);
    println!("{:?}", runner.await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test(start_paused = true)]
    async fn every_event_comes_once_and_sources_take_turns() {
        let (jobs, jobs_rx) = mpsc::channel(8);
        let (pause, pauses) = mpsc::channel(8);
        for n in 0..3 {
            jobs.send(n).await.expect("room");
        }
        pause.send(true).await.expect("room");
        drop((jobs, pause));
        let all: Vec<_> = events(jobs_rx, pauses).collect().await;
        let expected = [
            Event::Job(0),
            Event::Pause(true),
            Event::Job(1),
            Event::Job(2),
        ];
        assert_eq!(all, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn reports_come_on_time_and_end_with_the_others() {
        let (jobs, jobs_rx) = mpsc::channel(8);
        let (_, pauses) = mpsc::channel(8);
        let start = Instant::now();
        let producer = async move {
            jobs.send(1).await.expect("room");
            sleep(REPORT_EVERY * 5 / 2).await;
            drop(jobs);
        };
        let ((), all) = tokio::join!(producer, events(jobs_rx, pauses).collect::<Vec<_>>());
        assert_eq!(all, [Event::Job(1), Event::Report, Event::Report]);
        assert_eq!(start.elapsed(), REPORT_EVERY * 5 / 2);
    }

    #[tokio::test]
    async fn the_loop_keeps_its_state() {
        let list = [
            Event::Job(1),
            Event::Report,
            Event::Pause(true),
            Event::Job(2),
            Event::Pause(false),
            Event::Job(4),
        ];
        assert_eq!(run(tokio_stream::iter(list)).await, (5, 1));
        assert_eq!(run(tokio_stream::empty()).await, (0, 0));
    }
}
