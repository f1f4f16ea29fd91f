//! Orders on their way: shipping, and the page by which a buyer follows it.

use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;

use crate::support::http::Client;
use crate::support::stall::Stall;

async fn paid(stall: &Stall) -> Value {
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
}

fn shipment_of(checkout: &Value) -> String {
    format!("/api/v1/orders/{}/shipment", checkout["id"].as_str().unwrap())
}

/// The buyer's page of a checkout, as JSON, for somebody who is nobody.
async fn buyer_page(stall: &Stall, checkout: &Value) -> crate::support::http::Answer {
    let url = checkout["order_url"].as_str().unwrap();
    let token = url.strip_prefix(&stall.server.url("/order/")).expect("the page is ours");
    stall.server.client().get(&format!("/api/v1/buyer-orders/{token}")).await
}

#[tokio::test]
async fn a_paid_order_is_sent_once() {
    let stall = Stall::open_still(3).await;
    let checkout = paid(&stall).await;
    let member = stall.server.member_client(&stall.seed);
    let path = shipment_of(&checkout);
    let parcel = json!({ "carrier": " Poste  Italiane ", "tracking_code": "1Z 999\tAA" });
    let sent = member.put(&path, parcel.clone()).await.expect(200);
    assert_eq!(sent["status"], "shipped");
    let now = json!(stall.server.clock.now());
    let shipment = json!({ "carrier": "Poste Italiane", "tracking_code": "1Z 999 AA", "shipped_at": now });
    assert_eq!((&sent["shipment"], &sent["shipped_at"]), (&shipment, &now));
    assert_eq!(sent["history"].as_array().unwrap().last().unwrap()["cause"], "goods_sent");

    stall.pass(chrono::TimeDelta::hours(2));
    let again = member.put(&path, parcel).await.expect(200);
    assert_eq!((&again["shipment"], &again["history"]), (&sent["shipment"], &sent["history"]));
    let mended = member.put(&path, json!({ "carrier": "BRT" })).await.expect(200);
    let expected = json!({ "carrier": "BRT", "tracking_code": null, "shipped_at": now });
    assert_eq!((&mended["shipment"], &mended["history"]), (&expected, &sent["history"]));
    let names = stall.event_names(Audience::Members).await;
    assert_eq!(names.iter().filter(|name| *name == "order.shipped").count(), 1, "{names:?}");
    assert_eq!(stall.counts().await, (2, 0, 1));
    assert_eq!(stall.server.app.show_sales(stall.seed.shop, stall.show).await.unwrap().orders, 1);
}

#[tokio::test]
async fn two_members_who_send_at_once_send_once() {
    let stall = Stall::open_still(1).await;
    let checkout = paid(&stall).await;
    let (one, other) = (stall.server.member_client(&stall.seed), stall.server.member_client(&stall.seed));
    let path = shipment_of(&checkout);
    let (first, second) = tokio::join!(
        one.put(&path, json!({ "carrier": "BRT" })),
        other.put(&path, json!({ "carrier": "GLS" }))
    );
    first.expect(200);
    second.expect(200);
    let names = stall.event_names(Audience::Members).await;
    assert_eq!(names.iter().filter(|name| *name == "order.shipped").count(), 1);
}

#[tokio::test]
async fn only_what_is_paid_and_beyond_doubt_is_sent() {
    let stall = Stall::open_still(3).await;
    let member = stall.server.member_client(&stall.seed);
    let open = stall.reserve(&stall.buyer(), 1).await;
    let problem = member.put(&shipment_of(&open), json!({})).await.expect_problem(409, "order_not_paid");
    assert_eq!(problem["order_status"], "open");
    assert_eq!(stall.order(&open).await.shipment, None);
    stall.pay(&open).await;
    stall.reaches(&open, OrderStatus::Paid).await;

    let doubtful = stall.reserve(&stall.buyer(), 1).await;
    let change = json!({ "amount_subtotal": 1 });
    let body = stall.session_event("evt_1", "checkout.session.completed", &doubtful, change).await;
    stall.tell(&body).await.expect(200);
    member.put(&shipment_of(&doubtful), json!({})).await.expect_problem(409, "order_in_review");
    assert_eq!(stall.order(&doubtful).await.status, OrderStatus::Paid);
    // A parcel without a carrier or code is one that the shop brings itself.
    let sent = member.put(&shipment_of(&open), json!({})).await.expect(200);
    assert_eq!(sent["shipment"]["carrier"], Value::Null);
}

