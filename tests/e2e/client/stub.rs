//! The model's side of the wire: answers every message with one word and keeps what it was sent.

use std::fmt::Write as _;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub(super) struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    closed: AtomicBool,
    /// The bodies of the requests for an answer, in the order they came.
    messages: Mutex<Vec<Value>>,
}

struct Request {
    method: String,
    path: String,
    body: Vec<u8>,
}

impl Stub {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port on loopback");
        let address = listener.local_addr().expect("the port's number");
        let shared = Arc::new(Shared::default());
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if serving.closed.load(Ordering::Acquire) {
                    break;
                }
                let serving = Arc::clone(&serving);
                // A client that hangs up early shows in what it prints, not here.
                thread::spawn(move || serving.answer(&connection));
            }
        });
        Self { address, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All text of user messages in the requests since the last time this was asked.
    pub(super) fn take_user_text(&self) -> String {
        let requests = std::mem::take(&mut *self.shared.messages.lock().expect("no poison"));
        let mut texts = Vec::new();
        for request in &requests {
            let messages = request["messages"].as_array().into_iter().flatten();
            for message in messages.filter(|message| message["role"] == "user") {
                match &message["content"] {
                    Value::String(text) => texts.push(text.as_str()),
                    content => {
                        let blocks = content.as_array().into_iter().flatten();
                        texts.extend(blocks.filter_map(|block| block["text"].as_str()));
                    }
                }
            }
        }
        texts.join("\n")
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Release);
        // The listening thread sees the flag at its next connection: this one.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn answer(&self, mut connection: &TcpStream) -> io::Result<()> {
        let request = Request::read(connection)?;
        let (kind, body) = match (request.method.as_str(), request.path.as_str()) {
            ("POST", "/v1/messages") => {
                let asked: Value = serde_json::from_slice(&request.body)?;
                let streamed = asked["stream"] == true;
                self.messages.lock().expect("no poison").push(asked);
                if streamed {
                    ("text/event-stream", event_stream())
                } else {
                    let answer = message(&json!([{"type": "text", "text": "ok"}]));
                    ("application/json", answer.to_string())
                }
            }
            ("POST", "/v1/messages/count_tokens") => {
                ("application/json", json!({"input_tokens": 1}).to_string())
            }
            _ => ("application/json", "{}".to_owned()),
        };
        write!(
            connection,
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        )?;
        if request.method != "HEAD" {
            connection.write_all(body.as_bytes())?;
        }
        Ok(())
    }
}

impl Request {
    fn read(connection: &TcpStream) -> io::Result<Self> {
        let mut reader = BufReader::new(connection);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let mut words = line.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default().to_owned();

        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let Some((name, value)) = header.split_once(':') else {
                break;
            };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Self { method, path, body })
    }
}

fn message(content: &Value) -> Value {
    json!({
        "id": "msg_stub",
        "type": "message",
        "role": "assistant",
        "model": "stub",
        "content": content,
        "stop_reason": null,
        "stop_sequence": null,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    })
}

/// The shortest stream of events that is a whole message.
fn event_stream() -> String {
    let text = |kind, text| json!({"type": kind, "text": text});
    let mut stream = String::new();
    for (kind, mut event) in [
        ("message_start", json!({"message": message(&json!([]))})),
        (
            "content_block_start",
            json!({"index": 0, "content_block": text("text", "")}),
        ),
        (
            "content_block_delta",
            json!({"index": 0, "delta": text("text_delta", "ok")}),
        ),
        ("content_block_stop", json!({"index": 0})),
        (
            "message_delta",
            json!({"delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}}),
        ),
        ("message_stop", json!({})),
    ] {
        event["type"] = kind.into();
        write!(stream, "event: {kind}\ndata: {event}\n\n").expect("a string takes everything");
    }
    stream
}
