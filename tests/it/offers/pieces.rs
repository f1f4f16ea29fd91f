//! Who gets an offer's price: frozen with the reservation, never more pieces than there are.

use chrono::TimeDelta;
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::money::Amount;
use vetrina::domain::order::OrderStatus;

use super::{Desk, FULL, OFFER, eur, unit_price};
use crate::support::stall::Stall;

#[tokio::test]
async fn an_order_keeps_the_price_of_its_click() {
    let desk = Desk::open(5).await;
    let offer = desk.start(OFFER).await;
    let buyer = desk.stall.buyer();
    let held = desk.click(&buyer, "a", 2, OFFER).await.expect(201);
    assert_eq!((unit_price(&held), &held["total"]), (OFFER, &eur(2 * OFFER)));
    desk.set(&offer, "ended").await.expect(200);

    let late = desk.stall.buyer();
    let problem = desk.click(&late, "b", 1, OFFER).await.expect_problem(409, "price_changed");
    assert_eq!((&problem["price"], &problem["offer_units"]), (&eur(FULL), &json!(0)));
    assert_eq!(problem["variant_id"], json!(desk.stall.variant()));
    let full = desk.click(&late, "c", 1, FULL).await.expect(201);
    assert_eq!(unit_price(&full), FULL);

    desk.stall.pay(&held).await;
    assert_eq!(
        desk.stall.reaches(&held, OrderStatus::Paid).await.amount_total,
        Some(Amount::from_minor(2 * OFFER))
    );
}

#[tokio::test]
async fn a_price_that_rose_is_told_and_one_that_fell_is_taken() {
    let desk = Desk::open(5).await;
    desk.set_price(5490).await;
    let buyer = desk.stall.buyer();
    let problem = desk.click(&buyer, "a", 1, FULL).await.expect_problem(409, "price_changed");
    assert_eq!(problem["price"], eur(5490));
    desk.set_price(4490).await;
    assert_eq!(unit_price(&desk.click(&buyer, "b", 1, FULL).await.expect(201)), 4490);
}

#[tokio::test]
async fn one_buyer_gets_no_more_than_the_cap() {
    let desk = Desk::open(9).await;
    desk.ask(json!({ "price": eur(OFFER), "secs": 600, "units_per_buyer": 2 })).await.expect(201);
    let buyer = desk.stall.buyer();
    let problem = desk.click(&buyer, "a", 3, OFFER).await.expect_problem(409, "price_changed");
    assert_eq!((&problem["price"], &problem["offer_units"]), (&eur(FULL), &json!(2)));
    desk.buy(&buyer, "b", 1, OFFER).await;
    let problem = desk.click(&buyer, "c", 2, OFFER).await.expect_problem(409, "price_changed");
    assert_eq!(problem["offer_units"], 1);
    desk.buy(&buyer, "d", 1, OFFER).await;
    // Beyond the cap it is sold at its own price, to whoever agrees to that.
    assert_eq!(unit_price(&desk.buy(&buyer, "e", 1, FULL).await), FULL);
    assert_eq!(unit_price(&desk.click(&desk.stall.buyer(), "f", 2, OFFER).await.expect(201)), OFFER);
}

