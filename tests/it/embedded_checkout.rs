//! Paying beside the video: who gets a page there, what opens it, and who never learns of it.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::order::OrderStatus;
use vetrina::payments::CreateSession;

use crate::support::http::Answer;
use crate::support::stall::{Buyer, Stall};
use crate::support::stand_in::StandIn;

/// A click by somebody who would like to pay beside the video.
async fn click(stall: &Stall, buyer: &Buyer, key: &str) -> Answer {
    click_for(stall, buyer, key, json!({ "ui": "embedded" })).await
}

async fn click_for(stall: &Stall, buyer: &Buyer, key: &str, more: Value) -> Answer {
    let mut body = json!({ "lines": [{ "variant_id": stall.variant(), "units": 1 }] });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let client = buyer.client.clone().with_header("idempotency-key", key);
    client.post(&format!("/api/v1/shows/{}/checkouts", stall.show), body).await
}

async fn open_with(publishable_key: Option<&str>) -> (Stall, StandIn) {
    let (stripe, mut setup) = StandIn::start().await;
    setup.config.stripe.publishable_key = publishable_key.map(str::to_owned);
    let stall = Stall::open_with(setup, 5).await;
    stripe.compared().await;
    (stall, stripe)
}

fn secret_of(checkout: &Value) -> String {
    checkout["embedded"]["client_secret"].as_str().expect("it opens beside the video").to_owned()
}

#[tokio::test]
async fn the_sandboxs_page_is_framed_and_paid_beside_the_video() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let checkout = click(&stall, &buyer, "k").await.expect(201);
    let session = stall.order(&checkout).await.session_id.unwrap();
    let path = format!("/sandbox/pay/{session}");
    let embedded = json!({
        "client_secret": format!("{session}_secret_local"), "publishable_key": null, "account": null,
        "script_url": null, "sandbox_url": path,
    });
    assert_eq!((&checkout["embedded"], &checkout["pay_url"]), (&embedded, &json!(null)));

    let page = stall.pay_page_at(&path).await;
    let script = "<script src=\"/sandbox/embedded.js\"";
    assert!(page.html.contains(script) && page.html.contains("data-status=\"open\""), "{}", page.html);
    let answer = stall.server.client().get(&path).await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.ends_with("frame-ancestors 'self'"), "{policy}");
    assert!(!answer.headers.contains_key("x-frame-options"));
    let script = stall.server.client().get("/sandbox/embedded.js").await;
    assert_eq!(script.headers["content-type"], "text/javascript; charset=utf-8");

    page.submit("pay", "").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert!(page.reload().await.html.contains("data-status=\"complete\""));
    let paid = buyer.client.get(&format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap())).await;
    assert_eq!(paid.expect(200)["embedded"], json!(null));
    assert_eq!(stall.order(&checkout).await.session_secret, None);
    assert_eq!(stall.counts().await, (4, 0, 1));
}

#[tokio::test]
async fn a_page_in_a_tab_of_its_own_is_never_framed() {
    let stall = Stall::open(1).await;
    let checkout = click_for(&stall, &stall.buyer(), "k", json!({})).await.expect(201);
    assert_eq!(checkout["embedded"], json!(null));
    let page = stall.pay_page(&checkout).await;
    assert!(!page.html.contains("<script"));
    let answer = stall.server.client().get(&page.path).await;
    let policy = answer.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.ends_with("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
}

#[tokio::test]
async fn stripe_is_asked_for_a_page_beside_the_video() {
    let (stall, stripe) = open_with(Some("pk_test_browser")).await;
    let buyer = stall.buyer();
    let checkout = click(&stall, &buyer, "k").await.expect(201);
    // Looking at the calls checks them against Stripe's types.
    let calls = stripe.calls();
    let field = |name: &str| calls[0].field(name);
    assert_eq!(field("ui_mode"), Some("embedded_page"));
    assert_eq!(field("redirect_on_completion"), Some("if_required"));
    let id = checkout["id"].as_str().unwrap();
    assert!(field("return_url").unwrap().ends_with(&format!("?checkout={id}")));
    assert_eq!((field("success_url"), field("cancel_url")), (None, None));
    let embedded = json!({
        "client_secret": "cs_test_1_secret_1", "publishable_key": "pk_test_browser", "account": null,
        "script_url": "https://js.stripe.com/endive/stripe.js", "sandbox_url": null,
    });
    assert_eq!((&checkout["embedded"], &checkout["pay_url"]), (&embedded, &json!(null)));
    let again = click(&stall, &buyer, "k").await.expect(201);
    assert_eq!((&again["id"], &again["embedded"]), (&checkout["id"], &embedded));
    let looked = buyer.client.get(&format!("/api/v1/checkouts/{id}")).await.expect(200);
    assert_eq!(looked["embedded"], embedded);
}

#[tokio::test]
async fn without_a_publishable_key_the_page_has_a_tab_of_its_own() {
    let (stall, stripe) = open_with(None).await;
    let checkout = click(&stall, &stall.buyer(), "k").await.expect(201);
    assert_eq!(stripe.calls()[0].field("ui_mode"), Some("hosted_page"));
    assert_eq!(checkout["pay_url"], "https://pay.example/1");
    assert_eq!(checkout["embedded"], json!(null));
}

#[tokio::test]
async fn where_it_is_paid_is_part_of_the_click() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let hosted = click_for(&stall, &buyer, "k", json!({})).await.expect(201);
    let said = click_for(&stall, &buyer, "k", json!({ "ui": "hosted" })).await.expect(201);
    assert_eq!(said["id"], hosted["id"]);
    click(&stall, &buyer, "k").await.expect_problem(422, "idempotency_key_reused");
    click_for(&stall, &buyer, "l", json!({ "ui": "popup" })).await.expect_problem(422, "invalid");
    assert_eq!(stall.counts().await, (4, 1, 0));
}

