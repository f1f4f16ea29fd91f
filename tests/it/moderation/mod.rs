//! Messages that wait for a moderator: who is told of them, and what becomes of them.

mod author;
mod pins;

use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;
use vetrina::domain::member::Role;

use crate::support::http::Client;
use crate::support::seed::Seed;
use crate::support::server::TestServer;
use crate::support::socket::SocketClient;

async fn live() -> (TestServer, Seed, ShowId) {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

async fn viewer(server: &TestServer, seed: &Seed, show: ShowId, name: &str) -> SocketClient {
    let (mut socket, _) = server.viewer_socket(show, &server.viewer_token(seed)).await;
    let named = socket.command("name.set", json!({ "name": name })).await;
    assert_eq!(named["ok"]["name"], name, "{named}");
    socket
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

async fn decide(member: &Client, show: ShowId, n: u128, verdict: &str) -> (u16, Value) {
    let path = format!("/api/v1/shows/{show}/held-messages/{}/{verdict}", id(n));
    let answer = member.put(&path, Value::Null).await;
    (answer.status.as_u16(), answer.body)
}

async fn set_rules(server: &TestServer, seed: &Seed, rules: Value) {
    let answer = server.member_client(seed).put("/api/v1/shop/moderation", rules).await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
}

/// Every frame up to one that holds a word, as text.
async fn frames_until(socket: &mut SocketClient, word: &str) -> String {
    let mut seen = String::new();
    loop {
        let frame = socket.next().await.expect("the socket stays open").to_string();
        seen += &frame;
        if frame.contains(word) {
            return seen;
        }
    }
}

#[tokio::test]
async fn a_held_message_is_told_to_members_alone_until_it_is_approved() {
    let (server, seed, show) = live().await;
    set_rules(&server, &seed, json!({ "words": ["contraffatto"] })).await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    let mut other = viewer(&server, &seed, show, "Luca").await;
    let (mut member, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["member"]["held"], json!([]));
    let sent = author.chat(id(1), "È CONTRAFFATTO?").await;
    assert_eq!(sent["ok"]["seq"], Value::Null, "{sent}");
    assert_eq!(author.chat(id(1), "È CONTRAFFATTO?").await["ok"], sent["ok"], "a retry waits as it did");
    let held = member.expect_event("message.held").await;
    assert_eq!(held["data"]["text"], "È CONTRAFFATTO?");
    assert_eq!((&held["data"]["reason"], &held["data"]["author"]["name"]), (&json!("word"), &json!("Marta")));
    assert!(author.chat(id(2), "Bella questa").await["ok"]["seq"].is_i64());
    let seen = frames_until(&mut other, "Bella questa").await;
    let (_socket, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let log = server.app.list_events_after(show, Audience::Viewers, 0, 100).await.unwrap();
    let seen = [seen, welcome.to_string(), serde_json::to_string(&log).unwrap()].concat();
    assert!(!seen.contains("CONTRAFFATTO"), "{seen}");
    let (_socket, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["member"]["held"], json!([held["data"]]));

    let moderator = server.member_client(&server.seed_member(seed.shop, Role::Moderator).await);
    assert_eq!(decide(&moderator, show, 1, "approval").await.0, 204);
    assert_eq!(decide(&moderator, show, 1, "approval").await.0, 204, "again is no change");
    for socket in [&mut author, &mut other] {
        while socket.expect_event("chat.sent").await["data"]["message_id"] != id(1).to_string() {}
    }
    assert_eq!(member.expect_event("message.approved").await["data"]["message_id"], id(1).to_string());
    let late = decide(&moderator, show, 1, "refusal").await;
    assert_eq!((late.0, &late.1["code"]), (409, &json!("message_settled")));
    // Now that it is a message like others, taking it away leaves no copy.
    server.app.remove_message(&seed.owner, show, id(1).into()).await.unwrap();
    let mut everything = String::new();
    for audience in [Audience::Viewers, Audience::Members] {
        let log = server.app.list_events_after(show, audience, 0, 100).await.unwrap();
        everything += &serde_json::to_string(&log).unwrap();
    }
    assert!(!everything.contains("CONTRAFFATTO"), "{everything}");
}

#[tokio::test]
async fn a_refused_message_is_gone() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    assert_eq!(author.chat(id(1), "che merda").await["ok"]["seq"], Value::Null, "the list comes along");
    member.expect_event("message.held").await;
    let client = server.member_client(&seed);
    assert_eq!(decide(&client, show, 1, "refusal").await.0, 204);
    assert_eq!(decide(&client, show, 1, "refusal").await.0, 204, "again is no change");
    member.expect_event("message.refused").await;
    assert_eq!(decide(&client, show, 1, "approval").await.1["code"], "message_settled");
    assert_eq!(decide(&client, show, 9, "approval").await.0, 404);
    let log = server.app.list_events_after(show, Audience::Members, 0, 100).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains("che merda"));
    let mut again = server.member_handshake_socket(show, &seed.session).await;
    again.send(json!({ "t": "hello", "after": format!("{}:0:0", server.app.epoch()) })).await;
    let held = again.expect_event("message.held").await;
    assert_eq!(held["data"]["text"], Value::Null, "its place stays, its text is gone");
    let (_socket, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["member"]["held"], json!([]));
}

#[tokio::test]
async fn first_messages_wait_where_the_shop_says_so_and_three_of_a_viewer_at_most() {
    let (server, seed, show) = live().await;
    let mut early = viewer(&server, &seed, show, "Prima").await;
    assert!(early.chat(id(1), "Buonasera").await["ok"]["seq"].is_i64());
    let rules = json!({ "uses_common_words": false, "holds_first": true });
    set_rules(&server, &seed, rules).await;
    assert!(early.chat(id(2), "Che belli").await["ok"]["seq"].is_i64(), "she is known here");
    let mut author = viewer(&server, &seed, show, "Marta").await;
    for n in 3..=5 {
        let sent = author.chat(id(n), &format!("Messaggio {n}")).await;
        assert_eq!(sent["ok"]["seq"], Value::Null, "nobody has looked at the first one");
    }
    assert_eq!(author.chat(id(6), "Ancora").await["problem"]["code"], "review_full");
    let client = server.member_client(&seed);
    assert_eq!(decide(&client, show, 3, "approval").await.0, 204);
    assert!(author.chat(id(7), "Grazie").await["ok"]["seq"].is_i64(), "one was shown");
    assert_eq!(decide(&client, show, 4, "refusal").await.0, 204);
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    assert!(member.chat(id(8), "Benvenuti").await["ok"]["seq"].is_i64(), "members are not held");
}

#[tokio::test]
async fn only_members_write_while_the_chat_is_locked() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    let client = server.member_client(&seed);
    let path = format!("/api/v1/shows/{show}/chat-lock");
    assert_eq!(client.put(&path, json!({ "is_locked": true })).await.status.as_u16(), 204);
    assert_eq!(author.expect_event("chat.lock_changed").await["data"]["is_locked"], true);
    assert_eq!(author.chat(id(1), "E ora?").await["problem"]["code"], "chat_locked");
    assert!(member.chat(id(2), "Un momento").await["ok"]["seq"].is_i64());
    let page = async || server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    server.agrees(async || page().await["show"]["is_chat_locked"] == true).await;
    assert_eq!(
        client.put(&path, json!({ "is_locked": true })).await.status.as_u16(),
        204,
        "again is no change"
    );
    assert_eq!(client.put(&path, json!({ "is_locked": false })).await.status.as_u16(), 204);
    author.expect_event("chat.lock_changed").await;
    assert!(author.chat(id(1), "E ora?").await["ok"]["seq"].is_i64());
}

