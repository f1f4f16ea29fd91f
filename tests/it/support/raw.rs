//! HTTP by hand, for bytes that no proper client would send.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::within;

/// A TCP connection and the bytes that were read too far.
pub struct RawConnection {
    pub stream: TcpStream,
    rest: Vec<u8>,
}

/// One answer, taken apart.
#[derive(Debug)]
pub struct RawAnswer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl RawConnection {
    pub async fn open(address: SocketAddr) -> Self {
        let stream = within("a connection", TcpStream::connect(address)).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP option");
        Self { stream, rest: Vec::new() }
    }

    /// Sends bytes; a server that has closed already is no failure, the answer shows why.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = within("the bytes to leave", self.stream.write_all(bytes.as_ref())).await;
    }

    /// The next answer; `None` when the server closed instead.
    pub async fn answer(&mut self) -> Option<RawAnswer> {
        let end = loop {
            if let Some(end) = self.rest.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            if self.read().await == 0 {
                return None;
            }
        };
        let head = String::from_utf8_lossy(&self.rest[..end]).to_lowercase();
        self.rest.drain(..end);
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        while self.rest.len() < length {
            assert_ne!(self.read().await, 0, "the answer broke off: {head}");
        }
        Some(RawAnswer { status, head, body: self.rest.drain(..length).collect() })
    }

    /// Waits until the server closes and answers what it sent before.
    pub async fn closed(&mut self) -> Vec<u8> {
        while self.read().await > 0 {}
        std::mem::take(&mut self.rest)
    }
    /// Bytes behind the last answer; `None` when the server closed before.
    pub async fn bytes(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.rest.len() < length {
            if self.read().await == 0 {
                return None;
            }
        }
        Some(self.rest.drain(..length).collect())
    }

    /// How many bytes came; a reset counts as the end.
    async fn read(&mut self) -> usize {
        let mut chunk = vec![0; 16 * 1024];
        let length = within("bytes of the server", self.stream.read(&mut chunk)).await.unwrap_or(0);
        self.rest.extend_from_slice(&chunk[..length]);
        length
    }
}

impl RawAnswer {
    /// Fails unless it is a refusal in the API's own form.
    #[track_caller]
    pub fn expect_problem(&self, status: u16, code: &str) {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{}{text}", self.head);
        assert!(self.head.contains("content-type: application/problem+json\r\n"), "{}", self.head);
        let body: Value = serde_json::from_slice(&self.body).expect("a problem is JSON");
        assert_eq!(body["code"], code, "{body}");
        assert_eq!(body["status"], status, "{body}");
    }
}
