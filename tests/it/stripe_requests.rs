//! What is sent to Stripe, held against Stripe's own types.

use vetrina::domain::order::OrderStatus;

use crate::support::schema::faults;
use crate::support::stall::Stall;
use crate::support::stand_in::StandIn;

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn sessions_and_refunds_are_asked_for_as_stripes_types_allow() {
    let (stripe, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let expired = stall.session_event("evt_1", "checkout.session.expired", &checkout, expired()).await;
    stall.tell(&expired).await.expect(200);
    stall.reaches(&checkout, OrderStatus::Expired).await;
    // The last piece goes to another, so the late payment has to go back.
    stall.reserve(&stall.buyer(), 1).await;
    let late =
        stall.session_event("evt_2", "checkout.session.completed", &checkout, serde_json::json!({})).await;
    stall.tell(&late).await.expect(200);
    stall
        .settles("money to go back", &checkout, |order| {
            matches!(order.status, OrderStatus::Refunded | OrderStatus::RefundDue)
        })
        .await;
    crate::support::within("the refund to be asked for", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        let mut paths = Vec::new();
        while !paths.iter().any(|path| path == "/v1/refunds") {
            looks.tick().await;
            // Looking at the calls checks each against the types.
            paths.extend(stripe.calls().into_iter().map(|call| call.path));
        }
        assert!(paths.iter().any(|path| path == "/v1/checkout/sessions"));
    })
    .await;
}

fn expired() -> serde_json::Value {
    serde_json::json!({ "status": "expired", "payment_status": "unpaid", "payment_intent": null })
}

#[test]
fn the_check_finds_wrong_names_types_and_words() {
    let good = [
        ("mode", "payment"),
        ("ui_mode", "embedded_page"),
        ("expires_at", "1800000000"),
        ("automatic_tax[enabled]", "true"),
        ("line_items[0][quantity]", "2"),
        ("line_items[0][price_data][currency]", "eur"),
        ("line_items[0][price_data][unit_amount]", "4990"),
        ("line_items[0][price_data][product_data][name]", "1"),
        ("metadata[order]", "17"),
        ("shipping_address_collection[allowed_countries][0]", "IT"),
    ];
    assert_eq!(faults("CreateSession", &form(&good)), Vec::<String>::new());
    for (name, value) in [
        ("modes", "payment"),
        ("mode", "gift"),
        ("ui_mode", "embedded"),
        ("expires_at", "soon"),
        ("automatic_tax[enabled]", "1"),
        ("line_items[0][quantity]", "two"),
        ("line_items[0][price_data][product_data][title]", "x"),
        ("shipping_address_collection[allowed_countries][0]", "Italy"),
        ("redirect_on_completion", "sometimes"),
    ] {
        let mut pairs = form(&good);
        pairs.retain(|(known, _)| known != name);
        pairs.push((name.to_owned(), value.to_owned()));
        assert_ne!(faults("CreateSession", &pairs), Vec::<String>::new(), "{name}={value}");
    }
    assert_eq!(
        faults("CreateRefund", &form(&[("payment_intent", "pi_1"), ("amount", "1")])),
        Vec::<String>::new()
    );
    for (name, value) in [("amount", "1.0.0"), ("payment", "pi_1"), ("reason", "bored")] {
        assert_ne!(faults("CreateRefund", &form(&[(name, value)])), Vec::<String>::new(), "{name}={value}");
    }
}
