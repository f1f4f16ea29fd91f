//! One shop, one provider and the hand of chance.

use std::net::{IpAddr, Ipv4Addr};
use std::pin::Pin;
use std::task::Poll;

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use vetrina::app::checkout::{CheckoutLine, CheckoutRequest};
use vetrina::app::orders::{RefundRequest, do_due_payment_work};
use vetrina::app::{App, Viewer};
use vetrina::bus::Bus;
use vetrina::clock::Clock;
use vetrina::config::{Config, Secret};
use vetrina::domain::checkout::CheckoutUi;
use vetrina::domain::ids::{OrderId, ShowId, VariantId};
use vetrina::domain::language::Language;
use vetrina::domain::money::Amount;
use vetrina::domain::order::{Order, OrderStatus, ReleaseReason};
use vetrina::payments::webhook;
use vetrina::storage::{Database, OrderFilter};

use super::ledger::Ledger;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};

/// Steps of one schedule before everything may come to rest.
const STEPS: std::ops::Range<usize> = 20..80;
/// Rounds in which everything has to come to rest.
const ROUNDS_MAX: usize = 400;
const BUYERS: usize = 6;
const SECRET: &str = "whsec_ledger";

/// Who ends reservations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// The program's.
    Real,
    /// One with the bug that this is all about.
    FreesByItself,
}

/// The shop under test; schedules follow one another on the same database.
pub struct World {
    /// Holds the database; its server has stopped.
    server: TestServer,
    config: Config,
    clock: Clock,
    app: App,
    ledger: Ledger,
    seed: Seed,
    show: ShowId,
    rng: StdRng,
    counted: Counted,
}

/// What the schedules were made of, to see that they tried something.
#[derive(Debug, Default)]
struct Counted {
    schedules: u64,
    orders: u64,
    paid: u64,
    expired: u64,
    /// By members and by themselves.
    refunds: u64,
    crashes: u64,
}

/// What one schedule plays with.
struct Play {
    viewers: Vec<Viewer>,
    variants: Vec<VariantId>,
    clicks: Vec<(Viewer, CheckoutRequest)>,
    worker: Worker,
    /// Webhooks are lost for good now and then.
    loses_webhooks: bool,
}

impl World {
    pub async fn open() -> Self {
        let clock = Clock::manual(Clock::system().now());
        let (ledger, address) = Ledger::start(clock.clone()).await;
        let mut setup = Setup { clock: clock.clone(), ..Setup::default() };
        let shared_memory = std::path::Path::new("/dev/shm");
        if shared_memory.is_dir() {
            // Power cuts are tried elsewhere; here a disk would only make the schedules slow.
            setup.config.data = shared_memory.join(format!("vetrina-schedules-{}", clock.uuid()));
        }
        let stripe = &mut setup.config.stripe;
        stripe.secret_key = Some(Secret::new("sk_test_ledger"));
        stripe.webhook_secrets = vec![Secret::new(SECRET)];
        stripe.api_base = Some(format!("http://{address}").parse().expect("an address"));
        stripe.sessions_per_second = 1_000;
        let mut config = setup.config.clone();
        let mut server = TestServer::start_with(setup).await;
        config.database_url = Some(server.database_url.clone());
        let seed = server.seed_shop().await;
        let show = server.seed_live_show(&seed).await;
        server.begin_stop();
        server.stopped().await;
        let app = start(&clock, &config).await;
        let rng = StdRng::seed_from_u64(0);
        Self { server, config, clock, app, ledger, seed, show, rng, counted: Counted::default() }
    }

    pub fn summary(&self) -> String {
        format!("{:?}", self.counted)
    }

    /// Plays one schedule; the error says which promise was broken.
    pub async fn play(&mut self, seed: u64, worker: Worker) -> Result<(), String> {
        self.rng = StdRng::seed_from_u64(seed);
        self.ledger.books().begin(seed);
        let play = self.set_up(worker).await;
        let mut play = play;
        for _ in 0..self.rng.random_range(STEPS) {
            self.step(&mut play).await;
            self.check_promises(&play).await?;
        }
        self.come_to_rest(&play).await?;
        self.check_end(&play).await?;
        self.counted.schedules += 1;
        Ok(())
    }

    async fn set_up(&mut self, worker: Worker) -> Play {
        let mut variants = Vec::new();
        let mut products = Vec::new();
        for _ in 0..2 {
            let stock = self.rng.random_range(1..=3);
            let new = serde_json::json!({
                "title": "Vaso",
                "variants": [{ "price": { "amount": 4990, "currency": "EUR" }, "stock": stock }],
            });
            let new = serde_json::from_value(new).expect("a product");
            let product = self.app.create_product(&self.seed.owner, &new).await.expect("a product");
            variants.push(product.variants[0].id);
            products.push(product.id);
        }
        self.app.set_lineup(&self.seed.owner, self.show, &products).await.expect("a lineup");
        let viewers = (0..BUYERS).map(|_| self.app.create_viewer(self.seed.shop).0).collect();
        let loses_webhooks = self.rng.random_bool(0.4);
        Play { viewers, variants, clicks: Vec::new(), worker, loses_webhooks }
    }

