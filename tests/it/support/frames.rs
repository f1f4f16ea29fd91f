//! WebSocket frames by hand, for those that no proper client would send.

use serde_json::Value;
use vetrina::domain::ids::ShowId;

use super::raw::RawConnection;
use super::server::TestServer;

pub const CONTINUATION: u8 = 0;
pub const TEXT: u8 = 1;
pub const BINARY: u8 = 2;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const FINAL: u8 = 0x80;

/// A frame as a client has to send it: masked, here by zeros.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match payload.len() {
        length @ 0..=125 => bytes.push(0x80 | u8::try_from(length).expect("at most 125")),
        length @ 126..=0xffff => {
            bytes.push(0x80 | 0x7e);
            bytes.extend(u16::try_from(length).expect("at most 65,535").to_be_bytes());
        }
        length => {
            bytes.push(0x80 | 0x7f);
            bytes.extend((length as u64).to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The handshake of a proper client, to be spoiled by tests.
pub fn handshake(show: ShowId) -> String {
    format!(
        "GET /api/v1/shows/{show}/socket HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: vetrina.v1\r\n\r\n"
    )
}

/// What the server sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Got {
    Text(Value),
    Pong,
    Ping,
    Close(u16),
    End,
}

impl TestServer {
    /// A socket by hand that has not said hello.
    pub async fn raw_socket(&self, show: ShowId) -> RawConnection {
        let mut connection = RawConnection::open(self.address()).await;
        connection.send(handshake(show)).await;
        let answer = connection.answer().await.expect("the handshake is answered");
        assert_eq!(answer.status, 101, "{}", answer.head);
        assert!(
            answer.head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="),
            "{}",
            answer.head
        );
        assert!(!answer.head.contains("permessage-deflate"), "{}", answer.head);
        connection
    }

    /// A socket by hand that was welcomed.
    pub async fn raw_viewer(&self, show: ShowId, token: &str) -> RawConnection {
        let mut connection = self.raw_socket(show).await;
        let hello = serde_json::json!({ "t": "hello", "token": token }).to_string();
        connection.send(frame(FINAL | TEXT, hello.as_bytes())).await;
        match connection.got().await {
            Got::Text(welcome) if welcome["t"] == "welcome" => connection,
            other => panic!("no welcome but {other:?}"),
        }
    }
}

impl RawConnection {
    /// The next frame of the server, unfragmented ones only.
    pub async fn got(&mut self) -> Got {
        let Some(head) = self.bytes(2).await else { return Got::End };
        let length = match head[1] {
            126 => {
                let length = self.bytes(2).await.expect("a length follows");
                usize::from(u16::from_be_bytes([length[0], length[1]]))
            }
            127 => panic!("the tests ask for nothing this large"),
            length => usize::from(length),
        };
        let payload = self.bytes(length).await.expect("the frame is complete");
        match head[0] & 0x0f {
            TEXT => Got::Text(serde_json::from_slice(&payload).expect("frames are JSON")),
            CLOSE => Got::Close(u16::from_be_bytes([payload[0], payload[1]])),
            PING => Got::Ping,
            _ => Got::Pong,
        }
    }

    /// The code with which the server closes; frames before it are passed over.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            match self.got().await {
                Got::Close(code) => return code,
                Got::End => panic!("the server closed without a code"),
                _ => {}
            }
        }
    }
}
