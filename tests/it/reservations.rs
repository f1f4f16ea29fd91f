//! What becomes of a reservation when somebody is late, silent or gone.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::order::{OrderStatus, ReleaseReason};
use vetrina::server::Server;

use crate::support::server::Setup;
use crate::support::stall::Stall;

#[tokio::test]
async fn a_reservation_lapses_when_its_time_is_up() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pass(TimeDelta::minutes(9));
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(409, "sold_out");
    stall.pass(TimeDelta::minutes(1));
    let order = stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(order.release_reason, Some(ReleaseReason::Expired));
    assert_eq!(stall.counts().await, (1, 0, 0));
    assert_eq!(
        stall.event_names(Audience::Members).await,
        ["order.reserved", "order.reserved", "order.changed", "order.released"]
    );
    assert!(!stall.pay_page(&checkout).await.html.contains("<form"));
    stall.click(&stall.buyer(), "k", 1).await.expect(201);
}

#[tokio::test]
async fn a_session_that_expires_by_itself_frees_the_pieces() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let answer = stall.pay_page(&checkout).await.submit("expire", "").await;
    assert_eq!(answer.status, 303);
    stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(stall.counts().await, (1, 0, 0));
    let page = stall.server.client().get(answer.headers["location"].to_str().unwrap()).await;
    assert!(String::from_utf8(page.bytes).unwrap().contains("has expired"));
}

#[tokio::test]
async fn a_lost_webhook_heals_when_the_buyer_comes_back() {
    let stall = Stall::open_still(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stall.pay_unheard(&checkout).await;
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.get(&path).await.expect(200)["status"], "paid");
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn a_lost_webhook_heals_within_a_minute_when_nobody_comes_back() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_unheard(&checkout).await;
    stall.pass(TimeDelta::seconds(61));
    stall.reaches(&checkout, OrderStatus::Paid).await;
}

#[tokio::test]
async fn who_pays_at_the_last_moment_has_bought() {
    let stall = Stall::open_still(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stall.pay_unheard(&checkout).await;
    // The release finds the session paid, because closing it is refused.
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "paid");
    assert_eq!(stall.counts().await, (0, 0, 1));
    let mut tx = stall.server.database.read().await.unwrap();
    let steps = tx.list_order_transitions(stall.order(&checkout).await.id).await.unwrap();
    let steps: Vec<_> = steps.iter().map(|step| (step.to.as_str(), step.cause.as_str())).collect();
    assert_eq!(steps, [("open", "session_open"), ("releasing", "release_asked"), ("paid", "session_paid")]);
}

#[tokio::test]
async fn a_crash_after_the_answer_finds_the_same_session_again() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let session = stall.order(&checkout).await.session_id;
    stall.forget_answer(&checkout).await;
    stall.pass(TimeDelta::seconds(31));
    assert_eq!(stall.reaches(&checkout, OrderStatus::Open).await.session_id, session);
}

#[tokio::test]
async fn a_crash_before_the_call_is_made_good() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.sql("delete from sandbox_requests").await;
    stall.sql("delete from sandbox_sessions").await;
    stall.forget_answer(&checkout).await;
    stall.pass(TimeDelta::seconds(31));
    let order = stall.reaches(&checkout, OrderStatus::Open).await;
    assert!(order.session_url.is_some());
    assert!(order.reserved_until.unwrap() > stall.server.clock.now());
}

