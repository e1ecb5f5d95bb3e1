//! Wrong: `try_join!` over task handles sees only panics and cancellations, not the tasks' errors.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let save = tokio::spawn(async { Err::<u32, _>("disk full") });
    let load = tokio::spawn(async { Ok::<_, &str>(1) });

    println!("{:?}", tokio::try_join!(save, load));
}
