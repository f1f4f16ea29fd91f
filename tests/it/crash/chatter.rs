//! Members who write without a pause, and what of it must be in the log.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use vetrina::clock::Clock;
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::ids::ShowId;

use super::{Promises, World};
use crate::support::server::TestServer;

/// Opens a member's socket.
pub async fn join(address: SocketAddr, show: ShowId, session: &str) -> WebSocketStream<TcpStream> {
    let url = format!("ws://{address}/api/v1/shows/{show}/socket");
    let mut request = url.into_client_request().expect("the address is one");
    let mut header = |name: &'static str, value: String| {
        request.headers_mut().insert(name, value.parse().expect("a header value"));
    };
    header("sec-websocket-protocol", "vetrina.v1".to_owned());
    header("cookie", format!("vetrina={session}"));
    header("origin", format!("http://{address}"));
    let stream = TcpStream::connect(address).await.expect("the program listens");
    let (mut socket, _) = tokio_tungstenite::client_async(request, stream).await.expect("members may join");
    socket.send(Message::text(json!({ "t": "hello" }).to_string())).await.expect("the program reads");
    socket
}

/// Writes as a member, who has no limits, until the program is gone.
pub async fn chat(mut socket: WebSocketStream<TcpStream>, promises: &Promises) -> Option<()> {
    loop {
        let id = Clock::system().uuid().to_string();
        let data = json!({ "message_id": id, "text": format!("ciao {id}") });
        socket
            .send(Message::text(json!({ "id": "c", "type": "chat.send", "data": data }).to_string()))
            .await
            .ok()?;
        loop {
            let Message::Text(text) = socket.next().await?.ok()? else { continue };
            let frame: Value = serde_json::from_str(&text).ok()?;
            if frame["t"] == "reply" {
                let seq = frame["ok"]["seq"].as_i64().expect("members' messages are taken");
                promises.chat.lock().ok()?.push((id, seq));
                promises.chats.fetch_add(1, Ordering::Relaxed);
                break;
            }
        }
    }
}

/// Each acknowledged message is in the log once, at its place, and the log has no holes.
pub async fn check_chat(server: &TestServer, world: &World) {
    let mut tx = server.database.read().await.expect("the database reads");
    let events = tx.list_events_after(world.show, Audience::Viewers, 0, 1_000_000).await.expect("the log");
    let mut places = HashMap::new();
    for (expected, event) in (1..).zip(&events) {
        assert_eq!(event.seq, expected, "the log has a hole");
        if let ShowEvent::ChatSent { message_id, .. } = &event.event {
            assert!(
                places.insert(message_id.to_string(), event.seq).is_none(),
                "{message_id} is there twice"
            );
        }
    }
    let promised = world.promises.chat.lock().expect("nobody panicked");
    assert!(!promised.is_empty());
    for (id, seq) in promised.iter() {
        assert_eq!(places.get(id), Some(seq), "an acknowledged message is missing");
    }
}
