//! Several things in one checkout, with shipping, promotion codes, tax, addresses and telephone.

use reqwest::Method;
use serde_json::{Value, json};
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;

use crate::support::stall::{Buyer, Stall};
use crate::support::stand_in::StandIn;

const PATH: &str = "/api/v1/shop/checkout";

fn rate(name: &str, price: i64) -> Value {
    json!({ "name": name, "price": price, "free_from": null, "min_days": null, "max_days": null })
}

/// Italy for 5.90, free from 60.00 or by hand; France for 14.90; with everything asked for.
fn settings() -> Value {
    let mut courier = rate("Corriere", 590);
    courier["free_from"] = json!(6_000);
    courier["min_days"] = json!(1);
    courier["max_days"] = json!(3);
    json!({
        "zones": [
            { "countries": ["IT", "SM"], "rates": [courier, rate("Ritiro in bottega", 0)] },
            { "countries": ["FR"], "rates": [rate("Colissimo", 1_490)] },
        ],
        "asks_for_phone": true,
        "takes_promotion_codes": true,
        "automatic_tax": false,
    })
}

async fn set(stall: &Stall, settings: Value) -> Value {
    stall.server.member_client(&stall.seed).put(PATH, settings).await.expect(200)
}

async fn reserve(stall: &Stall, buyer: &Buyer, lines: Value, ship_to: Option<&str>) -> Value {
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let client = buyer.client.clone().with_header("idempotency-key", &stall.server.clock.uuid().to_string());
    let checkout = client.post(&path, json!({ "lines": lines, "ship_to": ship_to })).await.expect(201);
    assert_eq!(checkout["status"], "open", "{checkout}");
    checkout
}

async fn order_of(stall: &Stall, checkout: &Value) -> Value {
    let path = format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap());
    stall.server.member_client(&stall.seed).get(&path).await.expect(200)
}

const ADDRESS: &str = "&name=Anna%20Neri&email=anna%40example.it&phone=%2B39%20333%201&line1=Via%20Roma%201\
                       &line2=Scala%20B&postal_code=53100&city=Siena&state=SI&country=IT";

#[tokio::test]
async fn members_set_what_is_asked_and_offered() {
    let stall = Stall::open(1).await;
    let member = stall.server.member_client(&stall.seed);
    let none = member.get(PATH).await.expect(200);
    assert_eq!(none["zones"], json!([]));
    assert_eq!(none["currency"], "EUR");
    let kept = set(&stall, settings()).await;
    assert_eq!(kept["zones"], settings()["zones"]);
    assert_eq!(member.get(PATH).await.expect(200), kept);
    let viewer = stall.server.client();
    let shown = viewer.get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    let offer = &shown["shop"]["delivery"]["zones"];
    assert_eq!(offer[0]["countries"], json!(["IT", "SM"]));
    assert_eq!(offer[0]["rates"][0]["free_from"], json!({ "amount": 6_000, "currency": "EUR" }));
    assert_eq!(offer[1]["rates"][0]["price"], json!({ "amount": 1_490, "currency": "EUR" }));

    let mut bad = settings();
    bad["zones"][1]["countries"] = json!(["FR", "IT"]);
    bad["zones"][0]["rates"][0]["price"] = json!(-1);
    let problem = member.put(PATH, bad).await.expect_problem(422, "invalid");
    let fields: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|field| &field["pointer"]).collect();
    assert_eq!(fields, ["/zones/0/rates/0/price", "/zones/1/countries/1"]);
    let mut unknown = settings();
    unknown["zones"][0]["countries"][0] = json!("XX");
    assert_eq!(member.put(PATH, unknown).await.status, 422);
    assert_eq!(member.get(PATH).await.expect(200), kept);
    let host = stall.server.seed_member(stall.seed.shop, Role::Host).await;
    let host = stall.server.member_client(&host);
    host.put(PATH, settings()).await.expect_problem(403, "forbidden");
    let key = stall.server.key_client(&stall.seed, &[Permission::Catalogue]).await;
    key.get(PATH).await.expect_problem(403, "forbidden");
}