#[tokio::test]
async fn what_opens_the_page_is_told_to_its_buyer_alone() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let checkout = click(&stall, &buyer, "k").await.expect(201);
    let secret = secret_of(&checkout);
    let id = checkout["id"].as_str().unwrap();
    let stranger = stall.buyer();
    stranger.client.get(&format!("/api/v1/checkouts/{id}")).await.expect_problem(404, "not_found");
    let member = stall.server.member_client(&stall.seed);
    let order_page = checkout["order_url"].as_str().unwrap().rsplit('/').next().unwrap();
    for path in [
        "/api/v1/orders".to_owned(),
        format!("/api/v1/orders/{id}"),
        "/api/v1/orders.csv".to_owned(),
        format!("/api/v1/buyer-orders/{order_page}"),
    ] {
        let answer = member.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(&secret), "{path}");
    }
    for audience in [Audience::Members, Audience::Viewers] {
        let events = serde_json::to_string(&stall.events(audience).await).unwrap();
        assert!(!events.contains(&secret), "{events}");
    }
    let order = stall.order(&checkout).await;
    assert!(order.session_secret.is_some());
    assert!(!format!("{order:?}").contains(&secret), "it is printed nowhere");
}

#[tokio::test]
async fn a_reservation_that_is_given_back_opens_nothing() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let checkout = click(&stall, &buyer, "k").await.expect(201);
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.delete(&path).await.expect(202)["embedded"], json!(null));
    let order = stall.reaches(&checkout, OrderStatus::Expired).await;
    assert_eq!(order.session_secret, None);
    assert_eq!(buyer.client.get(&path).await.expect(200)["embedded"], json!(null));
    // One tap later the same pieces are paid for in a tab of their own.
    let hosted = click_for(&stall, &buyer, "l", json!({ "ui": "hosted" })).await.expect(201);
    assert!(hosted["pay_url"].is_string());
    assert_eq!(stall.counts().await, (4, 1, 0));
}

#[tokio::test]
async fn a_lost_answer_finds_the_page_again() {
    let stall = Stall::open_still(5).await;
    let buyer = stall.buyer();
    let checkout = click(&stall, &buyer, "k").await.expect(201);
    stall.forget_answer(&checkout).await;
    let again = click(&stall, &buyer, "k").await.expect(201);
    assert_eq!(again["embedded"], checkout["embedded"]);
}

#[tokio::test]
async fn requests_that_were_frozen_before_there_was_a_choice_are_hosted() {
    let stall = Stall::open(1).await;
    let checkout = click_for(&stall, &stall.buyer(), "k", json!({})).await.expect(201);
    let mut frozen = stall.order(&checkout).await.session_request;
    let whole: CreateSession = serde_json::from_value(frozen.clone()).unwrap();
    assert_eq!(frozen["ui"], "hosted");
    frozen.as_object_mut().unwrap().remove("ui");
    assert_eq!(serde_json::from_value::<CreateSession>(frozen).unwrap(), whole);
}
