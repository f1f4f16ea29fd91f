//! Imports of catalogue files, from the dry run to a show that sells what came in.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::ids::ShowId;
use vetrina::domain::member::{Permission, Role};
use vetrina::storage::Database;

use crate::support::http::{Answer, Client};
use crate::support::seed::Seed;
use crate::support::server::TestServer;

async fn send(client: &Client, query: &str, file: impl Into<Vec<u8>>) -> Answer {
    client.send_bytes(Method::POST, &format!("/api/v1/imports?{query}"), "text/csv", file.into()).await
}

#[track_caller]
fn check_counts(report: &Value, created: usize, changed: usize, unchanged: usize, refused: usize) {
    let counts = ["created", "changed", "unchanged", "refused"].map(|name| report[name].clone());
    assert_eq!(counts, [created, changed, unchanged, refused].map(|count| json!(count)), "{report}");
}

/// A real file that is not part of the project; without it the test has nothing to say.
fn real_file(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    match std::fs::read_to_string(&path) {
        // The pictures lie on somebody's server, which a test leaves alone (RFC 2606).
        Ok(text) => Some(text.replace("burst.shopifycdn.com", "pictures.invalid")),
        Err(error) => {
            println!("skipped: {} cannot be read: {error}", path.display());
            None
        }
    }
}

#[tokio::test]
async fn a_published_shopify_export_becomes_a_show_that_sells() {
    let Some(file) = real_file("shopify-apparel.csv") else { return };
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = key_client(&server, &seed, Permission::Catalogue).await;
    let dry = send(&client, "mode=dry_run", file.clone()).await.expect(200);
    check_counts(&dry, 20, 0, 0, 0);
    assert_eq!(
        (&dry["format"], &dry["images_pending"], &dry["rows_left_out"]),
        (&json!("shopify"), &json!(20), &json!(0))
    );
    let listed = client.get("/api/v1/products?limit=100").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(0), "a dry run changes nothing");
    check_counts(&send(&client, "mode=apply&currency=EUR", file.clone()).await.expect(200), 20, 0, 0, 0);
    check_counts(&send(&client, "mode=apply", file.clone()).await.expect(200), 0, 0, 20, 0);
    check_counts(&send(&client, "mode=dry_run&format=shopify", file).await.expect(200), 0, 0, 20, 0);

    let listed = client.get("/api/v1/products?limit=100").await.expect(200);
    let products = listed["items"].as_array().expect("products");
    let variants: usize =
        products.iter().map(|product| product["variants"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!((products.len(), variants), (20, 22));
    let top = products.iter().find(|product| product["handle"] == "classic-varsity-top").expect("a product");
    assert_eq!(top["option_names"], json!(["Size"]));
    assert_eq!(top["variants"][2]["option_values"], json!(["Large"]));
    assert_eq!(top["variants"][2]["price"], json!({ "amount": 6000, "currency": "EUR" }));

    let show = server.seed_live_show(&seed).await;
    let lineup: Vec<_> =
        products.iter().map(|p| p["id"].as_str().expect("an id").parse().expect("an id")).collect();
    server.seed_lineup(&seed, show, &lineup).await;
    let shown = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    for product in shown["show"]["lineup"].as_array().expect("a lineup") {
        for variant in product["variants"].as_array().expect("variants") {
            assert_eq!((&variant["available"], &variant["on_sale"]), (&json!(1), &json!(true)), "{product}");
        }
    }
}

#[tokio::test]
async fn a_published_google_feed_needs_the_shops_currency() {
    let Some(file) = real_file("google-merchant-watches.xml") else { return };
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let report = send(&client, "mode=apply", file.clone()).await.expect(200);
    check_counts(&report, 0, 0, 0, 2);
    let row = &report["rows"][0];
    let said = ["line", "handle", "outcome", "column", "code", "value"].map(|name| row[name].clone());
    let expected = [
        json!(7),
        json!("dz1"),
        json!("refused"),
        json!("g:price"),
        json!("wrong_currency"),
        json!("105.29 USD"),
    ];
    assert_eq!(said, expected);
    let euros =
        file.replace(" USD", " EUR").replace("http://www.example.com/image", "https://pictures.invalid");
    check_counts(&send(&client, "mode=apply", euros.clone()).await.expect(200), 1, 0, 0, 0);
    check_counts(&send(&client, "mode=apply", euros).await.expect(200), 0, 0, 1, 0);
    let listed = client.get("/api/v1/products").await.expect(200);
    assert_eq!(listed["items"][0]["variants"].as_array().map(Vec::len), Some(2));
    assert_eq!(listed["items"][0]["variants"][0]["price"]["amount"], 10_529);
}

const TABLE: &str = "handle,title,description,option1_name,option1_value,sku,price,compare_at,stock\n\
                     sciarpa,Sciarpa,Seta,Colore,Rosso,S-1,19.90,29.90,12\n\
                     sciarpa,,,,Blu,S-2,19.90,,8\n\
                     borsa,Borsa,,,,B-1,120,,2\n";

#[tokio::test]
async fn a_changed_table_changes_just_what_differs() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    check_counts(&send(&client, "mode=apply", TABLE).await.expect(200), 2, 0, 0, 0);
    let show = lineup_of_all(&server, &client, &seed).await;
    let before = events(&server, show).await;
    // A new price, a new stock; what is not in the file stays.
    let table = "handle,title,option1_name,option1_value,price,stock\n\
                 sciarpa,Sciarpa di seta,Colore,Blu,17.90,8\nborsa,Borsa,,,120,5\n";
    check_counts(&send(&client, "mode=dry_run", table).await.expect(200), 0, 2, 0, 0);
    let report = send(&client, "mode=apply", table).await.expect(200);
    check_counts(&report, 0, 2, 0, 0);
    check_counts(&send(&client, "mode=apply", table).await.expect(200), 0, 0, 2, 0);
    let scarf = client.get("/api/v1/products?search=sciarpa").await.expect(200)["items"][0].clone();
    assert_eq!((&scarf["title"], &scarf["description"]), (&json!("Sciarpa di seta"), &json!("Seta")));
    let [red, blue] = [0, 1].map(|n| scarf["variants"][n].clone());
    assert_eq!((&red["price"]["amount"], &red["compare_at"]["amount"]), (&json!(1990), &json!(2990)));
    assert_eq!(
        (&blue["price"]["amount"], &blue["sku"], &blue["stock"]),
        (&json!(1790), &json!("S-2"), &json!(8))
    );
    let told = events(&server, show).await.split_off(before.len());
    assert!(
        matches!(&told[..], [ShowEvent::ProductChanged { .. }, ShowEvent::StockChanged { available: 5, .. }]),
        "{told:?}"
    );
}

