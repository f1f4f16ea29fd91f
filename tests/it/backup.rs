//! Backups of a shop that sells meanwhile, and what a restored one does about the time it lost.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::{OrderId, ProductId};
use vetrina::domain::order::{Order, OrderStatus, ReviewReason};

use crate::support::program::run_program;
use crate::support::server::TestServer;
use crate::support::stall::Stall;
use crate::support::stand_in::{StandIn, answer};
use crate::support::within;

/// A folder of a test's own; it goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("vetrina-backup-{}", Clock::system().uuid()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Says why a test of the embedded database has nothing to do on the other one.
fn is_postgres(server: &TestServer) -> bool {
    let is_postgres = server.database.is_postgres();
    if is_postgres {
        println!("skipped: PostgreSQL comes with its own backups");
    }
    is_postgres
}

fn data(server: &TestServer) -> String {
    server.app.config().data.to_str().unwrap().to_owned()
}

async fn back_up(server: &TestServer, file: &str) -> String {
    run_program(&["backup", "--data", &data(server), file]).await.expect()
}

async fn restore(data: &str, file: &str) -> String {
    run_program(&["restore", "--replace", "--data", data, file]).await.expect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_holds_what_was_acknowledged_and_restores_another_history() {
    let mut stall = Stall::open(50).await;
    if is_postgres(&stall.server) {
        return;
    }
    let (folder, token) = (Folder::new(), stall.server.viewer_token(&stall.seed));
    let (mut viewer, welcome) = stall.server.viewer_socket(stall.show, &token).await;
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let said = viewer.chat(Uuid::from_u128(7), "che bello").await;
    assert!(said["ok"].is_object(), "{said}");
    let epoch = stall.server.app.epoch().to_owned();
    assert!(welcome["position"].as_str().is_some_and(|at| at.starts_with(&epoch)), "{welcome}");
    let checkout = stall.reserve(&stall.buyer(), 2).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;

    let made: Arc<Mutex<Vec<ProductId>>> = Arc::default();
    let (writes, app, owner) = (made.clone(), stall.server.app.clone(), stall.seed.owner.clone());
    let writing = tokio::spawn(async move {
        for n in 0.. {
            let price = json!({ "amount": 100, "currency": "EUR" });
            let new = json!({ "title": format!("Vaso {n}"), "variants": [{ "price": price, "stock": 1 }] });
            let new = serde_json::from_value(new).unwrap();
            let Ok(product) = app.create_product(&owner, &new).await else { return };
            writes.lock().unwrap().push(product.id);
        }
    });
    let count = || made.lock().unwrap().len();
    within("the first writes", async {
        while count() < 20 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let acknowledged = made.lock().unwrap().clone();
    let file = folder.path("shop.db");
    let told = back_up(&stall.server, &file).await;
    assert!(told.contains("KiB") || told.contains("MiB"), "{told}");
    let after = count();
    assert!(after > acknowledged.len(), "nothing was written meanwhile");
    run_program(&["backup", "--data", &data(&stall.server), &file]).await.expect_refusal("is there already");
    let arguments = ["restore", "--replace", "--data", &data(&stall.server), &file];
    run_program(&arguments).await.expect_refusal("stop it first");
    writing.abort();
    let _ = writing.await;

    let late = stall.reserve(&stall.buyer(), 1).await;
    let data = data(&stall.server);
    stall
        .close_for(async {
            let told = restore(&data, &file).await;
            assert!(told.contains("before-restore"), "{told}");
        })
        .await;

    assert_ne!(stall.server.app.epoch(), epoch);
    let mut tx = stall.server.database.read().await.unwrap();
    for product in acknowledged {
        assert!(tx.find_product(stall.seed.shop, product).await.unwrap().is_some(), "{product}");
    }
    let late: OrderId = serde_json::from_value(late["id"].clone()).unwrap();
    assert!(tx.find_order(stall.seed.shop, late).await.unwrap().is_none());
    drop(tx);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    assert_eq!(stall.counts().await, (48, 0, 2));
    assert!(stall.event_names(Audience::Viewers).await.contains(&"chat.sent".to_owned()));
    // Numbers of lost orders are not given again.
    let next = stall.reserve(&stall.buyer(), 1).await;
    assert_eq!(next["number"], "TEST-2002", "{next}");

    let mut back = stall.server.socket(stall.show).await;
    let after = welcome["position"].clone();
    back.send(json!({ "t": "hello", "token": token, "after": after })).await;
    let snapshot = back.expect("welcome").await;
    assert!(snapshot["position"].as_str().is_some_and(|at| !at.starts_with(&epoch)), "{snapshot}");
    let member = stall.server.member_client(&stall.seed);
    member.get("/api/v1/shows").await.expect_problem(401, "unauthenticated");
}

/// An order of the time after the backup, as Stripe lists its paid session.
fn paid_session(session: &Value, calls: &[crate::support::stand_in::Call], at: i64) -> Value {
    let made = calls.iter().rfind(|call| call.key.is_some()).unwrap();
    let metadata: serde_json::Map<String, Value> = made
        .form
        .iter()
        .filter_map(|(name, value)| {
            let name = name.strip_prefix("metadata[")?.strip_suffix(']')?;
            Some((name.to_owned(), value.clone().into()))
        })
        .collect();
    let mut session = session.clone();
    let id = session["id"].as_str().unwrap().to_owned();
    for (name, value) in [
        ("status", json!("complete")),
        ("payment_status", json!("paid")),
        ("payment_intent", json!(format!("pi_{id}"))),
        ("created", json!(at)),
        ("amount_subtotal", json!(4990)),
        ("amount_total", json!(4990)),
        ("url", Value::Null),
        ("metadata", metadata.into()),
    ] {
        session[name] = value;
    }
    session
}

/// Waits until a lost order is back in a status.
async fn comes_back(stall: &Stall, id: &str, status: OrderStatus) -> Order {
    let id: OrderId = id.parse().unwrap();
    within("a lost order to come back", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            looks.tick().await;
            let mut tx = stall.server.database.read().await.unwrap();
            if let Some(order) = tx.find_order(stall.seed.shop, id).await.unwrap()
                && order.status == status
            {
                return order;
            }
        }
    })
    .await
}

#[tokio::test]
async fn what_was_paid_after_the_backup_ends_as_a_sale_a_refund_or_a_review() {
    let (stripe, setup) = StandIn::start().await;
    let mut stall = Stall::open_with(setup, 2).await;
    if is_postgres(&stall.server) {
        return;
    }
    let (folder, clock) = (Folder::new(), stall.server.clock.clone());
    stripe.compared().await;
    let file = folder.path("shop.db");
    back_up(&stall.server, &file).await;
    // The order, what it was paid with, and the whole of its lines are lost with the restore.
    let sold = stall.reserve(&stall.buyer(), 1).await;
    let first = paid_session(&stripe.session(), &stripe.calls(), clock.now().timestamp());
    let unknown = stall.reserve(&stall.buyer(), 1).await;
    let mut second = paid_session(&stripe.session(), &stripe.calls(), clock.now().timestamp());
    second["metadata"].as_object_mut().unwrap().remove("line_0");
    // Its pieces are gone by the time it is found: the first one took them.
    let gone = OrderId::from(clock.uuid()).to_string();
    let mut third = first.clone();
    third["id"] = json!("cs_gone");
    third["payment_intent"] = json!("pi_gone");
    third["amount_subtotal"] = json!(9980);
    third["amount_total"] = json!(9980);
    third["client_reference_id"] = json!(gone);
    third["metadata"]["order"] = json!(gone);
    third["metadata"]["number"] = json!("TEST-1003");
    third["metadata"]["line_0"] = json!(format!("{} 2 4990", stall.variant()));
    // A session of an installation that shares the account and was made long before.
    let foreign = OrderId::from(clock.uuid()).to_string();
    let mut older = third.clone();
    older["id"] = json!("cs_older");
    older["created"] = json!((clock.now() - TimeDelta::hours(2)).timestamp());
    older["metadata"]["order"] = json!(foreign);

    let list = json!({ "object": "list", "url": "/v1/checkout/sessions", "has_more": false,
        "data": [first, second, third, older] });
    let data = data(&stall.server);
    stall
        .close_for(async {
            restore(&data, &file).await;
            stripe.script_at("/v1/checkout/sessions", [answer(list)]);
        })
        .await;

    let order = comes_back(&stall, sold["id"].as_str().unwrap(), OrderStatus::Paid).await;
    assert_eq!((order.number.as_str(), order.review), ("TEST-1001", None));
    assert_eq!((order.lines.len(), order.lines[0].title.as_str()), (1, "Vaso & \"Luna\""));
    assert_eq!(order.total().amount.minor(), 4990);
    let order = comes_back(&stall, unknown["id"].as_str().unwrap(), OrderStatus::Paid).await;
    assert_eq!((order.number.as_str(), order.review), ("TEST-1002", Some(ReviewReason::Restored)));
    assert_eq!((order.lines.len(), order.total().amount.minor()), (0, 4990));
    let order = comes_back(&stall, &gone, OrderStatus::RefundDue).await;
    assert_eq!(order.payment_intent_id.as_deref(), Some("pi_gone"));
    assert_eq!(stall.counts().await, (1, 0, 1));
    let alarm = |name: &str| stall.server.app.alarms().gauges().into_iter().find(|(n, _)| *n == name);
    within("the alarm about the other installation's", async {
        while alarm("unknown_paid_sessions") != Some(("unknown_paid_sessions", 1)) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let mut tx = stall.server.database.read().await.unwrap();
    assert!(tx.find_order(stall.seed.shop, foreign.parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_is_restored_that_is_no_whole_backup() {
    let server = TestServer::start().await;
    if is_postgres(&server) {
        return;
    }
    server.seed_shop().await;
    let folder = Folder::new();
    let file = folder.path("shop.db");
    back_up(&server, &file).await;
    let empty = folder.path("empty");
    let into_empty = async |file: &str| run_program(&["restore", "--data", &empty, file]).await;

    std::fs::write(folder.path("letter.txt"), "Gentile cliente").unwrap();
    into_empty(&folder.path("letter.txt")).await.expect_refusal("is no backup of Vetrina");
    into_empty(&folder.path("nowhere.db")).await.expect_refusal("cannot use");
    let live = format!("{}/vetrina.db", data(&server));
    into_empty(&live).await.expect_refusal("is a database in use");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0x5a);
    std::fs::write(folder.path("damaged.db"), &bytes).unwrap();
    into_empty(&folder.path("damaged.db")).await.expect_refusal("damaged");
    std::fs::copy(&file, folder.path("newer.db")).unwrap();
    let newer = format!("sqlite://{}", folder.path("newer.db"));
    let pool = sqlx::SqlitePool::connect(&newer).await.unwrap();
    let step = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'later', true, x'00', 0)";
    sqlx::query(step).execute(&pool).await.unwrap();
    pool.close().await;
    into_empty(&folder.path("newer.db")).await.expect_refusal("restore it with a newer one");
    let left: Vec<_> = std::fs::read_dir(&empty).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["vetrina.db.lock"]);

    into_empty(&file).await.expect();
    into_empty(&file).await.expect_refusal("--replace");
}

#[tokio::test]
async fn a_folder_keeps_the_newest_backups() {
    let server = TestServer::start().await;
    if is_postgres(&server) {
        return;
    }
    let folder = Folder::new();
    let target = folder.0.to_str().unwrap();
    for name in ["vetrina-20200101-000000.db", "vetrina-20200102-000000.db", "notes.db"] {
        std::fs::write(folder.path(name), "").unwrap();
    }
    let told = run_program(&["backup", "--data", &data(&server), "--keep", "2", target]).await.expect();
    assert!(told.contains("vetrina-20200101-000000.db was the oldest"), "{told}");
    let mut left: Vec<_> =
        std::fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left.len(), 3, "{left:?}");
    assert_eq!((left[0].to_str(), left[1].to_str()), (Some("notes.db"), Some("vetrina-20200102-000000.db")));
    let file = folder.path("one.db");
    let arguments = ["backup", "--data", &data(&server), "--keep", "2", &file];
    run_program(&arguments).await.expect_refusal("needs a folder");
}

#[tokio::test]
async fn postgresql_is_sent_to_its_own_tools() {
    let url = "postgres://vetrina@127.0.0.1:1/shop";
    run_program(&["backup", "--database-url", url, "x.db"]).await.expect_refusal("pg_dump");
    run_program(&["restore", "--database-url", url, "x.db"]).await.expect_refusal("pg_restore");
}
