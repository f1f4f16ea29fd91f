//! Buyers take pieces back: once each, in time, and what is owed for them.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;
use vetrina::domain::withdrawal::REFUND_DAYS;

use super::{order_path, sell, statement, tell_all, token};
use crate::support::http::{Answer, Client};
use crate::support::stall::Stall;
use crate::support::within;

/// What the buyer may take back.
async fn right(stall: &Stall, checkout: &Value) -> Value {
    let path = format!("/api/v1/buyer-orders/{}", token(stall, checkout));
    stall.server.client().get(&path).await.expect(200)["withdrawal"].clone()
}

async fn withdraw(stall: &Stall, checkout: &Value, body: Value) -> Answer {
    let path = format!("/api/v1/buyer-orders/{}/withdrawals", token(stall, checkout));
    stall.server.client().post(&path, body).await
}

/// Marks an order as sent, and as arrived so many days from now.
async fn deliver(stall: &Stall, checkout: &Value, day: Option<&str>) -> Value {
    let member = stall.server.member_client(&stall.seed);
    member.put(&format!("{}/shipment", order_path(checkout)), json!({})).await.expect(200);
    let path = format!("{}/delivery-day", order_path(checkout));
    member.put(&path, json!({ "delivered_on": day })).await.expect(200)
}

#[tokio::test]
async fn some_pieces_then_the_others_and_never_one_twice() {
    let stall = Stall::open_still(5).await;
    let open = stall.reserve(&stall.buyer(), 1).await;
    assert_eq!(right(&stall, &open).await, Value::Null);
    withdraw(&stall, &open, statement("k", 1)).await.expect_problem(409, "withdrawal_closed");

    let checkout = sell(&stall, 3).await;
    let before = right(&stall, &checkout).await;
    assert_eq!((&before["is_open"], &before["ends_at"]), (&json!(true), &Value::Null));
    assert_eq!(before["lines"], json!([{ "units": 3, "exemption": null }]));
    let receipt = withdraw(&stall, &checkout, statement("first", 2)).await.expect(201);
    assert_eq!(receipt["at"], json!(stall.server.clock.now()));
    assert_eq!(receipt["amount"], json!({ "amount": 9_980, "currency": "EUR" }));
    let due = stall.server.clock.now() + TimeDelta::days(REFUND_DAYS);
    assert_eq!(receipt["refund_due_at"], json!(due));

    let problem = withdraw(&stall, &checkout, statement("more", 2)).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"], json!([{ "pointer": "/lines/0", "code": "out_of_range" }]));
    let last = withdraw(&stall, &checkout, statement("last", 1)).await.expect(201);
    assert_eq!(last["amount"]["amount"], 4_990);
    let after = right(&stall, &checkout).await;
    assert_eq!((&after["is_open"], after["receipts"].as_array().unwrap().len()), (&json!(false), 2));
    assert_eq!(stall.order(&checkout).await.lines[0].withdrawn_units, 3);
    // Pieces come back to stock only when a member says so.
    assert_eq!(stall.counts().await, (1, 1, 3));
}

