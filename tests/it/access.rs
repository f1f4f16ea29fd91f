//! Who may do what: every member endpoint against every role and another shop.

use reqwest::Method;
use serde_json::{Value, json};
use vetrina::domain::member::{Permission, Role};

use crate::support::server::TestServer;

/// An endpoint with ids filled in, and the permission it asks for.
struct Row {
    method: Method,
    path: String,
    body: Option<Value>,
    needs: Permission,
}

fn row(method: Method, path: String, body: Option<Value>, needs: Permission) -> Row {
    Row { method, path, body, needs }
}

/// Every endpoint that asks who calls; the ids belong to one shop.
fn rows(product: &str, variant: &str, show: &str, nobody: &str) -> Vec<Row> {
    use Permission::{Catalogue, Moderate, Orders, Refunds, Settings, Shows};
    let v1 = "/api/v1";
    let (account, live) = (format!("{v1}/payment-account"), json!({ "mode": "live" }));
    let price = json!({ "amount": 100, "currency": "EUR" });
    let new_product = json!({ "title": "Vaso", "variants": [{ "price": price, "stock": 1 }] });
    let new_variant = json!({ "price": price, "stock": 1 });
    let (get, post, put, patch, delete) =
        (Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE);
    vec![
        row(get.clone(), format!("{v1}/products"), None, Catalogue),
        row(post.clone(), format!("{v1}/products"), Some(new_product), Catalogue),
        row(get.clone(), format!("{v1}/products/{product}"), None, Catalogue),
        row(patch.clone(), format!("{v1}/products/{product}"), Some(json!({})), Catalogue),
        row(post.clone(), format!("{v1}/products/{product}/variants"), Some(new_variant), Catalogue),
        row(patch.clone(), format!("{v1}/variants/{variant}"), Some(json!({})), Catalogue),
        row(put.clone(), format!("{v1}/variants/{variant}/stock"), Some(json!({ "stock": 5 })), Catalogue),
        row(get.clone(), format!("{v1}/payment-account"), None, Moderate),
        row(get.clone(), format!("{v1}/shows"), None, Moderate),
        row(get.clone(), format!("{v1}/orders"), None, Orders),
        row(get.clone(), format!("{v1}/shows/{show}/sales"), None, Orders),
        row(get.clone(), format!("{v1}/orders/{nobody}"), None, Orders),
        row(get.clone(), format!("{v1}/withdrawals"), None, Orders),
        row(get, format!("{v1}/shop/legal"), None, Settings),
        row(put.clone(), format!("{v1}/shop/legal"), Some(json!({})), Settings),
        row(
            put.clone(),
            format!("{v1}/orders/{nobody}/delivery-day"),
            Some(json!({ "delivered_on": null })),
            Orders,
        ),
        row(post.clone(), format!("{v1}/orders/{nobody}/refunds"), Some(json!({})), Refunds),
        row(delete.clone(), format!("{v1}/orders/{nobody}/reservation"), None, Refunds),
        row(post.clone(), format!("{v1}/shows"), Some(json!({ "title": "Diretta" })), Shows),
        row(patch, format!("{v1}/shows/{show}"), Some(json!({})), Shows),
        row(put.clone(), format!("{v1}/shows/{show}/status"), Some(json!({ "status": "live" })), Shows),
        row(put.clone(), format!("{v1}/shows/{show}/lineup"), Some(json!({ "product_ids": [] })), Shows),
        row(put.clone(), format!("{v1}/shows/{show}/featured-products/{product}"), None, Shows),
        row(delete.clone(), format!("{v1}/shows/{show}/featured-products/{product}"), None, Shows),
        row(put.clone(), format!("{v1}/shows/{show}/slow-mode"), Some(json!({ "secs": 5 })), Moderate),
        row(put.clone(), format!("{v1}/shows/{show}/messages/{nobody}/removal"), None, Moderate),
        row(delete.clone(), format!("{v1}/shows/{show}/messages/{nobody}/removal"), None, Moderate),
        row(
            put.clone(),
            format!("{v1}/shows/{show}/viewers/{nobody}/mute"),
            Some(json!({ "secs": 60 })),
            Moderate,
        ),
        row(delete.clone(), format!("{v1}/shows/{show}/viewers/{nobody}/mute"), None, Moderate),
        row(put.clone(), format!("{v1}/shows/{show}/viewers/{nobody}/ban"), None, Moderate),
        row(delete.clone(), format!("{v1}/shows/{show}/viewers/{nobody}/ban"), None, Moderate),
        row(post.clone(), format!("{v1}/shows/{show}/socket-tickets"), None, Moderate),
        row(put.clone(), format!("{account}/keys"), Some(json!({ "secret_key": "none" })), Settings),
        row(delete, format!("{account}/keys/live"), None, Settings),
        row(
            put,
            format!("{account}/keys/live/webhook-secret"),
            Some(json!({ "webhook_secret": "" })),
            Settings,
        ),
        row(post.clone(), format!("{account}/webhook-endpoint"), Some(live.clone()), Settings),
        row(post, format!("{account}/checks"), Some(live), Settings),
    ]
}

