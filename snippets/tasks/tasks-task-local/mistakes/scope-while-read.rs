//! A task-local gets a new value inside the closure that still reads the old one.

tokio::task_local! {
    static DEPTH: u32;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    DEPTH.sync_scope(0, || {
        DEPTH.with(|depth| DEPTH.sync_scope(depth + 1, || println!("{}", DEPTH.get())));
    });
}
