//! A payment provider that refuses, fails and comes back.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::domain::event::Audience;
use vetrina::domain::order::{OrderStatus, ReleaseReason};

use crate::support::stall::Stall;
use crate::support::stand_in::{StandIn, refusal};

async fn open(stock: i64) -> (Stall, StandIn) {
    let (stand_in, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, stock).await;
    stand_in.compared().await;
    (stall, stand_in)
}

fn server_error() -> crate::support::stand_in::Scripted {
    refusal(500, "api_error", "")
}

#[tokio::test]
async fn stripe_is_asked_with_what_was_frozen() {
    let (stall, stripe) = open(2).await;
    let checkout = stall.reserve(&stall.buyer(), 2).await;
    assert_eq!(checkout["pay_url"], "https://pay.example/1");
    assert_eq!(checkout["number"], "TEST-1001");
    let calls = stripe.calls();
    assert_eq!(calls.len(), 1);
    let id = checkout["id"].as_str().unwrap();
    assert_eq!(calls[0].key.as_deref(), Some(format!("cs:{id}:1").as_str()));
    let value = |name: &str| {
        calls[0].form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    assert_eq!(value("mode"), "payment");
    assert_eq!(value("ui_mode"), "hosted_page");
    assert_eq!(value("client_reference_id"), id);
    assert_eq!(value("metadata[order]"), id);
    assert_eq!(value("metadata[shop]"), stall.seed.shop.to_string());
    assert_eq!(value("metadata[show]"), stall.show.to_string());
    assert_eq!(value("line_items[0][quantity]"), "2");
    assert_eq!(value("line_items[0][price_data][currency]"), "eur");
    assert_eq!(value("line_items[0][price_data][unit_amount]"), "4990");
    assert_eq!(value("line_items[0][price_data][product_data][name]"), "Vaso & \"Luna\"");
    assert!(value("success_url").ends_with(&format!("?checkout={id}")));
    let expires_at: i64 = value("expires_at").parse().unwrap();
    assert_eq!(expires_at - stall.server.clock.now().timestamp(), 45 * 60);
}

#[tokio::test]
async fn a_refused_session_gives_the_pieces_back() {
    let (stall, stripe) = open(1).await;
    stripe.script([refusal(400, "invalid_request_error", "amount_too_small")]);
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    assert_eq!(stripe.calls().len(), 1);
    let order = &stall.server.app.recent_orders(stall.seed.shop, stall.show).await.unwrap()[0];
    assert_eq!(order.status, OrderStatus::CreateFailed);
    assert_eq!(stall.counts().await, (1, 0, 0));
    assert_eq!(stall.event_names(Audience::Members).await, ["order.reserved", "order.released"]);
}

#[tokio::test]
async fn a_declined_call_is_never_repeated() {
    let (stall, stripe) = open(1).await;
    stripe.script([refusal(402, "card_error", "card_declined")]);
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    assert_eq!(stripe.calls().len(), 1);
}

#[tokio::test]
async fn repetitions_carry_the_same_key_and_form() {
    let (stall, stripe) = open(1).await;
    stripe.script([refusal(429, "rate_limit_error", "rate_limit"), server_error()]);
    stall.reserve(&stall.buyer(), 1).await;
    let calls = stripe.calls();
    assert_eq!(calls.len(), 3);
    assert!(calls.iter().all(|call| *call == calls[0]));
}

#[tokio::test]
async fn a_provider_that_says_so_is_not_asked_again_at_once() {
    let (stall, stripe) = open(1).await;
    stripe.script([server_error().and_do_not_retry()]);
    let checkout = stall.click(&stall.buyer(), "k", 1).await.expect(201);
    assert_eq!((&checkout["status"], &checkout["pay_url"]), (&json!("reserved"), &json!(null)));
    assert_eq!(stripe.calls().len(), 1);
}

#[tokio::test]
async fn an_outage_keeps_the_reservation_until_the_provider_is_back() {
    let (stall, stripe) = open(1).await;
    stripe.script([server_error(), server_error(), server_error()]);
    let checkout = stall.click(&stall.buyer(), "k", 1).await.expect(201);
    assert_eq!(checkout["status"], "reserved");
    assert_eq!(stall.counts().await, (0, 1, 0));
    let first = stripe.calls();
    stall.pass(TimeDelta::seconds(31));
    let order = stall.reaches(&checkout, OrderStatus::Open).await;
    assert_eq!(order.session_id.as_deref(), Some("cs_test_1"));
    assert_eq!(stripe.calls()[0], first[0]);
}

#[tokio::test]
async fn pieces_of_an_unknown_session_are_kept_until_it_cannot_be_paid() {
    let (stall, stripe) = open(1).await;
    let buyer = stall.buyer();
    stripe.script((0..3).map(|_| server_error()));
    let checkout = stall.click(&buyer, "k", 1).await.expect(201);
    // A stored failure answers each repetition, and the list knows nothing.
    stripe.script([server_error().and_do_not_retry()]);
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "releasing");
    assert_eq!(stall.counts().await, (0, 1, 0));
    stripe.script([server_error().and_do_not_retry()]);
    stall.pass(TimeDelta::minutes(47));
    let order = stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(order.release_reason, Some(ReleaseReason::Cancelled));
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn a_session_that_cannot_be_closed_yet_keeps_its_pieces() {
    let (stall, stripe) = open(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stripe.script([server_error()]);
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "releasing");
    assert_eq!(stall.counts().await, (0, 1, 0));
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(409, "sold_out");
    stall.pass(TimeDelta::seconds(31));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn a_revoked_key_keeps_reservations() {
    let (stall, stripe) = open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.forget_answer(&checkout).await;
    let revoked = || refusal(401, "invalid_request_error", "api_key_expired");
    stripe.calls();
    stripe.script([revoked(), revoked()]);
    stall.pass(TimeDelta::seconds(31));
    // Refused, and not even a list can be had: nothing is certain, so nothing is freed.
    let lease = stall.server.clock.now() + TimeDelta::seconds(30);
    let is_put_off = |at: chrono::DateTime<chrono::Utc>| at > stall.server.clock.now() && at != lease;
    let order = stall.settles("the worker to give up for now", &checkout, |order| {
        stripe.calls_so_far() >= 2 && order.next_action_at.is_some_and(is_put_off)
    });
    assert_eq!(order.await.status, OrderStatus::Reserved);
    assert_eq!(stall.counts().await, (0, 1, 0));
}

#[tokio::test]
async fn reservations_of_the_sandbox_end_when_stripe_takes_over() {
    let (stall, stripe) = open(2).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let kept = stall.reserve(&stall.buyer(), 1).await;
    stall.sql("update orders set provider = 'sandbox' where number = 'TEST-1001'").await;
    stripe.calls();
    stall.pass(TimeDelta::seconds(61));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(stall.order(&kept).await.status, OrderStatus::Open);
    assert_eq!(stall.counts().await, (1, 1, 0));
    assert!(stripe.calls().iter().all(|call| call.path == "/v1/checkout/sessions/cs_test_2"));
}
