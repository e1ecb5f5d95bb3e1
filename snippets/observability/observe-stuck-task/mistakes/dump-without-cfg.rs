//! A dump of all tasks, in a build without the feature and the cfg for it.

use tokio::runtime::Handle;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let dump = Handle::current().dump().await;
    for task in dump.tasks().iter() {
        println!("{}", task.trace());
    }
}
