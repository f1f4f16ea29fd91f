//! What the payment provider tells, forged, repeated, out of order and unreadable.

use serde_json::{Value, json};
use vetrina::config::Secret;
use vetrina::domain::event::Audience;
use vetrina::domain::order::{OrderStatus, ReleaseReason, ReviewReason};
use vetrina::payments::{SessionStatus, webhook};
use vetrina::storage::{Database, EventKey};

use crate::support::stall::Stall;
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";

/// Whether an event was kept, and what came of it.
async fn outcome(stall: &Stall, id: &str) -> Option<String> {
    let sql = "select outcome from provider_events where event_id = $1";
    let row: Option<(Option<String>,)> = match &stall.server.database {
        Database::Sqlite { readers, .. } => sqlx::query_as(sql).bind(id).fetch_optional(readers).await,
        Database::Postgres { pool, .. } => sqlx::query_as(sql).bind(id).fetch_optional(&pool.current()).await,
    }
    .expect("the query runs");
    row.map(|(outcome,)| outcome.unwrap_or_default())
}

#[tokio::test]
async fn forged_webhooks_are_refused_and_not_kept() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_forged", COMPLETED, &checkout, json!({})).await;
    let now = stall.server.clock.now();
    let ours = stall.server.app.provider().webhook_secrets()[0].clone();
    let at = |secs: i64| webhook::sign(&ours, &body, now + chrono::TimeDelta::seconds(secs));
    let good = at(0);
    let hex = good.split_once("v1=").unwrap().1;
    let stamp = now.timestamp();
    let forged = [
        String::new(),
        webhook::sign(&Secret::new("whsec_other"), &body, now),
        webhook::sign(&ours, &[&body[..], b" "].concat(), now),
        at(-302),
        at(3600),
        format!("t={stamp},v0={hex}"),
        format!("t={stamp},v1=zz"),
        format!("t={stamp}{}", ",v1=00".repeat(1_000)),
        hex.to_owned(),
    ];
    for signature in forged {
        stall.tell_signed(&body, &signature).await.expect_problem(400, "malformed");
    }
    let large = vec![b' '; 300 * 1024];
    stall.tell(&large).await.expect_problem(413, "too_large");
    let client = stall.server.client();
    client.get("/api/v1/webhooks/stripe").await.expect_problem(405, "method_not_allowed");
    assert_eq!(outcome(&stall, "evt_forged").await, None);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);

    let two = format!("t={stamp},v1={},v1={hex}", "0".repeat(64));
    stall.tell_signed(&body, &two).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    assert_eq!(outcome(&stall, "evt_forged").await.as_deref(), Some("applied"));
}

#[tokio::test]
async fn an_event_that_comes_five_times_at_once_has_one_effect() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    let answers = futures_util::future::join_all((0..5).map(|_| stall.tell(&body))).await;
    for answer in answers {
        answer.expect(200);
    }
    let other = stall.session_event("evt_2", COMPLETED, &checkout, json!({})).await;
    stall.tell(&other).await.expect(200);
    assert_eq!(
        stall.event_names(Audience::Members).await,
        ["order.reserved", "order.reserved", "order.paid"]
    );
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn old_news_changes_nothing() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    stall.tell(&body).await.expect(200);
    let late = [
        ("checkout.session.expired", json!({ "status": "expired", "payment_status": "unpaid" })),
        (COMPLETED, json!({ "payment_status": "unpaid" })),
        ("checkout.session.async_payment_failed", json!({ "payment_status": "unpaid" })),
    ];
    for (number, (kind, change)) in late.into_iter().enumerate() {
        let body = stall.session_event(&format!("evt_late_{number}"), kind, &checkout, change).await;
        stall.tell(&body).await.expect(200);
        assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid, "{kind}");
    }
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn a_delayed_payment_waits_then_succeeds_or_fails() {
    for (kind, paid, status, counts) in [
        ("checkout.session.async_payment_succeeded", "paid", OrderStatus::Paid, (0, 0, 1)),
        ("checkout.session.async_payment_failed", "unpaid", OrderStatus::Failed, (1, 0, 0)),
    ] {
        let stall = Stall::open_still(1).await;
        let checkout = stall.reserve(&stall.buyer(), 1).await;
        let pending = json!({ "payment_status": "unpaid" });
        let body = stall.session_event("evt_1", COMPLETED, &checkout, pending).await;
        stall.tell(&body).await.expect(200);
        let order = stall.order(&checkout).await;
        assert_eq!((order.status, order.reserved_until), (OrderStatus::Processing, None));
        assert_eq!(stall.counts().await, (0, 1, 0));
        let body = stall.session_event("evt_2", kind, &checkout, json!({ "payment_status": paid })).await;
        stall.tell(&body).await.expect(200);
        let order = stall.order(&checkout).await;
        assert_eq!(order.status, status);
        assert_eq!(stall.counts().await, counts);
        if status == OrderStatus::Failed {
            assert_eq!(order.release_reason, Some(ReleaseReason::PaymentFailed));
        }
    }
}

