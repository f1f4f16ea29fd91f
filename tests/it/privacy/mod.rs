//! What is kept of people: given out, erased, forgotten in time; on every node and in every column.

mod buyers;
mod columns;
mod held;
mod retention;
mod rows;
mod viewers;

use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::app::Viewer;
use vetrina::domain::order::OrderStatus;

use crate::support::http::Client;
use crate::support::socket::SocketClient;
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

/// A viewer with a name in a show, who can buy too.
struct Person {
    viewer: Viewer,
    socket: SocketClient,
    client: Client,
}

impl Person {
    async fn come(stall: &Stall, name: &str) -> Self {
        let (viewer, token) = stall.server.app.create_viewer(stall.seed.shop);
        let (mut socket, _) = stall.server.viewer_socket(stall.show, &token).await;
        let named = socket.command("name.set", json!({ "name": name })).await;
        assert_eq!(named["ok"]["name"], name, "{named}");
        socket.expect("you").await;
        let client = stall.server.client().with_bearer(&token);
        Self { viewer, socket, client }
    }

    /// Says something; its id comes from a number.
    async fn say(&mut self, n: u128, text: &str) {
        let said = self.socket.chat(id(n), text).await;
        assert_eq!(said["ok"]["message_id"], id(n).to_string(), "{said}");
    }

    /// Says something that waits for a moderator.
    async fn is_held(&mut self, n: u128, text: &str) {
        let said = self.socket.chat(id(n), &format!("merda, {text}")).await;
        assert!(said["ok"].is_object() && said["ok"]["seq"].is_null(), "{said}");
    }

    async fn ask(&mut self, n: u128, text: &str) {
        let data = json!({ "question_id": id(n), "product_id": null, "text": text });
        let asked = self.socket.command("question.ask", data).await;
        assert_eq!(asked["ok"]["question_id"], id(n).to_string(), "{asked}");
    }

    fn buyer(&self) -> Buyer {
        Buyer { client: self.client.clone(), viewer: self.viewer }
    }
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// The path of a member's view of an order.
fn order_path(checkout: &Value) -> String {
    format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap())
}

/// What the buyer's secret address ends with.
fn token(stall: &Stall, checkout: &Value) -> String {
    let url = checkout["order_url"].as_str().unwrap();
    url.strip_prefix(&stall.server.url("/order/")).expect("the page is ours").to_owned()
}

/// Sells pieces to somebody who types this on the payment page.
async fn sell(stall: &Stall, buyer: &Buyer, units: i64, typed: &str) -> Value {
    let key = stall.server.clock.uuid().to_string();
    let checkout = stall.click(buyer, &key, units).await.expect(201);
    let answer = stall.pay_page(&checkout).await.submit("pay", typed).await;
    assert_eq!(answer.status, 303);
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
}

async fn ship(stall: &Stall, checkout: &Value) {
    let parcel = json!({ "carrier": "Corriere", "tracking_code": "TRACK-QUAGLIA" });
    let member = stall.server.member_client(&stall.seed);
    member.put(&format!("{}/shipment", order_path(checkout)), parcel).await.expect(200);
}

/// Waits until something is so.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    within(what, async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
        while !is_so().await {
            looks.tick().await;
        }
    })
    .await;
}
