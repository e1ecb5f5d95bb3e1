//! The user's id is a label, so every user adds a time series that never goes away.

use std::collections::HashMap;

#[tokio::main]
async fn main() {
    let mut requests = HashMap::new();
    for user in 0..1000 {
        *requests
            .entry(format!("requests_total{{user=\"{user}\"}}"))
            .or_insert(0) += 1;
    }
    println!("time series: {}", requests.len());
}
