//! `kill -9` of a node with its viewers, writers and buyers: everybody is back soon and misses nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

use tokio::task::JoinHandle;
use vetrina::domain::event::{Audience, ShowEvent};

use super::buyer::{Bought, Buyer};
use super::crowd::Crowd;
use super::writer::{Writer, check_chat};
use super::{BACK_WITHIN, Nodes, SHARE_STAYS, comes_true, number};

/// Pieces, more than there are buyers.
const STOCK: i64 = 100;
const BUYERS: usize = 12;
/// The node that is killed.
const KILLED: usize = 1;
/// Viewers of each of the other nodes.
const ELSEWHERE: usize = 150;
/// A writer says something this often; three of them are a lively chat.
const SAY_EVERY: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_at_a_killed_node_is_back_within_thirty_seconds_and_misses_nothing() {
    let at_killed = number("VETRINA_NODE_VIEWERS", 2_000);
    let Some(mut nodes) = Nodes::open(STOCK).await else { return };
    let viewers_of = |node| if node == KILLED { at_killed } else { ELSEWHERE };
    let doors = nodes.addresses.iter().enumerate();
    let doors = doors.flat_map(|(node, door)| std::iter::repeat_n(*door, viewers_of(node)));
    let crowd = Crowd::enter(&nodes, &doors.collect::<Vec<_>>()).await;
    let viewers = crowd.people.len();
    let gathered = viewers as u64;
    comes_true("the nodes to count all viewers together", BACK_WITHIN, async || {
        crowd.viewers_told(|_| true) == (gathered, gathered)
    })
    .await;
    let writers: Vec<Writer> = (0..3).map(|node| Writer::begin(&nodes, node, SAY_EVERY)).collect();
    let buying = begin_buying(&nodes);
    let pinned = Arc::<AtomicUsize>::default();
    pin_and_unpin(&nodes, &[0, KILLED, 2], &pinned).await;
    crowd.hears_all(&nodes, BACK_WITHIN).await;

    nodes.kill(KILLED);
    let killed = Instant::now();
    let lost: Vec<_> =
        crowd.people.iter().filter(|person| person.door() == nodes.addresses[KILLED]).collect();
    println!("{} of {viewers} viewers lost their node", lost.len());
    assert!(lost.len() >= at_killed * 9 / 10, "some may be elsewhere already");
    comes_true("their sockets to end", BACK_WITHIN, async || {
        lost.iter().all(|person| person.door() != nodes.addresses[KILLED])
    })
    .await;
    pin_and_unpin(&nodes, &[0, 2], &pinned).await;
    let everybody = crowd.people.len();
    comes_true("everybody to be back", BACK_WITHIN, async || crowd.count_in() == everybody).await;
    println!("all are back after {:?}", killed.elapsed());
    assert!(killed.elapsed() < BACK_WITHIN, "{:?}", killed.elapsed());
    // Whoever came back is counted where they are now, and the dead node's part is counted no more.
    tokio::time::sleep_until((killed + SHARE_STAYS).into()).await;
    let (_, most) = crowd.viewers_told(|_| true);
    assert!(most <= gathered, "{most} viewers are told, of {viewers}");
    comes_true("the count to be right again", BACK_WITHIN, async || {
        crowd.viewers_told(|_| true) == (gathered, gathered)
    })
    .await;

    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.end().await);
    }
    for buyer in buying {
        let bought = buyer.await.expect("buyers do not panic");
        assert_eq!(bought.answer.status, 201, "{:?}", bought.answer);
    }
    crowd.hears_all(&nodes, BACK_WITHIN).await;
    check_chat(&nodes, &told).await;
    check_pins(&nodes, &pinned).await;
    crowd.check(&nodes).await;
    let (available, reserved, sold) = nodes.stall.stored_counts().await;
    assert_eq!((available, reserved + sold), (STOCK - 12, 12));
    println!("{} messages were acknowledged, {} returns", told.len(), crowd.count_returns());
}

/// Buyers who come one after the other at all nodes, so that some of them meet the kill.
fn begin_buying(nodes: &Nodes) -> Vec<JoinHandle<Bought>> {
    let begin = |number: usize| {
        let (buyer, first) = (Buyer::new(nodes), nodes.addresses[number % nodes.addresses.len()]);
        tokio::spawn(async move {
            let mut turns = tokio::time::interval(Duration::from_millis(300));
            for _ in 0..number {
                turns.tick().await;
            }
            buyer.buy(first).await
        })
    };
    (0..BUYERS).map(begin).collect()
}

/// Puts the product on the screen and takes it away at each of these nodes.
async fn pin_and_unpin(nodes: &Nodes, at: &[usize], pinned: &AtomicUsize) {
    for node in at {
        assert!(nodes.pin(*node, true).await && nodes.pin(*node, false).await, "the node lives");
        pinned.fetch_add(1, Relaxed);
    }
}

/// Each acknowledged pin is in the log once.
async fn check_pins(nodes: &Nodes, pinned: &AtomicUsize) {
    let events = nodes.stall.events(Audience::Viewers).await;
    let pins = events.iter().filter(|event| matches!(event.event, ShowEvent::ProductFeatured { .. }));
    assert_eq!(pins.count(), pinned.load(Relaxed));
}
