//! The bus is away: shows go on by the table, nodes say so, and all heals by itself.

use std::time::{Duration, Instant};

use vetrina::bus::Standing;

use super::{Cluster, ELSEWHERE, comes_true, metric, readiness, say, setup};
use crate::support::nats::NatsServer;
use crate::support::server::{Setup, TestServer};

/// How long what another node did may take without the bus.
const TOLD_WITHIN: Duration = Duration::from_secs(10);

#[tokio::test]
async fn without_nats_viewers_are_told_within_ten_seconds() {
    let Some(mut cluster) = Cluster::start().await else { return };
    // In a show that nobody watches at the second node.
    let other = cluster.first.seed_live_show_called(&cluster.seed, "Un'altra serata").await;
    let (banned, token) = cluster.known_viewer(&[other]).await;
    let (mut banned_socket, _) = cluster.second.viewer_socket(cluster.show, &token).await;
    let mut viewer = cluster.viewer_at(&cluster.second).await;
    cluster.nats.kill();
    comes_true("the outage to be noticed", || {
        matches!(cluster.second.app.bus().standing(), Standing::Down(_))
    })
    .await;
    let told = readiness(&cluster.second).await;
    assert_eq!((&told["status"], &told["bus"]), (&"ready".into(), &"down".into()), "{told}");
    assert!(told["bus_down_secs"].is_u64(), "{told}");
    assert_eq!(metric(&cluster.second, "bus_up").await, 0);
    for number in 0..3 {
        let text = format!("senza campanello {number}");
        cluster.say(&cluster.first.app, &text).await;
        let said = Instant::now();
        assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], text.as_str());
        assert!(said.elapsed() < TOLD_WITHIN, "{:?}", said.elapsed());
    }
    cluster.first.app.ban_viewer(&cluster.seed.owner, other, banned.id).await.unwrap();
    let banned_at = Instant::now();
    assert_eq!(banned_socket.expect_close().await, 4003);
    assert!(banned_at.elapsed() < TOLD_WITHIN, "{:?}", banned_at.elapsed());
    assert!(metric(&cluster.first, "bus_untold_total").await > 0);

    cluster.nats.start_again().await;
    cluster.all_hear_all().await;
    assert_eq!(readiness(&cluster.second).await["bus"], "up");
    let heard = cluster.second.app.bus().counts().heard;
    cluster.say(&cluster.first.app, "eccoci").await;
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], "eccoci");
    comes_true("the bus to carry words again", || cluster.second.app.bus().counts().heard > heard).await;
}

#[tokio::test]
async fn nats_may_come_later_than_the_server() {
    let Some(mut nats) = NatsServer::prepare("") else { return };
    let first = TestServer::start_with(setup(&nats.url())).await;
    let seed = first.seed_shop().await;
    let show = first.seed_live_show(&seed).await;
    let (mut viewer, _) = first.viewer_socket(show, &first.viewer_token(&seed)).await;
    say(&first.app, &seed, show, "ciao").await;
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], "ciao");
    assert_eq!(readiness(&first).await["bus"], "down");
    nats.start_again().await;
    comes_true("NATS to be found", || first.app.bus().standing() == Standing::Up).await;
}

/// Without NATS a node on PostgreSQL is meant to be alone; one that is not tells all the same.
#[tokio::test]
async fn two_nodes_on_postgresql_without_nats_converge() {
    let first = TestServer::start_alone(Setup::default()).await;
    if !first.app.is_database_shared() {
        println!("skipped: without NATS other nodes share a database only on PostgreSQL");
        return;
    }
    let seed = first.seed_shop().await;
    let show = first.seed_live_show(&seed).await;
    let second = first.join(|_| {}).await;
    assert_eq!(readiness(&second).await["bus"], "alone");
    let other = first.seed_live_show_called(&seed, "Un'altra serata").await;
    let (viewer, token) = first.app.create_viewer(seed.shop);
    first.app.set_viewer_name(other, viewer, ELSEWHERE, "Marta").await.unwrap();
    let (mut socket, _) = second.viewer_socket(show, &token).await;
    for number in 0..2 {
        let text = format!("ciao {number}");
        say(&first.app, &seed, show, &text).await;
        let said = Instant::now();
        assert_eq!(socket.expect_event("chat.sent").await["data"]["text"], text.as_str());
        assert!(said.elapsed() < TOLD_WITHIN, "{:?}", said.elapsed());
    }
    first.app.ban_viewer(&seed.owner, other, viewer.id).await.unwrap();
    let banned_at = Instant::now();
    assert_eq!(socket.expect_close().await, 4003);
    assert!(banned_at.elapsed() < TOLD_WITHIN, "{:?}", banned_at.elapsed());
}
