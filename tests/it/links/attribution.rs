//! From the address to the order: what a link brought is told by its orders, without cookies.

use serde_json::{Value, json};
use vetrina::domain::order::OrderStatus;

use super::{path, place};
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

impl Stall {
    /// A click on Buy by somebody who came through a link.
    async fn click_through(&self, buyer: &Buyer, key: &str, code: &Value) -> Value {
        let lines = json!([{ "variant_id": self.variant(), "units": 1 }]);
        let client = buyer.client.clone().with_header("idempotency-key", key);
        let body = json!({ "lines": lines, "link": code });
        client.post(&format!("/api/v1/shows/{}/checkouts", self.show), body).await.expect(201)
    }

    /// Waits until one of a link's figures has come to a number.
    pub(super) async fn figure(&self, link: &Value, name: &str, number: i64) {
        let id = link["id"].as_str().expect("a link has an id");
        let owner = self.owner();
        self.becomes(async || {
            let now = owner.get(&format!("/api/v1/links/{id}")).await.expect(200);
            now["figures"][name] == number || now["figures"][name]["amount"] == number
        })
        .await;
    }

    /// Waits for a fact.
    pub(super) async fn becomes(&self, is_so: impl AsyncFn() -> bool) {
        within("a fact", async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
            while !is_so().await {
                looks.tick().await;
            }
        })
        .await;
    }

    /// What the provider was told of an order.
    async fn metadata(&self, checkout: &Value) -> Value {
        let session = self.order(checkout).await.session_id.expect("the session is known");
        let mut tx = self.server.database.write().await.expect("the database writes");
        let row = tx.lock_sandbox_session(&session).await.expect("the query runs").expect("a session");
        row.data["metadata"].clone()
    }
}

#[tokio::test]
async fn a_link_is_credited_with_what_was_bought_through_it() {
    let stall = Stall::open(5).await;
    let link = stall.link(json!({ "source": "tiktok" })).await;
    let (first, second) = (stall.buyer(), stall.buyer());
    let checkout = stall.click_through(&first, "one", &link["code"]).await;
    let metadata = stall.metadata(&checkout).await;
    assert_eq!((&metadata["link"], &metadata["source"]), (&link["code"], &json!("tiktok")), "{metadata}");
    stall.figure(&link, "reservations", 1).await;
    stall.figure(&link, "orders", 0).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    stall.figure(&link, "orders", 1).await;
    stall.figure(&link, "revenue", 4990).await;
    // The order names it to members.
    let path = format!("/api/v1/orders/{}", checkout["id"].as_str().unwrap());
    let order = stall.owner().get(&path).await.expect(200);
    let named = json!({ "id": link["id"], "code": link["code"], "source": "tiktok", "label": link["label"] });
    assert_eq!(order["link"], named);
    // Who gives up is a reservation and no order; the same click again is the same one.
    let given_up = stall.click_through(&second, "two", &link["code"]).await;
    assert_eq!(stall.click_through(&second, "two", &link["code"]).await["id"], given_up["id"]);
    let id = given_up["id"].as_str().unwrap();
    second.client.delete(&format!("/api/v1/checkouts/{id}")).await.expect(202);
    stall.figure(&link, "reservations", 2).await;
    stall.figure(&link, "orders", 1).await;
    // What goes back is taken off.
    let order = checkout["id"].as_str().unwrap();
    let refund = json!({ "amount": 4990 });
    let answer = stall.owner().post(&format!("/api/v1/orders/{order}/refunds"), refund).await;
    assert!(answer.status.is_success(), "{answer:?}");
    stall.figure(&link, "revenue", 0).await;
    stall.figure(&link, "orders", 1).await;
}

#[tokio::test]
async fn a_code_that_is_not_the_shops_hinders_no_purchase() {
    let stall = Stall::open(9).await;
    let other = Stall::foreign_link(&stall).await;
    for (n, code) in [json!("2222222"), json!("nonsense, and a long one at that"), json!(null), other.clone()]
        .into_iter()
        .enumerate()
    {
        let checkout = stall.click_through(&stall.buyer(), &format!("k{n}"), &code).await;
        assert_eq!(checkout["status"], "open", "{code}");
        assert_eq!(stall.metadata(&checkout).await.get("link"), None, "{code}");
    }
}

impl Stall {
    /// The code of a link of another shop.
    async fn foreign_link(&self) -> Value {
        let other = self.server.seed_shop().await;
        let show = self.server.seed_live_show(&other).await;
        let new = json!({ "show_id": show, "source": "print" });
        let link = self.server.member_client(&other).post("/api/v1/links", new).await.expect(201);
        // A show of a second shop has no name at the root of this site.
        let there = place(&self.person().get(&path(&link)).await);
        assert!(there.starts_with(&format!("/show/{show}?link=")), "{there}");
        link["code"].clone()
    }
}

#[tokio::test]
async fn a_buyer_without_scripts_keeps_the_link() {
    let stall = Stall::open(3).await;
    let second = stall.server.seed_product(&stall.seed, "Ciotola", 2).await;
    stall.server.seed_lineup(&stall.seed, stall.show, &[stall.product.id, second.id]).await;
    let link = stall.link(json!({ "product_id": second.id })).await;
    let client = stall.person().with_header("accept-language", "it");
    let there = place(&client.get(&format!("{}?plain", path(&link))).await);
    let page = String::from_utf8(client.get(&there).await.bytes).unwrap();
    // The product that was asked for comes first.
    assert!(page.find("Ciotola").unwrap() < page.find("Vaso").unwrap(), "{page}");
    let code = link["code"].as_str().unwrap();
    let way = format!("lang=en&amp;product={}&amp;link={code}", second.handle);
    assert!(page.contains(&way), "{page}");
    let value = |name: &str| {
        let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("the form has the field");
        field.split('"').next().unwrap().to_owned()
    };
    assert_eq!(value("link"), code);
    let fields = ["token", "key", "variant", "link"].map(|name| format!("{name}={}", value(name)));
    let kind = "application/x-www-form-urlencoded";
    let path = format!("/show/{}?plain", stall.slug().await);
    let bought = client.send_bytes(reqwest::Method::POST, &path, kind, fields.join("&").into_bytes()).await;
    assert_eq!(bought.status, 303);
    stall.figure(&link, "reservations", 1).await;
    let withdrawn = format!("{path}&notice=link_withdrawn");
    let page = String::from_utf8(client.get(&withdrawn).await.bytes).unwrap();
    assert!(page.contains("role=\"alert\">Il negozio ha ritirato questo link."), "{page}");
    let front = String::from_utf8(client.get("/?plain&notice=link_unknown").await.bytes).unwrap();
    assert!(front.contains("Questo link non esiste."), "{front}");
}
