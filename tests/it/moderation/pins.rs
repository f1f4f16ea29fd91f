//! The message on top of the chat.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;
use vetrina::domain::member::Role;

use super::{id, live, viewer};
use crate::support::http::Client;
use crate::support::server::TestServer;

async fn set_pinned(member: &Client, show: ShowId, n: u128, is_pinned: bool) -> u16 {
    let path = format!("/api/v1/shows/{show}/pinned-messages/{}", id(n));
    let method = if is_pinned { reqwest::Method::PUT } else { reqwest::Method::DELETE };
    member.request(method, &path, None).await.status.as_u16()
}

/// What stands on top for whoever comes now.
async fn on_top(server: &TestServer, show: ShowId) -> Value {
    server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200)["show"]["pinned_message"].clone()
}

#[tokio::test]
async fn one_message_stands_on_top_until_it_is_taken_off() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    let (mut host, _) = server.member_socket(show, &seed.session).await;
    assert!(author.chat(id(1), "Che misure ci sono?").await["ok"]["seq"].is_i64());
    assert!(host.chat(id(2), "Dalla XS alla XL").await["ok"]["seq"].is_i64());
    let moderator = server.member_client(&server.seed_member(seed.shop, Role::Moderator).await);
    let (mut other, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(set_pinned(&moderator, show, 1, true).await, 204);
    let pinned = other.expect_event("chat.pinned").await;
    assert_eq!(pinned["data"]["text"], "Che misure ci sono?");
    server.agrees(async || on_top(&server, show).await == pinned["data"]).await;
    assert_eq!(set_pinned(&moderator, show, 1, true).await, 204, "again is no change");
    assert_eq!(set_pinned(&moderator, show, 2, true).await, 204);
    let pinned = other.next_event().await;
    assert_eq!((&pinned["type"], &pinned["data"]["message_id"]), (&json!("chat.pinned"), &json!(id(2))));
    assert_eq!(pinned["data"]["author"]["badge"], "owner");
    assert_eq!(set_pinned(&moderator, show, 1, false).await, 204, "that one stands there no more");
    server.agrees(async || on_top(&server, show).await["message_id"] == json!(id(2))).await;
    assert_eq!(set_pinned(&moderator, show, 2, false).await, 204);
    let unpinned = other.next_event().await;
    assert_eq!(
        (&unpinned["type"], &unpinned["data"]["message_id"]),
        (&json!("chat.unpinned"), &json!(id(2)))
    );
    server.agrees(async || on_top(&server, show).await.is_null()).await;
}

#[tokio::test]
async fn a_removed_message_leaves_the_top_and_no_copy_of_its_text() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    assert!(author.chat(id(1), "Scrivetemi in privato").await["ok"]["seq"].is_i64());
    let member = server.member_client(&seed);
    assert_eq!(set_pinned(&member, show, 1, true).await, 204);
    let (mut other, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let removal = format!("/api/v1/shows/{show}/messages/{}/removal", id(1));
    assert_eq!(member.put(&removal, Value::Null).await.status.as_u16(), 204);
    other.expect_event("chat.unpinned").await;
    other.expect_event("chat.removed").await;
    server.agrees(async || on_top(&server, show).await.is_null()).await;
    let log = server.app.list_events_after(show, Audience::Viewers, 0, 100).await.unwrap();
    assert!(!serde_json::to_string(&log).unwrap().contains("in privato"));
    let mut again = server.socket(show).await;
    let token = server.viewer_token(&seed);
    again.send(json!({ "t": "hello", "token": token, "after": format!("{}:0", server.app.epoch()) })).await;
    let pinned = again.expect_event("chat.pinned").await;
    assert_eq!(pinned["data"]["text"], Value::Null, "its place stays, its text is gone");
    assert_eq!(set_pinned(&member, show, 1, true).await, 404, "what was removed is on top of nothing");
    assert_eq!(member.request(reqwest::Method::DELETE, &removal, None).await.status.as_u16(), 204);
    assert_eq!(set_pinned(&member, show, 1, true).await, 204);
    assert_eq!(other.expect_event("chat.pinned").await["data"]["text"], "Scrivetemi in privato");
}

#[tokio::test]
async fn only_members_of_the_shop_pin_and_only_what_was_said() {
    let (server, seed, show) = live().await;
    let mut author = viewer(&server, &seed, show, "Marta").await;
    assert!(author.chat(id(1), "Ciao").await["ok"]["seq"].is_i64());
    assert_eq!(author.chat(id(2), "che merda").await["ok"]["seq"], Value::Null);
    let member = server.member_client(&seed);
    assert_eq!(set_pinned(&member, show, 2, true).await, 404, "it waits");
    assert_eq!(set_pinned(&member, show, 9, true).await, 404);
    let stranger = server.member_client(&server.seed_shop().await);
    assert_eq!(set_pinned(&stranger, show, 1, true).await, 404);
    assert_eq!(set_pinned(&server.client(), show, 1, true).await, 401);
    assert!(on_top(&server, show).await.is_null());
    assert_eq!(author.command("chat.pin", json!({})).await["problem"]["code"], "forbidden");
}
