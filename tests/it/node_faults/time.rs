//! A node's machine is two hours wrong, ahead or behind: the database's clock rules.

use std::path::PathBuf;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::order::OrderStatus;
use vetrina::payments::webhook;

use super::buyer::Buyer;
use super::writer::Speaker;
use super::{BACK_WITHIN, Nodes, comes_true};

/// How far two readings of one moment may be apart in a test.
const TOLERANCE: TimeDelta = TimeDelta::seconds(3);
/// How wrong the machine is.
const WRONG_MS: i64 = 2 * 60 * 60 * 1_000;
const STOCK: i64 = 5;

#[tokio::test]
async fn a_machine_two_hours_ahead_ends_nothing_early() {
    check("+2h").await;
}

#[tokio::test]
async fn a_machine_two_hours_behind_keeps_nothing_too_long() {
    check("-2h").await;
}

/// The library that shows a program another time. `None` where it is not installed, which is printed.
fn faketime() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let mut files = folders.map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = files.find(|file| file.exists());
    if found.is_none() {
        println!("skipped: libfaketime is not installed");
    }
    found
}

/// A node that shows the right time and one that does not, then the wrong one alone.
async fn check(shift: &str) {
    let Some(library) = faketime() else { return };
    let library = library.to_str().expect("a plain name");
    // Timers go by the other clock, which no machine can have wrong.
    let wrong = [("LD_PRELOAD", library), ("FAKETIME", shift), ("FAKETIME_DONT_FAKE_MONOTONIC", "1")];
    let Some(mut nodes) = Nodes::prepare(std::net::Ipv4Addr::LOCALHOST.into(), STOCK).await else { return };
    nodes.add(&[], &[]).await;
    nodes.add(&[], &wrong).await;
    nodes.all_hear_all().await;
    let off = nodes.metric(1, "machine_clock_off_ms").await;
    assert!((off - WRONG_MS).abs() < TOLERANCE.num_milliseconds(), "the machine is {off} ms off");
    one_order_of_chat(&nodes).await;

    let mut checkouts = Vec::new();
    for node in [0, 1, 1] {
        let checkout = Buyer::new(&nodes).buy(nodes.addresses[node]).await.answer.expect(201);
        let order = nodes.stall.order(&checkout).await;
        checkouts.push(checkout);
        let left = order.reserved_until.expect("the page is there") - now();
        assert!((left - TimeDelta::minutes(10)).abs() < TOLERANCE, "{left} left at node {node}");
        assert!((order.created_at - now()).abs() < TOLERANCE, "made at {}", order.created_at);
    }
    stale_webhooks_are_refused(&nodes, 1, &checkouts[2]).await;

    // A node looks at what is due when it starts, and the wrong one is alone now.
    let until = nodes.stall.order(&checkouts[0]).await.reserved_until;
    // Nobody is left who could take an order first and be killed with it.
    nodes.kill(0);
    nodes.kill(1);
    nodes.stall.sql("update orders set next_action_at = now() where status = 'open'").await;
    let looked_at = now();
    let alone = nodes.add(&[], &wrong).await;
    comes_true("the worker to have looked", BACK_WITHIN, async || {
        let order = nodes.stall.order(&checkouts[0]).await;
        order.next_action_at.is_some_and(|at| at > looked_at + TimeDelta::seconds(5))
    })
    .await;
    let order = nodes.stall.order(&checkouts[0]).await;
    assert_eq!((order.status, order.reserved_until), (OrderStatus::Open, until), "nothing ends early");
    let lapse = "update orders set reserved_until = now() - interval '1 second', next_action_at = now()
                 where status = 'open'";
    nodes.kill(alone);
    nodes.stall.sql(lapse).await;
    nodes.add(&[], &wrong).await;
    for checkout in &checkouts[..2] {
        comes_true("what has lapsed to be free", BACK_WITHIN, async || {
            nodes.stall.order(checkout).await.status == OrderStatus::Expired
        })
        .await;
    }
    assert_eq!(nodes.stall.stored_counts().await, (STOCK - 1, 0, 1));
}

/// PostgreSQL runs on this machine too, so its time is the right one.
fn now() -> chrono::DateTime<Utc> {
    Clock::system().now()
}

/// What is said at both nodes in turn stands in this order, with the times of one clock.
async fn one_order_of_chat(nodes: &Nodes) {
    let mut speakers = [Speaker::at(nodes, 0).await, Speaker::at(nodes, 1).await];
    let mut last = 0;
    for turn in 0..10 {
        let reply = speakers[turn % 2].say().await;
        let (seq, at) = (&reply["ok"]["seq"], &reply["ok"]["at"]);
        let seq = seq.as_i64().unwrap_or_else(|| panic!("{reply}"));
        assert!(seq > last, "{seq} after {last}");
        last = seq;
        let at: chrono::DateTime<Utc> = serde_json::from_value(at.clone()).expect("a time");
        assert!((at - now()).abs() < TOLERANCE, "said at {at}");
    }
}

/// A webhook is as old as the right clock says, in either direction; a fresh one is taken.
async fn stale_webhooks_are_refused(nodes: &Nodes, node: usize, checkout: &Value) {
    let kind = "checkout.session.completed";
    let body = nodes.stall.session_event("evt_time", kind, checkout, json!({})).await;
    let secret = nodes.stall.server.app.provider().webhook_secrets()[0].clone();
    let send = async |age: TimeDelta| {
        let signature = webhook::sign(&secret, &body, now() - age);
        let client = nodes.client(node).with_header("stripe-signature", &signature);
        let path = "/api/v1/webhooks/stripe";
        client.send_bytes(reqwest::Method::POST, path, "application/json", body.clone()).await
    };
    for minutes in [-120, -10, 10, 120] {
        send(TimeDelta::minutes(minutes)).await.expect_problem(400, "malformed");
    }
    assert_eq!(nodes.stall.order(checkout).await.status, OrderStatus::Open);
    send(TimeDelta::zero()).await.expect(200);
    let is_paid = async || nodes.stall.order(checkout).await.status == OrderStatus::Paid;
    comes_true("the fresh one to be applied", BACK_WITHIN, is_paid).await;
}
