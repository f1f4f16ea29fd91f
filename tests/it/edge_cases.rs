//! Edge cases of buying that no other file tells of; docs/payments.md lists them all.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::domain::order::{OrderStatus, ReviewReason};
use vetrina::domain::show::ShowStatus;

use crate::support::stall::Stall;
use crate::support::stand_in::{Scripted, StandIn, answer, refusal};
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";

async fn at_stand_in(stock: i64) -> (Stall, StandIn) {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, stock).await;
    stripe.compared().await;
    (stall, stripe)
}

/// How often an order came to a status.
async fn arrivals(stall: &Stall, checkout: &Value, status: OrderStatus) -> usize {
    let id = stall.order(checkout).await.id;
    let mut tx = stall.server.database.read().await.unwrap();
    tx.list_order_transitions(id).await.unwrap().iter().filter(|step| step.to == status).count()
}

#[tokio::test]
async fn throttled_creations_lose_no_reservation() {
    let (stall, stripe) = at_stand_in(6).await;
    let throttled: Scripted = refusal(429, "rate_limit_error", "rate_limit").and_do_not_retry();
    stripe.script((0..6).map(|_| throttled.clone()));
    let buyers: Vec<_> = (0..6).map(|_| stall.buyer()).collect();
    let clicks = buyers.iter().map(|buyer| stall.click(buyer, "k", 1));
    let mut checkouts = Vec::new();
    for answer in futures_util::future::join_all(clicks).await {
        let checkout = answer.expect(201);
        assert_eq!(checkout["status"], "reserved");
        assert!(checkout["queue_place"].as_i64().is_some(), "{checkout}");
        checkouts.push(checkout);
    }
    assert_eq!(stall.counts().await, (0, 6, 0));
    stall.pass(TimeDelta::seconds(31));
    for checkout in &checkouts {
        stall.reaches(checkout, OrderStatus::Open).await;
    }
    assert_eq!(stall.counts().await, (0, 6, 0));
}

#[tokio::test]
async fn a_key_that_was_misused_is_no_reason_for_another_key() {
    let (stall, stripe) = at_stand_in(1).await;
    let misused = || refusal(400, "idempotency_error", "");
    stripe.script([misused()]);
    let checkout = stall.click(&stall.buyer(), "k", 1).await.expect(201);
    assert_eq!(checkout["status"], "reserved");
    stripe.script([misused()]);
    stall.pass(TimeDelta::seconds(31));
    within("the worker to ask again", async {
        while stripe.calls_so_far() < 3 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.attempt), (OrderStatus::Reserved, 1));
    let keys: Vec<_> = stripe.calls().into_iter().filter_map(|call| call.key).collect();
    assert!(keys.iter().all(|key| *key == order.session_key()), "{keys:?}");
    assert_eq!(stall.counts().await, (0, 1, 0));
}

