//! A codec is used, but the feature `codec` of tokio-util is off.

use tokio_util::codec::LinesCodec;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let codec = LinesCodec::new_with_max_length(8 * 1024);
    println!("{}", codec.max_length());
}
