//! Viewers read and erase what is theirs, and owners do it for those who ask.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::member::Role;
use vetrina::domain::order::OrderStatus;

use super::{Person, id};
use crate::support::server::Setup;
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;

const OWN: &str = "/api/v1/viewers/me/erasure";

/// Every frame up to an event, as text.
async fn frames_until(socket: &mut SocketClient, kind: &str) -> String {
    let mut seen = String::new();
    loop {
        let frame = socket.next().await.expect("the socket stays open").to_string();
        let is_last = frame.contains(&format!("\"{kind}\""));
        seen += &frame;
        if is_last {
            return seen;
        }
    }
}

/// Everything that somebody who comes is told, from a snapshot and from the log on.
async fn told_to_a_stranger(stall: &Stall, kind: &str) -> String {
    let token = stall.server.viewer_token(&stall.seed);
    let (_socket, welcome) = stall.server.viewer_socket(stall.show, &token).await;
    let page = stall.server.client().get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    let mut resumed = stall.server.socket(stall.show).await;
    let after = format!("{}:0", stall.server.app.epoch());
    resumed.send(json!({ "t": "hello", "token": token, "after": after })).await;
    [welcome.to_string(), page.to_string(), frames_until(&mut resumed, kind).await].concat()
}

#[tokio::test]
async fn a_viewer_reads_what_is_kept_and_erases_it_in_two_steps() {
    let stall = Stall::open(3).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    let mut other = Person::come(&stall, "Luca").await;
    person.say(1, "frase-uno").await;
    person.ask(11, "domanda-11").await;
    other.say(2, "ciao Zeta").await;
    let voted = other.socket.command("question.upvote", json!({ "question_id": id(11) })).await;
    assert_eq!(voted["ok"]["votes"], 2, "{voted}");

    let data = person.client.get("/api/v1/viewers/me/data").await;
    let disposition = data.headers["content-disposition"].to_str().unwrap().to_owned();
    assert_eq!(disposition, "attachment; filename=\"viewer-data.json\"");
    assert_eq!(data.headers["cache-control"], "no-store");
    let data = data.expect(200);
    assert_eq!(data["viewer_id"], person.viewer.id.to_string());
    assert_eq!(
        (&data["names"][0]["name"], &data["names"][0]["has_address_hash"]),
        (&json!("Zefirina"), &json!(true))
    );
    assert_eq!(data["messages"].as_array().unwrap().len(), 1);
    assert_eq!(data["messages"][0]["text"], "frase-uno");
    assert_eq!((&data["questions"][0]["text"], &data["next_cursor"]), (&json!("domanda-11"), &Value::Null));

    let told = person.client.get(OWN).await.expect(200);
    let counts = ["shows", "messages", "questions", "votes"].map(|name| told[name].as_i64().unwrap());
    assert_eq!((counts, &told["erased_at"]), ([1, 1, 1, 1], &Value::Null));
    let refused = person.client.put(OWN, json!({ "confirmed": false })).await.expect_problem(422, "invalid");
    assert_eq!(refused["errors"], json!([{ "pointer": "/confirmed", "code": "required" }]));
    let erased = person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    assert!(erased["erased_at"].is_string(), "{erased}");

    let dismissed = other.socket.expect_event("question.dismissed").await;
    assert_eq!(dismissed["data"]["question_id"], id(11).to_string());
    let told = other.socket.expect_event("author.erased").await;
    assert_eq!(told["data"]["author_id"], person.viewer.id.to_string());
    let seen = told_to_a_stranger(&stall, "author.erased").await.to_lowercase();
    assert!(!seen.contains("zefirina") && !seen.contains("frase-") && !seen.contains("domanda-"), "{seen}");
    assert!(seen.contains("ciao zeta"), "others' words stay: {seen}");

    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    for kept in ["names", "messages", "questions", "votes", "orders"] {
        assert_eq!(data[kept], json!([]), "{kept}");
    }
    // The name is free again, and whoever writes again gives one.
    while !person.socket.expect("you").await["name"].is_null() {}
    let nameless = person.socket.chat(id(3), "ancora io").await;
    assert_eq!(nameless["problem"]["code"], "name_required", "{nameless}");
    Person::come(&stall, "Zefirina").await;
}

#[tokio::test]
async fn every_node_forgets_what_it_had_in_memory() {
    let stall = Stall::open(1).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    // One who watches at each node keeps its memory full.
    let mut watchers = Vec::new();
    for _ in 0..6 {
        watchers
            .push(stall.server.viewer_socket(stall.show, &stall.server.viewer_token(&stall.seed)).await.0);
    }
    person.say(1, "frase-uno").await;
    for watcher in &mut watchers {
        assert_eq!(watcher.expect_event("chat.sent").await["data"]["text"], "frase-uno");
    }
    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    for watcher in &mut watchers {
        watcher.expect_event("author.erased").await;
    }
    for _ in 0..6 {
        let seen = told_to_a_stranger(&stall, "author.erased").await.to_lowercase();
        assert!(!seen.contains("zefirina") && !seen.contains("frase-"), "{seen}");
    }
}

