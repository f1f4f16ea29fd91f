//! Words that are lost, repeated, out of order, or none at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;
use uuid::Uuid;

use super::{Cluster, ELSEWHERE, comes_true, events_up_to, metric};
use crate::support::nats::NatsServer;
use crate::support::nats_proxy::{Fate, NatsProxy};
use crate::support::within;

/// How long what the bus lost may be missing.
const FOUND_WITHIN: Duration = Duration::from_secs(2);

/// A cluster whose second node hears through a proxy.
async fn through_proxy() -> Option<(Cluster, NatsProxy)> {
    let nats = NatsServer::start().await?;
    let proxy = NatsProxy::start(nats.port).await;
    let cluster = Cluster::over(nats, &proxy.url()).await;
    Some((cluster, proxy))
}

/// Loses the transactions that the node would hear, so many of them; says how many it lost.
fn lose_commits(proxy: &NatsProxy, words: usize) -> Arc<AtomicUsize> {
    let lost = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&lost);
    proxy.decide(move |subject| {
        let is_lost = subject.contains(".commits.") && counted.load(Ordering::Relaxed) < words;
        if is_lost {
            counted.fetch_add(1, Ordering::Relaxed);
        }
        if is_lost { Fate::IsLost } else { Fate::Arrives }
    });
    lost
}

/// Nobody rings after it, so no gap tells of it.
#[tokio::test]
async fn a_lost_last_message_is_found_within_two_seconds() {
    let Some((cluster, proxy)) = through_proxy().await else { return };
    let mut viewer = cluster.viewer_at(&cluster.second).await;
    for number in 0..4 {
        let lost = lose_commits(&proxy, 1);
        let text = format!("ciao {number}");
        cluster.say(&cluster.first.app, &text).await;
        let said = Instant::now();
        assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], text.as_str());
        assert!(said.elapsed() < FOUND_WITHIN, "{:?}", said.elapsed());
        assert_eq!(lost.load(Ordering::Relaxed), 1, "the word was on its way");
    }
    assert!(metric(&cluster.second, "bus_gaps_total").await >= 4);
}

/// No event tells of a name, and those of a ban are in a show that is not open at the second node.
#[tokio::test]
async fn a_lost_name_and_a_lost_ban_are_found_within_two_seconds() {
    let Some((cluster, proxy)) = through_proxy().await else { return };
    let other = cluster.first.seed_live_show_called(&cluster.seed, "Un'altra serata").await;
    let (viewer, token) = cluster.known_viewer(&[other]).await;
    let (mut socket, welcome) = cluster.second.viewer_socket(cluster.show, &token).await;
    assert_eq!(welcome["you"]["name"], json!(null));
    let lost = lose_commits(&proxy, 1);
    cluster.first.app.set_viewer_name(cluster.show, viewer, ELSEWHERE, "Lucia").await.unwrap();
    let named = Instant::now();
    within("the name", async {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        let state = || cluster.second.app.viewer_state(cluster.show, viewer, ELSEWHERE);
        while state().await.unwrap().name.as_deref() != Some("Lucia") {
            looks.tick().await;
        }
    })
    .await;
    assert!(named.elapsed() < FOUND_WITHIN, "{:?}", named.elapsed());
    assert_eq!(lost.load(Ordering::Relaxed), 1, "the word was on its way");
    let lost = lose_commits(&proxy, 1);
    cluster.first.app.ban_viewer(&cluster.seed.owner, other, viewer.id).await.unwrap();
    let banned = Instant::now();
    assert_eq!(socket.expect_close().await, 4003);
    assert!(banned.elapsed() < FOUND_WITHIN, "{:?}", banned.elapsed());
    assert_eq!(lost.load(Ordering::Relaxed), 1, "the word was on its way");
}

#[tokio::test]
async fn a_storm_of_faults_leaves_every_viewer_with_the_table() {
    let Some((cluster, proxy)) = through_proxy().await else { return };
    let seed = rand::rng().random();
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    proxy.decide(move |_| match rng.random_range(0..10) {
        0..4 => Fate::Arrives,
        4..7 => Fate::IsLost,
        7 => Fate::ArrivesTwice,
        _ => Fate::IsOvertaken,
    });
    let mut viewers = [cluster.viewer_at(&cluster.first).await, cluster.viewer_at(&cluster.second).await];
    let writers = [&cluster.first.app, &cluster.second.app].map(|app| async {
        for number in 0..80 {
            cluster.say(app, &format!("ciao {number}")).await;
        }
    });
    futures_util::future::join_all(writers).await;
    let done = Instant::now();
    let table = cluster.table().await;
    let last = table.last().unwrap()["seq"].as_i64().unwrap();
    for viewer in &mut viewers {
        let told = events_up_to(viewer, last).await;
        assert_eq!(told[..], table[table.len() - told.len()..]);
        assert!(told.len() >= 160);
    }
    assert!(done.elapsed() < FOUND_WITHIN, "{:?}", done.elapsed());
}

/// Anybody who may write on NATS can say anything there; it may cost reads and nothing else.
#[tokio::test]
async fn garbage_on_the_bus_harms_nobody() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut viewer = cluster.viewer_at(&cluster.second).await;
    let nobody = async_nats::connect(cluster.nats.url()).await.unwrap();
    let (epoch, stranger) = (cluster.first.app.epoch(), Uuid::from_u128(7).simple());
    let commits = format!("vetrina.{epoch}.commits.{stranger}");
    let invented = json!({
        "v": 1, "number": 1, "shop": cluster.seed.shop, "show": cluster.show,
        "heads": { "viewers": i64::MAX, "members": i64::MAX }, "events": [{ "seq": i64::MAX }],
    });
    let repeated = json!({ "v": 1, "number": 1, "shop": cluster.seed.shop, "show": cluster.show });
    let later = json!({ "v": 99, "number": 2, "everything": "is different" });
    let beat = json!({ "v": 1, "beat": u64::MAX, "number": u64::MAX, "shares": [{ "show": cluster.show }] });
    let words = [
        (commits.clone(), "not JSON".to_owned()),
        (commits.clone(), "[".repeat(10_000)),
        (commits.clone(), invented.to_string()),
        (commits.clone(), repeated.to_string()),
        (commits, later.to_string()),
        (format!("vetrina.{epoch}.beats.{stranger}"), beat.to_string()),
        (format!("vetrina.{epoch}.beats.nobody"), "{}".to_owned()),
        (format!("vetrina.{epoch}.songs.{stranger}"), "{}".to_owned()),
        (format!("vetrina.{epoch}"), String::new()),
    ];
    for (subject, word) in words {
        nobody.publish(subject, word.into()).await.unwrap();
    }
    nobody.flush().await.unwrap();
    comes_true("all of it to be heard", || cluster.second.app.bus().counts().unreadable >= 3).await;
    let before = cluster.table().await.last().unwrap()["seq"].as_i64().unwrap();
    for number in 0..5 {
        cluster.say(&cluster.first.app, &format!("ciao {number}")).await;
    }
    let told = events_up_to(&mut viewer, before + 5).await;
    assert_eq!(told.len(), 5, "{told:?}");
}
