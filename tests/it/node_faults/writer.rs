//! Members who write in the chat by way of any node, each message until it is acknowledged.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use vetrina::clock::Clock;
use vetrina::domain::event::{Audience, ShowEvent};

use super::Nodes;
use crate::crash::join_as_member;
use crate::support::within;

/// A member's socket at one node.
pub struct Speaker(WebSocketStream<TcpStream>);

impl Speaker {
    pub async fn at(nodes: &Nodes, node: usize) -> Self {
        Self(join_as_member(nodes.addresses[node], nodes.stall.show, &nodes.stall.seed.session).await)
    }

    /// Says something new; answers the whole reply.
    pub async fn say(&mut self) -> Value {
        let id = Clock::system().uuid().to_string();
        self.send(&id).await.expect("the socket stays open")
    }

    /// Sends a message; answers the reply, or nothing once the socket has ended.
    async fn send(&mut self, id: &str) -> Option<Value> {
        let data = json!({ "message_id": id, "text": format!("ciao {id}") });
        let frame = json!({ "id": id, "type": "chat.send", "data": data });
        within("an answer to a message", async {
            self.0.send(Message::text(frame.to_string())).await.ok()?;
            loop {
                let Message::Text(text) = self.0.next().await?.ok()? else { continue };
                let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                if frame["t"] == "reply" && frame["id"] == id {
                    return Some(frame);
                }
            }
        })
        .await
    }
}

/// What was acknowledged: message ids and the `seq` that was told.
pub type Told = Vec<(String, i64)>;

/// A member who writes until the test has enough.
pub struct Writer {
    task: JoinHandle<Told>,
    is_over: Arc<AtomicBool>,
}

impl Writer {
    /// Begins at a node; where it is killed, the same message is said again at another one.
    pub fn begin(nodes: &Nodes, node: usize, every: Duration) -> Self {
        let is_over = Arc::<AtomicBool>::default();
        let (over, doors) = (Arc::clone(&is_over), Arc::clone(&nodes.doors));
        let (show, session) = (nodes.stall.show, nodes.stall.seed.session.clone());
        let first = nodes.addresses[node];
        let join = move |address: SocketAddr, session: String| async move {
            Speaker(join_as_member(address, show, &session).await)
        };
        let task = tokio::spawn(async move {
            let mut speaker = join(first, session.clone()).await;
            let (mut told, mut id) = (Vec::new(), Clock::system().uuid().to_string());
            let mut moments = tokio::time::interval(every);
            moments.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            while !over.load(Relaxed) {
                moments.tick().await;
                let Some(reply) = speaker.send(&id).await else {
                    speaker = join(doors.any(), session.clone()).await;
                    continue;
                };
                if let Some(seq) = reply["ok"]["seq"].as_i64() {
                    told.push((std::mem::replace(&mut id, Clock::system().uuid().to_string()), seq));
                } else {
                    assert_eq!(reply["problem"]["code"], "unavailable", "{reply}");
                }
            }
            told
        });
        Self { task, is_over }
    }

    /// Answers all that was acknowledged.
    pub async fn end(self) -> Told {
        self.is_over.store(true, Relaxed);
        within("a writer to end", self.task).await.expect("writers do not panic")
    }
}

/// The log has no holes, and each acknowledged message is in it once, at its place.
pub async fn check_chat(nodes: &Nodes, told: &Told) {
    let mut places = HashMap::new();
    for (expected, event) in (1..).zip(nodes.stall.events(Audience::Viewers).await) {
        assert_eq!(event.seq, expected, "the log has a hole");
        if let ShowEvent::ChatSent { message_id, .. } = &event.event {
            let id = message_id.to_string();
            assert_eq!(places.insert(id.clone(), event.seq), None, "{id} is there twice");
        }
    }
    assert!(!told.is_empty());
    for (id, seq) in told {
        assert_eq!(places.get(id), Some(seq), "an acknowledged message is missing");
    }
}
