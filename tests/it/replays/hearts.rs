//! Hearts are counted per stretch of a show, in memory first and in the table soon after.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::show::ShowStatus;

use super::{end, file, path};
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::within;

async fn send_hearts(viewer: &mut SocketClient, hearts: usize) {
    for _ in 0..hearts {
        viewer.send(json!({ "id": "h", "type": "heart.send", "data": {} })).await;
    }
    // What one socket sends is read in order.
    viewer.command("ping", json!({})).await;
}

#[tokio::test]
async fn hearts_on_air_are_counted_where_they_were_sent() {
    let clock = Clock::manual("2026-11-21T20:00:00Z".parse().unwrap());
    let server = TestServer::start_with(Setup { clock: clock.clone(), ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = json!({ "title": "Serata", "starts_at": clock.now() + TimeDelta::minutes(1) });
    let member = server.member_client(&seed);
    let show = member.post("/api/v1/shows", show).await.expect(201);
    let show = serde_json::from_value(show["id"].clone()).unwrap();
    let (mut one, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut two, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    send_hearts(&mut one, 2).await;
    clock.advance(TimeDelta::seconds(60));
    server.app.set_show_status(&seed.owner, show, ShowStatus::Live).await.unwrap();
    send_hearts(&mut one, 2).await;
    send_hearts(&mut two, 3).await;
    clock.advance(TimeDelta::seconds(25));
    send_hearts(&mut two, 1).await;
    clock.advance(TimeDelta::seconds(5));
    end(&server, &seed, show).await;
    member.put(&path(show), file(true)).await.expect(200);
    let expected = json!({ "every_secs": 10, "counts": [
        { "at": "2026-11-21T20:01:00Z", "hearts": 5 },
        { "at": "2026-11-21T20:01:20Z", "hearts": 1 },
    ] });
    let counted = async {
        let mut strip = Value::Null;
        while strip != expected {
            // The counter wakes with the clock; each look gives it a further reason.
            clock.advance(TimeDelta::seconds(5));
            strip = server.client().get(&path(show)).await.expect(200)["hearts"].clone();
        }
    };
    within("six hearts in two stretches, and none from before the show", counted).await;
}

#[tokio::test]
async fn hearts_that_were_not_written_yet_survive_a_stop() {
    let clock = Clock::manual(Clock::system().now());
    let mut server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    send_hearts(&mut viewer, 3).await;
    // The clock stands still, so nothing was written before the stop.
    server.restart().await;
    end(&server, &seed, show).await;
    server.member_client(&seed).put(&path(show), file(true)).await.expect(200);
    let strip = server.client().get(&path(show)).await.expect(200)["hearts"]["counts"].clone();
    assert_eq!(strip[0]["hearts"], 3, "{strip}");
}
