//! Questions: asked and voted for over the socket, claimed and answered over HTTP.

mod desk;
mod limits;
mod privacy;
mod votes;

use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::domain::ids::ShowId;

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

/// A viewer with a name, and the id behind it.
async fn viewer(server: &TestServer, seed: &Seed, show: ShowId, name: &str) -> (SocketClient, String) {
    let (mut socket, _) = server.viewer_socket(show, &server.viewer_token(seed)).await;
    let named = socket.command("name.set", json!({ "name": name })).await;
    assert_eq!(named["ok"]["name"], name, "{named}");
    let you = socket.expect("you").await;
    (socket, you["viewer_id"].as_str().unwrap().to_owned())
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Asks about nothing in particular.
async fn ask(socket: &mut SocketClient, n: u128, text: &str) -> Value {
    socket.command("question.ask", json!({ "question_id": id(n), "product_id": null, "text": text })).await
}

/// Does something with a question as a member.
async fn put(member: &Client, show: ShowId, n: u128, what: &str, body: Value) -> (u16, Value) {
    let answer = member.put(&format!("/api/v1/shows/{show}/questions/{}/{what}", id(n)), body).await;
    (answer.status.as_u16(), answer.body)
}

/// The questions of a show, as its page tells them.
async fn shown(server: &TestServer, show: ShowId) -> Vec<Value> {
    let page = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    page["show"]["questions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_question_about_a_product_is_asked_claimed_and_answered_for_all() {
    let (server, seed, show) = live().await;
    let product = server.seed_product(&seed, "Sciarpa", 3).await;
    server.seed_lineup(&seed, show, &[product.id]).await;
    let (mut asker, asker_id) = viewer(&server, &seed, show, "Marta").await;
    let (mut other, _) = viewer(&server, &seed, show, "Luca").await;
    let data = json!({ "question_id": id(1), "product_id": product.id, "text": "  È  calda? " });
    let asked = asker.command("question.ask", data.clone()).await;
    assert_eq!(asked["ok"]["question_id"], id(1).to_string(), "{asked}");
    assert_eq!(asker.command("question.ask", data).await["ok"], asked["ok"], "a retry is the same question");
    let event = other.expect_event("question.asked").await;
    assert_eq!(event["seq"], asked["ok"]["seq"]);
    let question = &event["data"]["question"];
    assert_eq!((&question["text"], &question["votes"]), (&json!("È calda?"), &json!(1)));
    assert_eq!(question["product_id"], product.id.to_string());
    assert_eq!(question["author"], json!({ "id": asker_id, "name": "Marta", "badge": null }));
    let member = server.member_client(&seed);
    assert_eq!(put(&member, show, 1, "claim", json!({})).await.0, 204);
    let claimed = other.expect_event("question.claimed").await;
    assert_eq!(claimed["data"]["claim"]["name"], seed.member.name);
    let answer = json!({ "text": "Sì, è di lana.", "visibility": "public" });
    assert_eq!(put(&member, show, 1, "answer", answer).await.0, 204);
    let answered = other.expect_event("question.answered").await;
    let told = &answered["data"]["answer"];
    assert_eq!((&told["text"], &told["author"]["badge"]), (&json!("Sì, è di lana."), &json!("owner")));
    assert_eq!(told["at"], answered["at"], "its moment in the show");
    let shown = shown(&server, show).await;
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0]["answer"], &shown[0]["claim"]), (told, &Value::Null));
    let voted = other.command("question.upvote", json!({ "question_id": id(1) })).await;
    assert_eq!(voted["problem"]["code"], "question_settled");
    let late = put(&member, show, 1, "answer", json!({ "visibility": "public" })).await;
    assert_eq!((late.0, &late.1["code"]), (409, &json!("question_settled")));
}

#[tokio::test]
async fn what_a_welcome_tells_is_what_the_events_before_it_come_to() {
    let (server, seed, show) = live().await;
    let (mut asker, _) = viewer(&server, &seed, show, "Marta").await;
    let member = server.member_client(&seed);
    for n in 1..=3 {
        ask(&mut asker, n, &format!("Domanda {n}")).await;
    }
    put(&member, show, 1, "answer", json!({ "visibility": "public" })).await;
    put(&member, show, 2, "dismissal", json!({})).await;
    put(&member, show, 3, "claim", json!({})).await;
    let intake = format!("/api/v1/shows/{show}/question-intake");
    assert_eq!(member.put(&intake, json!({ "takes_questions": false })).await.status.as_u16(), 204);
    asker.expect_event("question.intake_changed").await;
    let shown = shown(&server, show).await;
    let ids: Vec<&Value> = shown.iter().map(|question| &question["id"]).collect();
    assert_eq!(ids, [&json!(id(1)), &json!(id(3))]);
    assert!(shown[0]["answer"]["text"].is_null(), "it was answered aloud");
    assert_eq!(shown[1]["claim"]["name"], seed.member.name);
    let page = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    assert_eq!(page["show"]["takes_questions"], false);
    assert_eq!(ask(&mut asker, 4, "Ancora una?").await["problem"]["code"], "questions_closed");
}

#[tokio::test]
async fn members_ask_nothing_and_vote_for_nothing() {
    let (server, seed, show) = live().await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    assert_eq!(ask(&mut member, 1, "Posso?").await["problem"]["code"], "forbidden");
    let voted = member.command("question.upvote", json!({ "question_id": id(1) })).await;
    assert_eq!(voted["problem"]["code"], "forbidden");
}