#[tokio::test]
async fn nobody_is_erased_while_a_payment_is_under_way() {
    let stall = Stall::open(2).await;
    let person = Person::come(&stall, "Zefirina").await;
    let checkout = stall.reserve(&person.buyer(), 1).await;
    let told = person.client.get(OWN).await.expect(200);
    let blocked = json!([{ "number": checkout["number"], "obstacles": ["payment"] }]);
    assert_eq!(told["blocked"], blocked);
    let problem =
        person.client.put(OWN, json!({ "confirmed": true })).await.expect_problem(409, "erasure_blocked");
    assert_eq!(problem["blocked"], blocked);
    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    assert_eq!(
        (&data["names"][0]["name"], &data["orders"][0]["number"]),
        (&json!("Zefirina"), &checkout["number"])
    );

    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    person.client.delete(&path).await.expect(202);
    stall.reaches(&checkout, OrderStatus::Expired).await;
    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    assert_eq!(stall.order(&checkout).await.viewer_id.as_uuid(), stall.order(&checkout).await.id.as_uuid());
    person.client.get(&path).await.expect_problem(404, "not_found");
    assert_eq!(stall.counts().await, (2, 0, 0));
}

#[tokio::test]
async fn owners_do_it_for_those_who_ask_and_nobody_else_does() {
    let stall = Stall::open(1).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    person.say(1, "frase-uno").await;
    let (mut colleague, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    let mute = format!("/api/v1/shows/{}/viewers/{}/mute", stall.show, person.viewer.id);
    let owner = stall.server.member_client(&stall.seed);
    owner.put(&mute, json!({ "secs": 600 })).await.expect(204);
    let path = |what: &str| format!("/api/v1/viewers/{}/{what}", person.viewer.id);
    for role in [Role::Host, Role::Moderator] {
        let member = stall.server.seed_member(stall.seed.shop, role).await;
        let member = stall.server.member_client(&member);
        member.get(&path("data")).await.expect_problem(403, "forbidden");
        member.put(&path("erasure"), json!({ "confirmed": true })).await.expect_problem(403, "forbidden");
    }
    let elsewhere = stall.server.seed_shop().await;
    let elsewhere = stall.server.member_client(&elsewhere);
    assert_eq!(
        elsewhere.get(&path("data")).await.expect(200)["messages"],
        json!([]),
        "another shop's is empty"
    );
    elsewhere.put(&path("erasure"), json!({ "confirmed": true })).await.expect(200);

    assert_eq!(owner.get(&path("data")).await.expect(200)["messages"][0]["text"], "frase-uno");
    owner.put(&path("erasure"), json!({ "confirmed": true })).await.expect(200);
    let told = colleague.expect_event("viewer.erased").await;
    assert_eq!(told["data"]["viewer_id"], person.viewer.id.to_string());
    let members = serde_json::to_string(&stall.events(Audience::Members).await).unwrap();
    assert!(!members.contains("Zefirina"), "{members}");
    let (_colleague, welcome) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    assert!(!welcome.to_string().contains("Zefirina"), "{welcome}");
    let audit: Vec<_> = super::rows::cells(&stall.server).await;
    let done =
        |action: &str| audit.iter().any(|cell| cell.place() == "audit_log.action" && cell.text == action);
    assert!(done("viewer.erase") && done("viewer.export"));
}

#[tokio::test]
async fn a_ban_outlives_an_erasure_until_it_ends() {
    let stall = Stall::open(1).await;
    let person = Person::come(&stall, "Zefirina").await;
    let ban = format!("/api/v1/shows/{}/viewers/{}/ban", stall.show, person.viewer.id);
    stall.server.member_client(&stall.seed).put(&ban, json!({})).await.expect(204);
    let told = person.client.get(OWN).await.expect(200);
    assert!(told["ban_until"].is_string(), "{told}");
    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    assert!(data["ban"]["expires_at"].is_string(), "{data}");
    stall
        .server
        .agrees(async || {
            let state = stall.server.app.viewer_state(stall.show, person.viewer, &[]).await.unwrap();
            state.is_banned && state.name.is_none()
        })
        .await;
}

#[tokio::test]
async fn who_asks_too_often_waits() {
    let clock = Clock::manual(Clock::system().now());
    let server = Setup { clock, ..Setup::default() };
    let server = crate::support::server::TestServer::start_alone(server).await;
    let stall = Stall::at(server, 1).await;
    let buyer = stall.buyer();
    for _ in 0..10 {
        buyer.client.get(OWN).await.expect(200);
    }
    let refused = buyer.client.get("/api/v1/viewers/me/data").await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.expect_problem(429, "rate_limited");
    stall.buyer().client.get(OWN).await.expect(200);
    stall.pass(TimeDelta::seconds(21));
    buyer.client.get(OWN).await.expect(200);
    buyer.client.get("/api/v1/viewers/me/data?cursor=x").await.expect_problem(429, "rate_limited");
    stall.pass(TimeDelta::seconds(21));
    buyer.client.get("/api/v1/viewers/me/data?cursor=x").await.expect_problem(422, "invalid");
    stall.server.client().get(OWN).await.expect_problem(401, "unauthenticated");
}
