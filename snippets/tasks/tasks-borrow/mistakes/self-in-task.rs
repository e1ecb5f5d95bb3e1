//! A method spawns a task that uses `self`, which it was only lent.

struct Store {
    words: Vec<String>,
}

impl Store {
    fn print_in_background(&self) {
        tokio::spawn(async move {
            println!("{}", self.words.join(" "));
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = Store {
        words: vec![String::from("hello")],
    };
    store.print_in_background();
}
