//! Buying: one click, one reservation, one payment.

use serde_json::json;
use vetrina::clock::Clock;
use vetrina::domain::event::Audience;
use vetrina::domain::order::{OrderStatus, ReleaseReason};

use crate::support::server::{Setup, TestServer};
use crate::support::stall::Stall;

#[tokio::test]
async fn a_buyer_clicks_pays_and_the_order_is_paid() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 2).await;
    assert_eq!(checkout["number"], "TEST-1001");
    assert_eq!(checkout["is_test"], true);
    assert_eq!(checkout["total"], json!({ "amount": 9980, "currency": "EUR" }));
    assert_eq!(checkout["lines"][0]["title"], "Vaso & \"Luna\"");
    assert!(checkout["reserved_until"].is_string());
    assert_eq!(stall.counts().await, (3, 2, 0));

    let page = stall.pay_page(&checkout).await;
    let answer = page.submit("pay", "&name=Giulia%20Verdi&email=giulia%40example.it").await;
    assert_eq!(answer.status, 303);

    let order = stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(order.buyer.unwrap().name.as_deref(), Some("Giulia Verdi"));
    assert_eq!(order.amount_total, Some(order.amount_subtotal));
    assert_eq!(order.review, None);
    assert_eq!(stall.counts().await, (3, 0, 2));
    let paid = buyer.client.get(&format!("/api/v1/checkouts/{}", order.id)).await.expect(200);
    assert_eq!((&paid["status"], &paid["pay_url"]), (&json!("paid"), &json!(null)));

    assert_eq!(
        stall.event_names(Audience::Members).await,
        ["order.reserved", "order.reserved", "order.paid"]
    );
    let stock = stall.events(Audience::Viewers).await;
    let last = serde_json::to_value(stock.last().unwrap()).unwrap();
    assert_eq!((&last["type"], &last["data"]["available"]), (&json!("stock.changed"), &json!(3)));
    let sold = serde_json::to_value(stall.events(Audience::Members).await.last().unwrap()).unwrap();
    let sales = json!({ "orders": 1, "units": 2, "total": { "amount": 9980, "currency": "EUR" } });
    assert_eq!(sold["data"]["sales"], sales);
    assert_eq!(sold["data"]["order"]["buyer_name"], "Giulia Verdi");
}

#[tokio::test]
async fn a_declined_card_can_be_tried_again() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    let answer = page.submit("decline", "").await;
    assert_eq!(answer.status, 303);
    let again = stall.server.client().get(answer.headers["location"].to_str().unwrap()).await;
    assert!(String::from_utf8(again.bytes).unwrap().contains("The card was declined"));
    assert_eq!(stall.counts().await, (0, 1, 0));
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
}

#[tokio::test]
async fn a_buyer_gives_pieces_back() {
    let stall = Stall::open(3).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 3).await;
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    let cancelled = buyer.client.delete(&path).await.expect(202);
    assert_eq!(cancelled["status"], "expired");
    assert_eq!(stall.order(&checkout).await.release_reason, Some(ReleaseReason::Cancelled));
    assert_eq!(stall.counts().await, (3, 0, 0));
    assert_eq!(
        stall.event_names(Audience::Members).await,
        ["order.reserved", "order.reserved", "order.changed", "order.released"]
    );
    // Once more is no failure, and another click is a new order.
    assert_eq!(buyer.client.delete(&path).await.expect(202)["status"], "expired");
    assert_eq!(stall.click(&buyer, "second", 1).await.expect(201)["number"], "TEST-1002");
}

#[tokio::test]
async fn the_same_click_is_one_reservation() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let (first, second) = tokio::join!(stall.click(&buyer, "k", 1), stall.click(&buyer, "k", 1));
    let (first, second) = (first.expect(201), second.expect(201));
    assert_eq!(first["id"], second["id"]);
    let third = stall.click(&buyer, "k", 1).await.expect(201);
    assert_eq!((&third["id"], third["pay_url"].is_string()), (&first["id"], true));
    assert_eq!(stall.counts().await, (4, 1, 0));
    stall.click(&buyer, "k", 2).await.expect_problem(422, "idempotency_key_reused");
    // The key is the viewer's own.
    assert_ne!(stall.click(&stall.buyer(), "k", 2).await.expect(201)["id"], first["id"]);
}

#[tokio::test]
async fn a_viewer_has_one_live_reservation_for_a_product() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let checkout = stall.reserve(&buyer, 1).await;
    let problem = stall.click(&buyer, "other", 1).await.expect_problem(409, "reservation_exists");
    assert_eq!(problem["checkout_id"], checkout["id"]);
    assert_eq!(stall.counts().await, (4, 1, 0));
    let held = stall.server.app.held_checkouts(buyer.viewer, stall.show).await.unwrap();
    assert_eq!(
        held.iter().map(|held| held.id.to_string()).collect::<Vec<_>>(),
        [checkout["id"].as_str().unwrap()]
    );
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert!(stall.server.app.held_checkouts(buyer.viewer, stall.show).await.unwrap().is_empty());
    stall.click(&buyer, "other", 1).await.expect(201);
}

#[tokio::test]
async fn two_hundred_buyers_share_ten_pieces() {
    let stall = Stall::open(10).await;
    let clicks = (0..200).map(|_| async {
        let buyer = stall.buyer();
        stall.click_until_answered(&buyer, "k", 1).await
    });
    let answers = futures_util::future::join_all(clicks).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((won.len(), lost.len()), (10, 190));
    for answer in lost {
        answer.expect_problem(409, "sold_out");
    }
    assert_eq!(stall.counts().await, (0, 10, 0));
    let won: Vec<_> = won.into_iter().map(|answer| answer.body).collect();
    for checkout in &won {
        let open = stall.reaches(checkout, OrderStatus::Open).await;
        assert!(open.session_id.is_some());
    }
    let mut numbers: Vec<_> = won.iter().map(|checkout| checkout["number"].to_string()).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 10);
}

