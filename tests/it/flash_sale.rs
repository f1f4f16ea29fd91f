//! A flash sale of one shop, and what another shop notices of it.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use vetrina::config::Secret;

use crate::support::stall::Stall;
use crate::support::stand_in::StandIn;
use crate::support::within;

/// At two sessions a second far more than are opened while one click of another shop is answered.
const BUYERS: i64 = 16;

#[tokio::test]
async fn a_flash_sale_does_not_slow_another_shop() {
    let (stripe, mut setup) = StandIn::start().await;
    setup.config.stripe.secret_key = None;
    setup.config.sealing_key = Some(Secret::new("a sealing key for tests, long enough"));
    setup.config.stripe.sessions_per_second = 2;
    let stall = Stall::open_with(setup, BUYERS).await;
    let server = &stall.server;
    let keys = json!({ "secret_key": "sk_test_ownkey0000abcd", "webhook_secret": "whsec_own" });
    server.member_client(&stall.seed).put("/api/v1/payment-account/keys", keys).await.expect(200);
    let other = server.seed_shop().await;
    let show = server.seed_live_show(&other).await;
    let product = server.seed_product(&other, "Ciotola", 1).await;
    server.seed_lineup(&other, show, &[product.id]).await;
    stripe.calls();

    let buyers: Vec<_> = (0..BUYERS).map(|_| stall.buyer()).collect();
    let mut sale = Box::pin(join_all(buyers.iter().map(|buyer| stall.click(buyer, "first", 1))));
    let burst_is_used = within("the sale to use its burst", async {
        let mut looks = tokio::time::interval(Duration::from_millis(2));
        while stripe.calls_so_far() < 5 {
            looks.tick().await;
        }
    });
    tokio::select! {
        _ = &mut sale => panic!("all sessions were asked for at once"),
        () = burst_is_used => {}
    }
    let client = server.client().with_bearer(&server.viewer_token(&other));
    let client = client.with_header("idempotency-key", "first");
    let lines = json!({ "lines": [{ "variant_id": product.variants[0].id, "units": 1 }] });
    let path = format!("/api/v1/shows/{show}/checkouts");
    tokio::select! {
        biased;
        _ = &mut sale => panic!("the other shop's buyer waited for the sale"),
        answer = client.post(&path, lines) => {
            assert_eq!(answer.expect(201)["status"], "open");
        }
    }
    for answer in sale.await {
        // Whoever waits for long is told the place in the queue, and a worker goes on.
        let checkout = answer.expect(201);
        assert!(checkout["status"] == "open" || checkout["status"] == "reserved", "{checkout}");
    }
}
