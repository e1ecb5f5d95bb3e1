//! `main` returns while its task still waits, so the task is cancelled half way.

use std::time::Duration;

struct Report {
    saved: bool,
}

impl Drop for Report {
    fn drop(&mut self) {
        if !self.saved {
            println!("lost: the report was never saved");
        }
    }
}

#[tokio::main]
async fn main() {
    let mut report = Report { saved: false };
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3600)).await;
        report.saved = true;
    });
}
