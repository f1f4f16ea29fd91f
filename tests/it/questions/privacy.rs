//! Whom an answer is told, and what is left of a question that was taken away.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;

use super::{ask, id, live, put, shown, viewer};
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;

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

/// Everything that a viewer who comes can be told: snapshot, page, the whole log.
async fn told_to_a_stranger(server: &TestServer, seed: &Seed, show: ShowId, last: &str) -> String {
    let token = server.viewer_token(seed);
    let (_socket, welcome) = server.viewer_socket(show, &token).await;
    let page = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    let mut resumed = server.socket(show).await;
    let after = format!("{}:0", server.app.epoch());
    resumed.send(json!({ "t": "hello", "token": token, "after": after })).await;
    let log = server.app.list_events_after(show, Audience::Viewers, 0, 1_000).await.unwrap();
    let log = serde_json::to_string(&log).unwrap();
    [welcome.to_string(), page.to_string(), frames_until(&mut resumed, last).await, log].concat()
}

#[tokio::test]
async fn a_private_answer_is_told_to_the_asker_and_to_members_alone() {
    let (mut server, seed, show) = live().await;
    let token = server.viewer_token(&seed);
    let (mut asker, _) = server.viewer_socket(show, &token).await;
    asker.command("name.set", json!({ "name": "Marta" })).await;
    asker.expect("you").await;
    let (mut other, _) = viewer(&server, &seed, show, "Luca").await;
    let (mut colleague, _) = server.member_socket(show, &seed.session).await;
    ask(&mut asker, 1, "Posso pagare in contanti?").await;
    let member = server.member_client(&seed);
    let answer = json!({ "text": "Segreto: sì, in negozio", "visibility": "private" });
    assert_eq!(put(&member, show, 1, "answer", answer).await.0, 204);
    assert_eq!(asker.expect_event("question.answered").await["data"]["answer"], Value::Null);
    let you = asker.expect("you").await;
    let told = &you["answers"][0];
    assert_eq!(told["question_id"], id(1).to_string());
    assert_eq!(told["text"], "Posso pagare in contanti?");
    assert_eq!(told["answer"]["text"], "Segreto: sì, in negozio");
    let for_members = colleague.expect_event("question.answered_privately").await;
    assert_eq!(for_members["data"]["answer"]["text"], "Segreto: sì, in negozio");

    let intake = format!("/api/v1/shows/{show}/question-intake");
    member.put(&intake, json!({ "takes_questions": false })).await;
    let seen = frames_until(&mut other, "question.intake_changed").await;
    assert!(seen.contains("question.answered"), "{seen}");
    let seen = seen + &told_to_a_stranger(&server, &seed, show, "question.intake_changed").await;
    assert!(!seen.contains("Segreto"), "{seen}");
    assert_eq!(shown(&server, show).await, Vec::<Value>::new(), "it is open no more");
    // Nobody takes away what one person was told.
    assert_eq!(put(&member, show, 1, "dismissal", json!({})).await.1["code"], "question_settled");

    server.restart().await;
    let (_socket, welcome) = server.viewer_socket(show, &token).await;
    assert_eq!(welcome["you"]["answers"][0], *told, "the asker finds it when coming back");
    let (_socket, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(welcome["you"]["answers"], json!([]));
}

#[tokio::test]
async fn a_dismissed_question_leaves_no_text_and_comes_back_within_ten_minutes() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let member = server.member_client(&seed);
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "Insulto").await;
    let answer = json!({ "text": "Replica", "visibility": "public" });
    put(&member, show, 1, "answer", answer).await;
    assert_eq!(put(&member, show, 1, "dismissal", json!({})).await.0, 204);
    assert_eq!(put(&member, show, 1, "dismissal", json!({})).await.0, 204, "again is no change");
    asker.expect_event("question.dismissed").await;
    let seen = told_to_a_stranger(&server, &seed, show, "question.dismissed").await;
    assert!(!seen.contains("Insulto") && !seen.contains("Replica"), "{seen}");

    let path = format!("/api/v1/shows/{show}/questions/{}/dismissal", id(1));
    assert_eq!(member.delete(&path).await.status.as_u16(), 204);
    let back = asker.expect_event("question.asked").await;
    assert_eq!(back["data"]["question"]["text"], "Insulto");
    assert_eq!(back["data"]["question"]["answer"]["text"], "Replica");
    assert_eq!(shown(&server, show).await[0], back["data"]["question"]);

    put(&member, show, 1, "dismissal", json!({})).await;
    asker.expect_event("question.dismissed").await;
    let seen = told_to_a_stranger(&server, &seed, show, "question.dismissed").await;
    assert!(!seen.contains("Insulto") && !seen.contains("Replica"), "{seen}");
    server.clock.advance(TimeDelta::seconds(601));
    member.delete(&path).await.expect_problem(409, "undo_too_late");
    server.app.clean_up_in_turn().await.unwrap();
    let mut tx = server.database.read().await.unwrap();
    let kept = tx.find_question(seed.shop, show, id(1).into()).await.unwrap().unwrap();
    assert_eq!((kept.question.text, kept.question.answer.and_then(|answer| answer.text)), (None, None));
}
