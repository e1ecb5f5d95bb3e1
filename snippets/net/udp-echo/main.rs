//! UDP: whole datagrams, a count for each peer, and a client that asks again.
//!
//! Use it when messages are small and a lost one does not matter or is asked for again. A datagram
//! arrives whole or not at all, perhaps twice, perhaps after a later one.
//!
//! Prevents: a datagram cut to the size of the buffer without a word, a client that waits for ever
//! for one that was lost, a table of peers that grows with every forged address.

use std::collections::HashMap;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::timeout;

/// The longest datagram that is accepted; 1200 bytes pass nearly every network in one piece.
const MAX_DATAGRAM: usize = 1_200;
/// Peers that are remembered; the sender's address is easily forged, so there must be an end.
const MAX_PEERS: usize = 10_000;
/// How long a client waits for its answer before it asks again.
const REPLY_TIMEOUT: Duration = Duration::from_millis(250);
/// How often a client asks.
const TRIES: u32 = 3;

/// Receives one datagram; `None` if it was too long.
///
/// Cancel safe: nothing is taken from the socket unless it is returned.
async fn receive(socket: &UdpSocket) -> io::Result<Option<(Vec<u8>, SocketAddr)>> {
    // One byte more than allowed: a datagram that fills it was too long, and perhaps cut.
    let mut buffer = vec![0; MAX_DATAGRAM + 1];
    let (length, peer) = match socket.recv_from(&mut buffer).await {
        // What does not fit is cut without a word on Unix, an error on Windows (WSAEMSGSIZE).
        Err(error) if cfg!(windows) && error.raw_os_error() == Some(10_040) => return Ok(None),
        received => received?,
    };
    if length > MAX_DATAGRAM {
        return Ok(None);
    }
    buffer.truncate(length);
    Ok(Some((buffer, peer)))
}

/// Counts a datagram of `peer`.
fn count(counts: &mut HashMap<SocketAddr, u64>, peer: SocketAddr) -> u64 {
    if counts.len() >= MAX_PEERS && !counts.contains_key(&peer) {
        // All forgotten: else the first forged addresses would lock everybody out for ever.
        counts.clear();
    }
    let count = counts.entry(peer).or_default();
    *count += 1;
    *count
}

/// Answers each datagram with the peer's count and its text, for ever.
///
/// One task for all: there are no connections, and a task for each datagram would know no limit.
async fn serve(socket: UdpSocket) -> io::Result<()> {
    let mut counts = HashMap::new();
    loop {
        let (text, peer) = match receive(&socket).await {
            Ok(Some(datagram)) => datagram,
            Ok(None) => continue,
            // Windows tells here that an earlier answer found nobody.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => continue,
            Err(error) => return Err(error),
        };
        let mut reply = format!("{}: ", count(&mut counts, peer)).into_bytes();
        reply.extend_from_slice(&text);
        // A peer that cannot be reached is not the server's problem.
        if let Err(error) = socket.send_to(&reply, peer).await {
            eprintln!("{peer}: {error}");
        }
    }
}

/// Asks up to [`TRIES`] times; what it asks must do no harm when it arrives twice.
///
/// `ConnectionRefused` says that nobody has the server's port at the moment.
async fn ask(server: SocketAddr, question: &[u8]) -> io::Result<Vec<u8>> {
    // Any address of this machine, of the server's family: one of the loopback reaches no other.
    let any: IpAddr = match server {
        SocketAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        SocketAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    let socket = UdpSocket::bind((any, 0)).await?;
    // From now on only this server's datagrams are received, nobody else's.
    socket.connect(server).await?;
    let mut buffer = vec![0; 64 * 1024];
    for _ in 0..TRIES {
        socket.send(question).await?;
        if let Ok(length) = timeout(REPLY_TIMEOUT, socket.recv(&mut buffer)).await {
            buffer.truncate(length?);
            return Ok(buffer);
        }
    }
    Err(ErrorKind::TimedOut.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let server = socket.local_addr()?;
    tokio::spawn(serve(socket));

    let reply = ask(server, b"hello").await?;
    println!("{}", String::from_utf8_lossy(&reply));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn bind() -> io::Result<(UdpSocket, SocketAddr)> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = socket.local_addr()?;
        Ok((socket, address))
    }

    #[tokio::test]
    async fn each_peer_has_its_own_count_and_too_long_ones_have_none() -> io::Result<()> {
        let (socket, server) = bind().await?;
        tokio::spawn(serve(socket));
        let mut buffer = vec![0; MAX_DATAGRAM + 3];
        for _ in 0..2 {
            let (client, _) = bind().await?;
            client.connect(server).await?;
            client.send(&vec![b'x'; MAX_DATAGRAM + 1]).await?;
            for expected in [&b"1: a"[..], b"2: ", b"3: \xff"] {
                client.send(&expected[3..]).await?;
                let length = client.recv(&mut buffer).await?;
                assert_eq!(&buffer[..length], expected);
            }
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_longest_passes_and_one_byte_more_is_too_long() -> io::Result<()> {
        let ((receiver, address), (sender, from)) = (bind().await?, bind().await?);
        for (length, passes) in [(0, true), (MAX_DATAGRAM, true), (MAX_DATAGRAM + 1, false)] {
            sender.send_to(&vec![7; length], address).await?;
            let expected = passes.then(|| (vec![7; length], from));
            assert_eq!(receive(&receiver).await?, expected);
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_client_asks_again_and_hears_its_server_only() -> io::Result<()> {
        let (socket, server) = bind().await?;
        let answer = async {
            // The first question is lost, if there is a second one.
            if TRIES > 1 {
                receive(&socket).await?;
            }
            let Some((_, client)) = receive(&socket).await? else {
                return Err(ErrorKind::InvalidData.into());
            };
            bind().await?.0.send_to(b"from a stranger", client).await?;
            socket.send_to(b"answer", client).await
        };
        let (reply, sent) = tokio::join!(ask(server, b"?"), answer);
        sent?;
        assert_eq!(reply?, b"answer");
        Ok(())
    }

    #[test]
    fn one_peer_too_many_empties_the_table_and_is_counted() {
        let peer = |number| SocketAddr::from((Ipv4Addr::from_bits(number), 1));
        let mut counts = HashMap::new();
        for number in (0..).take(MAX_PEERS) {
            assert_eq!(count(&mut counts, peer(number)), 1);
        }
        assert_eq!(count(&mut counts, peer(0)), 2);
        assert_eq!(counts.len(), MAX_PEERS);
        assert_eq!(count(&mut counts, peer(u32::MAX)), 1);
        assert_eq!(counts.len(), 1);
    }

    #[tokio::test]
    async fn a_server_of_the_other_family_is_asked_too() -> io::Result<()> {
        // Not every machine has that family.
        let Ok(socket) = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).await else {
            return Ok(());
        };
        let server = socket.local_addr()?;
        tokio::spawn(serve(socket));
        assert_eq!(ask(server, b"a").await?, b"1: a");
        Ok(())
    }
}