#[tokio::test]
async fn several_things_are_sent_to_one_address() {
    let stall = Stall::open(10).await;
    let vase = stall.product.variants[0].id;
    let plate = stall.server.seed_product(&stall.seed, "Piatto", 5).await;
    stall.server.seed_lineup(&stall.seed, stall.show, &[stall.product.id, plate.id]).await;
    set(&stall, settings()).await;
    let lines =
        json!([{ "variant_id": vase, "units": 1 }, { "variant_id": plate.variants[0].id, "units": 2 }]);
    let checkout = reserve(&stall, &stall.buyer(), lines, Some("SM")).await;
    assert_eq!(checkout["subtotal"]["amount"], 3 * 4_990);
    assert_eq!(checkout["delivers_to"], json!(["SM", "IT"]));

    let page = stall.pay_page(&checkout).await;
    assert!(page.html.contains("Ritiro in bottega"), "{}", page.html);
    page.submit("use_code", "&code=TEST10").await;
    page.submit("pay", &ADDRESS.replace("country=IT", "country=SM")).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let order = order_of(&stall, &checkout).await;
    let eur = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    let discount = order["discount"]["amount"].as_i64().unwrap();
    assert_eq!(discount, 1_497);
    // 149.70 is above 60.00, so the courier is free.
    assert_eq!(order["shipping"], json!({ "method": "Corriere", "price": eur(0) }));
    assert_eq!((&order["subtotal"], &order["total"]), (&eur(14_970), &eur(14_970 - discount)));
    assert_eq!(
        order["buyer"],
        json!({ "name": "Anna Neri", "email": "anna@example.it", "phone": "+39 333 1" })
    );
    let address = json!({
        "line1": "Via Roma 1", "line2": "Scala B", "postal_code": "53100", "city": "Siena", "state": "SI",
        "country": "SM",
    });
    assert_eq!(order["delivery"], json!({ "name": "Anna Neri", "address": address }));
    assert_eq!(order["review"], Value::Null);
    stall.counts().await;

    let token = checkout["order_url"].as_str().unwrap().rsplit_once('/').unwrap().1;
    let seen = stall.server.client().get(&format!("/api/v1/buyer-orders/{token}")).await.expect(200);
    assert_eq!((&seen["discount"], &seen["shipping"]), (&order["discount"], &order["shipping"]));
    // Whoever has the address of the page sees the order, but not where its buyer lives.
    assert!(!seen.to_string().contains("Siena") && !seen.to_string().contains("Anna"), "{seen}");

    let csv = stall.server.member_client(&stall.seed).get("/api/v1/orders.csv").await;
    let csv = String::from_utf8(csv.bytes).unwrap();
    assert!(csv.contains("'+39 333 1,Anna Neri,Via Roma 1,Scala B,53100,Siena,SI,SM,\"Vaso &"), "{csv}");
    assert!(csv.contains(",149.70,0.00,14.97,0.00,134.73,EUR,Corriere,"), "{csv}");
}

#[tokio::test]
async fn the_buyer_chooses_among_the_rates_of_a_zone() {
    let stall = Stall::open(10).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    let mut rates = settings();
    rates["zones"][0]["rates"][0]["free_from"] = Value::Null;
    set(&stall, rates).await;
    for (choice, method, shipping) in [(0, "Corriere", 590), (1, "Ritiro in bottega", 0)] {
        let checkout = reserve(&stall, &stall.buyer(), lines.clone(), Some("IT")).await;
        let page = stall.pay_page(&checkout).await;
        page.submit(&format!("shipping:{choice}"), "").await;
        page.submit("pay", ADDRESS).await;
        stall.reaches(&checkout, OrderStatus::Paid).await;
        let order = order_of(&stall, &checkout).await;
        assert_eq!(order["shipping"]["method"], method);
        assert_eq!(order["total"]["amount"], 4_990 + shipping);
        assert_eq!(order["refundable"]["amount"], 4_990 + shipping);
    }
    let abroad = reserve(&stall, &stall.buyer(), lines, Some("FR")).await;
    assert_eq!(abroad["delivers_to"], json!(["FR"]));
}

