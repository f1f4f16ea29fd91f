//! A shop that grows: everything moves from SQLite to PostgreSQL and is served as before.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::clock::Clock;
use vetrina::config::Secret;
use vetrina::demo;
use vetrina::domain::event::{Audience, RecordedEvent};
use vetrina::domain::order::OrderStatus;
use vetrina::storage::{Database, TransferError, transfer};

use crate::support::database::PostgresDatabase;
use crate::support::http::Client;
use crate::support::program::run_program;
use crate::support::server::{Setup, TestServer};
use crate::support::stall::Stall;
use crate::support::within;

/// A database to move to; none where the tests have no PostgreSQL.
async fn target() -> Option<PostgresDatabase> {
    let database = PostgresDatabase::create_empty().await;
    if database.is_none() {
        println!("skipped: VETRINA_TEST_DATABASE names no PostgreSQL");
    }
    database
}

/// PostgreSQL wants one that is set.
fn sealing_key() -> Secret {
    Secret::new("0123456789abcdef0123456789abcdef")
}

/// A set-up with an SQLite database, whatever the other tests use.
fn on_sqlite() -> Setup {
    let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    setup.config.database_url = Some(setup.config.database_url());
    setup.config.sealing_key = Some(sealing_key());
    setup
}

/// What a server answers at each path, without its own address.
async fn answers(server: &TestServer, client: &Client, paths: &[String]) -> Vec<(String, u16, String)> {
    let mut answers = Vec::new();
    for path in paths {
        let answer = client.get(path).await;
        let text = String::from_utf8_lossy(&answer.bytes).replace(&server.address().to_string(), "HOST");
        answers.push((path.clone(), answer.status.as_u16(), text));
    }
    answers
}

/// A demo shop, and one beside it with a paid order, one that is open, and chat.
async fn busy_shop() -> (Stall, Value, Vec<String>, String) {
    let server = TestServer::start_with(on_sqlite()).await;
    let access = demo::seed(&server.app).await.unwrap();
    // The storefront is the oldest shop's.
    server.clock.advance(TimeDelta::seconds(1));
    let stall = Stall::at(server, 5).await;
    let token = stall.server.viewer_token(&stall.seed);
    let (mut viewer, _) = stall.server.viewer_socket(stall.show, &token).await;
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let paid = stall.reserve(&stall.buyer(), 2).await;
    stall.pay(&paid).await;
    stall.reaches(&paid, OrderStatus::Paid).await;
    stall.reserve(&stall.buyer(), 1).await;
    viewer.chat(Uuid::from_u128(9), "città \\ \"luna\" \u{1f319}").await;
    let id = paid["id"].as_str().unwrap();
    let show = format!("/api/v1/shows/{}", stall.show);
    let demo = format!("/api/v1/shows/{}", access.show);
    let mut paths: Vec<String> = ["me", "orders", "orders.csv", "products", "shows", "storefront"]
        .into_iter()
        .chain(["shop/checkout", "shop/contact", "payment-account", "sessions/current"])
        .map(|path| format!("/api/v1/{path}"))
        .collect();
    paths.extend([format!("/api/v1/orders/{id}"), format!("{show}/sales"), show, demo.clone()]);
    paths.push(format!("/api/v1/products/{}", stall.product.id));
    let page = stall.server.client().get(&demo).await.expect(200);
    for product in page["show"]["lineup"].as_array().unwrap() {
        paths.push(product["images"][0]["small_url"].as_str().unwrap().to_owned());
    }
    let owner = stall.server.member_client(&stall.seed);
    within("the mails to be written", async {
        let is_sent = |order: &Value| {
            let mails = order["mails"].as_array().unwrap();
            !mails.is_empty() && mails.iter().all(|mail| !mail["sent_at"].is_null())
        };
        while !is_sent(&owner.get(&format!("/api/v1/orders/{id}")).await.expect(200)) {
            tokio::task::yield_now().await;
        }
    })
    .await;
    (stall, paid, paths, token)
}

#[tokio::test]
async fn a_shop_moves_to_postgresql_and_answers_as_before() {
    let Some(postgres) = target().await else { return };
    let (mut stall, paid, paths, token) = Box::pin(busy_shop()).await;
    let owner = stall.server.member_client(&stall.seed);
    let before = answers(&stall.server, &owner, &paths).await;
    let (from, to) = (stall.server.database_url.clone(), postgres.url.clone());
    let command = ["migrate", "--from", &from, "--to", &to];
    run_program(&command).await.expect_refusal("stop it first");
    let events = stall.events(Audience::Viewers).await;
    let is_chat = |event: &RecordedEvent| serde_json::to_value(event).unwrap()["type"] == "chat.sent";
    let said = events.iter().find(|event| is_chat(event)).unwrap();
    let position = format!("{}:{}", stall.server.app.epoch(), said.seq - 1);
    let clock = stall.server.clock.clone();
    stall.server.shut_down().await;
    let told = run_program(&command).await.expect();
    assert!(told.contains("show_events"), "{told}");

    let mut setup = Setup { clock, ..Setup::default() };
    setup.config.database_url = Some(to.clone());
    setup.config.sealing_key = Some(sealing_key());
    setup.config.data = stall.server.app.config().data.clone();
    let moved = TestServer::start_with(setup).await;
    assert_eq!(moved.app.epoch(), stall.server.app.epoch());
    let owner = moved.member_client(&stall.seed);
    for (old, new) in before.iter().zip(answers(&moved, &owner, &paths).await) {
        assert!(old.1 == 200 && *old == new, "{old:?}\n{new:?}");
    }
    let mut back = moved.socket(stall.show).await;
    back.send(json!({ "t": "hello", "token": token, "after": position })).await;
    back.expect("resumed").await;
    let said = back.expect_event("chat.sent").await;
    assert_eq!(said["data"]["text"], "città \\ \"luna\" \u{1f319}", "{said}");
    let mut tx = moved.database.read().await.unwrap();
    assert_eq!(tx.list_events_after(stall.show, Audience::Viewers, 0, 10_000).await.unwrap(), events);
    let order = tx.find_order(stall.seed.shop, paid["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(order.unwrap().status, OrderStatus::Paid);
    drop(tx);
    assert!(moved.app.audit_stock().await.unwrap().is_empty());
    run_program(&command).await.expect_refusal("is not empty");
    moved.database.close().await;
    drop(moved);
    postgres.drop_database();
}

const LATER: &str = "create table later (id blob primary key, told text, at text, is_so integer, n integer,
    bytes blob, data text, show blob references later (id)) strict";
const LATER_POSTGRES: &str = "create table later (id uuid primary key, told text, at timestamptz,
    is_so boolean, n bigint, bytes bytea, data jsonb, show uuid references later (id))";

