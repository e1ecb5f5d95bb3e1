//! A sum over all cores, while the only worker of the runtime goes on with other tasks.

use rayon::prelude::*;
use std::io;

use compute::compute;

pub mod compute;

/// How many numbers are added up.
const NUMBERS: u64 = 1_048_576;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (sum, reply) = tokio::join!(
        compute(|| (0..NUMBERS).into_par_iter().map(|n| n % 2 * 2).sum::<u64>()),
        async {
            tokio::task::yield_now().await;
            "pong"
        }
    );
    let sum = sum.map_err(|_| io::Error::other("the computation panicked"))?;
    println!("{sum}, and meanwhile: {reply}");
    Ok(())
}
