//! A node is cut off from PostgreSQL and NATS while its viewers still reach it, and while they do not.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use vetrina::domain::order::OrderStatus;

use super::buyer::Buyer;
use super::crowd::{Crowd, Person};
use super::namespace::{Cable, Namespace};
use super::writer::{Speaker, Writer, check_chat};
use super::{BACK_WITHIN, FOUND_WITHIN, NODES, Nodes, SHARE_STAYS, TOLD_WITHIN, WELL_WITHIN, comes_true};

const VIEWERS: usize = 30;
const STOCK: i64 = 10;
/// The node that is cut off; nobody else is in its network, so any port is free.
const CUT: usize = 2;
const PORT: u16 = 8080;
/// A lease and the longest pause between two looks of another node (`ARCHITECTURE.md`).
const TAKEN_OVER_WITHIN: Duration = Duration::from_mins(1);

/// Waits until the people at the other nodes are told of themselves alone.
async fn share_is_gone(crowd: &Crowd, nodes: &Nodes, cut: Instant) {
    let is_elsewhere = |person: &Person| person.door() != nodes.addresses[CUT];
    let here = crowd.people.iter().filter(|person| is_elsewhere(person)).count() as u64;
    comes_true("the share of the node to be gone", SHARE_STAYS, async || {
        crowd.viewers_told(is_elsewhere) == (here, here)
    })
    .await;
    println!("the share was gone after {:?}", cut.elapsed());
    assert!(cut.elapsed() < SHARE_STAYS, "{:?}", cut.elapsed());
}

/// Waits until the nodes count all viewers together, each once.
async fn everybody_is_counted(crowd: &Crowd) {
    let all = (VIEWERS as u64, VIEWERS as u64);
    comes_true("everybody to be counted", BACK_WITHIN, async || crowd.viewers_told(|_| true) == all).await;
}

/// What is said at the other nodes reaches everybody there.
async fn the_others_go_on(crowd: &Crowd, nodes: &Nodes) {
    for node in (0..NODES).filter(|node| *node != CUT) {
        let said = Speaker::at(nodes, node).await.say().await;
        let seq = said["ok"]["seq"].as_i64().unwrap_or_else(|| panic!("{said}"));
        let others = async || crowd.all_heard(seq, |person| person.door() != nodes.addresses[CUT]);
        comes_true("the others to hear it", FOUND_WITHIN, others).await;
    }
    let bought = Buyer::new(nodes).click(nodes.addresses[0]).await.expect("the node lives");
    bought.expect(201);
}

#[tokio::test]
async fn a_node_that_is_cut_off_refuses_clearly_and_is_whole_again_when_healed() {
    let Some(network) = Namespace::make() else { return };
    let Some(mut nodes) = Nodes::prepare(network.here(Cable::Back), STOCK).await else { return };
    nodes.add(&[], &[]).await;
    nodes.add(&[], &[]).await;
    let address = SocketAddr::new(network.there(Cable::Front), PORT);
    let url = format!("http://{address}");
    let more = [("VETRINA_ALLOW_PLAIN_HTTP", "true"), ("VETRINA_PUBLIC_URL", url.as_str())];
    nodes.add_at(address, &network.inside(), &more).await;
    nodes.all_hear_all().await;
    let crowd = Crowd::gather(&nodes, VIEWERS).await;
    let mut cut_off = Speaker::at(&nodes, CUT).await;
    let every = Duration::from_millis(200);
    let writers: Vec<Writer> = (0..2).map(|node| Writer::begin(&nodes, node, every)).collect();
    let buyer = Buyer::new(&nodes);
    let checkout = buyer.buy(address).await.answer.expect(201);
    crowd.hears_all(&nodes, FOUND_WITHIN).await;
    everybody_is_counted(&crowd).await;

    network.cut(Cable::Back);
    let cut = Instant::now();
    // The buyer's time is over while nobody can reach the node that knows them.
    let lapse = "update orders set reserved_until = now() - interval '1 second', next_action_at = now()
                 where status = 'open'";
    nodes.stall.sql(lapse).await;
    share_is_gone(&crowd, &nodes, cut).await;
    the_others_go_on(&crowd, &nodes).await;
    let is_unready = async || nodes.client(CUT).get("/readyz").await.status.as_u16() == 503;
    comes_true("the node to notice", BACK_WITHIN, is_unready).await;
    let reply = cut_off.say().await;
    assert_eq!(reply["problem"]["code"], "unavailable", "{reply}");
    let click = Buyer::new(&nodes).click(address).await.expect("the node lives");
    click.expect_problem(503, "unavailable");
    let is_alone = async || nodes.metric(CUT, "bus_up").await == 0;
    comes_true("the node to miss NATS", TOLD_WITHIN, is_alone).await;
    let order = async || nodes.stall.order(&checkout).await.status;
    comes_true("another node to take over", TAKEN_OVER_WITHIN, async || {
        order().await == OrderStatus::Expired
    })
    .await;
    println!("another node had taken over after {:?}", cut.elapsed());
    network.mend(Cable::Back);
    let healed = Instant::now();
    let is_ready = async || nodes.client(CUT).get("/readyz").await.status.as_u16() == 200;
    comes_true("the node to be ready", WELL_WITHIN, is_ready).await;
    let took = crowd.hears_all(&nodes, TOLD_WITHIN).await;
    println!("ready after {:?}, all filled {took:?} later", healed.elapsed());
    assert_eq!(crowd.count_returns(), 0, "every socket stayed open");
    nodes.all_hear_all().await;
    everybody_is_counted(&crowd).await;

    // This time nobody reaches it at all.
    network.cut(Cable::Back);
    network.cut(Cable::Front);
    let cut = Instant::now();
    share_is_gone(&crowd, &nodes, cut).await;
    the_others_go_on(&crowd, &nodes).await;
    network.mend(Cable::Front);
    network.mend(Cable::Back);
    comes_true("everybody to be in", BACK_WITHIN, async || crowd.count_in() == VIEWERS).await;
    crowd.hears_all(&nodes, BACK_WITHIN).await;
    nodes.all_hear_all().await;
    everybody_is_counted(&crowd).await;
    let mut told = Vec::new();
    for writer in writers {
        told.extend(writer.end().await);
    }
    crowd.hears_all(&nodes, BACK_WITHIN).await;
    check_chat(&nodes, &told).await;
    crowd.check(&nodes).await;
    assert_eq!(nodes.stall.stored_counts().await, (STOCK - 2, 2, 0));
}
