//! A socket whose server may go at any moment: every step may come to nothing, and none fails.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use vetrina::domain::ids::ShowId;
use vetrina::protocol::Position;

use crate::support::frames::{FINAL, TEXT, frame};

/// How long one attempt to come in may take.
const ENTER_MAX: Duration = Duration::from_secs(3);
/// Bytes that the system keeps for a client that reads slowly; the least that Linux gives.
const SMALL_BUFFER: u32 = 2_304;

/// How somebody proves who they are.
#[derive(Clone)]
pub enum Pass {
    /// A viewer's token.
    Viewer(String),
    /// The cookie of a member's session.
    Member(String),
}

/// Where and as whom one comes in.
pub struct Entry<'a> {
    pub address: SocketAddr,
    pub show: ShowId,
    pub pass: &'a Pass,
    pub after: Option<&'a Position>,
    pub is_slow: bool,
}

/// An open socket that was let in.
pub struct Socket(WebSocketStream<TcpStream>);

impl Entry<'_> {
    /// Comes in; the socket and the frame that greets.
    pub async fn enter(&self) -> Option<(Socket, Value)> {
        tokio::time::timeout(ENTER_MAX, self.try_enter()).await.ok()?
    }

    async fn try_enter(&self) -> Option<(Socket, Value)> {
        let Self { address, show, .. } = self;
        let url = format!("ws://{address}/api/v1/shows/{show}/socket");
        let mut request = url.into_client_request().ok()?;
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "vetrina.v1".parse().ok()?);
        let mut hello = json!({ "t": "hello" });
        match self.pass {
            Pass::Viewer(token) => hello["token"] = token.as_str().into(),
            Pass::Member(session) => {
                headers.insert("cookie", format!("vetrina={session}").parse().ok()?);
                headers.insert("origin", format!("http://{address}").parse().ok()?);
            }
        }
        if let Some(after) = self.after {
            hello["after"] = after.to_string().into();
        }
        let tcp = TcpSocket::new_v4().ok()?;
        if self.is_slow {
            tcp.set_recv_buffer_size(SMALL_BUFFER).ok()?;
        }
        let stream = tcp.connect(*address).await.ok()?;
        stream.set_nodelay(true).ok()?;
        let mut socket = Socket(tokio_tungstenite::client_async(request, stream).await.ok()?.0);
        socket.say(&hello.to_string()).await?;
        loop {
            let frame = socket.hear().await?;
            if matches!(frame["t"].as_str(), Some("welcome" | "resumed")) {
                return Some((socket, frame));
            }
        }
    }
}

impl Socket {
    /// Sends a frame.
    pub async fn say(&mut self, text: &str) -> Option<()> {
        self.0.send(Message::text(text)).await.ok()
    }

    /// The next frame; nothing once the server has closed or gone. May be given up at any point.
    pub async fn hear(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await?.ok()? {
                Message::Text(text) => return serde_json::from_str(&text).ok(),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    /// Ends in the middle of a frame of its own, and of whatever the server was sending.
    pub async fn cut(mut self) {
        let whole = frame(FINAL | TEXT, &[b' '; 100]);
        let _ = self.0.get_mut().write_all(&whole[..whole.len() / 2]).await;
    }
}

/// Where a greeting puts the client.
pub fn position_of(greeting: &Value) -> Option<Position> {
    greeting["position"].as_str()?.parse().ok()
}
