//! A live show that sells one product, with buyers who click, pay and let it be.

use std::time::Duration;

use serde_json::{Value, json};
use vetrina::app::Viewer;
use vetrina::clock::Clock;
use vetrina::config::Config;
use vetrina::domain::event::{Audience, RecordedEvent};
use vetrina::domain::ids::{OrderId, ShowId, VariantId};
use vetrina::domain::order::{Order, OrderStatus};
use vetrina::domain::product::Product;
use vetrina::payments::webhook;
use vetrina::storage::Database;

use super::http::{Answer, Client};
use super::seed::Seed;
use super::server::{Setup, TestServer};
use super::within;

/// A server with a shop, a live show and a product in its lineup.
pub struct Stall {
    pub server: TestServer,
    pub seed: Seed,
    pub show: ShowId,
    pub product: Product,
    /// One for all buyers: making a client loads the machine's certificates.
    client: Client,
}

/// A viewer who may buy.
pub struct Buyer {
    pub client: Client,
    pub viewer: Viewer,
}

impl Stall {
    /// Opens with this many pieces, under the machine's clock.
    pub async fn open(stock: i64) -> Self {
        Self::open_with(Setup::default(), stock).await
    }

    /// Opens under a clock that stands still.
    pub async fn open_still(stock: i64) -> Self {
        let clock = Clock::manual(Clock::system().now());
        Self::open_with(Setup { clock, ..Setup::default() }, stock).await
    }

    pub async fn open_with(setup: Setup, stock: i64) -> Self {
        Self::at(TestServer::start_with(setup).await, stock).await
    }

    /// Opens at a server that runs already.
    pub async fn at(server: TestServer, stock: i64) -> Self {
        let seed = server.seed_shop().await;
        let show = server.seed_live_show(&seed).await;
        let product = server.seed_product(&seed, "Vaso & \"Luna\"", stock).await;
        server.seed_lineup(&seed, show, &[product.id]).await;
        let client = server.client();
        Self { server, seed, show, product, client }
    }

    /// Stops the server and opens it again, with something done to its data meanwhile.
    pub async fn close_for(&mut self, work: impl Future<Output = ()>) {
        self.server.shut_down().await;
        work.await;
        self.server.open_again().await;
        self.client = self.server.client();
    }

    /// The one variant.
    pub fn variant(&self) -> VariantId {
        self.product.variants[0].id
    }

    pub fn buyer(&self) -> Buyer {
        let (viewer, token) = self.server.app.create_viewer(self.seed.shop);
        Buyer { client: self.client.clone().with_bearer(&token), viewer }
    }

    /// A click on the product.
    pub async fn click(&self, buyer: &Buyer, key: &str, units: i64) -> Answer {
        let lines = json!([{ "variant_id": self.variant(), "units": units }]);
        self.click_lines(buyer, key, lines).await
    }

    /// A click that comes again when the server has too much to do, or too many of them, and says so.
    pub async fn click_until_answered(&self, buyer: &Buyer, key: &str, units: i64) -> Answer {
        for _ in 0..20 {
            let answer = self.click(buyer, key, units).await;
            // Each time counts as a click of the one address that all buyers of a test have.
            if answer.status != 503 && answer.status != 429 {
                return answer;
            }
            let wait = answer.headers.get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            tokio::time::sleep(Duration::from_secs(wait.expect("it says when to come back"))).await;
        }
        panic!("no answer to twenty clicks");
    }

    pub async fn click_lines(&self, buyer: &Buyer, key: &str, lines: Value) -> Answer {
        let client = buyer.client.clone().with_header("idempotency-key", key);
        client.post(&format!("/api/v1/shows/{}/checkouts", self.show), json!({ "lines": lines })).await
    }

    /// A checkout that can be paid.
    pub async fn reserve(&self, buyer: &Buyer, units: i64) -> Value {
        let checkout = self.click(buyer, "first", units).await.expect(201);
        assert_eq!(checkout["status"], "open", "{checkout}");
        checkout
    }

    /// Another checkout of a buyer who gave up the one before.
    pub async fn reserve_once_more(&self, buyer: &Buyer) -> Value {
        let key = self.server.clock.uuid().to_string();
        self.click(buyer, &key, 1).await.expect(201)
    }

