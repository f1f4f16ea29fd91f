//! Every way in which a payment can end on the pay page, and what the order makes of it.

use serde_json::Value;
use vetrina::domain::event::Audience;
use vetrina::domain::order::OrderStatus;

use crate::support::sandbox::{create, id_of, page_of, read};
use crate::support::stall::Stall;

/// A checkout on whose pay page these buttons were pressed.
async fn pressed(stall: &Stall, buttons: &[&str]) -> Value {
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    for button in buttons {
        page.submit(button, "").await;
    }
    checkout
}

#[tokio::test]
async fn each_outcome_moves_the_order_where_it_belongs() {
    let stall = Stall::open(20).await;
    let mut expected = (20, 0, 0);
    for (buttons, status) in [
        (&["pay"][..], OrderStatus::Paid),
        (&["decline"], OrderStatus::Open),
        (&["decline", "pay"], OrderStatus::Paid),
        (&["bank"], OrderStatus::Open),
        (&["bank", "bank_confirm"], OrderStatus::Paid),
        (&["bank", "bank_refuse"], OrderStatus::Open),
        (&["bank", "bank_refuse", "pay"], OrderStatus::Paid),
        (&["debit"], OrderStatus::Processing),
        (&["debit", "debit_arrive"], OrderStatus::Paid),
        (&["debit", "debit_fail"], OrderStatus::Failed),
        (&["expire"], OrderStatus::Expired),
        (&["expire", "pay"], OrderStatus::Expired),
        (&["pay", "expire"], OrderStatus::Paid),
        // None of these fits an open session.
        (&["debit_arrive", "bank_confirm", "dispute", "pay_again"], OrderStatus::Open),
    ] {
        let checkout = pressed(&stall, buttons).await;
        stall.reaches(&checkout, status).await;
        match status {
            OrderStatus::Paid => expected = (expected.0 - 1, expected.1, expected.2 + 1),
            OrderStatus::Open | OrderStatus::Processing => {
                expected = (expected.0 - 1, expected.1 + 1, expected.2);
            }
            _ => {}
        }
        assert_eq!(stall.counts().await, expected, "{buttons:?}");
    }
}

#[tokio::test]
async fn a_declined_card_and_a_refusal_of_the_bank_are_told() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("bank", "&name=Anna&email=anna@example.com").await;
    let bank = page.reload().await.html;
    assert!(bank.contains("Confirm with your bank") && !bank.contains("name=\"email\""));
    let refused = page.submit("bank_refuse", "").await;
    assert!(refused.headers["location"].to_str().unwrap().ends_with("notice=declined"));
    // What the buyer entered is still there.
    assert!(page.reload().await.html.contains("value=\"anna@example.com\""));
    page.submit("bank", "&name=Anna&email=anna@example.com").await;
    page.submit("bank_confirm", "").await;
    let order = stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(order.buyer.and_then(|buyer| buyer.email).as_deref(), Some("anna@example.com"));
}

#[tokio::test]
async fn a_debit_is_told_twice_once_pending_once_ended() {
    for (button, last) in
        [("debit_arrive", "async_payment_succeeded"), ("debit_fail", "async_payment_failed")]
    {
        let stall = Stall::open(1).await;
        let session = create(&stall).await;
        let page = page_of(&stall, &session).await;
        page.submit("debit", "").await;
        assert!(page.reload().await.html.contains("The money has not arrived yet"));
        page.submit(button, "").await;
        page.submit(button, "").await;
        let events = read(&stall, "/events").await;
        let names: Vec<_> = events["data"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
        assert_eq!(names, [&format!("checkout.session.{last}"), "checkout.session.completed"]);
        let object = &events["data"][1]["data"]["object"];
        assert_eq!(
            (object["status"].as_str(), object["payment_status"].as_str()),
            (Some("complete"), Some("unpaid"))
        );
    }
}

#[tokio::test]
async fn one_order_can_be_paid_by_two_sessions() {
    for buttons in [&["twice"][..], &["pay", "pay_again"]] {
        let stall = Stall::open(2).await;
        let checkout = pressed(&stall, buttons).await;
        stall.reaches(&checkout, OrderStatus::Paid).await;
        let list = read(&stall, "/checkout/sessions?status=complete").await;
        let sessions = list["data"].as_array().unwrap();
        assert_eq!(sessions.len(), 2);
        assert_ne!(sessions[0]["payment_intent"], sessions[1]["payment_intent"]);
        for name in ["client_reference_id", "metadata", "amount_total"] {
            assert_eq!(sessions[0][name], sessions[1][name]);
        }
        assert_eq!(stall.counts().await, (1, 0, 1));
        let names = stall.event_names(Audience::Members).await;
        assert_eq!(names.iter().filter(|name| *name == "order.paid").count(), 1);
    }
}

#[tokio::test]
async fn the_page_offers_what_fits_how_the_session_stands() {
    let stall = Stall::open(1).await;
    let session = create(&stall).await;
    let page = page_of(&stall, &session).await;
    let check = |html: &str, there: &[&str], absent: &[&str]| {
        for action in there {
            assert!(html.contains(&format!("value=\"{action}\"")), "{action} is missing");
        }
        for action in absent {
            assert!(!html.contains(&format!("value=\"{action}\"")), "{action} is there");
        }
    };
    check(&page.html, &["pay", "bank", "debit", "twice", "decline", "expire"], &["dispute", "debit_arrive"]);
    page.submit("debit", "").await;
    check(&page.reload().await.html, &["debit_arrive", "debit_fail"], &["pay", "dispute", "pay_again"]);
    page.submit("debit_arrive", "&news=never").await;
    let html = page.reload().await.html;
    check(&html, &["dispute", "pay_again", "refunds_wait"], &["debit_arrive", "pay"]);
    assert!(html.contains("<option value=\"never\" selected>"));
    page.submit("dispute", "").await;
    check(&page.reload().await.html, &["dispute_win", "dispute_lose"], &["dispute"]);
    page.submit("dispute_lose", "").await;
    let html = page.reload().await.html;
    assert!(html.contains("The dispute ended in the buyer's favour."));
    for lang in ["it", "en"] {
        let shown = stall.server.client().get(&format!("/sandbox/pay/{}?lang={lang}", id_of(&session))).await;
        let html = String::from_utf8(shown.bytes).unwrap().to_lowercase();
        assert!(html.contains("no real money") || html.contains("nessun denaro vero"));
        assert!(!html.contains("<script"));
    }
}
