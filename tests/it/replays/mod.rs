//! Replays: published and withdrawn, what they tell, and buying in them.

mod hearts;
mod vectors;

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::demo;
use vetrina::domain::ids::ShowId;
use vetrina::domain::member::Role;
use vetrina::domain::show::ShowStatus;

use crate::support::http::Client;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;

const RECORDING: &str = "https://cdn.example.com/serata.mp4";

fn file(is_published: bool) -> Value {
    json!({ "recording": { "kind": "file", "url": RECORDING }, "is_published": is_published })
}

fn path(show: ShowId) -> String {
    format!("/api/v1/shows/{show}/replay")
}

async fn end(server: &TestServer, seed: &Seed, show: ShowId) {
    server.app.set_show_status(&seed.owner, show, ShowStatus::Ended).await.unwrap();
}

async fn viewer_called(server: &TestServer, seed: &Seed, show: ShowId, name: &str) -> SocketClient {
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(seed)).await;
    let reply = viewer.command("name.set", json!({ "name": name })).await;
    assert_eq!(reply["ok"]["name"], name, "{reply}");
    viewer
}

/// Every event of a replay, read in pages of this size.
async fn events(client: &Client, show: ShowId, limit: u32) -> Vec<Value> {
    let (mut events, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("{}/events?limit={limit}{cursor}", path(show))).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit as usize);
        events.extend(items.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return events,
        }
    }
}

#[tokio::test]
async fn a_replay_is_for_everybody_once_it_is_published() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (member, nobody) = (server.member_client(&seed), server.client());
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    member.put(&path(show), file(true)).await.expect_problem(409, "illegal_transition");
    member.delete(&path(show)).await.expect_problem(409, "illegal_transition");
    member.get(&path(show)).await.expect_problem(404, "not_found");
    end(&server, &seed, show).await;
    nobody.get(&path(show)).await.expect_problem(404, "not_found");
    assert_eq!(member.get(&path(show)).await.expect(200)["video"], Value::Null);

    let kept = member.put(&path(show), file(false)).await.expect(200);
    let page = nobody.get(&format!("/api/v1/shows/{show}")).await.expect(200);
    assert_eq!(kept["video"]["play_url"], RECORDING);
    assert_eq!(kept["starts_at"], page["show"]["started_at"], "it begins with the show unless told");
    assert_eq!((&kept["published_at"], &page["show"]["replay_published_at"]), (&Value::Null, &Value::Null));
    for hidden in [path(show), format!("{}/events", path(show))] {
        nobody.get(&hidden).await.expect_problem(404, "not_found");
        member.get(&hidden).await.expect(200);
    }

    let published = member.put(&path(show), file(true)).await.expect(200);
    assert!(published["published_at"].is_string());
    assert_eq!(member.put(&path(show), file(true)).await.expect(200), published, "once is enough");
    assert_eq!(nobody.get(&path(show)).await.expect(200), published);
    let told = viewer.expect_event("replay.published").await;
    assert_eq!(told["data"]["published_at"], published["published_at"]);
    let page = nobody.get(&format!("/api/v1/shows/{show}")).await.expect(200);
    assert_eq!(page["show"]["replay_published_at"], published["published_at"]);

    member.delete(&path(show)).await.expect(204);
    viewer.expect_event("replay.withdrawn").await;
    nobody.get(&path(show)).await.expect_problem(404, "not_found");
    assert_eq!(member.get(&path(show)).await.expect(200)["video"], Value::Null);
}