#[tokio::test]
async fn bad_parcels_are_refused() {
    let stall = Stall::open_still(1).await;
    let checkout = paid(&stall).await;
    let member = stall.server.member_client(&stall.seed);
    let path = shipment_of(&checkout);
    let check = async |body: Value, pointer: &str, code: &str| {
        let problem = member.put(&path, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0], json!({ "pointer": pointer, "code": code }));
    };
    check(json!({ "carrier": "x".repeat(61) }), "/carrier", "too_long").await;
    check(json!({ "tracking_code": "x".repeat(81) }), "/tracking_code", "too_long").await;
    check(json!({ "tracking_code": "a\u{202e}b" }), "/tracking_code", "forbidden_characters").await;
    check(json!({ "carrier": 5 }), "/carrier", "wrong_type").await;
    check(json!({ "weight": 5 }), "/weight", "unknown_field").await;
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}

#[tokio::test]
async fn sending_is_for_those_who_may_see_orders() {
    let stall = Stall::open_still(1).await;
    let checkout = paid(&stall).await;
    let path = shipment_of(&checkout);
    let moderator = stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    let narrow = stall.server.key_client(&stall.seed, &[Permission::Shows]).await;
    for client in [stall.server.member_client(&moderator), narrow] {
        client.put(&path, json!({})).await.expect_problem(403, "forbidden");
    }
    stall.server.client().put(&path, json!({})).await.expect_problem(401, "unauthenticated");
    let elsewhere = stall.server.seed_shop().await;
    let stranger = stall.server.member_client(&elsewhere);
    stranger.put(&path, json!({})).await.expect_problem(404, "not_found");
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    let key = stall.server.key_client(&stall.seed, &[Permission::Orders]).await;
    key.put(&path, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_buyer_follows_an_order_by_its_address() {
    let stall = Stall::open_still(3).await;
    let checkout = stall.reserve(&stall.buyer(), 2).await;
    let page = buyer_page(&stall, &checkout).await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        assert_eq!(page.headers[name], value, "{name}");
    }
    let order = page.expect(200);
    assert_eq!((&order["status"], &order["is_test"]), (&json!("open"), &json!(true)));
    assert_eq!(order["pay_url"], checkout["pay_url"]);
    assert_eq!(order["shop_name"], "Bottega Aurora");
    assert_eq!(order["lines"][0]["units"], 2);
    let form = stall.pay_page(&checkout).await;
    form.submit("pay", "&name=Giulia&email=giulia%40example.it").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let member = stall.server.member_client(&stall.seed);
    let parcel = json!({ "carrier": "BRT", "tracking_code": "123" });
    member.put(&shipment_of(&checkout), parcel).await.expect(200);
    let order = buyer_page(&stall, &checkout).await.expect(200);
    assert_eq!((&order["status"], &order["pay_url"]), (&json!("shipped"), &Value::Null));
    assert_eq!(order["shipment"]["tracking_code"], "123");
    // Whoever finds the address learns nothing of the buyer.
    let text = order.to_string();
    assert!(!text.contains("Giulia") && !text.contains("giulia"), "{text}");
}

#[tokio::test]
async fn the_buyers_page_heals_a_lost_webhook() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_unheard(&checkout).await;
    assert_eq!(buyer_page(&stall, &checkout).await.expect(200)["status"], "paid");
}

#[tokio::test]
async fn wrong_addresses_all_look_alike() {
    let stall = Stall::open_still(2).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let other = stall.reserve(&stall.buyer(), 1).await;
    let nobody = stall.server.client();
    let token = |checkout: &Value| {
        let url = checkout["order_url"].as_str().unwrap();
        url.rsplit('/').next().unwrap().to_owned()
    };
    let (mine, foreign) = (token(&checkout), token(&other));
    assert_eq!(mine.len(), 43);
    let last_changed = format!("{}{}", &mine[..42], if mine.ends_with('A') { 'E' } else { 'A' });
    let crossed = format!("{}{}", &mine[..22], &foreign[22..]);
    let long = "A".repeat(5_000);
    let mut answers = Vec::new();
    for wrong in [&last_changed, &crossed, &mine[..42], "x", "%20", &long, checkout["id"].as_str().unwrap()] {
        let mut problem =
            nobody.get(&format!("/api/v1/buyer-orders/{wrong}")).await.expect_problem(404, "not_found");
        problem["request_id"] = Value::Null;
        answers.push(problem);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[tokio::test]
async fn the_page_itself_is_private() {
    let stall = Stall::open_still(1).await;
    let client: Client = stall.server.client();
    let page = client.get("/order/anything").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow");
    assert!(page.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
}
