//! The built-in payment provider: Stripe's rules over HTTP, and the page that buyers see.

use serde_json::{Value, json};
use vetrina::domain::order::OrderStatus;

use crate::support::sandbox::{caller, create, create_form, post, refused};
use crate::support::stall::Stall;

#[tokio::test]
async fn sessions_live_thirty_minutes_to_a_day() {
    let stall = Stall::open_still(1).await;
    let client = caller(&stall);
    for (life_secs, status) in [(1_799, 400), (1_800, 200), (86_400, 200), (86_401, 400), (-5, 400)] {
        post(&client, "/checkout/sessions", &create_form(&stall, life_secs)).await.expect(status);
    }
    let session = create(&stall).await;
    assert!(session["id"].as_str().unwrap().starts_with("cs_test_local_"));
    assert_eq!((&session["status"], &session["livemode"]), (&json!("open"), &json!(false)));
    assert_eq!(session["amount_total"], 9980);
    stall.pass(chrono::TimeDelta::hours(1));
    let path = format!("/sandbox/v1/checkout/sessions/{}", session["id"].as_str().unwrap());
    let expired = client.get(&path).await.expect(200);
    assert_eq!((&expired["status"], &expired["url"]), (&json!("expired"), &json!(null)));
}

#[tokio::test]
async fn bad_requests_are_refused_in_stripes_words() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let invalid = "invalid_request_error";
    let good = create_form(&stall, 3600);
    for form in [
        String::new(),
        good.replace("mode=payment", "mode=subscription"),
        good.replace("hosted_page", "embedded_page"),
        good.replace("=eur", "=EUR"),
        good.replace("=eur", "=xyz"),
        good.replace("=4990", "=-1"),
        good.replace("=4990", "=49.90"),
        good.replace("[quantity]=2", "[quantity]=0"),
        good.replace("[name]=Vaso", "[name]="),
        format!("{good}&mode[x]=1"),
    ] {
        refused(post(&client, "/checkout/sessions", &form).await, 400, invalid, None);
    }
    let ftp = good.replace("=https://shop", "=ftp://shop");
    refused(post(&client, "/checkout/sessions", &ftp).await, 400, invalid, Some("url_invalid"));
    let small = good.replace("=4990", "=24");
    refused(post(&client, "/checkout/sessions", &small).await, 400, invalid, Some("amount_too_small"));
    let nobody = stall.server.client();
    refused(post(&nobody, "/checkout/sessions", &good).await, 401, invalid, None);
    let stranger = nobody.with_bearer("sk_test_local_0");
    refused(post(&stranger, "/checkout/sessions", &good).await, 401, invalid, None);
    let missing = client.get("/sandbox/v1/checkout/sessions/cs_none").await;
    refused(missing, 404, invalid, Some("resource_missing"));
}

#[tokio::test]
async fn a_key_gives_the_first_answer_again() {
    let stall = Stall::open(1).await;
    let client = caller(&stall).with_header("idempotency-key", "k1");
    let form = create_form(&stall, 3600);
    let first = post(&client, "/checkout/sessions", &form).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    let first = first.expect(200);
    let (mode, rest) = form.split_once('&').unwrap();
    let again = post(&client, "/checkout/sessions", &format!("{rest}&{mode}")).await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.expect(200), first);
    let other = form.replace("=4990", "=4991");
    refused(post(&client, "/checkout/sessions", &other).await, 400, "idempotency_error", None);
    // What was refused is not kept: the repaired request may use the same key.
    let client = caller(&stall).with_header("idempotency-key", "k2");
    post(&client, "/checkout/sessions", "mode=payment").await.expect(400);
    post(&client, "/checkout/sessions", &form).await.expect(200);
}

#[tokio::test]
async fn only_open_sessions_are_expired_and_paid() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let session = create(&stall).await;
    let path = format!("/checkout/sessions/{}/expire", session["id"].as_str().unwrap());
    assert_eq!(post(&client, &path, "").await.expect(200)["status"], "expired");
    refused(post(&client, &path, "").await, 400, "invalid_request_error", None);

    let session = create(&stall).await;
    let path = format!("/payment_pages/{}/confirm", session["id"].as_str().unwrap());
    let declined = post(&client, &path, "payment_method=pm_card_chargeDeclined").await;
    refused(declined, 402, "card_error", Some("card_declined"));
    let other = post(&client, &path, "payment_method=pm_card_visa&expected_amount=1").await;
    refused(other, 400, "invalid_request_error", Some("checkout_amount_mismatch"));
    let paid = post(&client, &path, "payment_method=pm_card_visa&expected_amount=9980").await.expect(200);
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("complete"), &json!("paid")));
    assert!(paid["payment_intent"].as_str().unwrap().starts_with("pi_local_"));
    let twice = post(&client, &path, "payment_method=pm_card_visa").await;
    refused(twice, 400, "invalid_request_error", Some("checkout_not_active_session"));
}

