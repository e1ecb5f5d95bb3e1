//! Wrong: each of a thousand idle connections holds a buffer for a request that may never come.

use tokio::io::{AsyncReadExt, DuplexStream, duplex};

async fn serve(mut peer: DuplexStream) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(1..) = peer.read(&mut buffer).await {}
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let peers: Vec<_> = (0..1000).map(|_| duplex(1)).collect();
    let mut held = 0;
    for (peer, _other) in peers {
        let task = serve(peer);
        held += size_of_val(&task) / (16 * 1024);
        tokio::spawn(task);
    }
    println!("1000 idle connections hold {held} buffers");
}
