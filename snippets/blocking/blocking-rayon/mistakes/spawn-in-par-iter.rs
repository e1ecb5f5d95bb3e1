//! Tasks are spawned from rayon's threads, which know no runtime.

use rayon::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    (0..4).into_par_iter().for_each(|number| {
        tokio::spawn(async move { println!("{number}") });
    });
}
