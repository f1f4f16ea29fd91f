//! Money that goes back: by a member, by itself, by the dashboard, and disputes about it.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::ids::OrderId;
use vetrina::domain::order::{OrderStatus, ReviewReason};
use vetrina::domain::refund::Dispute;
use vetrina::payments::CreateSession;

use crate::support::http::Client;
use crate::support::stall::Stall;
use crate::support::stand_in::{StandIn, refusal};
use crate::support::within;

async fn paid(stall: &Stall, units: i64) -> Value {
    let checkout = stall.reserve(&stall.buyer(), units).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
}

fn path(checkout: &Value) -> String {
    format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap())
}

/// Waits until a refund of the order, counted from 0, has come to a status.
async fn refund_is(member: &Client, checkout: &Value, n: usize, status: &str) -> Value {
    within(&format!("refund {n} to be {status}"), async {
        loop {
            let order = member.get(&path(checkout)).await.expect(200);
            if order["refunds"][n]["status"] == status {
                return order;
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_member_gives_back_parts_and_pieces_until_nothing_is_left() {
    let stall = Stall::open(5).await;
    let checkout = paid(&stall, 3).await;
    let member = stall.server.member_client(&stall.seed);
    let refunds = format!("{}/refunds", path(&checkout));
    let part = json!({ "amount": 4990, "restock": [{ "line": 0, "units": 1 }], "note": "rotto" });
    let order = member.post(&refunds, part).await.expect(202);
    assert_eq!(
        (&order["refunds"][0]["status"], &order["refunds"][0]["note"]),
        (&json!("due"), &json!("rotto"))
    );
    assert_eq!(order["refundable"]["amount"], 9980);
    assert_eq!(stall.counts().await, (3, 0, 2));
    let order = refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!((&order["refunded"]["amount"], &order["status"]), (&json!(4990), &json!("paid")));
    let sales = member.get(&format!("/api/v1/shows/{}/sales", stall.show)).await.expect(200);
    assert_eq!((&sales["sales"]["units"], &sales["sales"]["total"]["amount"]), (&json!(2), &json!(9980)));

    for (body, pointer) in [
        (json!({ "amount": 9981 }), "/amount"),
        (json!({ "amount": 0 }), "/amount"),
        (json!({ "amount": -1 }), "/amount"),
        (json!({ "restock": [{ "line": 0, "units": 3 }] }), "/restock/0"),
        (json!({ "restock": [{ "line": 1, "units": 1 }] }), "/restock/0"),
        (json!({ "restock": [{ "line": 0, "units": 0 }] }), "/restock/0/units"),
        (json!({ "restock": [{ "line": 0, "units": 1 }, { "line": 0, "units": 1 }] }), "/restock/1/line"),
        (json!({ "note": "n".repeat(501) }), "/note"),
    ] {
        let answer = member.post(&refunds, body).await;
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
        answer.expect_problem(422, "invalid");
    }
    assert_eq!(stall.counts().await, (3, 0, 2));

    member.post(&refunds, json!({})).await.expect(202);
    let order = refund_is(&member, &checkout, 1, "succeeded").await;
    assert_eq!((&order["refunded"]["amount"], &order["refundable"]["amount"]), (&json!(14970), &json!(0)));
    member.post(&refunds, json!({})).await.expect_problem(409, "not_refundable");
    let shipment = format!("{}/shipment", path(&checkout));
    member.put(&shipment, json!({})).await.expect_problem(409, "order_not_paid");
    assert_eq!(stall.counts().await, (3, 0, 2));
}

#[tokio::test]
async fn buyers_see_on_their_page_what_went_back() {
    let stall = Stall::open(5).await;
    let checkout = paid(&stall, 2).await;
    let member = stall.server.member_client(&stall.seed);
    let url = checkout["order_url"].as_str().unwrap().to_owned();
    let token = url.rsplit('/').next().unwrap();
    let refunds = format!("{}/refunds", path(&checkout));
    let seen = async || {
        let api = stall.server.client().get(&format!("/api/v1/buyer-orders/{token}")).await.expect(200);
        let page = stall.server.client().get(&format!("/order/{token}?plain&lang=en")).await;
        let page = String::from_utf8_lossy(&page.bytes).into_owned();
        (api["refunded"]["amount"].clone(), page.contains("Given back"), page.contains("Refunded."))
    };
    assert_eq!(seen().await, (json!(0), false, false));
    member.post(&refunds, json!({ "amount": 4990 })).await.expect(202);
    refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!(seen().await, (json!(4990), true, false));
    member.post(&refunds, json!({})).await.expect(202);
    refund_is(&member, &checkout, 1, "succeeded").await;
    assert_eq!(seen().await, (json!(9980), true, true));
}

#[tokio::test]
async fn two_clicks_on_refund_give_money_back_once() {
    let stall = Stall::open(1).await;
    let checkout = paid(&stall, 1).await;
    let member = stall.server.member_client(&stall.seed).with_header("idempotency-key", "dialog-1");
    let refunds = format!("{}/refunds", path(&checkout));
    let body = json!({ "amount": 2000 });
    let (first, second) = tokio::join!(member.post(&refunds, body.clone()), member.post(&refunds, body));
    for answer in [first, second] {
        assert!(matches!(answer.status.as_u16(), 202 | 409), "{}", answer.body);
    }
    let order = refund_is(&stall.server.member_client(&stall.seed), &checkout, 0, "succeeded").await;
    assert_eq!(order["refunds"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_not_paid_is_not_given_back() {
    let stall = Stall::open(2).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let member = stall.server.member_client(&stall.seed);
    member
        .post(&format!("{}/refunds", path(&checkout)), json!({}))
        .await
        .expect_problem(409, "not_refundable");
    let ended = member.delete(&format!("{}/reservation", path(&checkout))).await.expect(202);
    assert_eq!(ended["status"], "expired");
    assert_eq!(stall.counts().await, (2, 0, 0));
    let bought = paid(&stall, 1).await;
    member.delete(&format!("{}/reservation", path(&bought))).await.expect_problem(409, "conflict");
}

#[tokio::test]
async fn a_second_payment_of_one_order_goes_back() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let request = stall.order(&checkout).await.session_request;
    let request: CreateSession = serde_json::from_value(request).unwrap();
    let second = stall.server.app.provider().create_session(&request, "another key").await.unwrap();
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let again = json!({ "id": checkout["id"], "pay_url": second.url });
    stall.pay(&again).await;
    let member = stall.server.member_client(&stall.seed);
    let order = refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!(order["refunds"][0]["cause"], "second_session");
    // The order's own payment is untouched.
    assert_eq!((&order["status"], &order["refunded"]["amount"]), (&json!("paid"), &json!(0)));
    assert_eq!((&order["review"], &order["refundable"]["amount"]), (&json!(null), &json!(4990)));
    assert_eq!(stall.counts().await, (0, 0, 1));
}

/// An event about something of the order's payment.
async fn payment_event(stall: &Stall, id: &str, kind: &str, checkout: &Value, object: Value) -> Vec<u8> {
    let mut object = object;
    object["payment_intent"] = json!(stall.order(checkout).await.payment_intent_id);
    let event = json!({ "id": id, "type": kind, "livemode": false, "data": { "object": object } });
    event.to_string().into_bytes()
}

#[tokio::test]
async fn a_refund_made_in_the_dashboard_is_shown_and_moves_no_stock() {
    let stall = Stall::open(1).await;
    let checkout = paid(&stall, 1).await;
    let refund =
        |status: &str| json!({ "id": "re_dash", "status": status, "amount": 990, "currency": "eur" });
    let member = stall.server.member_client(&stall.seed);
    for (id, kind, status) in [
        ("evt_r1", "refund.created", "pending"),
        ("evt_r1", "refund.created", "pending"),
        ("evt_r2", "refund.updated", "succeeded"),
        ("evt_r3", "refund.created", "pending"),
    ] {
        let body = payment_event(&stall, id, kind, &checkout, refund(status)).await;
        stall.tell(&body).await.expect(200);
    }
    let order = refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!(order["refunds"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&order["refunds"][0]["cause"], &order["refunded"]["amount"]),
        (&json!("outside"), &json!(990))
    );
    assert_eq!(order["refundable"]["amount"], 4000);
    assert_eq!(stall.counts().await, (0, 0, 1));
    let body = payment_event(&stall, "evt_r4", "refund.failed", &checkout, refund("failed")).await;
    stall.tell(&body).await.expect(200);
    let order = refund_is(&member, &checkout, 0, "failed").await;
    assert_eq!((&order["refunded"]["amount"], &order["refundable"]["amount"]), (&json!(0), &json!(4990)));
}

#[tokio::test]
async fn a_dispute_is_flagged_and_stops_refunds_until_it_is_won() {
    let stall = Stall::open(1).await;
    let checkout = paid(&stall, 1).await;
    let member = stall.server.member_client(&stall.seed);
    let refunds = format!("{}/refunds", path(&checkout));
    let tell = async |id: &str, kind: &str, status: &str| {
        let object = json!({ "id": "du_1", "status": status });
        let body = payment_event(&stall, id, kind, &checkout, object).await;
        stall.tell(&body).await.expect(200);
    };
    tell("evt_d1", "charge.dispute.created", "needs_response").await;
    assert_eq!(stall.order(&checkout).await.dispute, Some(Dispute::Open));
    member.post(&refunds, json!({})).await.expect_problem(409, "disputed");
    let shipment = format!("{}/shipment", path(&checkout));
    member.put(&shipment, json!({})).await.expect_problem(409, "disputed");
    tell("evt_d2", "charge.dispute.closed", "won").await;
    tell("evt_d3", "charge.dispute.funds_withdrawn", "under_review").await;
    assert_eq!(stall.order(&checkout).await.dispute, Some(Dispute::Won));
    assert!(stall.event_names(Audience::Members).await.contains(&"order.changed".to_owned()));
    assert_eq!(stall.counts().await, (0, 0, 1));
    member.post(&refunds, json!({})).await.expect(202);
}

#[tokio::test]
async fn news_of_a_refund_may_overtake_those_of_the_payment() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let payment = stall.pay_unheard(&checkout).await;
    let object = json!({
        "id": "re_early", "status": "succeeded", "amount": 4990, "currency": "eur", "payment_intent": payment,
    });
    let event = json!({ "id": "evt_1", "type": "refund.created", "data": { "object": object } });
    stall.tell(event.to_string().as_bytes()).await.expect(200);
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.amount_refunded.minor()), (OrderStatus::Paid, 4990));
}

/// A paid order at a provider that answers as told.
async fn paid_at_stand_in() -> (Stall, StandIn, Value) {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 1).await;
    stripe.compared().await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", "checkout.session.completed", &checkout, json!({})).await;
    stall.tell(&body).await.expect(200);
    stripe.calls();
    (stall, stripe, checkout)
}

/// Waits until the worker has put the order's refund off until another time.
async fn is_put_off(stall: &Stall, checkout: &Value) {
    let id: OrderId = serde_json::from_value(checkout["id"].clone()).unwrap();
    let now = stall.server.clock.now();
    within("the worker to give up for now", async {
        loop {
            let mut tx = stall.server.database.read().await.unwrap();
            let refund = tx.list_refunds(id).await.unwrap().remove(0);
            let lease = now + chrono::TimeDelta::seconds(30);
            if refund.next_action_at.is_some_and(|at| at > now && at != lease) {
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_refund_is_asked_for_under_one_key_until_there_is_an_answer() {
    let (stall, stripe, checkout) = paid_at_stand_in().await;
    let member = stall.server.member_client(&stall.seed);
    stripe.script((0..3).map(|_| refusal(500, "api_error", "")));
    member.post(&format!("{}/refunds", path(&checkout)), json!({ "amount": 500 })).await.expect(202);
    is_put_off(&stall, &checkout).await;
    let pending = json!({ "id": "re_1", "object": "refund", "status": "pending", "amount": 500,
        "currency": "eur", "created": 1, "payment_intent": null, "metadata": {} });
    stripe.script([crate::support::stand_in::answer(pending)]);
    let member = stall.server.member_client(&stall.seed);
    stall.pass(chrono::TimeDelta::seconds(61));
    refund_is(&member, &checkout, 0, "pending").await;
    let calls: Vec<_> = stripe.calls().into_iter().filter(|call| call.path == "/v1/refunds").collect();
    assert_eq!(calls.len(), 4);
    let id = checkout["id"].as_str().unwrap();
    assert!(
        calls
            .iter()
            .all(|call| call.key.as_deref() == Some(&format!("re:{id}:1")) && call.form == calls[0].form)
    );
    let amount = ("amount".to_owned(), "500".to_owned());
    assert!(calls[0].form.contains(&amount), "{:?}", calls[0].form);
    // The bank refuses days later: then nothing was given back.
    let body = json!({ "id": "evt_2", "type": "refund.failed", "data": { "object": {
        "id": "re_1", "status": "failed", "failure_reason": "lost_or_stolen_card" } } });
    stall.tell(body.to_string().as_bytes()).await.expect(200);
    let order = refund_is(&member, &checkout, 0, "failed").await;
    assert_eq!(order["refunds"][0]["failure"], "lost_or_stolen_card");
    assert_eq!((&order["refunded"]["amount"], &order["refundable"]["amount"]), (&json!(0), &json!(4990)));
}

/// A refund as the provider names it.
fn named(id: &str, refund: &Value, status: &str) -> Value {
    json!({ "id": id, "object": "refund", "status": status, "amount": 500, "currency": "eur", "created": 1,
        "payment_intent": "pi_1", "metadata": { "refund": refund } })
}

fn list_of(refunds: &[Value]) -> crate::support::stand_in::Scripted {
    let page = json!({ "object": "list", "url": "/v1/refunds", "has_more": false, "data": refunds });
    crate::support::stand_in::answer(page)
}

const REFUNDS: &str = "/v1/refunds";

#[tokio::test]
async fn a_refund_behind_a_stored_failure_is_found_and_not_made_twice() {
    let (stall, stripe, checkout) = paid_at_stand_in().await;
    let member = stall.server.member_client(&stall.seed);
    let failed = || refusal(500, "api_error", "").and_do_not_retry();
    stripe.script_at(REFUNDS, [failed()]);
    member.post(&format!("{}/refunds", path(&checkout)), json!({ "amount": 500 })).await.expect(202);
    is_put_off(&stall, &checkout).await;
    let order = refund_is(&member, &checkout, 0, "due").await;
    let id = &order["refunds"][0]["id"];
    // The provider keeps the failure for the key, and cannot list at first.
    stripe.script_at(REFUNDS, [failed().replayed(), failed()]);
    stall.pass(chrono::TimeDelta::seconds(40));
    is_put_off(&stall, &checkout).await;
    stripe.script_at(REFUNDS, [failed().replayed(), list_of(&[named("re_7", id, "succeeded")])]);
    stall.pass(chrono::TimeDelta::seconds(61));
    let order = refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!(order["refunded"]["amount"], 500);
    let calls: Vec<_> = stripe.calls().into_iter().filter(|call| call.path == REFUNDS).collect();
    let keys: Vec<_> = calls.iter().filter_map(|call| call.key.as_deref()).collect();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    let payment = stall.order(&checkout).await.payment_intent_id.expect("it was paid");
    let asked = [("limit".to_owned(), "100".to_owned()), ("payment_intent".to_owned(), payment)];
    assert_eq!(calls.last().expect("the list").form, asked);
}

#[tokio::test]
async fn a_refused_refund_that_was_granted_before_is_found() {
    let (stall, stripe, checkout) = paid_at_stand_in().await;
    let member = stall.server.member_client(&stall.seed);
    stripe.script_at(REFUNDS, [refusal(500, "api_error", "").and_do_not_retry()]);
    member.post(&format!("{}/refunds", path(&checkout)), json!({ "amount": 500 })).await.expect(202);
    is_put_off(&stall, &checkout).await;
    let order = refund_is(&member, &checkout, 0, "due").await;
    let granted = named("re_7", &order["refunds"][0]["id"], "succeeded");
    let refused = refusal(400, "invalid_request_error", "charge_already_refunded");
    stripe.script_at(REFUNDS, [refused, list_of(&[granted])]);
    stall.pass(chrono::TimeDelta::seconds(61));
    let order = refund_is(&member, &checkout, 0, "succeeded").await;
    assert_eq!((&order["refunded"]["amount"], &order["refunds"][0]["failure"]), (&json!(500), &json!(null)));
}

#[tokio::test]
async fn a_refund_waits_while_the_key_is_refused() {
    let (stall, stripe, checkout) = paid_at_stand_in().await;
    let member = stall.server.member_client(&stall.seed);
    let refused = || refusal(401, "invalid_request_error", "api_key_expired");
    stripe.script_at(REFUNDS, [refused()]);
    member.post(&format!("{}/refunds", path(&checkout)), json!({ "amount": 500 })).await.expect(202);
    is_put_off(&stall, &checkout).await;
    let order = refund_is(&member, &checkout, 0, "due").await;
    let taken_on = named("re_7", &order["refunds"][0]["id"], "pending");
    stripe.script_at(REFUNDS, [crate::support::stand_in::answer(taken_on)]);
    stall.pass(chrono::TimeDelta::seconds(61));
    refund_is(&member, &checkout, 0, "pending").await;
    // Nor does it end when the key is refused while the bank works on it.
    stripe.script_at("/v1/refunds/re_7", [refused()]);
    stall.pass(chrono::TimeDelta::hours(7));
    is_put_off(&stall, &checkout).await;
    refund_is(&member, &checkout, 0, "pending").await;
}

#[tokio::test]
async fn a_refused_refund_says_why_and_an_automatic_one_calls_for_a_person() {
    let (stall, stripe, checkout) = paid_at_stand_in().await;
    let member = stall.server.member_client(&stall.seed);
    stripe.script([refusal(400, "invalid_request_error", "charge_disputed")]);
    member.post(&format!("{}/refunds", path(&checkout)), json!({})).await.expect(202);
    let order = refund_is(&member, &checkout, 0, "failed").await;
    assert_eq!(
        (&order["refunds"][0]["failure"], &order["review"]),
        (&json!("charge_disputed"), &json!(null))
    );
    stripe.script([refusal(400, "invalid_request_error", "charge_disputed")]);
    let twice = json!({ "id": "cs_other", "payment_intent": "pi_other" });
    let body = stall.session_event("evt_3", "checkout.session.completed", &checkout, twice).await;
    stall.tell(&body).await.expect(200);
    refund_is(&member, &checkout, 1, "failed").await;
    assert_eq!(stall.order(&checkout).await.review, Some(ReviewReason::RefundFailed));
}
