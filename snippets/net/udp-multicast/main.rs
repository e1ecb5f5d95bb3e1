//! UDP multicast: one datagram to everybody who has joined the group.
//!
//! Use it when programs on one network find each other or share news without knowing addresses:
//! discovery, market data, cache invalidation. Several programs of one machine may join, too.
//!
//! Prevents: "address in use" for the second member on a machine, a group joined on the wrong
//! network card, and a receiver that takes another group's datagrams for its own.

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::UdpSocket;

/// From 239.255.0.0/16, the block for local use (RFC 2365).
const GROUP: Ipv4Addr = Ipv4Addr::new(239, 255, 42, 98);
/// The card over which the group is joined and spoken to; a server has several.
const INTERFACE: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Bigger than any datagram of ours, so that a cut one is noticed.
const BUFFER: usize = 2048;

/// A member of the group at `port`; other members on this machine may have the same one.
///
/// # Panics
///
/// Outside of a Tokio runtime with I/O enabled.
fn join(port: u16) -> io::Result<UdpSocket> {
    // `UdpSocket::bind` binds at once, and this option must be set before.
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(true)?;
    // Unix delivers what is sent to the bound address: the group, not all that has this port.
    let address = if cfg!(unix) {
        GROUP
    } else {
        Ipv4Addr::UNSPECIFIED
    };
    socket.bind(&SocketAddr::from((address, port)).into())?;
    socket.set_nonblocking(true)?;
    let socket = UdpSocket::from_std(socket.into())?;
    socket.join_multicast_v4(GROUP, INTERFACE)?;
    Ok(socket)
}

/// A socket that speaks to the group; it need not be a member.
async fn sender() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((INTERFACE, 0)).await?;
    // Otherwise the routing table chooses the card, often not the one that the members listen on.
    SockRef::from(&socket).set_multicast_if_v4(&INTERFACE)?;
    // Members on the same machine hear it, and 1 means that no router passes it on.
    socket.set_multicast_loop_v4(true)?;
    socket.set_multicast_ttl_v4(1)?;
    Ok(socket)
}

async fn receive(member: &UdpSocket) -> io::Result<String> {
    let mut buffer = [0; BUFFER];
    let (length, _) = member.recv_from(&mut buffer).await?;
    if length == BUFFER {
        return Err(io::Error::new(ErrorKind::InvalidData, "too long"));
    }
    Ok(String::from_utf8_lossy(&buffer[..length]).into_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    // A real group has a fixed port; here the first member takes a free one.
    let first = join(0)?;
    let port = first.local_addr()?.port();
    let second = join(port)?;

    sender().await?.send_to(b"news", (GROUP, port)).await?;
    println!("first: {}", receive(&first).await?);
    println!("second: {}", receive(&second).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_member_gets_every_datagram_whoever_sends_it() -> io::Result<()> {
        let first = join(0)?;
        let port = first.local_addr()?.port();
        let members = [first, join(port)?, join(port)?];
        for text in ["one", "two"] {
            sender()
                .await?
                .send_to(text.as_bytes(), (GROUP, port))
                .await?;
            for member in &members {
                assert_eq!(receive(member).await?, text);
            }
        }
        Ok(())
    }

    #[tokio::test]
    async fn another_group_on_the_same_port_is_not_heard() -> io::Result<()> {
        const OTHER: Ipv4Addr = Ipv4Addr::new(239, 255, 42, 99);
        let member = join(0)?;
        let port = member.local_addr()?.port();
        // Joined by somebody on this machine, so it is delivered to it.
        let neighbour = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).await?;
        neighbour.join_multicast_v4(OTHER, INTERFACE)?;
        let sender = sender().await?;
        sender.send_to(b"not ours", (OTHER, port)).await?;
        sender.send_to(b"ours", (GROUP, port)).await?;
        assert_eq!(receive(&member).await?, "ours");
        Ok(())
    }

    #[tokio::test]
    async fn a_datagram_that_may_have_been_cut_is_an_error() -> io::Result<()> {
        let member = join(0)?;
        let group = (GROUP, member.local_addr()?.port());
        let sender = sender().await?;
        for (length, passes) in [(BUFFER - 1, true), (BUFFER, false), (BUFFER + 1, false)] {
            sender.send_to(&vec![b'x'; length], group).await?;
            let received = receive(&member).await.map(|text| text.len());
            assert_eq!(received.ok(), passes.then_some(length));
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_address_that_is_no_group_cannot_be_joined() -> io::Result<()> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let error = socket.join_multicast_v4(Ipv4Addr::new(10, 0, 0, 1), INTERFACE);
        assert_eq!(error.expect_err("no group").kind(), ErrorKind::InvalidInput);
        Ok(())
    }
}
