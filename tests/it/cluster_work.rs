//! Background work of several nodes on one database: done once, and taken over from a node that dies.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use chrono::TimeDelta;
use image::{DynamicImage, ImageFormat};
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::money::Amount;
use vetrina::domain::order::OrderStatus;
use vetrina::domain::product::Image;
use vetrina::domain::refund::{Refund, RefundCause, RefundStatus};
use vetrina::storage::{Database, EventKey};

use crate::support::http::Client;
use crate::support::node::Node;
use crate::support::port::free_port;
use crate::support::postgres::OwnPostgres;
use crate::support::process::Process;
use crate::support::server::Setup;
use crate::support::smtp::{SmtpServer, set_smtp};
use crate::support::stall::Stall;
use crate::support::stand_in::{StandIn, answer};
use crate::support::valve::Valve;
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";
const REFUNDS: &str = "/v1/refunds";
/// Longer than any worker waits before it looks for what other nodes wrote.
const A_LOOK: TimeDelta = TimeDelta::seconds(31);

/// How soon another node goes on with what a dead one had begun.
const TAKEN_OVER_WITHIN: std::time::Duration = std::time::Duration::from_secs(75);

/// Three nodes under one clock, which stands still; the first is the stall's.
struct Cluster {
    nodes: Vec<Node>,
    stall: Stall,
    _postgres: OwnPostgres,
}

impl Cluster {
    async fn open(mut setup: Setup, others: usize) -> Option<Self> {
        let postgres = OwnPostgres::start().await?;
        setup.config.database_url = Some(postgres.url());
        let stall = Stall::open_with(setup, 10).await;
        let mut nodes = Vec::new();
        for _ in 0..others {
            nodes.push(stall.server.node().await);
        }
        Some(Self { nodes, stall, _postgres: postgres })
    }

    /// What a query counts.
    async fn count(&self, sql: &'static str) -> i64 {
        let Database::Postgres { pool, .. } = &self.stall.server.database else { panic!("it is PostgreSQL") };
        let (count,): (i64,) = sqlx::query_as(sql).fetch_one(&pool.current()).await.expect("the query runs");
        count
    }

    /// Waits until a query counts so many.
    async fn comes_to(&self, what: &str, sql: &'static str, wanted: i64) {
        within(what, async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
            while self.count(sql).await != wanted {
                looks.tick().await;
            }
        })
        .await;
    }

    /// Sells to one buyer, who is told of it by mail.
    async fn sell(&self, number: usize) -> Value {
        let checkout = self.stall.reserve(&self.stall.buyer(), 1).await;
        let customer = json!({ "customer_details": { "name": "Anna", "email": "anna@example.it" } });
        let body = self.stall.session_event(&format!("evt_{number}"), COMPLETED, &checkout, customer).await;
        self.stall.tell(&body).await.expect(200);
        self.stall.reaches(&checkout, OrderStatus::Paid).await;
        checkout
    }

    /// The owner at another node than the stall's.
    fn owner_at(&self, node: &Node) -> Client {
        self.stall.server.member_client(&self.stall.seed).at(&format!("http://{}", node.address))
    }
}

fn still() -> Setup {
    Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() }
}

#[tokio::test]
async fn each_mail_is_sent_by_one_of_three_nodes() {
    let (post, mut setup) = (SmtpServer::start().await, still());
    post.take_mail_of(&mut setup);
    let Some(cluster) = Cluster::open(setup, 2).await else { return };
    for number in 0..4 {
        cluster.sell(number).await;
    }
    let waiting = "select count(*) from mails where next_attempt_at is not null";
    cluster.comes_to("the mails to go out", waiting, 0).await;
    let before = post.letters().len();
    assert_eq!(before, 8, "one to the buyer and one to the owner of each order");
    cluster.stall.sql("update mails set sent_at = null, next_attempt_at = created_at").await;
    cluster.stall.pass(A_LOOK);
    cluster.comes_to("all mails to go out again", waiting, 0).await;
    let mut copies: BTreeMap<String, usize> = BTreeMap::new();
    for letter in post.letters() {
        *copies.entry(letter.header("Message-ID")).or_default() += 1;
    }
    assert!(copies.len() == before && copies.values().all(|count| *count == 2), "{copies:?}");
}

