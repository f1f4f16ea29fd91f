//! A shop that sells by payment keys of its own, and what is asked of its account.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::config::Secret;
use vetrina::domain::ids::ShopId;
use vetrina::payments::webhook;

use super::http::{Answer, Client};
use super::server::{Setup, TestServer};
use super::stall::Stall;
use super::stand_in::StandIn;

pub const ACCOUNT: &str = "/api/v1/payment-account";
pub const TEST_KEY: &str = "sk_test_ownkey0000abcd";
pub const LIVE_KEY: &str = "rk_live_ownkey0000wxyz";
pub const SEALING_KEY: &str = "a sealing key for tests, long enough";

/// A stall whose shop uses the sandbox, in front of a stand-in for keys of its own.
async fn open_at(public_url: Option<&str>) -> (Stall, StandIn) {
    let (stand_in, setup) = set_up(public_url).await;
    (Stall::open_with(setup, 5).await, stand_in)
}

async fn set_up(public_url: Option<&str>) -> (StandIn, Setup) {
    let (stand_in, mut setup) = StandIn::start().await;
    setup.config.stripe.secret_key = None;
    setup.config.sealing_key = Some(Secret::new(SEALING_KEY));
    setup.config.public_url = public_url.map(|url| url.parse().unwrap());
    (stand_in, setup)
}

/// The same at one node on every set-up.
pub async fn open_alone() -> (Stall, StandIn) {
    let (stand_in, setup) = set_up(None).await;
    (Stall::at(TestServer::start_alone(setup).await, 5).await, stand_in)
}

pub async fn open() -> (Stall, StandIn) {
    open_at(None).await
}

pub async fn open_https() -> (Stall, StandIn) {
    open_at(Some("https://shop.example")).await
}

pub fn owner(stall: &Stall) -> Client {
    signed_in(stall, &stall.seed.session)
}

pub fn signed_in(stall: &Stall, session: &str) -> Client {
    let client = stall.server.client().with_header("sec-fetch-site", "same-origin");
    let name = if stall.server.app.is_https() { "__Host-vetrina" } else { "vetrina" };
    client.with_header("cookie", &format!("{name}={session}"))
}

pub async fn set_keys(stall: &Stall, keys: Value) -> Value {
    owner(stall).put(&format!("{ACCOUNT}/keys"), keys).await.expect(200)
}

pub async fn own_test_keys(stall: &Stall) -> Value {
    set_keys(stall, json!({ "secret_key": TEST_KEY, "webhook_secret": "whsec_own" })).await
}

pub async fn check(stall: &Stall, body: Value) -> Value {
    stall.pass(TimeDelta::seconds(30));
    owner(stall).post(&format!("{ACCOUNT}/checks"), body).await.expect(200)
}

/// The code that a check found at one step.
#[track_caller]
pub fn found<'a>(report: &'a Value, step: &str) -> &'a str {
    let findings = report["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["check"] == step);
    finding.expect("the step was looked at")["code"].as_str().expect("a code")
}

/// Where the events of a shop's own account are sent.
pub fn webhook_path(shop: ShopId) -> String {
    format!("/api/v1/webhooks/stripe/{shop}")
}

/// Sends an event to a shop's endpoint.
pub async fn tell(stall: &Stall, shop: ShopId, secret: &str, body: &[u8]) -> Answer {
    let signature = webhook::sign(&Secret::new(secret), body, stall.server.clock.now());
    let client = stall.server.client().with_header("stripe-signature", &signature);
    client.send_bytes(reqwest::Method::POST, &webhook_path(shop), "application/json", body.to_vec()).await
}