#[tokio::test]
async fn several_lines_are_reserved_together_or_not_at_all() {
    let stall = Stall::open(3).await;
    let other = stall.server.seed_product(&stall.seed, "Tazza", 1).await;
    stall.server.seed_lineup(&stall.seed, stall.show, &[stall.product.id, other.id]).await;
    let cup = other.variants[0].id;
    let lines = |vases: i64, cups: i64| {
        json!([
            { "variant_id": stall.variant(), "units": vases },
            { "variant_id": cup, "units": cups },
            { "variant_id": stall.variant(), "units": 1 },
        ])
    };
    let problem = stall.click_lines(&stall.buyer(), "k", lines(1, 2)).await.expect_problem(409, "sold_out");
    assert_eq!(problem["variant_id"], cup.to_string());
    assert_eq!(stall.counts().await, (3, 0, 0));
    stall.click_lines(&stall.buyer(), "k", lines(3, 1)).await.expect_problem(409, "sold_out");
    let checkout = stall.click_lines(&stall.buyer(), "k", lines(2, 1)).await.expect(201);
    assert_eq!(checkout["lines"].as_array().unwrap().len(), 3);
    assert_eq!(stall.counts().await, (0, 3, 0));
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(stall.counts().await, (0, 0, 3));
}

#[tokio::test]
async fn the_price_of_the_click_is_the_price_paid() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.sql("update variants set price = 1").await;
    assert!(stall.pay_page(&checkout).await.html.contains("€49.90"));
    stall.pay(&checkout).await;
    let order = stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(order.amount_total.unwrap().minor(), 4990);
    assert_eq!(order.review, None);
}

#[tokio::test]
async fn what_cannot_be_bought_is_refused() {
    let stall = Stall::open(5).await;
    let buyer = stall.buyer();
    let variant = stall.variant();
    for lines in [
        json!([]),
        json!([{ "variant_id": variant, "units": 0 }]),
        json!([{ "variant_id": variant, "units": -1 }]),
        json!([{ "variant_id": variant, "units": 11 }]),
        json!([{ "variant_id": variant, "units": 1_000_000_000_000i64 }]),
        json!([{ "variant_id": variant, "units": 1.5 }]),
        json!([{ "variant_id": variant, "units": 1, "price": 1 }]),
        json!([{ "variant_id": variant, "units": 6 }, { "variant_id": variant, "units": 5 }]),
        json!(vec![json!({ "variant_id": variant, "units": 1 }); 21]),
    ] {
        stall.click_lines(&buyer, "k", lines).await.expect_problem(422, "invalid");
    }
    let long = "k".repeat(256);
    stall.click(&buyer, &long, 1).await.expect_problem(422, "invalid");
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let body = json!({ "lines": [{ "variant_id": variant, "units": 1 }] });
    buyer.client.post(&path, body.clone()).await.expect_problem(400, "idempotency_key_required");
    let nobody = stall.server.client().with_header("idempotency-key", "k");
    nobody.post(&path, body.clone()).await.expect_problem(401, "unauthenticated");

    let unknown = json!([{ "variant_id": stall.show, "units": 1 }]);
    stall.click_lines(&buyer, "k", unknown).await.expect_problem(409, "product_unavailable");
    let hidden = stall.server.seed_product(&stall.seed, "Non in vetrina", 1).await.variants[0].id;
    let hidden = json!([{ "variant_id": hidden, "units": 1 }]);
    stall.click_lines(&buyer, "k", hidden).await.expect_problem(409, "product_unavailable");
    stall.sql("update variants set on_sale = not on_sale").await;
    stall.click(&buyer, "k", 1).await.expect_problem(409, "product_unavailable");
    stall.sql("update variants set on_sale = not on_sale").await;
    stall.sql("update products set status = 'archived'").await;
    stall.click(&buyer, "k", 1).await.expect_problem(409, "product_unavailable");
    stall.sql("update products set status = 'active'").await;
    stall.sql("update shows set status = 'ended'").await;
    stall.click(&buyer, "k", 1).await.expect_problem(409, "not_selling");
    assert_eq!(stall.counts().await, (5, 0, 0));
}

#[tokio::test]
async fn other_peoples_shows_and_checkouts_are_not_there() {
    let stall = Stall::open(5).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    let stranger = stall.buyer();
    stranger.client.get(&path).await.expect_problem(404, "not_found");
    stranger.client.delete(&path).await.expect_problem(404, "not_found");
    let elsewhere = stall.server.seed_shop().await;
    let token = stall.server.viewer_token(&elsewhere);
    let foreign = stall.server.client().with_bearer(&token).with_header("idempotency-key", "k");
    let body = json!({ "lines": [{ "variant_id": stall.variant(), "units": 1 }] });
    let shop = format!("/api/v1/shows/{}/checkouts", stall.show);
    foreign.post(&shop, body).await.expect_problem(404, "not_found");
    foreign.get(&path).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_program_that_clicks_is_told_to_wait() {
    // Each node counts for itself.
    let setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    let stall = Stall::at(TestServer::start_alone(setup).await, 0).await;
    let buyer = stall.buyer();
    for click in 0..20 {
        stall.click(&buyer, &format!("k{click}"), 1).await.expect_problem(409, "sold_out");
    }
    let refused = stall.click(&buyer, "k", 1).await;
    assert_eq!(refused.headers["retry-after"], "3");
    refused.expect_problem(429, "rate_limited");
    stall.pass(chrono::TimeDelta::seconds(3));
    stall.click(&buyer, "k", 1).await.expect_problem(409, "sold_out");
}
