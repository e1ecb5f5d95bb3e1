//! Wrong: a client has no time limit unless it is given one.

use tokio::net::TcpListener;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Takes connections and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("reached");
    let client = reqwest::Client::builder().no_proxy().build()?;
    let reply = client.get(url).send().await?.text().await?;
    println!("{reply}");
    Ok(())
}
