//! The check of an account says what to mend, and what is made for it mends it.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::config::Secret;
use vetrina::domain::order::OrderStatus;

use crate::support::account::{
    ACCOUNT, SEALING_KEY, TEST_KEY, check, found, open, open_alone, own_test_keys, owner, set_keys, tell,
    webhook_path,
};
use crate::support::server::Setup;
use crate::support::stall::Stall;
use crate::support::stripe_account::StripeAccount;

/// Breaks something in the account; gets the address of the shop's endpoint.
type Change = fn(&mut StripeAccount, &str);

#[tokio::test]
async fn the_check_tells_what_to_mend() {
    let (stall, stripe) = open().await;
    let restricted = "rk_test_ownkey0000abcd";
    set_keys(&stall, json!({ "secret_key": restricted })).await;
    let url = stall.server.url(&webhook_path(stall.seed.shop));
    let at_first = check(&stall, json!({})).await;
    let codes: Vec<_> = at_first["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            (finding["check"].as_str().unwrap().to_owned(), finding["code"].as_str().unwrap().to_owned())
        })
        .collect();
    let expected = [
        ("key", "fine"),
        ("accepted", "fine"),
        ("checkout_sessions", "fine"),
        ("refunds", "fine"),
        ("payment_intents", "fine"),
        ("events", "fine"),
        ("charges", "fine"),
        ("currency", "fine"),
        ("webhook_endpoint", "endpoint_missing"),
        ("webhook_events", "not_reached"),
        ("webhook_version", "not_reached"),
        ("webhook_secret", "secret_missing"),
        ("last_event", "no_event_yet"),
        ("embedding", "publishable_key_missing"),
    ];
    assert_eq!(codes, expected.map(|(check, code)| (check.to_owned(), code.to_owned())));
    assert_eq!(at_first["is_passed"], false);

    let rows: [(&str, Change, &str); 12] = [
        (
            "checkout_sessions",
            |account, _| account.missing = vec!["/v1/checkout/sessions"],
            "permission_missing",
        ),
        ("refunds", |account, _| account.missing = vec!["/v1/refunds"], "permission_missing"),
        ("payment_intents", |account, _| account.missing = vec!["/v1/payment_intents"], "permission_missing"),
        ("events", |account, _| account.missing = vec!["/v1/events"], "permission_missing"),
        ("charges", |account, _| account.missing = vec!["/v1/account"], "not_visible"),
        ("charges", |account, _| account.account["charges_enabled"] = false.into(), "charges_disabled"),
        ("currency", |account, _| account.account["default_currency"] = "usd".into(), "currency_converted"),
        ("webhook_endpoint", |account, _| account.missing = vec!["/v1/webhook_endpoints"], "not_visible"),
        (
            "webhook_endpoint",
            |account, url| {
                let mut endpoint = StripeAccount::good_endpoint(url);
                endpoint["status"] = "disabled".into();
                account.endpoints = vec![endpoint];
            },
            "endpoint_disabled",
        ),
        (
            "webhook_events",
            |account, url| {
                let mut endpoint = StripeAccount::good_endpoint(url);
                endpoint["enabled_events"] = json!(["checkout.session.completed"]);
                account.endpoints = vec![endpoint];
            },
            "events_missing",
        ),
        (
            "webhook_version",
            |account, url| {
                let mut endpoint = StripeAccount::good_endpoint(url);
                endpoint["api_version"] = "2020-08-27".into();
                account.endpoints = vec![endpoint];
            },
            "version_differs",
        ),
        (
            "accepted",
            |account, _| account.refused_keys = vec!["rk_test_ownkey0000abcd".to_owned()],
            "key_refused",
        ),
    ];
    for (step, change, code) in rows {
        stripe.change(|account| {
            *account = StripeAccount::default();
            account.endpoints = vec![StripeAccount::good_endpoint(&url)];
            change(account, &url);
        });
        assert_eq!(found(&check(&stall, json!({ "mode": "test" })).await, step), code, "{step}");
    }
    stripe.change(|account| {
        *account = StripeAccount::default();
        account.endpoints = vec![StripeAccount::good_endpoint(&url)];
    });
    let path = format!("{ACCOUNT}/keys/test/webhook-secret");
    owner(&stall).put(&path, json!({ "webhook_secret": "whsec_own" })).await.expect(200);
    let report = check(&stall, json!({})).await;
    assert_eq!(report["is_passed"], true, "{report}");
    let account = owner(&stall).get(ACCOUNT).await.expect(200);
    assert!(account["keys"][0]["verified_at"].is_string());
    // Looking around makes no session and moves no money.
    assert!(stripe.calls().iter().all(|call| call.path != "/v1/checkout/sessions" || call.key.is_none()));
}

