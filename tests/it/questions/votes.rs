//! Votes: each viewer counts once, and ten thousand of them are a few events.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::event::{Audience, ShowEvent};

use super::{ask, id, live, put, shown, viewer};
use crate::support::server::{Setup, TestServer};
use crate::support::within;

#[tokio::test]
async fn each_viewer_counts_once_and_many_votes_are_one_event() {
    // Nothing is told before the test says that a second is over.
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    let mut voters = vec![asker];
    for _ in 0..20 {
        voters.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
    }
    for _ in 0..2 {
        let votes =
            voters.iter_mut().map(|voter| voter.command("question.upvote", json!({ "question_id": id(1) })));
        let replies = join_all(votes).await;
        assert!(replies.iter().all(|reply| reply["ok"]["question_id"] == id(1).to_string()), "{replies:?}");
    }
    let again = voters[5].command("question.upvote", json!({ "question_id": id(1) })).await;
    assert_eq!(again["ok"]["votes"], 21, "the asker wants an answer too");
    let told = within("the votes", async {
        loop {
            server.clock.advance(TimeDelta::seconds(31));
            let told = voters[7].expect_event("question.upvoted");
            if let Ok(told) = tokio::time::timeout(Duration::from_millis(200), told).await {
                return told;
            }
        }
    })
    .await;
    assert_eq!(told["data"]["votes"], json!([{ "question_id": id(1), "votes": 21 }]));
    let log = server.app.list_events_after(show, Audience::Viewers, 0, 1_000).await.unwrap();
    let upvoted = log.iter().filter(|event| matches!(event.event, ShowEvent::QuestionUpvoted { .. }));
    assert_eq!(upvoted.count(), 1);
    assert_eq!(shown(&server, show).await[0]["votes"], 21);
}

#[tokio::test]
async fn votes_are_told_without_anybody_asking() {
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    let (mut voter, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    ask(&mut asker, 1, "Prima?").await;
    ask(&mut asker, 2, "Seconda?").await;
    for n in [1, 2] {
        voter.command("question.upvote", json!({ "question_id": id(n) })).await;
    }
    let mut votes = [1, 1];
    while votes != [2, 2] {
        let told = asker.expect_event("question.upvoted").await;
        for vote in told["data"]["votes"].as_array().unwrap() {
            let n = usize::from(vote["question_id"] == id(2).to_string());
            votes[n] = vote["votes"].as_i64().unwrap();
        }
    }
}

#[tokio::test]
async fn a_question_that_is_not_open_takes_no_votes() {
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    let (mut voter, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    ask(&mut asker, 1, "Prima?").await;
    let code = async |voter: &mut crate::support::socket::SocketClient, n| -> Value {
        voter.command("question.upvote", json!({ "question_id": id(n) })).await["problem"]["code"].clone()
    };
    assert_eq!(code(&mut voter, 9).await, "not_found");
    put(&server.member_client(&seed), show, 1, "dismissal", json!({})).await;
    assert_eq!(code(&mut voter, 1).await, "question_settled");
    let other = server.seed_live_show_called(&seed, "Altra serata").await;
    let (mut elsewhere, _) = server.viewer_socket(other, &server.viewer_token(&seed)).await;
    assert_eq!(code(&mut elsewhere, 1).await, "not_found", "questions are of their show");
}
