//! Wrong: a simulation ends after 10 s of simulated time, and this client waits for longer.

use std::time::Duration;

fn main() {
    // Here belongs `.simulation_duration(Duration::from_secs(60))`.
    let mut sim = turmoil::Builder::new().build();
    sim.client("client", async {
        tokio::time::sleep(Duration::from_secs(30)).await;
        Ok(())
    });
    sim.run().expect("the client ends");
}
