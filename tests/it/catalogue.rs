//! Products, variants and stock over REST.

use serde_json::{Value, json};

use crate::support::http::Client;
use crate::support::server::TestServer;

async fn shop(server: &TestServer) -> Client {
    let seed = server.seed_shop().await;
    server.client().with_session(&seed.session)
}

fn euro(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

fn scarf() -> Value {
    json!({
        "title": "Foulard di seta",
        "description": "Seta 100 %.\n\nLavare a mano.",
        "option_names": ["Colore"],
        "variants": [
            { "option_values": ["Rosso"], "sku": "FO-R", "price": euro(4990), "compare_at": euro(5990), "stock": 3 },
            { "option_values": ["Blu"], "sku": "FO-B", "price": euro(4990), "stock": 0 },
        ],
    })
}

#[tokio::test]
async fn a_product_is_made_found_changed_and_archived() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    let made = member.post("/api/v1/products", scarf()).await.expect(201);
    assert_eq!(made["variants"][0]["stock"], 3);
    assert_eq!(made["variants"][0]["compare_at"], euro(5990));
    let path = format!("/api/v1/products/{}", made["id"].as_str().unwrap());
    for search in ["seta", "SETA", "fo-r", "foul"] {
        let found = member.get(&format!("/api/v1/products?search={search}")).await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{search}");
    }
    for search in ["%25", "_", "'%20OR%201=1--"] {
        let found = member.get(&format!("/api/v1/products?search={search}")).await.expect(200);
        assert_eq!(found["items"], json!([]), "{search}");
    }
    let changed = member.patch(&path, json!({ "title": "Foulard" })).await.expect(200);
    assert_eq!(changed["title"], "Foulard");
    assert_eq!(changed["version"], 2);
    let stale = member.clone().with_header("if-match", "\"1\"");
    stale.patch(&path, json!({ "title": "Sciarpa" })).await.expect_problem(412, "stale");
    member.patch(&path, json!({ "status": "archived" })).await.expect(200);
    assert_eq!(member.get("/api/v1/products").await.expect(200)["items"], json!([]));
    let archived = member.get("/api/v1/products?status=archived").await.expect(200);
    assert_eq!(archived["items"].as_array().unwrap().len(), 1);
    member.delete(&path).await.expect(204);
    member.get(&path).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn lists_come_in_pages_without_gaps() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    for n in 0..5 {
        let product =
            json!({ "title": format!("Vaso {n}"), "variants": [{ "price": euro(1000), "stock": 1 }] });
        member.post("/api/v1/products", product).await.expect(201);
    }
    let (mut titles, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = member.get(&format!("/api/v1/products?limit=2{cursor}")).await.expect(200);
        titles.extend(
            page["items"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(titles, ["Vaso 4", "Vaso 3", "Vaso 2", "Vaso 1", "Vaso 0"]);
    for query in ["limit=0", "limit=-1", "limit=101", "limit=x", "cursor=forged", "unknown=1"] {
        member.get(&format!("/api/v1/products?{query}")).await.expect_problem(400, "malformed");
    }
}

#[tokio::test]
async fn variants_keep_options_and_skus_apart() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    let made = member.post("/api/v1/products", scarf()).await.expect(201);
    let variants = format!("/api/v1/products/{}/variants", made["id"].as_str().unwrap());
    let variant = |colour: &str, sku: &str| json!({ "option_values": [colour], "sku": sku, "price": euro(100), "stock": 1 });
    member.post(&variants, variant("Rosso", "X")).await.expect_problem(409, "options_taken");
    member.post(&variants, variant("Verde", "FO-R")).await.expect_problem(409, "sku_taken");
    let three = member.post(&variants, variant("Verde", "FO-V")).await.expect(201);
    assert_eq!(three["variants"][2]["option_values"], json!(["Verde"]));
    let id = three["variants"][2]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/variants/{id}");
    let changed = member.patch(&path, json!({ "price": euro(90), "sku": null })).await.expect(200);
    assert_eq!(changed["variants"][2]["price"], euro(90));
    assert_eq!(changed["variants"][2]["sku"], Value::Null);
    let stocked = member.put(&format!("{path}/stock"), json!({ "stock": 12 })).await.expect(200);
    assert_eq!(stocked["variants"][2]["available"], 12);
    assert_eq!(member.delete(&path).await.expect(200)["variants"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn bad_fields_are_named_all_at_once() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    let bad = json!({
        "title": "  \u{200b} ",
        "option_names": ["Taglia"],
        "variants": [
            { "option_values": ["S"], "price": euro(-1), "stock": 2_147_483_648_i64 },
            { "option_values": ["S"], "price": { "amount": 100, "currency": "USD" }, "stock": 1 },
            { "option_values": [], "price": euro(100_000_000), "stock": -1 },
        ],
    });
    let problem = member.post("/api/v1/products", bad).await.expect_problem(422, "invalid");
    let errors = problem["errors"].as_array().unwrap();
    let named: Vec<String> = errors
        .iter()
        .map(|e| format!("{} {}", e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap()))
        .collect();
    for expected in [
        "/title empty",
        "/variants/0/price/amount out_of_range",
        "/variants/0/stock out_of_range",
        "/variants/1/option_values duplicate",
        "/variants/1/price/currency wrong_currency",
        "/variants/2/option_values wrong_length",
        "/variants/2/price/amount out_of_range",
        "/variants/2/stock out_of_range",
    ] {
        assert!(named.iter().any(|name| name == expected), "{expected} is not in {named:?}");
    }
}

/// Items 26 to 46 of the list of bad REST bodies: what is sent, and the answer's status and code.
#[tokio::test]
async fn bad_bodies_get_their_answers() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    let product = |title: &str, price: &str, stock: &str, more: &str| {
        format!(
            r#"{{"title":{title},"variants":[{{"price":{{"amount":{price},"currency":"EUR"}},"stock":{stock}}}]{more}}}"#
        )
    };
    let deep = "[".repeat(100_000);
    let marks = format!("\"a{}\"", "\u{301}".repeat(10_000));
    let cases: Vec<(&str, Vec<u8>, u16, &str)> = vec![
        ("26 empty", Vec::new(), 400, "malformed"),
        ("27 junk behind", [product("\"A\"", "100", "1", "").as_bytes(), b" x"].concat(), 400, "malformed"),
        ("28 BOM", [b"\xef\xbb\xbf", product("\"A\"", "100", "1", "").as_bytes()].concat(), 400, "malformed"),
        ("29 bad UTF-8", b"{\"title\":\"\xff\"}".to_vec(), 400, "malformed"),
        ("30 lone surrogate", product(r#""\ud800""#, "100", "1", "").into_bytes(), 400, "malformed"),
        ("31 NUL", product(r#""a\u0000b""#, "100", "1", "").into_bytes(), 422, "invalid"),
        ("32 deep", deep.into_bytes(), 422, "invalid"),
        ("33 3 MB", vec![b' '; 3 << 20], 413, "too_large"),
        ("36 duplicate key", product("\"A\"", "100", "1", ",\"title\":\"B\"").into_bytes(), 422, "invalid"),
        ("37 owner", product("\"A\"", "100", "1", ",\"owner\":1").into_bytes(), 422, "invalid"),
        ("37 shop_id", product("\"A\"", "100", "1", ",\"shop_id\":\"x\"").into_bytes(), 422, "invalid"),
        ("38 1e400", product("\"A\"", "1e400", "1", "").into_bytes(), 400, "malformed"),
        ("39 1.0", product("\"A\"", "1.0", "1", "").into_bytes(), 422, "invalid"),
        ("39 text", product("\"A\"", "\"1\"", "1", "").into_bytes(), 422, "invalid"),
        ("40 negative price", product("\"A\"", "-1", "1", "").into_bytes(), 422, "invalid"),
        ("41 price over cap", product("\"A\"", "100000000", "1", "").into_bytes(), 422, "invalid"),
        ("42 stock over cap", product("\"A\"", "100", "2147483648", "").into_bytes(), 422, "invalid"),
        ("46 spaces", product("\"   \"", "100", "1", "").into_bytes(), 422, "invalid"),
        ("46 ZWSP", product("\"\u{200b}\"", "100", "1", "").into_bytes(), 422, "invalid"),
        ("46 bidi", product("\"a\u{202e}b\"", "100", "1", "").into_bytes(), 422, "invalid"),
        ("46 marks", product(&marks, "100", "1", "").into_bytes(), 422, "invalid"),
    ];
    for (name, body, status, code) in cases {
        let answer =
            member.send_bytes(reqwest::Method::POST, "/api/v1/products", "application/json", body).await;
        let problem = answer.expect_problem(status, code);
        assert!(!problem.to_string().contains("serde"), "{name}: {problem}");
    }
    for currency in ["usd ", "XXX", "eur"] {
        let body = json!({ "title": "A", "variants": [{ "price": { "amount": 1, "currency": currency }, "stock": 1 }] });
        member.post("/api/v1/products", body).await.expect_problem(422, "invalid");
    }
    let body = product("\"A\"", "100", "1", "").into_bytes();
    let post = reqwest::Method::POST;
    member
        .send_bytes(post.clone(), "/api/v1/products", "text/plain", body.clone())
        .await
        .expect_problem(415, "unsupported_media_type");
    let zipped = member.clone().with_header("content-encoding", "gzip");
    zipped
        .send_bytes(post, "/api/v1/products", "application/json", body)
        .await
        .expect_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_repeated_post_gets_its_first_answer() {
    let server = TestServer::start().await;
    let member = shop(&server).await;
    let keyed = member.clone().with_header("idempotency-key", "make-once");
    let first = keyed.post("/api/v1/products", scarf()).await.expect(201);
    let second = keyed.post("/api/v1/products", scarf()).await;
    assert_eq!(second.headers["idempotent-replayed"], "true");
    assert_eq!(second.expect(201), first);
    assert_eq!(member.get("/api/v1/products").await.expect(200)["items"].as_array().unwrap().len(), 1);
    let other = json!({ "title": "Altro", "variants": [{ "price": euro(100), "stock": 1 }] });
    keyed.post("/api/v1/products", other).await.expect_problem(422, "idempotency_key_reused");
    let long = member.clone().with_header("idempotency-key", &"k".repeat(256));
    long.post("/api/v1/products", scarf()).await.expect_problem(400, "malformed");
    // A refusal does not use the key up.
    let refused = member.clone().with_header("idempotency-key", "try-again");
    refused.post("/api/v1/products", json!({})).await.expect_problem(422, "invalid");
    let product = json!({ "title": "Altro", "variants": [{ "price": euro(100), "stock": 1 }] });
    refused.post("/api/v1/products", product).await.expect(201);
}

#[tokio::test]
async fn twenty_equal_posts_at_once_make_one_product() {
    let server = TestServer::start().await;
    let member = shop(&server).await.with_header("idempotency-key", "race");
    let posts = (0..20).map(|_| member.post("/api/v1/products", scarf()));
    let answers = futures_util::future::join_all(posts).await;
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 201 | 409)));
    let listed = member.get("/api/v1/products").await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
}
