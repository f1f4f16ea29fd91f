//! Keys of a shop's own: sealed, checked, rotated, live, refused.

use std::process::{Child, Command, Stdio};

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::config::Secret;
use vetrina::domain::ids::ShopId;
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;
use vetrina::payments::webhook;
use vetrina::storage::Database;

use crate::support::http::{Answer, Client};
use crate::support::stall::Stall;
use crate::support::stand_in::StandIn;
use crate::support::stripe_account::StripeAccount;
use crate::support::within;

const ACCOUNT: &str = "/api/v1/payment-account";
const TEST_KEY: &str = "sk_test_ownkey0000abcd";
const LIVE_KEY: &str = "rk_live_ownkey0000wxyz";
const SEALING_KEY: &str = "a sealing key for tests, long enough";
const COMPLETED: &str = "checkout.session.completed";

/// A stall whose shop uses the sandbox, in front of a stand-in for keys of its own.
async fn open_at(public_url: Option<&str>) -> (Stall, StandIn) {
    let (stand_in, mut setup) = StandIn::start().await;
    setup.config.stripe.secret_key = None;
    setup.config.sealing_key = Some(Secret::new(SEALING_KEY));
    setup.config.public_url = public_url.map(|url| url.parse().unwrap());
    (Stall::open_with(setup, 5).await, stand_in)
}

async fn open() -> (Stall, StandIn) {
    open_at(None).await
}

async fn open_https() -> (Stall, StandIn) {
    open_at(Some("https://shop.example")).await
}

fn owner(stall: &Stall) -> Client {
    signed_in(stall, &stall.seed.session)
}

fn signed_in(stall: &Stall, session: &str) -> Client {
    let client = stall.server.client().with_header("sec-fetch-site", "same-origin");
    let name = if stall.server.app.is_https() { "__Host-vetrina" } else { "vetrina" };
    client.with_header("cookie", &format!("{name}={session}"))
}

async fn set_keys(stall: &Stall, keys: Value) -> Value {
    owner(stall).put(&format!("{ACCOUNT}/keys"), keys).await.expect(200)
}

async fn own_test_keys(stall: &Stall) -> Value {
    set_keys(stall, json!({ "secret_key": TEST_KEY, "webhook_secret": "whsec_own" })).await
}

fn webhook_path(shop: ShopId) -> String {
    format!("/api/v1/webhooks/stripe/{shop}")
}

/// Sends an event to a shop's endpoint.
async fn tell(stall: &Stall, shop: ShopId, secret: &str, body: &[u8]) -> Answer {
    let signature = webhook::sign(&Secret::new(secret), body, stall.server.clock.now());
    let client = stall.server.client().with_header("stripe-signature", &signature);
    client.send_bytes(reqwest::Method::POST, &webhook_path(shop), "application/json", body.to_vec()).await
}

async fn outcome(stall: &Stall, id: &str) -> Option<String> {
    let sql = "select outcome from provider_events where event_id = $1";
    let row: Option<(Option<String>,)> = match &stall.server.database {
        Database::Sqlite { readers, .. } => sqlx::query_as(sql).bind(id).fetch_optional(readers).await,
        Database::Postgres(pool) => sqlx::query_as(sql).bind(id).fetch_optional(pool).await,
    }
    .expect("the query runs");
    row.and_then(|(outcome,)| outcome)
}

async fn check(stall: &Stall, body: Value) -> Value {
    stall.pass(TimeDelta::seconds(30));
    owner(stall).post(&format!("{ACCOUNT}/checks"), body).await.expect(200)
}

/// Breaks something in the account; gets the address of the shop's endpoint.
type Change = fn(&mut StripeAccount, &str);