#[tokio::test]
async fn money_goes_back_in_parts_and_never_more_than_was_paid() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let session = create(&stall).await;
    let path = format!("/payment_pages/{}/confirm", session["id"].as_str().unwrap());
    let payment = post(&client, &path, "").await.expect(200)["payment_intent"].clone();
    let payment = payment.as_str().unwrap();
    let part = post(&client, "/refunds", &format!("payment_intent={payment}&amount=9000")).await.expect(200);
    assert_eq!((&part["status"], &part["amount"]), (&json!("succeeded"), &json!(9000)));
    let over = post(&client, "/refunds", &format!("payment_intent={payment}&amount=981")).await;
    refused(over, 400, "invalid_request_error", Some("amount_too_large"));
    assert_eq!(
        post(&client, "/refunds", &format!("payment_intent={payment}")).await.expect(200)["amount"],
        980
    );
    let path = format!("/sandbox/v1/refunds/{}", part["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.expect(200)["amount"], 9000);
    refused(
        post(&client, "/refunds", "payment_intent=pi_none").await,
        404,
        "invalid_request_error",
        Some("resource_missing"),
    );
}

#[tokio::test]
async fn sessions_are_listed_page_by_page() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(create(&stall).await["id"].clone());
    }
    let mut listed = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("/sandbox/v1/checkout/sessions?limit=2&created%5Bgte%5D=1{after}");
        let page = client.get(&path).await.expect(200);
        listed.extend(page["data"].as_array().unwrap().iter().map(|session| session["id"].clone()));
        if page["has_more"] == false {
            break;
        }
        after = format!("&starting_after={}", listed.last().unwrap().as_str().unwrap());
    }
    let text = |id: &Value| id.as_str().unwrap().to_owned();
    let mut listed: Vec<_> = listed.iter().map(text).collect();
    let mut made: Vec<_> = made.iter().map(text).collect();
    assert_eq!(listed.len(), 5);
    listed.sort();
    made.sort();
    assert_eq!(listed, made);
}

#[tokio::test]
async fn the_pay_page_is_plain_marked_and_asks_for_no_card() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    let html = page.html.to_lowercase();
    assert!(page.html.contains("TEST MODE — no real money, do not ship"));
    assert!(page.html.contains("Vaso &amp; &quot;Luna&quot;"));
    assert!(page.html.contains("Bottega Aurora"));
    for absent in ["<script", "style=", "onclick", "cc-number", "cvc", "type=\"tel\""] {
        assert!(!html.contains(absent), "{absent}");
    }
    let italian = stall.server.client().with_header("accept-language", "it-IT,it;q=0.9,en;q=0.8");
    let answer = italian.get(&page.path).await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'"), "{policy}");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let text = String::from_utf8(answer.bytes).unwrap();
    assert!(text.contains("<html lang=\"it\">") && text.contains("nessun denaro vero"));
    assert!(text.contains("49,90\u{a0}€"));
    let style = stall.server.client().get("/sandbox/pay.css").await;
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(stall.server.client().get("/sandbox/pay/cs_none").await.status, 404);
}

#[tokio::test]
async fn the_pay_page_takes_its_own_form_only_and_checks_it() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    page.submit_with("", "pay", "").await;
    page.submit_with("0123456789abcdef0123456789abcdef", "pay", "").await;
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
    let long = format!("&name={}", "a".repeat(101));
    for fields in [long.as_str(), "&email=nobody", "&name=%E2%80%AEevil"] {
        let answer = page.submit("pay", fields).await;
        let back = answer.headers["location"].to_str().unwrap().to_owned();
        assert!(back.ends_with("notice=invalid"), "{back}");
    }
    assert_eq!(page.submit("pay", &format!("&name={}", "a".repeat(9_000))).await.status, 413);
    assert_eq!(stall.counts().await, (0, 1, 0));
    let cancelled = page.submit("cancel", "").await;
    let back = cancelled.headers["location"].to_str().unwrap().to_owned();
    assert!(back.contains("/show/") && back.contains("?checkout="), "{back}");
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert!(stall.pay_page(&checkout).await.html.contains("This order is paid already"));
}