#[tokio::test]
async fn only_the_shops_own_people_publish_what_can_be_played() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    end(&server, &seed, show).await;
    let moderator = server.seed_member(seed.shop, Role::Moderator).await;
    let stranger = server.seed_shop().await;
    server.client().put(&path(show), file(true)).await.expect_problem(401, "unauthenticated");
    server.member_client(&moderator).put(&path(show), file(true)).await.expect_problem(403, "forbidden");
    server.member_client(&stranger).put(&path(show), file(true)).await.expect_problem(404, "not_found");
    server.member_client(&stranger).get(&path(show)).await.expect_problem(404, "not_found");

    let member = server.member_client(&seed);
    let started =
        member.get(&format!("/api/v1/shows/{show}")).await.expect(200)["show"]["started_at"].clone();
    let started: chrono::DateTime<chrono::Utc> = serde_json::from_value(started).unwrap();
    let with = |recording: Value, offset: TimeDelta| json!({ "recording": recording, "starts_at": started + offset, "is_published": true });
    let demo = json!({ "kind": "demo" });
    for (body, pointer) in [
        (
            with(json!({ "kind": "file", "url": "http://cdn.example.com/a.mp4" }), TimeDelta::zero()),
            "/recording/url",
        ),
        (
            with(json!({ "kind": "vimeo", "url": "https://vimeo.com/event/1" }), TimeDelta::zero()),
            "/recording/url",
        ),
        (with(demo.clone(), TimeDelta::hours(25)), "/starts_at"),
        (with(demo.clone(), TimeDelta::hours(-25)), "/starts_at"),
    ] {
        let problem = member.put(&path(show), body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
    let twitch = json!({ "kind": "twitch", "url": "https://www.twitch.tv/filo_forma" });
    member.put(&path(show), with(twitch, TimeDelta::zero())).await.expect_problem(422, "invalid");
    server.client().get(&path(show)).await.expect_problem(404, "not_found");
    let early = member.put(&path(show), with(demo, TimeDelta::milliseconds(-12_500))).await.expect(200);
    let starts_at: chrono::DateTime<chrono::Utc> =
        serde_json::from_value(early["starts_at"].clone()).unwrap();
    assert_eq!(started - starts_at, TimeDelta::milliseconds(12_500));

    let rehearsal = json!({ "title": "Prova", "is_rehearsal": true });
    let rehearsal = member.post("/api/v1/shows", rehearsal).await.expect(201);
    let rehearsal: ShowId = serde_json::from_value(rehearsal["id"].clone()).unwrap();
    server.app.set_show_status(&seed.owner, rehearsal, ShowStatus::Live).await.unwrap();
    end(&server, &seed, rehearsal).await;
    member.put(&path(rehearsal), file(true)).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn it_tells_what_viewers_saw_and_nothing_since() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let product = server.seed_product(&seed, "Vaso", 3).await;
    server.seed_lineup(&seed, show, &[product.id]).await;
    server.app.feature_product(&seed.owner, show, product.id).await.unwrap();
    let member = server.member_client(&seed);
    let (author, token) = server.app.create_viewer(seed.shop);
    let (mut viewer, _) = server.viewer_socket(show, &token).await;
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let (kept, removed) = (server.clock.uuid(), server.clock.uuid());
    viewer.chat(kept, "Buonasera").await;
    viewer.chat(removed, "Una parola brutta").await;
    // Members' business, which is none of the viewers'.
    let mute = format!("/api/v1/shows/{show}/viewers/{}/mute", author.id);
    member.put(&mute, json!({ "secs": 60 })).await.expect(204);
    end(&server, &seed, show).await;
    member.put(&path(show), file(true)).await.expect(200);
    let removal = format!("/api/v1/shows/{show}/messages/{removed}/removal");
    member.request(reqwest::Method::PUT, &removal, None).await.expect(204);
    // What the shop does afterwards is no part of the evening.
    let later = "Vaso che oggi si chiama altrimenti";
    clock.advance(TimeDelta::seconds(2));
    let change = json!({ "title": later });
    member.patch(&format!("/api/v1/products/{}", product.id), change).await.expect(200);

    let nobody = server.client();
    let all = events(&nobody, show, 1_000).await;
    let types: Vec<_> = all.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types[..3], ["show.started", "lineup.changed", "product.featured"]);
    assert!(types.contains(&"show.ended") && !types.contains(&"viewer.muted"), "{types:?}");
    assert!(!types.contains(&"product.changed"), "{types:?}");
    let texts: Vec<_> = all
        .iter()
        .filter(|event| event["type"] == "chat.sent")
        .map(|event| event["data"]["text"].clone())
        .collect();
    assert_eq!(texts, [json!("Buonasera"), Value::Null]);
    for limit in [1, 2, 5] {
        assert_eq!(events(&nobody, show, limit).await, all, "in pages of {limit}");
    }
    let whole = serde_json::to_string(&all).unwrap();
    assert!(!whole.contains("brutta") && !whole.contains(later));
    let at = format!("{}/events", path(show));
    for bad in ["?limit=0", "?limit=1001", "?cursor=-1"] {
        nobody.get(&format!("{at}{bad}")).await.expect_problem(422, "invalid");
    }
    nobody.get(&format!("{at}?cursor=abc")).await.expect_problem(400, "malformed");
    let beyond = nobody.get(&format!("{at}?cursor=100000")).await.expect(200);
    assert_eq!(beyond, json!({ "items": [], "next_cursor": null }));
}