    /// The pay page of a checkout.
    pub async fn pay_page(&self, checkout: &Value) -> PayPage {
        let url = checkout["pay_url"].as_str().expect("the checkout can be paid").to_owned();
        self.pay_page_at(url.strip_prefix(&self.server.url("")).expect("the page is ours")).await
    }

    /// The pay page at a path.
    pub async fn pay_page_at(&self, path: &str) -> PayPage {
        let path = path.to_owned();
        let client = self.client.clone();
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200);
        let html = String::from_utf8(answer.bytes).expect("a page is text");
        PayPage { client, path, html }
    }

    /// Pays on the pay page and comes back.
    pub async fn pay(&self, checkout: &Value) {
        let answer = self.pay_page(checkout).await.submit("pay", "").await;
        assert_eq!(answer.status, 303);
        let back = answer.headers["location"].to_str().expect("an address");
        let id = checkout["id"].as_str().expect("a checkout has an id");
        assert!(back.ends_with(&format!("?checkout={id}")), "{back}");
    }

    /// The order behind a checkout, as it is stored.
    pub async fn order(&self, checkout: &Value) -> Order {
        let id: OrderId = serde_json::from_value(checkout["id"].clone()).expect("a checkout has an id");
        let mut tx = self.server.database.read().await.expect("the database reads");
        tx.find_order(self.seed.shop, id).await.expect("the query runs").expect("the order is there")
    }

    /// Waits until an order has come to a status.
    pub async fn reaches(&self, checkout: &Value, status: OrderStatus) -> Order {
        let what = format!("order to become {status}");
        self.settles(&what, checkout, |order| order.status == status).await
    }

    /// Waits until something is true of an order.
    pub async fn settles(&self, what: &str, checkout: &Value, is_so: impl Fn(&Order) -> bool) -> Order {
        within(what, async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
            loop {
                let order = self.order(checkout).await;
                if is_so(&order) {
                    return order;
                }
                looks.tick().await;
            }
        })
        .await
    }

    /// Available, reserved and sold pieces of the variant, once the counters were checked.
    pub async fn counts(&self) -> (i64, i64, i64) {
        let breaches = self.server.app.audit_stock().await.expect("the audit runs");
        assert!(breaches.is_empty(), "{breaches:?}");
        self.stored_counts().await
    }

    /// The same as they are stored, also of a server that has stopped.
    pub async fn stored_counts(&self) -> (i64, i64, i64) {
        let mut tx = self.server.database.read().await.expect("the database reads");
        assert_eq!(tx.list_stock_breaches(10).await.expect("the query runs"), []);
        let product = tx.find_product(self.seed.shop, self.product.id).await.expect("the query runs");
        let variant = &product.expect("the product is there").variants[0];
        (variant.available.get(), variant.reserved.get(), variant.sold.get())
    }

    /// The address of the test's own database, for a second server.
    pub fn database_url(&self, config: &Config) -> String {
        let Database::Postgres { pool, .. } = &self.server.database else { return config.database_url() };
        let cluster = std::env::var("VETRINA_TEST_DATABASE").expect("it is set on PostgreSQL");
        let mut url = url::Url::parse(&cluster).expect("it is a URL");
        let options = pool.current().connect_options();
        url.set_path(options.get_database().expect("a test has a database"));
        url.into()
    }

    /// The names of a stream's events.
    pub async fn event_names(&self, audience: Audience) -> Vec<String> {
        let name = |event: &RecordedEvent| {
            let event = serde_json::to_value(event).expect("events are JSON");
            event["type"].as_str().map(str::to_owned)
        };
        self.events(audience).await.iter().filter_map(name).collect()
    }

    pub async fn events(&self, audience: Audience) -> Vec<RecordedEvent> {
        let mut tx = self.server.database.read().await.expect("the database reads");
        tx.list_events_after(self.show, audience, 0, 10_000).await.expect("the query runs")
    }

    /// Sends an event as the provider would.
    pub async fn tell(&self, body: &[u8]) -> Answer {
        let secret = &self.server.app.provider().webhook_secrets()[0];
        let signature = webhook::sign(secret, body, self.server.clock.now());
        self.tell_signed(body, &signature).await
    }

    pub async fn tell_signed(&self, body: &[u8], signature: &str) -> Answer {
        let client = self.client.clone().with_header("stripe-signature", signature);
        let path = "/api/v1/webhooks/stripe";
        client.send_bytes(reqwest::Method::POST, path, "application/json", body.to_vec()).await
    }

    /// An event about the session of an order.
    pub async fn session_event(&self, id: &str, kind: &str, checkout: &Value, change: Value) -> Vec<u8> {
        let order = self.order(checkout).await;
        let mut session = json!({
            "id": order.session_id.unwrap_or_else(|| "cs_unseen".to_owned()),
            "object": "checkout.session",
            "status": "complete",
            "payment_status": "paid",
            "client_reference_id": order.id,
            "metadata": { "order": order.id },
            "amount_subtotal": order.amount_subtotal,
            "amount_total": order.amount_subtotal,
            "currency": "eur",
            "payment_intent": format!("pi_{}", order.id),
            "livemode": false,
        });
        for (name, value) in change.as_object().expect("changes are an object") {
            session[name] = value.clone();
        }
        let event = json!({
            "id": id, "object": "event", "type": kind, "livemode": false, "data": { "object": session },
        });
        event.to_string().into_bytes()
    }
}

