//! Wrong: a socket of Tokio inside of the simulation, which has none but its own.

fn main() {
    let mut sim = turmoil::Builder::new().build();
    sim.client("client", async {
        // Here belongs `turmoil::net::TcpStream`.
        tokio::net::TcpStream::connect("127.0.0.1:80").await?;
        Ok(())
    });
    sim.run().expect("the client ends");
}