#[tokio::test]
async fn a_click_that_is_repeated_or_doubled_is_one_withdrawal() {
    let stall = Stall::open_still(5).await;
    let checkout = sell(&stall, 3).await;
    let (one, other) = tokio::join!(
        withdraw(&stall, &checkout, statement("click", 1)),
        withdraw(&stall, &checkout, statement("click", 1)),
    );
    let first = one.expect(201);
    assert_eq!(first["id"], other.expect(201)["id"]);
    stall.pass(TimeDelta::hours(1));
    assert_eq!(withdraw(&stall, &checkout, statement("click", 1)).await.expect(201), first);
    // Two tabs that take all that is left: one of them is told.
    let (one, other) = tokio::join!(
        withdraw(&stall, &checkout, statement("tab-1", 2)),
        withdraw(&stall, &checkout, statement("tab-2", 2)),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    let order = stall.server.member_client(&stall.seed).get(&order_path(&checkout)).await.expect(200);
    assert_eq!(order["withdrawals"].as_array().unwrap().len(), 2);
    assert_eq!(stall.order(&checkout).await.lines[0].withdrawn_units, 3);
}

#[tokio::test]
async fn the_period_begins_with_delivery_and_is_longer_for_who_was_not_told() {
    let stall = Stall::open_still(6).await;
    let untold = sell(&stall, 1).await;
    tell_all(&stall).await;
    let told = sell(&stall, 2).await;
    let today = stall.server.clock.now().date_naive();
    let (told_end, untold_end) = (
        deliver(&stall, &told, Some(&today.to_string())).await["withdrawal_ends_at"].clone(),
        deliver(&stall, &untold, Some(&today.to_string())).await["withdrawal_ends_at"].clone(),
    );
    let end: chrono::DateTime<chrono::Utc> = told_end.as_str().unwrap().parse().unwrap();
    let days = (end.date_naive() - today).num_days();
    assert!((15..=17).contains(&days), "{days}");
    let longer: chrono::DateTime<chrono::Utc> = untold_end.as_str().unwrap().parse().unwrap();
    assert!((longer - end).num_days() >= 362, "{longer} and {end}");

    stall.pass(end - stall.server.clock.now() - TimeDelta::seconds(1));
    withdraw(&stall, &told, statement("in-time", 1)).await.expect(201);
    stall.pass(TimeDelta::seconds(1));
    withdraw(&stall, &told, statement("late", 1)).await.expect_problem(409, "withdrawal_closed");
    assert_eq!(right(&stall, &told).await["is_open"], false);
    withdraw(&stall, &untold, statement("k", 1)).await.expect(201);
}

#[tokio::test]
async fn while_no_delivery_is_known_the_period_has_not_begun() {
    let stall = Stall::open_still(2).await;
    tell_all(&stall).await;
    let checkout = sell(&stall, 2).await;
    let order = deliver(&stall, &checkout, None).await;
    assert_eq!((&order["delivered_on"], &order["withdrawal_ends_at"]), (&Value::Null, &Value::Null));
    stall.pass(TimeDelta::days(400));
    withdraw(&stall, &checkout, statement("k", 1)).await.expect(201);
}

#[tokio::test]
async fn days_of_delivery_that_cannot_be_are_refused() {
    let stall = Stall::open_still(2).await;
    let checkout = sell(&stall, 1).await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("{}/delivery-day", order_path(&checkout));
    let today = stall.server.clock.now().date_naive();
    let body = |day: String| json!({ "delivered_on": day });
    member.put(&path, body(today.to_string())).await.expect_problem(409, "conflict");
    member.put(&format!("{}/shipment", order_path(&checkout)), json!({})).await.expect(200);
    for days in [-3, 3] {
        let day = (today + TimeDelta::days(days)).to_string();
        let problem = member.put(&path, body(day)).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/delivered_on");
    }
    let moderator = stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    let stranger = stall.server.seed_shop().await;
    let day = body(today.to_string());
    stall.server.member_client(&moderator).put(&path, day.clone()).await.expect_problem(403, "forbidden");
    stall.server.member_client(&stranger).put(&path, day.clone()).await.expect_problem(404, "not_found");
    let key = stall.server.key_client(&stall.seed, &[Permission::Orders]).await;
    assert_eq!(key.put(&path, day).await.expect(200)["delivered_on"], today.to_string());
}

#[tokio::test]
async fn exempt_goods_stay_sold_as_their_buyers_were_told() {
    let stall = Stall::open_still(5).await;
    let before = sell(&stall, 1).await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/products/{}", stall.product.id);
    member.patch(&path, json!({ "exemption": "perishable" })).await.expect(200);
    let exempt = sell(&stall, 1).await;
    member.patch(&path, json!({ "exemption": "sealed_hygiene" })).await.expect(200);
    let sealed = sell(&stall, 1).await;
    member.patch(&path, json!({ "exemption": null })).await.expect(200);

    let shown = right(&stall, &exempt).await;
    assert_eq!(shown["lines"], json!([{ "units": 0, "exemption": "perishable" }]));
    assert_eq!(shown["is_open"], false);
    withdraw(&stall, &exempt, statement("k", 1)).await.expect_problem(422, "invalid");
    // Whether a seal was broken is seen when the goods are back.
    assert_eq!(right(&stall, &sealed).await["lines"], json!([{ "units": 1, "exemption": "sealed_hygiene" }]));
    withdraw(&stall, &sealed, statement("k", 1)).await.expect(201);
    // Who bought before was told nothing of it.
    withdraw(&stall, &before, statement("k", 1)).await.expect(201);
}

#[tokio::test]
async fn bad_statements_and_wrong_addresses_are_refused() {
    let stall = Stall::open_still(3).await;
    let checkout = sell(&stall, 2).await;
    let check = async |change: Value, pointer: &str, code: &str| {
        let mut body = statement("k", 1);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem = withdraw(&stall, &checkout, body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0], json!({ "pointer": pointer, "code": code }));
    };
    check(json!({ "name": " " }), "/name", "empty").await;
    check(json!({ "email": "nobody" }), "/email", "not_an_email").await;
    check(json!({ "key": "" }), "/key", "out_of_range").await;
    check(json!({ "lines": [] }), "/lines", "empty").await;
    check(json!({ "lines": [{ "line": 0, "units": 0 }] }), "/lines/0/units", "out_of_range").await;
    check(json!({ "lines": [{ "line": 7, "units": 1 }] }), "/lines/0", "out_of_range").await;
    let twice = json!([{ "line": 0, "units": 1 }, { "line": 0, "units": 1 }]);
    check(json!({ "lines": twice }), "/lines/1/line", "duplicate").await;
    for wrong in ["nothing", &token(&stall, &checkout).replace(|c: char| c.is_ascii_digit(), "A")[..20]] {
        let path = format!("/api/v1/buyer-orders/{wrong}/withdrawals");
        stall.server.client().post(&path, statement("k", 1)).await.expect_problem(404, "not_found");
    }
    assert_eq!(stall.order(&checkout).await.lines[0].withdrawn_units, 0);
}

