//! `kill -9` in the middle of chat, checkouts, payments and refunds: nothing acknowledged is missing,
//! nothing is sold twice, nothing is stuck.
//!
//! After each restart the counters are held against the orders; at the end the sandbox's ledger is
//! held against the books. `VETRINA_KILLS` sets how often; the seed that is printed repeats the
//! moments.

mod buyer;
mod chatter;
mod clerk;
mod end;
mod wire;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use vetrina::clock::Clock;
use vetrina::domain::ids::{ShowId, VariantId};

use self::buyer::{Buyer, Offer};
pub use self::chatter::join as join_as_member;
use crate::support::port::free_port;
use crate::support::process::Process;
use crate::support::seed::Seed;
use crate::support::server::TestServer;
use crate::support::within;

const STOCK: i64 = 10_000;
const CHATTERS: usize = 4;
const BUYERS: usize = 4;

/// What the program has promised so far.
#[derive(Default)]
struct Promises {
    /// Message ids with the `seq` that was acknowledged.
    chat: Mutex<Vec<(String, i64)>>,
    chats: AtomicUsize,
    checkouts: AtomicUsize,
    /// Orders for which the pay page took money, and for how many sessions.
    payments: Mutex<Vec<(String, usize)>>,
    /// Orders of which a member gave something back.
    refunds: Mutex<Vec<String>>,
}

struct World {
    seed: Seed,
    show: ShowId,
    variant: VariantId,
    promises: Arc<Promises>,
}

fn number<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[tokio::test]
async fn what_was_acknowledged_survives_kill_9() {
    let kills: usize = number("VETRINA_KILLS").unwrap_or(6);
    let seed: u64 = number("VETRINA_SEED").unwrap_or_else(|| u64::from_le_bytes(Clock::system().random()));
    println!("VETRINA_SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let mut server = TestServer::start().await;
    let shop = server.seed_shop().await;
    let show = server.seed_live_show(&shop).await;
    let product = server.seed_product(&shop, "Vaso", STOCK).await;
    server.seed_lineup(&shop, show, &[product.id]).await;
    let mut buyers: Vec<Buyer> =
        (0..BUYERS).map(|_| Buyer::new(server.viewer_token(&shop), rng.random())).collect();
    server.begin_stop();
    server.stopped().await;

    let world = World { seed: shop, show, variant: product.variants[0].id, promises: Arc::default() };
    let port = free_port();
    for _ in 0..kills {
        let process = Process::start(&server, port).await;
        check_counters(&server).await;
        buyers = disturb(&world, process, buyers, &mut rng).await;
    }
    let process = Process::start(&server, port).await;
    check_counters(&server).await;
    chatter::check_chat(&server, &world).await;
    for buyer in &buyers {
        buyer.settle(process.address, &Offer::of(&world)).await;
    }
    process.kill();
    end::check_money(&server, &world).await;
}

/// Lets everybody do as they like until some more is acknowledged, then kills the program.
async fn disturb(world: &World, process: Process, buyers: Vec<Buyer>, rng: &mut StdRng) -> Vec<Buyer> {
    let address = process.address;
    let mut chatters = Vec::new();
    for _ in 0..CHATTERS {
        // Sockets open first: the buyers soon use up what one address may ask for.
        let socket = chatter::join(address, world.show, &world.seed.session).await;
        let promises = world.promises.clone();
        chatters.push(tokio::spawn(async move { chatter::chat(socket, &promises).await }));
    }
    let buying: Vec<_> = buyers
        .into_iter()
        .map(|buyer| {
            let (promises, offer) = (world.promises.clone(), Offer::of(world));
            tokio::spawn(async move { buyer.buy(address, &offer, &promises).await })
        })
        .collect();
    let (promises, session) = (world.promises.clone(), world.seed.session.clone());
    let luck = StdRng::seed_from_u64(rng.random());
    let clerk = tokio::spawn(async move { clerk::give_back(address, &session, luck, &promises).await });
    let chats = world.promises.chats.load(Ordering::Relaxed) + rng.random_range(5..60);
    let checkouts = world.promises.checkouts.load(Ordering::Relaxed) + rng.random_range(1..8);
    within("enough to be acknowledged", async {
        let mut looks = tokio::time::interval(Duration::from_millis(1));
        while world.promises.chats.load(Ordering::Relaxed) < chats
            || world.promises.checkouts.load(Ordering::Relaxed) < checkouts
        {
            looks.tick().await;
        }
    })
    .await;
    process.kill();
    for chatter in chatters {
        within("a chatter to notice", chatter).await.expect("chatters do not panic");
    }
    within("the clerk to notice", clerk).await.expect("the clerk does not panic");
    let mut left = Vec::new();
    for buyer in buying {
        left.push(within("a buyer to notice", buyer).await.expect("buyers do not panic"));
    }
    left
}

/// The counters of pieces agree with the orders, whatever the kill interrupted.
async fn check_counters(server: &TestServer) {
    let mut tx = server.database.read().await.expect("the database reads");
    let breaches = tx.list_stock_breaches(10).await.expect("the audit runs");
    assert!(breaches.is_empty(), "{breaches:?}");
}
