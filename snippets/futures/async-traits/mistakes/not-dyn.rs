//! Each implementation's future has a type and a size of its own, which `dyn` cannot know.

trait Store {
    async fn get(&self) -> u32;
}

struct One;

impl Store for One {
    async fn get(&self) -> u32 {
        1
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store: Box<dyn Store> = Box::new(One);
    println!("{}", store.get().await);
}
