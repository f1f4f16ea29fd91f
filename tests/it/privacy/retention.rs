//! What is forgotten by itself, by the shop's periods and by the law's.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use vetrina::domain::event::Audience;
use vetrina::domain::order::OrderStatus;
use vetrina::domain::privacy::Retention;

use super::rows::{cells, places};
use super::{Person, id, sell, ship, until};
use crate::support::stall::Stall;

const PATH: &str = "/api/v1/shop/retention";

#[tokio::test]
async fn owners_choose_periods_within_bounds_and_the_notice_tells_them() {
    let stall = Stall::open(1).await;
    let owner = stall.server.member_client(&stall.seed);
    assert_eq!(owner.get(PATH).await.expect(200), json!(Retention::default()));
    let chosen = json!({ "chat_days": 123, "address_days": 45, "unpaid_days": 67, "audit_days": 890 });
    assert_eq!(owner.put(PATH, chosen.clone()).await.expect(200), chosen);
    let wrong = json!({ "chat_days": 6, "address_days": 0, "unpaid_days": 366, "audit_days": 89 });
    let problem = owner.put(PATH, wrong).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"].as_array().unwrap().len(), 4);
    assert_eq!(owner.get(PATH).await.expect(200), chosen);
    let slug = format!("shop-{}", stall.seed.shop);
    for (language, words) in
        [("it", ["123 giorni", "45 giorni", "67 giorni"]), ("en", ["123 days", "45 days", "67 days"])]
    {
        let page = stall.server.client().get(&format!("/legal/privacy?shop={slug}&lang={language}")).await;
        let page = String::from_utf8(page.bytes).unwrap();
        for word in words {
            assert!(page.contains(word), "{word} is not in {page}");
        }
    }
    let host = stall.server.seed_member(stall.seed.shop, vetrina::domain::member::Role::Host).await;
    stall.server.member_client(&host).put(PATH, chosen).await.expect_problem(403, "forbidden");
}

/// Waits until a text stands nowhere.
async fn goes(stall: &Stall, needle: &str) {
    until(&format!("{needle} to be forgotten"), async || {
        // Whichever node has its turn at it.
        stall.server.app.retain_in_turn().await.unwrap();
        places(&cells(&stall.server).await, needle).is_empty()
    })
    .await;
}

