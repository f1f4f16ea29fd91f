//! A shop's keys are sealed, told to nobody, and refused when they are none.

use std::process::{Child, Command, Stdio};

use serde_json::json;
use vetrina::domain::member::Role;
use vetrina::storage::Database;

use crate::support::account::{ACCOUNT, SEALING_KEY, TEST_KEY, check, found, open, own_test_keys, owner};
use crate::support::http::Client;
use crate::support::port::free_port;
use crate::support::stall::Stall;
use crate::support::stand_in::StandIn;
use crate::support::within;

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
        Database::Postgres { pool, .. } => {
            let mut bytes = Vec::new();
            for sql in [
                "select string_agg(a::text || encode(secret_key, 'escape')
                     || encode(webhook_secret, 'escape'), '') from payment_accounts a",
                "select string_agg(a::text, '') from audit_log a",
            ] {
                let (text,): (String,) = sqlx::query_as(sql).fetch_one(&pool.current()).await.unwrap();
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
    let port = free_port();
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
