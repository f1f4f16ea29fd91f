//! Buyers read and erase what is kept of them, with scripts and without, and owners do it for them.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::member::Role;
use vetrina::domain::order::OrderStatus;

use super::{order_path, sell, ship, token};
use crate::support::stall::Stall;

const ANNA: &str = "&name=Anna%20Quaglia&email=anna%40quaglia.example";

async fn post_form(stall: &Stall, path: &str, form: &str) -> crate::support::http::Answer {
    let kind = "application/x-www-form-urlencoded";
    stall.server.client().send_bytes(reqwest::Method::POST, path, kind, form.as_bytes().to_vec()).await
}

#[tokio::test]
async fn a_buyer_erases_what_the_books_need_not() {
    let stall = Stall::open(3).await;
    let checkout = sell(&stall, &stall.buyer(), 1, ANNA).await;
    let (client, token) = (stall.server.client(), token(&stall, &checkout));
    let path = |what: &str| format!("/api/v1/buyer-orders/{token}/{what}");
    let data = client.get(&path("data")).await.expect(200);
    assert_eq!(data["orders"][0]["order"]["buyer"]["email"], "anna@quaglia.example");
    assert_eq!(data["orders"][0]["erased_at"], Value::Null);

    let told = client.get(&path("erasure")).await.expect(200);
    assert_eq!(told["blocked"], json!([{ "number": checkout["number"], "obstacles": ["delivery"] }]));
    let confirmed = json!({ "confirmed": true });
    client.put(&path("erasure"), confirmed.clone()).await.expect_problem(409, "erasure_blocked");
    assert!(stall.order(&checkout).await.buyer.is_some(), "nothing was erased");
    ship(&stall, &checkout).await;
    client.put(&path("erasure"), json!({ "confirmed": false })).await.expect_problem(422, "invalid");
    let (mut colleague, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    let erased = client.put(&path("erasure"), confirmed).await.expect(200);
    assert!(erased["orders"][0]["erased_at"].is_string(), "{erased}");
    let told = colleague.expect_event("buyer.erased").await;
    assert_eq!(told["data"]["order_id"], checkout["id"]);

    let order = stall.order(&checkout).await;
    assert_eq!((order.buyer, order.delivery, order.status), (None, None, OrderStatus::Shipped));
    let data = client.get(&path("data")).await.expect(200);
    assert_eq!(data["orders"][0]["kept"], json!({ "name": "Anna Quaglia", "country": null }));
    assert_eq!(data["orders"][0]["order"]["total"], checkout["total"]);
    let members = serde_json::to_string(&stall.events(Audience::Members).await).unwrap();
    assert!(!members.contains("Quaglia"), "{members}");
    let page = client.get(&format!("/api/v1/buyer-orders/{token}")).await.expect(200);
    assert_eq!((&page["status"], &page["number"]), (&json!("shipped"), &checkout["number"]));
    let found =
        stall.server.member_client(&stall.seed).get("/api/v1/orders?search=quaglia").await.expect(200);
    assert_eq!(found["items"], json!([]));
}

#[tokio::test]
async fn the_provider_does_not_bring_an_erased_buyer_back() {
    let stall = Stall::open(2).await;
    let checkout = sell(&stall, &stall.buyer(), 1, ANNA).await;
    ship(&stall, &checkout).await;
    let again = json!({
        "payment_intent": stall.order(&checkout).await.payment_intent_id,
        "customer_details": { "name": "Anna Quaglia", "email": "anna@quaglia.example", "phone": null },
    });
    let again = stall.session_event("evt_again", "checkout.session.completed", &checkout, again).await;
    let path = format!("/api/v1/buyer-orders/{}/erasure", token(&stall, &checkout));
    stall.server.client().put(&path, json!({ "confirmed": true })).await.expect(200);
    stall.tell(&again).await.expect(200);
    super::until("the news to be handled", async || {
        let cells = super::rows::cells(&stall.server).await;
        let count = |column: &str| cells.iter().filter(|cell| cell.place() == column).count();
        count("provider_events.event_id") == count("provider_events.handled_at")
    })
    .await;
    let order = stall.order(&checkout).await;
    assert_eq!((order.buyer, order.delivery), (None, None));
    let members = serde_json::to_string(&stall.events(Audience::Members).await).unwrap();
    assert!(!members.contains("Quaglia"), "{members}");
}

#[tokio::test]
async fn an_owner_erases_all_orders_of_one_address_or_none() {
    let stall = Stall::open(9).await;
    let owner = stall.server.member_client(&stall.seed);
    let first = sell(&stall, &stall.buyer(), 1, ANNA).await;
    let second = sell(&stall, &stall.buyer(), 1, "&name=Anna%20Q.&email=Anna%40Quaglia.example").await;
    let foreign = sell(&stall, &stall.buyer(), 1, "&name=Luca%20Neri&email=luca%40example.it").await;
    ship(&stall, &first).await;
    let path = format!("{}/erasure", order_path(&first));
    let all = json!({ "confirmed": true, "of": "buyer" });
    let problem = owner.put(&path, all.clone()).await.expect_problem(409, "erasure_blocked");
    assert_eq!(problem["blocked"], json!([{ "number": second["number"], "obstacles": ["delivery"] }]));
    assert!(stall.order(&first).await.erased_at.is_none(), "none is erased while one cannot be");
    ship(&stall, &second).await;
    let data = owner.get(&format!("{}/data?of=buyer", order_path(&first))).await.expect(200);
    assert_eq!(data["orders"].as_array().unwrap().len(), 2);
    let told = owner.get(&format!("{path}?of=buyer")).await.expect(200);
    assert_eq!((told["orders"].as_array().unwrap().len(), &told["blocked"]), (2, &json!([])));
    let erased = owner.put(&path, all).await.expect(200);
    assert!(
        erased["orders"].as_array().unwrap().iter().all(|order| order["erased_at"].is_string()),
        "{erased}"
    );
    assert!(stall.order(&second).await.buyer.is_none());
    assert!(stall.order(&foreign).await.buyer.is_some());

    let host = stall.server.seed_member(stall.seed.shop, Role::Host).await;
    let host = stall.server.member_client(&host);
    let foreign = format!("{}/erasure", order_path(&foreign));
    host.put(&foreign, json!({ "confirmed": true })).await.expect_problem(403, "forbidden");
    let elsewhere = stall.server.seed_shop().await;
    let elsewhere = stall.server.member_client(&elsewhere);
    elsewhere.put(&foreign, json!({ "confirmed": true })).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_page_without_scripts_erases_in_two_steps() {
    let stall = Stall::open(2).await;
    let checkout = sell(&stall, &stall.buyer(), 1, ANNA).await;
    let path = format!("/order/{}/data?lang=en", token(&stall, &checkout));
    let client = stall.server.client();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let page = client.get(&path).await;
    assert_eq!((page.status.as_u16(), &page.headers["cache-control"]), (200, &"no-store".parse().unwrap()));
    let page = text(page.bytes);
    assert!(page.contains("the goods are still to be sent") && !page.contains("value=\"check\""), "{page}");
    let refused = post_form(&stall, &path, "step=confirm").await;
    assert_eq!(refused.status, 409);
    assert!(stall.order(&checkout).await.buyer.is_some());

    ship(&stall, &checkout).await;
    let plain = text(client.get(&format!("/order/{}?plain&lang=en", token(&stall, &checkout))).await.bytes);
    assert!(plain.contains(&format!("/order/{}/data", token(&stall, &checkout))), "{plain}");
    let page = text(client.get(&path).await.bytes);
    assert!(page.contains("value=\"check\"") && page.contains("/data\" download"), "{page}");
    let check = post_form(&stall, &path, "step=check").await;
    assert_eq!(check.status, 200);
    let check = text(check.bytes);
    assert!(check.contains("art. 2220") && check.contains("value=\"confirm\""), "{check}");
    assert!(stall.order(&checkout).await.buyer.is_some(), "the first step erases nothing");
    let done = post_form(&stall, &path, "step=confirm").await;
    assert_eq!(done.status, 303);
    assert!(stall.order(&checkout).await.buyer.is_none());
    let page = text(client.get(&path).await.bytes);
    assert!(page.contains("Your data were erased on") && !page.contains("value=\"check\""), "{page}");
    let wrong = client.get("/order/nonsense/data").await;
    assert_eq!(wrong.status, 404);
}
