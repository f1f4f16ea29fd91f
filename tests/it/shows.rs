//! Planning and running shows over REST.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::ids::ShowId;

use crate::support::http::Client;
use crate::support::server::TestServer;

async fn show(member: &Client, body: Value) -> (String, Value) {
    let view = member.post("/api/v1/shows", body).await.expect(201);
    (format!("/api/v1/shows/{}", view["id"].as_str().unwrap()), view)
}

/// The types of a show's events for viewers, in order, after checking that `seq` has no holes.
async fn event_types(server: &TestServer, show: &Value) -> Vec<String> {
    let id: ShowId = show["id"].as_str().unwrap().parse().unwrap();
    let mut tx = server.database.read().await.unwrap();
    let events = tx.list_events_after(id, Audience::Viewers, 0, 1_000).await.unwrap();
    for (index, event) in (1..).zip(&events) {
        assert_eq!(event.seq, index);
    }
    let tag = |event| serde_json::to_value(event).unwrap()["type"].as_str().unwrap().to_owned();
    events.into_iter().map(tag).collect()
}

#[tokio::test]
async fn a_show_goes_its_way_and_no_other() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    let (path, view) = show(&member, json!({ "title": "Serata d'autunno", "slug": "autunno" })).await;
    assert_eq!(view["status"], "draft");
    let nobody = server.client();
    nobody.get("/api/v1/shows/autunno").await.expect_problem(404, "not_found");
    nobody.get(&path).await.expect_problem(404, "not_found");
    nobody.post(&format!("{path}/viewers"), json!({})).await.expect_problem(404, "not_found");
    let status = format!("{path}/status");
    member.put(&status, json!({ "status": "ended" })).await.expect_problem(409, "illegal_transition");
    for step in ["scheduled", "live", "paused", "live", "live", "ended"] {
        let view = member.put(&status, json!({ "status": step })).await.expect(200);
        assert_eq!(view["status"], step);
    }
    member.put(&status, json!({ "status": "live" })).await.expect_problem(409, "illegal_transition");
    member.put(&status, json!({ "status": "gone" })).await.expect_problem(422, "invalid");
    member.delete(&path).await.expect_problem(409, "illegal_transition");
    let public = nobody.get("/api/v1/shows/autunno").await.expect(200);
    assert_eq!(public["show"]["status"], "ended");
    assert!(public["show"]["started_at"].is_string() && public["show"]["ended_at"].is_string());
    let types = ["show.scheduled", "show.started", "show.paused", "show.resumed", "show.ended"];
    assert_eq!(event_types(&server, &view).await, types);
}

#[tokio::test]
async fn at_most_three_products_are_on_screen_and_the_newest_is_first() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    let (path, view) = show(&member, json!({ "title": "Diretta" })).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(server.seed_product(&seed, &format!("Vaso {n}"), 3).await.id.to_string());
    }
    let lineup = member.put(&format!("{path}/lineup"), json!({ "product_ids": ids[..4] })).await.expect(200);
    assert_eq!(lineup["lineup"].as_array().unwrap().len(), 4);
    let pin = |id: &str| format!("{path}/featured-products/{id}");
    for id in &ids[..4] {
        member.request(reqwest::Method::PUT, &pin(id), None).await.expect(200);
    }
    let again = member.request(reqwest::Method::PUT, &pin(&ids[1]), None).await.expect(200);
    assert_eq!(again["featured"], json!([ids[1], ids[3], ids[2]]));
    member.request(reqwest::Method::PUT, &pin(&ids[4]), None).await.expect_problem(404, "not_in_lineup");
    let left = member.delete(&pin(&ids[3])).await.expect(200);
    assert_eq!(left["featured"], json!([ids[1], ids[2]]));
    assert_eq!(member.delete(&pin(&ids[3])).await.expect(200), left);
    let shorter = json!({ "product_ids": [ids[2], ids[4]] });
    let lineup = member.put(&format!("{path}/lineup"), shorter).await.expect(200);
    assert_eq!(lineup["featured"], json!([ids[2]]));
    let archive = format!("/api/v1/products/{}", ids[2]);
    member.patch(&archive, json!({ "status": "archived" })).await.expect(200);
    let view_now = member.get(&path).await.expect(200);
    assert_eq!(view_now["show"]["featured"], json!([]));
    assert_eq!(view_now["show"]["lineup"].as_array().unwrap().len(), 1);
    for bad in [json!([ids[0], ids[0]]), json!([server.clock.uuid().to_string()])] {
        member
            .put(&format!("{path}/lineup"), json!({ "product_ids": bad }))
            .await
            .expect_problem(422, "invalid");
    }
    assert!(event_types(&server, &view).await.iter().filter(|kind| *kind == "product.featured").count() == 5);
}

#[tokio::test]
async fn two_pins_at_once_are_ordered() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    let (path, view) = show(&member, json!({ "title": "Diretta" })).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(server.seed_product(&seed, &format!("Vaso {n}"), 3).await.id.to_string());
    }
    member.put(&format!("{path}/lineup"), json!({ "product_ids": ids })).await.expect(200);
    let pins = ids.iter().cycle().take(30).map(|id| {
        let (member, path) = (member.clone(), format!("{path}/featured-products/{id}"));
        async move { member.request(reqwest::Method::PUT, &path, None).await.expect(200) }
    });
    futures_util::future::join_all(pins).await;
    let types = event_types(&server, &view).await;
    assert_eq!(types.iter().filter(|kind| *kind == "product.featured").count(), 30);
    let featured = member.get(&path).await.expect(200)["show"]["featured"].as_array().unwrap().len();
    assert_eq!(featured, 3);
}

#[tokio::test]
async fn video_addresses_are_checked() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    for (kind, url, is_good) in [
        ("hls", "https://cdn.example.com/live.m3u8", true),
        ("hls", "http://cdn.example.com/live.m3u8", false),
        ("hls", "javascript:alert(1)", false),
        ("youtube", "https://youtu.be/dQw4w9WgXcQ", true),
        ("youtube", "https://evil.example/watch?v=dQw4w9WgXcQ", false),
        ("twitch", "https://www.twitch.tv/filo_forma", true),
    ] {
        let body = json!({ "title": "Diretta", "video": { "kind": kind, "url": url } });
        let answer = member.post("/api/v1/shows", body).await;
        if is_good {
            answer.expect(201)
        } else {
            answer.expect_problem(422, "invalid")
        };
    }
}

#[tokio::test]
async fn changes_of_a_product_reach_the_shows_that_hold_it() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.member_client(&seed);
    let product = server.seed_product(&seed, "Vaso", 3).await;
    let (path, view) = show(&member, json!({ "title": "Diretta" })).await;
    member.put(&format!("{path}/lineup"), json!({ "product_ids": [product.id] })).await.expect(200);
    member.put(&format!("{path}/status"), json!({ "status": "live" })).await.expect(200);
    let change = json!({ "title": "Vaso grande" });
    member.patch(&format!("/api/v1/products/{}", product.id), change).await.expect(200);
    let stock = format!("/api/v1/variants/{}/stock", product.variants[0].id);
    member.put(&stock, json!({ "stock": 9 })).await.expect(200);
    let types = ["lineup.changed", "show.started", "product.changed", "stock.changed"];
    assert_eq!(event_types(&server, &view).await, types);
    let product_path = format!("/api/v1/products/{}", product.id);
    member.delete(&product_path).await.expect_problem(409, "has_orders");
}
