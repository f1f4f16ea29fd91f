//! Buyers who click, pay, pay twice, cancel, let it be and come back, until the program is gone.

use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::clock::Clock;

use super::wire::{Reply, Wire};
use super::{Promises, World};
use crate::support::within;

/// A buyer and the click that may still lack its answer.
pub struct Buyer {
    token: String,
    rng: StdRng,
    last_click: Option<String>,
    /// Checkouts that were acknowledged.
    promised: Vec<String>,
}

/// Where the click goes and what it asks for.
#[derive(Clone)]
pub struct Offer {
    path: String,
    body: Value,
}

impl Offer {
    pub fn of(world: &World) -> Self {
        let lines = json!([{ "variant_id": world.variant, "units": 1 }]);
        Self { path: format!("/api/v1/shows/{}/checkouts", world.show), body: json!({ "lines": lines }) }
    }
}

impl Buyer {
    pub fn new(token: String, seed: u64) -> Self {
        Self { token, rng: StdRng::seed_from_u64(seed), last_click: None, promised: Vec::new() }
    }

    /// Buys until the program is gone.
    pub async fn buy(mut self, address: SocketAddr, offer: &Offer, promises: &Promises) -> Self {
        let wire = Wire::viewer(address, &self.token);
        let mut tries = tokio::time::interval(Duration::from_millis(20));
        loop {
            tries.tick().await;
            if self.shop(&wire, offer, promises).await.is_none() {
                return self;
            }
        }
    }

    /// One click, and what the buyer makes of it. `None` once the program is gone.
    async fn shop(&mut self, wire: &Wire, offer: &Offer, promises: &Promises) -> Option<()> {
        let key = Clock::system().uuid().to_string();
        self.last_click = Some(key.clone());
        let reply = wire.post(&offer.path, &key, &offer.body).await?;
        let checkout = reply.json();
        let id = match reply.status {
            201 => {
                let id = checkout["id"].as_str().expect("a checkout has an id").to_owned();
                self.promised.push(id.clone());
                promises.checkouts.fetch_add(1, Ordering::Relaxed);
                id
            }
            // One that was let be, or whose answer was lost in a crash, stands in the way.
            409 => match checkout["checkout_id"].as_str() {
                Some(id) => id.to_owned(),
                None => return Some(()),
            },
            429 | 503 => return Some(()),
            status => panic!("{status} {checkout}"),
        };
        match self.rng.random_range(0..100) {
            0..50 => self.pay(wire, &id, "pay", promises).await,
            50..60 => self.pay(wire, &id, "twice", promises).await,
            60..85 => wire.delete(&checkout_path(&id)).await.map(drop),
            _ => Some(()),
        }
    }

    /// Presses a button of the pay page and, perhaps, comes back to the shop.
    async fn pay(&mut self, wire: &Wire, id: &str, button: &str, promises: &Promises) -> Option<()> {
        let reply = wire.get(&checkout_path(id)).await?;
        let checkout = reply.json();
        let path = checkout["pay_url"].as_str().and_then(|url| wire.path_of(url));
        // The page is not made yet, or the program has no time to tell.
        let Some(path) = path else { return Some(()) };
        let page = wire.get(path).await?;
        let token = page.text.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let Some(token) = token else { return Some(()) };
        let form = format!("token={token}&action={button}&name=Anna&email=anna%40example.com");
        let reply = wire.submit(path, form).await?;
        if is_paid(&reply) {
            let count = if button == "twice" { 2 } else { 1 };
            promises.payments.lock().ok()?.push((id.to_owned(), count));
        }
        if self.rng.random_bool(0.3) {
            wire.get(&checkout_path(id)).await?;
        }
        Some(())
    }

    /// Asks for every acknowledged checkout, repeats the click that had no answer, and ends it.
    pub async fn settle(&self, address: SocketAddr, offer: &Offer) {
        let wire = Wire::viewer(address, &self.token);
        for id in &self.promised {
            let reply = wire.patiently(Method::GET, &checkout_path(id)).await;
            assert_eq!(reply.status, 200, "an acknowledged checkout is missing: {}", reply.text);
        }
        let Some(key) = &self.last_click else { return };
        // The same key is the same click: it goes on where the crash left off, or begins now.
        within("the click to be answered", async {
            let mut looks = tokio::time::interval(Duration::from_millis(50));
            loop {
                looks.tick().await;
                let reply = wire.post(&offer.path, key, &offer.body).await;
                let reply = reply.expect("nobody kills the program now");
                let (checkout, is_made) = (reply.json(), reply.status == 201);
                let id = if is_made { &checkout["id"] } else { &checkout["checkout_id"] };
                if let Some(id) = id.as_str() {
                    let reply = wire.patiently(Method::DELETE, &checkout_path(id)).await;
                    assert!((200..300).contains(&reply.status), "{} {}", reply.status, reply.text);
                }
                match reply.status {
                    201 => return,
                    409 | 429 | 503 => {}
                    status => panic!("{status} {checkout}"),
                }
            }
        })
        .await;
    }
}

/// Whether the pay page sent the buyer back to the shop, which it does once the money is taken.
fn is_paid(reply: &Reply) -> bool {
    let location = reply.headers.get("location").and_then(|location| location.to_str().ok());
    reply.status == 303 && location.is_some_and(|location| !location.starts_with("/sandbox/"))
}

fn checkout_path(id: &str) -> String {
    format!("/api/v1/checkouts/{id}")
}
