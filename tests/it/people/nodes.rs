//! What other nodes do, told by the bus or lost by it, is known here.

use std::time::Duration;

use chrono::TimeDelta;
use uuid::Uuid;
use vetrina::app::Viewer;
use vetrina::app::chat::{Sender, ViewerState};
use vetrina::bus::{Committed, News};
use vetrina::domain::event::ShowEvent;
use vetrina::domain::ids::ShowId;
use vetrina::server::Server;

use super::{ELSEWHERE, Watcher, enter, live};
use crate::support::server::TestServer;
use crate::support::within;

/// Carries what a node commits to the server that is tested, as a shared bus would.
fn relay(from: &Server, to: &TestServer) -> tokio::sync::mpsc::Sender<usize> {
    let mut heard = from.app().bus().subscribe();
    let bus = to.app.bus().clone();
    let (skip, mut skipped) = tokio::sync::mpsc::channel::<usize>(16);
    tokio::spawn(async move {
        let mut lost = 0;
        while let Ok(news) = heard.recv().await {
            let News::Committed(committed) = news else { continue };
            while let Ok(more) = skipped.try_recv() {
                lost += more;
            }
            if lost > 0 {
                lost -= 1;
            } else {
                bus.publish(Committed::clone(&committed));
            }
        }
    });
    skip
}

/// Waits until the server that is tested knows something of a viewer.
async fn comes_to(
    what: &str,
    server: &TestServer,
    show: ShowId,
    viewer: Viewer,
    is_so: impl Fn(&ViewerState) -> bool,
) {
    within(what, async {
        let mut looks = tokio::time::interval(Duration::from_millis(5));
        while !is_so(&server.app.viewer_state(show, viewer, ELSEWHERE).await.unwrap()) {
            looks.tick().await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_another_node_does_is_known_here() {
    let (server, seed, show) = live().await;
    let other = server.second_node().await;
    let _relay = relay(&other, &server);
    let watcher = Watcher::new(&server, &seed);
    let viewer = watcher.viewer;
    let (mut open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    other.app().set_viewer_name(show, viewer, ELSEWHERE, "Marta").await.unwrap();
    comes_to("the name", &server, show, viewer, |state| state.name.as_deref() == Some("Marta")).await;
    other.app().mute_viewer(&seed.owner, show, viewer.id, 600).await.unwrap();
    assert!(open.expect("you").await["muted_until"].is_string());
    other.app().unmute_viewer(&seed.owner, show, viewer.id).await.unwrap();
    comes_to("the end of the mute", &server, show, viewer, |state| state.muted_until.is_none()).await;
    other.app().set_slow_mode(&seed.owner, show, 60).await.unwrap();
    let sender = Sender::Viewer { viewer, address_hash: ELSEWHERE.to_vec() };
    other.app().send_chat(show, sender, Uuid::from_u128(1).into(), "ciao").await.unwrap();
    comes_to("the pause", &server, show, viewer, |state| state.chat_ready_at.is_some()).await;
    other.app().ban_viewer(&seed.owner, show, viewer.id).await.unwrap();
    assert_eq!(open.expect_close().await, 4003);
    assert_eq!(enter(&server, show, &watcher.token, None).await.err(), Some(4003));
}

#[tokio::test]
async fn what_the_bus_lost_of_people_is_read_again_with_the_gap() {
    let (server, seed, show) = live().await;
    let other = server.second_node().await;
    let lose = relay(&other, &server);
    let (mut watcher, mut second) = (Watcher::new(&server, &seed), Watcher::new(&server, &seed));
    watcher.take_name(&server, show, "Marta").await;
    second.take_name(&server, show, "Lucia").await;
    let (_open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    lose.send(1).await.unwrap();
    other.app().ban_viewer(&seed.owner, show, watcher.viewer.id).await.unwrap();
    other.app().mute_viewer(&seed.owner, show, second.viewer.id, 600).await.unwrap();
    comes_to("the ban", &server, show, watcher.viewer, |state| state.is_banned).await;
    assert_eq!(enter(&server, show, &watcher.token, None).await.err(), Some(4003));
}

/// A commit whose outcome nobody learns may have happened; memory must not go on without it.
#[tokio::test]
async fn news_that_nobody_told_of_comes_with_the_gap_they_leave() {
    let (server, seed, show) = live().await;
    let mut watcher = Watcher::new(&server, &seed);
    watcher.take_name(&server, show, "Marta").await;
    let (_open, _) = enter(&server, show, &watcher.token, None).await.unwrap();
    let mut tx = server.database.write().await.unwrap();
    let until = server.clock.now() + TimeDelta::seconds(600);
    tx.set_muted_until(seed.shop, show, watcher.viewer.id, Some(until)).await.unwrap();
    let event = ShowEvent::ViewerMuted { viewer_id: watcher.viewer.id, name: "Marta".to_owned(), until };
    tx.append_event(seed.shop, show, server.clock.now(), event).await.unwrap();
    tx.commit().await.unwrap();
    let mut other = Watcher::new(&server, &seed);
    other.take_name(&server, show, "Lucia").await;
    server.app.mute_viewer(&seed.owner, show, other.viewer.id, 600).await.unwrap();
    comes_to("the mute", &server, show, watcher.viewer, |state| state.muted_until.is_some()).await;
}
