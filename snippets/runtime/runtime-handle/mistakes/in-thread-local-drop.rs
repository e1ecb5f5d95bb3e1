//! A thread-local looks for the runtime when its thread ends.

use tokio::runtime::{Handle, Runtime};

struct Session;

impl Drop for Session {
    fn drop(&mut self) {
        if let Err(error) = Handle::try_current() {
            println!("cannot spawn the farewell: {error}");
        }
    }
}

thread_local!(static SESSION: Session = const { Session });

fn main() -> std::io::Result<()> {
    let runtime = Runtime::new()?;
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            SESSION.with(|_| ());
            let _entered = runtime.enter();
        });
        // The end of the scope alone does not wait for thread-locals.
        let _ = thread.join();
    });
    Ok(())
}