/// The code that a check found at one step.
#[track_caller]
fn found<'a>(report: &'a Value, step: &str) -> &'a str {
    let findings = report["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["check"] == step);
    finding.expect("the step was looked at")["code"].as_str().expect("a code")
}

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
async fn keys_are_told_to_nobody() {
    let (stall, _) = open().await;
    let told = own_test_keys(&stall).await;
    assert_eq!(told["keys"][0]["key_hint"], "abcd");
    assert_eq!(told["keys"][0]["mode"], "test");
    assert!(!told.to_string().contains("ownkey") && !told.to_string().contains("whsec"));
    for role in [Role::Host, Role::Moderator] {
        let member = stall.server.seed_member(stall.seed.shop, role).await;
        let seen = stall.server.member_client(&member).get(ACCOUNT).await.expect(200);
        assert_eq!((&seen["source"], &seen["keys"]), (&json!("shop"), &json!([])));
    }
    let provider = stall.server.app.provider_of(stall.seed.shop).await.unwrap();
    let printed = format!("{provider:?}");
    assert!(!printed.contains("ownkey") && !printed.contains("whsec"), "{printed}");
}

/// Everything that the database holds, as bytes.
async fn database_bytes(stall: &Stall) -> Vec<u8> {
    match &stall.server.database {
        Database::Sqlite { .. } => {
            let path = stall.server.database_url.strip_prefix("sqlite://").unwrap().to_owned();
            let mut bytes = std::fs::read(&path).unwrap();
            bytes.extend(std::fs::read(format!("{path}-wal")).unwrap_or_default());
            bytes
        }
        Database::Postgres(pool) => {
            let mut bytes = Vec::new();
            for sql in [
                "select string_agg(a::text || encode(secret_key, 'escape')
                     || encode(webhook_secret, 'escape'), '') from payment_accounts a",
                "select string_agg(a::text, '') from audit_log a",
            ] {
                let (text,): (String,) = sqlx::query_as(sql).fetch_one(pool).await.unwrap();
                bytes.extend(text.into_bytes());
            }
            bytes
        }
    }
}

#[tokio::test]
async fn keys_stand_sealed_in_the_database() {
    let (stall, _) = open().await;
    own_test_keys(&stall).await;
    let bytes = database_bytes(&stall).await;
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    // Found, so the search would find a key as well.
    assert!(holds("payment_keys.set"));
    for secret in [TEST_KEY, "ownkey", "whsec_own"] {
        assert!(!holds(secret), "{secret}");
    }
}

/// The program itself, telling all it knows, at the database of a server that has stopped.
async fn start_talkative(stall: &Stall, stripe: &StandIn, log: &std::path::Path) -> (Child, Client) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let child = Command::new(env!("CARGO_BIN_EXE_vetrina"))
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .env("VETRINA_DATABASE_URL", &stall.server.database_url)
        .env("VETRINA_SECRET_KEY", SEALING_KEY)
        .env("VETRINA_STRIPE_API_BASE", stripe.url())
        .env("RUST_LOG", "trace")
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(log).unwrap())
        .spawn()
        .expect("the program starts");
    let base = format!("http://127.0.0.1:{port}");
    within("the program to be ready", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
        while !reqwest::get(format!("{base}/readyz")).await.is_ok_and(|answer| answer.status().is_success()) {
            looks.tick().await;
        }
    })
    .await;
    (child, owner(stall).at(&base))
}

