//! The viewers and hearts of all nodes are counted together.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Cluster, comes_true};
use crate::support::nats::NatsServer;
use crate::support::nats_proxy::NatsProxy;
use crate::support::port::free_port;
use crate::support::process::Process;
use crate::support::socket::SocketClient;
use crate::support::within;

/// How long the people of a node that is gone may be counted.
const SHARE_STAYS: Duration = Duration::from_secs(10);

/// How long a node may be silent before the others leave it out.
const SILENCE: Duration = Duration::from_secs(5);

/// Waits until a viewer is told of so many.
async fn count_comes_to(viewer: &mut SocketClient, viewers: u64) {
    within(&format!("{viewers} viewers"), async {
        while viewer.expect("signal").await["viewers"] != viewers {}
    })
    .await;
}

#[tokio::test]
async fn viewers_and_hearts_of_all_nodes_are_summed() {
    let Some(cluster) = Cluster::start().await else { return };
    let mut here = cluster.viewer_at(&cluster.first).await;
    let mut there = cluster.viewer_at(&cluster.second).await;
    let more = cluster.viewer_at(&cluster.second).await;
    count_comes_to(&mut here, 3).await;
    count_comes_to(&mut there, 3).await;
    for _ in 0..3 {
        there.send(json!({ "id": "h", "type": "heart.send", "data": {} })).await;
    }
    for viewer in [&mut here, &mut there] {
        let mut hearts = 0;
        within("three hearts", async {
            while hearts < 3 {
                hearts += viewer.expect("signal").await["hearts"].as_u64().unwrap_or(0);
            }
        })
        .await;
        assert_eq!(hearts, 3, "each is counted once");
    }
    drop(more);
    count_comes_to(&mut here, 2).await;
    let token = cluster.first.viewer_token(&cluster.seed);
    let (_late, welcome) = cluster.first.viewer_socket(cluster.show, &token).await;
    assert_eq!(welcome["viewers"], 3);
}

#[tokio::test]
async fn a_killed_node_takes_its_viewers_along() {
    let Some(cluster) = Cluster::start().await else { return };
    let process = Process::start(&cluster.first, free_port()).await;
    let mut here = cluster.viewer_at(&cluster.first).await;
    let token = cluster.first.viewer_token(&cluster.seed);
    let mut there = cluster.first.socket_at(process.address, cluster.show).await;
    there.send(json!({ "t": "hello", "token": token })).await;
    there.expect("welcome").await;
    count_comes_to(&mut here, 2).await;
    let killed = Instant::now();
    process.kill();
    count_comes_to(&mut here, 1).await;
    assert!(killed.elapsed() < SHARE_STAYS, "{:?}", killed.elapsed());
}

#[tokio::test]
async fn a_node_that_stops_is_left_out_without_waiting_for_its_silence() {
    let Some(mut cluster) = Cluster::start().await else { return };
    let mut here = cluster.viewer_at(&cluster.first).await;
    let mut there = cluster.viewer_at(&cluster.second).await;
    count_comes_to(&mut here, 2).await;
    cluster.second.begin_stop();
    there.expect("drain").await;
    drop(there);
    cluster.second.stopped().await;
    let stopped = Instant::now();
    let bus = cluster.first.app.bus();
    comes_true("the node to be left out", || bus.counts().nodes == 0).await;
    assert!(stopped.elapsed() < SILENCE / 2, "{:?}", stopped.elapsed());
    count_comes_to(&mut here, 1).await;
}

#[tokio::test]
async fn a_node_that_is_cut_off_counts_its_own_and_is_counted_again_later() {
    let Some(nats) = NatsServer::start().await else { return };
    let proxy = NatsProxy::start(nats.port).await;
    let cluster = Cluster::over(nats, &proxy.url()).await;
    let mut here = cluster.viewer_at(&cluster.first).await;
    let mut there = cluster.viewer_at(&cluster.second).await;
    count_comes_to(&mut here, 2).await;
    count_comes_to(&mut there, 2).await;
    let cut = Instant::now();
    proxy.cut();
    count_comes_to(&mut here, 1).await;
    count_comes_to(&mut there, 1).await;
    assert!(cut.elapsed() < SHARE_STAYS, "{:?}", cut.elapsed());
    assert_eq!(cluster.first.app.bus().counts().nodes, 0);
    proxy.mend();
    comes_true("the node to be heard again", || cluster.first.app.bus().counts().nodes == 1).await;
    count_comes_to(&mut here, 2).await;
    count_comes_to(&mut there, 2).await;
}
