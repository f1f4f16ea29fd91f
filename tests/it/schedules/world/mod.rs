//! One shop, one provider and the hand of chance.

mod rest;
mod steps;

use std::pin::Pin;
use std::task::Poll;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;
use vetrina::app::checkout::CheckoutRequest;
use vetrina::app::{App, Viewer};
use vetrina::bus::Bus;
use vetrina::clock::Clock;
use vetrina::config::{Config, Secret};
use vetrina::domain::ids::{OrderId, ShowId, VariantId};
use vetrina::domain::order::Order;
use vetrina::payments::webhook;
use vetrina::storage::{Database, OrderFilter};

use super::ledger::Ledger;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};

/// Steps of one schedule before everything may come to rest.
const STEPS: std::ops::Range<usize> = 20..80;
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