#[tokio::test]
async fn a_currency_that_the_account_cannot_take_fails_the_check() {
    let (stall, stripe) = open().await;
    own_test_keys(&stall).await;
    stripe.change(|account| account.account["default_currency"] = "usd".into());
    stall.sql("update shops set currency = 'CHF'").await;
    let report = check(&stall, json!({})).await;
    assert_eq!(found(&report, "currency"), "currency_unsupported");
}

#[tokio::test]
async fn an_endpoint_is_made_with_everything_it_needs() {
    let (stall, stripe) = open().await;
    set_keys(&stall, json!({ "secret_key": TEST_KEY })).await;
    let url = stall.server.url(&webhook_path(stall.seed.shop));
    stripe.change(|account| account.endpoints = vec![StripeAccount::good_endpoint(&url)]);
    let path = format!("{ACCOUNT}/webhook-endpoint");
    let account = owner(&stall).post(&path, json!({ "mode": "test" })).await.expect(201);
    assert_eq!(account["keys"][0]["has_webhook_secret"], true);
    assert!(!account.to_string().contains("whsec_made"));
    // The endpoint whose secret nobody knows is gone.
    let made = stripe.calls().into_iter().find(|call| call.method == reqwest::Method::POST).unwrap();
    assert!(made.form.contains(&("url".to_owned(), url)));
    assert_eq!(made.form.iter().filter(|(name, _)| name.starts_with("enabled_events[")).count(), 11);
    stripe.change(|account| {
        let ids: Vec<_> = account.endpoints.iter().map(|endpoint| endpoint["id"].clone()).collect();
        assert_eq!(ids, [json!("we_1")]);
    });
    let body = json!({ "id": "evt_1", "type": "invoice.paid", "data": { "object": {} } }).to_string();
    tell(&stall, stall.seed.shop, "whsec_made_1", body.as_bytes()).await.expect(200);
    assert_eq!(check(&stall, json!({})).await["is_passed"], true);
}

#[tokio::test]
async fn checks_are_limited() {
    // Each node counts for itself.
    let (stall, _) = open_alone().await;
    own_test_keys(&stall).await;
    let client = owner(&stall);
    let checks = format!("{ACCOUNT}/checks");
    for _ in 0..12 {
        client.post(&checks, json!({})).await.expect(200);
    }
    let refused = client.post(&checks, json!({})).await;
    assert!(refused.headers.contains_key("retry-after"));
    refused.expect_problem(429, "rate_limited");
}

/// A shop whose own keys are those of another server's sandbox, and that server.
async fn open_at_a_sandbox() -> (Stall, Stall) {
    let mut setup = Setup::default();
    setup.config.stripe.sandbox_key = Some(Secret::new(TEST_KEY));
    let sandbox = Stall::open_with(setup, 1).await;
    let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    setup.config.stripe.api_base = Some(sandbox.server.url("/sandbox").parse().unwrap());
    setup.config.sealing_key = Some(Secret::new(SEALING_KEY));
    (Stall::open_with(setup, 5).await, sandbox)
}

/// The steps of a check that are not as they should be.
fn unfinished(report: &Value) -> Vec<(&str, &str)> {
    let findings = report["findings"].as_array().unwrap().iter();
    let named =
        findings.map(|finding| (finding["check"].as_str().unwrap(), finding["code"].as_str().unwrap()));
    named.filter(|(_, code)| *code != "fine").collect()
}

#[tokio::test]
async fn the_sandbox_answers_the_whole_check_and_takes_the_money() {
    let (stall, sandbox) = open_at_a_sandbox().await;
    let keys = json!({ "secret_key": TEST_KEY, "publishable_key": "pk_test_browser" });
    set_keys(&stall, keys).await;
    let missing = [
        ("webhook_endpoint", "endpoint_missing"),
        ("webhook_events", "not_reached"),
        ("webhook_version", "not_reached"),
        ("webhook_secret", "secret_missing"),
        ("last_event", "no_event_yet"),
    ];
    let at_first = check(&stall, json!({ "mode": "test" })).await;
    assert_eq!((unfinished(&at_first), &at_first["is_passed"]), (missing.to_vec(), &json!(false)));

    let made = owner(&stall).post(&format!("{ACCOUNT}/webhook-endpoint"), json!({ "mode": "test" })).await;
    made.expect(201);
    let mended = check(&stall, json!({ "mode": "test" })).await;
    assert_eq!(
        (unfinished(&mended), &mended["is_passed"]),
        (vec![("last_event", "no_event_yet")], &json!(true))
    );

    // The account that was checked takes the money.
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    let session = stall.order(&checkout).await.session_id.unwrap();
    sandbox.pay_page_at(&format!("/sandbox/pay/{session}")).await.submit("pay", "").await;
    stall.pass(TimeDelta::seconds(3));
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.get(&path).await.expect(200)["status"], "paid");
    stall.reaches(&checkout, OrderStatus::Paid).await;

    // An event that the made endpoint's secret signs is believed, and ends the check.
    let secret = sandbox.server.app.provider().webhook_secrets()[0].reveal().to_owned();
    let body = json!({ "id": "evt_1", "type": "invoice.paid", "data": { "object": {} } }).to_string();
    tell(&stall, stall.seed.shop, &secret, body.as_bytes()).await.expect(200);
    assert_eq!(unfinished(&check(&stall, json!({})).await), []);
}

