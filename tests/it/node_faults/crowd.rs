//! Viewers by the thousand: each holds a socket, follows the events and comes back as clients do.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rand::Rng;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;

use super::{BACK_WITHIN, Doors, Nodes, comes_true};

/// The bound of the first pause before a viewer comes back; it doubles with each attempt.
const RETURN_MIN: Duration = Duration::from_millis(500);
/// The longest of these bounds (`docs/protocol.md`).
const RETURN_MAX: Duration = Duration::from_secs(20);
/// How long a viewer tries to get in.
const JOIN_WITHIN: Duration = Duration::from_secs(10);
/// Silence after which a viewer takes the server for dead; it pings each 25 seconds.
const SILENCE_MAX: Duration = Duration::from_secs(35);
/// Viewers that come at a time when a test begins.
const WAVE: usize = 200;

/// What all of them share.
struct Shared {
    show: ShowId,
    doors: Arc<Doors>,
    /// The first that anybody was told of each event.
    heard: Mutex<BTreeMap<i64, String>>,
    /// Holes, repetitions and contradictions.
    faults: Mutex<Vec<String>>,
}

/// One of them, as far as the test looks at it.
pub struct Person {
    token: String,
    /// The last event.
    seq: AtomicI64,
    is_in: AtomicBool,
    returns: AtomicUsize,
    viewers_told: AtomicU64,
    /// The node they are at.
    door: Mutex<SocketAddr>,
}

impl Person {
    pub fn door(&self) -> SocketAddr {
        *self.door.lock().expect("no holder panics")
    }

    pub fn is_in(&self) -> bool {
        self.is_in.load(Relaxed)
    }
}

/// Some viewers; they go with the test.
pub struct Crowd {
    pub people: Vec<Arc<Person>>,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// So many viewers, spread evenly over the nodes, once they are all in.
    pub async fn gather(nodes: &Nodes, count: usize) -> Self {
        let doors = nodes.addresses.iter().copied().cycle();
        Self::enter(nodes, &doors.take(count).collect::<Vec<_>>()).await
    }

    /// Viewers who come in by these doors, once they are all in.
    pub async fn enter(nodes: &Nodes, doors: &[SocketAddr]) -> Self {
        allow_files();
        let shared = Arc::new(Shared {
            show: nodes.stall.show,
            doors: Arc::clone(&nodes.doors),
            heard: Mutex::default(),
            faults: Mutex::default(),
        });
        let mut crowd = Self { people: Vec::new(), shared, tasks: Vec::new() };
        for wave in doors.chunks(WAVE) {
            for door in wave {
                crowd.add(nodes.stall.server.viewer_token(&nodes.stall.seed), *door);
            }
            comes_true("all viewers to be in", BACK_WITHIN, async || crowd.count_in() == crowd.people.len())
                .await;
        }
        crowd
    }

    fn add(&mut self, token: String, door: SocketAddr) {
        let person = Arc::new(Person {
            token,
            seq: AtomicI64::default(),
            is_in: AtomicBool::default(),
            returns: AtomicUsize::default(),
            viewers_told: AtomicU64::default(),
            door: Mutex::new(door),
        });
        self.people.push(Arc::clone(&person));
        self.tasks.push(tokio::spawn(follow(person, Arc::clone(&self.shared))));
    }

    /// How many are in.
    pub fn count_in(&self) -> usize {
        self.people.iter().filter(|person| person.is_in()).count()
    }

    /// How often somebody lost the socket and came back.
    pub fn count_returns(&self) -> usize {
        self.people.iter().map(|person| person.returns.load(Relaxed)).sum()
    }

    /// Whether everybody heard the events up to this one.
    pub fn has_heard(&self, seq: i64) -> bool {
        self.all_heard(seq, |_| true)
    }

    /// Whether these people heard the events up to this one.
    pub fn all_heard(&self, seq: i64, is_asked: impl Fn(&Person) -> bool) -> bool {
        let mut asked = self.people.iter().filter(|person| is_asked(person));
        asked.all(|person| person.seq.load(Relaxed) >= seq)
    }

    /// The numbers of viewers that people at these nodes were told last, the least and the largest.
    pub fn viewers_told(&self, is_asked: impl Fn(&Person) -> bool) -> (u64, u64) {
        let told = self.people.iter().filter(|person| is_asked(person));
        let told = told.map(|person| person.viewers_told.load(Relaxed));
        told.fold((u64::MAX, 0), |(least, most), told| (least.min(told), most.max(told)))
    }

    /// Waits until everybody heard all that is in the table; tells how long it took.
    pub async fn hears_all(&self, nodes: &Nodes, limit: Duration) -> Duration {
        let head = nodes.head().await;
        comes_true("everybody to hear everything", limit, async || self.has_heard(head)).await
    }

