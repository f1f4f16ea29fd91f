//! One evening, as the server takes snapshots of it and as its events tell it.
//!
//! The committed list is read by the pages' tests too: folding the events between two snapshots onto
//! the first one gives the second. `VETRINA_UPDATE=1` writes it anew.

use std::collections::HashMap;
use std::path::PathBuf;

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::app::shows::ShowRef;
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;

use super::viewer_called;
use crate::support::http::Client;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};

/// Ids differ from run to run, so each is told by the place of its first appearance.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn replace(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.in_text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.replace(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.replace(field)),
            _ => {}
        }
    }

    fn in_text(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let id = rest.get(..36).filter(|part| part.contains('-') && Uuid::parse_str(part).is_ok());
            if let Some(id) = id {
                let next = format!("00000000-0000-7000-8000-{:012}", self.0.len() + 1);
                out.push_str(self.0.entry(id.to_owned()).or_insert(next));
                rest = &rest[36..];
            } else {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
        out
    }
}

/// A show with a clock that the test moves, and what was seen of it so far.
struct Evening {
    server: TestServer,
    seed: Seed,
    member: Client,
    show: ShowId,
    snapshots: Vec<Value>,
}

impl Evening {
    async fn begin() -> Self {
        let clock = Clock::manual("2026-11-21T20:00:00Z".parse().unwrap());
        let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
        let seed = server.seed_shop().await;
        let member = server.member_client(&seed);
        let show = json!({ "title": "Serata", "slug": "serata", "starts_at": "2026-11-21T20:30:00Z" });
        let show = member.post("/api/v1/shows", show).await.expect(201);
        let show = serde_json::from_value(show["id"].clone()).unwrap();
        Self { server, seed, member, show, snapshots: Vec::new() }
    }

    /// Notes the show as it is, then a while passes.
    async fn note(&mut self, name: &str) {
        let snapshot = self.server.app.snapshot(&ShowRef::Id(self.show), None).await.unwrap();
        let seen = json!({ "name": name, "seq": snapshot.last_seq, "shop": snapshot.shop,
            "show": snapshot.show, "chat": snapshot.chat });
        self.snapshots.push(seen);
        self.server.clock.advance(TimeDelta::seconds(7));
    }

    async fn put(&self, path: &str, body: Value) {
        let answer = self.member.put(&format!("/api/v1/{path}"), body).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
    }

    async fn bare(&self, method: reqwest::Method, path: &str) {
        let answer = self.member.request(method, &format!("/api/v1/{path}"), None).await;
        assert!(answer.status.is_success(), "{path}: {answer:?}");
    }

    async fn status(&self, status: &str) {
        self.put(&format!("shows/{}/status", self.show), json!({ "status": status })).await;
    }

    async fn finish(self) -> Value {
        let mut tx = self.server.database.read().await.unwrap();
        let events = tx.list_events_after(self.show, Audience::Viewers, 0, 1_000).await.unwrap();
        let mut whole = json!({ "snapshots": self.snapshots, "events": events });
        Names::default().replace(&mut whole);
        whole
    }
}