#[tokio::test]
async fn stock_is_never_set_under_what_is_promised() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    send(&client, "mode=apply", TABLE).await.expect(200);
    promise(&server).await;
    let table = |stock: i64| format!("handle,title,price,stock\nborsa,Borsa,99,{stock}\n");
    for mode in ["dry_run", "apply"] {
        let report = send(&client, &format!("mode={mode}"), table(1)).await.expect(200);
        check_counts(&report, 0, 0, 1, 1);
        let refused =
            report["rows"].as_array().and_then(|rows| rows.iter().find(|row| row["outcome"] == "refused"));
        let refused = refused.expect("a refused row");
        assert_eq!(
            (&refused["line"], &refused["code"], &refused["value"]),
            (&json!(2), &json!("stock_under_committed"), &json!("1"))
        );
    }
    check_counts(&send(&client, "mode=apply", table(2)).await.expect(200), 0, 1, 0, 0);
}

#[tokio::test]
async fn good_rows_go_in_although_others_do_not() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    send(&client, "mode=apply", TABLE).await.expect(200);
    let table = "handle,title,option1_name,option1_value,sku,price,stock\n\
                 anello,Anello,,,A-1,ventuno,1\n\
                 collana,Collana,,,C-1,30,1\n\
                 guanti,Guanti,,,S-1,30,1\n\
                 cintura,,,,,30,1\n\
                 borsa,Borsa,Colore,Nera,,120,2\n\
                 sciarpa,Sciarpa,Colore,Verde,S-3,19.90,4\n";
    for (mode, changed) in [("dry_run", 1), ("apply", 1), ("apply", 0)] {
        let report = send(&client, &format!("mode={mode}"), table).await.expect(200);
        let created = usize::from(mode == "dry_run" || changed == 1);
        check_counts(&report, created, changed, 2 - created - changed, 4);
        let refused: Vec<Value> = report["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .filter(|row| row["outcome"] == "refused")
            .map(|row| json!([row["line"], row["handle"], row["column"], row["code"], row["value"]]))
            .collect();
        let expected = json!([
            [2, "anello", "price", "not_a_price", "ventuno"],
            [4, "guanti", "sku", "sku_taken", "S-1"],
            [5, "cintura", "title", "empty", null],
            [6, "borsa", "options", "options_differ", "Colore"],
        ]);
        assert_eq!(json!(refused), expected);
    }
    let scarf = client.get("/api/v1/products?search=sciarpa").await.expect(200)["items"][0].clone();
    assert_eq!(scarf["variants"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_whole() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    send(&client, "mode=apply", "name,amount\nx,1\n").await.expect_problem(422, "unknown_format");
    let missing =
        send(&client, "mode=apply", "handle,price\nx,1\n").await.expect_problem(422, "missing_column");
    assert_eq!(missing["column"], "title");
    let broken =
        send(&client, "mode=apply", "<rss>\n<channel>\n</rss>").await.expect_problem(422, "unknown_format");
    assert_eq!(broken["line"], 3);
    send(&client, "mode=apply", "title\n".to_owned() + &"x\n".repeat(20_001))
        .await
        .expect_problem(413, "too_large");
    send(&client, "mode=apply", vec![b'x'; 8 * 1024 * 1024 + 1]).await.expect_problem(413, "too_large");
    let other = send(&client, "mode=apply&currency=USD", TABLE).await.expect_problem(422, "invalid");
    assert_eq!(other["errors"][0], json!({ "pointer": "currency", "code": "wrong_currency" }));
    send(&client, "mode=apply&currency=usd", TABLE).await.expect_problem(422, "invalid");
    send(&client, "mode=sometimes", TABLE).await.expect_problem(400, "malformed");
    send(&client, "", TABLE).await.expect_problem(400, "malformed");
    client
        .send_bytes(Method::POST, "/api/v1/imports?mode=apply", "text/plain", TABLE.into())
        .await
        .expect_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn only_the_shops_catalogue_keepers_import() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let other = server.seed_shop().await;
    let moderator = server.seed_member(seed.shop, Role::Moderator).await;
    send(&server.client(), "mode=dry_run", TABLE).await.expect_problem(401, "unauthenticated");
    send(&server.member_client(&moderator), "mode=dry_run", TABLE).await.expect_problem(403, "forbidden");
    let orders_only = key_client(&server, &seed, Permission::Orders).await;
    send(&orders_only, "mode=dry_run", TABLE).await.expect_problem(403, "forbidden");
    // The same file belongs to each shop that imports it.
    for seed in [&seed, &other] {
        check_counts(&send(&server.member_client(seed), "mode=apply", TABLE).await.expect(200), 2, 0, 0, 0);
    }
}

async fn key_client(server: &TestServer, seed: &Seed, scope: Permission) -> Client {
    let key = server.app.create_api_key(seed.shop, "import", &[scope]).await.expect("a key can be made");
    server.client().with_bearer(&key)
}

async fn lineup_of_all(server: &TestServer, client: &Client, seed: &Seed) -> ShowId {
    let listed = client.get("/api/v1/products").await.expect(200);
    let items = listed["items"].as_array().expect("products");
    let ids: Vec<_> =
        items.iter().map(|p| p["id"].as_str().expect("an id").parse().expect("an id")).collect();
    let show = server.seed_live_show(seed).await;
    server.seed_lineup(seed, show, &ids).await;
    show
}

async fn events(server: &TestServer, show: ShowId) -> Vec<ShowEvent> {
    let mut tx = server.database.read().await.expect("the database reads");
    let events = tx.list_events_after(show, Audience::Viewers, 0, 1_000).await.expect("the log reads");
    events.into_iter().map(|event| event.event).collect()
}

/// One bag reserved and one sold, as checkouts leave them.
async fn promise(server: &TestServer) {
    let sql = "update variants set available = 0, reserved = 1, sold = 1 where sku = 'B-1'";
    let rows = match &server.database {
        Database::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer).await.map(|done| done.rows_affected())
        }
        Database::Postgres { pool, .. } => {
            sqlx::query(sql).execute(&pool.current()).await.map(|done| done.rows_affected())
        }
    };
    assert_eq!(rows.expect("the database writes"), 1);
}
