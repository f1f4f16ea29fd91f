//! A key that is refused pauses selling, until it is taken again.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::domain::order::OrderStatus;

use crate::support::account::{ACCOUNT, TEST_KEY, check, found, open, own_test_keys, owner};
use crate::support::stall::Stall;
use crate::support::stand_in::StandIn;
use crate::support::within;

#[tokio::test]
async fn a_refused_key_pauses_selling_until_it_is_taken_again() {
    let (stall, stripe) = open().await;
    own_test_keys(&stall).await;
    let kept = stall.reserve(&stall.buyer(), 1).await;
    stripe.change(|account| account.refused_keys = vec![TEST_KEY.to_owned()]);
    let first = stall.buyer();
    stall.click(&first, "k", 1).await.expect_problem(503, "payments_unavailable");
    assert_eq!(stall.counts().await, (4, 1, 0));
    let account = owner(&stall).get(ACCOUNT).await.expect(200);
    assert_eq!(account["pause"]["reason"], "key_refused");
    // From now on nobody is asked and nothing is set aside.
    stripe.calls();
    stall.click(&first, "again", 1).await.expect_problem(503, "payments_unavailable");
    assert!(stripe.calls().is_empty());
    assert_eq!(stall.order(&kept).await.status, OrderStatus::Open);
    // Another shop is not concerned.
    let other = stall.server.seed_shop().await;
    let seen = stall.server.member_client(&other).get(ACCOUNT).await.expect(200);
    assert_eq!(seen["pause"], json!(null));

    stripe.change(|account| account.refused_keys.clear());
    let report = check(&stall, json!({})).await;
    assert_eq!(found(&report, "accepted"), "fine");
    assert_eq!(owner(&stall).get(ACCOUNT).await.expect(200)["pause"], json!(null));
    stall.click(&first, "third", 1).await.expect(201);
    assert_eq!(stall.order(&kept).await.status, OrderStatus::Open);
}

#[tokio::test]
async fn a_paused_shop_goes_on_by_itself() {
    let (stall, stripe) = open().await;
    own_test_keys(&stall).await;
    stripe.change(|account| account.refused_keys = vec![TEST_KEY.to_owned()]);
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    stripe.change(|account| account.refused_keys.clear());
    stall.pass(TimeDelta::seconds(61));
    within("selling to go on", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        while owner(&stall).get(ACCOUNT).await.expect(200)["pause"] != json!(null) {
            looks.tick().await;
        }
    })
    .await;
    stall.reserve(&stall.buyer(), 1).await;
}

#[tokio::test]
async fn a_refused_key_of_the_installation_pauses_its_shops() {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 2).await;
    stripe.change(|account| account.refused_keys = vec!["sk_test_stand_in".to_owned()]);
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    let account = owner(&stall).get(ACCOUNT).await.expect(200);
    assert_eq!(
        (&account["source"], &account["pause"]["reason"]),
        (&json!("installation"), &json!("key_refused"))
    );
    assert_eq!(found(&check(&stall, json!({})).await, "accepted"), "key_refused");
    stripe.change(|account| account.refused_keys.clear());
    assert_eq!(found(&check(&stall, json!({})).await, "accepted"), "fine");
    stall.reserve(&stall.buyer(), 1).await;
}
