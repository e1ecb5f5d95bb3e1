//! Wrong: the decoder takes whatever is in the buffer, also half a frame.

use futures_util::StreamExt;
use std::io;
use tokio::io::AsyncWriteExt;
use tokio_util::bytes::{Buf, BytesMut};
use tokio_util::codec::{Decoder, FramedRead};

/// One byte of length, then a text.
struct Texts;

impl Decoder for Texts {
    type Item = String;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<String>> {
        if source.is_empty() {
            return Ok(None);
        }
        if source[0] < 32 {
            source.advance(1);
        }
        let text = source.split_to(source.len());
        Ok(Some(String::from_utf8_lossy(&text).into_owned()))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // A pipe of four bytes stands for a network that cuts the frame.
    let (mut client, wire) = tokio::io::duplex(4);
    tokio::spawn(async move { client.write_all(b"\x05hello").await });
    let frames = FramedRead::new(wire, Texts).filter_map(async |frame| frame.ok());
    println!("decoded {:?}", frames.collect::<Vec<_>>().await);
}