/// A pay page as a browser without scripts has it.
pub struct PayPage {
    client: Client,
    pub path: String,
    pub html: String,
}

impl PayPage {
    /// The same page as it is drawn by now.
    pub async fn reload(&self) -> Self {
        let answer = self.client.get(&self.path).await;
        let html = String::from_utf8(answer.bytes).expect("a page is text");
        Self { client: self.client.clone(), path: self.path.clone(), html }
    }

    /// Presses one of the buttons; `fields` are further pairs of the form.
    pub async fn submit(&self, action: &str, fields: &str) -> Answer {
        let token = self.html.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        self.submit_with(token.expect("an open page has a form"), action, fields).await
    }

    pub async fn submit_with(&self, token: &str, action: &str, fields: &str) -> Answer {
        let body = format!("token={token}&action={action}{fields}");
        let kind = "application/x-www-form-urlencoded";
        self.client.send_bytes(reqwest::Method::POST, &self.path, kind, body.into_bytes()).await
    }
}

impl Stall {
    /// Pays at the sandbox without a webhook ever being made.
    pub async fn pay_unheard(&self, checkout: &Value) -> String {
        let session = self.order(checkout).await.session_id.expect("the session is known");
        let payment = format!("pi_local_{session}");
        let mut tx = self.server.database.write().await.expect("the database writes");
        let mut row = tx.lock_sandbox_session(&session).await.expect("the query runs").expect("a session");
        "complete".clone_into(&mut row.status);
        row.data["payment_status"] = "paid".into();
        row.payment_intent_id = Some(payment.clone());
        tx.update_sandbox_session(&row).await.expect("the query runs");
        tx.commit().await.expect("the change lasts");
        payment
    }

    /// Puts an order back to the moment after its first commit, as a crash leaves it.
    pub async fn forget_answer(&self, checkout: &Value) {
        let mut order = self.order(checkout).await;
        let status = order.status;
        order.status = OrderStatus::Reserved;
        (order.session_id, order.session_url, order.reserved_until) = (None, None, None);
        order.next_action_at = Some(self.server.clock.now() + chrono::TimeDelta::seconds(30));
        let mut tx = self.server.database.write().await.expect("the database writes");
        assert!(tx.update_order(&order, status).await.expect("the query runs"));
        tx.commit().await.expect("the change lasts");
    }

    /// Runs a statement that only a bug or a person would.
    pub async fn sql(&self, sql: &'static str) {
        match &self.server.database {
            Database::Sqlite { writer, .. } => {
                sqlx::query(sql).execute(writer).await.map(drop).expect("the statement runs");
            }
            Database::Postgres { pool, .. } => {
                sqlx::query(sql).execute(&pool.current()).await.map(drop).expect("the statement runs");
            }
        }
    }

    /// Moves the clock and lets the workers see it.
    pub fn pass(&self, length: chrono::TimeDelta) {
        self.server.clock.advance(length);
    }
}
