//! Everybody comes back at once: reads grow with shows and not with viewers.

use futures_util::future::join_all;

use super::{Watcher, buyer, live, say};
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;

/// Reads that opening a show may cost, about 10, with what workers read when a server starts.
const READS_MAX: u64 = 80;
/// How far two measurements may lie apart, by what the workers are at; a read for each viewer would
/// make it 250, one for each who has a name 83.
const READS_APART_MAX: u64 = 50;

/// Everybody comes at once; answers their sockets and how often the database was read meanwhile.
async fn storm(stall: &Stall, watchers: &[Watcher], is_anew: bool) -> (Vec<SocketClient>, u64) {
    let server = &stall.server;
    let last = server.app.find_last_seqs(stall.show).await.unwrap().unwrap().last_seq;
    let before = server.app.database_begun().reads;
    let coming = watchers.iter().map(|watcher| watcher.come(server, stall.show, last, is_anew));
    let sockets = join_all(coming).await.into_iter().flatten().collect();
    (sockets, server.app.database_begun().reads - before)
}

/// Reads of everybody's return after a restart with positions, after a cut, and of a first visit
/// after another restart.
async fn reads_of(viewers: usize) -> [u64; 3] {
    let mut stall = Stall::open_still(5).await;
    let (buyer, token) = buyer(&stall);
    stall.reserve(&buyer, 1).await;
    let show = stall.show;
    let mut watchers: Vec<Watcher> = (0..viewers).map(|_| Watcher::new(&stall.server, &stall.seed)).collect();
    for (number, watcher) in watchers.iter_mut().enumerate().filter(|(number, _)| number % 3 == 0) {
        watcher.take_name(&stall.server, show, &format!("Marta {number}")).await;
    }
    watchers[0].is_muted = true;
    watchers[3].is_banned = true;
    let (muted, banned) = (watchers[0].viewer.id, watchers[3].viewer.id);
    stall.server.app.mute_viewer(&stall.seed.owner, show, muted, 600).await.unwrap();
    stall.server.app.ban_viewer(&stall.seed.owner, show, banned).await.unwrap();
    watchers[1] =
        Watcher { viewer: buyer.viewer, token, holds: 1, ..Watcher::new(&stall.server, &stall.seed) };
    // As many places to come back from as there are pairs of viewers.
    let places = i64::try_from(viewers / 2).unwrap();
    let last = say(&stall.server, &stall.seed, show, places).await;
    for (behind, watcher) in (0..places).cycle().zip(&mut watchers) {
        watcher.seq = last - behind;
    }
    stall.server.restart().await;
    let (sockets, restarted) = storm(&stall, &watchers, false).await;
    drop(sockets);
    let (sockets, cut) = storm(&stall, &watchers, false).await;
    drop(sockets);
    stall.server.restart().await;
    let (_sockets, fresh) = storm(&stall, &watchers, true).await;
    [restarted, cut, fresh]
}

#[tokio::test]
async fn reads_grow_with_shows_and_not_with_viewers() {
    let (few, many) = (reads_of(50).await, reads_of(300).await);
    println!("reads with 50 viewers {few:?}, with 300 {many:?}");
    for (few, many) in few.into_iter().zip(many) {
        assert!(few <= READS_MAX, "{few} reads for 50 viewers");
        assert!(many <= few + READS_APART_MAX, "{few} reads for 50 viewers, {many} for 300");
    }
    // After a cut everything is still there: beside the workers only the one checkout is read.
    assert!(many[1] <= 25, "{few:?} {many:?}");
}

#[tokio::test]
async fn those_who_come_from_ever_further_back_read_the_log_once() {
    let (mut server, seed, show) = live().await;
    let last = say(&server, &seed, show, 100).await;
    server.restart().await;
    let before = server.app.database_begun().reads;
    for behind in 0..100 {
        let watcher = Watcher { seq: last - behind, ..Watcher::new(&server, &seed) };
        assert!(watcher.come(&server, show, last, false).await.is_some());
    }
    let reads = server.app.database_begun().reads - before;
    assert!(reads <= READS_MAX, "{reads} reads for 100 places in one page");
}
