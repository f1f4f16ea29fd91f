//! Money that went, money that comes back: payments, refunds and disputes of the sandbox.

use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::sandbox::{caller, create, id_of, page_of, paid, post, read, refused};
use crate::support::stall::Stall;

const INVALID: &str = "invalid_request_error";

fn payment_of(session: &Value) -> &str {
    session["payment_intent"].as_str().expect("it was paid")
}

async fn refund(stall: &Stall, session: &Value, more: &str) -> Answer {
    post(&caller(stall), "/refunds", &format!("payment_intent={}{more}", payment_of(session))).await
}

/// Names of the events about a payment, the oldest first.
async fn told(stall: &Stall, session: &Value) -> Vec<String> {
    let page = read(stall, "/events?limit=100").await;
    let is_about = |event: &&Value| {
        let object = &event["data"]["object"];
        object["payment_intent"] == session["payment_intent"] && object["object"] != "checkout.session"
    };
    let events = page["data"].as_array().unwrap().iter().filter(is_about);
    events.map(|event| event["type"].as_str().unwrap().to_owned()).rev().collect()
}

#[tokio::test]
async fn a_payment_is_read_by_its_name() {
    let stall = Stall::open(1).await;
    let session = paid(&stall).await;
    let payment = read(&stall, &format!("/payment_intents/{}", payment_of(&session))).await;
    assert_eq!((&payment["status"], &payment["amount_received"]), (&json!("succeeded"), &json!(9_980)));
    assert!(payment["latest_charge"].as_str().unwrap().starts_with("ch_local_"));
    let list = read(&stall, &format!("/checkout/sessions?payment_intent={}", payment_of(&session))).await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!(id_of(&list["data"][0]), id_of(&session));
    for path in [
        "/payment_intents/pi_none",
        "/refunds/re_none",
        "/refunds?payment_intent=pi_none",
        "/events/evt_none",
    ] {
        let answer = caller(&stall).get(&format!("/sandbox/v1{path}")).await;
        refused(answer, 404, INVALID, Some("resource_missing"));
    }
}

#[tokio::test]
async fn refunds_are_bounded_by_what_was_paid() {
    let stall = Stall::open(1).await;
    let session = paid(&stall).await;
    let zero = refund(&stall, &session, "&amount=0").await;
    refused(zero, 400, INVALID, None);
    refused(refund(&stall, &session, "&reason=bored").await, 400, INVALID, None);
    let part = refund(&stall, &session, "&amount=4000&reason=requested_by_customer").await.expect(200);
    assert_eq!(
        (&part["status"], &part["charge"]),
        (&json!("succeeded"), &json!(payment_of(&session).replace("pi_", "ch_")))
    );
    refused(refund(&stall, &session, "&amount=5981").await, 400, INVALID, Some("amount_too_large"));
    assert_eq!(refund(&stall, &session, "").await.expect(200)["amount"], 5_980);
    refused(refund(&stall, &session, "").await, 400, INVALID, Some("charge_already_refunded"));
    refused(refund(&stall, &session, "&amount=1").await, 400, INVALID, Some("charge_already_refunded"));
    let list = read(&stall, &format!("/refunds?payment_intent={}", payment_of(&session))).await;
    let mut amounts: Vec<_> =
        list["data"].as_array().unwrap().iter().map(|one| one["amount"].as_i64()).collect();
    amounts.sort_unstable();
    assert_eq!(amounts, [Some(4_000), Some(5_980)]);
    assert_eq!(told(&stall, &session).await, ["refund.created", "refund.created"]);
}

#[tokio::test]
async fn a_pending_refund_ends_well_or_badly() {
    let stall = Stall::open(1).await;
    let session = paid(&stall).await;
    let page = page_of(&stall, &session).await;
    let first = refund(&stall, &session, "&amount=1000&metadata[sandbox]=pending").await.expect(200);
    page.submit("refunds_wait", "").await;
    let second = refund(&stall, &session, "&amount=8980").await.expect(200);
    page.submit("refunds_at_once", "").await;
    for pending in [&first, &second] {
        assert_eq!(pending["status"], "pending");
        assert!(page.reload().await.html.contains(&format!("refund_fail:{}", id_of(pending))));
    }
    page.submit(&format!("refund_arrive:{}", id_of(&first)), "").await;
    page.submit(&format!("refund_fail:{}", id_of(&second)), "").await;
    // What has ended stays so.
    page.submit(&format!("refund_fail:{}", id_of(&first)), "").await;
    page.submit("refund_fail:re_none", "").await;
    assert_eq!(read(&stall, &format!("/refunds/{}", id_of(&first))).await["status"], "succeeded");
    let failed = read(&stall, &format!("/refunds/{}", id_of(&second))).await;
    assert_eq!((&failed["status"], failed["failure_reason"].is_string()), (&json!("failed"), true));
    let expected = ["refund.created", "refund.created", "refund.updated", "refund.failed", "refund.updated"];
    assert_eq!(told(&stall, &session).await, expected);
    // The money that did not arrive can be sent again.
    assert_eq!(refund(&stall, &session, "").await.expect(200)["amount"], 8_980);
}

#[tokio::test]
async fn what_is_not_paid_cannot_be_refunded() {
    let stall = Stall::open(1).await;
    let session = create(&stall).await;
    page_of(&stall, &session).await.submit("debit", "").await;
    let pending = read(&stall, &format!("/checkout/sessions/{}", id_of(&session))).await;
    assert_eq!((&pending["status"], &pending["payment_status"]), (&json!("complete"), &json!("unpaid")));
    let payment = read(&stall, &format!("/payment_intents/{}", payment_of(&pending))).await;
    assert_eq!((&payment["status"], &payment["amount_received"]), (&json!("processing"), &json!(0)));
    refused(refund(&stall, &pending, "").await, 400, INVALID, None);
    page_of(&stall, &session).await.submit("debit_fail", "").await;
    let payment = read(&stall, &format!("/payment_intents/{}", payment_of(&pending))).await;
    assert_eq!(payment["status"], "requires_payment_method");
}

#[tokio::test]
async fn a_disputed_payment_is_not_refunded_until_it_is_won() {
    let stall = Stall::open(1).await;
    for (button, status, refusal, events) in [
        ("dispute_win", "won", None, &["created", "funds_withdrawn", "funds_reinstated", "closed"][..]),
        ("dispute_lose", "lost", Some("charge_disputed"), &["created", "funds_withdrawn", "closed"][..]),
    ] {
        let session = paid(&stall).await;
        let page = page_of(&stall, &session).await;
        page.submit(button, "").await;
        page.submit("dispute", "").await;
        page.submit("dispute", "").await;
        refused(refund(&stall, &session, "").await, 400, INVALID, Some("charge_disputed"));
        page.submit(button, "").await;
        page.submit("dispute_lose", "").await;
        let expected: Vec<_> = events.iter().map(|event| format!("charge.dispute.{event}")).collect();
        assert_eq!(told(&stall, &session).await, expected);
        let closed = read(&stall, "/events?types[]=charge.dispute.closed&limit=1").await;
        let dispute = &closed["data"][0]["data"]["object"];
        assert_eq!(
            (&dispute["status"], &dispute["payment_intent"]),
            (&json!(status), &session["payment_intent"])
        );
        assert_eq!(dispute["amount"], 9_980);
        let answer = refund(&stall, &session, "").await;
        match refusal {
            None => assert_eq!(answer.expect(200)["status"], "succeeded"),
            Some(code) => refused(answer, 400, INVALID, Some(code)),
        }
    }
}
