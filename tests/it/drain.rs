//! A server that is told to stop under load: nothing acknowledged is lost, nobody is met with a fault
//! of ours, and viewers are told when to come back.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::{Error, Message};
use uuid::Uuid;
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::ids::ShowId;

use crate::support::http::Client;
use crate::support::server::{Setup, TestServer};
use crate::support::within;

/// Restarts in one run; `VETRINA_RESTARTS` asks for more.
const RESTARTS: u32 = 20;
const WRITERS: usize = 6;
const CALLERS: usize = 3;
/// Messages and pins that have to be acknowledged between two restarts.
const ACKS_BETWEEN: u64 = 40;
/// How long a client waits before it tries again, as a browser does.
const RETRY: Duration = Duration::from_millis(5);

/// What all clients know and find out.
struct Field {
    address: Mutex<SocketAddr>,
    show: ShowId,
    session: String,
    is_over: AtomicBool,
    acks: AtomicU64,
    ids: AtomicU64,
    /// Messages that the server said it has.
    acknowledged: Mutex<Vec<Uuid>>,
    pins: AtomicU64,
    drains: AtomicU64,
    faults: Mutex<Vec<String>>,
}

type Socket = WebSocketStream<TcpStream>;

impl Field {
    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    fn address(&self) -> SocketAddr {
        *self.address.lock().unwrap()
    }

    fn fault(&self, what: String) {
        self.faults.lock().unwrap().push(what);
    }

    /// A socket, or nothing while no server is there.
    async fn connect(&self) -> Option<Socket> {
        let address = self.address();
        let stream = TcpStream::connect(address).await.ok()?;
        let url = format!("ws://{address}/api/v1/shows/{}/socket", self.show);
        let mut request = url.into_client_request().expect("an address");
        let cookie = format!("vetrina={}", self.session);
        let headers = [
            ("sec-websocket-protocol", "vetrina.v1"),
            ("cookie", &cookie),
            ("origin", &format!("http://{address}")),
        ];
        for (name, value) in headers {
            request.headers_mut().insert(name, HeaderValue::from_str(value).expect("a header"));
        }
        match tokio_tungstenite::client_async(request, stream).await {
            Ok((mut socket, _)) => {
                socket.send(Message::text(json!({ "t": "hello" }).to_string())).await.ok()?;
                Some(socket)
            }
            Err(Error::Http(answer)) => {
                self.fault(format!("a handshake was answered {}", answer.status()));
                None
            }
            // It was accepted by the system and never by the server.
            Err(_) => None,
        }
    }

    /// Writes messages, each after the reply to the one before, over as many sockets as it takes.
    async fn write(self: Arc<Self>) {
        while !self.is_over() {
            match self.connect().await {
                Some(socket) => self.converse(socket).await,
                None => tokio::time::sleep(RETRY).await,
            }
        }
    }

