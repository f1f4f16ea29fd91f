//! What a set-up wizard and Stripe's command line ask for beside sessions.

use reqwest::Method;
use serde_json::json;
use vetrina::config::Secret;

use crate::support::sandbox::{caller, create, id_of, paid, post, read, refused};
use crate::support::server::Setup;
use crate::support::stall::Stall;

const INVALID: &str = "invalid_request_error";

#[tokio::test]
async fn account_and_balance_answer_a_right_key() {
    let stall = Stall::open(1).await;
    let account = read(&stall, "/account").await;
    assert_eq!((&account["object"], &account["charges_enabled"]), (&json!("account"), &json!(true)));
    let balance = read(&stall, "/balance").await;
    assert_eq!((&balance["object"], &balance["livemode"]), (&json!("balance"), &json!(false)));
    let country = read(&stall, "/country_specs/IT").await;
    let taken = country["supported_payment_currencies"].as_array().unwrap();
    assert!(taken.contains(&json!("eur")) && taken.contains(&json!("jpy")));
    let nowhere = caller(&stall).get("/sandbox/v1/country_specs/XX").await;
    refused(nowhere, 404, INVALID, Some("resource_missing"));
    for path in [
        "/account",
        "/country_specs/IT",
        "/payment_intents",
        "/balance",
        "/events",
        "/webhook_endpoints",
        "/refunds",
        "/nowhere",
    ] {
        let answer = stall.server.client().get(&format!("/sandbox/v1{path}")).await;
        refused(answer, 401, INVALID, None);
    }
}

#[tokio::test]
async fn payments_are_listed_once_there_are_any() {
    let stall = Stall::open(1).await;
    create(&stall).await;
    assert_eq!(read(&stall, "/payment_intents").await["data"], json!([]));
    let (first, second) = (paid(&stall).await, paid(&stall).await);
    let page = read(&stall, "/payment_intents?limit=1").await;
    assert_eq!((&page["url"], &page["has_more"]), (&json!("/v1/payment_intents"), &json!(true)));
    assert_eq!(page["data"][0]["id"], second["payment_intent"]);
    let after = page["data"][0]["id"].as_str().unwrap();
    let rest = read(&stall, &format!("/payment_intents?starting_after={after}")).await;
    assert_eq!(rest["has_more"], json!(false));
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert_eq!(rest["data"][0]["id"], first["payment_intent"]);
    let client = caller(&stall);
    let none = client.get("/sandbox/v1/payment_intents?starting_after=pi_none").await;
    refused(none, 404, INVALID, Some("resource_missing"));
    let unknown = client.get("/sandbox/v1/payment_intents?customers=x").await;
    refused(unknown, 400, INVALID, Some("parameter_unknown"));
}

#[tokio::test]
async fn webhook_endpoints_are_kept_listed_and_taken_away() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let good = "url=https://shop.example/hook&enabled_events[]=checkout.session.completed\
                &enabled_events[]=refund.failed&api_version=2026-09-30.endive&description=shop";
    for (form, code) in [
        ("", Some("url_invalid")),
        ("url=nowhere&enabled_events[]=x", Some("url_invalid")),
        ("url=https://shop.example/", None),
        ("url=https://shop.example/&enabled_events[]=x&secret=1", Some("parameter_unknown")),
    ] {
        refused(post(&client, "/webhook_endpoints", form).await, 400, INVALID, code);
    }
    let made = post(&client, "/webhook_endpoints", good).await.expect(200);
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(made["enabled_events"], json!(["checkout.session.completed", "refund.failed"]));
    let list = read(&stall, "/webhook_endpoints").await;
    assert_eq!(list["data"].as_array().unwrap().len(), 1);
    assert_eq!((&list["data"][0]["id"], &list["data"][0]["secret"]), (&made["id"], &json!(null)));
    let path = format!("/sandbox/v1/webhook_endpoints/{}", id_of(&made));
    assert_eq!(client.get(&path).await.expect(200)["url"], "https://shop.example/hook");
    assert_eq!(client.delete(&path).await.expect(200)["deleted"], true);
    refused(client.delete(&path).await, 404, INVALID, Some("resource_missing"));
    for _ in 0..16 {
        post(&client, "/webhook_endpoints", good).await.expect(200);
    }
    refused(post(&client, "/webhook_endpoints", good).await, 400, INVALID, None);
}

#[tokio::test]
async fn sessions_are_made_of_prices_and_paid_with_a_payment_method() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let product = post(&client, "/products", "name=Vaso").await.expect(200);
    let price = format!("currency=usd&unit_amount=1500&product={}", id_of(&product));
    let price = post(&client, "/prices", &price).await.expect(200);
    let form = format!(
        "mode=payment&success_url=https://shop.example/&line_items[0][quantity]=2&line_items[0][price]={}",
        id_of(&price)
    );
    let session = post(&client, "/checkout/sessions", &form).await.expect(200);
    assert_eq!((&session["amount_total"], &session["currency"]), (&json!(3_000), &json!("usd")));
    let method = "type=card&card[token]=tok_visa&billing_details[name]=Jenny+Rosen\
                  &billing_details[email]=jenny@example.com&billing_details[address][country]=US";
    let method = post(&client, "/payment_methods", method).await.expect(200);
    let path = format!("/payment_pages/{}", id_of(&session));
    assert_eq!(read(&stall, &path).await["id"], session["id"]);
    let form = format!("payment_method={}&expected_amount=3000", id_of(&method));
    let paid = post(&client, &format!("{path}/confirm"), &form).await.expect(200);
    assert_eq!(paid["customer_details"]["name"], "Jenny Rosen");
    assert_eq!(paid["customer_details"]["address"]["country"], "US");

    for (path, form, status, code) in [
        ("/products", "description=x", 400, None),
        ("/prices", "currency=usd&unit_amount=1&product=prod_none", 404, Some("resource_missing")),
        ("/prices", "currency=eur&unit_amount=x&product_data[name]=x", 400, None),
        ("/payment_methods", "type=card&card[number]=4242424242424242", 400, Some("parameter_unknown")),
        ("/payment_methods", "type=card", 400, None),
        ("/payment_methods", "type=sepa_debit", 400, None),
        (
            "/checkout/sessions",
            "mode=payment&success_url=https://shop.example/&line_items[0][price]=price_none",
            404,
            Some("resource_missing"),
        ),
    ] {
        refused(post(&client, path, form).await, status, INVALID, code);
    }
}

#[tokio::test]
async fn a_key_that_was_set_opens_the_root_too() {
    let mut setup = Setup::default();
    setup.config.stripe.sandbox_key = Some(Secret::new("sk_test_for_tools"));
    let stall = Stall::open_with(setup, 1).await;
    let client = stall.server.client().with_bearer("sk_test_for_tools");
    let kind = "application/x-www-form-urlencoded";
    let product = client.send_bytes(Method::POST, "/v1/products", kind, b"name=Vaso".to_vec()).await;
    assert_eq!(product.expect(200)["name"], "Vaso");
    assert_eq!(client.get("/sandbox/v1/account").await.expect(200)["object"], "account");
    refused(stall.server.client().get("/v1/account").await, 401, INVALID, None);
    // The server's own checkout goes on with that key.
    stall.reserve(&stall.buyer(), 1).await;

    let plain = Stall::open(1).await;
    let answer = caller(&plain).get("/v1/account").await;
    assert_ne!(answer.body["object"], "account");
}
