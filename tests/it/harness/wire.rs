//! Calls made of bytes, for what no generated client would send. It never looks into the bytes.

use bytes::{Buf as _, BufMut as _};
use tokio_stream::iter;
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    service::Interceptor as _,
};

use super::Raw;

/// Calls a method with these messages, and gives all messages of the answer.
pub(crate) async fn call(
    caller: &Raw,
    path: &str,
    messages: Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, Status> {
    call_in(caller, path, messages, "identity").await
}

/// Calls a method with these messages, which the call says to be compressed in that way.
pub(crate) async fn call_in(
    caller: &Raw,
    path: &str,
    messages: Vec<Vec<u8>>,
    encoding: &'static str,
) -> Result<Vec<Vec<u8>>, Status> {
    let (channel, mut bearer) = caller.parts();
    let (mut metadata, extensions, ()) = bearer.call(Request::new(()))?.into_parts();
    metadata.insert("grpc-encoding", encoding.parse().unwrap());
    let request = Request::from_parts(metadata, extensions, iter(messages));
    let mut client = Grpc::new(channel);
    client.ready().await.unwrap();
    let answer = client.streaming(request, path.parse().unwrap(), Bytes);
    let mut answers = answer.await?.into_inner();
    let mut all = Vec::new();
    while let Some(message) = answers.message().await? {
        all.push(message);
    }
    Ok(all)
}

struct Bytes;

impl Codec for Bytes {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Bytes {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut item = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut item);
        Ok(Some(item))
    }
}
