//! `kill -9` in the middle of chat and checkouts: nothing acknowledged is missing, nothing is stuck.
//!
//! `VETRINA_KILLS` sets how often; the seed that is printed repeats the moments.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::ids::{ShowId, VariantId};

use crate::support::seed::Seed;
use crate::support::server::TestServer;
use crate::support::within;

const STOCK: i64 = 10_000;
const CHATTERS: usize = 4;
const BUYERS: usize = 4;

/// The program itself, as a process that can be killed.
struct Process {
    child: Child,
    address: std::net::SocketAddr,
}

impl Process {
    async fn start(database_url: &str, port: u16) -> Self {
        let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let child = Command::new(env!("CARGO_BIN_EXE_vetrina"))
            .args(["serve", "--listen", &address.to_string()])
            .env("VETRINA_DATABASE_URL", database_url)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let process = Self { child, address };
        let ready = format!("http://{address}/readyz");
        within("the program to be ready", async {
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while !reqwest::get(&ready).await.is_ok_and(|answer| answer.status().is_success()) {
                looks.tick().await;
            }
        })
        .await;
        process
    }

    /// SIGKILL: nothing in the program gets a say.
    fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

/// What the program has promised so far.
#[derive(Default)]
struct Promises {
    /// Message ids with the `seq` that was acknowledged.
    chat: Mutex<Vec<(String, i64)>>,
    chats: AtomicUsize,
    checkouts: AtomicUsize,
}

/// A buyer and the click that may still lack its answer.
struct Buyer {
    token: String,
    clicks: Vec<String>,
    promised: Vec<String>,
}

struct World {
    seed: Seed,
    show: ShowId,
    variant: VariantId,
    promises: Arc<Promises>,
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let kills: usize = std::env::var("VETRINA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(6);
    let seed: u64 = std::env::var("VETRINA_SEED")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or_else(|| u64::from_le_bytes(vetrina::clock::Clock::system().random()));
    println!("VETRINA_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut server = TestServer::start().await;
    let shop = server.seed_shop().await;
    let show = server.seed_live_show(&shop).await;
    let product = server.seed_product(&shop, "Vaso", STOCK).await;
    server.seed_lineup(&shop, show, &[product.id]).await;
    let tokens: Vec<String> = (0..BUYERS).map(|_| server.viewer_token(&shop)).collect();
    server.begin_stop();
    server.stopped().await;

    let world = World { seed: shop, show, variant: product.variants[0].id, promises: Arc::default() };
    let mut buyers: Vec<Buyer> =
        tokens.into_iter().map(|token| Buyer { token, clicks: Vec::new(), promised: Vec::new() }).collect();
    let port = free_port();
    for _ in 0..kills {
        let process = Process::start(&server.database_url, port).await;
        buyers = disturb(&world, process, buyers, rng.random_range(5..60), rng.random_range(1..8)).await;
    }
    let process = Process::start(&server.database_url, port).await;
    check_chat(&server, &world).await;
    settle_buyers(&world, &process, &buyers).await;
    check_stock(&server, &world).await;
    process.kill();
}

/// Lets chat and checkouts run until some more are acknowledged, then kills the program.
async fn disturb(
    world: &World,
    process: Process,
    buyers: Vec<Buyer>,
    chats: usize,
    checkouts: usize,
) -> Vec<Buyer> {
    let address = process.address;
    let mut chatters = Vec::new();
    for _ in 0..CHATTERS {
        // Sockets open first: the buyers soon use up what one address may ask for.
        let socket = join(address, world.show, &world.seed.session).await;
        let promises = world.promises.clone();
        chatters.push(tokio::spawn(async move { chat(socket, &promises).await }));
    }
    let buying: Vec<_> = buyers
        .into_iter()
        .map(|buyer| {
            let (promises, show, variant) = (world.promises.clone(), world.show, world.variant);
            tokio::spawn(async move { buy(address, show, variant, buyer, &promises).await })
        })
        .collect();
    let chats = world.promises.chats.load(Ordering::Relaxed) + chats;
    let checkouts = world.promises.checkouts.load(Ordering::Relaxed) + checkouts;
    within("enough to be acknowledged", async {
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        while world.promises.chats.load(Ordering::Relaxed) < chats
            || world.promises.checkouts.load(Ordering::Relaxed) < checkouts
        {
            looks.tick().await;
        }
    })
    .await;
    process.kill();
    for chatter in chatters {
        within("a chatter to notice", chatter).await.expect("chatters do not panic");
    }
    let mut left = Vec::new();
    for buyer in buying {
        left.push(within("a buyer to notice", buyer).await.expect("buyers do not panic"));
    }
    left
}

/// Opens a member's socket.
async fn join(address: std::net::SocketAddr, show: ShowId, session: &str) -> WebSocketStream<TcpStream> {
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
async fn chat(mut socket: WebSocketStream<TcpStream>, promises: &Promises) -> Option<()> {
    loop {
        let id = vetrina::clock::Clock::system().uuid().to_string();
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

/// Clicks and cancels until the program is gone; a click without an answer is kept.
async fn buy(
    address: std::net::SocketAddr,
    show: ShowId,
    variant: VariantId,
    mut buyer: Buyer,
    promises: &Promises,
) -> Buyer {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
    let mut tries = tokio::time::interval(Duration::from_millis(20));
    loop {
        tries.tick().await;
        let key = vetrina::clock::Clock::system().uuid().to_string();
        buyer.clicks.push(key.clone());
        match click(&client, address, show, variant, &buyer.token, &key).await {
            Ok((201, checkout)) => {
                let id = checkout["id"].as_str().expect("a checkout has an id").to_owned();
                buyer.promised.push(id.clone());
                promises.checkouts.fetch_add(1, Ordering::Relaxed);
                let path = format!("http://{address}/api/v1/checkouts/{id}");
                if client.delete(path).bearer_auth(&buyer.token).send().await.is_err() {
                    return buyer;
                }
            }
            // A reservation whose answer was lost in a crash stands in the way of the next click.
            Ok((409, refusal)) => {
                let Some(id) = refusal["checkout_id"].as_str() else { continue };
                let path = format!("http://{address}/api/v1/checkouts/{id}");
                if client.delete(path).bearer_auth(&buyer.token).send().await.is_err() {
                    return buyer;
                }
            }
            Ok((429 | 503, _)) => {}
            Ok((status, body)) => panic!("{status} {body}"),
            Err(_) => return buyer,
        }
    }
}

async fn click(
    client: &reqwest::Client,
    address: std::net::SocketAddr,
    show: ShowId,
    variant: VariantId,
    token: &str,
    key: &str,
) -> reqwest::Result<(u16, Value)> {
    let answer = client
        .post(format!("http://{address}/api/v1/shows/{show}/checkouts"))
        .bearer_auth(token)
        .header("idempotency-key", key)
        .header("content-type", "application/json")
        .body(json!({ "lines": [{ "variant_id": variant, "units": 1 }] }).to_string())
        .send()
        .await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or_default()))
}

/// Each acknowledged message is in the log once, at its place, and the log has no holes.
async fn check_chat(server: &TestServer, world: &World) {
    let mut tx = server.database.read().await.expect("the database reads");
    let events = tx.list_events_after(world.show, Audience::Viewers, 0, 1_000_000).await.expect("the log");
    let mut places = std::collections::HashMap::new();
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

/// Asks for every acknowledged checkout, repeats clicks that had no answer, and cancels them all.
async fn settle_buyers(world: &World, process: &Process, buyers: &[Buyer]) {
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().expect("a client");
    for buyer in buyers {
        for id in &buyer.promised {
            let path = format!("http://{}/api/v1/checkouts/{id}", process.address);
            let answer = patiently(&client.get(path).bearer_auth(&buyer.token)).await;
            assert_eq!(answer.status().as_u16(), 200, "an acknowledged checkout is missing");
        }
        let Some(key) = buyer.clicks.last() else { continue };
        // The same key is the same click: it goes on where the crash left off, or begins now.
        let checkout = within("the click to be answered", async {
            let mut looks = tokio::time::interval(Duration::from_millis(50));
            loop {
                looks.tick().await;
                let click = click(&client, process.address, world.show, world.variant, &buyer.token, key);
                match click.await.expect("the program answers") {
                    (201, checkout) => return checkout,
                    (409 | 429 | 503, _) => {}
                    (status, body) => panic!("{status} {body}"),
                }
            }
        })
        .await;
        let id = checkout["id"].as_str().expect("a checkout has an id");
        let path = format!("http://{}/api/v1/checkouts/{id}", process.address);
        let answer = patiently(&client.delete(path).bearer_auth(&buyer.token)).await;
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

/// Asks as often as it takes; all buyers share one address, whose requests are limited.
async fn patiently(request: &reqwest::RequestBuilder) -> reqwest::Response {
    within("the program to have time", async {
        loop {
            let request = request.try_clone().expect("a request without a stream");
            let answer = request.send().await.expect("the program answers");
            if answer.status().as_u16() != 429 {
                return answer;
            }
            let wait = answer.headers()["retry-after"].to_str().ok().and_then(|secs| secs.parse().ok());
            tokio::time::sleep(Duration::from_secs(wait.expect("it says how long"))).await;
        }
    })
    .await
}

/// Every piece comes back and the counters agree with the orders.
async fn check_stock(server: &TestServer, world: &World) {
    within("every piece to come back", async {
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            let mut tx = server.database.read().await.expect("the database reads");
            let breaches = tx.list_stock_breaches(10).await.expect("the audit runs");
            assert!(breaches.is_empty(), "{breaches:?}");
            let variant = tx.find_variant(world.seed.shop, world.variant).await.expect("the query runs");
            if variant.expect("the variant is there").available.get() == STOCK {
                return;
            }
        }
    })
    .await;
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}
