//! The end: everything comes to rest, and the sandbox's ledger is held against the books.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::sync::oneshot;
use vetrina::clock::Clock;
use vetrina::domain::order::Order;
use vetrina::domain::refund::RefundCause;
use vetrina::limits::Limits;
use vetrina::server::Server;
use vetrina::storage::OrderFilter;

use super::{STOCK, World};
use crate::support::books::{PaidSession, compare};
use crate::support::http::Client;
use crate::support::server::TestServer;
use crate::support::within;

/// Orders that are read at the end; a thousand kills make fewer.
const ORDERS_MAX: i64 = 1_000_000;

/// Lets the program end what it began, under a clock that runs ahead of leases and pauses, and
/// holds its books against the ledger.
pub async fn check_money(server: &TestServer, world: &World) {
    let clock = Clock::manual(Clock::system().now());
    let mut config = server.app.config().clone();
    config.database_url = Some(server.database_url.clone());
    let last = Server::bind_with(config, clock.clone(), Limits::default()).await.expect("the server starts");
    let base = format!("http://{}", last.local_addr());
    let key = last.app().provider().sandbox().expect("tests take test money").api_key().reveal().to_owned();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(last.run(async {
        let _ = stopped.await;
    }));
    within("everything to come to rest", rest(server, world, &clock)).await;
    let paid = read_ledger(&server.client().at(&base).with_bearer(&key)).await;
    let orders = orders(server, world).await;
    if let Err(breach) = compare(&server.database, &orders, &paid).await {
        panic!("{breach}");
    }
    check_promises(server, world, &paid).await;
    check_stock(server, world, &orders).await;
    println!("{} orders, {} paid sessions", orders.len(), paid.len());
    let _ = stop.send(());
    within("the server to stop", running).await.expect("the server does not panic");
}

/// Moves the clock to what is due next until nothing is and no order holds pieces.
async fn rest(server: &TestServer, world: &World, clock: &Clock) {
    let mut looks = tokio::time::interval(std::time::Duration::from_millis(10));
    loop {
        looks.tick().await;
        let holds = |order: &Order| order.status.holds_stock();
        match next_due(server).await {
            Some(at) if at > clock.now() => clock.advance(at - clock.now()),
            None if !orders(server, world).await.iter().any(holds) => return,
            // The workers are at it.
            _ => {}
        }
    }
}

/// When orders, refunds, stray sessions, events or webhooks wait for a worker next.
async fn next_due(server: &TestServer) -> Option<DateTime<Utc>> {
    let mut tx = server.database.read().await.expect("the database reads");
    let due = [
        tx.find_next_order_action().await.expect("the query runs"),
        tx.find_next_refund_action().await.expect("the query runs"),
        tx.find_next_stray_action().await.expect("the query runs"),
        tx.find_next_provider_event().await.expect("the query runs"),
        tx.find_next_sandbox_delivery().await.expect("the query runs"),
    ];
    due.into_iter().flatten().min()
}

async fn orders(server: &TestServer, world: &World) -> Vec<Order> {
    let mut tx = server.database.read().await.expect("the database reads");
    let filter = OrderFilter { show: Some(world.show), ..OrderFilter::default() };
    tx.list_orders(world.seed.shop, &filter, ORDERS_MAX).await.expect("the query runs")
}

/// What the sandbox was paid and gave back, asked as a program made for Stripe would.
async fn read_ledger(client: &Client) -> Vec<PaidSession> {
    let mut given_back: HashMap<String, i64> = HashMap::new();
    for refund in list(client, "/sandbox/v1/refunds").await {
        let payment = refund["payment_intent"].as_str().expect("a refund is of a payment").to_owned();
        if matches!(refund["status"].as_str(), Some("succeeded" | "pending")) {
            *given_back.entry(payment).or_default() += refund["amount"].as_i64().expect("an amount");
        }
    }
    let sessions = list(client, "/sandbox/v1/checkout/sessions").await;
    let paid = sessions.iter().filter(|session| session["payment_status"] == "paid");
    paid.map(|session| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        PaidSession {
            id: text(&session["id"]),
            order: text(&session["client_reference_id"]),
            amount: session["amount_total"].as_i64().expect("an amount"),
            given_back: given_back.get(&text(&session["payment_intent"])).copied().unwrap_or_default(),
        }
    })
    .collect()
}

/// All members of a list, page by page.
async fn list(client: &Client, path: &str) -> Vec<Value> {
    let mut members = Vec::new();
    let mut after = String::new();
    loop {
        let page = client.get(&format!("{path}?limit=100{after}")).await.expect(200);
        members.extend(page["data"].as_array().expect("a page has members").iter().cloned());
        if page["has_more"] != true {
            return members;
        }
        let last =
            members.last().and_then(|member| member["id"].as_str()).expect("a full page has a last one");
        after = format!("&starting_after={last}");
    }
}

/// What was acknowledged to buyers and members is in the ledger and in the books.
async fn check_promises(server: &TestServer, world: &World, paid: &[PaidSession]) {
    let payments = std::mem::take(&mut *world.promises.payments.lock().expect("nobody panicked"));
    let refunds = std::mem::take(&mut *world.promises.refunds.lock().expect("nobody panicked"));
    assert!(!payments.is_empty(), "nobody paid");
    println!("{} payments and {} refunds were acknowledged", payments.len(), refunds.len());
    for (order, count) in &payments {
        let kept = paid.iter().filter(|session| session.order == *order).count();
        assert!(kept >= *count, "{count} payments of {order} were acknowledged, {kept} are in the ledger");
    }
    let mut promised: HashMap<String, usize> = HashMap::new();
    for order in refunds {
        *promised.entry(order).or_default() += 1;
    }
    for (order, count) in promised {
        let mut tx = server.database.read().await.expect("the database reads");
        let id = order.parse().expect("an order's id");
        let kept = tx.list_refunds(id).await.expect("the query runs");
        let kept = kept.iter().filter(|refund| refund.cause == RefundCause::Member).count();
        assert!(kept >= count, "{count} refunds of {order} were acknowledged, {kept} are in the books");
    }
}

/// The counters agree with the orders, and what is left is what was not sold.
async fn check_stock(server: &TestServer, world: &World, orders: &[Order]) {
    let mut tx = server.database.read().await.expect("the database reads");
    let breaches = tx.list_stock_breaches(10).await.expect("the audit runs");
    assert!(breaches.is_empty(), "{breaches:?}");
    let variant = tx.find_variant(world.seed.shop, world.variant).await.expect("the query runs");
    let sold = orders.iter().filter(|order| order.status.is_sold()).flat_map(|order| &order.lines);
    let sold: i64 = sold.map(|line| line.units.get() - line.restocked_units).sum();
    assert_eq!(variant.expect("the variant is there").available.get(), STOCK - sold);
}
