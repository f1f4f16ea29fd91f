//! This version beside the next one: what a newer node records, says and adds to the schema.
//!
//! The newer node is played by the test: it writes to the tables and speaks on the bus itself.

use std::time::{Duration, Instant};

use async_nats::Client as Nats;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vetrina::bus::Standing;
use vetrina::config::Secret;
use vetrina::domain::ids::ShowId;
use vetrina::storage::Database;

use crate::support::nats::NatsServer;
use crate::support::program::run_program;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::within;

/// How long what the bus lost may be missing.
const FOUND_WITHIN: Duration = Duration::from_secs(2);
const AT_MS: i64 = 1_800_000_000_123;
const AT: &str = "2027-01-15T08:00:00.123Z";

/// Runs statements as a newer version would.
async fn run_later(database: &Database, sql: String) {
    match database {
        Database::Sqlite { writer, .. } => {
            let run = sqlx::raw_sql(AssertSqlSafe(sql)).execute(writer).await;
            run.map(drop).expect("SQLite takes it");
        }
        Database::Postgres { pool, .. } => {
            let run = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&pool.current()).await;
            run.map(drop).expect("PostgreSQL takes it");
        }
    }
}

/// Records an event for viewers or members, and answers its place.
async fn record_later(server: &TestServer, show: ShowId, audience: &str, kind: &str, data: &Value) -> i64 {
    let (column, id) = (if audience == "viewers" { "last_seq" } else { "last_member_seq" }, show.as_uuid());
    let (id, json) = match &server.database {
        Database::Sqlite { .. } => (format!("x'{}'", id.simple()), format!("'{data}'")),
        Database::Postgres { .. } => (format!("'{id}'"), format!("cast('{data}' as jsonb)")),
    };
    let sql = format!(
        "begin; update shows set {column} = {column} + 1 where id = {id};
         insert into show_events (shop_id, show_id, audience, seq, at_ms, type, data)
         select shop_id, id, '{audience}', {column}, {AT_MS}, '{kind}', {json} from shows where id = {id};
         commit;"
    );
    run_later(&server.database, sql).await;
    let seqs = server.app.find_last_seqs(show).await.expect("the database reads").expect("the show");
    if audience == "viewers" { seqs.last_seq } else { seqs.last_member_seq }
}

/// A song as the next version may have them, with what its wire shows of it.
fn song(seq: i64, text: &str) -> (Value, Value) {
    let data = json!({ "message_id": Uuid::from_u128(77), "text": text, "verses": [1, 2] });
    let event = json!({ "seq": seq, "at": AT, "type": "chat.sung", "data": data });
    (data, event)
}