#[tokio::test]
async fn what_is_owed_is_settled_by_refunds_and_raises_an_alarm_when_late() {
    let stall = Stall::open_still(5).await;
    let checkout = sell(&stall, 2).await;
    let member = stall.server.member_client(&stall.seed);
    // Goodwill of before pays nothing of it.
    let refunds = format!("{}/refunds", order_path(&checkout));
    member.post(&refunds, json!({ "amount": 100 })).await.expect(202);
    refunded(&stall, &checkout, 100).await;
    withdraw(&stall, &checkout, statement("k", 1)).await.expect(201);
    let open = member.get("/api/v1/withdrawals").await.expect(200);
    assert_eq!(open["items"][0]["amount"]["amount"], 4_990);
    assert_eq!((&open["items"][0]["order_id"], &open["overdue"]), (&checkout["id"], &json!(0)));
    assert_eq!(right(&stall, &checkout).await["receipts"][0]["is_settled"], false);

    stall.pass(TimeDelta::days(REFUND_DAYS) + TimeDelta::seconds(1));
    assert_eq!(member.get("/api/v1/withdrawals").await.expect(200)["overdue"], 1);
    member.post(&refunds, json!({ "amount": 4_990 })).await.expect(202);
    refunded(&stall, &checkout, 5_090).await;
    assert_eq!(member.get("/api/v1/withdrawals").await.expect(200), json!({ "items": [], "overdue": 0 }));
    assert_eq!(right(&stall, &checkout).await["receipts"][0]["is_settled"], true);

    let moderator = stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    let moderator = stall.server.member_client(&moderator);
    moderator.get("/api/v1/withdrawals").await.expect_problem(403, "forbidden");
}

/// Waits until so much went back of an order.
async fn refunded(stall: &Stall, checkout: &Value, amount: i64) {
    stall.settles("the refund", checkout, |order| order.amount_refunded.minor() == amount).await;
}

