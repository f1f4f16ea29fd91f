//! A client of the show socket that waits for facts.

use std::collections::VecDeque;
use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Request, StatusCode};
use tokio_tungstenite::tungstenite::{self, Message};
use vetrina::domain::ids::ShowId;

use super::server::TestServer;
use super::within;

/// An open socket.
pub struct SocketClient {
    pub stream: WebSocketStream<TcpStream>,
    /// Frames that came while something else was waited for.
    inbox: VecDeque<Value>,
    /// Events that were not asked for yet.
    events: VecDeque<Value>,
    commands: u64,
}

impl TestServer {
    /// The handshake of a proper client, to be spoiled by tests.
    pub fn handshake(&self, show: ShowId) -> Request<()> {
        let url = format!("ws://{}/api/v1/shows/{show}/socket", self.address());
        let mut request = url.into_client_request().expect("the address is one");
        let protocol = HeaderValue::from_static("vetrina.v1");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        request
    }

    /// Opens a socket with a handshake.
    ///
    /// # Errors
    /// The status with which it was refused.
    pub async fn try_socket(&self, handshake: Request<()>) -> Result<SocketClient, StatusCode> {
        Self::try_socket_at(self.address(), handshake).await
    }

    /// Opens a socket at a process of the test's own that has not said hello.
    pub async fn socket_at(&self, address: SocketAddr, show: ShowId) -> SocketClient {
        let mut handshake = self.handshake(show);
        let host = HeaderValue::from_str(&address.to_string()).expect("an address");
        handshake.headers_mut().insert("host", host);
        Self::try_socket_at(address, handshake).await.expect("the process takes sockets")
    }

    async fn try_socket_at(address: SocketAddr, handshake: Request<()>) -> Result<SocketClient, StatusCode> {
        let stream = TcpStream::connect(address).await.expect("the server listens");
        stream.set_nodelay(true).expect("a TCP option");
        let connecting = tokio_tungstenite::client_async(handshake, stream);
        match within("the handshake", connecting).await {
            Ok((stream, _)) => {
                let (inbox, events) = (VecDeque::new(), VecDeque::new());
                Ok(SocketClient { stream, inbox, events, commands: 0 })
            }
            Err(tungstenite::Error::Http(response)) => Err(response.status()),
            Err(error) => panic!("the handshake failed: {error}"),
        }
    }

    /// Opens a socket that has not said hello.
    pub async fn socket(&self, show: ShowId) -> SocketClient {
        self.try_socket(self.handshake(show)).await.expect("the server takes sockets")
    }

    /// Opens a socket as a viewer; answers it and the `welcome` frame.
    pub async fn viewer_socket(&self, show: ShowId, token: &str) -> (SocketClient, Value) {
        let mut socket = self.socket(show).await;
        socket.send(json!({ "t": "hello", "token": token })).await;
        let welcome = socket.expect("welcome").await;
        (socket, welcome)
    }

    /// Opens a socket from our own pages with a session cookie.
    pub async fn member_handshake_socket(&self, show: ShowId, session: &str) -> SocketClient {
        let mut handshake = self.handshake(show);
        let cookie = HeaderValue::from_str(&format!("vetrina={session}")).expect("a cookie");
        let origin = HeaderValue::from_str(&self.url("")).expect("an origin");
        handshake.headers_mut().insert("cookie", cookie);
        handshake.headers_mut().insert("origin", origin);
        self.try_socket(handshake).await.expect("the server takes sockets")
    }

    /// Opens a socket as a signed-in member on our own pages; answers it and the `welcome` frame.
    pub async fn member_socket(&self, show: ShowId, session: &str) -> (SocketClient, Value) {
        let mut socket = self.member_handshake_socket(show, session).await;
        socket.send(json!({ "t": "hello" })).await;
        let welcome = socket.expect("welcome").await;
        (socket, welcome)
    }
}

impl SocketClient {
    /// Sends a frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text; a server that has closed already is no failure, its close code shows why.
    pub async fn send_text(&mut self, text: &str) {
        let _ = within("the frame to leave", self.stream.send(Message::text(text))).await;
    }

    /// The next frame of a type; others wait.
    #[track_caller]
    pub fn expect(&mut self, kind: &str) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            if let Some(at) = self.inbox.iter().position(|frame| frame["t"] == kind) {
                return self.inbox.remove(at).expect("it was just found");
            }
            loop {
                let frame = match self.next().await {
                    Ok(frame) => frame,
                    Err(code) => panic!("{place}: closed with {code:?} instead of {kind}"),
                };
                if frame["t"] == kind {
                    return frame;
                }
                self.inbox.push_back(frame);
            }
        }
    }

    /// The next event of a type, of either audience; events before it are passed over.
    #[track_caller]
    pub fn expect_event(&mut self, kind: &str) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            loop {
                while let Some(event) = self.events.pop_front() {
                    if event["type"] == kind {
                        return event;
                    }
                }
                match self.next().await {
                    Ok(frame) => self.sort(frame),
                    Err(code) => panic!("{place}: closed with {code:?} instead of {kind}"),
                }
            }
        }
    }

    /// The next event, whatever its type.
    pub async fn next_event(&mut self) -> Value {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            let frame = self.next().await.expect("the socket stays open");
            self.sort(frame);
        }
    }

    /// Sends a command and answers the reply to it.
    pub async fn command(&mut self, kind: &str, data: Value) -> Value {
        self.commands += 1;
        let id = format!("c{}", self.commands);
        self.send(json!({ "id": id, "type": kind, "data": data })).await;
        loop {
            let reply = self.expect("reply").await;
            if reply["id"] == id.as_str() {
                return reply;
            }
        }
    }

    /// Gives the viewer a name and sends a message.
    pub async fn chat(&mut self, message_id: uuid::Uuid, text: &str) -> Value {
        self.command("chat.send", json!({ "message_id": message_id, "text": text })).await
    }

    /// The code with which the server closes; frames before it are passed over.
    pub async fn expect_close(&mut self) -> u16 {
        loop {
            match self.next().await {
                Ok(_) => {}
                Err(Some(code)) => return code,
                Err(None) => panic!("the server closed without a code"),
            }
        }
    }

    /// The next frame, or the close code; `None` for a connection that just ended.
    pub async fn next(&mut self) -> Result<Value, Option<u16>> {
        loop {
            match within("a frame", self.stream.next()).await {
                Some(Ok(Message::Text(text))) => {
                    return Ok(serde_json::from_str(&text).expect("frames are JSON"));
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// Puts the events of a frame aside, or the frame.
    fn sort(&mut self, frame: Value) {
        let is_events = frame["t"] == "events" || frame["t"] == "member_events";
        match frame {
            Value::Object(mut fields) if is_events => match fields.remove("events") {
                Some(Value::Array(events)) => self.events.extend(events),
                other => panic!("an events frame without a list: {other:?}"),
            },
            frame => self.inbox.push_back(frame),
        }
    }
}
