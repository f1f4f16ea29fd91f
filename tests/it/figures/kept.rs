//! What is kept of a show's figures, how much of it, and for how long.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::app::figures::Audience;
use vetrina::clock::Clock;
use vetrina::domain::figures::{REACH_DAYS, VIEWER_COUNTS_MAX};
use vetrina::domain::ids::ShowId;
use vetrina::domain::show::ShowStatus;
use vetrina::storage::Database;

use crate::support::server::{Setup, TestServer};
use crate::support::stall::Stall;

/// Marks and counts of viewers that are stored for a show.
async fn rows(server: &TestServer, show: ShowId) -> [i64; 3] {
    let sqls = [
        "select count(*) from reach_marks where show_id = $1",
        "select count(*) from reach_counts where show_id = $1",
        "select count(*) from viewer_counts where show_id = $1",
    ];
    let mut found = [0; 3];
    for (sql, found) in sqls.into_iter().zip(&mut found) {
        *found = match &server.database {
            Database::Sqlite { writer, .. } => {
                sqlx::query_scalar(sql).bind(show).fetch_one(writer).await.unwrap()
            }
            Database::Postgres { pool, .. } => {
                sqlx::query_scalar(sql).bind(show).fetch_one(&pool.current()).await.unwrap()
            }
        };
    }
    found
}

#[tokio::test]
async fn nothing_of_a_rehearsal_is_counted() {
    let mut stall = Stall::open(1).await;
    let made = json!({ "title": "Prova", "is_rehearsal": true });
    let made = stall.server.member_client(&stall.seed).post("/api/v1/shows", made).await.expect(201);
    let rehearsal: ShowId = serde_json::from_value(made["id"].clone()).unwrap();
    let (server, owner) = (&stall.server, &stall.seed.owner);
    server.app.set_show_status(owner, rehearsal, ShowStatus::Live).await.unwrap();
    let (live, trial) =
        (server.app.get_show(stall.show).await.unwrap(), server.app.get_show(rehearsal).await.unwrap());
    assert!(server.app.counts_viewers(&live) && !server.app.counts_viewers(&trial));
    // As if a node had not noticed what it is.
    let audiences = [live, trial].map(|show| {
        let seen = vec![server.app.create_viewer(stall.seed.shop).0.id];
        Audience { show, viewers: 7, seen }
    });
    server.app.note_audiences(audiences.into()).await.unwrap();
    stall.server.restart().await;
    assert_eq!(rows(&stall.server, stall.show).await, [1, 1, 1]);
    assert_eq!(rows(&stall.server, rehearsal).await, [0, 0, 0]);
}

#[tokio::test]
async fn marks_are_deleted_a_month_after_the_end_and_the_figures_stay() {
    let clock = Clock::manual(Clock::system().now());
    let setup = Setup { clock: clock.clone(), ..Setup::default() };
    let stall = Stall::at(TestServer::start_alone(setup).await, 1).await;
    let app = &stall.server.app;
    let note = async |viewers: usize| {
        let show = app.get_show(stall.show).await.unwrap();
        let seen = (0..viewers).map(|_| app.create_viewer(stall.seed.shop).0.id).collect();
        app.note_audiences(vec![Audience { show, viewers: 7, seen }]).await.unwrap();
    };
    note(3).await;
    stall.shows_figures("three viewers", |told| told["totals"]["viewers"] == 3).await;
    stall.move_to(ShowStatus::Ended).await;
    let replay = json!({ "recording": { "kind": "demo" }, "is_published": true });
    let member = stall.server.member_client(&stall.seed);
    member.put(&format!("/api/v1/shows/{}/replay", stall.show), replay).await.expect(200);
    clock.advance(TimeDelta::days(REACH_DAYS - 1));
    app.clean_up_in_turn().await.unwrap();
    assert_eq!(rows(&stall.server, stall.show).await, [3, 1, 1]);
    clock.advance(TimeDelta::days(2));
    app.clean_up_in_turn().await.unwrap();
    assert_eq!(rows(&stall.server, stall.show).await, [0, 1, 1]);
    // Nobody could be told from those who were counted.
    assert!(!app.counts_viewers(&app.get_show(stall.show).await.unwrap()));
    let figures = app.show_figures(&stall.seed.owner, stall.show).await.unwrap();
    assert_eq!((figures.totals.viewers, figures.viewers.peak), (3, 7));
}

#[tokio::test]
async fn a_show_that_goes_on_for_days_is_counted_up_to_a_bound() {
    let stall = Stall::open(1).await;
    let mut tx = stall.server.database.write().await.unwrap();
    for n in 0..VIEWER_COUNTS_MAX + 5 {
        tx.keep_viewer_count(stall.seed.shop, stall.show, n * 10_000, 1).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(rows(&stall.server, stall.show).await[2], VIEWER_COUNTS_MAX);
    // A stranger's show is nobody else's to count.
    let stranger = stall.server.seed_shop().await;
    let other = stall.server.seed_live_show(&stranger).await;
    let mut tx = stall.server.database.write().await.unwrap();
    tx.keep_viewer_count(stall.seed.shop, other, 0, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rows(&stall.server, other).await[2], 0);
}