/// A refund that waits for a worker, as a member's request leaves it.
async fn owe(cluster: &Cluster, checkout: &Value) -> Refund {
    let order = cluster.stall.order(checkout).await;
    let (id, now) = (cluster.stall.server.clock.uuid().into(), cluster.stall.server.clock.now());
    let refund = Refund {
        id,
        shop_id: order.shop_id,
        order_id: order.id,
        n: 1,
        cause: RefundCause::Member,
        payment_intent_id: order.payment_intent_id.expect("it was paid"),
        amount: Amount::from_minor(500),
        status: RefundStatus::Due,
        provider_refund_id: None,
        failure: None,
        note: None,
        requested_by: None,
        next_action_at: Some(now + TimeDelta::seconds(10)),
        created_at: now,
        updated_at: now,
    };
    let mut tx = cluster.stall.server.database.write().await.expect("the database writes");
    assert!(tx.insert_refund(&refund).await.expect("the query runs"));
    tx.commit().await.expect("the refund is kept");
    refund
}

/// What the provider answers to a refund.
fn taken_on(number: usize) -> Value {
    json!({ "id": format!("re_{number}"), "object": "refund", "status": "pending", "amount": 500,
        "currency": "eur", "created": 1, "payment_intent": null, "metadata": {} })
}

/// The keys of the refunds that the provider was asked for.
fn refund_keys(stripe: &StandIn) -> Vec<String> {
    let calls = stripe.calls().into_iter().filter(|call| call.method == Method::POST && call.path == REFUNDS);
    let mut keys: Vec<String> = calls.filter_map(|call| call.key).collect();
    keys.sort();
    keys
}

#[tokio::test]
async fn each_refund_is_asked_for_by_one_of_three_nodes() {
    let (stripe, setup) = StandIn::start().await;
    let Some(cluster) = Cluster::open(setup, 2).await else { return };
    let mut expected = Vec::new();
    for number in 0..4 {
        let checkout = cluster.sell(number).await;
        expected.push(owe(&cluster, &checkout).await.key());
    }
    expected.sort();
    stripe.script_at(REFUNDS, (0..4).map(|number| answer(taken_on(number))));
    cluster.stall.pass(A_LOOK);
    cluster.comes_to("the refunds", "select count(*) from refunds where status = 'pending'", 4).await;
    assert_eq!(refund_keys(&stripe), expected);
}

#[tokio::test]
async fn each_event_of_the_provider_is_acted_upon_by_one_of_three_nodes() {
    let Some(cluster) = Cluster::open(still(), 2).await else { return };
    let mut tx = cluster.stall.server.database.write().await.expect("the database writes");
    let at = cluster.stall.server.clock.now() + TimeDelta::seconds(10);
    for number in 0..20 {
        let key = EventKey { account: String::new(), event_id: format!("evt_{number}") };
        let body = json!({ "id": key.event_id, "type": "invoice.paid", "data": { "object": {} } });
        let body = body.to_string();
        tx.insert_provider_event(&key, "invoice.paid", false, body.as_bytes(), at).await.expect("it is kept");
    }
    tx.commit().await.expect("the events are kept");
    cluster.stall.pass(A_LOOK);
    let handled = "select count(*) from provider_events where handled_at is not null";
    cluster.comes_to("the events to be handled", handled, 20).await;
    assert_eq!(cluster.count("select sum(attempts)::bigint from provider_events").await, 20);
}

/// What was asked for, and how often.
type Asked = Arc<Mutex<BTreeMap<String, usize>>>;

/// Somebody else's server with pictures.
async fn pictures() -> (String, Asked) {
    async fn give(State(asked): State<Asked>, uri: Uri) -> Vec<u8> {
        *asked.lock().expect("nobody panics").entry(uri.path().to_owned()).or_default() += 1;
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::new_rgb8(9, 6).write_to(&mut bytes, ImageFormat::Png).expect("a picture can be made");
        bytes.into_inner()
    }
    let asked = Asked::default();
    let router = Router::new().fallback(give).with_state(Arc::clone(&asked));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, asked)
}

