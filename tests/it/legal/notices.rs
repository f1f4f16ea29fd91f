//! The public pages about a shop, and what members enter for them.

use serde_json::{Value, json};

use super::{complete, tell_all};
use crate::support::http::Answer;
use crate::support::stall::Stall;

#[track_caller]
fn html(answer: &Answer, status: u16) -> String {
    assert_eq!(answer.status, status);
    assert_eq!(answer.headers["content-type"], "text/html; charset=utf-8");
    assert!(!answer.headers.contains_key("set-cookie"));
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[tokio::test]
async fn a_new_shop_is_told_what_buyers_have_to_know() {
    let stall = Stall::open_still(1).await;
    let member = stall.server.member_client(&stall.seed);
    let empty = member.get("/api/v1/shop/legal").await.expect(200);
    let all = json!(["name", "address", "vat_number", "email", "phone", "terms"]);
    assert_eq!((&empty["missing"], &empty["informs_buyers"]), (&all, &json!(false)));
    let saved = member.put("/api/v1/shop/legal", complete()).await.expect(200);
    assert_eq!((&saved["missing"], &saved["informs_buyers"]), (&json!([]), &json!(true)));
    assert_eq!(saved["seller"]["vat_number"], "IT12345678903");
    assert_eq!(member.get("/api/v1/shop/legal").await.expect(200), saved);
    let elsewhere = stall.server.seed_shop().await;
    let stranger = stall.server.member_client(&elsewhere);
    assert_eq!(stranger.get("/api/v1/shop/legal").await.expect(200)["missing"], all);
}

#[tokio::test]
async fn wrong_numbers_and_endless_texts_are_refused_field_by_field() {
    let stall = Stall::open_still(1).await;
    let member = stall.server.member_client(&stall.seed);
    let check = async |body: Value, errors: Value| {
        let problem = member.put("/api/v1/shop/legal", body).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"], errors);
    };
    let seller = json!({ "vat_number": "IT12345678901", "tax_code": "RSSMRA85T10A562T", "pec": "nobody" });
    check(
        json!({ "seller": seller }),
        json!([
            { "pointer": "/seller/pec", "code": "not_an_email" },
            { "pointer": "/seller/vat_number", "code": "not_a_vat_number" },
            { "pointer": "/seller/tax_code", "code": "not_a_tax_code" },
        ]),
    )
    .await;
    let long = json!({ "terms": { "it": "x".repeat(20_001) } });
    check(long, json!([{ "pointer": "/terms/it", "code": "too_long" }])).await;
    let unknown = json!({ "imprint": "x" });
    check(unknown, json!([{ "pointer": "/imprint", "code": "unknown_field" }])).await;
    assert_eq!(member.get("/api/v1/shop/legal").await.expect(200)["seller"]["name"], "");
}

#[tokio::test]
async fn everybody_reads_who_sells_in_both_languages() {
    let stall = Stall::open_still(1).await;
    let client = stall.server.client().with_header("accept-language", "it");
    assert!(html(&client.get("/legal/seller").await, 200).contains("non ha ancora indicato"));
    tell_all(&stall).await;
    // Another node may hold nothing of it in memory, so that every one tells it at once.
    let seller = html(&client.get("/legal/seller").await, 200);
    for words in ["<html lang=\"it\">", "Via Roma 1<br>00184 Roma RM", "IT12345678903", "tel:+39061234567"] {
        assert!(seller.contains(words), "{words} in {seller}");
    }
    let terms = html(&client.get("/legal/terms").await, 200);
    assert!(terms.contains("<p>Tutti &lt;fatti&gt; a mano.</p>"), "{terms}");
    // What is written in Italian alone is marked as such on the English page.
    let english = html(&client.get("/legal/terms?lang=en").await, 200);
    assert!(english.contains("<h1>Terms of sale</h1>") && english.contains("<div lang=\"it\">"), "{english}");
    let withdrawal = html(&client.get("/legal/withdrawal?lang=en").await, 200);
    assert!(withdrawal.contains("You bear the direct cost of returning the goods."), "{withdrawal}");
    assert!(withdrawal.contains("Withdraw from contract here"), "{withdrawal}");
    let privacy = html(&client.get("/legal/privacy?lang=en").await, 200);
    assert!(privacy.contains("keyed hash of your IP address"), "{privacy}");
    assert!(privacy.contains("test payments") && !privacy.contains("taken by Stripe"), "{privacy}");
    for page in [&seller, &terms, &english, &withdrawal, &privacy] {
        assert!(!page.contains("<script") && page.contains("/legal/privacy?shop="), "{page}");
    }
}

#[tokio::test]
async fn each_shop_has_pages_of_its_own() {
    let stall = Stall::open_still(1).await;
    tell_all(&stall).await;
    let client = stall.server.client();
    let member = stall.server.member_client(&stall.seed);
    let slug = member.get("/api/v1/me").await.expect(200)["shop"]["slug"].as_str().unwrap().to_owned();
    let mine = html(&client.get(&format!("/legal/seller?shop={slug}")).await, 200);
    assert!(mine.contains("IT12345678903"));
    let elsewhere = stall.server.seed_shop().await;
    let other = stall.server.member_client(&elsewhere).get("/api/v1/me").await.expect(200);
    let other = other["shop"]["slug"].as_str().unwrap();
    let theirs = html(&client.get(&format!("/legal/seller?shop={other}")).await, 200);
    assert!(!theirs.contains("IT12345678903"));
    for missing in ["/legal/seller?shop=nobody", "/legal/imprint", "/legal/seller?shop=%3Cb%3E"] {
        html(&client.get(missing).await, 404);
    }
    let front = client.get("/legal").await;
    assert_eq!((front.status.as_u16(), front.headers["location"].to_str().unwrap()), (303, "/legal/seller"));
}

#[tokio::test]
async fn the_pages_without_scripts_lead_there() {
    let stall = Stall::open_still(1).await;
    let client = stall.server.client();
    let show = client.get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    let slug = show["show"]["slug"].as_str().unwrap();
    for path in ["/?plain".to_owned(), format!("/show/{slug}?plain")] {
        let page = html(&client.get(&path).await, 200);
        for place in ["seller", "terms", "withdrawal", "privacy"] {
            assert!(page.contains(&format!("href=\"/legal/{place}?shop=")), "{place} in {page}");
        }
    }
}

#[tokio::test]
async fn an_exemption_is_told_before_the_click() {
    let stall = Stall::open_still(3).await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/products/{}", stall.product.id);
    let product = member.patch(&path, json!({ "exemption": "made_to_measure" })).await.expect(200);
    assert_eq!(product["exemption"], "made_to_measure");
    let shown = stall.server.client().get(&format!("/api/v1/shows/{}", stall.show)).await.expect(200);
    assert_eq!(shown["show"]["lineup"][0]["exemption"], "made_to_measure");
    let slug = shown["show"]["slug"].as_str().unwrap();
    let plain = html(&stall.server.client().get(&format!("/show/{slug}?plain&lang=en")).await, 200);
    assert!(plain.contains("there is no right of withdrawal"), "{plain}");
    let problem = member.patch(&path, json!({ "exemption": "whim" })).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["pointer"], "/exemption");
    // Changing something else leaves it, null takes it away.
    assert_eq!(
        member.patch(&path, json!({ "title": "Vaso" })).await.expect(200)["exemption"],
        "made_to_measure"
    );
    assert_eq!(member.patch(&path, json!({ "exemption": null })).await.expect(200)["exemption"], Value::Null);
}
