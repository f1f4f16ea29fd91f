//! Prices lowered in the catalogue: what viewers are told that they were reduced from.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Desk, FULL, OFFER, eur};

impl Desk {
    async fn announce(&self, former: Option<i64>) {
        let path = format!("/api/v1/variants/{}", self.stall.variant());
        self.host.patch(&path, json!({ "compare_at": former.map(eur) })).await.expect(200);
    }

    /// What viewers of the show are told; null where nothing is announced.
    async fn told(&self) -> Value {
        let viewer = self.stall.server.client();
        let path = format!("/api/v1/shows/{}", self.stall.show);
        let page = viewer.get(&path).await.expect(200);
        page["show"]["lineup"][0]["variants"][0]["reduction"].clone()
    }
}

fn reduction(lowest: i64, days: i64, percent: i64) -> Value {
    json!({ "lowest": eur(lowest), "lowest_days": days, "percent": percent })
}

#[tokio::test]
async fn a_former_price_alone_announces_nothing() {
    let desk = Desk::open(5).await;
    desk.announce(Some(9990)).await;
    assert_eq!(desk.told().await, Value::Null);
}

#[tokio::test]
async fn a_reduction_counts_from_the_lowest_price_of_the_days_before() {
    let desk = Desk::open(5).await;
    desk.pass(TimeDelta::days(40));
    desk.set_price(OFFER).await;
    assert_eq!(desk.told().await, Value::Null, "the shop announces none");
    desk.announce(Some(9990)).await;
    assert_eq!(desk.told().await, reduction(FULL, 30, 20));
    // The same price again, much later, is still the same reduction.
    desk.pass(TimeDelta::days(40));
    desk.set_price(OFFER).await;
    assert_eq!(desk.told().await, reduction(FULL, 30, 20));
    // A price that goes up is none, however far below the former one it stays.
    desk.set_price(4490).await;
    assert_eq!(desk.told().await, Value::Null);
    // And one that goes down again counts from the lower price of yesterday.
    desk.pass(TimeDelta::days(1));
    desk.set_price(3490).await;
    assert_eq!(desk.told().await, reduction(OFFER, 30, 12));
}

#[tokio::test]
async fn the_price_of_an_offer_is_one_of_the_days_before() {
    let desk = Desk::open(5).await;
    desk.announce(Some(9990)).await;
    let offer = desk.start(OFFER).await;
    desk.pass(TimeDelta::minutes(1));
    desk.set(&offer, "ended").await.expect(200);
    desk.pass(TimeDelta::minutes(1));
    desk.set_price(4490).await;
    assert_eq!(desk.told().await, Value::Null, "it was lower a minute ago");
    desk.set_price(3500).await;
    assert_eq!(desk.told().await, reduction(OFFER, 1, 12));
}
