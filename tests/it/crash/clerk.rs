//! A member who gives money back, until the program is gone.

use std::net::SocketAddr;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::json;
use vetrina::clock::Clock;

use super::Promises;
use super::wire::Wire;

/// Gives back all or a part of what some paid orders brought, with or without their pieces.
pub async fn give_back(address: SocketAddr, session: &str, mut rng: StdRng, promises: &Promises) {
    let wire = Wire::member(address, session);
    let mut tries = tokio::time::interval(Duration::from_millis(100));
    loop {
        tries.tick().await;
        if give_back_once(&wire, &mut rng, promises).await.is_none() {
            return;
        }
    }
}

async fn give_back_once(wire: &Wire, rng: &mut StdRng, promises: &Promises) -> Option<()> {
    let orders = wire.get("/api/v1/orders?status=paid&limit=20").await?.json();
    let Some(orders) = orders["items"].as_array().filter(|orders| !orders.is_empty()) else {
        return Some(());
    };
    let order = orders[rng.random_range(0..orders.len())]["id"].as_str().expect("an order has an id");
    let mut body = json!({});
    if rng.random_bool(0.5) {
        body["amount"] = 1_000.into();
    }
    if rng.random_bool(0.3) {
        body["restock"] = json!([{ "line": 0, "units": 1 }]);
    }
    let key = Clock::system().uuid().to_string();
    let reply = wire.post(&format!("/api/v1/orders/{order}/refunds"), &key, &body).await?;
    match reply.status {
        202 => promises.refunds.lock().ok()?.push(order.to_owned()),
        // Nothing is left to give back, or somebody was faster.
        409 | 422 | 429 | 503 => {}
        status => panic!("{status} {}", reply.text),
    }
    Some(())
}