#[tokio::test]
async fn a_payment_is_heard_of_before_the_answer_to_create() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let session = stall.order(&checkout).await.session_id.unwrap();
    stall.forget_answer(&checkout).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({ "id": session })).await;
    stall.tell(&body).await.expect(200);
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.session_id), (OrderStatus::Paid, Some(session)));
}

#[tokio::test]
async fn another_amount_than_ordered_is_held_for_a_person() {
    for change in [json!({ "amount_subtotal": 4989 }), json!({ "currency": "usd" })] {
        let stall = Stall::open(1).await;
        let checkout = stall.reserve(&stall.buyer(), 1).await;
        let body = stall.session_event("evt_1", COMPLETED, &checkout, change).await;
        stall.tell(&body).await.expect(200);
        let order = stall.order(&checkout).await;
        assert_eq!((order.status, order.review), (OrderStatus::Paid, Some(ReviewReason::AmountMismatch)));
    }
}

#[tokio::test]
async fn a_session_that_was_paid_becomes_the_orders_and_the_other_one_is_closed() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let own = stall.order(&checkout).await.session_id.unwrap();
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({ "id": "cs_other" })).await;
    stall.tell(&body).await.expect(200);
    let order = stall.order(&checkout).await;
    assert_eq!((order.status, order.session_id.as_deref()), (OrderStatus::Paid, Some("cs_other")));
    let provider = stall.server.app.provider();
    within("the session that nobody may pay any more to be closed", async {
        while provider.retrieve_session(&own).await.unwrap().status != SessionStatus::Expired {}
    })
    .await;
    assert_eq!(stall.counts().await, (0, 0, 1));
}

#[tokio::test]
async fn what_is_not_ours_or_not_known_is_kept_without_effect() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let event = |id: &str, change: Value| {
        let (stall, checkout, id) = (&stall, &checkout, id.to_owned());
        async move {
            let body = stall.session_event(&id, COMPLETED, checkout, json!({})).await;
            let mut event: Value = serde_json::from_slice(&body).unwrap();
            for (name, value) in change.as_object().unwrap() {
                event[name] = value.clone();
            }
            event.to_string().into_bytes()
        }
    };
    let no_order = json!({ "object": { "id": "cs_9", "status": "complete", "payment_status": "paid" } });
    let unknown = json!({ "object": { "id": "cs_9", "status": "complete", "payment_status": "paid",
        "client_reference_id": stall.show } });
    for (id, change, expected) in [
        ("evt_live", json!({ "livemode": true }), "quarantined"),
        ("evt_account", json!({ "account": "acct_1" }), "quarantined"),
        ("evt_type", json!({ "type": "invoice.paid" }), "ignored"),
        ("evt_foreign", json!({ "data": no_order }), "ignored"),
        ("evt_unknown", json!({ "data": unknown }), "unknown_order"),
    ] {
        stall.tell(&event(id, change).await).await.expect(200);
        assert_eq!(outcome(&stall, id).await.as_deref(), Some(expected), "{id}");
        assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open, "{id}");
    }
    stall.tell(b"[1]").await.expect(200);
    let id = webhook::Event::stand_in_id(b"[1]");
    assert_eq!(outcome(&stall, &id).await.as_deref(), Some("unreadable"));
    let newer = event("evt_newer", json!({ "api_version": "2031-01-01.zucchero", "extra": [] })).await;
    stall.tell(&newer).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_asked_for() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_unheard(&checkout).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({ "payment_status": 7 })).await;
    stall.tell(&body).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn an_event_that_was_kept_but_not_handled_is_handled_later() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    let key = EventKey { account: String::new(), event_id: "evt_1".to_owned() };
    let mut tx = stall.server.database.write().await.unwrap();
    tx.insert_provider_event(&key, COMPLETED, false, &body, stall.server.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    stall.pass(chrono::TimeDelta::seconds(31));
    stall.reaches(&checkout, OrderStatus::Paid).await;
}

/// Keeps everybody from the events on PostgreSQL; on SQLite any writer does that.
async fn lock_events(stall: &Stall) -> Option<sqlx::Transaction<'static, sqlx::Postgres>> {
    let Database::Postgres { pool, .. } = &stall.server.database else { return None };
    let mut tx = pool.current().begin().await.expect("a transaction begins");
    for sql in ["set local idle_in_transaction_session_timeout = 0", "lock table provider_events"] {
        sqlx::query(sql).execute(&mut *tx).await.expect("the statement runs");
    }
    Some(tx)
}

#[tokio::test]
async fn a_webhook_waits_for_the_database() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    let blocker = stall.server.database.write().await.unwrap();
    let lock = lock_events(&stall).await;
    let refused = stall.tell(&body).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.expect_problem(503, "unavailable");
    drop((blocker, lock));
    stall.tell(&body).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}
