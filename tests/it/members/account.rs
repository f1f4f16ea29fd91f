//! What members change of themselves.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;
use vetrina::clock::Clock;

use crate::support::server::{Setup, TestServer};

/// A clock in the test's hand, and sockets that only the bell can close within a test.
fn deaf() -> Setup {
    let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    setup.limits.member_recheck = Duration::from_mins(30);
    setup
}

#[tokio::test]
async fn a_member_chooses_the_own_name() {
    let server = TestServer::start_with(deaf()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let (mut socket, _) = server.member_socket(show, &seed.session).await;
    let member = server.member_client(&seed);
    let me = member.put("/api/v1/me/name", json!({ "name": "  Giulia Neri " })).await.expect(200);
    assert_eq!(me["member"]["name"], "Giulia Neri");
    assert_eq!(socket.expect("you").await["name"], "Giulia Neri");
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    socket.chat(server.clock.uuid(), "Buonasera").await;
    assert_eq!(viewer.expect_event("chat.sent").await["data"]["author"]["name"], "Giulia Neri");
    for name in ["", "   ", &"x".repeat(61)] {
        let refused = member.put("/api/v1/me/name", json!({ "name": name })).await;
        assert_eq!(refused.expect_problem(422, "invalid")["errors"][0]["pointer"], "/name");
    }
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_sockets() {
    let server = TestServer::start_with(deaf()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let link = server.app.create_sign_in_token(seed.member.id).await.unwrap();
    let other = server.app.sign_in_with_link(&link).await.unwrap().token;
    let (mut elsewhere, _) = server.member_socket(show, &other).await;
    let (mut here, _) = server.member_socket(show, &seed.session).await;
    let member = server.member_client(&seed);
    member.put("/api/v1/me/password", json!({ "password": "una-password" })).await.expect(204);
    assert_eq!(elsewhere.expect_close().await, 4001);
    server.client().with_session(&other).get("/api/v1/me").await.expect_problem(401, "unauthenticated");
    member.get("/api/v1/me").await.expect(200);
    assert_eq!(here.expect("you").await["role"], "owner");
}

#[tokio::test]
async fn signing_out_everywhere_ends_sessions_tickets_and_sockets() {
    let server = TestServer::start_with(deaf()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let link = server.app.create_sign_in_token(seed.member.id).await.unwrap();
    let other = server.app.sign_in_with_link(&link).await.unwrap().token;
    let (mut by_session, _) = server.member_socket(show, &other).await;
    let ticket = server.app.create_socket_ticket(&seed.owner, show).await.unwrap();
    let mut by_ticket = server.socket(show).await;
    by_ticket.send(json!({ "t": "hello", "ticket": ticket })).await;
    by_ticket.expect("welcome").await;
    let unused = server.app.create_socket_ticket(&seed.owner, show).await.unwrap();
    server.clock.advance(TimeDelta::seconds(1));

    let answer = server.member_client(&seed).delete("/api/v1/sessions").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    answer.expect(204);
    assert_eq!((by_session.expect_close().await, by_ticket.expect_close().await), (4001, 4001));
    for session in [&seed.session, &other] {
        server.client().with_session(session).get("/api/v1/me").await.expect_problem(401, "unauthenticated");
    }
    let mut late = server.socket(show).await;
    late.send(json!({ "t": "hello", "ticket": unused })).await;
    assert_eq!(late.expect_close().await, 4001);
    // Who signs in again is in again.
    server.clock.advance(TimeDelta::seconds(1));
    let link = server.app.create_sign_in_token(seed.member.id).await.unwrap();
    let again = server.app.sign_in_with_link(&link).await.unwrap().token;
    server.client().with_session(&again).get("/api/v1/me").await.expect(200);
    let ticket = server.app.create_socket_ticket(&seed.owner, show).await.unwrap();
    let mut fresh = server.socket(show).await;
    fresh.send(json!({ "t": "hello", "ticket": ticket })).await;
    fresh.expect("welcome").await;
    assert!(fresh.command("ping", json!({})).await["ok"].is_object());
}

#[tokio::test]
async fn what_concerns_oneself_needs_a_session() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let nobody = server.client().with_header("sec-fetch-site", "same-origin");
    nobody.put("/api/v1/me/name", json!({ "name": "Anna" })).await.expect_problem(401, "unauthenticated");
    nobody.delete("/api/v1/sessions").await.expect_problem(401, "unauthenticated");
    let cookie = format!("vetrina={}", seed.session);
    let page = server.client().with_header("cookie", &cookie).with_header("sec-fetch-site", "cross-site");
    page.put("/api/v1/me/name", json!({ "name": "Anna" })).await.expect_problem(403, "foreign_origin");
    page.delete("/api/v1/sessions").await.expect_problem(403, "foreign_origin");
}
