//! Orders and sales as members see them.

use serde_json::{Value, json};
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;

use crate::support::http::Client;
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
    assert_eq!(order["buyer"], json!({ "name": "Anna", "email": "anna@example.it", "phone": null }));
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

/// Numbers of the orders that a list narrowed like this shows.
async fn numbers(client: &Client, query: &str) -> Vec<String> {
    let page = client.get(&format!("/api/v1/orders?{query}")).await.expect(200);
    let numbers = page["items"].as_array().unwrap().iter();
    numbers.map(|order| order["number"].as_str().unwrap().to_owned()).collect()
}

/// A moment as a query parameter.
fn at(stall: &Stall) -> String {
    stall.server.clock.now().to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[tokio::test]
async fn orders_are_narrowed_in_many_ways() {
    let stall = Stall::open_still(20).await;
    let member = stall.server.member_client(&stall.seed);
    let begin = at(&stall);
    let first = stall.reserve(&stall.buyer(), 1).await;
    let page = stall.pay_page(&first).await;
    page.submit("pay", "&name=Nicol%C3%B2%20Verdi&email=nico_1%40example.it").await;
    stall.reaches(&first, OrderStatus::Paid).await;
    stall.pass(chrono::TimeDelta::hours(1));
    let middle = at(&stall);
    stall.reserve(&stall.buyer(), 1).await;
    // Ids of one millisecond are in no order.
    stall.pass(chrono::TimeDelta::milliseconds(1));
    let doubtful = stall.reserve(&stall.buyer(), 1).await;
    let wrong = json!({ "amount_subtotal": 1 });
    let body = stall.session_event("evt_1", "checkout.session.completed", &doubtful, wrong).await;
    stall.tell(&body).await.expect(200);
    let shipment = format!("/api/v1/orders/{}/shipment", first["id"].as_str().unwrap());
    let check = async |query: &str, expected: &[&str]| {
        let expected: Vec<_> = expected.iter().map(|number| format!("TEST-100{number}")).collect();
        assert_eq!(numbers(&member, query).await, expected, "{query}");
    };
    check("", &["3", "2", "1"]).await;
    check("status=open", &["2"]).await;
    check("status=open,paid", &["3", "2", "1"]).await;
    check("status=shipped,refund_due", &[]).await;
    check("needs_review=true", &["3"]).await;
    check("status=paid&needs_review=false", &["1"]).await;
    check("is_test=true", &["3", "2", "1"]).await;
    check("is_test=false", &[]).await;
    check(&format!("created_from={begin}&created_until={middle}"), &["1"]).await;
    check(&format!("created_from={middle}"), &["3", "2"]).await;
    check(&format!("paid_until={middle}"), &["1"]).await;
    check(&format!("paid_from={middle}"), &["3"]).await;
    check("search=NICOLO%20verdi", &["1"]).await;
    check("search=NICOL%C3%92", &["1"]).await;
    check("search=nicol%C3%B2", &["1"]).await;
    check("search=nico_1@", &["1"]).await;
    check("search=nico%25", &[]).await;
    check("search=test-1002", &["2"]).await;
    check(&format!("show_id={}&search=%20%20", stall.show), &["3", "2", "1"]).await;
    check(&format!("show_id={}", stall.product.id), &[]).await;
    check("needs_review=false&limit=1", &["2"]).await;
    member.put(&shipment, json!({})).await.expect(200);
    check("status=shipped", &["1"]).await;
}

#[tokio::test]
async fn bad_filters_are_refused() {
    let stall = Stall::open_still(1).await;
    let member = stall.server.member_client(&stall.seed);
    for query in [
        "status=paid,lost",
        "status=",
        "status=paid;shipped",
        "is_test=maybe",
        "needs_review=1",
        "created_from=yesterday",
        "paid_until=2026-13-01T00:00:00Z",
        "show_id=7",
        "status=paid&status=open",
        "separator=tab",
    ] {
        member.get(&format!("/api/v1/orders?{query}")).await.expect_problem(400, "malformed");
        member.get(&format!("/api/v1/orders.csv?{query}")).await.expect_problem(400, "malformed");
    }
    member.get("/api/v1/orders.csv?limit=1").await.expect_problem(400, "malformed");
    let now = at(&stall);
    for (query, pointer, code) in [
        (format!("search={}", "x".repeat(101)), "search", "too_long"),
        (format!("created_from={now}&created_until={now}"), "created_until", "out_of_range"),
        (format!("paid_from={now}&paid_until=2020-01-01T00:00:00Z"), "paid_until", "out_of_range"),
    ] {
        for list in ["orders", "orders.csv"] {
            let problem = member.get(&format!("/api/v1/{list}?{query}")).await;
            let problem = problem.expect_problem(422, "invalid");
            assert_eq!(problem["errors"][0], json!({ "pointer": pointer, "code": code }));
        }
    }
}

#[tokio::test]
async fn orders_are_a_file_for_spreadsheets() {
    let stall = Stall::open_still(20).await;
    let member = stall.server.member_client(&stall.seed);
    let checkout = stall.reserve(&stall.buyer(), 2).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("pay", "&name=%3DSUM(A1)%3B%20%22Anna%22&email=anna%40example.it").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let shipment = format!("/api/v1/orders/{}/shipment", checkout["id"].as_str().unwrap());
    member.put(&shipment, json!({ "carrier": "BRT", "tracking_code": "+39 1" })).await.expect(200);
    let now = stall.server.clock.now().format("%Y-%m-%d %H:%M:%S").to_string();
    stall.pass(chrono::TimeDelta::milliseconds(1));
    stall.reserve(&stall.buyer(), 1).await;

    let answer = member.get("/api/v1/orders.csv").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8; header=present");
    assert_eq!(answer.headers["cache-control"], "no-store");
    let day = stall.server.clock.now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"orders-{day}.csv\"");
    assert_eq!(answer.headers["content-disposition"], name);
    let text = String::from_utf8(answer.bytes).unwrap();
    let table = text.strip_prefix('\u{feff}').expect("spreadsheets need the mark");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let headings = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let cell = |row: usize, name: &str| {
        let column = headings.iter().position(|heading| heading == name).expect("the column is there");
        rows[row][column].to_owned()
    };
    for (name, expected) in [
        ("order", "TEST-1001"),
        ("test", "TEST"),
        ("status", "shipped"),
        ("paid_at_utc", &now),
        ("show", "Serata d'autunno"),
        ("buyer_name", "'=SUM(A1); \"Anna\""),
        ("buyer_email", "anna@example.it"),
        ("product", "Vaso & \"Luna\""),
        ("units", "2"),
        ("unit_price", "49.90"),
        ("line_total", "99.80"),
        ("order_total", "99.80"),
        ("currency", "EUR"),
        ("carrier", "BRT"),
        ("tracking_code", "'+39 1"),
    ] {
        assert_eq!(cell(1, name), expected, "{name}");
    }
    assert_eq!((cell(0, "status"), cell(0, "order_total")), ("open".to_owned(), String::new()));

    let semicolons = member.get("/api/v1/orders.csv?separator=semicolon&status=shipped").await;
    let text = String::from_utf8(semicolons.bytes).unwrap();
    assert_eq!(text.lines().count(), 2);
    assert!(text.contains(";49,90;99,80;") && text.ends_with("\r\n"), "{text}");
}