struct World {
    server: TestServer,
    rows: Vec<Row>,
}

async fn world() -> (World, crate::support::seed::Seed) {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.client().with_session(&seed.session);
    let price = json!({ "amount": 100, "currency": "EUR" });
    let product = json!({ "title": "Vaso", "variants": [{ "price": price, "stock": 1 }] });
    let product = owner.post("/api/v1/products", product).await.expect(201);
    let show = owner.post("/api/v1/shows", json!({ "title": "Diretta" })).await.expect(201);
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let (product_id, variant, show) =
        (text(&product["id"]), text(&product["variants"][0]["id"]), text(&show["id"]));
    let nobody = server.clock.uuid().to_string();
    let rows = rows(&product_id, &variant, &show, &nobody);
    (World { server, rows }, seed)
}

#[tokio::test]
async fn every_endpoint_asks_for_its_permission() {
    let (world, seed) = world().await;
    for role in [Role::Moderator, Role::Host, Role::Owner] {
        let member = world.server.seed_member(seed.shop, role).await;
        let client = world.server.client().with_session(&member.session);
        for Row { method, path, body, needs } in &world.rows {
            let answer = client.request(method.clone(), path, body.clone()).await;
            let is_refused = answer.status.as_u16() == 403;
            assert_eq!(is_refused, !role.may(*needs), "{role} {method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn nobody_gets_in_without_credentials() {
    let (world, _) = world().await;
    let nobody = world.server.client();
    let forged = world.server.client().with_bearer("vk_forged");
    for Row { method, path, body, .. } in &world.rows {
        for client in [&nobody, &forged] {
            let answer = client.request(method.clone(), path, body.clone()).await;
            answer.expect_problem(401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn another_shops_things_do_not_exist() {
    let (world, _) = world().await;
    let stranger = world.server.seed_shop().await;
    let client = world.server.client().with_session(&stranger.session);
    let missing = world.server.clock.uuid().to_string();
    for Row { method, path, body, .. } in &world.rows {
        // Without an id in it, the path speaks of the stranger's own shop.
        let Some(id) = path.split('/').find(|part| part.len() == 36) else { continue };
        let foreign = client.request(method.clone(), path, body.clone()).await;
        let unknown = client.request(method.clone(), &path.replace(id, &missing), body.clone()).await;
        assert_eq!(without_request_id(&foreign.body), without_request_id(&unknown.body), "{method} {path}");
        assert_eq!(foreign.status.as_u16(), 404, "{method} {path}");
    }
}

fn without_request_id(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.remove("request_id");
    }
    body
}

#[tokio::test]
async fn keys_do_what_their_scopes_say() {
    let (world, seed) = world().await;
    let key = world.server.app.create_api_key(seed.shop, "ERP", &[Permission::Catalogue]).await.unwrap();
    let client = world.server.client().with_bearer(&key);
    for Row { method, path, body, needs } in &world.rows {
        let answer = client.request(method.clone(), path, body.clone()).await;
        let is_refused = answer.status.as_u16() == 403;
        assert_eq!(is_refused, *needs != Permission::Catalogue, "{method} {path}: {}", answer.status);
    }
}
