//! A demo server in a process of its own, and what buyers and the shop ask of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::iter;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{BUYERS, CROWD, WITHIN, sorted};

const BINARY: &str = env!("CARGO_BIN_EXE_vetrina");
const SANDBOX_KEY: &str = "sk_test_bench";

/// A demo server in a process of its own, and a member's way into it.
pub struct Server {
    child: Child,
    base: String,
    api_key: String,
    show: String,
    http: reqwest::Client,
}

impl Server {
    pub fn start(folder: &Path, database: Option<&str>) -> Self {
        let mut command = Command::new(BINARY);
        // Each buyer comes from an address of its own, as told by a proxy that is believed.
        command
            .args(["demo", "--json", "--listen", "127.0.0.1:0", "--trusted-proxies", "127.0.0.0/8"])
            .args(["--stripe-sessions-per-second", "1000", "--sandbox-key", SANDBOX_KEY])
            .arg("--data")
            .arg(folder)
            .env("RUST_LOG", "error")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        if let Some(database) = database {
            command.args(["--database-url", database]);
        }
        let mut child = command.spawn().expect("the server starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server prints where it is");
        let told: Value = serde_json::from_str(&line).expect("one line of JSON");
        let text = |name: &str| told[name].as_str().expect("a text").to_owned();
        let http = reqwest::Client::builder()
            .timeout(WITHIN)
            .pool_max_idle_per_host(CROWD)
            .build()
            .expect("a client can be made");
        Self { child, base: text("base_url"), api_key: text("api_key"), show: text("show_id"), http }
    }

    /// A request from an address of 10.0.0.0/8.
    fn request(&self, method: Method, path: &str, from: usize) -> RequestBuilder {
        let [_, a, b, c] = u32::try_from(from).expect("few addresses are used").to_be_bytes();
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("x-forwarded-for", format!("10.{a}.{b}.{c}"))
    }

    /// A request of the shop's owner, whose answer has to be good.
    async fn own(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let mut request = self.request(method, path, 0).bearer_auth(&self.api_key);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let (status, body) = answer(request).await;
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// Puts a product with so many pieces into the lineup; gives its variant.
    pub async fn sell(&self, stock: usize) -> String {
        let price = json!({ "amount": 4990, "currency": "EUR" });
        let product = json!({ "title": "Vaso", "variants": [{ "price": price, "stock": stock }] });
        let product = self.own(Method::POST, "/api/v1/products", Some(product)).await;
        let lineup = json!({ "product_ids": [product["id"]] });
        self.own(Method::PUT, &format!("/api/v1/shows/{}/lineup", self.show), Some(lineup)).await;
        product["variants"][0]["id"].as_str().expect("a variant has an id").to_owned()
    }

    /// Fresh viewers' tokens, each with the number of its address.
    pub async fn viewers(&self, count: usize) -> Vec<(usize, String)> {
        let path = format!("/api/v1/shows/{}/viewers", self.show);
        iter(1..=count)
            .map(|from| {
                let request = self.request(Method::POST, &path, from);
                async move {
                    let (status, body) = answer(request).await;
                    assert_eq!(status, StatusCode::CREATED, "{body}");
                    (from, body["token"].as_str().expect("a viewer has a token").to_owned())
                }
            })
            .buffer_unordered(BUYERS)
            .collect()
            .await
    }

    pub async fn click(&self, (from, token): &(usize, String), variant: &str) -> (StatusCode, Value) {
        let lines = json!({ "lines": [{ "variant_id": variant, "units": 1 }] });
        let request = self
            .request(Method::POST, &format!("/api/v1/shows/{}/checkouts", self.show), *from)
            .bearer_auth(token)
            .header("idempotency-key", "click")
            .header("content-type", "application/json");
        answer(request.body(lines.to_string())).await
    }

    /// Pays as Stripe's command line does.
    pub async fn pay(&self, checkout: &Value) {
        let url = checkout["pay_url"].as_str().expect("the checkout can be paid");
        let session = url.rsplit('/').next().expect("an address has parts");
        let path = format!("/sandbox/v1/payment_pages/{session}/confirm");
        let amount = &checkout["total"]["amount"];
        let form = format!("payment_method=pm_card_visa&expected_amount={amount}");
        let request = self.sandbox(Method::POST, &path).body(form);
        let (status, body) =
            answer(request.header("content-type", "application/x-www-form-urlencoded")).await;
        assert_eq!((status, &body["payment_status"]), (StatusCode::OK, &json!("paid")), "{body}");
    }

    fn sandbox(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path, 0).bearer_auth(SANDBOX_KEY)
    }

    pub async fn count_sessions(&self) -> usize {
        let mut count = 0;
        let mut after = String::new();
        loop {
            let path = format!("/sandbox/v1/checkout/sessions?limit=100{after}");
            let (status, page) = answer(self.sandbox(Method::GET, &path)).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            let sessions = page["data"].as_array().expect("a page has sessions");
            count += sessions.len();
            match sessions.last() {
                Some(last) if page["has_more"] == json!(true) => {
                    after = format!("&starting_after={}", last["id"].as_str().expect("a session has an id"));
                }
                _ => return count,
            }
        }
    }

    /// Waits until the show has sold so many orders.
    pub async fn wait_for_sales(&self, orders: usize) {
        let path = format!("/api/v1/shows/{}/sales", self.show);
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        loop {
            looks.tick().await;
            if self.own(Method::GET, &path, None).await["sales"]["orders"] == json!(orders) {
                return;
            }
        }
    }

    /// From click to paid, of every paid order, by the server's own account.
    pub async fn paid_times(&self) -> Vec<Duration> {
        let mut times = Vec::new();
        let mut after = String::new();
        loop {
            let path = format!("/api/v1/orders?status=paid&limit=100{after}");
            let page = self.own(Method::GET, &path, None).await;
            let orders = page["items"].as_array().expect("a page has orders");
            times.extend(orders.iter().map(|order| {
                let at = |name: &str| order[name].as_str().and_then(|at| at.parse::<DateTime<Utc>>().ok());
                let (clicked, paid) = at("created_at").zip(at("paid_at")).expect("a paid order has both");
                (paid - clicked).to_std().expect("nobody pays before the click")
            }));
            match page["next_cursor"].as_str() {
                Some(cursor) => after = format!("&cursor={cursor}"),
                None => return sorted(times),
            }
        }
    }

    /// The cheapest requests there are, for comparison: each one's time and that of all.
    pub async fn bare_requests(&self, clients: usize, count: usize) -> (Vec<Duration>, Duration) {
        let begin = Instant::now();
        let times = iter(1..=count)
            .map(|from| {
                let request = self.request(Method::GET, "/healthz", from);
                async move {
                    let begin = Instant::now();
                    let answer = request.send().await.expect("the server answers");
                    assert!(answer.status().is_success());
                    answer.bytes().await.expect("the answer has an end");
                    begin.elapsed()
                }
            })
            .buffer_unordered(clients)
            .collect()
            .await;
        (sorted(times), begin.elapsed())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let answer = request.send().await.expect("the server answers");
    let status = answer.status();
    let bytes = answer.bytes().await.expect("the answer has an end");
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}