#[tokio::test]
async fn each_product_is_imported_and_each_picture_fetched_by_one_of_three_nodes() {
    let (url, asked) = pictures().await;
    let mut setup = still();
    setup.config.image_networks = vec!["127.0.0.1/32".parse().expect("a network")];
    let Some(cluster) = Cluster::open(setup, 2).await else { return };
    let rows: Vec<String> = (0..8).map(|n| format!("p{n},Piatto {n},10,{url}/{n}.png\n")).collect();
    let rows = rows.concat();
    let file = format!("handle,title,price,image\n{rows}").into_bytes();
    let import = |client: Client| {
        let file = file.clone();
        async move {
            let path = "/api/v1/imports?format=vetrina&mode=apply";
            client.send_bytes(Method::POST, path, "text/csv", file).await.expect(200)
        }
    };
    let [second, third] = &cluster.nodes[..] else { panic!("there are two more") };
    let (one, other) = tokio::join!(import(cluster.owner_at(second)), import(cluster.owner_at(third)));
    let created = |report: &Value| report["created"].as_u64().expect("a number");
    assert_eq!(created(&one) + created(&other), 8, "{one} {other}");
    // More of them, of which no node was told.
    let mut tx = cluster.stall.server.database.write().await.expect("the database writes");
    for n in 8..12 {
        let id = cluster.stall.server.clock.uuid().into();
        let image = Image::pending(id, String::new(), format!("{url}/{n}.png"));
        let (shop, now) = (cluster.stall.seed.shop, cluster.stall.server.clock.now());
        tx.insert_image(shop, cluster.stall.product.id, &image, now).await.expect("it is kept");
    }
    tx.commit().await.expect("the pictures are kept");
    cluster.stall.pass(A_LOOK);
    cluster.comes_to("the pictures", "select count(*) from images where status = 'ready'", 12).await;
    let asked = asked.lock().expect("nobody panics").clone();
    assert!(asked.len() == 12 && asked.values().all(|count| *count == 1), "{asked:?}");
}

