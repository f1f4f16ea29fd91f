//! Pictures: uploads, what is served, and what is fetched for imports.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use chrono::TimeDelta;
use image::{DynamicImage, ImageFormat};
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::event::{Audience, ShowEvent};
use vetrina::domain::member::Role;
use vetrina::domain::product::IMAGES_MAX;

use crate::support::http::{Answer, Client};
use crate::support::server::{Setup, TestServer};
use crate::support::within;

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, height).write_to(&mut bytes, format).expect("a picture can be made");
    bytes.into_inner()
}

async fn upload(client: &Client, product: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    client
        .send_bytes(Method::POST, &format!("/api/v1/products/{product}/images?alt=Davanti"), kind, bytes)
        .await
}

#[tokio::test]
async fn an_upload_is_served_in_two_sizes_for_ever() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let product = server.seed_product(&seed, "Sciarpa", 3).await.id;
    let show = server.seed_live_show(&seed).await;
    server.seed_lineup(&seed, show, &[product]).await;
    for (kind, format) in [
        ("image/jpeg", ImageFormat::Jpeg),
        ("image/png", ImageFormat::Png),
        ("image/webp", ImageFormat::WebP),
        // What it is called does not matter.
        ("image/jpeg", ImageFormat::Png),
    ] {
        let answer = upload(&client, &product.to_string(), kind, picture(1600, 800, format)).await;
        let view = answer.expect(201);
        assert_eq!(
            (&view["width"], &view["height"], &view["alt"]),
            (&json!(1440), &json!(720), &json!("Davanti"))
        );
        for (size, width) in [("small", 480), ("large", 1440)] {
            let path = view[format!("{size}_url")].as_str().expect("an address");
            let file = server.client().get(path).await;
            assert_eq!(file.status, 200);
            assert_eq!(file.headers["content-type"], "image/jpeg");
            assert_eq!(file.headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(file.headers["x-content-type-options"], "nosniff");
            let shown = image::load_from_memory_with_format(&file.bytes, ImageFormat::Jpeg).expect("a JPEG");
            assert_eq!(shown.width(), width);
            let tag = file.headers["etag"].to_str().expect("a tag");
            let again = server.client().with_header("if-none-match", tag).get(path).await;
            assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
        }
    }
    let shown = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    assert_eq!(shown["show"]["lineup"][0]["images"].as_array().map(Vec::len), Some(4));
}

#[tokio::test]
async fn what_is_no_picture_is_refused() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let product = server.seed_product(&seed, "Sciarpa", 3).await.id.to_string();
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for bytes in [svg, b"<!doctype html><script>alert(1)</script>".to_vec(), Vec::new()] {
        upload(&client, &product, "image/png", bytes).await.expect_problem(422, "unreadable_image");
    }
    let mut bomb = picture(1, 1, ImageFormat::Png);
    // 60,000 on each side, with the checksum that belongs to it.
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = !bomb[12..29].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    });
    bomb[29..33].copy_from_slice(&checksum.to_be_bytes());
    let refused = upload(&client, &product, "image/png", bomb).await.expect_problem(422, "invalid");
    assert_eq!(refused["errors"][0]["code"], "too_many_pixels");
    upload(&client, &product, "image/svg+xml", vec![1]).await.expect_problem(415, "unsupported_media_type");
    upload(&client, &product, "image/png", vec![0; 8 * 1024 * 1024 + 1])
        .await
        .expect_problem(413, "too_large");
}

#[tokio::test]
async fn only_the_shops_catalogue_keepers_change_pictures() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let product = server.seed_product(&seed, "Sciarpa", 3).await.id.to_string();
    let png = picture(4, 4, ImageFormat::Png);
    let image = upload(&server.member_client(&seed), &product, "image/png", png.clone()).await.expect(201);
    let path = format!("/api/v1/images/{}", image["id"].as_str().expect("an id"));
    let stranger = server.seed_shop().await;
    let moderator = server.seed_member(seed.shop, Role::Moderator).await;
    upload(&server.client(), &product, "image/png", png.clone()).await.expect_problem(401, "unauthenticated");
    upload(&server.member_client(&moderator), &product, "image/png", png.clone())
        .await
        .expect_problem(403, "forbidden");
    upload(&server.member_client(&stranger), &product, "image/png", png)
        .await
        .expect_problem(404, "not_found");
    server.member_client(&stranger).delete(&path).await.expect_problem(404, "not_found");
    server.member_client(&seed).delete(&path).await.expect(204);
    let file = image["small_url"].as_str().expect("an address");
    server.client().get(file).await.expect_problem(404, "not_found");
    server.client().get("/images/x/small.jpg").await.expect_problem(404, "not_found");
    server.client().get(&file.replace("small", "huge")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn pictures_stand_in_the_order_that_was_asked_for() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let product = server.seed_product(&seed, "Sciarpa", 3).await.id.to_string();
    let mut ids = Vec::new();
    for _ in 0..IMAGES_MAX {
        let view = upload(&client, &product, "image/png", picture(4, 4, ImageFormat::Png)).await.expect(201);
        ids.push(view["id"].clone());
    }
    upload(&client, &product, "image/png", picture(4, 4, ImageFormat::Png))
        .await
        .expect_problem(409, "limit_reached");
    let path = format!("/api/v1/products/{product}/images/order");
    let ordered = client.put(&path, json!({ "image_ids": [ids[2], ids[0]] })).await.expect(200);
    let now: Vec<&Value> = ordered["images"].as_array().expect("pictures").iter().map(|i| &i["id"]).collect();
    assert_eq!(now[..4], [&ids[2], &ids[0], &ids[1], &ids[3]]);
    for (order, code) in [(json!([ids[0], ids[0]]), "duplicate"), (json!([product]), "not_found")] {
        let refused = client.put(&path, json!({ "image_ids": order })).await.expect_problem(422, "invalid");
        assert_eq!(refused["errors"][0], json!({ "pointer": "/image_ids", "code": code }));
    }
}

