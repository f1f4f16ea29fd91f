//! Nodes whose machines show a wrong time, and what that does to reservations.

use chrono::TimeDelta;
use vetrina::app::App;
use vetrina::app::orders::do_due_payment_work;
use vetrina::bus::Bus;
use vetrina::clock::Clock;
use vetrina::domain::order::{Order, OrderStatus};
use vetrina::storage::Database;

use crate::support::server::Setup;
use crate::support::stall::Stall;

/// How far two readings of one moment may be apart in a test.
const TOLERANCE: TimeDelta = TimeDelta::seconds(3);

fn wrong(minutes: i64) -> Setup {
    Setup { clock: Clock::shifted(TimeDelta::minutes(minutes)), ..Setup::default() }
}

/// Another node on the same database.
async fn node(stall: &Stall, clock: Clock) -> App {
    let database = Database::open(&stall.server.database_url).await.expect("the database opens");
    let app = App::new(database, Bus::local(), clock, stall.server.app.config().clone()).await;
    let app = app.expect("the application starts");
    app.set_listen_address(stall.server.address());
    app
}

/// Runs what a node thinks is due and tells how the order stands then.
async fn order_after_work(stall: &Stall, node: &App, order: &Order) -> Order {
    do_due_payment_work(node).await.expect("the work is done");
    let mut tx = stall.server.database.read().await.expect("the database reads");
    tx.find_order_anywhere(order.id).await.expect("the query runs").expect("the order is there")
}

#[tokio::test]
async fn a_reservation_lives_its_time_on_a_machine_whose_clock_is_wrong() {
    for minutes in [-5, 5] {
        let stall = Stall::open_with(wrong(minutes), 1).await;
        let checkout = stall.reserve(&stall.buyer(), 1).await;
        let order = stall.order(&checkout).await;
        // PostgreSQL runs on this machine too, so its time is the right one.
        let clock =
            if stall.server.database.is_postgres() { Clock::system() } else { stall.server.clock.clone() };
        let left = order.reserved_until.expect("it has an end") - clock.now();
        assert!((left - TimeDelta::minutes(10)).abs() < TOLERANCE, "{left} left");
        let after = order_after_work(&stall, &stall.server.app, &order).await;
        assert_eq!((after.status, after.reserved_until), (OrderStatus::Open, order.reserved_until));
        let metrics = stall.server.client().get("/metrics").await;
        let metrics = String::from_utf8(metrics.bytes).expect("a text");
        let off = metrics.lines().find_map(|line| line.strip_prefix("vetrina_machine_clock_off_ms "));
        let off: i64 = off.expect("the gauge is there").parse().expect("a number");
        let expected = if stall.server.database.is_postgres() { 300_000 } else { 0 };
        assert!((off - expected).abs() < TOLERANCE.num_milliseconds(), "{off}");
    }
}

#[tokio::test]
async fn a_node_whose_machine_is_five_minutes_ahead_releases_nothing_early() {
    let mut setup = wrong(0);
    setup.config.reserve_minutes = 4;
    let stall = Stall::open_with(setup, 1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let order = stall.order(&checkout).await;
    if stall.server.database.is_postgres() {
        for minutes in [-5, 5] {
            let node = node(&stall, Clock::shifted(TimeDelta::minutes(minutes))).await;
            let apart = (node.clock().now() - stall.server.clock.now()).abs();
            assert!(apart < TOLERANCE, "the nodes are {apart} apart");
            assert_eq!(order_after_work(&stall, &node, &order).await, order);
        }
    } else {
        println!("skipped: other nodes share a database only on PostgreSQL");
    }
    // The test of the test: a node that goes by a wrong clock ends the reservation.
    let hasty = node(&stall, Clock::manual(Clock::system().now() + TimeDelta::minutes(5))).await;
    let order = order_after_work(&stall, &hasty, &order).await;
    assert_eq!(order.status, OrderStatus::Expired);
}
