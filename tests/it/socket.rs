//! A show's socket as viewers and members use it.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::domain::event::Audience;
use vetrina::domain::ids::{ShowId, ViewerId};
use vetrina::domain::member::Role;
use vetrina::domain::show::ShowStatus;

use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::socket::SocketClient;
use crate::support::within;

/// A live show and its shop.
async fn live() -> (TestServer, Seed, ShowId) {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

async fn live_with(setup: Setup) -> (TestServer, Seed, ShowId) {
    let server = TestServer::start_with(setup).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

/// The same at one node on every set-up, for tests that look into it.
async fn live_alone(setup: Setup) -> (TestServer, Seed, ShowId) {
    let server = TestServer::start_alone(setup).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

async fn named_viewer(server: &TestServer, seed: &Seed, show: ShowId, name: &str) -> SocketClient {
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(seed)).await;
    let reply = viewer.command("name.set", json!({ "name": name })).await;
    assert_eq!(reply["ok"]["name"], name, "{reply}");
    viewer
}

#[tokio::test]
async fn a_viewer_is_welcomed_with_the_show_as_it_is() {
    let (server, seed, show) = live().await;
    let (_viewer, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    assert_eq!(welcome["show"]["id"], show.to_string());
    assert_eq!(welcome["show"]["status"], "live");
    assert_eq!(welcome["shop"]["name"], "Bottega Aurora");
    assert_eq!(welcome["position"], format!("{}:1", server.app.epoch()));
    assert_eq!(welcome["you"]["role"], "viewer");
    assert_eq!(welcome["viewers"], 1);
    assert_eq!(welcome["member"], Value::Null);
    assert_eq!(welcome["chat"], json!([]));
}

#[tokio::test]
async fn what_the_host_does_reaches_every_viewer_in_order() {
    let (server, seed, show) = live().await;
    let product = server.seed_product(&seed, "Sciarpa", 5).await;
    let mut viewers = Vec::new();
    for _ in 0..3 {
        viewers.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
    }
    server.seed_lineup(&seed, show, &[product.id]).await;
    server.app.feature_product(&seed.owner, show, product.id).await.unwrap();
    server.app.set_show_status(&seed.owner, show, ShowStatus::Paused).await.unwrap();
    for viewer in &mut viewers {
        assert_eq!(viewer.expect_event("lineup.changed").await["seq"], 2);
        let featured = viewer.expect_event("product.featured").await;
        assert_eq!(featured["seq"], 3);
        assert_eq!(featured["data"]["product_id"], product.id.to_string());
        assert_eq!(viewer.expect_event("show.paused").await["seq"], 4);
    }
}

#[tokio::test]
async fn chat_is_acknowledged_and_a_retry_is_no_second_message() {
    let (server, seed, show) = live().await;
    let (mut reader, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut author, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let unnamed = author.chat(Uuid::from_u128(1), "ciao").await;
    assert_eq!(unnamed["problem"]["code"], "name_required");
    author.command("name.set", json!({ "name": "Marta" })).await;
    let you = author.expect("you").await;
    assert_eq!(you["name"], "Marta");
    let first = author.chat(Uuid::from_u128(2), "quanto costa?").await;
    let again = author.chat(Uuid::from_u128(2), "quanto costa?").await;
    assert_eq!(first["ok"]["seq"], 2, "{first}");
    assert_eq!(first["ok"], again["ok"]);
    let sent = reader.expect_event("chat.sent").await;
    assert_eq!(sent["data"]["text"], "quanto costa?");
    assert_eq!(sent["data"]["author"]["name"], "Marta");
    assert_eq!(author.chat(Uuid::from_u128(3), "grazie").await["ok"]["seq"], 3);
    assert_eq!(reader.expect_event("chat.sent").await["seq"], 3);
    // The snapshot may be a moment old; what it lacks comes behind it.
    let (mut late, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    for _ in welcome["chat"].as_array().unwrap().len()..2 {
        late.expect_event("chat.sent").await;
    }
}

#[tokio::test]
async fn members_see_both_streams_and_viewers_only_theirs() {
    let (server, seed, show) = live().await;
    let token = server.viewer_token(&seed);
    let (mut viewer, _) = server.viewer_socket(show, &token).await;
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let viewer_id = viewer.expect("you").await["viewer_id"].as_str().unwrap().to_owned();
    let (mut member, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["you"]["role"], "owner");
    assert_eq!(welcome["position"], format!("{}:1:0", server.app.epoch()));
    assert_eq!(welcome["member"]["muted"], json!([]));
    let id: ViewerId = viewer_id.parse().unwrap();
    server.app.mute_viewer(&seed.owner, show, id, 60).await.unwrap();
    let muted = member.expect_event("viewer.muted").await;
    assert_eq!((muted["seq"].as_i64(), muted["data"]["name"].as_str()), (Some(1), Some("Marta")));
    let you = viewer.expect("you").await;
    assert!(you["muted_until"].is_string(), "{you}");
    let refused = viewer.chat(Uuid::from_u128(1), "perché?").await;
    assert_eq!(refused["problem"]["code"], "muted");
    assert!(refused["problem"]["retry_ms"].as_u64().unwrap() > 50_000);
    let written = member.chat(Uuid::from_u128(2), "un attimo").await;
    assert_eq!(written["ok"]["seq"], 2);
    let sent = viewer.expect_event("chat.sent").await;
    assert_eq!(sent["data"]["author"]["badge"], "owner");
    let (_, welcome) = server.member_socket(show, &seed.session).await;
    assert_eq!(welcome["member"]["muted"][0]["viewer_id"], viewer_id);
}

#[tokio::test]
async fn viewers_of_a_crowded_chat_are_told_how_much_they_do_not_see() {
    let mut setup = Setup::default();
    setup.limits.chat_shown_per_sec = 1;
    let (server, seed, show) = live_alone(setup).await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    let mut writers = Vec::new();
    for name in ["Marta", "Bianca", "Carla", "Dora"] {
        writers.push(named_viewer(&server, &seed, show, name).await);
    }
    let mut last = 0;
    for (writer, id) in writers.iter_mut().zip(1_u128..) {
        last = writer.chat(Uuid::from_u128(id), "ciao").await["ok"]["seq"].as_i64().unwrap();
    }
    for seq in 2..=last {
        assert_eq!(member.expect_event("chat.sent").await["seq"], seq, "members see all");
    }
    let (mut seen, mut left_out) = (1, 0);
    while seen < last {
        let event = viewer.next_event().await;
        let from = event["data"]["from"].as_i64().unwrap_or(seen + 1);
        assert_eq!(from, seen + 1, "{event}");
        seen = event["seq"].as_i64().unwrap();
        if event["type"] == "chat.left_out" {
            left_out += event["data"]["count"].as_i64().unwrap();
            assert_eq!(event["data"]["count"], seen - from + 1);
        }
    }
    assert!((2..=3).contains(&left_out), "{left_out} of 4");
    let counted = server.hub.metrics().chat_left_out.get();
    assert_eq!(counted, left_out.unsigned_abs());
}

#[tokio::test]
async fn a_removed_message_is_gone_for_those_who_come_later() {
    let (server, seed, show) = live().await;
    let mut author = named_viewer(&server, &seed, show, "Marta").await;
    author.chat(Uuid::from_u128(1), "segreto").await;
    author.chat(Uuid::from_u128(2), "resta").await;
    let id = Uuid::from_u128(1).into();
    server.app.remove_message(&seed.owner, show, id).await.unwrap();
    assert_eq!(author.expect_event("chat.removed").await["data"]["message_id"], id.to_string());
    let mut late = server.socket(show).await;
    let after = format!("{}:0", server.app.epoch());
    late.send(json!({ "t": "hello", "token": server.viewer_token(&seed), "after": after })).await;
    late.expect("resumed").await;
    assert_eq!(late.expect_event("chat.sent").await["data"]["text"], Value::Null);
    assert_eq!(late.expect_event("chat.sent").await["data"]["text"], "resta");
    server.app.restore_message(&seed.owner, show, id).await.unwrap();
    assert_eq!(late.expect_event("chat.restored").await["data"]["text"], "segreto");
    let mut later = server.socket(show).await;
    later.send(json!({ "t": "hello", "token": server.viewer_token(&seed), "after": after })).await;
    assert_eq!(later.expect_event("chat.sent").await["data"]["text"], "segreto");
}

#[tokio::test]
async fn a_ban_closes_at_once_and_for_good() {
    let (server, seed, show) = live().await;
    let token = server.viewer_token(&seed);
    let (mut viewer, welcome) = server.viewer_socket(show, &token).await;
    viewer.command("name.set", json!({ "name": "Troll" })).await;
    let id: ViewerId = welcome["you"]["viewer_id"].as_str().unwrap().parse().unwrap();
    server.app.ban_viewer(&seed.owner, show, id).await.unwrap();
    assert_eq!(viewer.expect_close().await, 4003);
    let mut again = server.socket(show).await;
    again.send(json!({ "t": "hello", "token": token })).await;
    assert_eq!(again.expect_close().await, 4003);
}

#[tokio::test]
async fn a_member_who_signs_out_or_leaves_is_sent_away() {
    let mut setup = Setup::default();
    setup.limits.member_recheck = Duration::from_millis(50);
    let (server, seed, show) = live_with(setup).await;
    let (mut member, _) = server.member_socket(show, &seed.session).await;
    server.app.sign_out(&seed.session).await.unwrap();
    assert_eq!(member.expect_close().await, 4001);
    let mut again = server.member_handshake_socket(show, &seed.session).await;
    again.send(json!({ "t": "hello" })).await;
    assert_eq!(again.expect_close().await, 4001);
}

#[tokio::test]
async fn a_ticket_opens_one_socket_of_its_show() {
    let (server, seed, show) = live().await;
    let other = server.seed_live_show_called(&seed, "Un'altra serata").await;
    let moderator = server.seed_member(seed.shop, Role::Moderator).await;
    let ticket = server.app.create_socket_ticket(&moderator.owner, show).await.unwrap();
    let mut wrong_show = server.socket(other).await;
    wrong_show.send(json!({ "t": "hello", "ticket": ticket })).await;
    assert_eq!(wrong_show.expect_close().await, 4001);
    let ticket = server.app.create_socket_ticket(&moderator.owner, show).await.unwrap();
    let mut member = server.socket(show).await;
    member.send(json!({ "t": "hello", "ticket": ticket })).await;
    assert_eq!(member.expect("welcome").await["you"]["role"], "moderator");
    let mut reused = server.socket(show).await;
    reused.send(json!({ "t": "hello", "ticket": ticket })).await;
    assert_eq!(reused.expect_close().await, 4001);
}

#[tokio::test]
async fn positions_that_mean_nothing_get_a_snapshot() {
    let (server, seed, show) = live().await;
    let epoch = server.app.epoch().to_owned();
    let resumes = [format!("{epoch}:0"), format!("{epoch}:1")];
    let snapshots = [
        format!("{epoch}:2"),
        format!("{epoch}:18446744073709551615"),
        format!("{epoch}:-1"),
        "00000000:1".to_owned(),
        "nonsense".to_owned(),
    ];
    for (after, kind) in
        resumes.iter().map(|p| (p, "resumed")).chain(snapshots.iter().map(|p| (p, "welcome")))
    {
        let mut viewer = server.socket(show).await;
        viewer.send(json!({ "t": "hello", "token": server.viewer_token(&seed), "after": after })).await;
        let first = viewer.next().await.unwrap();
        assert_eq!(first["t"], kind, "{after}");
    }
}

#[tokio::test]
async fn hearts_and_viewers_come_as_signals() {
    let (server, seed, show) = live().await;
    let (mut first, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let (mut second, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let told = async {
        loop {
            if first.expect("signal").await["viewers"] == 2 {
                return;
            }
        }
    };
    within("the second viewer to be counted", told).await;
    for _ in 0..3 {
        second.send(json!({ "id": "h", "type": "heart.send", "data": {} })).await;
    }
    let hearts = async {
        let mut hearts = 0;
        while hearts < 3 {
            hearts += first.expect("signal").await["hearts"].as_u64().unwrap_or(0);
        }
        hearts
    };
    assert_eq!(within("three hearts", hearts).await, 3);
    drop(second);
    let told = async {
        loop {
            if first.expect("signal").await["viewers"] == 1 {
                return;
            }
        }
    };
    within("the second viewer to leave", told).await;
}

#[tokio::test]
async fn a_ping_is_answered_with_the_servers_time() {
    let (server, seed, show) = live().await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let reply = viewer.command("ping", json!({})).await;
    assert!(reply["ok"]["server_time"].is_string(), "{reply}");
}

#[tokio::test]
async fn a_stopping_server_says_when_to_come_back() {
    let (mut server, seed, show) = live_alone(Setup::default()).await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let mut silent = server.socket(show).await;
    server.begin_stop();
    let drain = viewer.expect("drain").await;
    assert!(drain["retry_ms"].as_u64().unwrap() <= 15_000);
    assert_eq!(viewer.expect_close().await, 1012);
    assert_eq!(silent.expect_close().await, 1012);
    server.stopped().await;
}

/// Chat goes on while one viewer is cut off again and again; in the end it has seen exactly what
/// the table holds.
#[tokio::test]
async fn a_viewer_cut_off_a_hundred_times_misses_nothing_and_sees_nothing_twice() {
    let mut setup = Setup::default();
    // Behind a proxy the end of a connection is heard of later than the next one begins.
    setup.limits.sockets_per_viewer = 1_000;
    let (server, seed, show) = live_with(setup).await;
    let caller = seed.owner.clone();
    let app = server.app.clone();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let busy = tokio::spawn(async move {
        let mut number = 0_u128;
        while stopped.try_recv().is_err() {
            number += 1;
            let sender = vetrina::app::chat::Sender::Member(caller.clone());
            let id = Uuid::from_u128(number).into();
            app.send_chat(show, sender, id, &format!("messaggio {number}")).await.unwrap();
        }
    });
    let token = server.viewer_token(&seed);
    let (mut seen, mut position) = (Vec::new(), format!("{}:0", server.app.epoch()));
    for round in 0..100_u64 {
        let mut viewer = server.socket(show).await;
        viewer.send(json!({ "t": "hello", "token": token, "after": position })).await;
        assert_eq!(viewer.next().await.unwrap()["t"], "resumed", "round {round}");
        for _ in 0..=round % 4 {
            let frame = viewer.expect("events").await;
            seen.extend(frame["events"].as_array().unwrap().iter().cloned());
        }
        position = format!("{}:{}", server.app.epoch(), seen.last().unwrap()["seq"]);
        cut(viewer, round % 2 == 0).await;
    }
    stop.send(()).unwrap();
    busy.await.unwrap();
    let last = server.app.find_last_seqs(show).await.unwrap().unwrap().last_seq;
    let mut viewer = server.socket(show).await;
    viewer.send(json!({ "t": "hello", "token": token, "after": position })).await;
    while seen.last().unwrap()["seq"] != last {
        let frame = viewer.expect("events").await;
        seen.extend(frame["events"].as_array().unwrap().iter().cloned());
    }
    let table = server.app.list_events_after(show, Audience::Viewers, 0, i64::MAX).await.unwrap();
    assert!(last > 200, "the show was busy: {last} events");
    assert_eq!(Value::Array(seen), serde_json::to_value(table).unwrap());
}

/// Ends a connection, politely or with a reset.
async fn cut(viewer: SocketClient, with_reset: bool) {
    let mut viewer = viewer;
    if with_reset {
        let stream = viewer.stream.get_ref();
        socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)).expect("a TCP option");
    } else {
        let _ = viewer.stream.close(None).await;
    }
}

/// Records events that no bus tells of, as another node's lost message would.
async fn record_silently(server: &TestServer, seed: &Seed, show: ShowId, events: i64) {
    let mut tx = server.database.write().await.expect("the database writes");
    for number in 0..events {
        let event = vetrina::domain::event::ShowEvent::ChatSlowModeChanged { secs: number };
        tx.append_event(seed.shop, show, server.clock.now(), event).await.expect("the event is recorded");
    }
    tx.commit().await.expect("the events are kept");
}

#[tokio::test]
async fn what_the_bus_lost_is_read_from_the_table_before_what_follows() {
    let (server, seed, show) = live_alone(Setup::default()).await;
    let mut viewers = Vec::new();
    for _ in 0..5 {
        viewers.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
    }
    let refills = server.hub.metrics().refills.get();
    record_silently(&server, &seed, show, 3).await;
    server.app.set_show_status(&seed.owner, show, ShowStatus::Paused).await.unwrap();
    for viewer in &mut viewers {
        for seq in 2..=4 {
            assert_eq!(viewer.expect_event("chat.slow_mode_changed").await["seq"], seq);
        }
        assert_eq!(viewer.expect_event("show.paused").await["seq"], 5);
    }
    assert_eq!(server.hub.metrics().refills.get(), refills + 1, "one read for all of them");
}

#[tokio::test]
async fn who_was_away_for_more_than_five_thousand_events_gets_a_snapshot() {
    let (server, seed, show) = live().await;
    record_silently(&server, &seed, show, 5_100).await;
    let last = server.app.find_last_seqs(show).await.unwrap().unwrap().last_seq;
    for (behind, kind) in [(5_001, "welcome"), (4_999, "resumed")] {
        let mut viewer = server.socket(show).await;
        let after = format!("{}:{}", server.app.epoch(), last - behind);
        viewer.send(json!({ "t": "hello", "token": server.viewer_token(&seed), "after": after })).await;
        assert_eq!(viewer.next().await.unwrap()["t"], kind, "{behind} events behind");
        if kind == "resumed" {
            for seq in last - behind + 1..=last {
                assert_eq!(viewer.expect_event("chat.slow_mode_changed").await["seq"], seq);
            }
        }
    }
}

#[tokio::test]
async fn a_snapshot_and_what_follows_fit_together_while_the_show_is_busy() {
    let (server, seed, show) = live().await;
    let (app, caller) = (server.app.clone(), seed.owner.clone());
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let busy = tokio::spawn(async move {
        let mut number = 0;
        while stopped.try_recv().is_err() {
            number += 1;
            let sender = vetrina::app::chat::Sender::Member(caller.clone());
            app.send_chat(show, sender, Uuid::from_u128(number).into(), "ciao").await.unwrap();
        }
    });
    for _ in 0..30 {
        let (mut viewer, welcome) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
        let (_, seq) = welcome["position"].as_str().unwrap().split_once(':').unwrap();
        let seq: i64 = seq.parse().unwrap();
        if let Some(newest) = welcome["chat"].as_array().unwrap().last() {
            assert_eq!(newest["seq"], seq, "the snapshot is of one moment");
        }
        let first = viewer.expect("events").await["events"][0]["seq"].as_i64();
        assert_eq!(first, Some(seq + 1), "the first event follows the snapshot");
    }
    stop.send(()).unwrap();
    busy.await.unwrap();
}
