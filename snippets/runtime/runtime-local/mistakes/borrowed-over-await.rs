//! A borrow of a `RefCell` that lasts over an `.await` meets another task's.

use std::cell::RefCell;
use std::rc::Rc;

use tokio::task::{spawn_local, yield_now};

#[tokio::main(flavor = "local")]
async fn main() {
    let total = Rc::new(RefCell::new(0));
    let other = Rc::clone(&total);
    let task = spawn_local(async move { *other.borrow_mut() += 1 });

    let mut sum = total.borrow_mut();
    yield_now().await;
    *sum += 1;
    println!("{sum}");
    drop(sum);
    task.await.unwrap();
}