/// Everything that viewers may hear of, once at least.
async fn play() -> Value {
    let mut evening = Evening::begin().await;
    let (server, seed) = (&evening.server, &evening.seed);
    let mut products = Vec::new();
    for (title, stock) in [("Vaso", 5), ("Piatto", 2), ("Tazza", 9)] {
        let price = json!({ "amount": 4_990, "currency": "EUR" });
        let handle = title.to_lowercase();
        let new =
            json!({ "title": title, "handle": handle, "variants": [{ "price": price, "stock": stock }] });
        let new = serde_json::from_value(new).unwrap();
        products.push(server.app.create_product(&seed.owner, &new).await.unwrap());
    }
    let ids: Vec<String> = products.iter().map(|product| product.id.to_string()).collect();
    let show = evening.show;
    let pin = |id: &str| format!("shows/{show}/featured-products/{id}");
    let (put, delete) = (reqwest::Method::PUT, reqwest::Method::DELETE);
    evening.note("announced").await;
    evening.put(&format!("shows/{show}/lineup"), json!({ "product_ids": ids })).await;
    let change = json!({ "title": "Serata d'inverno", "description": "Ceramiche",
        "video": { "kind": "demo" }, "sync_offset_ms": -1_500 });
    evening.member.patch(&format!("/api/v1/shows/{show}"), change).await.expect(200);
    evening.note("planned").await;
    evening.status("live").await;
    evening.bare(put.clone(), &pin(&ids[0])).await;
    evening.bare(put.clone(), &pin(&ids[1])).await;
    evening.note("live with two on screen").await;

    let mut viewer = viewer_called(&evening.server, &evening.seed, show, "Marta").await;
    let messages: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
    for (message, text) in messages.iter().zip(["Ciao", "Bello", "No", "Quanto costa?", "Preso"]) {
        let reply = viewer.chat(*message, text).await;
        assert!(reply["ok"].is_object(), "{reply}");
        evening.server.clock.advance(TimeDelta::seconds(4));
    }
    evening.note("chatting").await;
    let on_top = |message: &Uuid| format!("shows/{show}/pinned-messages/{message}");
    evening.put(&format!("shows/{show}/chat-lock"), json!({ "is_locked": true })).await;
    evening.bare(put.clone(), &on_top(&messages[3])).await;
    evening.bare(put.clone(), &on_top(&messages[0])).await;
    evening.note("only the shop writes, and a message on top").await;
    evening.put(&format!("shows/{show}/chat-lock"), json!({ "is_locked": false })).await;
    evening.bare(delete.clone(), &on_top(&messages[0])).await;
    evening.note("everybody writes again").await;
    let removal = |message: &Uuid| format!("shows/{show}/messages/{message}/removal");
    evening.bare(put.clone(), &removal(&messages[2])).await;
    evening.bare(put.clone(), &removal(&messages[1])).await;
    evening.note("two messages removed").await;
    evening.bare(delete.clone(), &removal(&messages[1])).await;
    evening.put(&format!("shows/{show}/slow-mode"), json!({ "secs": 20 })).await;
    evening.note("one brought back, and slow mode").await;

    let variant = products[1].variants[0].id;
    evening.put(&format!("variants/{variant}/stock"), json!({ "stock": 1 })).await;
    let price = json!({ "price": { "amount": 5_990, "currency": "EUR" } });
    evening.member.patch(&format!("/api/v1/variants/{variant}"), price).await.expect(200);
    evening.bare(delete, &pin(&ids[0])).await;
    evening.note("another price, fewer pieces, one off the screen").await;
    evening.status("paused").await;
    evening.bare(put, &pin(&ids[2])).await;
    evening.note("paused").await;
    evening.status("live").await;
    let archived = json!({ "status": "archived" });
    evening.member.patch(&format!("/api/v1/products/{}", ids[2]), archived).await.expect(200);
    evening.note("back without a product").await;
    evening.status("ended").await;
    evening.note("over").await;
    let replay = json!({ "recording": { "kind": "demo" }, "is_published": true });
    evening.put(&format!("shows/{show}/replay"), replay).await;
    evening.note("to be seen again").await;
    evening.bare(reqwest::Method::DELETE, &format!("shows/{show}/replay")).await;
    evening.note("withdrawn").await;
    evening.finish().await
}

#[tokio::test]
async fn snapshots_and_events_are_those_that_the_pages_are_tested_with() {
    let played = serde_json::to_string_pretty(&play().await).unwrap() + "\n";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/evening.json");
    if std::env::var_os("VETRINA_UPDATE").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, &played).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let (kept, played): (Value, Value) =
        (serde_json::from_str(&kept).unwrap_or_default(), serde_json::from_str(&played).unwrap());
    assert!(kept == played, "run VETRINA_UPDATE=1 cargo test --test it vectors and look at what changed");
    let types: std::collections::BTreeSet<_> =
        played["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert!(types.len() >= 16, "an event of each type: {types:?}");
}