/// Somebody else's server with pictures, on loopback.
struct Elsewhere {
    url: String,
    asked: Arc<AtomicUsize>,
}

impl Elsewhere {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(AtomicUsize::new(0));
        let tries = Arc::clone(&asked);
        let routes = axum::Router::new()
            .route("/ok.png", get(|| async { picture(900, 600, ImageFormat::Png) }))
            .route("/page.png", get(|| async { "<!doctype html>" }))
            .route(
                "/third-time.png",
                get(move || async move {
                    if tries.fetch_add(1, Ordering::SeqCst) < 2 {
                        return StatusCode::SERVICE_UNAVAILABLE.into_response();
                    }
                    picture(90, 60, ImageFormat::Png).into_response()
                }),
            )
            .route("/never.png", get(|| async { StatusCode::SERVICE_UNAVAILABLE }));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { url, asked }
    }

    /// A server that may fetch from here, with a clock in the test's hand.
    async fn vetrina(&self) -> TestServer {
        let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
        setup.config.image_networks = vec!["127.0.0.1/32".parse().expect("a network")];
        TestServer::start_with(setup).await
    }
}

async fn import(client: &Client, table: String) -> Value {
    let path = "/api/v1/imports?format=vetrina&mode=apply";
    client.send_bytes(Method::POST, path, "text/csv", table.into_bytes()).await.expect(200)
}

/// Waits until no picture of the product is pending; the clock runs ahead for the back-off.
async fn settled(server: &TestServer, client: &Client, handle: &str) -> Value {
    within("the pictures to be fetched", async {
        loop {
            let found = client.get(&format!("/api/v1/products?search={handle}")).await.expect(200);
            let product = found["items"][0].clone();
            if product["pending_images"] == 0 {
                return product;
            }
            server.clock.advance(TimeDelta::seconds(15));
            tokio::task::yield_now().await;
        }
    })
    .await
}

#[tokio::test]
async fn pictures_of_an_import_are_fetched_behind_it() {
    let elsewhere = Elsewhere::start().await;
    let server = elsewhere.vetrina().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let url = &elsewhere.url;
    let table = format!(
        "handle,title,price,image\na,Sciarpa,10,{url}/ok.png\na,,,{url}/third-time.png\n\
         b,Borsa,10,{url}/page.png\nc,Cappello,10,{url}/missing.png\nd,Cintura,10,{url}/never.png\n\
         e,Anello,10,http://127.0.0.2:1/x.png\n"
    );
    let report = import(&client, table).await;
    assert_eq!((&report["created"], &report["images_pending"]), (&json!(5), &json!(5)), "{report}");
    let note = report["rows"].as_array().and_then(|rows| rows.last()).expect("a row");
    assert_eq!((&note["outcome"], &note["code"]), (&json!("created"), &json!("forbidden_address")));
    let scarf = settled(&server, &client, "sciarpa").await;
    let sizes: Vec<&Value> =
        scarf["images"].as_array().expect("pictures").iter().map(|i| &i["width"]).collect();
    assert_eq!(sizes, [&json!(900), &json!(90)]);
    assert_eq!(elsewhere.asked.load(Ordering::SeqCst), 3);
    for (handle, failure) in
        [("borsa", "unreadable_image"), ("cappello", "not_found"), ("cintura", "server_error")]
    {
        let product = settled(&server, &client, handle).await;
        assert_eq!(product["failed_images"][0]["failure"], failure, "{product}");
    }
}

#[tokio::test]
async fn shows_hear_of_each_picture_that_came() {
    let elsewhere = Elsewhere::start().await;
    let server = elsewhere.vetrina().await;
    let seed = server.seed_shop().await;
    let client = server.member_client(&seed);
    let show = server.seed_live_show(&seed).await;
    import(&client, "handle,title,price\na,Sciarpa,10\n".to_owned()).await;
    let found = client.get("/api/v1/products?search=sciarpa").await.expect(200);
    let product = found["items"][0]["id"].as_str().expect("an id").parse().expect("an id");
    server.seed_lineup(&seed, show, &[product]).await;
    import(&client, format!("handle,title,image\na,Sciarpa,{}/ok.png\n", elsewhere.url)).await;
    settled(&server, &client, "sciarpa").await;
    let shown = server.client().get(&format!("/api/v1/shows/{show}")).await.expect(200);
    assert_eq!(shown["show"]["lineup"][0]["images"][0]["width"], 900);
    let mut tx = server.database.read().await.expect("the database reads");
    let events = tx.list_events_after(show, Audience::Viewers, 0, 100).await.expect("the log reads");
    let told = events.iter().filter(|event| matches!(event.event, ShowEvent::ProductChanged { .. })).count();
    assert_eq!(told, 1, "a picture that is still to be fetched is nothing to tell of");
}
