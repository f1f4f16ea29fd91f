//! What is refused, each with its code.

use chrono::TimeDelta;
use serde_json::json;
use uuid::Uuid;
use vetrina::app::Refusal;
use vetrina::app::questions::NewQuestion;
use vetrina::clock::Clock;
use vetrina::domain::problem::Code;
use vetrina::domain::question::OPEN_MAX;

use super::{ask, id, live, put, viewer};
use crate::support::server::{Setup, TestServer};

#[tokio::test]
async fn unusable_questions_are_refused() {
    let (server, seed, show) = live().await;
    let product = server.seed_product(&seed, "Sciarpa", 3).await;
    let (mut nameless, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(ask(&mut nameless, 1, "Posso?").await["problem"]["code"], "name_required");
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    for (text, code) in [
        (" ".to_owned(), "invalid"),
        ("à".repeat(201), "invalid"),
        ("guarda https://x.example".to_owned(), "links_not_allowed"),
    ] {
        assert_eq!(ask(&mut asker, 2, &text).await["problem"]["code"], code, "{text}");
    }
    let data = json!({ "question_id": id(2), "product_id": product.id, "text": "È calda?" });
    let elsewhere = asker.command("question.ask", data).await;
    assert_eq!(elsewhere["problem"]["code"], "not_in_lineup");
    assert!(ask(&mut asker, 2, &"à".repeat(200)).await["ok"].is_object());
    let (mut thief, _) = viewer(&server, &seed, show, "Luca").await;
    assert_eq!(ask(&mut thief, 2, "Mia").await["problem"]["code"], "invalid", "an id is one question's");
}

#[tokio::test]
async fn a_viewer_has_three_open_questions_and_asks_three_in_a_minute() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    for n in 1..=3 {
        assert!(ask(&mut asker, n, &format!("Domanda {n}")).await["ok"].is_object());
    }
    assert_eq!(ask(&mut asker, 4, "Quarta").await["problem"]["code"], "questions_waiting");
    put(&server.member_client(&seed), show, 1, "dismissal", json!({})).await;
    let refused = ask(&mut asker, 4, "Quarta").await;
    assert_eq!(refused["problem"]["code"], "rate_limited");
    assert_eq!(refused["problem"]["retry_ms"], 60_000);
    server.clock.advance(TimeDelta::minutes(1));
    assert!(ask(&mut asker, 4, "Quarta").await["ok"].is_object());
}

#[tokio::test]
async fn a_show_takes_fifty_open_questions() {
    let (server, seed, show) = live().await;
    let asked = async |n: i64| {
        let (viewer, _) = server.app.create_viewer(seed.shop);
        server.app.set_viewer_name(show, viewer, b"there", &format!("Ospite {n}")).await.unwrap();
        let id = Uuid::from_u128(u128::try_from(n).unwrap()).into();
        let new = NewQuestion { id, product_id: None, text: format!("Domanda {n}") };
        server.app.ask_question(show, viewer, b"there", new).await.map_err(|error| error.code())
    };
    for n in 1..=OPEN_MAX {
        asked(n).await.unwrap();
    }
    assert_eq!(asked(OPEN_MAX + 1).await, Err(Code::QuestionsFull));
    put(&server.member_client(&seed), show, 7, "answer", json!({ "visibility": "public" })).await;
    asked(OPEN_MAX + 2).await.unwrap();
}

#[tokio::test]
async fn who_is_muted_or_sent_away_neither_asks_nor_votes() {
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    let (mut muted, muted_id) = viewer(&server, &seed, show, "Luca").await;
    server.app.mute_viewer(&seed.owner, show, muted_id.parse().unwrap(), 600).await.unwrap();
    muted.expect("you").await;
    assert_eq!(ask(&mut muted, 2, "E io?").await["problem"]["code"], "muted");
    let voted = muted.command("question.upvote", json!({ "question_id": id(1) })).await;
    assert_eq!(voted["problem"]["code"], "muted");
    let (banned, _) = server.app.create_viewer(seed.shop);
    server.app.set_viewer_name(show, banned, b"away", "Troll").await.unwrap();
    server.app.ban_viewer(&seed.owner, show, banned.id).await.unwrap();
    let new = NewQuestion { id: id(3).into(), product_id: None, text: "E io?".to_owned() };
    let asked = server.app.ask_question(show, banned, b"away", new).await;
    assert_eq!(asked.map_err(|error| error.code()), Err(Code::Banned));
    let voted = server.app.upvote_question(show, banned, b"away", id(1).into()).await;
    assert_eq!(voted.map_err(|error| error.code()), Err(Code::Banned));
}

#[tokio::test]
async fn a_show_that_is_over_takes_neither_questions_nor_votes_and_can_be_answered_still() {
    use vetrina::domain::show::ShowStatus;
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    ask(&mut asker, 1, "C'è in blu?").await;
    server.app.set_show_status(&seed.owner, show, ShowStatus::Ended).await.unwrap();
    asker.expect_event("show.ended").await;
    assert_eq!(ask(&mut asker, 2, "E in verde?").await["problem"]["code"], "show_not_open");
    let voted = asker.command("question.upvote", json!({ "question_id": id(1) })).await;
    assert_eq!(voted["problem"]["code"], "show_not_open");
    let answer = json!({ "text": "Sì", "visibility": "public" });
    assert_eq!(put(&server.member_client(&seed), show, 1, "answer", answer).await.0, 204);
}
