//! What sessions may be asked with: currencies, pages of both kinds, shipping, codes, taxes.

use serde_json::{Value, json};

use crate::support::sandbox::{caller, create_form, create_with, id_of, page_of, post, read, refused};
use crate::support::stall::Stall;

const INVALID: &str = "invalid_request_error";
const EMBEDDED: &str = "&return_url=https://shop.example/back?s={CHECKOUT_SESSION_ID}";
const ADDRESS: &str = "&name=Anna+Bianchi&email=anna@example.com&line1=Via+Roma+1&city=Siena\
                       &postal_code=53100&country=IT&phone=%2B39+0577+1";

fn option(index: usize, name: &str, amount: i64) -> String {
    let rate = format!("&shipping_options[{index}][shipping_rate_data]");
    format!(
        "{rate}[type]=fixed_amount{rate}[display_name]={name}{rate}[fixed_amount][amount]={amount}\
         {rate}[fixed_amount][currency]=eur"
    )
}

fn embedded(form: &str) -> String {
    form.replace("hosted_page", "embedded_page").replace("&success_url=https://shop.example/ok", EMBEDDED)
}

#[tokio::test]
async fn every_currency_has_its_smallest_amount_and_step() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let small = Some("amount_too_small");
    for (currency, amount, refusal) in [
        ("eur", 25, None),
        ("eur", 24, Some(small)),
        ("usd", 25, None),
        ("gbp", 15, None),
        ("gbp", 14, Some(small)),
        ("jpy", 25, None),
        ("jpy", 24, Some(small)),
        ("bhd", 1_500, None),
        ("bhd", 1_501, Some(None)),
        ("isk", 500_000, None),
        ("isk", 500_050, Some(None)),
        ("ugx", 500_000, None),
        ("ugx", 500_001, Some(None)),
        ("eur", 50_000_000, Some(Some("amount_too_large"))),
    ] {
        let form = create_form(&stall, 3600)
            .replace("=eur", &format!("={currency}"))
            .replace("=4990", &format!("={amount}"));
        let answer = post(&client, "/checkout/sessions", &form).await;
        match refusal {
            None => assert_eq!(answer.expect(200)["amount_total"], 2 * amount, "{currency}"),
            Some(code) => refused(answer, 400, INVALID, code),
        }
    }
}

#[tokio::test]
async fn parameters_that_stripe_does_not_know_are_refused() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let good = create_form(&stall, 3600);
    for (more, param) in [
        ("&nonsense=1", "nonsense"),
        ("&line_items[0][units]=1", "line_items[0][units]"),
        ("&metadata=1", "metadata"),
        ("&shipping_options[0][rate]=1", "shipping_options[0][rate]"),
        ("&mode=payment&ui=1", ""),
    ] {
        let answer = post(&client, "/checkout/sessions", &format!("{good}{more}")).await;
        if param.is_empty() {
            refused(answer, 400, INVALID, None);
            continue;
        }
        let body = answer.expect(400);
        let error = &body["error"];
        assert_eq!((&error["code"], &error["param"]), (&json!("parameter_unknown"), &json!(param)));
    }
    for path in ["/checkout/sessions?page=2", "/events?kind=x", "/refunds?order=1", "/webhook_endpoints?x=1"]
    {
        refused(client.get(&format!("/sandbox/v1{path}")).await, 400, INVALID, Some("parameter_unknown"));
    }
    refused(post(&client, "/refunds", "payment=1").await, 400, INVALID, Some("parameter_unknown"));
    refused(client.get("/sandbox/v1/nowhere").await, 404, INVALID, None);
    for query in ["limit=0", "limit=101", "limit=x", "created[gte]=x", "status=paid"] {
        refused(client.get(&format!("/sandbox/v1/checkout/sessions?{query}")).await, 400, INVALID, None);
    }
    let cursor = client.get("/sandbox/v1/checkout/sessions?starting_after=cs_none").await;
    refused(cursor, 404, INVALID, Some("resource_missing"));
}

