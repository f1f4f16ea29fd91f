//! The funnel of a product: seen, opened, begun to buy, paid; each person once in each step.

use serde_json::{Value, json};
use vetrina::domain::ids::ProductId;
use vetrina::domain::show::ShowStatus;

use super::money;
use crate::support::socket::SocketClient;
use crate::support::stall::Stall;

async fn open(socket: &mut SocketClient, products: &[ProductId]) -> Value {
    socket.command("card.open", json!({ "product_ids": products })).await
}

/// The steps of a product: opened, begun to buy, paid.
fn steps(figures: &Value, place: usize) -> [i64; 3] {
    ["opened", "checkouts", "paid"].map(|step| figures["products"][place][step].as_i64().unwrap())
}

#[tokio::test]
async fn each_person_counts_once_in_each_step() {
    let stall = Stall::open(9).await;
    let (server, seed) = (&stall.server, &stall.seed);
    let second = server.seed_product(seed, "Piatto", 9).await.id;
    server.seed_lineup(seed, stall.show, &[stall.product.id, second]).await;
    stall.pin().await;
    let (token, other) = (server.viewer_token(seed), server.viewer_token(seed));
    let (mut one, _) = server.viewer_socket(stall.show, &token).await;
    let (mut again, _) = server.viewer_socket(stall.show, &token).await;
    let (mut two, _) = server.viewer_socket(stall.show, &other).await;
    assert_eq!(open(&mut one, &[stall.product.id, second]).await["ok"]["opened"], 2);
    // Again in the same page, in another tab, twice in one message.
    open(&mut one, &[stall.product.id]).await;
    open(&mut again, &[stall.product.id, stall.product.id]).await;
    open(&mut two, &[stall.product.id]).await;
    // One who pays without having opened the card, one who does not pay, one who buys twice.
    let (regular, _) = stall.sale(1).await;
    let more = stall.reserve_once_more(&regular).await;
    stall.pay(&more).await;
    stall.reserve(&stall.buyer(), 2).await;

    let is_so = |figures: &Value| {
        steps(figures, 0) == [4, 2, 1]
            && steps(figures, 1) == [1, 0, 0]
            && figures["products"][0]["units"] == 2
            && figures["totals"]["viewers"] == 4
    };
    let figures = stall.shows_figures("two who looked and two who bought", is_so).await;
    let rows = figures["products"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let names: Vec<&Value> = rows.iter().map(|row| &row["title"]).collect();
    assert_eq!(names, [&json!("Vaso & \"Luna\""), &json!("Piatto")], "in the order of the lineup");
    assert_eq!((&rows[0]["was_shown"], &rows[1]["was_shown"]), (&json!(true), &json!(false)));
    assert_eq!(rows[0]["total"], money(9980));

    // A product that leaves the lineup keeps what it brought.
    server.seed_lineup(seed, stall.show, &[second]).await;
    let figures = stall.figures().await;
    assert_eq!(figures["products"][1]["product_id"], json!(stall.product.id));
    assert_eq!(steps(&figures, 1), [4, 2, 1]);
    let gone = open(&mut two, &[stall.product.id, second]).await;
    assert_eq!(gone["ok"]["opened"], 2);
    let figures = stall.shows_figures("another card", |told| steps(told, 0)[0] == 2).await;
    assert_eq!(steps(&figures, 1)[0], 4, "what is not in the lineup is not counted");
}

#[tokio::test]
async fn only_viewers_count_and_not_as_often_as_they_like() {
    let stall = Stall::open(1).await;
    let (server, seed) = (&stall.server, &stall.seed);
    let (mut viewer, _) = server.viewer_socket(stall.show, &server.viewer_token(seed)).await;
    let product = stall.product.id;
    for wrong in [json!([]), json!(vec![product; 21])] {
        let reply = viewer.command("card.open", json!({ "product_ids": wrong })).await;
        assert_eq!(reply["problem"]["code"], "bad_request", "{reply}");
    }
    // What is no product of this show is taken and not counted.
    assert_eq!(open(&mut viewer, &[server.clock.uuid().into()]).await["ok"]["opened"], 1);
    let mut refused = None;
    for _ in 0..20 {
        let reply = open(&mut viewer, &[product]).await;
        if reply["problem"].is_object() {
            refused = Some(reply["problem"].clone());
            break;
        }
    }
    let refused = refused.expect("twenty messages at once are too many");
    assert_eq!(refused["code"], "rate_limited");
    assert!(refused["retry_ms"].as_i64().unwrap() > 0);
    let (mut host, _) = server.member_socket(stall.show, &seed.session).await;
    let reply = open(&mut host, &[product]).await;
    assert_eq!(reply["problem"]["code"], "forbidden", "{reply}");
    let figures = stall.shows_figures("one person", |told| steps(told, 0)[0] == 1).await;
    assert_eq!((&figures["totals"]["viewers"], &figures["products"][1]), (&json!(1), &Value::Null));
}

#[tokio::test]
async fn those_who_watch_the_replay_are_counted_too() {
    let stall = Stall::open(3).await;
    let (server, seed) = (&stall.server, &stall.seed);
    stall.pin().await;
    stall.move_to(ShowStatus::Ended).await;
    let member = server.member_client(seed);
    let replay = json!({ "recording": { "kind": "demo" }, "is_published": true });
    member.put(&format!("/api/v1/shows/{}/replay", stall.show), replay).await.expect(200);
    let (mut watcher, _) = server.viewer_socket(stall.show, &server.viewer_token(seed)).await;
    let (_silent, _) = server.viewer_socket(stall.show, &server.viewer_token(seed)).await;
    open(&mut watcher, &[stall.product.id]).await;
    let is_so = |figures: &Value| figures["totals"]["viewers"] == 2 && steps(figures, 0) == [1, 0, 0];
    let figures = stall.shows_figures("two who watch the replay", is_so).await;
    assert_eq!(figures["viewers"]["peak"], 0, "the line is of the evening alone");
}

#[tokio::test]
async fn what_gathered_is_written_before_a_stop() {
    let mut stall = Stall::open(1).await;
    let token = stall.server.viewer_token(&stall.seed);
    let (mut viewer, _) = stall.server.viewer_socket(stall.show, &token).await;
    open(&mut viewer, &[stall.product.id]).await;
    stall.server.restart().await;
    let figures = stall.figures().await;
    assert_eq!((steps(&figures, 0), &figures["totals"]["viewers"]), ([1, 0, 0], &json!(1)));
}
