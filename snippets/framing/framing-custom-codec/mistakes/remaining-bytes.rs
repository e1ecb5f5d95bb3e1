//! Wrong: the last record ends with the input, not with a `;`, and `decode_eof` knows nothing of it.

use futures_util::StreamExt;
use std::io;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::{Decoder, FramedRead};

struct Records;

impl Decoder for Records {
    type Item = BytesMut;
    type Error = io::Error;

    fn decode(&mut self, source: &mut BytesMut) -> io::Result<Option<BytesMut>> {
        let end = source.iter().position(|&byte| byte == b';');
        Ok(end.map(|end| source.split_to(end + 1)))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut records = FramedRead::new(&b"first;second"[..], Records);
    while let Some(record) = records.next().await {
        match record {
            Ok(record) => println!("{record:?}"),
            Err(error) => println!("{error}"),
        }
    }
}
