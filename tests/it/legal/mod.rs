//! Who sells under which terms, and buyers who withdraw from their contract.

mod notices;
mod receipts;
mod withdrawals;

use serde_json::{Value, json};
use vetrina::domain::order::OrderStatus;

use crate::support::stall::Stall;

/// What a complete shop tells of itself.
fn complete() -> Value {
    json!({
        "seller": {
            "name": "Bottega Aurora di Anna Rossi", "address": "Via Roma 1\n00184 Roma RM",
            "vat_number": "12345678903", "email": "ciao@bottega.example", "phone": "+39 06 1234567",
        },
        "buyer_pays_return": true,
        "terms": { "it": "Vendiamo vasi.\n\nTutti <fatti> a mano.", "en": "" },
    })
}

/// Tells all that buyers have to know.
async fn tell_all(stall: &Stall) {
    stall.server.member_client(&stall.seed).put("/api/v1/shop/legal", complete()).await.expect(200);
}

/// Sells this many pieces to Anna.
async fn sell(stall: &Stall, units: i64) -> Value {
    let checkout = stall.reserve(&stall.buyer(), units).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("pay", "&name=Anna%20Neri&email=anna%40example.it").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
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

/// A statement about pieces of the first line.
fn statement(key: &str, units: i64) -> Value {
    json!({ "key": key, "name": "Anna Neri", "lines": [{ "line": 0, "units": units }], "language": "it" })
}