/// A server with a bus, and a newer node's way to that bus.
async fn beside_a_newer_node() -> Option<(TestServer, Seed, ShowId, NatsServer, Nats)> {
    let nats = NatsServer::start().await?;
    let mut setup = Setup::default();
    setup.config.nats.urls = vec![Secret::new(&nats.url())];
    let server = TestServer::start_with(setup).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    within("the bus", async {
        while server.app.bus().standing() != Standing::Up {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    let newer = async_nats::connect(nats.url()).await.expect("NATS takes everybody");
    Some((server, seed, show, nats, newer))
}

async fn publish(newer: &Nats, server: &TestServer, topic: &str, word: &Value) {
    let node = Uuid::from_u128(4_711).simple();
    let subject = format!("vetrina.{}.{topic}.{node}", server.app.epoch());
    newer.publish(subject, word.to_string().into()).await.expect("NATS takes it");
    newer.flush().await.expect("NATS has it");
}

async fn next_of(socket: &mut SocketClient, kind: &str) -> Value {
    socket.expect_event(kind).await
}

#[tokio::test]
async fn events_of_a_newer_version_reach_everybody_as_they_are() {
    let Some((server, seed, show, _nats, newer)) = beside_a_newer_node().await else { return };
    let (mut viewer, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    let word = |number: u64, heads: Value, events: Value| {
        json!({
            "v": 1, "number": number, "shop": seed.shop, "show": show, "heads": heads, "events": events,
            "mood": "of tomorrow",
        })
    };

    // The word tells of what this version cannot read, so it is read from the table.
    let (data, _) = song(0, "la la");
    let seq = record_later(&server, show, "viewers", "chat.sung", &data).await;
    let (_, expected) = song(seq, "la la");
    publish(&newer, &server, "commits", &word(1, json!({ "viewers": seq }), json!([expected]))).await;
    assert_eq!(viewer.next_event().await, expected);
    assert_eq!(next_of(&mut member, "chat.sung").await, expected);

    // What it says of members stays with members.
    let gift = json!({ "to": "Marta" });
    let member_seq = record_later(&server, show, "members", "order.gifted", &gift).await;
    publish(&newer, &server, "commits", &word(2, json!({ "members": member_seq }), json!([]))).await;
    let told = next_of(&mut member, "order.gifted").await;
    assert_eq!((&told["seq"], &told["data"]), (&json!(member_seq), &gift));

    // Words of a kind or version that this one does not know are counted; the table has it all.
    let before = server.app.bus().counts();
    publish(&newer, &server, "songs", &json!({ "v": 1 })).await;
    let seq = record_later(&server, show, "viewers", "chat.sung", &data).await;
    publish(&newer, &server, "commits", &json!({ "v": 2, "number": 3, "everything": "else" })).await;
    let said = Instant::now();
    assert_eq!(viewer.next_event().await, song(seq, "la la").1);
    assert!(said.elapsed() < FOUND_WITHIN, "{:?}", said.elapsed());
    assert_eq!(server.app.bus().counts().unreadable, before.unreadable + 2);
    assert_eq!(server.app.bus().counts().failures, before.failures);

    // What is known goes on behind it.
    server.app.set_slow_mode(&seed.owner, show, 7).await.expect("it is set");
    let known = viewer.next_event().await;
    assert_eq!((&known["seq"], &known["type"]), (&json!(seq + 1), &json!("chat.slow_mode_changed")));

    // Who comes back where they were has no hole, also at a node that reads all of it anew.
    let other = server.join(|_| {}).await;
    for node in [&server, &other] {
        let mut again = node.socket(show).await;
        let token = server.viewer_token(&seed);
        again.send(json!({ "t": "hello", "token": token, "after": welcome["position"] })).await;
        again.expect("resumed").await;
        let kinds = [again.next_event().await, again.next_event().await, again.next_event().await];
        assert_eq!(kinds[..2], [song(seq - 1, "la la").1, song(seq, "la la").1]);
        assert_eq!(kinds[2], known);
    }
}

/// What a newer version writes with the words of this one: a role that nobody has here yet.
#[tokio::test]
async fn a_message_that_cannot_be_read_is_passed_on_and_loses_its_text_when_it_is_removed() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (_, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let id = Uuid::from_u128(78);
    let author = json!({ "id": Uuid::from_u128(79), "name": "Sofia", "badge": "guest_of_tomorrow" });
    let data = json!({ "message_id": id, "author": author, "text": "segreto" });
    record_later(&server, show, "viewers", "chat.sent", &data).await;
    record_later(&server, show, "viewers", "chat.removed", &json!({ "message_id": id })).await;
    let node = server.join(|_| {}).await;
    let mut viewer = node.socket(show).await;
    let token = server.viewer_token(&seed);
    viewer.send(json!({ "t": "hello", "token": token, "after": welcome["position"] })).await;
    let told = viewer.expect_event("chat.sent").await;
    assert_eq!(told["data"]["author"], author);
    assert_eq!(told["data"]["text"], Value::Null, "{told}");
    assert_eq!(viewer.expect_event("chat.removed").await["data"]["message_id"], json!(id));
}

#[tokio::test]
async fn a_schema_that_a_newer_version_expanded_is_used_until_it_says_otherwise() {
    let mut server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let steps = "create table songs (id integer primary key, title text not null);
                 alter table shows add column mood text;
                 alter table chat_messages add column verses integer;
                 update shows set mood = 'good';
                 insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (9999, 'tomorrow', true, '', 0);";
    run_later(&server.database, steps.to_owned()).await;
    server.restart().await;
    let node = server.join(|_| {}).await;
    let (mut viewer, _) = node.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut member, _) = node.member_socket(show, &seed.session).await;
    let ack = member.chat(Uuid::from_u128(5), "ciao").await;
    assert!(ack["ok"]["seq"].is_i64(), "{ack}");
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["text"], "ciao");
    let path = format!("/api/v1/shows/{show}");
    server.member_client(&seed).patch(&path, json!({ "title": "Più tardi" })).await.expect(200);
    let kept = "select count(*) from shows where mood = 'good' and title = 'Più tardi'";
    assert_eq!(count(&server.database, kept).await, 1, "what was added is not touched");

    run_later(&server.database, "update compatibility set program_min = 9999".to_owned()).await;
    drop(node);
    server.shut_down().await;
    let folder = std::env::temp_dir().join(format!("vetrina-test-{}", seed.shop));
    let folder = folder.to_str().expect("a plain name");
    let arguments =
        ["serve", "--listen", "127.0.0.1:0", "--data", folder, "--database-url", &server.database_url];
    let words = "the database was changed by a newer version of Vetrina";
    run_program(&arguments).await.expect_refusal(words);
    let _ = std::fs::remove_dir_all(folder);
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    let (count,): (i64,) = match database {
        Database::Sqlite { writer, .. } => sqlx::query_as(sql).fetch_one(writer).await,
        Database::Postgres { pool, .. } => sqlx::query_as(sql).fetch_one(&pool.current()).await,
    }
    .expect("the query runs");
    count
}
