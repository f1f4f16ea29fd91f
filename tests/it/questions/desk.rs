//! Members at the same questions: one answers, others see who.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::member::Role;

use super::{ask, id, live, put, shown, viewer};
use crate::support::server::{Setup, TestServer};

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn two_members_who_claim_at_once_do_not_both_answer() {
    let (server, seed, show) = live().await;
    let colleague = server.seed_member(seed.shop, Role::Moderator).await;
    let members = [server.member_client(&seed), server.member_client(&colleague)];
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    for n in 1..=3 {
        ask(&mut asker, n, &format!("Domanda {n}")).await;
        let [one, two] = &members;
        let claim = |member| put(member, show, n, "claim", json!({}));
        let (first, second) = join(claim(one), claim(two)).await;
        let mut codes = [code(&first), code(&second)];
        codes.sort_unstable();
        assert_eq!(codes, [(204, ""), (409, "question_claimed")]);
        let (winner, loser) = if first.0 == 204 { (one, two) } else { (two, one) };
        let answer = || json!({ "text": "Sì", "visibility": "public" });
        let refused = put(loser, show, n, "answer", answer()).await;
        assert_eq!(code(&refused), (409, "question_claimed"));
        assert_eq!(put(winner, show, n, "answer", answer()).await.0, 204);
        asker.expect_event("question.claimed").await;
        asker.expect_event("question.answered").await;
    }
}

#[tokio::test]
async fn of_two_answers_at_once_one_is_told() {
    let (server, seed, show) = live().await;
    let member = server.member_client(&seed);
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    let answer = |text| put(&member, show, 1, "answer", json!({ "text": text, "visibility": "public" }));
    let (first, second) = join(answer("Sì"), answer("No")).await;
    let mut codes = [code(&first), code(&second)];
    codes.sort_unstable();
    assert_eq!(codes, [(204, ""), (409, "question_settled")]);
    let told = asker.expect_event("question.answered").await;
    assert_eq!(shown(&server, show).await[0]["answer"], told["data"]["answer"]);
    let expected = if first.0 == 204 { "Sì" } else { "No" };
    assert_eq!(told["data"]["answer"]["text"], expected);
}

#[tokio::test]
async fn a_claim_is_given_back_taken_over_and_lapses() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let colleague = server.seed_member(seed.shop, Role::Host).await;
    let (giulia, carla) = (server.member_client(&seed), server.member_client(&colleague));
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    let path = format!("/api/v1/shows/{show}/questions/{}/claim", id(1));
    assert_eq!(put(&giulia, show, 1, "claim", json!({})).await.0, 204);
    assert_eq!(put(&giulia, show, 1, "claim", json!({})).await.0, 204, "again is no change");
    carla.delete(&path).await.expect_problem(409, "question_claimed");
    assert_eq!(giulia.delete(&path).await.status.as_u16(), 204);
    assert_eq!(giulia.delete(&path).await.status.as_u16(), 204, "again is no change");
    assert_eq!(put(&carla, show, 1, "claim", json!({})).await.0, 204);
    assert_eq!(code(&put(&giulia, show, 1, "claim", json!({})).await), (409, "question_claimed"));
    assert_eq!(put(&giulia, show, 1, "claim", json!({ "takes_over": true })).await.0, 204);
    server.clock.advance(TimeDelta::seconds(300));
    assert_eq!(put(&carla, show, 1, "claim", json!({})).await.0, 204, "Giulia has left");
    let mut names = Vec::new();
    for _ in 0..5 {
        let claimed = asker.expect_event("question.claimed").await;
        names.push(claimed["data"]["claim"]["name"].as_str().unwrap_or("nobody").to_owned());
    }
    let (owner, host) = (seed.member.name.as_str(), colleague.member.name.as_str());
    assert_eq!(names, [owner, "nobody", host, owner, host]);
}

#[tokio::test]
async fn an_answer_that_is_for_one_needs_a_text_and_none_is_too_long() {
    let (server, seed, show) = live().await;
    let member = server.member_client(&seed);
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    for body in [
        json!({ "visibility": "private" }),
        json!({ "text": "  ", "visibility": "private" }),
        json!({ "text": "x".repeat(301), "visibility": "public" }),
    ] {
        let refused = put(&member, show, 1, "answer", body.clone()).await;
        assert_eq!(refused.1["errors"][0]["pointer"], "/text", "{body}");
    }
    assert_eq!(put(&member, show, 1, "answer", json!({ "visibility": "nobody" })).await.0, 422);
}

#[tokio::test]
async fn only_members_of_the_shop_work_at_its_questions() {
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    let stranger = server.member_client(&server.seed_shop().await);
    let visitor = server.client();
    for (what, body) in [
        ("claim", json!({})),
        ("answer", json!({ "text": "Sì", "visibility": "public" })),
        ("dismissal", json!({})),
    ] {
        assert_eq!(put(&stranger, show, 1, what, body.clone()).await.0, 404, "{what}");
        assert_eq!(put(&visitor, show, 1, what, body).await.0, 401, "{what}");
    }
    let intake = format!("/api/v1/shows/{show}/question-intake");
    assert_eq!(stranger.put(&intake, json!({ "takes_questions": false })).await.status.as_u16(), 404);
    assert!(ask(&mut asker, 2, "E in verde?").await["ok"].is_object());
}
