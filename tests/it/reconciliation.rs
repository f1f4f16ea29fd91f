//! What the provider knows and we do not: lost answers, lost webhooks, sessions too many.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::clock::Clock;
use vetrina::domain::order::OrderStatus;
use vetrina::payments::{CreateSession, SessionStatus};

use crate::support::server::{Setup, TestServer};
use crate::support::stall::Stall;
use crate::support::stand_in::{StandIn, refusal};
use crate::support::within;

/// Asks until a session can no longer be paid.
async fn closed(stall: &Stall, session: &str) {
    within("the session to be closed", async {
        let provider = stall.server.app.provider();
        while provider.retrieve_session(session).await.unwrap().status != SessionStatus::Expired {}
    })
    .await;
}

async fn request_of(stall: &Stall, checkout: &serde_json::Value) -> CreateSession {
    serde_json::from_value(stall.order(checkout).await.session_request).unwrap()
}

#[tokio::test]
async fn a_second_open_session_of_an_order_is_closed() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let request = request_of(&stall, &checkout).await;
    let provider = stall.server.app.provider();
    let mut later = request.clone();
    later.expires_at += 4 * 60 * 60;
    let second = provider.create_session(&later, "another key").await.unwrap();
    // Ten minutes later the reservation is over; an hour later the lists are compared.
    stall.pass(TimeDelta::minutes(11));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    stall.pass(TimeDelta::minutes(61));
    closed(&stall, &second.id).await;
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn sessions_of_unknown_orders_are_closed_and_those_of_other_shops_are_not() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let mut request = request_of(&stall, &checkout).await;
    request.expires_at += 4 * 60 * 60;
    request.order = stall.server.clock.uuid().into();
    let provider = stall.server.app.provider();
    let lost = provider.create_session(&request, "lost").await.unwrap();
    request.shop = stall.server.clock.uuid().into();
    let foreign = provider.create_session(&request, "foreign").await.unwrap();
    stall.pass(TimeDelta::minutes(61));
    closed(&stall, &lost.id).await;
    assert_eq!(provider.retrieve_session(&foreign.id).await.unwrap().status, SessionStatus::Open);
}

#[tokio::test]
async fn a_paid_session_of_an_unknown_order_raises_an_alarm() {
    // The node that compares has the alarm.
    let setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    let stall = Stall::at(TestServer::start_alone(setup).await, 1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let mut request = request_of(&stall, &checkout).await;
    request.order = stall.server.clock.uuid().into();
    let lost = stall.server.app.provider().create_session(&request, "lost").await.unwrap();
    let page = stall.pay_page(&json!({ "pay_url": lost.url })).await;
    assert_eq!(page.submit("pay", "").await.status, 303);
    stall.pass(TimeDelta::minutes(61));
    let alarm =
        |name: &str| stall.server.app.alarms().gauges().iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
    within("the alarm", async {
        while alarm("unknown_paid_sessions") == Some(0) {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_of_which_no_webhook_came_is_found_in_the_list() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_unheard(&checkout).await;
    // As after days without this endpoint: the order's own turn to be looked at is far away.
    stall.sql("update orders set next_action_at = '2999-01-01T00:00:00.000Z'").await;
    stall.pass(TimeDelta::minutes(61));
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn a_failure_that_the_provider_has_stored_is_passed_by_with_a_new_key() {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 1).await;
    stripe.compared().await;
    let failure = refusal(500, "api_error", "");
    stripe.script([failure.clone(), failure.replayed()]);
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let id = checkout["id"].as_str().unwrap();
    let keys: Vec<_> = stripe.calls().into_iter().filter_map(|call| call.key).collect();
    assert_eq!(keys, [format!("cs:{id}:1"), format!("cs:{id}:1"), format!("cs:{id}:2")]);
    assert_eq!(stall.order(&checkout).await.attempt, 2);
    assert_eq!(stall.counts().await, (0, 1, 0));
}

#[tokio::test]
async fn five_hundred_clicks_on_twenty_pieces_make_twenty_calls() {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 20).await;
    stripe.compared().await;
    let buyers: Vec<_> = (0..500).map(|_| stall.buyer()).collect();
    let clicks = buyers.iter().map(|buyer| stall.click_until_answered(buyer, "k", 1));
    let answers = futures_util::future::join_all(clicks).await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status.as_u16() == status).count();
    assert_eq!((count(201), count(409)), (20, 480));
    assert_eq!(stripe.calls().iter().filter(|call| call.key.is_some()).count(), 20);
    assert_eq!(stall.counts().await, (0, 20, 0));
}
