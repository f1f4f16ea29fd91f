//! An overlay is a plain subscriber of the show's socket: it hears of pins, and does nothing.

use std::time::Duration;

use serde_json::{Value, json};
use vetrina::domain::show::ShowStatus;

use crate::support::server::Setup;
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;

/// A stall whose sockets look often whether they still may be there.
async fn watchful() -> Stall {
    let mut setup = Setup::default();
    setup.limits.member_recheck = Duration::from_millis(50);
    Stall::open_with(setup, 3).await
}

async fn enter(stall: &Stall, key: &Value) -> SocketClient {
    let mut socket = stall.server.socket(stall.show).await;
    socket.send(json!({ "t": "hello", "overlay_key": key })).await;
    socket
}

#[tokio::test]
async fn an_overlay_hears_of_pins_and_writes_nothing() {
    let stall = watchful().await;
    let (made, _) = stall.overlay().await;
    let mut overlay = enter(&stall, &made["token"]).await;
    let welcome = overlay.expect("welcome").await;
    assert_eq!((&welcome["you"]["role"], &welcome["member"]), (&json!("overlay"), &Value::Null));
    assert_eq!(welcome["viewers"], 0, "it is nobody who watches");
    let pin = format!("/api/v1/shows/{}/featured-products/{}", stall.show, stall.product.id);
    stall.owner().put(&pin, json!({})).await.expect(200);
    let event = overlay.expect_event("product.featured").await;
    assert_eq!(event["data"]["product_id"], json!(stall.product.id));
    assert!(overlay.command("ping", json!({})).await["ok"].is_object());
    let id = stall.server.clock.uuid();
    let chat = overlay.chat(id, "Ciao").await;
    assert_eq!(chat["problem"]["code"], "forbidden", "{chat}");
    // It goes on where it was.
    let position = welcome["position"].as_str().unwrap();
    let mut again = stall.server.socket(stall.show).await;
    again.send(json!({ "t": "hello", "overlay_key": made["token"], "after": position })).await;
    again.expect("resumed").await;
    again.expect_event("product.featured").await;
}

#[tokio::test]
async fn a_revoked_key_closes_its_sockets() {
    let stall = watchful().await;
    let (made, _) = stall.overlay().await;
    let (other, _) = stall.overlay().await;
    let mut overlay = enter(&stall, &made["token"]).await;
    overlay.expect("welcome").await;
    let mut stays = enter(&stall, &other["token"]).await;
    stays.expect("welcome").await;
    let path = format!("/api/v1/overlay-keys/{}", made["id"].as_str().unwrap());
    stall.owner().delete(&path).await.expect(204);
    assert_eq!(overlay.expect_close().await, 4001);
    assert_eq!(enter(&stall, &made["token"]).await.expect_close().await, 4001);
    assert!(stays.command("ping", json!({})).await["ok"].is_object());
    assert_eq!(enter(&stall, &json!("vo_nonsense")).await.expect_close().await, 4001);
    let foreign = stall.server.seed_shop().await;
    let elsewhere = stall.server.seed_live_show(&foreign).await;
    let mut socket = stall.server.socket(elsewhere).await;
    socket.send(json!({ "t": "hello", "overlay_key": other["token"] })).await;
    assert_eq!(socket.expect_close().await, 4001);
}

#[tokio::test]
async fn an_overlay_has_one_link_for_each_product() {
    let stall = Stall::open(3).await;
    let (made, client) = stall.overlay().await;
    let path = format!("/api/v1/overlay/shows/{}/links/{}", stall.show, stall.product.id);
    let first = client.put(&path, json!({})).await.expect(200);
    let again = futures_util::future::join_all((0..4).map(|_| client.put(&path, json!({})))).await;
    for answer in again {
        assert_eq!(answer.expect(200), first);
    }
    let links = stall.owner().get("/api/v1/links?is_overlay=true").await.expect(200);
    assert_eq!(links["items"].as_array().unwrap().len(), 1, "{links}");
    let link = &links["items"][0];
    assert_eq!((&link["source"], &link["overlay_key_id"]), (&json!("youtube"), &made["id"]));
    assert_eq!((&link["code"], &link["url"]), (&first["code"], &first["url"]));
    let absent = stall.server.seed_product(&stall.seed, "Ciotola", 1).await;
    let path = format!("/api/v1/overlay/shows/{}/links/{}", stall.show, absent.id);
    client.put(&path, json!({})).await.expect_problem(404, "not_found");
    stall.server.client().put(&path, json!({})).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_current_show_is_the_one_on_air_or_the_next() {
    let stall = Stall::open(1).await;
    let (_, client) = stall.overlay().await;
    let current = async || client.get("/api/v1/overlay/shows/current").await;
    let live = current().await.expect(200);
    assert_eq!((&live["show_id"], &live["language"]), (&json!(stall.show), &json!("it")));
    let slug = stall.slug().await;
    assert_eq!(client.get(&format!("/api/v1/overlay/shows/{slug}")).await.expect(200), live);
    let later = json!({ "title": "Dopo", "starts_at": "2099-02-01T18:00:00Z" });
    stall.owner().post("/api/v1/shows", later).await.expect(201);
    let soon = json!({ "title": "Prima", "starts_at": "2099-01-01T18:00:00Z" });
    let soon = stall.owner().post("/api/v1/shows", soon).await.expect(201);
    assert_eq!(current().await.expect(200)["show_id"], json!(stall.show));
    stall.server.app.set_show_status(&stall.seed.owner, stall.show, ShowStatus::Ended).await.unwrap();
    assert_eq!(current().await.expect(200)["show_id"], soon["id"]);
    let page = stall.server.client().get("/overlay/current").await;
    assert_eq!(
        (page.status.as_u16(), &page.headers["referrer-policy"]),
        (200, &"no-referrer".parse().unwrap())
    );
}
