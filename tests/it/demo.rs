//! The demo: a shop that is there at once, and a stream that never ends.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::json;
use vetrina::app::shows::ShowRef;
use vetrina::clock::Clock;
use vetrina::demo;

use crate::support::server::{Setup, TestServer};

#[tokio::test]
async fn the_demo_shop_is_made_once_and_found_again() {
    let server = TestServer::start().await;
    let access = demo::seed(&server.app).await.expect("the demo can be made");
    assert_eq!(demo::seed(&server.app).await.expect("the demo is found"), access);
    let front = server.client().get("/api/v1/storefront").await.expect(200);
    assert_eq!(front["shop"]["is_demo"], true);
    let shows = front["shows"].as_array().expect("shows");
    let statuses: Vec<_> = shows.iter().map(|show| show["status"].as_str().expect("a status")).collect();
    assert_eq!(statuses, ["live", "scheduled", "ended"]);
    let page = server.client().get(&format!("/api/v1/shows/{}", access.show_slug)).await.expect(200);
    let show = &page["show"];
    assert_eq!(show["id"], json!(access.show));
    assert_eq!(show["featured"].as_array().map(Vec::len), Some(1));
    assert!(show["lineup"].as_array().is_some_and(|lineup| lineup.len() >= 5), "{show}");
    for product in show["lineup"].as_array().expect("a lineup") {
        for size in ["small_url", "large_url"] {
            let picture = product["images"][0][size].as_str().expect("a picture");
            let file = server.client().get(picture).await;
            assert_eq!((file.status.as_u16(), &file.bytes[..2]), (200, &[0xff, 0xd8][..]));
        }
    }
    let chat = server.app.snapshot(&ShowRef::Id(access.show), None).await.expect("the show is public").chat;
    assert!(chat.len() >= 10);
    let asked = show["questions"].as_array().expect("questions");
    let answered = asked.iter().filter(|question| question["answer"].is_object()).count();
    assert_eq!((asked.len(), answered), (3, 1), "asked once, however often the demo starts");
    assert_eq!(show["offers"].as_array().map(Vec::len), Some(1), "{show}");
    assert_eq!(show["offers"][0]["variants"][0]["percent"], 20);
    assert!(chat.is_sorted_by_key(|message| (message.seq, message.at)));
    let token = server.app.create_sign_in_token(access.member).await.expect("a link");
    let signed_in = server.client().post("/api/v1/sessions/one-time", json!({ "token": token })).await;
    assert_eq!(signed_in.expect(201)["member"]["role"], "owner");
}

#[tokio::test]
async fn the_next_show_is_always_announced_for_an_evening_to_come() {
    let clock = Clock::manual("2026-11-22T01:38:47.123Z".parse().expect("a moment"));
    let server = TestServer::start_with(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let access = demo::seed(&server.app).await.expect("the demo can be made");
    let scheduled = async || {
        let front = server.client().get("/api/v1/storefront").await.expect(200);
        let show = &front["shows"][1];
        assert_eq!(show["status"], "scheduled");
        show.clone()
    };
    let first = scheduled().await;
    assert_eq!(first["starts_at"], "2026-11-24T19:30:00Z");

    clock.advance(TimeDelta::hours(60));
    demo::seed(&server.app).await.expect("the demo is found");
    assert_eq!(scheduled().await, first, "its time has not come");

    clock.advance(TimeDelta::days(9));
    assert_eq!(demo::seed(&server.app).await.expect("the demo is found"), access);
    let moved = scheduled().await;
    assert_eq!(moved["starts_at"], "2026-12-05T19:30:00Z");
    assert_eq!((&moved["id"], &moved["title"]), (&first["id"], &first["title"]));
    demo::seed(&server.app).await.expect("the demo is found");
    assert_eq!(scheduled().await, moved);
    let id = moved["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    let snapshot = server.app.snapshot(&ShowRef::Id(id), None).await.expect("the show is public");
    assert_eq!(snapshot.last_seq, 1, "announced anew once");
}

#[tokio::test]
async fn each_start_makes_an_offer_that_is_one_and_none_when_all_had_theirs() {
    let clock = Clock::manual("2026-11-22T01:38:47.123Z".parse().expect("a moment"));
    let server = TestServer::start_with(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let access = demo::seed(&server.app).await.expect("the demo can be made");
    let page = async || {
        demo::seed(&server.app).await.expect("the demo is found");
        server.client().get(&format!("/api/v1/shows/{}", access.show_slug)).await.expect(200)
    };
    let offered = |page: &serde_json::Value| {
        let offers = page["show"]["offers"].as_array().expect("offers").clone();
        offers.into_iter().map(|offer| offer["product_id"].clone()).collect::<Vec<_>>()
    };
    let first = offered(&page().await);
    assert_eq!(first.len(), 1);
    assert_eq!(offered(&page().await), first, "it runs on");
    clock.advance(TimeDelta::hours(2));
    let second = offered(&page().await);
    assert_eq!(second.len(), 1);
    assert_ne!(second, first, "the same countdown again would mislead");
    clock.advance(TimeDelta::hours(2));
    assert!(offered(&page().await).is_empty());
    clock.advance(TimeDelta::days(31));
    assert_eq!(offered(&page().await), first);
}

#[tokio::test]
async fn the_demo_keeps_away_from_a_real_shop() {
    let server = TestServer::start().await;
    server.seed_shop().await;
    assert!(matches!(demo::seed(&server.app).await, Err(demo::DemoError::OtherShop(_))));
}

#[tokio::test]
async fn the_stream_goes_on_without_a_gap() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let mut segments = BTreeMap::new();
    for _ in 0..10 {
        let answer = server.client().get("/demo/live.m3u8").await;
        assert_eq!(answer.headers["content-type"], "application/vnd.apple.mpegurl");
        assert_eq!(answer.headers["cache-control"], "no-cache");
        let text = String::from_utf8(answer.bytes).expect("text");
        assert!(!text.contains("ENDLIST"));
        let first = text.lines().find_map(|line| line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:"));
        let first: u64 = first.and_then(|number| number.parse().ok()).expect("a number");
        for (number, url) in (first..).zip(text.lines().filter(|line| !line.starts_with('#'))) {
            let known = segments.entry(number).or_insert_with(|| url.to_owned());
            assert_eq!(known, url, "segment {number}");
        }
        clock.advance(TimeDelta::seconds(2));
    }
    let numbers: Vec<u64> = segments.keys().copied().collect();
    assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
    assert_eq!(numbers.len(), 15, "six in the first list, one more every two seconds");
    for url in segments.values() {
        let answer = server.client().get(&format!("/demo/{url}")).await;
        assert_eq!((answer.status.as_u16(), answer.bytes[0]), (200, 0x47), "{url}");
        assert_eq!(answer.headers["content-type"], "video/mp2t");
        assert_eq!(answer.headers["cache-control"], "public, max-age=31536000, immutable");
    }
    let poster = server.client().get("/demo/poster.jpg").await;
    assert_eq!(
        (poster.status.as_u16(), poster.headers["content-type"].as_bytes()),
        (200, &b"image/jpeg"[..])
    );
    let tag = poster.headers["etag"].to_str().expect("a tag");
    let again = server.client().with_header("if-none-match", tag).get("/demo/poster.jpg").await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    server.client().get("/demo/stream.json").await.expect_problem(404, "not_found");
    server.client().get("/demo/seg99.ts").await.expect_problem(404, "not_found");
}
