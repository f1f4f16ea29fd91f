//! Temporary prices in a show: what they must be below, who gets them, and how they end.

mod history;
mod pieces;
mod reductions;
mod rules;
mod talk;

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::domain::member::Permission;
use vetrina::domain::order::OrderStatus;

use crate::support::http::{Answer, Client};
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

/// The price of the product.
const FULL: i64 = 4990;
/// A fifth less.
const OFFER: i64 = 3992;

fn eur(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

/// A stall whose host makes offers.
struct Desk {
    stall: Stall,
    /// A key that outlives the sessions of members, since these tests let a month pass.
    host: Client,
}

impl Desk {
    /// Opens under a clock that stands still.
    async fn open(stock: i64) -> Self {
        Self::at(Stall::open_still(stock).await).await
    }

    async fn at(stall: Stall) -> Self {
        let scopes = [Permission::Shows, Permission::Moderate, Permission::Catalogue];
        let host = stall.server.key_client(&stall.seed, &scopes).await;
        Self { stall, host }
    }

    fn path(&self) -> String {
        format!("/api/v1/shows/{}/offers", self.stall.show)
    }

    /// Asks for an offer for the product.
    async fn ask(&self, mut terms: Value) -> Answer {
        terms["product_id"] = json!(self.stall.product.id);
        self.host.post(&self.path(), terms).await
    }

    /// An offer that runs for ten minutes.
    async fn start(&self, price: i64) -> Value {
        self.ask(json!({ "price": eur(price), "secs": 600 })).await.expect(201)
    }

    async fn set(&self, offer: &Value, status: &str) -> Answer {
        let path = format!("{}/{}/status", self.path(), offer["id"].as_str().unwrap());
        self.host.put(&path, json!({ "status": status })).await
    }

    /// The offer as members see it by now.
    async fn stored(&self, offer: &Value) -> Value {
        let list = self.host.get(&self.path()).await.expect(200);
        let items = list["items"].as_array().unwrap();
        items.iter().find(|item| item["id"] == offer["id"]).expect("it is in the list").clone()
    }

    /// Waits until an offer has ended, and tells why.
    async fn ends(&self, offer: &Value) -> Value {
        within("the offer to end", async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
            loop {
                let now = self.stored(offer).await;
                if now["status"] != "running" {
                    return now["end_reason"].clone();
                }
                looks.tick().await;
            }
        })
        .await
    }

    /// A click by somebody who saw this price.
    async fn click(&self, buyer: &Buyer, key: &str, units: i64, seen: i64) -> Answer {
        let line = json!({ "variant_id": self.stall.variant(), "units": units, "seen_price": seen });
        self.stall.click_lines(buyer, key, json!([line])).await
    }

    async fn set_price(&self, amount: i64) {
        let path = format!("/api/v1/variants/{}", self.stall.variant());
        self.host.patch(&path, json!({ "price": eur(amount) })).await.expect(200);
    }

    /// The lowest price that counts by now, and of how many days.
    async fn lowest(&self) -> (i64, i64) {
        let path = format!("/api/v1/products/{}/lowest-prices", self.stall.product.id);
        let prices = self.host.get(&path).await.expect(200);
        let variant = &prices["variants"][0];
        (variant["lowest"]["amount"].as_i64().unwrap(), variant["lowest_days"].as_i64().unwrap())
    }

    fn pass(&self, length: TimeDelta) {
        self.stall.pass(length);
    }

    async fn buy(&self, buyer: &Buyer, key: &str, units: i64, seen: i64) -> Value {
        let checkout = self.click(buyer, key, units, seen).await.expect(201);
        self.stall.pay(&checkout).await;
        self.stall.reaches(&checkout, OrderStatus::Paid).await;
        checkout
    }
}

/// What one piece of a checkout costs.
fn unit_price(checkout: &Value) -> i64 {
    checkout["lines"][0]["unit_amount"]["amount"].as_i64().unwrap()
}
