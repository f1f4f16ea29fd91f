//! Whose keys take a shop's money: the sandbox's, its own, live ones, those of another account.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;

use crate::support::account::{
    ACCOUNT, LIVE_KEY, TEST_KEY, check, open, open_https, own_test_keys, owner, set_keys, signed_in,
    webhook_path,
};

#[tokio::test]
async fn a_shop_begins_in_the_sandbox() {
    let (stall, _) = open().await;
    let account = owner(&stall).get(ACCOUNT).await.expect(200);
    assert_eq!(account["source"], "sandbox");
    assert_eq!((&account["is_live"], &account["pause"]), (&json!(false), &json!(null)));
    assert_eq!(account["warnings"], json!([]));
    assert_eq!(
        account["live_obstacles"],
        json!(["not_https", "no_live_key", "not_checked", "no_webhook_secret"])
    );
    assert_eq!(account["webhook_url"], stall.server.url(&webhook_path(stall.seed.shop)));
    let (public, _) = open_https().await;
    assert_eq!(owner(&public).get(ACCOUNT).await.expect(200)["warnings"], json!(["sandbox_in_public"]));
}

#[tokio::test]
async fn a_shop_sells_by_its_own_keys() {
    let (stall, stripe) = open().await;
    let keys =
        json!({ "secret_key": TEST_KEY, "webhook_secret": "whsec_own", "connected_account": "acct_shop1" });
    let account = set_keys(&stall, keys).await;
    assert_eq!(account["source"], "shop");
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    assert_eq!(checkout["pay_url"], "https://pay.example/1");
    let calls = stripe.calls();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].bearer, TEST_KEY);
    assert_eq!(calls[0].account.as_deref(), Some("acct_shop1"));
    // The rest of a reservation's life goes the same way.
    stall.pass(TimeDelta::minutes(11));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    let calls = stripe.calls();
    assert!(!calls.is_empty());
    assert!(
        calls.iter().all(|call| call.account.as_deref() == Some("acct_shop1") && call.bearer == TEST_KEY)
    );
    // Another shop of the installation goes on as before.
    let other = stall.server.seed_shop().await;
    let client = stall.server.member_client(&other);
    assert_eq!(client.get(ACCOUNT).await.expect(200)["source"], "sandbox");
}

#[tokio::test]
async fn live_keys_need_https_and_an_owners_word() {
    let (plain, _) = open().await;
    let keys = format!("{ACCOUNT}/keys");
    owner(&plain).put(&keys, json!({ "secret_key": LIVE_KEY })).await.expect_problem(409, "live_needs_https");
    let live = format!("{ACCOUNT}/going-live");
    let yes = json!({ "i_understand": true });
    owner(&plain).post(&live, yes.clone()).await.expect_problem(409, "live_needs_https");

    let (stall, stripe) = open_https().await;
    own_test_keys(&stall).await;
    set_keys(&stall, json!({ "secret_key": LIVE_KEY })).await;
    let client = owner(&stall);
    let problem = client.post(&live, yes.clone()).await.expect_problem(409, "live_not_ready");
    assert_eq!(problem["obstacles"], json!(["not_checked", "no_webhook_secret"]));
    client.post(&format!("{ACCOUNT}/webhook-endpoint"), json!({ "mode": "live" })).await.expect(201);
    assert_eq!(check(&stall, json!({ "mode": "live" })).await["is_passed"], true);
    client.post(&live, json!({ "i_understand": false })).await.expect_problem(409, "live_not_confirmed");
    client.post(&live, json!({})).await.expect_problem(422, "invalid");
    let program = stall.server.key_client(&stall.seed, &[Permission::Settings]).await;
    program.post(&live, yes.clone()).await.expect_problem(403, "forbidden");
    let host = stall.server.seed_member(stall.seed.shop, Role::Host).await;
    let host = signed_in(&stall, &host.session);
    host.post(&live, yes.clone()).await.expect_problem(403, "forbidden");

    // Until then it is test money; afterwards its reservations are let go and stay test orders.
    stripe.calls();
    let begun = stall.reserve(&stall.buyer(), 2).await;
    assert_eq!(begun["is_test"], true);
    let account = client.post(&live, yes).await.expect(200);
    assert_eq!((&account["is_live"], &account["live_obstacles"]), (&json!(true), &json!([])));
    let order = stall.reaches(&begun, OrderStatus::Expired).await;
    assert!(order.is_test);
    assert_eq!(stall.counts().await, (5, 0, 0));
    stripe.calls();
    // The stand-in's sessions are test ones, so none of them may count for an order of real money.
    let answer = stall.click(&stall.buyer(), "live", 1).await.expect(201);
    assert_eq!((&answer["is_test"], &answer["status"]), (&json!(false), &json!("reserved")));
    assert_eq!(stripe.calls()[0].bearer, LIVE_KEY);
    let shop = stall.server.client().get("/api/v1/storefront").await.expect(200);
    assert_eq!(shop["shop"]["is_test"], false);
}

#[tokio::test]
async fn keys_of_another_account_wait_until_orders_are_finished() {
    let (stall, stripe) = open_https().await;
    own_test_keys(&stall).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let (other, same) = ("sk_test_other000000", "sk_test_rolled00000");
    stripe.change(|account| account.foreign_keys = vec![other.to_owned()]);
    let keys = format!("{ACCOUNT}/keys");
    let refused = owner(&stall).put(&keys, json!({ "secret_key": other })).await;
    refused.expect_problem(409, "orders_unfinished");
    stripe.change(|account| account.refused_keys = vec!["sk_test_gone0000000".to_owned()]);
    let gone = owner(&stall).put(&keys, json!({ "secret_key": "sk_test_gone0000000" })).await;
    gone.expect_problem(409, "payment_key_refused");
    // A key of the same account reads the session and may take over at once.
    set_keys(&stall, json!({ "secret_key": same })).await;
    stripe.calls();
    stall.pass(TimeDelta::minutes(11));
    stall.reaches(&checkout, OrderStatus::Expired).await;
    assert!(stripe.calls().iter().all(|call| call.bearer == same));
    set_keys(&stall, json!({ "secret_key": other })).await;
    let account = owner(&stall).delete(&format!("{keys}/test")).await.expect(200);
    assert_eq!((&account["source"], &account["keys"]), (&json!("sandbox"), &json!([])));
}