#[tokio::test]
async fn the_sandbox_tells_a_wrong_key_and_a_foreign_currency() {
    let (stall, _sandbox) = open_at_a_sandbox().await;
    own_test_keys(&stall).await;
    stall.sql("update shops set currency = 'CHF'").await;
    let report = check(&stall, json!({})).await;
    assert_eq!(found(&report, "currency"), "currency_converted");
    set_keys(&stall, json!({ "secret_key": "sk_test_another0000" })).await;
    let report = check(&stall, json!({})).await;
    assert_eq!((found(&report, "accepted"), found(&report, "events")), ("key_refused", "not_reached"));
}

#[tokio::test]
async fn a_publishable_key_is_stored_changed_and_forgotten() {
    let (stall, stripe) = open().await;
    let connected = json!({ "secret_key": TEST_KEY, "connected_account": "acct_shop1",
        "publishable_key": " pk_test_browser\n" });
    let account = set_keys(&stall, connected).await;
    assert_eq!(account["keys"][0]["publishable_key"], "pk_test_browser");
    assert_eq!(found(&check(&stall, json!({})).await, "embedding"), "fine");
    // A new secret key leaves it as it is.
    let again = set_keys(&stall, json!({ "secret_key": TEST_KEY, "connected_account": "acct_shop1" })).await;
    assert_eq!(again["keys"][0]["publishable_key"], "pk_test_browser");

    let buyer = stall.buyer();
    let click = buyer.client.clone().with_header("idempotency-key", "k");
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let lines = json!([{ "variant_id": stall.variant(), "units": 1 }]);
    let checkout = click.post(&path, json!({ "lines": lines, "ui": "embedded" })).await.expect(201);
    assert_eq!(checkout["embedded"]["publishable_key"], "pk_test_browser");
    assert_eq!(checkout["embedded"]["account"], "acct_shop1");
    let calls = stripe.calls();
    let made = calls.iter().find(|call| call.field("ui_mode") == Some("embedded_page")).unwrap();
    assert_eq!(made.account.as_deref(), Some("acct_shop1"));

    let key = format!("{ACCOUNT}/keys/test/publishable-key");
    let client = owner(&stall);
    for (body, code) in [
        (json!({ "publishable_key": "pk_live_browser" }), "key_of_other_mode"),
        (json!({ "publishable_key": TEST_KEY }), "unknown_publishable_key"),
    ] {
        let refused = client.put(&key, body).await.expect_problem(422, "invalid");
        assert_eq!(refused["errors"], json!([{ "pointer": "/publishable_key", "code": code }]));
    }
    client.put(&key, json!({})).await.expect_problem(422, "invalid");
    let wrong = json!({ "secret_key": TEST_KEY, "publishable_key": "pk_live_browser" });
    let refused = client.put(&format!("{ACCOUNT}/keys"), wrong).await.expect_problem(422, "invalid");
    assert_eq!(refused["errors"][0]["code"], "key_of_other_mode");
    let live = format!("{ACCOUNT}/keys/live/publishable-key");
    client.put(&live, json!({ "publishable_key": "pk_live_browser" })).await.expect_problem(404, "not_found");

    let gone = client.put(&key, json!({ "publishable_key": null })).await.expect(200);
    assert_eq!(gone["keys"][0]["publishable_key"], json!(null));
    let report = check(&stall, json!({})).await;
    assert_eq!(found(&report, "embedding"), "publishable_key_missing");
    // What was opened with it can be paid no more, and says so; giving it back is what is left.
    let looked = buyer.client.get(&format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap())).await;
    let looked = looked.expect(200);
    assert_eq!((&looked["embedded"], &looked["pay_url"]), (&json!(null), &json!(null)));
}