#[tokio::test]
async fn no_log_names_a_key() {
    let (mut stall, stripe) = open().await;
    stall.server.begin_stop();
    stall.server.stopped().await;
    let log = std::env::temp_dir().join(format!("vetrina-log-{}", stall.seed.shop));
    let (mut child, client) = start_talkative(&stall, &stripe, &log).await;
    let keys = json!({ "secret_key": TEST_KEY, "webhook_secret": "whsec_own" });
    client.put(&format!("{ACCOUNT}/keys"), keys).await.expect(200);
    client.post(&format!("{ACCOUNT}/webhook-endpoint"), json!({ "mode": "test" })).await.expect(201);
    stripe.change(|account| account.refused_keys = vec![TEST_KEY.to_owned()]);
    let report = client.post(&format!("{ACCOUNT}/checks"), json!({})).await.expect(200);
    assert_eq!(found(&report, "accepted"), "key_refused");
    let wrong = json!({ "secret_key": "whsec_wrongplace", "webhook_secret": TEST_KEY });
    client.put(&format!("{ACCOUNT}/keys"), wrong).await.expect_problem(422, "invalid");
    child.kill().unwrap();
    child.wait().unwrap();
    let told = std::fs::read_to_string(&log).unwrap();
    std::fs::remove_file(&log).unwrap();
    // It talks, also of what concerns the key.
    assert!(told.contains("the payment provider refused a call") && told.contains("TRACE"));
    for secret in ["ownkey", "whsec_", SEALING_KEY] {
        let line = told.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_opened_sells_nothing() {
    let (stall, stripe) = open().await;
    own_test_keys(&stall).await;
    stall.sql("update payment_accounts set secret_key = webhook_secret, version = version + 1").await;
    stall.click(&stall.buyer(), "k", 1).await.expect_problem(503, "payments_unavailable");
    let account = owner(&stall).get(ACCOUNT).await.expect(200);
    assert_eq!(account["warnings"], json!(["key_unreadable"]));
    let report = check(&stall, json!({})).await;
    assert_eq!((found(&report, "key"), found(&report, "accepted")), ("key_unreadable", "not_reached"));
    assert_eq!(report["is_passed"], false);
    assert!(stripe.calls().is_empty());
    own_test_keys(&stall).await;
    stall.reserve(&stall.buyer(), 1).await;
}

#[tokio::test]
async fn what_is_no_key_is_refused() {
    let (stall, _) = open().await;
    let client = owner(&stall);
    let keys = format!("{ACCOUNT}/keys");
    for body in [
        json!({ "secret_key": "pk_test_abcdefgh" }),
        json!({ "secret_key": "sk_test_" }),
        json!({ "secret_key": TEST_KEY, "webhook_secret": "secret" }),
        json!({ "secret_key": TEST_KEY, "connected_account": "shop" }),
        json!({ "secret_key": TEST_KEY, "mode": "live" }),
        json!({}),
    ] {
        client.put(&keys, body).await.expect_problem(422, "invalid");
    }
    for body in [json!({ "webhook_secret": "" }), json!({ "webhook_secret": "whsec_è" })] {
        client.put(&format!("{keys}/test/webhook-secret"), body).await.expect_problem(422, "invalid");
    }
    let secret = json!({ "webhook_secret": "whsec_1" });
    client.put(&format!("{keys}/test/webhook-secret"), secret).await.expect_problem(404, "not_found");
    client.delete(&format!("{keys}/test")).await.expect_problem(404, "not_found");
    client.delete(&format!("{keys}/prod")).await.expect_problem(404, "not_found");
    let test = json!({ "mode": "test" });
    client.post(&format!("{ACCOUNT}/checks"), test.clone()).await.expect_problem(404, "not_found");
    client.post(&format!("{ACCOUNT}/webhook-endpoint"), test).await.expect_problem(404, "not_found");
    assert_eq!(client.get(ACCOUNT).await.expect(200)["source"], "sandbox");
}

#[tokio::test]
async fn keys_are_not_stored_in_the_clear() {
    let (_, mut setup) = StandIn::start().await;
    setup.config.stripe.secret_key = None;
    let stall = Stall::open_with(setup, 1).await;
    let answer = owner(&stall).put(&format!("{ACCOUNT}/keys"), json!({ "secret_key": TEST_KEY })).await;
    let can_store = owner(&stall).get(ACCOUNT).await.expect(200)["can_store_keys"].clone();
    if stall.server.database.is_postgres() {
        answer.expect_problem(409, "sealing_key_required");
        assert_eq!(can_store, false);
    } else {
        answer.expect(200);
        assert_eq!(can_store, true);
        let database = stall.server.database_url.strip_prefix("sqlite://").unwrap();
        let folder = std::path::Path::new(database).parent().unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("secret.key")).unwrap().trim().len(), 64);
    }
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

#[tokio::test]
async fn checks_are_limited() {
    let (stall, _) = open().await;
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
