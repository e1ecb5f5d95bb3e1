//! A metric that exists only with `--cfg tokio_unstable`.

use tokio::runtime::Handle;

#[tokio::main]
async fn main() {
    let metrics = Handle::current().metrics();
    println!("spawned so far: {}", metrics.spawned_tasks_count());
}