#[tokio::test]
async fn chat_is_forgotten_after_its_days_and_members_words_stay() {
    let stall = Stall::open_still(3).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    person.say(1, "frase-uno").await;
    person.ask(11, "domanda-11").await;
    let (mut host, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    host.chat(id(2), "benvenuti").await;
    let mute = format!("/api/v1/shows/{}/viewers/{}/mute", stall.show, person.viewer.id);
    stall.server.member_client(&stall.seed).put(&mute, json!({ "secs": 60 })).await.expect(204);
    sell(&stall, &person.buyer(), 1, "&name=Ginevra%20Quaglia&email=g%40quaglia.example").await;
    let seqs = |events: Vec<vetrina::domain::event::RecordedEvent>| {
        events.into_iter().map(|event| event.seq).collect::<Vec<_>>()
    };
    let before = seqs(stall.events(Audience::Viewers).await);

    // Not yet: a day before its time nothing goes.
    stall.pass(TimeDelta::days(364));
    stall.server.app.retain_in_turn().await.unwrap();
    assert_eq!(places(&cells(&stall.server).await, "frase-uno"), ["show_events.data"]);
    stall.pass(TimeDelta::days(2));
    for needle in ["frase-uno", "zefirina", "domanda-11"] {
        goes(&stall, needle).await;
    }
    let log = stall.events(Audience::Viewers).await;
    let text = serde_json::to_string(&log).unwrap();
    assert!(text.contains("benvenuti"), "{text}");
    let after = seqs(log);
    assert_eq!(after[..before.len()], before[..], "every place is still there");
    let names = stall.event_names(Audience::Viewers).await;
    assert!(names.contains(&"chat.expired".to_owned()), "{names:?}");
    let members = serde_json::to_string(&stall.events(Audience::Members).await).unwrap();
    assert!(!members.contains("Quaglia") && members.contains("people.expired"), "{members}");

    // Memory forgets with the table, on whichever node one comes to.
    for _ in 0..3 {
        let token = stall.server.viewer_token(&stall.seed);
        let mut resumed = stall.server.socket(stall.show).await;
        let position = format!("{}:0", stall.server.app.epoch());
        resumed.send(json!({ "t": "hello", "token": token, "after": position })).await;
        let mut seen = String::new();
        while !seen.contains("\"chat.expired\"") {
            seen += &resumed.next().await.expect("the socket stays open").to_string();
        }
        assert!(!seen.contains("frase-uno") && !seen.contains("Zefirina"), "{seen}");
    }
    // Once is enough: nothing is left that would be told of again.
    stall.pass(TimeDelta::hours(2));
    stall.server.app.retain_in_turn().await.unwrap();
    let again = stall.event_names(Audience::Viewers).await;
    assert_eq!(again.iter().filter(|name| *name == "chat.expired").count(), 1);
}

#[tokio::test]
async fn hashes_of_addresses_go_before_the_words() {
    let stall = Stall::open_still(1).await;
    let mut person = Person::come(&stall, "Zefirina").await;
    person.say(1, "frase-uno").await;
    let hashes = async || {
        let cells = cells(&stall.server).await;
        cells.iter().filter(|cell| cell.place() == "show_viewers.address_hash").count()
    };
    assert_eq!(hashes().await, 1);
    stall.pass(TimeDelta::days(31));
    until("the hash to be forgotten", async || {
        stall.server.app.retain_in_turn().await.unwrap();
        hashes().await == 0
    })
    .await;
    assert_eq!(places(&cells(&stall.server).await, "frase-uno"), ["show_events.data"]);
}

/// Moves what was done to an earlier day, as if the clock had been there.
async fn backdate(stall: &Stall, checkout: &Value, at: DateTime<Utc>) {
    let mut tx = stall.server.database.write().await.unwrap();
    let id = serde_json::from_value(checkout["id"].clone()).unwrap();
    let mut order = tx.lock_order(id).await.unwrap().unwrap();
    order.paid_at = order.paid_at.map(|_| at);
    assert!(tx.update_order(&order, order.status).await.unwrap());
    tx.commit().await.unwrap();
    // Nothing writes the moment of the click anew.
    stall.sql("update orders set created_at = paid_at where paid_at is not null").await;
}

#[tokio::test]
async fn unpaid_orders_lose_their_viewer_and_the_books_keep_ten_years() {
    let stall = Stall::open_still(5).await;
    let buyer = stall.buyer();
    let abandoned = stall.reserve(&buyer, 1).await;
    let path = format!("/api/v1/checkouts/{}", abandoned["id"].as_str().unwrap());
    buyer.client.delete(&path).await.expect(202);
    stall.reaches(&abandoned, OrderStatus::Expired).await;
    let sold = sell(&stall, &stall.buyer(), 1, "&name=Ginevra%20Quaglia&email=g%40quaglia.example").await;
    ship(&stall, &sold).await;
    stall.pass(TimeDelta::days(91));
    until("the abandoned order to lose its viewer", async || {
        stall.server.app.retain_in_turn().await.unwrap();
        let order = stall.order(&abandoned).await;
        order.viewer_id.as_uuid() == order.id.as_uuid()
    })
    .await;
    assert!(stall.order(&sold).await.buyer.is_some(), "a sale stays");

    // A sale of ten years ago, of this year's first day then, is still in the books.
    let year = |years: i32| {
        use chrono::Datelike;
        let now = stall.server.clock.now();
        format!("{}-01-01T00:00:00Z", now.year() - years).parse::<DateTime<Utc>>().unwrap()
    };
    backdate(&stall, &sold, year(10)).await;
    stall.pass(TimeDelta::hours(2));
    stall.server.app.retain_in_turn().await.unwrap();
    assert!(stall.order(&sold).await.buyer.is_some(), "the tenth year is not over");
    backdate(&stall, &sold, year(10) - TimeDelta::seconds(1)).await;
    until("the sale to lose its buyer", async || {
        stall.pass(TimeDelta::hours(2));
        stall.server.app.retain_in_turn().await.unwrap();
        stall.order(&sold).await.buyer.is_none()
    })
    .await;
    let kept = cells(&stall.server).await;
    assert!(places(&kept, "quaglia").is_empty(), "{:?}", places(&kept, "quaglia"));
    assert_eq!(stall.order(&sold).await.total().amount.minor(), 4_990, "what was sold stays");
}

#[tokio::test]
async fn the_providers_news_are_emptied_after_a_week_and_known_all_the_same() {
    let stall = Stall::open_still(2).await;
    let checkout = sell(&stall, &stall.buyer(), 1, "&name=Ginevra%20Quaglia&email=g%40quaglia.example").await;
    let bodies = async || {
        let cells = cells(&stall.server).await;
        let bodies = cells.iter().filter(|cell| cell.place() == "provider_events.body");
        bodies.filter(|cell| !cell.text.is_empty()).count()
    };
    until("the news to come", async || bodies().await > 0).await;
    until("the news to be emptied", async || {
        // What comes late has its week from then on.
        stall.pass(TimeDelta::days(8));
        stall.server.app.retain_in_turn().await.unwrap();
        bodies().await == 0
    })
    .await;
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}