#[tokio::test]
async fn overdue_money_is_counted_for_the_alarm() {
    let stall = Stall::open_still(3).await;
    let checkout = sell(&stall, 1).await;
    withdraw(&stall, &checkout, statement("k", 1)).await.expect(201);
    let count = async || {
        let mut tx = stall.server.database.read().await.unwrap();
        tx.count_overdue_withdrawals(stall.server.clock.now()).await.unwrap()
    };
    stall.pass(TimeDelta::days(REFUND_DAYS) + TimeDelta::seconds(1));
    // Test money hurts nobody.
    assert_eq!(count().await, 0);
    stall.sql("update orders set is_test = false").await;
    assert_eq!(count().await, 1);
    let alarm = || {
        let gauges = stall.server.app.alarms().gauges();
        gauges.into_iter().find(|(name, _)| *name == "withdrawals_overdue").unwrap().1
    };
    within("the alarm", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
        while alarm() != 1 {
            looks.tick().await;
            stall.pass(TimeDelta::minutes(1));
        }
    })
    .await;
}

async fn press(client: &Client, path: &str, fields: &str) -> Answer {
    let kind = "application/x-www-form-urlencoded";
    client.send_bytes(Method::POST, path, kind, fields.as_bytes().to_vec()).await
}

#[track_caller]
fn html(answer: &Answer, status: u16) -> String {
    let text = String::from_utf8(answer.bytes.clone()).unwrap();
    assert_eq!(answer.status, status, "{text}");
    text
}

#[tokio::test]
async fn two_steps_without_scripts_end_with_a_receipt() {
    let stall = Stall::open_still(3).await;
    let checkout = sell(&stall, 2).await;
    let client = stall.server.client().with_header("accept-language", "en");
    let path = format!("/order/{}/withdrawal", token(&stall, &checkout));
    let order = html(&client.get(&format!("/order/{}?plain", token(&stall, &checkout))).await, 200);
    assert!(order.contains(&path) && order.contains("Withdraw from contract here"), "{order}");

    let page = html(&client.get(&path).await, 200);
    assert!(page.contains("<option value=\"2\" selected>2</option>"), "{page}");
    let key = page.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let none = press(&client, &path, &format!("key={key}&u-0=0&name=Anna&step=check")).await;
    assert!(html(&none, 422).contains("Choose at least one piece."));
    let nobody = press(&client, &path, &format!("key={key}&u-0=1&step=check")).await;
    assert!(html(&nobody, 422).contains("Enter your name."));

    let fields = format!("key={key}&u-0=1&name=Anna+%3Cb%3E&email=");
    let check = html(&press(&client, &path, &format!("{fields}&step=check")).await, 200);
    assert!(check.contains("Confirm withdrawal") && check.contains("Anna &lt;b&gt;"), "{check}");
    assert_eq!(stall.order(&checkout).await.lines[0].withdrawn_units, 0, "nothing is stated before");
    let change = html(&press(&client, &path, &format!("{fields}&step=change")).await, 200);
    assert!(change.contains("<option value=\"1\" selected>1</option>"), "{change}");

    for _ in 0..2 {
        let done = press(&client, &path, &format!("{fields}&step=confirm")).await;
        assert_eq!(done.status, 303);
        assert_eq!(done.headers["location"].to_str().unwrap(), format!("{path}?lang=en&done"));
    }
    let receipt = html(&client.get(&format!("{path}?lang=en&done")).await, 200);
    assert!(receipt.contains("Your withdrawal has been received."), "{receipt}");
    let at = stall.server.clock.now();
    assert!(receipt.contains(&vetrina::domain::language::Language::English.moment(at)), "{receipt}");
    assert!(!receipt.contains("Anna"), "the page names nobody: {receipt}");
    assert_eq!(stall.order(&checkout).await.lines[0].withdrawn_units, 1);
    assert_eq!(client.get("/order/nothing/withdrawal").await.status, 404);
    assert_eq!(stall.order(&checkout).await.status, OrderStatus::Paid);
}