#[tokio::test]
async fn the_country_is_asked_for_where_it_matters() {
    let stall = Stall::open(10).await;
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let buyer = stall.buyer().client.with_header("idempotency-key", "click");
    let body = |ship_to: Value| json!({ "lines": [{ "variant_id": stall.product.variants[0].id, "units": 1 }], "ship_to": ship_to });
    set(&stall, settings()).await;
    for (ship_to, code) in [(Value::Null, "required"), (json!("DE"), "not_delivered")] {
        let problem = buyer.post(&path, body(ship_to)).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"], json!([{ "pointer": "/ship_to", "code": code }]));
    }
    for ship_to in [json!("it"), json!("XX"), json!(7), json!("")] {
        assert_eq!(buyer.post(&path, body(ship_to)).await.status, 422);
    }
    stall.counts().await;
    let mut one = settings();
    one["zones"].as_array_mut().unwrap().truncate(1);
    set(&stall, one).await;
    let checkout = buyer.post(&path, body(Value::Null)).await.expect(201);
    assert_eq!(checkout["delivers_to"], json!(["IT", "SM"]));
    // The same key for another country is another click.
    buyer.post(&path, body(json!("SM"))).await.expect_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn a_running_checkout_keeps_the_prices_of_its_click() {
    let stall = Stall::open(10).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    set(&stall, settings()).await;
    let checkout = reserve(&stall, &stall.buyer(), lines, Some("IT")).await;
    let mut dearer = settings();
    dearer["zones"] = json!([]);
    set(&stall, dearer).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("pay", ADDRESS).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(order_of(&stall, &checkout).await["total"]["amount"], 4_990 + 590);
}

#[tokio::test]
async fn tax_is_part_of_the_prices() {
    let stall = Stall::open(10).await;
    let mut taxed = settings();
    taxed["automatic_tax"] = json!(true);
    set(&stall, taxed).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    let checkout = reserve(&stall, &stall.buyer(), lines, Some("IT")).await;
    stall.pay_page(&checkout).await.submit("pay", ADDRESS).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let order = order_of(&stall, &checkout).await;
    assert_eq!(order["total"]["amount"], 4_990 + 590);
    assert!(order["tax"]["amount"].as_i64().unwrap() > 0, "{order}");
    assert_eq!(order["review"], Value::Null);
}

/// What Stripe is asked, held against Stripe's own types by the stand-in.
#[tokio::test]
async fn the_provider_is_asked_in_its_own_words() {
    let (stand_in, setup) = StandIn::start().await;
    let stall = Stall::open_with(setup, 10).await;
    stand_in.compared().await;
    let mut all = settings();
    all["automatic_tax"] = json!(true);
    set(&stall, all).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    reserve(&stall, &stall.buyer(), lines, Some("IT")).await;
    // Looking at the calls holds each against the types.
    let calls = stand_in.calls();
    let create = calls.iter().find(|call| call.method == Method::POST).expect("a session was asked for");
    let sent = |name: &str| create.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let option = "shipping_options[0][shipping_rate_data]";
    for (name, value) in [
        ("shipping_address_collection[allowed_countries][0]".to_owned(), "IT"),
        (format!("{option}[display_name]"), "Corriere"),
        (format!("{option}[type]"), "fixed_amount"),
        (format!("{option}[fixed_amount][amount]"), "590"),
        (format!("{option}[fixed_amount][currency]"), "eur"),
        (format!("{option}[tax_behavior]"), "inclusive"),
        (format!("{option}[delivery_estimate][minimum][unit]"), "business_day"),
        (format!("{option}[delivery_estimate][maximum][value]"), "3"),
        ("shipping_options[1][shipping_rate_data][fixed_amount][amount]".to_owned(), "0"),
        ("line_items[0][price_data][tax_behavior]".to_owned(), "inclusive"),
        ("phone_number_collection[enabled]".to_owned(), "true"),
        ("allow_promotion_codes".to_owned(), "true"),
        ("automatic_tax[enabled]".to_owned(), "true"),
    ] {
        assert_eq!(sent(&name), Some(value), "{name}: {:?}", create.form);
    }
}

#[tokio::test]
async fn a_session_read_again_tells_the_same_as_its_event() {
    let stall = Stall::open(10).await;
    let mut rates = settings();
    rates["zones"][0]["rates"][0]["free_from"] = Value::Null;
    set(&stall, rates).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    let buyer = stall.buyer();
    let checkout = reserve(&stall, &buyer, lines, Some("IT")).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("shipping:1", "").await;
    page.submit("pay", &format!("{ADDRESS}&news=never")).await;
    // No webhook comes; who returns is looked after by reading the session.
    let path = format!("/api/v1/checkouts/{}", checkout["id"].as_str().unwrap());
    assert_eq!(buyer.client.get(&path).await.expect(200)["status"], "paid");
    let order = order_of(&stall, &checkout).await;
    assert_eq!(order["shipping"]["method"], "Ritiro in bottega");
    assert_eq!(order["delivery"]["address"]["city"], "Siena");
    assert_eq!(order["buyer"]["phone"], "+39 333 1");
}

#[tokio::test]
async fn the_sandbox_fills_in_an_address_to_try_things_out() {
    let stall = Stall::open(10).await;
    set(&stall, settings()).await;
    let lines = json!([{ "variant_id": stall.product.variants[0].id, "units": 1 }]);
    let checkout = reserve(&stall, &stall.buyer(), lines, Some("IT")).await;
    let page = stall.pay_page(&checkout).await;
    let mut filled = String::new();
    for input in page.html.split("<input ").skip(1) {
        let of =
            |name: &str| input.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        if input.split('>').next().is_some_and(|tag| tag.ends_with(" required")) {
            let (name, value) = (of("name").unwrap(), of("value").unwrap());
            assert!(!value.is_empty(), "{name}");
            let pair = url::form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
            filled = format!("{filled}&{pair}");
        }
    }
    page.submit("pay", &format!("{filled}&country=IT")).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    assert_eq!(order_of(&stall, &checkout).await["delivery"]["address"]["postal_code"], "00100");
}
