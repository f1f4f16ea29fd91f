//! Messages that wait for a moderator, the one on top of the chat, and the hashes of the figures.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::domain::event::Audience;

use super::rows::{cells, places};
use super::{Person, id, until};
use crate::support::stall::Stall;

const OWN: &str = "/api/v1/viewers/me/erasure";

/// The path of a message of the show, for members.
fn path(stall: &Stall, kind: &str, n: u128) -> String {
    format!("/api/v1/shows/{}/{kind}/{}", stall.show, id(n))
}

async fn on_top(stall: &Stall) -> Value {
    let page = stall.server.client().get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    page["show"]["pinned_message"].clone()
}

#[tokio::test]
async fn held_and_pinned_messages_go_with_their_author() {
    let stall = Stall::open(1).await;
    let owner = stall.server.member_client(&stall.seed);
    let (mut colleague, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    let mut other = Person::come(&stall, "Luca").await;
    person.say(1, "frase-uno").await;
    person.is_held(2, "frase-due").await;
    person.is_held(3, "frase-tre").await;
    other.is_held(4, "la mia").await;
    owner.put(&format!("{}/refusal", path(&stall, "held-messages", 3)), json!({})).await.expect(204);
    owner.put(&path(&stall, "pinned-messages", 1), json!({})).await.expect(204);
    other.socket.expect_event("chat.pinned").await;

    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    let held: Vec<_> = data["held"].as_array().unwrap().iter().collect();
    assert_eq!(held.len(), 2, "{data}");
    assert_eq!((&held[0]["text"], &held[0]["status"]), (&json!("merda, frase-due"), &json!("held")));
    assert_eq!((&held[1]["status"], &held[1]["author_name"]), (&json!("refused"), &json!("Zefirina")));
    assert_eq!(person.client.get(OWN).await.expect(200)["messages"], 3);

    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    let unpinned = other.socket.expect_event("chat.unpinned").await;
    assert_eq!(unpinned["data"]["message_id"], json!(id(1)));
    other.socket.expect_event("author.erased").await;
    colleague.expect_event("viewer.erased").await;
    stall.server.agrees(async || on_top(&stall).await.is_null()).await;
    let approval = format!("{}/approval", path(&stall, "held-messages", 2));
    owner.put(&approval, json!({})).await.expect_problem(404, "not_found");
    let refusal = format!("{}/refusal", path(&stall, "held-messages", 3));
    owner.delete(&refusal).await.expect_problem(404, "not_found");
    let (_socket, welcome) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    let waiting: Vec<_> = welcome["member"]["held"].as_array().unwrap().iter().collect();
    assert_eq!((waiting.len(), &waiting[0]["message_id"]), (1, &json!(id(4))), "others' go on waiting");
    let left = cells(&stall.server).await;
    assert_eq!(places(&left, "frase-"), Vec::<String>::new());
    assert_eq!(places(&left, "zefirina"), Vec::<String>::new());
    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    assert_eq!(data["held"], json!([]));
}

#[tokio::test]
async fn what_only_waited_can_be_erased_too() {
    let stall = Stall::open(1).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    person.is_held(1, "frase-uno").await;
    let told = person.client.get(OWN).await.expect(200);
    assert_eq!((&told["shows"], &told["messages"]), (&json!(1), &json!(1)));
    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    assert_eq!(places(&cells(&stall.server).await, "frase-uno"), Vec::<String>::new());
}

#[tokio::test]
async fn held_and_pinned_messages_are_forgotten_after_the_chats_days() {
    let stall = Stall::open_still(1).await;
    let owner = stall.server.member_client(&stall.seed);
    let mut person = Person::come(&stall, "Zefirina").await;
    person.say(1, "frase-uno").await;
    person.is_held(2, "frase-due").await;
    owner.put(&path(&stall, "pinned-messages", 1), json!({})).await.expect(204);
    stall.pass(TimeDelta::days(364));
    stall.server.app.retain_in_turn().await.unwrap();
    stall.server.agrees(async || on_top(&stall).await["text"] == "frase-uno").await;
    assert_eq!(places(&cells(&stall.server).await, "frase-due"), ["held_messages.body", "show_events.data"]);
    stall.pass(TimeDelta::days(2));
    for needle in ["frase-uno", "frase-due", "zefirina"] {
        until("words to be forgotten", async || {
            stall.server.app.retain_in_turn().await.unwrap();
            places(&cells(&stall.server).await, needle).is_empty()
        })
        .await;
    }
    let names = stall.event_names(Audience::Viewers).await;
    let place = |name: &str| names.iter().position(|known| known == name);
    assert!(place("chat.unpinned").is_some() && place("chat.unpinned") < place("chat.expired"), "{names:?}");
    stall.server.agrees(async || on_top(&stall).await.is_null()).await;
}

#[tokio::test]
async fn a_members_message_stays_on_top_for_as_long_as_the_shop_likes() {
    let stall = Stall::open_still(1).await;
    let owner = stall.server.member_client(&stall.seed);
    let mut person = Person::come(&stall, "Zefirina").await;
    person.say(1, "frase-uno").await;
    let (mut host, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    host.chat(id(2), "benvenuti").await;
    owner.put(&path(&stall, "pinned-messages", 2), json!({})).await.expect(204);
    stall.pass(TimeDelta::days(366));
    until("words to be forgotten", async || {
        stall.server.app.retain_in_turn().await.unwrap();
        places(&cells(&stall.server).await, "frase-uno").is_empty()
    })
    .await;
    stall.server.agrees(async || on_top(&stall).await["text"] == "benvenuti").await;
}

#[tokio::test]
async fn the_hashes_by_which_a_viewer_was_counted_go_and_the_figures_stay() {
    let stall = Stall::open(1).await;
    let owner = stall.server.member_client(&stall.seed);
    let mut person = Person::come(&stall, "Zefirina").await;
    let figures = format!("/api/v1/shows/{}/figures", stall.show);
    let counted = async |at: &str| owner.get(&figures).await.expect(200).pointer(at).cloned();
    until("the viewer to be counted", async || counted("/totals/viewers").await == Some(json!(1))).await;
    let opened = json!({ "product_ids": [stall.product.id] });
    let opened = person.socket.command("card.open", opened).await;
    assert_eq!(opened["ok"]["opened"], 1, "{opened}");
    until("the product to be counted", async || counted("/products/0/opened").await == Some(json!(1))).await;

    let data = person.client.get("/api/v1/viewers/me/data").await.expect(200);
    let mut told: Vec<_> = data["counted"].as_array().unwrap().clone();
    told.sort_by_key(|one| one["product_id"].is_null());
    let show = json!(stall.show);
    assert_eq!(told[0], json!({ "show_id": show, "product_id": stall.product.id }));
    assert_eq!((told.len(), &told[1]), (2, &json!({ "show_id": show, "product_id": null })));
    let keys = async || {
        let cells = cells(&stall.server).await;
        cells.iter().filter(|cell| cell.place() == "reach_marks.viewer_key").count()
    };
    assert_eq!(keys().await, 2);
    person.client.put(OWN, json!({ "confirmed": true })).await.expect(200);
    assert_eq!(keys().await, 0);
    assert_eq!(counted("/totals/viewers").await, Some(json!(1)), "that somebody watched stays");
    assert_eq!(counted("/products/0/opened").await, Some(json!(1)));
}
