//! The size of the length field is given in bits.

use tokio_util::codec::LengthDelimitedCodec;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let codec = LengthDelimitedCodec::builder()
        .length_field_length(32)
        .new_codec();
    println!("{}", codec.max_frame_length());
}