    /// One thing happens.
    async fn step(&mut self, play: &mut Play) {
        self.ledger.books().pass_time();
        match self.rng.random_range(0..100) {
            0..28 => self.click(play).await,
            28..45 => self.pay(),
            45..60 => self.deliver(play).await,
            60..67 => self.come_back(play).await,
            67..72 => self.give_up(play).await,
            72..85 => self.work(play).await,
            85..92 => self.move_clock(),
            92..95 => self.trouble(),
            95..97 => self.refund(play).await,
            97..98 => self.ledger.books().settle_refunds(),
            _ => self.compare().await,
        }
    }

    async fn click(&mut self, play: &mut Play) {
        let (viewer, request) = if !play.clicks.is_empty() && self.rng.random_bool(0.25) {
            // The answer did not arrive, so the browser asks again.
            play.clicks[self.rng.random_range(0..play.clicks.len())].clone()
        } else {
            let viewer = play.viewers[self.rng.random_range(0..play.viewers.len())];
            let both = self.rng.random_bool(0.2);
            let first = self.rng.random_range(0..play.variants.len());
            let wanted = if both { &play.variants[..] } else { &play.variants[first..=first] };
            let lines = wanted
                .iter()
                .map(|&variant_id| CheckoutLine {
                    variant_id,
                    units: if self.rng.random_bool(0.2) { 2 } else { 1 },
                })
                .collect();
            let idempotency_key = self.clock.uuid().to_string();
            let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let request = CheckoutRequest {
                show: self.show,
                idempotency_key,
                lines,
                ship_to: None,
                address,
                language: Language::Italian,
                ui: CheckoutUi::default(),
            };
            play.clicks.push((viewer, request.clone()));
            (viewer, request)
        };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(app.create_checkout(viewer, &request).await) })).await;
    }

    /// A buyer who has a payment page open uses it, also when our side has moved on.
    fn pay(&mut self) {
        let mut books = self.ledger.books();
        if books.sessions.is_empty() {
            return;
        }
        let index = self.rng.random_range(0..books.sessions.len());
        if self.rng.random_bool(0.25) {
            books.settle(index, self.rng.random_bool(0.6));
        } else {
            books.pay(index, self.rng.random_bool(0.25));
        }
    }

    /// A webhook arrives: any of those that wait, once or more often, or never.
    async fn deliver(&mut self, play: &Play) {
        let event = {
            let mut books = self.ledger.books();
            if books.events.is_empty() {
                return;
            }
            let index = self.rng.random_range(0..books.events.len());
            if self.rng.random_bool(0.2) { books.events[index].clone() } else { books.events.remove(index) }
        };
        if play.loses_webhooks && self.rng.random_bool(0.3) {
            return;
        }
        let count = if self.rng.random_bool(0.15) { 3 } else { 1 };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move {
            let calls = (0..count).map(|_| tell(&app, &event));
            futures_util::future::join_all(calls).await;
        }))
        .await;
    }

    /// A buyer looks at the own checkout.
    async fn come_back(&mut self, play: &Play) {
        let Some((viewer, order)) = self.any_checkout(play).await else { return };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(app.get_checkout(viewer, order).await) })).await;
    }

    async fn give_up(&mut self, play: &Play) {
        let Some((viewer, order)) = self.any_checkout(play).await else { return };
        let (app, owner) = (self.app.clone(), self.seed.owner.clone());
        let is_buyer = self.rng.random_bool(0.7);
        self.perhaps_crash(Box::pin(async move {
            if is_buyer {
                drop(app.cancel_checkout(viewer, order).await);
            } else {
                drop(app.release_order(&owner, order).await);
            }
        }))
        .await;
    }

    async fn refund(&mut self, play: &Play) {
        let Some((_, order)) = self.any_checkout(play).await else { return };
        let (app, owner) = (self.app.clone(), self.seed.owner.clone());
        let amount = self.rng.random_bool(0.5).then(|| Amount::from_minor(1_000));
        let request = RefundRequest { amount, ..RefundRequest::default() };
        self.perhaps_crash(Box::pin(async move { drop(app.refund_order(&owner, order, &request).await) }))
            .await;
    }

    async fn work(&mut self, play: &Play) {
        if play.worker == Worker::FreesByItself {
            self.free_by_the_timer(play).await;
        }
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(do_due_payment_work(&app).await) })).await;
    }

    async fn compare(&mut self) {
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(app.reconcile_sessions().await) })).await;
    }

    fn move_clock(&mut self) {
        let secs = match self.rng.random_range(0..10) {
            0..4 => self.rng.random_range(1..60),
            4..7 => self.rng.random_range(60..1_200),
            7..9 => self.rng.random_range(1_200..7_200),
            // Somebody corrects the machine's clock.
            _ => -self.rng.random_range(1..240),
        };
        self.clock.advance(TimeDelta::seconds(secs));
        self.ledger.books().pass_time();
    }

    fn trouble(&mut self) {
        let mut books = self.ledger.books();
        books.is_down = self.rng.random_bool(0.25);
        books.faults = [0, 10, 40, 70][self.rng.random_range(0..4)];
    }

    /// The planted bug: what lapses by our timer is free, whatever the provider would say.
    async fn free_by_the_timer(&self, play: &Play) {
        let now = self.clock.now();
        for order in self.orders(play).await {
            if order.status != OrderStatus::Open || order.reserved_until.is_none_or(|until| until > now) {
                continue;
            }
            let mut tx = self.server.database.write().await.expect("the database writes");
            let mut order = tx.lock_order(order.id).await.expect("the query runs").expect("an order");
            order.status = OrderStatus::Expired;
            order.release_reason = Some(ReleaseReason::Expired);
            (order.reserved_until, order.next_action_at) = (None, None);
            assert!(tx.update_order(&order, OrderStatus::Open).await.expect("the query runs"));
            tx.free_stock(&order).await.expect("the pieces are there");
            tx.delete_reservation_slots(order.id).await.expect("the query runs");
            tx.commit().await.expect("it lasts");
        }
    }

    /// Runs something, or kills the program at one of its waits and starts it again.
    async fn perhaps_crash(&mut self, mut work: Pin<Box<dyn Future<Output = ()>>>) {
        if self.rng.random_bool(0.8) {
            return work.await;
        }
        let mut waits = self.rng.random_range(1..40);
        let is_done = std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(true),
            Poll::Pending if waits == 0 => Poll::Ready(false),
            Poll::Pending => {
                waits -= 1;
                Poll::Pending
            }
        })
        .await;
        drop(work);
        if !is_done {
            self.counted.crashes += 1;
            // Connections die with their process, so the new one brings its own.
            self.app = start(&self.clock, &self.config).await;
        }
    }

    async fn any_checkout(&mut self, play: &Play) -> Option<(Viewer, OrderId)> {
        let orders = self.orders(play).await;
        let order = orders.get(self.rng.random_range(0..orders.len().max(1)))?;
        Some((Viewer { shop: order.shop_id, id: order.viewer_id }, order.id))
    }

    /// The orders of this schedule.
    async fn orders(&self, play: &Play) -> Vec<Order> {
        let mut tx = self.server.database.read().await.expect("the database reads");
        let filter = OrderFilter { show: Some(self.show), ..OrderFilter::default() };
        let orders = tx.list_orders(self.seed.shop, &filter, 100).await.expect("the query runs");
        orders.into_iter().filter(|order| play.variants.contains(&order.lines[0].variant_id)).collect()
    }

    /// What has to hold at every moment: I1 to I4.
    async fn check_promises(&self, play: &Play) -> Result<(), String> {
        let breaches = self.app.audit_stock().await.expect("the audit runs");
        if !breaches.is_empty() {
            return Err(format!("the counters disagree with the orders: {breaches:?}"));
        }
        let orders = self.orders(play).await;
        let books = self.ledger.books();
        for order in orders {
            let is_freed = matches!(
                order.status,
                OrderStatus::Expired | OrderStatus::Failed | OrderStatus::CreateFailed
            );
            let id = order.id.to_string();
            let open = books.sessions.iter().find(|session| session.order == id && session.status == "open");
            if let (true, Some(session)) = (is_freed, open) {
                return Err(format!(
                    "{} is {} but {} could still be paid",
                    order.id, order.status, session.id
                ));
            }
        }
        Ok(())
    }

    /// Troubles end, time passes, and everything has to settle.
    async fn come_to_rest(&mut self, play: &Play) -> Result<(), String> {
        {
            let mut books = self.ledger.books();
            (books.is_down, books.faults) = (false, 0);
            for index in 0..books.sessions.len() {
                books.settle(index, self.rng.random_bool(0.6));
            }
            books.settle_refunds();
        }
        for round in 0..ROUNDS_MAX {
            // Some webhooks arrive late, the others never.
            let event = self.ledger.books().events.pop();
            if let Some(event) = event.filter(|_| !play.loses_webhooks || self.rng.random_bool(0.5)) {
                tell(&self.app, &event).await;
            }
            do_due_payment_work(&self.app).await.expect("the work is done");
            if round % 20 == 0 {
                self.app.reconcile_sessions().await.expect("the lists are compared");
            }
            self.check_promises(play).await?;
            if self.is_at_rest(play).await {
                return Ok(());
            }
            let minutes = if round < 100 { 3 } else { 120 };
            self.clock.advance(TimeDelta::minutes(minutes));
            let mut books = self.ledger.books();
            books.pass_time();
            books.settle_refunds();
        }
        let orders = self.orders(play).await;
        let stuck: Vec<_> = orders.iter().map(|order| (&order.id, order.status, &order.session_id)).collect();
        let due = self.due().await;
        let books = self.ledger.books();
        let sessions: Vec<_> =
            books.sessions.iter().map(|s| (&s.id, &s.order, s.status, s.payment_status)).collect();
        Err(format!("not everything came to rest: due {due:?}, {stuck:?}, {sessions:?}, {:?}", books.refunds))
    }

    async fn is_at_rest(&self, play: &Play) -> bool {
        let is_open = self.ledger.books().sessions.iter().any(|session| session.status == "open");
        let orders = self.orders(play).await;
        let is_held = orders.iter().any(|order| order.status.holds_stock());
        !is_open && !is_held && self.due().await == [None; 4] && self.is_all_known(&orders)
    }

    /// When orders, refunds, stray sessions and events wait for a worker.
    async fn due(&self) -> [Option<DateTime<Utc>>; 4] {
        let mut tx = self.server.database.read().await.expect("the database reads");
        [
            tx.find_next_order_action().await.expect("the query runs"),
            tx.find_next_refund_action().await.expect("the query runs"),
            tx.find_next_stray_action().await.expect("the query runs"),
            tx.find_next_provider_event().await.expect("the query runs"),
        ]
    }

    /// Whether the books have heard of every payment that the ledger has.
    fn is_all_known(&self, orders: &[Order]) -> bool {
        let books = self.ledger.books();
        books.sessions.iter().filter(|session| session.payment_status == "paid").all(|session| {
            let payment = session.payment.as_deref().unwrap_or_default();
            let is_own = orders.iter().any(|order| order.session_id.as_ref() == Some(&session.id));
            is_own || books.refunded(payment) == session.amount
        })
    }

    /// I6: every paid session was fulfilled, once, or its money went back.
    async fn check_end(&mut self, play: &Play) -> Result<(), String> {
        let orders = self.orders(play).await;
        for order in &orders {
            let mut tx = self.server.database.read().await.expect("the database reads");
            let steps = tx.list_order_transitions(order.id).await.expect("the query runs");
            let paid = steps.iter().filter(|step| step.to == OrderStatus::Paid).count();
            if paid > 1 {
                return Err(format!("{} was paid {paid} times: {steps:?}", order.number));
            }
            if order.review.is_some() {
                return Err(format!("{} was left to a person: {:?}", order.number, order.review));
            }
        }
        let mut refunds = Vec::new();
        for order in &orders {
            let mut tx = self.server.database.read().await.expect("the database reads");
            refunds.extend(tx.list_refunds(order.id).await.expect("the query runs"));
        }
        let books = self.ledger.books();
        for session in books.sessions.iter().filter(|session| session.payment_status == "paid") {
            let payment = session.payment.as_deref().unwrap_or_default();
            let back = books.refunded(payment);
            let order = orders.iter().find(|order| order.id.to_string() == session.order);
            let order = order.ok_or_else(|| format!("{session:?} has no order"))?;
            let is_fulfilled = order.session_id.as_ref() == Some(&session.id) && order.status.is_sold();
            let is_back = back == session.amount;
            if is_fulfilled && order.amount_refunded.minor() != back {
                let told = (&books.refunds, &refunds);
                return Err(format!(
                    "{} says that {:?} went back, not {back}: {told:?}",
                    order.number, order.amount_refunded
                ));
            }
            if !is_fulfilled && !is_back {
                return Err(format!("{session:?} is neither fulfilled nor given back: {order:?}"));
            }
        }
        self.counted.orders += orders.len() as u64;
        self.counted.refunds += books.refunds.len() as u64;
        for order in &orders {
            match order.status {
                OrderStatus::Paid => self.counted.paid += 1,
                OrderStatus::Expired => self.counted.expired += 1,
                _ => {}
            }
        }
        Ok(())
    }
}

async fn start(clock: &Clock, config: &Config) -> App {
    let database = Database::open(&config.database_url()).await.expect("the database opens");
    let app = App::new(database, Bus::local(), clock.clone(), config.clone()).await;
    let app = app.expect("the application starts");
    app.set_listen_address("127.0.0.1:1".parse().expect("an address"));
    app
}

async fn tell(app: &App, event: &Value) {
    let body = event.to_string();
    let signature = webhook::sign(&Secret::new(SECRET), body.as_bytes(), app.clock().now());
    drop(app.receive_webhook(&signature, body.as_bytes()).await);
}