    async fn converse(&self, mut socket: Socket) {
        let (mut told_to_return, mut waits_for) = (false, None);
        while let Some(Ok(message)) = within("a frame", socket.next()).await {
            let frame: Value = match &message {
                Message::Text(text) => serde_json::from_str(text).expect("frames are JSON"),
                Message::Close(close) => {
                    let code = close.as_ref().map(|close| u16::from(close.code));
                    if code != Some(1012) || !told_to_return {
                        self.fault(format!("closed with {code:?}, told to return: {told_to_return}"));
                    }
                    continue;
                }
                _ => continue,
            };
            match frame["t"].as_str() {
                Some("welcome") => {}
                Some("reply") if frame["id"] == json!(waits_for) => self.acknowledge(&frame),
                Some("drain") => {
                    told_to_return = frame["retry_ms"].is_u64();
                    self.drains.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                _ => continue,
            }
            if self.is_over() {
                return;
            }
            let id = Uuid::from_u128(self.ids.fetch_add(1, Ordering::Relaxed).into());
            waits_for = Some(id.to_string());
            let data = json!({ "message_id": id, "text": format!("ciao {id}") });
            let command = json!({ "id": id, "type": "chat.send", "data": data });
            let _ = socket.send(Message::text(command.to_string())).await;
        }
    }

    fn acknowledge(&self, reply: &Value) {
        match reply["ok"]["message_id"].as_str() {
            Some(id) => {
                self.acknowledged.lock().unwrap().push(id.parse().expect("an id"));
                self.acks.fetch_add(1, Ordering::Relaxed);
            }
            None => self.fault(format!("refused: {reply}")),
        }
    }

    /// Pins and takes down, over and over.
    async fn call(self: Arc<Self>, client: Client, product: String) {
        let path = format!("/api/v1/shows/{}/featured-products/{product}", self.show);
        let mut is_pinned = false;
        while !self.is_over() {
            let client = client.clone().at(&format!("http://{}", self.address()));
            let method = if is_pinned { Method::DELETE } else { Method::PUT };
            match client.try_request(method, &path, None).await {
                Some(answer) if answer.status.is_success() => {
                    is_pinned = !is_pinned;
                    self.pins.fetch_add(1, Ordering::Relaxed);
                    self.acks.fetch_add(1, Ordering::Relaxed);
                }
                Some(answer) => self.fault(format!("a pin was answered {}: {}", answer.status, answer.body)),
                None => tokio::time::sleep(RETRY).await,
            }
        }
    }

    async fn wait_for_acks(&self) {
        let enough = self.acks.load(Ordering::Relaxed) + ACKS_BETWEEN;
        let waiting = async {
            let mut looks = tokio::time::interval(RETRY);
            while self.acks.load(Ordering::Relaxed) < enough {
                looks.tick().await;
            }
        };
        within("messages and pins to be acknowledged", waiting).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_under_load_loses_nothing_that_was_acknowledged() {
    let restarts = std::env::var("VETRINA_RESTARTS").ok().and_then(|n| n.parse().ok()).unwrap_or(RESTARTS);
    let mut setup = Setup::default();
    setup.limits.commands_per_sec = 100_000;
    setup.limits.commands_burst = 100_000;
    setup.limits.drain_spread = Duration::from_millis(100);
    let mut server = TestServer::start_with(setup).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let mut products = Vec::new();
    for number in 0..CALLERS {
        products.push(server.seed_product(&seed, &format!("Sciarpa {number}"), 5).await.id);
    }
    server.seed_lineup(&seed, show, &products).await;
    let field = Arc::new(Field {
        address: Mutex::new(server.address()),
        show,
        session: seed.session.clone(),
        is_over: AtomicBool::new(false),
        acks: AtomicU64::new(0),
        ids: AtomicU64::new(1),
        acknowledged: Mutex::default(),
        pins: AtomicU64::new(0),
        drains: AtomicU64::new(0),
        faults: Mutex::default(),
    });
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        clients.spawn(Arc::clone(&field).write());
    }
    for product in products {
        let client = server.client().with_session(&seed.session);
        clients.spawn(Arc::clone(&field).call(client, product.to_string()));
    }
    for _ in 0..restarts {
        field.wait_for_acks().await;
        server.restart().await;
        *field.address.lock().unwrap() = server.address();
    }
    field.wait_for_acks().await;
    field.is_over.store(true, Ordering::Relaxed);
    while let Some(client) = within("the clients to end", clients.join_next()).await {
        client.expect("no client panics");
    }
    let faults = std::mem::take(&mut *field.faults.lock().unwrap());
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(field.drains.load(Ordering::Relaxed) > 0, "nobody was told when to come back");
    check_table(&server, &field).await;
}

/// Everything acknowledged is in the table once, and its numbers have no hole.
async fn check_table(server: &TestServer, field: &Field) {
    let events = server.app.list_events_after(field.show, Audience::Viewers, 0, i64::MAX).await.unwrap();
    assert!(events.iter().zip(1..).all(|(event, seq)| event.seq == seq), "the log has a hole");
    let (mut messages, mut pins) = (HashMap::<Uuid, u32>::new(), 0);
    for event in &events {
        match &event.event {
            ShowEvent::ChatSent { message_id, .. } => *messages.entry(message_id.as_uuid()).or_default() += 1,
            ShowEvent::ProductFeatured { .. } | ShowEvent::ProductUnfeatured { .. } => pins += 1,
            _ => {}
        }
    }
    let acknowledged = field.acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.iter().filter(|id| messages.get(id) != Some(&1)).collect();
    assert!(lost.is_empty(), "acknowledged and not there once: {lost:?}");
    let told = field.pins.load(Ordering::Relaxed);
    assert!(pins >= told, "{told} pins were acknowledged, {pins} are there");
}