#[tokio::test]
async fn members_see_why_the_provider_refused_a_session() {
    let (stall, stripe) = at_stand_in(1).await;
    stripe.script([refusal(400, "invalid_request_error", "amount_too_small")]);
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    let order = &stall.server.app.recent_orders(stall.seed.shop, stall.show).await.unwrap()[0];
    let member = stall.server.member_client(&stall.seed);
    let order = member.get(&format!("/api/v1/orders/{}", order.id)).await.expect(200);
    assert_eq!(order["status"], "create_failed");
    assert!(order["failure"].as_str().unwrap().contains("amount_too_small"), "{order}");
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn webhook_and_returning_buyer_at_the_same_moment_make_one_step() {
    let stall = Stall::open(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    stall.pay_unheard(&checkout).await;
    let payment = stall.order(&checkout).await.session_id.map(|id| format!("pi_local_{id}"));
    let change = json!({ "payment_intent": payment });
    let body = stall.session_event("evt_1", COMPLETED, &checkout, change).await;
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    let (told, back) = tokio::join!(stall.tell(&body), buyer.client.get(&path));
    told.expect(200);
    assert!(matches!(back.expect(200)["status"].as_str(), Some("open" | "paid")));
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(arrivals(&stall, &checkout, OrderStatus::Paid).await, 1);
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn a_lost_answer_to_expire_frees_the_pieces_once() {
    let (stall, stripe) = at_stand_in(1).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    let mut session = stripe.session();
    session["status"] = "expired".into();
    // The first one was done, though its answer got lost; the second is refused for that reason.
    stripe.script([
        refusal(500, "api_error", "").and_do_not_retry(),
        refusal(400, "invalid_request_error", ""),
        answer(session),
    ]);
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "releasing");
    assert_eq!(stall.counts().await, (0, 1, 0));
    stall.pass(TimeDelta::seconds(31));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(arrivals(&stall, &checkout, OrderStatus::Expired).await, 1);
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn nothing_to_pay_is_paid() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let free = json!({
        "payment_status": "no_payment_required", "amount_total": 0, "payment_intent": null,
        "api_version": "2099-01-01.nobody", "unheard_of": { "of": [1, 2] },
    });
    let body = stall.session_event("evt_1", COMPLETED, &checkout, free).await;
    stall.tell(&body).await.expect(200);
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.review), (OrderStatus::Paid, None));
    assert_eq!((order.total().amount.minor(), order.payment_intent_id), (0, None));
    let member = stall.server.member_client(&stall.seed);
    let refunds = format!("/api/v1/orders/{}/refunds", order.id);
    member.post(&refunds, json!({})).await.expect_problem(409, "not_refundable");
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn the_end_of_a_show_keeps_what_is_paid_and_lets_the_rest_lapse() {
    let stall = Stall::open_still(2).await;
    let (paid, open) = (stall.reserve(&stall.buyer(), 1).await, stall.reserve(&stall.buyer(), 1).await);
    stall.pay(&paid).await;
    stall.reaches(&paid, OrderStatus::Paid).await;
    let (app, owner) = (&stall.server.app, &stall.seed.owner);
    app.set_show_status(owner, stall.show, ShowStatus::Ended).await.unwrap();
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(409, "not_selling");
    assert_eq!(stall.order(&open).await.status, OrderStatus::Open);
    stall.pass(TimeDelta::minutes(11));
    stall.reaches(&open, OrderStatus::Expired).await;
    assert_eq!(stall.order(&paid).await.status, OrderStatus::Paid);
    assert_eq!(stall.counts().await, (1, 0, 1));
}

#[tokio::test]
async fn two_lines_of_one_variant_are_counted_together() {
    let stall = Stall::open(1).await;
    let lines = json!([
        { "variant_id": stall.variant(), "units": 1 },
        { "variant_id": stall.variant(), "units": 1 },
    ]);
    stall.click_lines(&stall.buyer(), "k", lines).await.expect_problem(409, "sold_out");
    assert_eq!(stall.counts().await, (1, 0, 0));
}

#[tokio::test]
async fn who_comes_back_after_the_time_was_up_makes_a_new_reservation() {
    let stall = Stall::open_still(1).await;
    let buyer = stall.buyer();
    let first = stall.reserve(&buyer, 1).await;
    stall.pass(TimeDelta::minutes(11));
    stall.reaches(&first, OrderStatus::Expired).await;
    let second = stall.click(&buyer, "second", 1).await.expect(201);
    assert_ne!(first["id"], second["id"]);
    // The old key still names the old one.
    assert_eq!(stall.click(&buyer, "first", 1).await.expect(201)["id"], first["id"]);
    assert_eq!(stall.counts().await, (0, 1, 0));
}

/// `VETRINA_REPLAYS` sets how many events are told once more.
#[tokio::test]
async fn events_told_again_backwards_change_nothing() {
    let replays: usize = std::env::var("VETRINA_REPLAYS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    let stall = Stall::open(4).await;
    let mut events = Vec::new();
    for n in 0..4 {
        let checkout = stall.reserve(&stall.buyer(), 1).await;
        let expired = json!({ "status": "expired", "payment_status": "unpaid" });
        let pending = json!({ "payment_status": "unpaid" });
        let told: &[(&str, Value)] = match n {
            0 => &[(COMPLETED, json!({}))],
            1 => &[("checkout.session.expired", expired)],
            2 => &[(COMPLETED, pending), ("checkout.session.async_payment_succeeded", json!({}))],
            _ => &[(COMPLETED, pending.clone()), ("checkout.session.async_payment_failed", pending)],
        };
        for (kind, change) in told {
            let body = stall.session_event("evt", kind, &checkout, change.clone()).await;
            stall.tell(&named(&body, events.len())).await.expect(200);
            events.push(body);
        }
    }
    assert_eq!(stall.counts().await, (2, 0, 2));
    let before = stall.event_names(vetrina::domain::event::Audience::Members).await;
    for n in 0..replays {
        // Backwards, again and again.
        let body = &events[events.len() - 1 - n % events.len()];
        stall.tell(&named(body, 1_000 + n)).await.expect(200);
    }
    assert_eq!(stall.counts().await, (2, 0, 2));
    assert_eq!(stall.event_names(vetrina::domain::event::Audience::Members).await, before);
}

/// The event under an id of its own, so that it is not taken for a repetition.
fn named(body: &[u8], n: usize) -> Vec<u8> {
    let mut event: Value = serde_json::from_slice(body).unwrap();
    event["id"] = json!(format!("evt_{n}"));
    event.to_string().into_bytes()
}

#[tokio::test]
async fn a_reviewed_order_is_not_sent() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({ "amount_subtotal": 1 })).await;
    stall.tell(&body).await.expect(200);
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.review), (OrderStatus::Paid, Some(ReviewReason::AmountMismatch)));
    let member = stall.server.member_client(&stall.seed);
    let shipment = format!("/api/v1/orders/{}/shipment", order.id);
    member.put(&shipment, json!({})).await.expect_problem(409, "order_in_review");
}
