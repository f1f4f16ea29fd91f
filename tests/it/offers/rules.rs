//! What may be offered, and what can be taken back.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::show::ShowStatus;

use super::{Desk, FULL, OFFER, eur};

#[tokio::test]
async fn an_offer_says_what_it_is_held_against() {
    let desk = Desk::open(5).await;
    desk.pass(TimeDelta::days(40));
    let offer = desk.start(OFFER).await;
    let variant = &offer["variants"][0];
    assert_eq!((&variant["lowest"], &variant["lowest_days"]), (&eur(FULL), &json!(30)));
    assert_eq!((&variant["percent"], &offer["status"]), (&json!(20), &json!("running")));
    let path = format!("/api/v1/shows/{}", desk.stall.show);
    desk.stall
        .server
        .agrees(async || desk.host.get(&path).await.body["show"]["offers"][0]["id"] == offer["id"])
        .await;
    let show = desk.host.get(&path).await.expect(200);
    // The catalogue's price stays what it is.
    assert_eq!(show["show"]["lineup"][0]["variants"][0]["price"], eur(FULL));
}

#[tokio::test]
async fn what_is_no_reduction_is_refused_with_the_price_it_has_to_be_below() {
    let desk = Desk::open(5).await;
    for price in [FULL, FULL + 1] {
        let refusal = desk.ask(json!({ "price": eur(price), "secs": 60 })).await;
        let problem = refusal.expect_problem(409, "offer_not_reduced");
        assert_eq!(problem["lowest"], eur(FULL), "{problem}");
    }
    desk.set_price(3000).await;
    desk.pass(TimeDelta::days(2));
    desk.set_price(FULL).await;
    desk.pass(TimeDelta::days(29));
    let problem =
        desk.ask(json!({ "price": eur(3500), "secs": 60 })).await.expect_problem(409, "offer_not_reduced");
    assert_eq!(problem["lowest"], eur(3000));
    // The last moment at the low price has left the thirty days.
    desk.pass(TimeDelta::days(2));
    assert_eq!(desk.start(3500).await["variants"][0]["lowest"], eur(FULL));
}

#[tokio::test]
async fn a_second_offer_counts_from_the_first_one() {
    let desk = Desk::open(5).await;
    let first = desk.start(OFFER).await;
    let running =
        desk.ask(json!({ "price": eur(3000), "secs": 60 })).await.expect_problem(409, "offer_running");
    assert_eq!(running["offer_id"], first["id"]);
    desk.set(&first, "ended").await.expect(200);
    // Ending what has ended changes nothing.
    assert_eq!(desk.set(&first, "ended").await.expect(200)["end_reason"], "member");
    let ended_at = desk.stall.server.clock.now();
    desk.pass(TimeDelta::days(1));
    let problem =
        desk.ask(json!({ "price": eur(OFFER), "secs": 60 })).await.expect_problem(409, "offer_repeated");
    assert_eq!(problem["again_at"], json!(ended_at + TimeDelta::days(30)));
    let problem =
        desk.ask(json!({ "price": eur(4500), "secs": 60 })).await.expect_problem(409, "offer_not_reduced");
    assert_eq!(problem["lowest"], eur(OFFER));
    let lower = desk.start(3593).await;
    assert_eq!((&lower["variants"][0]["lowest"], &lower["variants"][0]["percent"]), (&eur(OFFER), &json!(9)));
    desk.set(&lower, "ended").await.expect(200);
    desk.pass(TimeDelta::days(31));
    assert_eq!(desk.start(OFFER).await["variants"][0]["lowest"], eur(FULL));
}

#[tokio::test]
async fn a_start_and_an_end_can_be_taken_back_for_some_seconds() {
    let desk = Desk::open(5).await;
    let first = desk.start(OFFER).await;
    desk.pass(TimeDelta::seconds(8));
    assert_eq!(desk.set(&first, "undone").await.expect(200)["status"], "undone");
    // Nobody bought at it, so it was no price.
    assert_eq!(desk.lowest().await.0, FULL);
    let second = desk.start(OFFER).await;
    desk.pass(TimeDelta::seconds(11));
    desk.set(&second, "undone").await.expect_problem(409, "offer_undo_too_late");
    desk.set(&second, "ended").await.expect(200);
    desk.pass(TimeDelta::seconds(8));
    let again = desk.set(&second, "running").await.expect(200);
    assert_eq!((&again["status"], &again["ends_at"]), (&json!("running"), &second["ends_at"]));
    desk.set(&second, "ended").await.expect(200);
    desk.pass(TimeDelta::seconds(11));
    desk.set(&second, "running").await.expect_problem(409, "offer_undo_too_late");
}

#[tokio::test]
async fn what_was_bought_at_counts_even_if_its_start_was_taken_back() {
    let desk = Desk::open(5).await;
    let offer = desk.start(OFFER).await;
    desk.click(&desk.stall.buyer(), "k", 1, OFFER).await.expect(201);
    desk.set(&offer, "undone").await.expect(200);
    assert_eq!(desk.lowest().await.0, OFFER);
}

#[tokio::test]
async fn terms_have_bounds() {
    let desk = Desk::open(5).await;
    let cases = [
        (json!({ "price": eur(OFFER) }), "/secs"),
        (json!({ "price": eur(OFFER), "secs": 9 }), "/secs"),
        (json!({ "price": eur(OFFER), "secs": 86_401 }), "/secs"),
        (json!({ "price": eur(OFFER), "units": 0 }), "/units"),
        (json!({ "price": eur(OFFER), "units": 6 }), "/units"),
        (json!({ "price": eur(OFFER), "secs": 60, "units_per_buyer": 11 }), "/units_per_buyer"),
        (json!({ "price": eur(OFFER), "secs": 60, "variant_ids": [] }), "/variant_ids"),
        (json!({ "price": eur(OFFER), "secs": 60, "variant_ids": [desk.stall.show] }), "/variant_ids"),
        (json!({ "price": { "amount": OFFER, "currency": "USD" }, "secs": 60 }), "/price/currency"),
    ];
    for (terms, pointer) in cases {
        let problem = desk.ask(terms.clone()).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{terms}: {problem}");
    }
}

#[tokio::test]
async fn only_hosts_offer_what_is_on_sale_in_their_own_show() {
    let desk = Desk::open(5).await;
    let server = &desk.stall.server;
    let terms = json!({ "product_id": desk.stall.product.id, "price": eur(OFFER), "secs": 60 });
    let moderator = server.seed_member(desk.stall.seed.shop, Role::Moderator).await;
    server.member_client(&moderator).post(&desk.path(), terms.clone()).await.expect_problem(403, "forbidden");
    let stranger = server.seed_shop().await;
    server.member_client(&stranger).post(&desk.path(), terms.clone()).await.expect_problem(404, "not_found");
    let key = server.key_client(&desk.stall.seed, &[Permission::Orders]).await;
    key.get(&desk.path()).await.expect_problem(403, "forbidden");

    let other = server.seed_product(&desk.stall.seed, "Ciotola", 1).await;
    let outside = json!({ "product_id": other.id, "price": eur(OFFER), "secs": 60 });
    desk.host.post(&desk.path(), outside).await.expect_problem(404, "not_in_lineup");

    let offer = desk.start(OFFER).await;
    server.app.set_show_status(&desk.stall.seed.owner, desk.stall.show, ShowStatus::Ended).await.unwrap();
    assert_eq!(desk.stored(&offer).await["end_reason"], "show_ended");
    desk.host.post(&desk.path(), terms).await.expect_problem(409, "not_selling");
}