#[tokio::test]
async fn each_line_is_a_row_and_sums_stay_true() {
    let stall = Stall::open_still(20).await;
    let other = stall.server.seed_product(&stall.seed, "Candela", 5).await;
    stall.server.seed_lineup(&stall.seed, stall.show, &[stall.product.id, other.id]).await;
    let lines = json!([
        { "variant_id": stall.variant(), "units": 2 },
        { "variant_id": other.variants[0].id, "units": 1 },
    ]);
    let checkout = stall.click_lines(&stall.buyer(), "two", lines).await.expect(201);
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let member = stall.server.member_client(&stall.seed);
    let answer = member.get("/api/v1/orders.csv").await;
    let text = String::from_utf8(answer.bytes).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let column = reader.headers().unwrap().iter().position(|name| name == "order_total").unwrap();
    let totals: Vec<_> = reader.records().map(|row| row.unwrap()[column].to_owned()).collect();
    assert_eq!(totals, ["149.70", ""]);
}

#[tokio::test]
async fn files_are_for_those_who_may_see_orders() {
    let stall = Stall::open_still(1).await;
    stall.reserve(&stall.buyer(), 1).await;
    let path = "/api/v1/orders.csv";
    let moderator = stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    stall.server.member_client(&moderator).get(path).await.expect_problem(403, "forbidden");
    stall.server.client().get(path).await.expect_problem(401, "unauthenticated");
    let elsewhere = stall.server.seed_shop().await;
    let file = stall.server.member_client(&elsewhere).get(path).await;
    assert_eq!(String::from_utf8(file.bytes).unwrap().lines().count(), 1, "headings alone");
}

#[tokio::test]
async fn a_file_that_would_be_too_long_is_refused_whole() {
    let stall = Stall::open_still(1).await;
    stall.reserve(&stall.buyer(), 1).await;
    let member = stall.server.member_client(&stall.seed);
    // The one line there is and 19,999 more fill the file to its last row.
    stall
        .sql(
            "insert into order_lines (order_id, position, shop_id, product_id, variant_id, title,
                 variant_title, sku, units, unit_amount)
             with recursive more (n) as (select 1 union all select n + 1 from more where n < 19999)
             select l.order_id, m.n, l.shop_id, l.product_id, l.variant_id, l.title,
                 l.variant_title, l.sku, l.units, l.unit_amount
             from order_lines l, more m where l.position = 0",
        )
        .await;
    let full = member.get("/api/v1/orders.csv").await;
    assert_eq!(full.status, 200);
    assert_eq!(String::from_utf8(full.bytes).unwrap().lines().count(), 20_001, "and the headings");
    stall
        .sql(
            "insert into order_lines (order_id, position, shop_id, product_id, variant_id, title,
                 variant_title, sku, units, unit_amount)
             select order_id, 20000, shop_id, product_id, variant_id, title, variant_title, sku, units,
                 unit_amount
             from order_lines where position = 0",
        )
        .await;
    member.get("/api/v1/orders.csv").await.expect_problem(422, "export_too_large");
    let none = member.get("/api/v1/orders.csv?status=paid").await;
    assert_eq!(none.status, 200);
}
