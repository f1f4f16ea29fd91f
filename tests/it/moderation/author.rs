//! What the author of a message that was held is told, and what the end of a show decides.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;

use super::{decide, id, live, viewer};
use crate::support::http::Client;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;

/// Waits until the author is told so of the last message that was held.
async fn told(author: &mut SocketClient, status: &str) -> Value {
    loop {
        let you = author.expect("you").await;
        let last = you["reviewed"].as_array().and_then(|all| all.last()).cloned().unwrap_or_default();
        if last["status"] == status {
            return last;
        }
    }
}

async fn take_back(member: &Client, path: &str) -> (u16, Value) {
    let answer = member.request(reqwest::Method::DELETE, path, None).await;
    (answer.status.as_u16(), answer.body["code"].clone())
}

#[tokio::test]
async fn an_author_learns_what_became_of_a_message() {
    let (server, seed, show) = live().await;
    let token = server.viewer_token(&seed);
    let (mut author, welcome) = server.viewer_socket(show, &token).await;
    assert_eq!(welcome["you"]["reviewed"], json!([]));
    author.command("name.set", json!({ "name": "Marta" })).await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    let sent = author.chat(id(1), "che merda").await;
    let held = told(&mut author, "held").await;
    assert_eq!((&held["message_id"], &held["text"]), (&json!(id(1)), &json!("che merda")));
    assert_eq!((&held["seq"], &held["at"]), (&Value::Null, &sent["ok"]["at"]));
    let (mut again, welcome) = server.viewer_socket(show, &token).await;
    // Another node may hear of it a moment later, and tells then.
    if welcome["you"]["reviewed"] != json!([held]) {
        assert_eq!(told(&mut again, "held").await, held, "after a reload too");
    }
    let (mut other, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(welcome["you"]["reviewed"], json!([]));
    let client = server.member_client(&seed);
    assert_eq!(decide(&client, show, 1, "refusal").await.0, 204);
    assert_eq!(told(&mut author, "refused").await["text"], Value::Null);
    let retried = author.chat(id(1), "che merda").await;
    assert_eq!(retried["ok"]["seq"], Value::Null, "a retry changes nothing: {retried}");
    other.command("name.set", json!({ "name": "Luca" })).await;
    assert_eq!(other.chat(id(1), "Mio").await["problem"]["code"], "invalid", "an id is one message's");

    let path = format!("/api/v1/shows/{show}/held-messages/{}/refusal", id(1));
    member.expect_event("message.refused").await;
    assert_eq!(take_back(&client, &path).await.0, 204);
    assert_eq!(take_back(&client, &path).await.0, 204, "again is no change");
    assert_eq!(member.expect_event("message.held").await["data"]["text"], "che merda");
    assert_eq!(told(&mut author, "held").await["text"], "che merda");
    assert_eq!(decide(&client, show, 1, "approval").await.0, 204);
    let shown = told(&mut author, "approved").await;
    assert!(shown["seq"].is_i64() && shown["text"].is_null(), "{shown}");
    while other.expect_event("chat.sent").await["seq"] != shown["seq"] {}
    assert_eq!(take_back(&client, &path).await, (409, json!("message_settled")));
}

#[tokio::test]
async fn a_refused_text_is_forgotten_after_ten_minutes() {
    let clock = Clock::manual("2026-11-21T20:00:00Z".parse().unwrap());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    for n in 1..=2 {
        assert_eq!(author.chat(id(n), &format!("merda {n}")).await["ok"]["seq"], Value::Null);
    }
    let client = server.member_client(&seed);
    assert_eq!(decide(&client, show, 1, "refusal").await.0, 204);
    server.clock.advance(TimeDelta::minutes(10) + TimeDelta::seconds(1));
    assert_eq!(decide(&client, show, 2, "refusal").await.0, 204);
    // False means that the server has just done so by itself.
    server.app.clean_up_in_turn().await.unwrap();
    let mut tx = server.database.read().await.unwrap();
    let old = tx.find_held(seed.shop, show, id(1).into()).await.unwrap().unwrap();
    let young = tx.find_held(seed.shop, show, id(2).into()).await.unwrap().unwrap();
    drop(tx);
    assert_eq!((old.body, young.body.as_deref()), (None, Some("merda 2")));
    let path = |n| format!("/api/v1/shows/{show}/held-messages/{}/refusal", id(n));
    assert_eq!(take_back(&client, &path(1)).await, (409, json!("undo_too_late")));
    assert_eq!(take_back(&client, &path(2)).await.0, 204);
}

#[tokio::test]
async fn what_nobody_decided_on_is_refused_when_the_show_ends() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    for n in 1..=2 {
        assert_eq!(author.chat(id(n), &format!("merda {n}")).await["ok"]["seq"], Value::Null);
    }
    let client = server.member_client(&seed);
    let over = client.put(&format!("/api/v1/shows/{show}/status"), json!({ "status": "ended" })).await;
    assert_eq!(over.status.as_u16(), 200, "{}", over.body);
    let refused =
        [member.expect_event("message.refused").await, member.expect_event("message.refused").await];
    let mut ids = refused.map(|event| event["data"]["message_id"].as_str().unwrap().to_owned());
    ids.sort_unstable();
    assert_eq!(ids, [id(1), id(2)].map(|id| id.to_string()));
    assert_eq!(told(&mut author, "refused").await["text"], Value::Null);
    let log = server.app.list_events_after(show, Audience::Members, 0, 100).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains("merda"));
    let (_socket, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["member"]["held"], json!([]));
    let path = format!("/api/v1/shows/{show}/held-messages/{}/refusal", id(1));
    assert_eq!(take_back(&client, &path).await, (409, json!("show_not_open")));
    assert_eq!(decide(&client, show, 1, "approval").await.1["code"], "message_settled");
}