    /// Nobody met a hole, a repetition or a lost position, and what they heard is the table.
    pub async fn check(&self, nodes: &Nodes) {
        let faults = self.shared.faults.lock().expect("no holder panics").clone();
        assert!(faults.is_empty(), "{} faults, such as {:?}", faults.len(), &faults[..faults.len().min(3)]);
        let heard = self.shared.heard.lock().expect("no holder panics").clone();
        let (first, last) = (heard.first_key_value(), heard.last_key_value());
        let (first, last) = (*first.expect("events were heard").0, *last.expect("events were heard").0);
        let table = nodes.stall.events(Audience::Viewers).await;
        let table: Vec<Value> = table
            .iter()
            .filter(|event| (first..=last).contains(&event.seq))
            .map(|event| serde_json::to_value(event).expect("events are JSON"))
            .collect();
        let heard: Vec<Value> =
            heard.values().map(|event| serde_json::from_str(event).expect("events are JSON")).collect();
        assert_eq!(heard, table);
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Comes, and comes back whenever the socket is lost, by the rule of all clients.
async fn follow(person: Arc<Person>, shared: Arc<Shared>) {
    let mut epoch = None;
    let mut attempts = 0;
    loop {
        visit(&person, &shared, &mut epoch).await;
        if person.is_in.swap(false, Relaxed) {
            person.returns.fetch_add(1, Relaxed);
            attempts = 0;
        }
        attempts += 1;
        let pause = RETURN_MAX.min(RETURN_MIN * 2_u32.pow(attempts.min(6)));
        let luck = rand::rng().random();
        tokio::time::sleep(pause.mul_f64(luck)).await;
        *person.door.lock().expect("no holder panics") = shared.doors.any();
    }
}

/// One socket, from the handshake to its end.
async fn visit(person: &Person, shared: &Shared, epoch: &mut Option<String>) -> Option<()> {
    let joining = tokio::time::timeout(JOIN_WITHIN, open(person.door(), shared.show));
    let mut socket = joining.await.ok()??;
    let mut hello = json!({ "t": "hello", "token": person.token });
    if let Some(epoch) = &epoch {
        hello["after"] = format!("{epoch}:{}", person.seq.load(Relaxed)).into();
    }
    socket.send(Message::text(hello.to_string())).await.ok()?;
    loop {
        let message = tokio::time::timeout(SILENCE_MAX, socket.next()).await.ok()??.ok()?;
        match message {
            Message::Text(text) => hear(&text, person, shared, epoch),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

async fn open(address: SocketAddr, show: ShowId) -> Option<WebSocketStream<TcpStream>> {
    let url = format!("ws://{address}/api/v1/shows/{show}/socket");
    let mut request = url.into_client_request().expect("the address is one");
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("vetrina.v1"));
    let stream = TcpStream::connect(address).await.ok()?;
    // The usual buffers would be half a gibibyte for two thousand of them.
    let config = WebSocketConfig::default().read_buffer_size(4 * 1024).write_buffer_size(0);
    let opening = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
    Some(opening.await.ok()?.0)
}

/// As much of a frame as they look at.
#[derive(Deserialize)]
struct Frame<'a> {
    t: &'a str,
    #[serde(borrow)]
    position: Option<&'a str>,
    viewers: Option<u64>,
    #[serde(borrow)]
    events: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Numbered {
    seq: i64,
}

fn hear(text: &str, person: &Person, shared: &Shared, epoch: &mut Option<String>) {
    let fault = |what: String| shared.faults.lock().expect("no holder panics").push(what);
    let frame: Frame = serde_json::from_str(text).expect("frames are JSON");
    if let Some(viewers) = frame.viewers {
        person.viewers_told.store(viewers, Relaxed);
    }
    match frame.t {
        "welcome" => {
            let position = frame.position.and_then(|position| position.rsplit_once(':'));
            let (named, seq) = position.expect("a snapshot has a position");
            if epoch.replace(named.to_owned()).is_some() {
                fault("somebody who came back was given a snapshot".to_owned());
            }
            person.seq.store(seq.parse().expect("a number"), Relaxed);
            person.is_in.store(true, Relaxed);
        }
        "resumed" => person.is_in.store(true, Relaxed),
        "events" => {
            for event in frame.events.expect("an events frame has a list") {
                let Numbered { seq } = serde_json::from_str(event.get()).expect("events are numbered");
                let before = person.seq.swap(seq, Relaxed);
                if seq != before + 1 {
                    fault(format!("{seq} came after {before}"));
                }
                let mut heard = shared.heard.lock().expect("no holder panics");
                let first = heard.entry(seq).or_insert_with(|| event.get().to_owned());
                if first != event.get() {
                    fault(format!("{seq} was told as {first} and as {event}"));
                }
            }
        }
        _ => {}
    }
}

/// Each viewer is an open file of the test's process too.
fn allow_files() {
    use nix::sys::resource::{Resource, getrlimit, setrlimit};
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("the limit can be read");
    if soft < hard {
        setrlimit(Resource::RLIMIT_NOFILE, hard, hard).expect("it may be raised");
    }
}
