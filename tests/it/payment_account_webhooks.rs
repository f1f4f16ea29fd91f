//! Events of a shop's own account: whose secrets are believed, and whose orders they may touch.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::config::Secret;
use vetrina::domain::ids::ShopId;
use vetrina::domain::order::OrderStatus;
use vetrina::payments::webhook;
use vetrina::storage::Database;

use crate::support::account::{ACCOUNT, TEST_KEY, check, found, open, own_test_keys, owner, set_keys, tell};
use crate::support::stall::Stall;
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";

async fn outcome(stall: &Stall, id: &str) -> Option<String> {
    let sql = "select outcome from provider_events where event_id = $1";
    let row: Option<(Option<String>,)> = match &stall.server.database {
        Database::Sqlite { readers, .. } => sqlx::query_as(sql).bind(id).fetch_optional(readers).await,
        Database::Postgres { pool, .. } => sqlx::query_as(sql).bind(id).fetch_optional(&pool.current()).await,
    }
    .expect("the query runs");
    row.and_then(|(outcome,)| outcome)
}

#[tokio::test]
async fn a_shops_webhooks_are_signed_with_its_own_secrets() {
    let (stall, _) = open().await;
    own_test_keys(&stall).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let shop = stall.seed.shop;
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    // Neither the installation's secret nor the installation's endpoint will do.
    let sandbox = stall.server.app.provider().webhook_secrets()[0].reveal().to_owned();
    tell(&stall, shop, &sandbox, &body).await.expect_problem(400, "malformed");
    tell(&stall, shop, "whsec_other", &body).await.expect_problem(400, "malformed");
    let nobodys = ShopId::from(stall.server.clock.uuid());
    tell(&stall, nobodys, "whsec_own", &body).await.expect_problem(400, "malformed");
    let signature = webhook::sign(&Secret::new("whsec_own"), &body, stall.server.clock.now());
    stall.tell_signed(&body, &signature).await.expect_problem(400, "malformed");
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
    assert_eq!(found(&check(&stall, json!({})).await, "last_event"), "signature_refused");

    // While the secret is replaced, both are believed; the one before them is not.
    let path = format!("{ACCOUNT}/keys/test/webhook-secret");
    owner(&stall).put(&path, json!({ "webhook_secret": "whsec_new" })).await.expect(200);
    let unrelated =
        |id: &str| json!({ "id": id, "type": "invoice.paid", "data": { "object": {} } }).to_string();
    for secret in ["whsec_own", "whsec_new"] {
        tell(&stall, shop, secret, unrelated(&format!("evt_{secret}")).as_bytes()).await.expect(200);
    }
    owner(&stall).put(&path, json!({ "webhook_secret": "whsec_newest" })).await.expect(200);
    tell(&stall, shop, "whsec_own", &body).await.expect_problem(400, "malformed");
    tell(&stall, shop, "whsec_new", &body).await.expect(200);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    assert_eq!(outcome(&stall, "evt_1").await.as_deref(), Some("applied"));
    assert_eq!(found(&check(&stall, json!({})).await, "last_event"), "fine");
}

#[tokio::test]
async fn a_shops_account_never_touches_anothers_orders() {
    let (stall, _) = open().await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let thief = stall.server.seed_shop().await;
    let keys = json!({ "secret_key": "sk_test_thief00000", "webhook_secret": "whsec_thief" });
    stall.server.member_client(&thief).put(&format!("{ACCOUNT}/keys"), keys).await.expect(200);
    let body = stall.session_event("evt_1", COMPLETED, &checkout, json!({})).await;
    tell(&stall, thief.shop, "whsec_thief", &body).await.expect(200);
    assert_eq!(outcome(&stall, "evt_1").await.as_deref(), Some("foreign_order"));
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
    // The id is taken in the thief's account only, so the real event is not a repetition.
    stall.tell(&body).await.expect(200);
    let paid = stall.order(&checkout).await;
    assert_eq!(paid.status, OrderStatus::Paid);
    // Nor does it tell of money that went back, or was asked back.
    let amount = paid.amount_subtotal;
    let refund = json!({ "id": "re_thief", "object": "refund", "payment_intent": paid.payment_intent_id,
        "status": "succeeded", "amount": amount, "currency": "eur" });
    let dispute = json!({ "id": "dp_thief", "object": "dispute", "payment_intent": paid.payment_intent_id,
        "status": "needs_response", "amount": amount, "currency": "eur" });
    for (id, kind, object) in
        [("evt_2", "refund.created", refund), ("evt_3", "charge.dispute.created", dispute)]
    {
        let event = json!({ "id": id, "type": kind, "livemode": false, "data": { "object": object } });
        tell(&stall, thief.shop, "whsec_thief", event.to_string().as_bytes()).await.expect(200);
        assert_eq!(outcome(&stall, id).await.as_deref(), Some("ignored"), "{kind}");
    }
    assert_eq!(stall.order(&checkout).await, paid);
}

#[tokio::test]
async fn sessions_of_each_account_are_compared_with_orders() {
    let (stall, stripe) = open().await;
    own_test_keys(&stall).await;
    stripe.calls();
    stall.pass(TimeDelta::minutes(61));
    let mut calls = Vec::new();
    within("the shop's sessions to be listed", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        while calls.is_empty() {
            calls = stripe.calls();
            looks.tick().await;
        }
    })
    .await;
    assert_eq!(calls[0].path, "/v1/checkout/sessions");
    assert_eq!((calls[0].method.as_str(), calls[0].bearer.as_str()), ("GET", TEST_KEY));
}

#[tokio::test]
async fn events_of_another_mode_or_account_are_set_apart() {
    let (stall, _) = open().await;
    let keys =
        json!({ "secret_key": TEST_KEY, "webhook_secret": "whsec_own", "connected_account": "acct_shop1" });
    set_keys(&stall, keys).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    for (id, livemode, account, expected) in [
        ("evt_live", true, json!("acct_shop1"), "quarantined"),
        ("evt_other", false, json!("acct_other"), "quarantined"),
        ("evt_platform", false, json!(null), "quarantined"),
        ("evt_good", false, json!("acct_shop1"), "applied"),
    ] {
        let body = stall.session_event(id, COMPLETED, &checkout, json!({})).await;
        let mut event: Value = serde_json::from_slice(&body).unwrap();
        event["livemode"] = livemode.into();
        event["account"] = account;
        tell(&stall, stall.seed.shop, "whsec_own", event.to_string().as_bytes()).await.expect(200);
        assert_eq!(outcome(&stall, id).await.as_deref(), Some(expected), "{id}");
    }
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}
