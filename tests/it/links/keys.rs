//! The keys of overlays: told once, bound to their shop, useless once revoked.

use serde_json::{Value, json};

use crate::support::http::Client;
use crate::support::stall::Stall;

impl Stall {
    /// A key for an overlay on YouTube: the key and a client that has it.
    pub(super) async fn overlay(&self) -> (Value, Client) {
        let new = json!({ "name": "OBS", "source": "youtube" });
        let made = self.owner().post("/api/v1/overlay-keys", new).await.expect(201);
        let client = self.server.client().with_bearer(made["token"].as_str().expect("a token"));
        (made, client)
    }
}

#[tokio::test]
async fn a_key_is_told_once_and_kept_as_a_hash() {
    let stall = Stall::open(1).await;
    let (made, client) = stall.overlay().await;
    let token = made["token"].as_str().unwrap();
    let listed = stall.owner().get("/api/v1/overlay-keys").await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["seen_at"]), (&made["id"], &Value::Null));
    assert!(!listed.to_string().contains(token));
    client.get("/api/v1/overlay/shows/current").await.expect(200);
    let listed = stall.owner().get("/api/v1/overlay-keys").await.expect(200);
    assert!(listed["items"][0]["seen_at"].is_string(), "{listed}");
    // It is no key for anything else.
    for path in ["/api/v1/links", "/api/v1/orders", "/api/v1/overlay-keys"] {
        client.get(path).await.expect_problem(401, "unauthenticated");
    }
    client.post(&format!("/api/v1/shows/{}/checkouts", stall.show), json!({ "lines": [] })).await.expect(401);
}

#[tokio::test]
async fn another_shop_neither_sees_nor_revokes_a_key() {
    let stall = Stall::open(1).await;
    let (made, client) = stall.overlay().await;
    let other = stall.server.seed_shop().await;
    let foreign = stall.server.member_client(&other);
    assert_eq!(foreign.get("/api/v1/overlay-keys").await.expect(200)["items"], json!([]));
    let path = format!("/api/v1/overlay-keys/{}", made["id"].as_str().unwrap());
    foreign.delete(&path).await.expect_problem(404, "not_found");
    let show = stall.server.seed_live_show(&other).await;
    client.get(&format!("/api/v1/overlay/shows/{show}")).await.expect_problem(404, "not_found");
    let link = format!("/api/v1/overlay/shows/{show}/links/{}", stall.product.id);
    client.put(&link, json!({})).await.expect_problem(404, "not_found");
    stall.owner().delete(&path).await.expect(204);
    stall.owner().delete(&path).await.expect_problem(404, "not_found");
    client.get("/api/v1/overlay/shows/current").await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_shop_has_twenty_keys_that_work() {
    let stall = Stall::open(1).await;
    let mut last = Value::Null;
    for _ in 0..20 {
        last = stall.overlay().await.0;
    }
    let new = json!({ "name": "OBS", "source": "youtube" });
    stall.owner().post("/api/v1/overlay-keys", new.clone()).await.expect_problem(409, "limit_reached");
    let path = format!("/api/v1/overlay-keys/{}", last["id"].as_str().unwrap());
    stall.owner().delete(&path).await.expect(204);
    stall.owner().post("/api/v1/overlay-keys", new).await.expect(201);
    let nameless = json!({ "name": " ", "source": "youtube" });
    stall.owner().post("/api/v1/overlay-keys", nameless).await.expect_problem(422, "invalid");
}