#[tokio::test]
async fn a_page_of_events_is_asked_for_by_its_tag_until_a_message_goes() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let mut viewer = viewer_called(&server, &seed, show, "Marta").await;
    let message = server.clock.uuid();
    viewer.chat(message, "Un errore").await;
    end(&server, &seed, show).await;
    let member = server.member_client(&seed);
    member.put(&path(show), file(true)).await.expect(200);
    let at = format!("{}/events", path(show));
    let first = server.client().get(&at).await;
    assert_eq!(first.headers["cache-control"], "no-cache");
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    let knowing = server.client().with_header("if-none-match", &tag);
    let again = knowing.get(&at).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
    let removal = format!("/api/v1/shows/{show}/messages/{message}/removal");
    member.request(reqwest::Method::PUT, &removal, None).await.expect(204);
    let gone = knowing.get(&at).await;
    assert_ne!(gone.headers["etag"].to_str().unwrap(), tag);
    assert!(!String::from_utf8(gone.bytes).unwrap().contains("Un errore"));
}

#[tokio::test]
async fn buying_in_a_replay_is_at_todays_price_and_stock() {
    let stall = Stall::open(2).await;
    let (member, show) = (stall.server.member_client(&stall.seed), stall.show);
    end(&stall.server, &stall.seed, show).await;
    let buyer = stall.buyer();
    stall.click(&buyer, "ended", 1).await.expect_problem(409, "not_selling");
    member.put(&path(show), file(false)).await.expect(200);
    stall.click(&buyer, "hidden", 1).await.expect_problem(409, "not_selling");
    member.put(&path(show), file(true)).await.expect(200);
    let price = json!({ "price": { "amount": 6_500, "currency": "EUR" } });
    member.patch(&format!("/api/v1/variants/{}", stall.variant()), price).await.expect(200);
    let checkout = stall.click(&buyer, "replay", 1).await.expect(201);
    assert_eq!(checkout["total"]["amount"], 6_500, "never the recorded price");
    stall.pay(&checkout).await;
    let stock = json!({ "stock": 1 });
    member.put(&format!("/api/v1/variants/{}/stock", stall.variant()), stock).await.expect(200);
    stall.click(&stall.buyer(), "late", 1).await.expect_problem(409, "sold_out");
    member.delete(&path(show)).await.expect(204);
    stall.click(&stall.buyer(), "withdrawn", 1).await.expect_problem(409, "not_selling");
}

#[tokio::test]
async fn the_demo_brings_a_replay_with_a_recording_of_its_own() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    demo::seed(&server.app).await.unwrap();
    let nobody = server.client();
    let show = nobody.get("/api/v1/shows/cappotti-e-lino").await.expect(200)["show"].clone();
    assert!(show["replay_published_at"].is_string());
    let id: ShowId = serde_json::from_value(show["id"].clone()).unwrap();
    let replay = nobody.get("/api/v1/shows/cappotti-e-lino/replay").await.expect(200);
    assert_eq!(replay["starts_at"], show["started_at"]);
    assert!(replay["hearts"]["counts"].as_array().unwrap().len() > 50);
    let list = nobody.get(replay["video"]["play_url"].as_str().unwrap()).await;
    let list = String::from_utf8(list.bytes).unwrap();
    assert!(list.ends_with("#EXT-X-ENDLIST\n"));
    let segment = list.lines().find(|line| !line.starts_with('#')).unwrap();
    assert_eq!(nobody.get(&format!("/demo/{segment}")).await.bytes[0], 0x47);
    let events = events(&nobody, id, 10).await;
    assert!(
        events.is_sorted_by_key(|event| (event["seq"].as_i64(), event["at"].as_str().map(str::to_owned)))
    );
    let count = |kind: &str| events.iter().filter(|event| event["type"] == kind).count();
    assert!(count("product.featured") >= 4 && count("chat.sent") >= 20);
    assert_eq!((count("lineup.changed"), count("show.ended")), (1, 1));
}
