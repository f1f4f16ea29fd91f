//! What viewers hear of offers: over the socket, and on the page without scripts.

use serde_json::json;

use super::{Desk, OFFER, eur};

#[tokio::test]
async fn viewers_hear_of_the_start_the_pieces_and_the_end() {
    let desk = Desk::open(9).await;
    let server = &desk.stall.server;
    let token = server.viewer_token(&desk.stall.seed);
    let (mut socket, welcome) = server.viewer_socket(desk.stall.show, &token).await;
    assert_eq!(welcome["show"]["offers"], json!([]));
    let offer = desk.ask(json!({ "price": eur(OFFER), "units": 3, "secs": 600 })).await.expect(201);
    let started = socket.expect_event("offer.started").await;
    let told = &started["data"]["offer"];
    assert_eq!(
        (&told["id"], &told["price"], &told["ends_at"]),
        (&offer["id"], &eur(OFFER), &offer["ends_at"])
    );
    assert_eq!((&told["variants"], &told["units_left"]), (&offer["variants"], &json!(3)));

    desk.click(&desk.stall.buyer(), "a", 2, OFFER).await.expect(201);
    assert_eq!(socket.expect_event("offer.units_changed").await["data"]["units_left"], 1);
    let show = format!("/api/v1/shows/{}", desk.stall.show);
    server.agrees(async || desk.host.get(&show).await.body["show"]["offers"][0]["units_left"] == 1).await;

    desk.set(&offer, "ended").await.expect(200);
    let ended = socket.expect_event("offer.ended").await;
    assert_eq!((&ended["data"]["offer_id"], &ended["data"]["reason"]), (&offer["id"], &json!("member")));
    let resumed = desk.set(&offer, "running").await.expect(200);
    assert_eq!(socket.expect_event("offer.started").await["data"]["offer"]["id"], resumed["id"]);
}

#[tokio::test]
async fn the_page_without_scripts_names_the_price_that_is_paid() {
    let desk = Desk::open(9).await;
    let client = desk.stall.server.client().with_header("accept-language", "it");
    let show = client.get(&format!("/api/v1/shows/{}", desk.stall.show)).await.expect(200);
    let path = format!("/show/{}?plain", show["show"]["slug"].as_str().unwrap());
    let page = async || String::from_utf8(client.get(&path).await.bytes).unwrap();
    let before = page().await;
    assert!(before.contains("49,90") && !before.contains("Prezzo più basso"), "{before}");
    let offer = desk.ask(json!({ "price": eur(OFFER), "units": 3, "secs": 600 })).await.expect(201);
    desk.stall.server.agrees(async || page().await.contains("39,92")).await;
    let during = page().await;
    assert!(during.contains("Prezzo più basso dell’ultimo giorno"), "{during}");
    assert!(during.contains("<s>49,90") && during.contains("−20\u{a0}%"), "{during}");
    assert!(during.contains("Pezzi a questo prezzo: 3"), "{during}");

    let value = |name: &str| {
        let field = during.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        field.split('"').next().unwrap().to_owned()
    };
    let body = ["token", "key", "variant"].map(|name| format!("{name}={}", value(name))).join("&");
    desk.set(&offer, "ended").await.expect(200);
    let kind = "application/x-www-form-urlencoded";
    let answer = client.send_bytes(reqwest::Method::POST, &path, kind, body.into_bytes()).await;
    assert_eq!(answer.status, 409);
    let after = String::from_utf8(answer.bytes).unwrap();
    assert!(after.contains("Il prezzo è cambiato") && after.contains("49,90"), "{after}");
    assert_eq!(desk.stall.counts().await, (9, 0, 0));
}
