//! How the sandbox tells what happened: at once, late, twice, the wrong way round, never.

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::order::OrderStatus;
use vetrina::storage::SandboxEvent;

use crate::support::sandbox::{create, id_of, page_of, paid, read};
use crate::support::stall::Stall;
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";

/// The sandbox's own record of an event of this name.
async fn recorded(stall: &Stall, kind: &str) -> SandboxEvent {
    let page = read(stall, &format!("/events?type={kind}&limit=1")).await;
    let mut tx = stall.server.database.read().await.unwrap();
    tx.find_sandbox_event(id_of(&page["data"][0])).await.unwrap().expect("what is listed is kept")
}

/// Waits until our endpoint took an event so often.
async fn taken(stall: &Stall, kind: &str, times: i64) {
    within("the webhook to be taken", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        while recorded(stall, kind).await.deliveries != times {
            looks.tick().await;
        }
    })
    .await;
}

/// When the next webhook is to be sent.
async fn next_sending(stall: &Stall) -> Option<chrono::DateTime<chrono::Utc>> {
    let mut tx = stall.server.database.read().await.unwrap();
    tx.find_next_sandbox_delivery().await.unwrap()
}

async fn listed(stall: &Stall, query: &str) -> Vec<String> {
    let page = read(stall, &format!("/events?{query}")).await;
    let events = page["data"].as_array().unwrap();
    events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn late_news_come_when_they_were_asked_for() {
    for (choice, secs) in [("half_minute", 30), ("two_minutes", 120)] {
        let stall = Stall::open_still(1).await;
        let checkout = stall.reserve(&stall.buyer(), 1).await;
        stall.pay_page(&checkout).await.submit("pay", &format!("&news={choice}")).await;
        assert_eq!(next_sending(&stall).await, Some(stall.server.clock.now() + TimeDelta::seconds(secs)));
        assert_eq!(listed(&stall, "delivery_success=false").await, [COMPLETED]);
        assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
        stall.pass(TimeDelta::seconds(secs));
        taken(&stall, COMPLETED, 1).await;
        stall.reaches(&checkout, OrderStatus::Paid).await;
        assert_eq!(listed(&stall, "delivery_success=true").await, [COMPLETED]);
    }
}

#[tokio::test]
async fn news_that_are_never_sent_stay_in_the_list() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_page(&checkout).await.submit("pay", "&news=never").await;
    assert_eq!(next_sending(&stall).await, None);
    assert_eq!(listed(&stall, "delivery_success=false").await, [COMPLETED]);
    assert_eq!(listed(&stall, "delivery_success=true").await, Vec::<String>::new());
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Open);
}

#[tokio::test]
async fn news_that_come_twice_have_one_effect() {
    let stall = Stall::open(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay_page(&checkout).await.submit("pay", "&news=twice").await;
    taken(&stall, COMPLETED, 2).await;
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    assert_eq!(stall.counts().await, (0, 0, 1));
    let paid = stall.event_names(Audience::Members).await.iter().filter(|name| *name == "order.paid").count();
    assert_eq!(paid, 1);
}

#[tokio::test]
async fn reversed_news_wait_for_the_next_and_come_after_it() {
    let stall = Stall::open_still(1).await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("debit", "&news=reversed").await;
    assert_eq!(next_sending(&stall).await, None);
    assert_eq!(recorded(&stall, COMPLETED).await.deliveries, 0);
    page.submit("debit_arrive", "").await;
    taken(&stall, COMPLETED, 1).await;
    taken(&stall, "checkout.session.async_payment_succeeded", 1).await;
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
    let names = stall.event_names(Audience::Members).await;
    assert!(!names.iter().any(|name| name == "order.processing"), "{names:?}");
}

#[tokio::test]
async fn what_is_held_back_goes_behind_the_newest_the_newest_first() {
    let stall = Stall::open_still(1).await;
    let session = create(&stall).await;
    let later = stall.server.clock.now() + TimeDelta::hours(1);
    let mut tx = stall.server.database.write().await.unwrap();
    for number in 1..=4 {
        let event = SandboxEvent {
            id: format!("evt_{number}"),
            kind: "refund.updated".to_owned(),
            session_id: id_of(&session).to_owned(),
            number,
            body: Vec::new(),
            created_at: stall.server.clock.now(),
            deliveries: 0,
        };
        tx.insert_sandbox_event(&event).await.unwrap();
        let has_released =
            number == 4 && tx.release_sandbox_deliveries(&event.session_id, number, later).await.unwrap();
        assert_eq!(has_released, number == 4);
        let at = has_released.then_some(later);
        tx.insert_sandbox_delivery(&format!("dl_{number}"), &event, at).await.unwrap();
    }
    let due = tx.list_due_sandbox_deliveries(later, 10).await.unwrap();
    let order: Vec<_> = due.iter().map(|delivery| delivery.event_id.as_str()).collect();
    assert_eq!(order, ["evt_4", "evt_3", "evt_2", "evt_1"]);
    assert!(!tx.release_sandbox_deliveries(id_of(&session), 5, later).await.unwrap());
    // What is too old to be kept takes its sendings along.
    tx.delete_sandbox_events_before(later).await.unwrap();
    assert!(tx.list_due_sandbox_deliveries(later, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn events_are_listed_by_name_and_page() {
    let stall = Stall::open(1).await;
    let first = paid(&stall).await;
    let second = create(&stall).await;
    page_of(&stall, &second).await.submit("expire", "").await;
    page_of(&stall, &first).await.submit("dispute", "").await;
    let disputes = ["charge.dispute.funds_withdrawn", "charge.dispute.created"];
    assert_eq!(
        listed(&stall, "types[]=charge.dispute.created&types[]=charge.dispute.funds_withdrawn").await,
        disputes
    );
    assert_eq!(listed(&stall, "type=checkout.session.expired").await, ["checkout.session.expired"]);
    assert_eq!(listed(&stall, "created[gt]=99999999999").await, Vec::<String>::new());
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let page = read(&stall, &format!("/events?limit=1&created[gte]=1{after}")).await;
        let event: &Value = &page["data"][0];
        assert_eq!((&event["object"], &event["livemode"]), (&json!("event"), &json!(false)));
        assert_eq!(read(&stall, &format!("/events/{}", id_of(event))).await, *event);
        names.push(event["type"].as_str().unwrap().to_owned());
        if page["has_more"] == false {
            break;
        }
        after = format!("&starting_after={}", id_of(event));
    }
    names.sort_unstable();
    let mut all = [COMPLETED, "checkout.session.expired", disputes[0], disputes[1]];
    all.sort_unstable();
    assert_eq!(names, all);
}
