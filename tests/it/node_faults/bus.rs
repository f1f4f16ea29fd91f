//! NATS is killed under three processes, or loses what one of them should hear.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::buyer::Buyer;
use super::crowd::Crowd;
use super::writer::{Speaker, check_chat};
use super::{BACK_WITHIN, FOUND_WITHIN, Nodes, TOLD_WITHIN, comes_true};
use crate::support::nats_proxy::{Fate, NatsProxy};

const VIEWERS: usize = 30;
/// One socket may send ten commands in a second.
const SAY_EVERY: Duration = Duration::from_millis(125);
/// How long NATS stays away at least.
const AWAY: Duration = Duration::from_secs(3);

/// Waits until each node says whether NATS is there, in both places where it says so.
async fn all_say(nodes: &Nodes, is_up: bool) {
    for node in nodes.living() {
        comes_true("a node to say how NATS is", BACK_WITHIN, async || {
            let told = nodes.readiness(node).await;
            told["status"] == "ready"
                && told["bus"] == if is_up { "up" } else { "down" }
                && told["bus_down_secs"].is_u64() != is_up
                && nodes.metric(node, "bus_up").await == i64::from(is_up)
        })
        .await;
    }
}

#[tokio::test]
async fn while_nats_is_dead_everything_is_told_within_ten_seconds_and_soon_after_within_two() {
    let Some(mut nodes) = Nodes::open(VIEWERS.try_into().expect("a few")).await else { return };
    let crowd = Crowd::gather(&nodes, VIEWERS).await;
    let mut speakers = Vec::new();
    for node in nodes.living() {
        speakers.push(Speaker::at(&nodes, node).await);
    }
    all_say(&nodes, true).await;
    nodes.nats.kill();
    let killed = Instant::now();
    all_say(&nodes, false).await;
    let (mut told, mut turn) = (Vec::new(), 0);
    while turn < 3 || killed.elapsed() < AWAY {
        // Chat, a pin and a purchase, each by way of another node.
        let at = |offset: usize| (turn + offset) % nodes.addresses.len();
        let reply = speakers[at(0)].say().await;
        told.push(acknowledged(&reply));
        assert!(nodes.pin(at(1), turn % 2 == 0).await);
        let bought = Buyer::new(&nodes).buy(nodes.addresses[at(2)]).await;
        assert_eq!(bought.answer.status, 201, "{:?}", bought.answer);
        let took = crowd.hears_all(&nodes, TOLD_WITHIN).await;
        println!("without NATS it took {took:?}");
        turn += 1;
    }

    nodes.nats.start_again().await;
    for speaker in &mut speakers {
        let reply = speaker.say().await;
        told.push(acknowledged(&reply));
        crowd.hears_all(&nodes, FOUND_WITHIN).await;
    }
    all_say(&nodes, true).await;
    let heard = nodes.metric(2, "bus_heard_total").await;
    let reply = speakers[0].say().await;
    told.push(acknowledged(&reply));
    crowd.hears_all(&nodes, FOUND_WITHIN).await;
    comes_true("the bus to carry words again", BACK_WITHIN, async || {
        nodes.metric(2, "bus_heard_total").await > heard
    })
    .await;
    assert_eq!(crowd.count_returns(), 0, "nobody lost the socket");
    check_chat(&nodes, &told).await;
    crowd.check(&nodes).await;
}

/// The id and place of a message that was taken.
#[track_caller]
fn acknowledged(reply: &serde_json::Value) -> (String, i64) {
    let seq = reply["ok"]["seq"].as_i64().unwrap_or_else(|| panic!("{reply}"));
    (reply["id"].as_str().expect("a reply names its command").to_owned(), seq)
}

/// Loses so many in a hundred of the words to a node; counts those it lost.
fn lose(proxy: &NatsProxy, percent: u64, mut rng: StdRng) -> Arc<AtomicU64> {
    let lost = Arc::<AtomicU64>::default();
    let counted = Arc::clone(&lost);
    let mut words = 0;
    proxy.decide(move |_| {
        words += 1;
        // One in a hundred comes by the count, so that it does come.
        let is_lost = if percent == 1 { words % 100 == 0 } else { rng.random_range(0..100) < percent };
        if is_lost {
            counted.fetch_add(1, Relaxed);
        }
        if is_lost { Fate::IsLost } else { Fate::Arrives }
    });
    lost
}

#[tokio::test]
async fn what_nats_loses_on_its_way_to_one_node_is_filled() {
    let Some(mut nodes) = Nodes::prepare(std::net::Ipv4Addr::LOCALHOST.into(), 1).await else { return };
    let proxy = NatsProxy::start(nodes.nats.port).await;
    let by_proxy = proxy.url();
    for more in [&[][..], &[], &[("VETRINA_NATS_URL", by_proxy.as_str())]] {
        nodes.add(&[], more).await;
    }
    nodes.all_hear_all().await;
    let crowd = Crowd::gather(&nodes, VIEWERS).await;
    let mut speakers = [Speaker::at(&nodes, 0).await, Speaker::at(&nodes, 1).await];
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut told = Vec::new();
    for (percent, limit) in [(1, FOUND_WITHIN), (50, FOUND_WITHIN), (100, TOLD_WITHIN)] {
        let lost = lose(&proxy, percent, StdRng::seed_from_u64(seed));
        let (mut rounds, mut slowest) = (0, Duration::ZERO);
        let mut turns = tokio::time::interval(SAY_EVERY);
        turns.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while rounds < 3 || lost.load(Relaxed) == 0 {
            for _ in 0..8 {
                turns.tick().await;
                for speaker in &mut speakers {
                    let reply = speaker.say().await;
                    told.push(acknowledged(&reply));
                }
            }
            slowest = slowest.max(crowd.hears_all(&nodes, limit).await);
            rounds += 1;
            assert!(rounds < 100, "{percent} % of the words were never lost");
        }
        println!("{percent} %: {} words lost, all was filled within {slowest:?}", lost.load(Relaxed));
    }
    proxy.decide(|_| Fate::Arrives);
    nodes.all_hear_all().await;
    assert_eq!(crowd.count_returns(), 0, "nobody lost the socket");
    check_chat(&nodes, &told).await;
    crowd.check(&nodes).await;
}