#[tokio::test]
async fn embedded_pages_have_a_secret_and_no_address() {
    let stall = Stall::open(1).await;
    let client = caller(&stall);
    let good = embedded(&create_form(&stall, 3600));
    let form = format!("{good}&redirect_on_completion=if_required");
    let session = post(&client, "/checkout/sessions", &form).await.expect(200);
    assert_eq!((&session["url"], &session["ui_mode"]), (&json!(null), &json!("embedded_page")));
    let secret = session["client_secret"].as_str().unwrap();
    assert_eq!(secret.split("_secret_").next(), Some(id_of(&session)));
    for form in [
        format!("{good}&success_url=https://shop.example/"),
        format!("{good}&cancel_url=https://shop.example/"),
        good.replace(EMBEDDED, ""),
        format!("{good}&redirect_on_completion=later"),
        good.replace("embedded_page", "hosted_page"),
    ] {
        refused(post(&client, "/checkout/sessions", &form).await, 400, INVALID, None);
    }
    let page = page_of(&stall, &session).await;
    let policy = stall.server.client().get(&page.path).await.headers["content-security-policy"].clone();
    assert!(policy.to_str().unwrap().ends_with("frame-ancestors 'self'"), "{policy:?}");
    assert!(!page.html.contains("value=\"cancel\""));
    // Nothing to come back to: the page beside the video stays and tells.
    let stays = page.submit("pay", "").await;
    assert!(stays.headers["location"].to_str().unwrap().starts_with("/sandbox/pay/"));
    assert!(page.reload().await.html.contains("This order is paid already"));

    let always = post(&client, "/checkout/sessions", &good).await.expect(200);
    let leaves = page_of(&stall, &always).await.submit("pay", "").await;
    let expected = format!("https://shop.example/back?s={}", id_of(&always));
    assert_eq!(leaves.headers["location"].to_str().unwrap(), expected);
    let paid = read(&stall, &format!("/checkout/sessions/{}", id_of(&always))).await;
    assert_eq!((&paid["status"], &paid["client_secret"]), (&json!("complete"), &json!(null)));
}

#[tokio::test]
async fn parcels_need_an_address_and_have_a_price() {
    let stall = Stall::open(1).await;
    let form = format!(
        "{}{}&phone_number_collection[enabled]=true&shipping_address_collection[allowed_countries][0]=IT\
         &shipping_address_collection[allowed_countries][1]=FR",
        option(0, "Corriere", 890),
        option(1, "Ritiro", 0)
    );
    let session = create_with(&stall, &form).await;
    assert_eq!((&session["amount_total"], &session["amount_subtotal"]), (&json!(10_870), &json!(9_980)));
    assert_eq!(session["total_details"]["amount_shipping"], 890);
    assert_eq!(session["shipping_cost"]["shipping_rate"], session["shipping_options"][0]["shipping_rate"]);
    let page = page_of(&stall, &session).await;
    for words in ["name=\"phone\"", "name=\"postal_code\"", "Italy", "France", "Corriere", "free", "required"]
    {
        assert!(page.html.contains(words), "{words}");
    }
    page.submit("shipping:1", "").await;
    page.submit("shipping:7", "").await;
    assert!(page.reload().await.html.contains("Pay €99.80"));
    for wrong in ["", "&name=Anna", &ADDRESS.replace("=IT", "=DE"), &ADDRESS.replace("&line1=Via+Roma+1", "")]
    {
        let answer = page.submit("pay", wrong).await;
        assert!(answer.headers["location"].to_str().unwrap().ends_with("notice=invalid"), "{wrong}");
    }
    page.submit("pay", ADDRESS).await;
    let paid = read(&stall, &format!("/checkout/sessions/{}", id_of(&session))).await;
    assert_eq!((&paid["payment_status"], &paid["amount_total"]), (&json!("paid"), &json!(9_980)));
    let address = json!({ "city": "Siena", "country": "IT", "line1": "Via Roma 1", "line2": null,
        "postal_code": "53100", "state": null });
    assert_eq!(paid["customer_details"]["address"], address);
    assert_eq!(paid["customer_details"]["phone"], "+39 0577 1");
    let shipping = &paid["collected_information"]["shipping_details"];
    assert_eq!((&shipping["name"], &shipping["address"]), (&json!("Anna Bianchi"), &address));
    check_options_refused(&stall).await;
}

async fn check_options_refused(stall: &Stall) {
    let six: String = (0..6).map(|index| option(index, "x", 1)).collect();
    let one = option(0, "x", 1);
    for more in [
        six,
        one.replace("=eur", "=usd"),
        one.replace("[amount]=1", "[amount]=-1"),
        one.replace("display_name]=x", "display_name]="),
        one.replace("=fixed_amount", "=weight"),
        "&shipping_address_collection[allowed_countries][0]=Italy".to_owned(),
        "&phone_number_collection[enabled]=yes".to_owned(),
        format!("&client_reference_id={}", "x".repeat(201)),
        format!("&metadata[{}]=1", "x".repeat(41)),
        format!("&metadata[x]={}", "x".repeat(501)),
    ] {
        let form = format!("{}{more}", create_form(stall, 3600));
        refused(post(&caller(stall), "/checkout/sessions", &form).await, 400, INVALID, None);
    }
}

