//! Typed messages over UDP: a codec for each datagram.
//!
//! Use it when datagrams have a format of their own: the codec says what a datagram holds, and the
//! loop sees values together with who sent them.
//!
//! Prevents: a datagram that is no message and ends the server, or is decoded again and again.

use std::collections::HashMap;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::{Buf, BufMut, BytesMut};
use futures_util::{SinkExt, StreamExt};
use tokio::net::UdpSocket;
use tokio::time::timeout;
use tokio_util::codec::{Decoder, Encoder};
use tokio_util::udp::UdpFramed;

/// How often a question is sent, as datagrams may be lost.
const TRIES: u32 = 5;
/// How long each answer is waited for.
const TIMEOUT: Duration = Duration::from_millis(500);

/// What a datagram holds: four bytes, sensor and value in network order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    sensor: u16,
    value: i16,
}

#[derive(Debug)]
struct ReadingCodec;

impl Decoder for ReadingCodec {
    type Item = Reading;
    type Error = io::Error;

    /// Unlike on a stream the buffer holds the whole of a datagram: what is missing never comes.
    fn decode(&mut self, datagram: &mut BytesMut) -> io::Result<Option<Reading>> {
        if datagram.is_empty() {
            return Ok(None);
        }
        // Taken in any case: what is left after an error would be decoded again.
        let mut bytes = datagram.split();
        if bytes.len() != 4 {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (sensor, value) = (bytes.get_u16(), bytes.get_i16());
        Ok(Some(Reading { sensor, value }))
    }
}

impl Encoder<Reading> for ReadingCodec {
    type Error = io::Error;

    fn encode(&mut self, reading: Reading, datagram: &mut BytesMut) -> io::Result<()> {
        datagram.put_u16(reading.sensor);
        datagram.put_i16(reading.value);
        Ok(())
    }
}

/// Answers each reading with the highest of its sensor so far.
///
/// # Errors
///
/// Of the socket. What is no reading is ignored.
async fn serve(socket: UdpSocket) -> io::Result<()> {
    let mut datagrams = UdpFramed::new(socket, ReadingCodec);
    // Needs no limit: a sensor's number has two bytes.
    let mut highest: HashMap<u16, i16> = HashMap::new();
    // The stream has no end.
    while let Some(received) = datagrams.next().await {
        let (reading, peer) = match received {
            Ok(received) => received,
            // Windows tells with `ConnectionReset` that an answer could not be delivered.
            Err(error) => match error.kind() {
                io::ErrorKind::InvalidData | io::ErrorKind::ConnectionReset => continue,
                _ => return Err(error),
            },
        };
        let value = highest.entry(reading.sensor).or_insert(reading.value);
        *value = reading.value.max(*value);
        let answer = Reading {
            value: *value,
            ..reading
        };
        // Not through the sink: what it could not send it tries again before all that follows, and
        // so one peer that cannot be reached would be the end for all.
        let mut datagram = BytesMut::new();
        datagrams.codec_mut().encode(answer, &mut datagram)?;
        let _ = datagrams.get_ref().send_to(&datagram, peer).await;
    }
    Ok(())
}

/// Sends a reading and waits for the answer.
///
/// # Errors
///
/// `TimedOut` when no answer came; those of the socket. After one of sending, make `datagrams` anew.
async fn report(
    datagrams: &mut UdpFramed<ReadingCodec>,
    server: SocketAddr,
    reading: Reading,
) -> io::Result<Reading> {
    for _ in 0..TRIES {
        datagrams.send((reading, server)).await?;
        // What others send is skipped. So is a late answer: the highest is never below what was
        // sent.
        let answer = async {
            while let Some(received) = datagrams.next().await {
                let (answer, peer) = match received {
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => continue,
                    received => received?,
                };
                let fits = answer.sensor == reading.sensor && answer.value >= reading.value;
                if peer == server && fits {
                    return Ok(answer);
                }
            }
            Err(io::ErrorKind::UnexpectedEof.into())
        };
        if let Ok(answer) = timeout(TIMEOUT, answer).await {
            return answer;
        }
    }
    Err(io::ErrorKind::TimedOut.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let socket = UdpSocket::bind("127.0.0.1:0").await?;
    let server = socket.local_addr()?;
    tokio::spawn(serve(socket));

    let mut sensor = UdpFramed::new(UdpSocket::bind("127.0.0.1:0").await?, ReadingCodec);
    for value in [-3, 21, 4] {
        // No reading: ignored.
        sensor.get_ref().send_to(b"hello", server).await?;
        let answer = report(&mut sensor, server, Reading { sensor: 7, value }).await?;
        println!("{value}, highest {}", answer.value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(sensor: u16, value: i16) -> Reading {
        Reading { sensor, value }
    }

    async fn framed() -> (UdpFramed<ReadingCodec>, SocketAddr) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        (UdpFramed::new(socket, ReadingCodec), address)
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        let mut datagram = BytesMut::new();
        ReadingCodec
            .encode(reading(513, -2), &mut datagram)
            .unwrap();
        assert_eq!(datagram[..], [2, 1, 0xff, 0xfe]);
        let decoded = ReadingCodec.decode(&mut datagram).unwrap();
        assert_eq!(decoded, Some(reading(513, -2)));
        assert_eq!(ReadingCodec.decode(&mut datagram).unwrap(), None);
    }

    #[tokio::test]
    async fn a_bad_datagram_is_one_error_and_the_next_is_read() {
        let ((mut near, address), (mut far, _)) = (framed().await, framed().await);
        for bad in [&b"abc"[..], b"abcde"] {
            far.get_ref().send_to(bad, address).await.unwrap();
            far.send((reading(1, 2), address)).await.unwrap();
            let error = near.next().await.unwrap().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidData);
            assert_eq!(near.next().await.unwrap().unwrap().0, reading(1, 2));
        }
    }

    #[tokio::test]
    async fn the_highest_is_kept_for_each_sensor() {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let server = socket.local_addr().unwrap();
        tokio::spawn(serve(socket));
        let (mut sensor, _) = framed().await;
        for (sent, expected) in [((1, 5), 5), ((2, -5), -5), ((1, 3), 5)] {
            let sent = reading(sent.0, sent.1);
            let answer = report(&mut sensor, server, sent).await.unwrap();
            assert_eq!(answer, reading(sent.sensor, expected));
        }
    }

    #[tokio::test]
    async fn answers_of_others_do_not_count() {
        let (mut server, address) = framed().await;
        let (mut sensor, client) = framed().await;
        let (mut stranger, _) = framed().await;
        stranger.get_ref().send_to(b"hello", client).await.unwrap();
        stranger.send((reading(1, 99), client)).await.unwrap();
        let answering = async {
            let (asked, peer) = server.next().await.unwrap().unwrap();
            // A late one, to an earlier question.
            server.send((reading(1, -7), peer)).await.unwrap();
            server.send((asked, peer)).await.unwrap();
        };
        let (answer, ()) = tokio::join!(report(&mut sensor, address, reading(1, 2)), answering);
        assert_eq!(answer.unwrap(), reading(1, 2));
    }
}
