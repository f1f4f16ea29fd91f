//! The pages for browsers without scripts: see, buy, pay and come back, with forms and links alone.

use reqwest::Method;
use serde_json::json;
use vetrina::domain::order::OrderStatus;

use crate::support::http::{Answer, Client};
use crate::support::stall::{PayPage, Stall};

async fn slug(stall: &Stall) -> String {
    let show = stall.server.client().get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    show["show"]["slug"].as_str().unwrap().to_owned()
}

#[track_caller]
fn html(answer: &Answer) -> String {
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.headers["content-security-policy"].to_str().unwrap().contains("form-action 'self'"));
    String::from_utf8(answer.bytes.clone()).unwrap()
}

/// The value of the first field of this name.
#[track_caller]
fn value(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the form has the field");
    field.split('"').next().unwrap().to_owned()
}

async fn press_buy(client: &Client, path: &str, page: &str, more: &str) -> Answer {
    let fields = ["token", "key", "variant"].map(|name| format!("{name}={}", value(page, name)));
    let body = format!("{}{more}", fields.join("&"));
    client.send_bytes(Method::POST, path, "application/x-www-form-urlencoded", body.into_bytes()).await
}

#[tokio::test]
async fn a_buyer_without_scripts_buys_and_comes_back() {
    let stall = Stall::open(3).await;
    let client = stall.server.client().with_header("accept-language", "it");
    let path = format!("/show/{}?plain", slug(&stall).await);
    let page = html(&client.get(&path).await);
    assert!(page.contains("<html lang=\"it\">") && page.contains("Vaso &amp; &quot;Luna&quot;"), "{page}");
    assert!(page.contains("49,90\u{a0}€") && page.contains("PROVA"), "{page}");

    let answer = press_buy(&client, &path, &page, "").await;
    assert_eq!(answer.status, 303, "{}", String::from_utf8_lossy(&answer.bytes));
    let order = answer.headers["location"].to_str().unwrap().to_owned();
    // The same click once more is the same order.
    let again = press_buy(&client, &path, &page, "").await;
    assert_eq!(again.headers["location"].to_str().unwrap(), order);
    assert_eq!(stall.counts().await, (2, 1, 0));

    let waiting = html(&client.get(&order).await);
    assert!(waiting.contains("Ora puoi pagare") && !waiting.contains("http-equiv=\"refresh\""), "{waiting}");
    let pay =
        waiting.split("class=\"button\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let pay: PayPage = stall.pay_page_at(pay.strip_prefix(&stall.server.url("")).unwrap()).await;
    let paid = pay.submit("pay", "&name=Anna").await;
    let back = paid.headers["location"].to_str().unwrap();
    assert!(back.ends_with(&format!("{order}&returned")), "{back} is not {order}");
    // The page of who has just paid asks for no second payment, whatever the webhook does.
    let settling = html(&client.get(&format!("{order}&returned")).await);
    assert!(!settling.contains("class=\"button\""), "{settling}");
    let held = stall.server.app.recent_orders(stall.seed.shop, stall.show).await.unwrap();
    stall.reaches(&json!({ "id": held[0].id }), OrderStatus::Paid).await;
    let done = html(&client.get(&order).await);
    assert!(done.contains("Pagato, grazie!") && !done.contains("Anna"), "{done}");
    assert_eq!(stall.counts().await, (2, 0, 1));
    let english = html(&client.get(&order.replace("lang=it", "lang=en")).await);
    assert!(english.contains("Paid, thank you!"), "{english}");
}

#[tokio::test]
async fn what_cannot_be_bought_is_explained_on_the_page() {
    let stall = Stall::open(1).await;
    let client = stall.server.client().with_header("accept-language", "en");
    let path = format!("/show/{}?plain", slug(&stall).await);
    let page = html(&client.get(&path).await);
    stall.reserve(&stall.buyer(), 1).await;
    let late = press_buy(&client, &path, &page, "").await;
    assert_eq!(late.status, 409);
    assert!(html(&late).contains("It has just sold out."));
    assert!(html(&client.get(&path).await).contains("Sold out"));
    for body in ["", "token=x&key=k&variant=v", "%ff", "token=&key=&variant="] {
        let kind = "application/x-www-form-urlencoded";
        let answer = client.send_bytes(Method::POST, &path, kind, body.as_bytes().to_vec()).await;
        assert_eq!(answer.status, 422, "{body}");
        assert!(html(&answer).contains("Please try again"));
    }
    for missing in ["/show/nothing?plain", "/order/nothing?plain"] {
        let answer = client.get(missing).await;
        assert_eq!(answer.status, 404);
        assert!(html(&answer).contains("There is nothing here."));
    }
    assert_eq!(stall.counts().await, (0, 1, 0));
}

#[tokio::test]
async fn the_country_is_chosen_in_the_form() {
    let stall = Stall::open(3).await;
    let rate = |price: i64| json!([{ "name": "Corriere", "price": price, "free_from": null, "min_days": null, "max_days": null }]);
    let settings = json!({ "zones": [
        { "countries": ["IT"], "rates": rate(590) }, { "countries": ["FR"], "rates": rate(1_490) },
    ] });
    stall.server.member_client(&stall.seed).put("/api/v1/shop/checkout", settings).await.expect(200);
    let client = stall.server.client().with_header("accept-language", "en");
    let path = format!("/show/{}?plain", slug(&stall).await);
    let page = html(&client.get(&path).await);
    assert!(page.contains("<option value=\"FR\">FR · €14.90</option>"), "{page}");
    let nowhere = press_buy(&client, &path, &page, "").await;
    assert_eq!(nowhere.status, 422);
    assert!(html(&nowhere).contains("Choose a country that we deliver to."));
    let page = html(&client.get(&path).await);
    let answer = press_buy(&client, &path, &page, "&ship_to=FR").await;
    assert_eq!(answer.status, 303);
    let held = stall.server.app.recent_orders(stall.seed.shop, stall.show).await.unwrap();
    assert_eq!(held[0].status, OrderStatus::Open);
}

#[tokio::test]
async fn pages_lead_browsers_without_scripts_there() {
    let stall = Stall::open(1).await;
    let client = stall.server.client().with_header("accept-language", "it");
    let slug = slug(&stall).await;
    for path in ["/".to_owned(), format!("/show/{slug}"), "/order/x".to_owned()] {
        let page = client.get(&path).await;
        let text = String::from_utf8(page.bytes).unwrap();
        assert!(text.contains("<noscript><meta http-equiv=\"refresh\" content=\"0;url=?plain\""), "{text}");
    }
    let front = html(&client.get("/?plain").await);
    assert!(front.contains("Bottega Aurora") && front.contains(&format!("/show/{slug}?plain")), "{front}");
}