#[tokio::test]
async fn a_second_click_goes_on_where_a_crash_left_off() {
    let stall = Stall::open_still(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stall.forget_answer(&checkout).await;
    let again = stall.click(&buyer, "first", 1).await.expect(201);
    assert_eq!((&again["status"], &again["pay_url"]), (&json!("open"), &checkout["pay_url"]));
}

#[tokio::test]
async fn a_reservation_without_a_session_is_released_by_asking_once_more() {
    let stall = Stall::open_still(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stall.forget_answer(&checkout).await;
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "expired");
    assert_eq!(stall.counts().await, (1, 0, 0));
    assert!(!stall.pay_page(&checkout).await.html.contains("<form"));
}

#[tokio::test]
async fn a_reservation_that_was_never_placed_in_time_is_given_up() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.sql("delete from sandbox_requests").await;
    stall.sql("delete from sandbox_sessions").await;
    stall.forget_answer(&checkout).await;
    // The frozen end is now less than 30 minutes away, so the provider refuses the request.
    stall.pass(TimeDelta::minutes(20));
    stall.reaches(&checkout, OrderStatus::CreateFailed).await;
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn another_process_goes_on_where_one_was_killed() {
    let clock = Clock::manual(Clock::system().now());
    let setup = Setup { clock: clock.clone(), ..Setup::default() };
    let mut config = setup.config.clone();
    let mut stall = Stall::open_with(setup, 2).await;
    let unplaced = stall.reserve(&stall.buyer(), 1).await;
    let overdue = stall.reserve(&stall.buyer(), 1).await;
    stall.forget_answer(&unplaced).await;
    stall.server.begin_stop();
    stall.server.stopped().await;

    config.database_url = Some(stall.database_url(&config));
    let server = Server::bind(config, clock).await.unwrap();
    tokio::spawn(server.run(std::future::pending()));
    stall.pass(TimeDelta::seconds(31));
    let order = stall.reaches(&unplaced, OrderStatus::Open).await;
    // The page is the same; its host is that of the server which the sandbox lives in now.
    let page = |url: Option<&str>| url.and_then(|url| url.rsplit('/').next()).map(str::to_owned);
    assert_eq!(page(order.session_url.as_deref()), page(unplaced["pay_url"].as_str()));
    stall.pass(TimeDelta::minutes(10));
    stall.reaches(&overdue, OrderStatus::Expired).await;
    stall.reaches(&unplaced, OrderStatus::Expired).await;
    assert_eq!(stall.stored_counts().await, (2, 0, 0));
}

#[tokio::test]
async fn a_late_payment_takes_the_pieces_again() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let expired = json!({ "status": "expired", "payment_status": "unpaid" });
    let body = stall.session_event("evt_1", "checkout.session.expired", &checkout, expired).await;
    stall.tell(&body).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Expired);
    assert_eq!(stall.counts().await, (1, 0, 0));
    let body = stall.session_event("evt_2", "checkout.session.completed", &checkout, json!({})).await;
    stall.tell(&body).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn a_late_payment_for_pieces_that_are_gone_is_given_back() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let payment = stall.pay_unheard(&checkout).await;
    let expired = json!({ "status": "expired", "payment_status": "unpaid" });
    let body = stall.session_event("evt_1", "checkout.session.expired", &checkout, expired).await;
    stall.tell(&body).await.expect(200);
    let faster = stall.reserve(&stall.buyer(), 1).await;
    let paid = json!({ "payment_intent": payment });
    let body = stall.session_event("evt_2", "checkout.session.completed", &checkout, paid).await;
    stall.tell(&body).await.expect(200);
    let order = stall.reaches(&checkout, OrderStatus::Refunded).await;
    assert_eq!(order.amount_refunded, order.amount_subtotal);
    assert_eq!(stall.order(&faster).await.status, OrderStatus::Open);
    assert_eq!(stall.counts().await, (0, 1, 0));
}

#[tokio::test]
async fn the_auditor_sees_planted_bugs() {
    let stall = Stall::open(3).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    assert_eq!(stall.counts().await, (2, 1, 0));
    let breaches = |stall: &Stall| {
        let app = stall.server.app.clone();
        async move { app.audit_stock().await.unwrap().len() }
    };
    stall.sql("update variants set reserved = reserved + 1").await;
    assert_eq!(breaches(&stall).await, 1);
    stall.sql("update variants set reserved = reserved - 1, sold = sold + 1").await;
    assert_eq!(breaches(&stall).await, 1);
    stall.sql("update variants set sold = sold - 1").await;
    assert_eq!(breaches(&stall).await, 0);
    stall.sql("update orders set status = 'paid'").await;
    assert_eq!(breaches(&stall).await, 1);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}