/// What a row of the table of a later version holds.
type Later = (
    Uuid,
    Option<String>,
    Option<chrono::DateTime<chrono::Utc>>,
    Option<bool>,
    Option<i64>,
    Option<Vec<u8>>,
    Option<Value>,
    Option<Uuid>,
);

#[tokio::test]
async fn tables_that_come_later_are_moved_and_every_value_arrives() {
    let Some(postgres) = target().await else { return };
    let setup = on_sqlite();
    let (data, from) = (setup.config.data.clone(), setup.config.database_url());
    let source = Database::open(&from).await.unwrap();
    let Database::Sqlite { writer, .. } = &source else { panic!("it is SQLite") };
    sqlx::query(LATER).execute(writer).await.unwrap();
    let texts = ["", "\\N", "\\.", "a\tb\nc\r\\d", "città \u{1f319} \u{feff}", "\u{1}\u{7f}"];
    let mut rows: Vec<Later> = vec![(Uuid::nil(), None, None, None, None, None, None, None)];
    for (n, text) in (1i64..).zip(texts) {
        let id = Uuid::from_u128(u128::MAX - u128::from(n.unsigned_abs()));
        let at = chrono::DateTime::from_timestamp_millis(n * 86_400_123 - 1);
        let data = json!({ "b": text, "a": [n, 0.5, i64::MAX, null, true], "": {} });
        let bytes = vec![0, u8::try_from(n).unwrap(), 255, b'\\'];
        let number = Some(if n % 2 == 0 { i64::MIN } else { i64::MAX });
        let text = Some(text.to_owned());
        rows.push((id, text, at, Some(n % 2 == 0), number, Some(bytes), Some(data), Some(Uuid::nil())));
    }
    for (id, told, at, is_so, n, bytes, data, show) in &rows {
        sqlx::query("insert into later values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(id)
            .bind(told)
            .bind(at)
            .bind(is_so)
            .bind(n)
            .bind(bytes)
            .bind(data)
            .bind(show)
            .execute(writer)
            .await
            .unwrap();
    }
    assert!(matches!(transfer(&from, &postgres.url).await, Err(TransferError::InUse(_))));
    source.close().await;
    let refusal = transfer(&from, &postgres.url).await.unwrap_err();
    assert!(matches!(&refusal, TransferError::Schema(what) if what.contains("later")), "{refusal}");

    let goal = Database::open(&postgres.url).await.unwrap();
    let Database::Postgres { pool, .. } = &goal else { panic!("it is PostgreSQL") };
    sqlx::query(LATER_POSTGRES).execute(&pool.current()).await.unwrap();
    // Should a value arrive otherwise than it was sent, nothing has moved.
    let spoil = "create function spoil() returns trigger language plpgsql as
        $$ begin new.told = new.told || '!'; return new; end $$";
    sqlx::query(spoil).execute(&pool.current()).await.unwrap();
    let trigger = "create trigger spoil before insert on later for each row execute function spoil()";
    sqlx::query(trigger).execute(&pool.current()).await.unwrap();
    let refusal = transfer(&from, &postgres.url).await.unwrap_err();
    assert!(matches!(&refusal, TransferError::Differs { table, .. } if table == "later"), "{refusal}");
    sqlx::query("drop trigger spoil on later").execute(&pool.current()).await.unwrap();
    let moved = transfer(&from, &postgres.url).await.unwrap();
    assert!(moved.tables.contains(&("later".to_owned(), 7)), "{:?}", moved.tables);
    let mut found: Vec<Later> =
        sqlx::query_as("select * from later").fetch_all(&pool.current()).await.unwrap();
    found.sort_by_key(|row| row.0);
    rows.sort_by_key(|row| row.0);
    assert_eq!(found, rows);
    let refusal = transfer(&from, &postgres.url).await.unwrap_err();
    assert!(matches!(refusal, TransferError::NotEmpty(_)), "{refusal}");
    goal.close().await;
    postgres.drop_database();
    std::fs::remove_dir_all(data).unwrap();
}

#[tokio::test]
async fn what_cannot_be_moved_is_refused_before_anything_happens() {
    let nowhere = "postgres://vetrina@127.0.0.1:1/shop";
    let missing = transfer("sqlite:///nowhere/vetrina.db", nowhere).await.unwrap_err();
    assert!(matches!(missing, TransferError::NoSource(_)), "{missing}");
    run_program(&["migrate", "--from", "sqlite:///x.db"]).await.expect_refusal("--to");
    run_program(&["migrate", "--to", nowhere]).await.expect_refusal("--from");
}
