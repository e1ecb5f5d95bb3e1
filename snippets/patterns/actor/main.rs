//! One task gives out the numbers, ten tasks ask for one.

use actor::{Actor, MAILBOX, Stopped};
use std::error::Error;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

pub mod actor;

struct Numbers {
    last: u32,
}

enum Request {
    Next { answer: oneshot::Sender<u32> },
    Skip { count: u32 },
}

impl Actor for Numbers {
    type Message = Request;

    async fn handle(&mut self, request: Request) {
        match request {
            Request::Next { answer } => {
                self.last += 1;
                // Who asked may have gone meanwhile.
                let _ = answer.send(self.last);
            }
            Request::Skip { count } => self.last += count,
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (numbers, task) = actor::spawn(Numbers { last: 0 }, MAILBOX);
    numbers.tell(Request::Skip { count: 100 }).await?;

    let mut callers = JoinSet::new();
    for _ in 0..10 {
        let numbers = numbers.clone();
        callers.spawn(async move { numbers.ask(|answer| Request::Next { answer }).await });
    }
    let answers = callers.join_all().await;
    let mut answers = answers.into_iter().collect::<Result<Vec<_>, Stopped>>()?;
    answers.sort_unstable();
    println!("{answers:?}");

    // The last handle: the actor ends, and hands its state back.
    drop(numbers);
    println!("last: {}", task.await?.last);
    Ok(())
}
