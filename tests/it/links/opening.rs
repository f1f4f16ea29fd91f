//! Where links lead, and what they say when that is another place.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;
use vetrina::domain::show::ShowStatus;

use super::{path, place};
use crate::support::stall::Stall;

#[tokio::test]
async fn a_link_opens_the_show_at_the_product() {
    let stall = Stall::open(3).await;
    let (slug, handle) = (stall.slug().await, stall.product.handle.clone());
    let link = stall.link(json!({})).await;
    let code = link["code"].as_str().unwrap();
    assert_eq!(link["url"], stall.server.url(&path(&link)));
    let there = format!("/show/{slug}?product={handle}&link={code}");
    assert_eq!(place(&stall.person().get(&path(&link)).await), there);
    // As somebody types it from paper.
    assert_eq!(place(&stall.person().get(&path(&link).to_uppercase().replace("/L/", "/l/")).await), there);
    let ready = format!("{}?buy&plain&lang=en&evil=x", path(&link));
    let there = format!("/show/{slug}?buy=&plain=&lang=en&product={handle}&link={code}");
    assert_eq!(place(&stall.person().get(&ready).await), there);
    let variant = stall.link(json!({ "variant_id": stall.variant() })).await;
    let to_variant = place(&stall.person().get(&path(&variant)).await);
    assert!(to_variant.contains(&format!("&variant={}&", stall.variant())), "{to_variant}");
    let to_show = stall.link(json!({ "product_id": null })).await;
    let code = to_show["code"].as_str().unwrap();
    assert_eq!(place(&stall.person().get(&path(&to_show)).await), format!("/show/{slug}?link={code}"));
    // Opening is never a purchase.
    assert_eq!(stall.counts().await, (3, 0, 0));
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_why() {
    let stall = Stall::open_still(1).await;
    let (slug, handle) = (stall.slug().await, stall.product.handle.clone());
    let person = stall.person();
    for code in ["2222222", "nothing", "%C3%A9", "%3Cb%3E"] {
        assert_eq!(place(&person.get(&format!("/l/{code}")).await), "/?notice=link_unknown", "{code}");
    }
    let soon = stall.server.clock.now() + TimeDelta::hours(1);
    let link = stall.link(json!({ "expires_at": soon })).await;
    assert_eq!(link["status"], "active");
    let withdrawn = stall.link(json!({})).await;
    let id = withdrawn["id"].as_str().unwrap();
    let answer = stall.owner().delete(&format!("/api/v1/links/{id}")).await.expect(200);
    assert_eq!(answer["status"], "withdrawn");
    let to = |notice: &str| format!("/show/{slug}?product={handle}&notice={notice}");
    assert_eq!(place(&person.get(&path(&withdrawn)).await), to("link_withdrawn"));
    stall.reserve(&stall.buyer(), 1).await;
    let code = link["code"].as_str().unwrap();
    let sold_out = format!("/show/{slug}?product={handle}&link={code}&notice=sold_out");
    assert_eq!(place(&person.get(&path(&link)).await), sold_out);
    stall.pass(TimeDelta::hours(1));
    assert_eq!(place(&person.get(&path(&link)).await), to("link_expired"));
    stall.server.seed_lineup(&stall.seed, stall.show, &[]).await;
    let gone = stall.link(json!({})).await;
    let place = place(&person.get(&path(&gone)).await);
    assert!(place.ends_with("&notice=product_gone") && place.starts_with(&format!("/show/{slug}?link=")));
}

#[tokio::test]
async fn a_link_to_a_product_finds_the_show_that_sells_it() {
    let stall = Stall::open(3).await;
    let to_product = stall.link(json!({ "show_id": null })).await;
    let slug = stall.slug().await;
    let person = stall.person();
    assert!(place(&person.get(&path(&to_product)).await).starts_with(&format!("/show/{slug}?product=")));
    // Over, the show is still where the product is; a newer one on air is better.
    stall.server.app.set_show_status(&stall.seed.owner, stall.show, ShowStatus::Ended).await.unwrap();
    assert!(place(&person.get(&path(&to_product)).await).starts_with(&format!("/show/{slug}?product=")));
    let next = stall.server.seed_live_show_called(&stall.seed, "La prossima").await;
    stall.server.seed_lineup(&stall.seed, next, &[stall.product.id]).await;
    assert!(place(&person.get(&path(&to_product)).await).starts_with("/show/la-prossima-"));
    // A show that nobody may know of is not told of.
    let draft = stall.owner().post("/api/v1/shows", json!({ "title": "Segreta" })).await.expect(201);
    let secret = stall.link(json!({ "show_id": draft["id"] })).await;
    assert_eq!(place(&person.get(&path(&secret)).await), "/?notice=show_gone");
    stall.owner().delete(&format!("/api/v1/shows/{}", draft["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(place(&person.get(&path(&secret)).await), "/?notice=show_gone");
}

#[tokio::test]
async fn clicks_of_people_are_counted_and_no_others() {
    let stall = Stall::open(3).await;
    let link = stall.link(json!({})).await;
    let path = path(&link);
    let named = |name: &str| stall.server.client().with_header("user-agent", name);
    for crawler in ["facebookexternalhit/1.1", "WhatsApp/2.23.20.0 A", "Twitterbot/1.0", ""] {
        place(&named(crawler).get(&path).await);
    }
    place(&stall.person().with_header("sec-purpose", "prefetch;prerender").get(&path).await);
    place(&stall.person().request(Method::HEAD, &path, None).await);
    for _ in 0..2 {
        place(&stall.person().get(&path).await);
    }
    stall.figure(&link, "clicks", 2).await;
    // Again and again from one address it is a few times only.
    for _ in 0..60 {
        place(&stall.person().get(&path).await);
    }
    place(&stall.person().get("/l/2222222").await);
    let id = link["id"].as_str().unwrap();
    stall
        .becomes(async || {
            let now = stall.owner().get(&format!("/api/v1/links/{id}")).await.expect(200);
            let clicks = now["figures"]["clicks"].as_i64().unwrap();
            assert!(clicks <= 60, "{clicks}");
            clicks >= 20
        })
        .await;
}

#[tokio::test]
async fn links_are_the_shops_own_and_their_parts_are_checked() {
    let stall = Stall::open(3).await;
    let link = stall.link(json!({ "label": "Storia di sabato" })).await;
    let id = link["id"].as_str().unwrap();
    let other = stall.server.seed_shop().await;
    let foreign = stall.server.member_client(&other);
    foreign.get(&format!("/api/v1/links/{id}")).await.expect_problem(404, "not_found");
    foreign.delete(&format!("/api/v1/links/{id}")).await.expect_problem(404, "not_found");
    assert_eq!(foreign.get("/api/v1/links").await.expect(200)["items"], json!([]));
    let new = json!({ "show_id": stall.show, "product_id": stall.product.id, "source": "print" });
    let refused = foreign.post("/api/v1/links", new).await.expect_problem(422, "invalid");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 2, "{refused}");
    let owner = stall.owner();
    for (change, pointer) in [
        (json!({}), "/product_id"),
        (json!({ "show_id": stall.show, "variant_id": stall.variant() }), "/variant_id"),
        (json!({ "show_id": stall.show, "label": "x".repeat(81) }), "/label"),
        (json!({ "show_id": stall.show, "expires_at": "2020-01-01T00:00:00Z" }), "/expires_at"),
        (json!({ "show_id": stall.show, "source": "fax" }), "/source"),
    ] {
        let mut new = json!({ "source": "print" });
        for (name, value) in change.as_object().unwrap() {
            new[name] = value.clone();
        }
        let refused = owner.post("/api/v1/links", new).await.expect_problem(422, "invalid");
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let moderator = stall.server.seed_member(stall.seed.shop, vetrina::domain::member::Role::Moderator).await;
    let moderator = stall.server.member_client(&moderator);
    moderator.get("/api/v1/links").await.expect_problem(403, "forbidden");
    moderator.get("/api/v1/overlay-keys").await.expect_problem(403, "forbidden");
    stall.link(json!({ "source": "print", "product_id": null })).await;
    let listed = async |query: &str| {
        let page = owner.get(&format!("/api/v1/links?{query}")).await.expect(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(listed("").await, 2);
    assert_eq!(listed("source=print").await, 1);
    assert_eq!(listed("is_overlay=true").await, 0);
    let page = owner.get("/api/v1/links?limit=1").await.expect(200);
    assert_eq!(page["items"][0]["source"], "print");
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = owner.get(&format!("/api/v1/links?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(
        (&page["items"][0]["label"], &page["next_cursor"]),
        (&json!("Storia di sabato"), &json!(null))
    );
}
