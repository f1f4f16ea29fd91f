//! Asks the sandbox as a program made for Stripe would.

use reqwest::Method;
use serde_json::{Value, json};

use super::http::{Answer, Client};
use super::stall::{PayPage, Stall};

/// A client with the sandbox's key.
pub fn caller(stall: &Stall) -> Client {
    let sandbox = stall.server.app.provider().sandbox().expect("tests take test money");
    stall.server.client().with_bearer(sandbox.api_key().reveal())
}

/// Sends a form to an address below `/v1`.
pub async fn post(client: &Client, path: &str, form: &str) -> Answer {
    let kind = "application/x-www-form-urlencoded";
    client.send_bytes(Method::POST, &format!("/sandbox/v1{path}"), kind, form.as_bytes().to_vec()).await
}

/// Reads an address below `/v1`.
pub async fn read(stall: &Stall, path: &str) -> Value {
    caller(stall).get(&format!("/sandbox/v1{path}")).await.expect(200)
}

/// A create request for two vases, with the end in so many seconds.
pub fn create_form(stall: &Stall, life_secs: i64) -> String {
    let expires_at = stall.server.clock.now().timestamp() + life_secs;
    format!(
        "mode=payment&ui_mode=hosted_page&success_url=https://shop.example/ok&expires_at={expires_at}\
         &line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=4990\
         &line_items[0][price_data][product_data][name]=Vaso&line_items[0][quantity]=2"
    )
}

/// A session for two vases.
pub async fn create(stall: &Stall) -> Value {
    create_with(stall, "").await
}

/// The same with further parameters.
pub async fn create_with(stall: &Stall, more: &str) -> Value {
    let form = format!("{}{more}", create_form(stall, 3600));
    post(&caller(stall), "/checkout/sessions", &form).await.expect(200)
}

/// The pay page of a session.
pub async fn page_of(stall: &Stall, session: &Value) -> PayPage {
    stall.pay_page_at(&format!("/sandbox/pay/{}", id_of(session))).await
}

/// A session that was paid, as the interface shows it.
pub async fn paid(stall: &Stall) -> Value {
    let session = create(stall).await;
    page_of(stall, &session).await.submit("pay", "").await;
    let session = read(stall, &format!("/checkout/sessions/{}", id_of(&session))).await;
    assert_eq!(session["payment_status"], "paid", "{session}");
    session
}

/// The name of an object.
#[track_caller]
pub fn id_of(object: &Value) -> &str {
    object["id"].as_str().expect("objects have names")
}

/// Checks a refusal's status, type and code.
#[track_caller]
pub fn refused(answer: Answer, status: u16, kind: &str, code: Option<&str>) {
    let body = answer.expect(status);
    assert_eq!((&body["error"]["type"], &body["error"]["code"]), (&json!(kind), &json!(code)), "{body}");
}