#[tokio::test]
async fn pieces_come_back_with_their_reservation_and_the_last_sale_ends_the_offer() {
    let desk = Desk::open(9).await;
    let offer = desk.ask(json!({ "price": eur(OFFER), "units": 2 })).await.expect(201);
    let (first, second) = (desk.stall.buyer(), desk.stall.buyer());
    let held = desk.click(&first, "a", 2, OFFER).await.expect(201);
    assert_eq!(desk.stored(&offer).await["units_left"], 0);
    desk.click(&second, "b", 1, OFFER).await.expect_problem(409, "price_changed");
    let path = format!("/api/v1/checkouts/{}", held["id"].as_str().unwrap());
    first.client.delete(&path).await.expect(202);
    desk.stall.reaches(&held, OrderStatus::Expired).await;
    let free = desk.stored(&offer).await;
    assert_eq!(
        (&free["units_left"], &free["units_taken"], &free["status"]),
        (&json!(2), &json!(0), &json!("running"))
    );
    desk.buy(&second, "c", 2, OFFER).await;
    assert_eq!(desk.ends(&offer).await, "units");
    let sold = desk.stored(&offer).await;
    assert_eq!((&sold["units_taken"], &sold["units_sold"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn an_offer_ends_by_itself_and_is_not_sold_at_a_moment_longer() {
    let desk = Desk::open(9).await;
    let offer = desk.ask(json!({ "price": eur(OFFER), "secs": 60 })).await.expect(201);
    desk.pass(TimeDelta::seconds(60));
    desk.click(&desk.stall.buyer(), "a", 1, OFFER).await.expect_problem(409, "price_changed");
    assert_eq!(desk.ends(&offer).await, "time");
    let names = desk.stall.event_names(vetrina::domain::event::Audience::Viewers).await;
    let ends = names.iter().filter(|name| *name == "offer.ended").count();
    assert_eq!(ends, 1, "{names:?}");
}

#[tokio::test]
async fn many_buyers_at_once_get_no_more_than_there_is() {
    const PIECES: i64 = 5;
    let desk = Desk::at(Stall::open(40).await).await;
    let offer = desk.ask(json!({ "price": eur(OFFER), "units": PIECES, "secs": 600 })).await.expect(201);
    let buyers: Vec<_> = (0..12).map(|_| desk.stall.buyer()).collect();
    let clicks = join_all(buyers.iter().map(|buyer| click_until_answered(&desk, buyer, "k"))).await;
    let got = clicks.iter().filter(|answer| answer["status"] == "open" || answer["status"] == "reserved");
    assert_eq!(got.count(), 5, "{clicks:?}");
    assert!(
        clicks.iter().all(|answer| answer["code"].is_null() || answer["code"] == "price_changed"),
        "{clicks:?}"
    );
    let stored = desk.stored(&offer).await;
    assert_eq!((&stored["units_taken"], &stored["units_left"]), (&json!(PIECES), &json!(0)));
}

#[tokio::test]
async fn a_buyer_who_clicks_everywhere_at_once_stays_within_the_cap() {
    let desk = Desk::at(Stall::open(40).await).await;
    let offer = desk.ask(json!({ "price": eur(OFFER), "secs": 600, "units_per_buyer": 1 })).await.expect(201);
    let buyer = desk.stall.buyer();
    let keys = ["a", "b", "c", "d", "e", "f"];
    let clicks = join_all(keys.iter().map(|key| click_until_answered(&desk, &buyer, key))).await;
    let got = clicks.iter().filter(|answer| answer["code"].is_null()).count();
    assert_eq!(got, 1, "{clicks:?}");
    assert_eq!(desk.stored(&offer).await["units_taken"], 1);
}

/// Clicks, payments and second thoughts of many buyers, in rounds, against a count kept here.
#[tokio::test]
async fn counters_agree_with_what_buyers_hold_in_any_order() {
    const PIECES: i64 = 6;
    const CAP: i64 = 2;
    let seed = u64::from(u32::from_le_bytes(Clock::system().random()));
    println!("seed {seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    let desk = Desk::at(Stall::open(60).await).await;
    let terms = json!({ "price": eur(OFFER), "units": PIECES, "units_per_buyer": CAP, "secs": 600 });
    let offer = desk.ask(terms).await.expect(201);
    let buyers: Vec<_> = (0..8).map(|_| desk.stall.buyer()).collect();
    let mut held: Vec<Option<Value>> = vec![None; buyers.len()];
    let mut bought = vec![0; buyers.len()];
    for round in 0..4 {
        let wishes: Vec<i64> = buyers.iter().map(|_| rng.random_range(1..=3)).collect();
        let keys: Vec<String> = (0..buyers.len()).map(|at| format!("{round}-{at}")).collect();
        let clicks =
            join_all((0..buyers.len()).map(|at| desk.click(&buyers[at], &keys[at], wishes[at], OFFER))).await;
        for (at, answer) in clicks.into_iter().enumerate() {
            match answer.status.as_u16() {
                201 => held[at] = Some(answer.body),
                409 => assert!(
                    ["price_changed", "reservation_exists"].contains(&answer.body["code"].as_str().unwrap())
                ),
                503 => {}
                _ => panic!("{answer:?}"),
            }
        }
        for at in 0..buyers.len() {
            let Some(checkout) = held[at].take() else { continue };
            let units = checkout["lines"][0]["units"].as_i64().unwrap();
            assert_eq!(unit_price(&checkout), OFFER);
            match rng.random_range(0..3) {
                0 => held[at] = Some(checkout),
                1 => {
                    desk.stall.reaches(&checkout, OrderStatus::Open).await;
                    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
                    buyers[at].client.delete(&path).await.expect(202);
                    desk.stall.reaches(&checkout, OrderStatus::Expired).await;
                }
                _ => {
                    desk.stall.reaches(&checkout, OrderStatus::Open).await;
                    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
                    let open = buyers[at].client.get(&path).await.expect(200);
                    desk.stall.pay(&open).await;
                    desk.stall.reaches(&checkout, OrderStatus::Paid).await;
                    bought[at] += units;
                }
            }
        }
        let of = |at: usize| {
            held[at].as_ref().map_or(0, |checkout| checkout["lines"][0]["units"].as_i64().unwrap())
        };
        let each: Vec<i64> = (0..buyers.len()).map(|at| of(at) + bought[at]).collect();
        assert!(each.iter().all(|units| *units <= CAP), "{each:?}");
        let (taken, sold) = (each.iter().sum::<i64>(), bought.iter().sum::<i64>());
        assert!(taken <= PIECES, "{each:?}");
        let stored = desk.stored(&offer).await;
        assert_eq!(
            (&stored["units_taken"], &stored["units_sold"]),
            (&json!(taken), &json!(sold)),
            "seed {seed}"
        );
    }
    desk.stall.counts().await;
}

/// The answer to a click for one piece; a server with too much to do is asked again.
async fn click_until_answered(desk: &Desk, buyer: &crate::support::stall::Buyer, key: &str) -> Value {
    crate::support::within("an answer to the click", async {
        loop {
            let answer = desk.click(buyer, key, 1, OFFER).await;
            if answer.status != 503 {
                return answer.body;
            }
        }
    })
    .await
}
