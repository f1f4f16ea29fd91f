//! How far what is on screen is moved against the picture: kept with the show, told to those who watch.

use serde_json::json;
use vetrina::domain::show::SYNC_OFFSET_MS_MAX;

use crate::support::server::TestServer;

const YOUTUBE: &str = "https://youtu.be/dQw4w9WgXcQ";

#[tokio::test]
async fn the_offset_is_kept_with_the_show_and_told_to_those_who_watch() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    let show = server.seed_live_show(&seed).await;
    let path = format!("/api/v1/shows/{show}");
    let (mut viewer, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(welcome["show"]["sync_offset_ms"], 0);

    let youtube = json!({ "video": { "kind": "youtube", "url": YOUTUBE }, "sync_offset_ms": -18_000 });
    let view = member.patch(&path, youtube).await.expect(200);
    assert_eq!(view["sync_offset_ms"], -18_000);
    let told = viewer.expect_event("show.updated").await;
    assert_eq!(told["data"]["sync_offset_ms"], -18_000);

    // Another address of the same kind is as late, a source of another kind is not.
    let other = json!({ "video": { "kind": "youtube", "url": "https://youtu.be/aaaaaaaaaaa" } });
    assert_eq!(member.patch(&path, other).await.expect(200)["sync_offset_ms"], -18_000);
    assert_eq!(
        member.patch(&path, json!({ "title": "Serata" })).await.expect(200)["sync_offset_ms"],
        -18_000
    );
    let twitch = json!({ "video": { "kind": "twitch", "url": "https://www.twitch.tv/filo_forma" } });
    assert_eq!(member.patch(&path, twitch).await.expect(200)["sync_offset_ms"], 0);
}

#[tokio::test]
async fn the_offset_has_bounds() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    for ms in [-SYNC_OFFSET_MS_MAX, 0, 1_500, SYNC_OFFSET_MS_MAX] {
        let new = json!({ "title": "Diretta", "sync_offset_ms": ms });
        assert_eq!(member.post("/api/v1/shows", new).await.expect(201)["sync_offset_ms"], ms);
    }
    let show = member.post("/api/v1/shows", json!({ "title": "Diretta" })).await.expect(201);
    let path = format!("/api/v1/shows/{}", show["id"].as_str().unwrap());
    for ms in [-SYNC_OFFSET_MS_MAX - 1, SYNC_OFFSET_MS_MAX + 1] {
        let change = json!({ "sync_offset_ms": ms });
        let refused = member.patch(&path, change.clone()).await.expect_problem(422, "invalid");
        assert_eq!(refused["errors"][0], json!({ "pointer": "/sync_offset_ms", "code": "out_of_range" }));
        let new = json!({ "title": "Diretta", "sync_offset_ms": ms });
        member.post("/api/v1/shows", new).await.expect_problem(422, "invalid");
    }
    assert_eq!(member.get(&path).await.expect(200)["show"]["sync_offset_ms"], 0);
}