#[tokio::test]
async fn rules_are_the_owners_and_have_bounds() {
    let (server, seed, show) = live().await;
    let owner = server.member_client(&seed);
    let rules = owner.get("/api/v1/shop/moderation").await.expect(200);
    assert_eq!(rules, json!({ "words": [], "uses_common_words": true, "holds_first": false }));
    let many: Vec<String> = (0..201).map(|n| format!("parola {n}")).collect();
    for (words, pointer) in
        [(json!(many), "/words"), (json!(["ok", "x".repeat(41)]), "/words/1"), (json!([" "]), "/words/0")]
    {
        let refused = owner.put("/api/v1/shop/moderation", json!({ "words": words })).await;
        assert_eq!(refused.expect_problem(422, "invalid")["errors"][0]["pointer"], pointer);
    }
    let host = server.member_client(&server.seed_member(seed.shop, Role::Host).await);
    host.get("/api/v1/shop/moderation").await.expect_problem(403, "forbidden");
    host.put("/api/v1/shop/moderation", json!({})).await.expect_problem(403, "forbidden");
    let stranger = server.member_client(&server.seed_shop().await);
    let lock = format!("/api/v1/shows/{show}/chat-lock");
    assert_eq!(stranger.put(&lock, json!({ "is_locked": true })).await.status.as_u16(), 404);
    assert_eq!(decide(&stranger, show, 1, "approval").await.0, 404);
}