#[tokio::test]
async fn codes_take_a_part_or_all_of_the_price() {
    let stall = Stall::open(1).await;
    let session = create_with(&stall, "&allow_promotion_codes=true").await;
    let page = page_of(&stall, &session).await;
    let wrong = page.submit("use_code", "&code=TEST20").await;
    assert!(wrong.headers["location"].to_str().unwrap().ends_with("notice=no_code"));
    page.submit("use_code", "&code=test10").await;
    let html = page.reload().await.html;
    assert!(html.contains("Pay €89.82") && html.contains("Discount TEST10"), "{html}");
    page.submit("drop_code", "").await;
    page.submit("use_code", "&code=TEST100").await;
    page.submit("pay", "&name=Anna").await;
    let free = read(&stall, &format!("/checkout/sessions/{}", id_of(&session))).await;
    assert_eq!(
        (&free["payment_status"], &free["status"]),
        (&json!("no_payment_required"), &json!("complete"))
    );
    assert_eq!((&free["payment_intent"], &free["amount_total"]), (&Value::Null, &json!(0)));
    assert_eq!(
        (&free["amount_subtotal"], &free["total_details"]["amount_discount"]),
        (&json!(9_980), &json!(9_980))
    );
    assert_eq!(free["discounts"][0]["promotion_code"], "promo_local_test100");
    // Where the shop takes no codes, the page knows none.
    let plain = create_with(&stall, "").await;
    let page = page_of(&stall, &plain).await;
    assert!(!page.html.contains("name=\"code\""));
    page.submit("use_code", "&code=TEST10").await;
    assert!(page.reload().await.html.contains("Pay €99.80"));
}

#[tokio::test]
async fn taxes_are_contained_or_added_as_asked() {
    let stall = Stall::open(1).await;
    for (behaviour, total, tax) in
        [("unspecified", 9_980, 1_799), ("exclusive", 12_175, 2_195), ("inclusive", 9_980, 1_799)]
    {
        let more =
            format!("&automatic_tax[enabled]=true&line_items[0][price_data][tax_behavior]={behaviour}");
        let session = create_with(&stall, &more).await;
        assert_eq!((&session["amount_total"], &session["amount_subtotal"]), (&json!(total), &json!(9_980)));
        assert_eq!(session["total_details"]["amount_tax"], tax, "{behaviour}");
        assert_eq!(session["automatic_tax"]["status"], "requires_location_inputs");
        page_of(&stall, &session).await.submit("pay", "").await;
        let paid = read(&stall, &format!("/checkout/sessions/{}", id_of(&session))).await;
        assert_eq!(paid["automatic_tax"]["status"], "complete");
    }
}

#[tokio::test]
async fn what_a_session_may_hold_is_understood_by_the_typed_client() {
    let stall = Stall::open(1).await;
    let provider = stall.server.app.provider();
    let full = format!(
        "{}&allow_promotion_codes=true&automatic_tax[enabled]=true&phone_number_collection[enabled]=true\
         &shipping_address_collection[allowed_countries][0]=IT",
        option(0, "Corriere", 890)
    );
    let hosted = create_with(&stall, &full).await;
    let page = page_of(&stall, &hosted).await;
    for (action, fields) in [("", ""), ("use_code", "&code=TEST10"), ("debit", ADDRESS), ("debit_arrive", "")]
    {
        page.submit(action, fields).await;
        let read = provider.retrieve_session(id_of(&hosted)).await.expect("the answer has Stripe's shape");
        assert_eq!(read.subtotal.map(|(amount, _)| amount.minor()), Some(9_980), "{action}");
    }
    let paid = provider.retrieve_session(id_of(&hosted)).await.unwrap();
    assert_eq!(paid.total.map(vetrina::domain::money::Amount::minor), Some(9_980 - 998 + 890));
    assert_eq!(paid.buyer.and_then(|buyer| buyer.name).as_deref(), Some("Anna Bianchi"));

    let form = format!("{}&redirect_on_completion=never", embedded(&create_form(&stall, 3600)));
    let inside = post(&caller(&stall), "/checkout/sessions", &form).await.expect(200);
    let read = provider.retrieve_session(id_of(&inside)).await.expect("the answer has Stripe's shape");
    assert_eq!(read.url, None);

    let form = format!("payment_intent={}&metadata[sandbox]=pending", paid.payment_intent.unwrap());
    let refund = post(&caller(&stall), "/refunds", &form).await.expect(200);
    for button in ["", "refund_fail"] {
        page.submit(&format!("{button}:{}", id_of(&refund)), "").await;
        provider.retrieve_refund(id_of(&refund)).await.expect("the answer has Stripe's shape");
    }
}
