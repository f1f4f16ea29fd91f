//! Buyers who want an answer: they click again, at another node, under the same key.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use vetrina::clock::Clock;

use super::{Doors, Nodes, comes_true};
use crate::support::WITHIN;
use crate::support::http::{Answer, Client};

/// A buyer with one click.
pub struct Buyer {
    client: Client,
    key: String,
    path: String,
    body: Value,
    doors: Arc<Doors>,
}

/// What became of the click.
pub struct Bought {
    /// The answer that says whether there is a reservation.
    pub answer: Answer,
    /// How often a node was gone before it had answered.
    pub cut_off: usize,
}

impl Buyer {
    pub fn new(nodes: &Nodes) -> Self {
        let body = json!({ "lines": [{ "variant_id": nodes.stall.variant(), "units": 1 }] });
        Self {
            client: nodes.stall.buyer().client,
            key: Clock::system().uuid().to_string(),
            path: format!("/api/v1/shows/{}/checkouts", nodes.stall.show),
            body,
            doors: Arc::clone(&nodes.doors),
        }
    }

    /// One click at a node; nothing comes from a node that is gone.
    pub async fn click(&self, node: SocketAddr) -> Option<Answer> {
        let client = self.at(node).with_header("idempotency-key", &self.key);
        client.try_request(Method::POST, &self.path, Some(self.body.clone())).await
    }

    /// Clicks, first at one node, until the answer is neither an outage nor that it is still at work.
    pub async fn buy(&self, first: SocketAddr) -> Bought {
        let (mut node, mut cut_off) = (first, 0);
        let mut tries = tokio::time::interval(Duration::from_millis(500));
        tries.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tries.tick().await;
            let Some(answer) = self.click(node).await else {
                cut_off += 1;
                node = self.doors.any();
                continue;
            };
            match (answer.status.as_u16(), answer.body["code"].as_str()) {
                (201, _) | (409, Some("sold_out")) => return Bought { answer, cut_off },
                (503, Some("unavailable" | "overloaded")) | (429, Some("rate_limited")) => {
                    node = self.doors.any();
                }
                _ => panic!("{answer:?}"),
            }
        }
    }

    /// The checkout as a node tells it.
    pub async fn checkout(&self, node: SocketAddr, id: &str) -> Answer {
        self.at(node).get(&format!("/api/v1/checkouts/{id}")).await
    }

    /// Pays at the sandbox's page of a node, once there is one.
    pub async fn pay(&self, node: SocketAddr, id: &str) {
        let mut page = None;
        comes_true("a page to pay at", WITHIN, async || {
            let checkout = self.checkout(node, id).await.expect(200);
            page = checkout["pay_url"].as_str().map(path_of);
            page.is_some()
        })
        .await;
        let page = page.expect("it was waited for");
        let client = self.client.clone().at(&format!("http://{node}"));
        let form = String::from_utf8(client.get(&page).await.bytes).expect("a page is text");
        let token = form.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let token = token.expect("an open page has a form");
        let fields = format!("token={token}&action=pay&name=Anna&email=anna%40example.com");
        let kind = "application/x-www-form-urlencoded";
        let answer = client.send_bytes(Method::POST, &page, kind, fields.into_bytes()).await;
        assert_eq!(answer.status, 303, "{answer:?}");
    }

    fn at(&self, node: SocketAddr) -> Client {
        self.client.clone().at(&format!("http://{node}"))
    }
}

/// An address without the node that it was made by: every node has the page.
fn path_of(url: &str) -> String {
    url::Url::parse(url).expect("an address").path().to_owned()
}