#[tokio::test]
async fn lists_are_compared_and_old_things_forgotten_by_one_of_three_nodes() {
    let (stripe, setup) = StandIn::start().await;
    let Some(cluster) = Cluster::open(setup, 0).await else { return };
    let mut nodes = Vec::new();
    for comparisons in 1..=3 {
        within("a node to compare at its start", async {
            while stripe.calls_so_far() < comparisons {
                tokio::task::yield_now().await;
            }
        })
        .await;
        if comparisons < 3 {
            nodes.push(cluster.stall.server.node().await);
        }
    }
    stripe.calls();
    let held = "select count(*) from leases l join reconciliations r on l.name = 'reconciliation ' || r.scope
                where l.held_until > r.listed_until";
    for hours in 1..=4 {
        cluster.comes_to("the comparison to end", held, 0).await;
        cluster.stall.pass(TimeDelta::minutes(61));
        within("an hour's comparison", async {
            while stripe.calls_so_far() < hours {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    cluster.comes_to("the comparison to end", held, 0).await;
    assert_eq!(stripe.calls().len(), 4, "one in an hour");

    let [second, third] = &nodes[..] else { panic!("two more were started") };
    let turns = async || {
        let apps = (&cluster.stall.server.app, &second.app, &third.app);
        let (a, b, c) =
            tokio::join!(apps.0.clean_up_in_turn(), apps.1.clean_up_in_turn(), apps.2.clean_up_in_turn());
        [a, b, c].map(|done| done.expect("the database works"))
    };
    cluster.stall.pass(TimeDelta::minutes(2));
    // Their workers are at it too, so it may be none of these.
    let done = turns().await;
    assert!(done.iter().filter(|is_done| **is_done).count() <= 1, "{done:?}");
    let again = turns().await;
    assert_eq!(again, [false; 3]);
}

#[tokio::test]
async fn a_mail_of_a_node_that_died_is_sent_by_another() {
    let (post, mut setup) = (SmtpServer::start().await, still());
    let valve = Valve::before(post.address()).await;
    set_smtp(&mut setup, valve.address);
    let Some(mut cluster) = Cluster::open(setup, 1).await else { return };
    let checkout = cluster.sell(0).await;
    let waiting = "select count(*) from mails where next_attempt_at is not null";
    cluster.comes_to("the mails to go out", waiting, 0).await;
    valve.close();
    let node = cluster.nodes.remove(0);
    let path = format!("/api/v1/orders/{}/shipment", checkout["id"].as_str().expect("an id"));
    cluster.owner_at(&node).put(&path, json!({ "carrier": "BRT" })).await.expect(200);
    let begun = "select count(*) from mails where kind = 'order_shipped' and attempts = 1";
    cluster.comes_to("the node to begin the mail", begun, 1).await;
    node.die();
    valve.open();
    cluster.stall.pass(A_LOOK);
    assert_eq!(cluster.count(waiting).await, 1, "its lease is not over");
    cluster.stall.pass(TimeDelta::minutes(5));
    cluster.comes_to("the mail to go out", waiting, 0).await;
    let sent = post.letters().into_iter().filter(|letter| letter.header("Subject").contains("is on its way"));
    assert_eq!(sent.count(), 1);
}

#[tokio::test]
async fn a_refund_of_a_node_that_died_is_asked_for_by_another() {
    let (stripe, setup) = StandIn::start().await;
    let Some(cluster) = Cluster::open(setup, 0).await else { return };
    let checkout = cluster.sell(0).await;
    let valve = Valve::before(stripe.address()).await;
    let mut config = cluster.stall.server.app.config().clone();
    config.stripe.api_base = Some(format!("http://{}", valve.address).parse().expect("an address"));
    let node = Node::start(config, cluster.stall.server.clock.clone(), Setup::default().limits).await;
    valve.close();
    let path = format!("/api/v1/orders/{}/refunds", checkout["id"].as_str().expect("an id"));
    cluster.owner_at(&node).post(&path, json!({ "amount": 500 })).await.expect(202);
    // The lease is all that is seen of a node that hangs.
    let begun = "select count(*) from refunds where next_action_at > created_at";
    cluster.comes_to("the node to begin the refund", begun, 1).await;
    node.die();
    assert_eq!(refund_keys(&stripe), [""; 0]);
    stripe.script_at(REFUNDS, [answer(taken_on(1))]);
    cluster.stall.pass(A_LOOK);
    cluster.comes_to("the refund", "select count(*) from refunds where status = 'pending'", 1).await;
    let order = checkout["id"].as_str().expect("an id");
    assert_eq!(refund_keys(&stripe), [format!("re:{order}:1")]);
}

/// A program that is killed between a reservation and the session it asks for.
#[tokio::test]
async fn a_reservation_of_a_process_that_was_killed_is_brought_on_by_another() {
    let (stripe, mut setup) = StandIn::start().await;
    setup.clock = Clock::system();
    let Some(cluster) = Cluster::open(setup, 0).await else { return };
    let valve = Valve::before(stripe.address()).await;
    let api_base = format!("http://{}", valve.address);
    let variables = [
        ("VETRINA_STRIPE_SECRET_KEY", "sk_test_stand_in"),
        ("VETRINA_STRIPE_WEBHOOK_SECRET", "whsec_stand_in"),
        ("VETRINA_STRIPE_API_BASE", api_base.as_str()),
    ];
    let process = Process::start_with(&cluster.stall.server, free_port(), &variables).await;
    valve.close();
    let client = cluster.stall.buyer().client.at(&format!("http://{}", process.address));
    let client = client.with_header("idempotency-key", "click");
    let path = format!("/api/v1/shows/{}/checkouts", cluster.stall.show);
    let body = json!({ "lines": [{ "variant_id": cluster.stall.variant(), "units": 1 }] });
    let click = tokio::spawn(async move { client.try_request(Method::POST, &path, Some(body)).await });
    cluster.comes_to("the reservation", "select count(*) from orders where status = 'reserved'", 1).await;
    process.kill();
    assert!(within("the click to break", click).await.expect("it does not panic").is_none());
    stripe.calls();
    let killed = tokio::time::Instant::now();
    let taken_over = async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(100));
        while cluster.count("select count(*) from orders where status = 'open'").await == 0 {
            looks.tick().await;
        }
    };
    // Its lease is half a minute, and others look every half a minute.
    tokio::time::timeout(TAKEN_OVER_WITHIN, taken_over).await.expect("another node goes on with it");
    println!("taken over {} s after the kill", killed.elapsed().as_secs());
    let keys: Vec<_> = stripe.calls().into_iter().filter_map(|call| call.key).collect();
    assert!(keys.len() == 1 && keys[0].starts_with("cs:") && keys[0].ends_with(":1"), "{keys:?}");
    assert_eq!(cluster.stall.counts().await, (9, 1, 0));
}
