//! The history of prices: complete, paged, and the lowest price that follows from it.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::member::Permission;

use super::{Desk, FULL, OFFER, eur};

impl Desk {
    async fn history(&self, query: &str) -> Value {
        let path = format!("/api/v1/variants/{}/price-history{query}", self.stall.variant());
        self.host.get(&path).await.expect(200)
    }

    /// All entries, the newest first, one page at a time.
    async fn walk(&self) -> Vec<Value> {
        let mut all = Vec::new();
        let mut page = self.history("?limit=1").await;
        loop {
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return all };
            page = self.history(&format!("?limit=1&cursor={cursor}")).await;
        }
    }
}

fn amounts(entries: &[Value]) -> Vec<i64> {
    entries.iter().map(|entry| entry["price"]["amount"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn each_change_is_one_entry_and_offers_stand_beside_them() {
    let desk = Desk::open(5).await;
    assert_eq!(amounts(&desk.walk().await), [FULL]);
    // Two changes within one millisecond are two entries all the same.
    desk.set_price(5490).await;
    desk.set_price(5490).await;
    desk.set_price(FULL).await;
    assert_eq!(amounts(&desk.walk().await), [FULL, 5490, FULL]);
    desk.pass(TimeDelta::minutes(5));
    let offer = desk.start(OFFER).await;
    let undone = {
        desk.set(&offer, "undone").await.expect(200);
        desk.walk().await
    };
    assert_eq!(amounts(&undone), [FULL, 5490, FULL]);
    let offer = desk.start(OFFER).await;
    desk.pass(TimeDelta::minutes(1));
    desk.set(&offer, "ended").await.expect(200);
    let entries = desk.walk().await;
    assert_eq!(amounts(&entries), [OFFER, FULL, 5490, FULL]);
    assert_eq!((&entries[0]["offer_id"], &entries[1]["offer_id"]), (&offer["id"], &Value::Null));
    assert_eq!(entries[0]["until"], json!(desk.stall.server.clock.now()));
    assert_eq!(desk.history("").await["items"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn the_history_is_for_those_who_keep_the_catalogue() {
    let desk = Desk::open(5).await;
    let server = &desk.stall.server;
    let path = format!("/api/v1/variants/{}/price-history", desk.stall.variant());
    let stranger = server.seed_shop().await;
    server.member_client(&stranger).get(&path).await.expect_problem(404, "not_found");
    let key = server.key_client(&desk.stall.seed, &[Permission::Orders]).await;
    key.get(&path).await.expect_problem(403, "forbidden");
    for query in ["?limit=0", "?limit=101", "?cursor=x", "?cursor=1.2"] {
        desk.host.get(&format!("{path}{query}")).await.expect_problem(400, "malformed");
    }
}

/// What a price stood at and from when on, as a list that is read from its beginning.
fn naive(changes: &[(DateTime<Utc>, i64)], now: DateTime<Utc>) -> i64 {
    let since = now - TimeDelta::days(30);
    let until = |at: usize| changes.get(at + 1).map_or(DateTime::<Utc>::MAX_UTC, |next| next.0);
    let stood = changes.iter().enumerate().filter(|(at, (from, _))| *from <= now && until(*at) > since);
    stood.map(|(_, (_, price))| *price).min().unwrap()
}

#[tokio::test]
async fn the_lowest_price_is_that_of_a_naive_model() {
    let seed = u64::from(u32::from_le_bytes(Clock::system().random()));
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let desk = Desk::open(5).await;
    let began = desk.stall.server.clock.now();
    let mut changes = vec![(began, FULL)];
    for _ in 0..40 {
        desk.pass(TimeDelta::hours(rng.random_range(1..240)));
        let now = desk.stall.server.clock.now();
        let price = rng.random_range(40..60) * 100;
        desk.set_price(price).await;
        if changes.last().unwrap().1 != price {
            changes.push((now, price));
        }
        desk.pass(TimeDelta::hours(rng.random_range(0..240)));
        let now = desk.stall.server.clock.now();
        let days = ((now - began).num_days() + 1).min(30);
        assert_eq!(desk.lowest().await, (naive(&changes, now), days), "seed {seed}: {changes:?} at {now}");
    }
    let stored: Vec<i64> = amounts(&desk.walk().await).into_iter().rev().collect();
    assert_eq!(stored, changes.iter().map(|change| change.1).collect::<Vec<_>>());
    assert_eq!(eur(stored[0]), eur(FULL));
}
