//! Orders and sales as members see them.

use serde_json::{Value, json};
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;

use crate::support::stall::Stall;

async fn paid(stall: &Stall, units: i64) -> Value {
    let checkout = stall.reserve(&stall.buyer(), units).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
}

#[tokio::test]
async fn members_read_orders_in_pages() {
    let stall = Stall::open(20).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.insert(0, stall.reserve(&stall.buyer(), 1).await["id"].clone());
    }
    let member = stall.server.member_client(&stall.seed);
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/orders?show_id={}&limit=2{cursor}", stall.show);
        let page = member.get(&path).await.expect(200);
        listed.extend(page["items"].as_array().unwrap().iter().map(|order| order["id"].clone()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(listed, ids);
    let open = member.get("/api/v1/orders?status=open").await.expect(200);
    assert_eq!(open["items"].as_array().unwrap().len(), 5);
    let none = member.get("/api/v1/orders?status=paid").await.expect(200);
    assert_eq!(none["items"], json!([]));
    for query in ["limit=0", "limit=101", "cursor=x", "status=lost", "page=2"] {
        member.get(&format!("/api/v1/orders?{query}")).await.expect_problem(400, "malformed");
    }
    let recent = stall.server.app.recent_orders(stall.seed.shop, stall.show).await.unwrap();
    assert_eq!(recent.len(), 5);
    assert_eq!(json!(recent[0].id), ids[0]);
}

#[tokio::test]
async fn an_order_shows_its_buyer_and_history() {
    let stall = Stall::open(2).await;
    let checkout = stall.reserve(&stall.buyer(), 2).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("pay", "&name=Anna&email=anna%40example.it").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap());
    let order = member.get(&path).await.expect(200);
    assert_eq!(order["buyer"], json!({ "name": "Anna", "email": "anna@example.it" }));
    assert_eq!((&order["status"], &order["review"]), (&json!("paid"), &json!(null)));
    let steps: Vec<_> = order["history"].as_array().unwrap().iter().map(|step| step["to"].clone()).collect();
    assert_eq!(steps, ["open", "paid"]);
    assert_eq!(order["number"], "TEST-1001");
}

#[tokio::test]
async fn a_show_counts_what_it_sold() {
    let stall = Stall::open(10).await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/shows/{}/sales", stall.show);
    let nothing = json!({ "orders": 0, "units": 0, "total": { "amount": 0, "currency": "EUR" } });
    assert_eq!(member.get(&path).await.expect(200)["sales"], nothing);
    paid(&stall, 1).await;
    paid(&stall, 3).await;
    stall.reserve(&stall.buyer(), 2).await;
    let sold = json!({ "orders": 2, "units": 4, "total": { "amount": 19_960, "currency": "EUR" } });
    assert_eq!(member.get(&path).await.expect(200)["sales"], sold);
    assert_eq!(stall.counts().await, (4, 2, 4));
}

#[tokio::test]
async fn orders_are_for_those_who_may_see_them() {
    let stall = Stall::open(2).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let order = format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap());
    let sales = format!("/api/v1/shows/{}/sales", stall.show);
    let moderator = stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    let moderator = stall.server.member_client(&moderator);
    let narrow = stall.server.key_client(&stall.seed, &[Permission::Catalogue]).await;
    let nobody = stall.server.client();
    for path in ["/api/v1/orders", &order, &sales] {
        moderator.get(path).await.expect_problem(403, "forbidden");
        narrow.get(path).await.expect_problem(403, "forbidden");
        nobody.get(path).await.expect_problem(401, "unauthenticated");
    }
    let elsewhere = stall.server.seed_shop().await;
    let stranger = stall.server.member_client(&elsewhere);
    stranger.get(&order).await.expect_problem(404, "not_found");
    stranger.get(&sales).await.expect_problem(404, "not_found");
    assert_eq!(stranger.get("/api/v1/orders").await.expect(200)["items"], json!([]));
    let key = stall.server.key_client(&stall.seed, &[Permission::Orders]).await;
    key.get(&order).await.expect(200);
}
