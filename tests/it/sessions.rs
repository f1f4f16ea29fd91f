//! Set-up, signing in, and what keeps foreign pages out.

use serde_json::json;

use crate::support::server::TestServer;

#[tokio::test]
async fn a_fresh_installation_is_set_up_once() {
    let server = TestServer::start().await;
    let client = server.client();
    client.get("/api/v1/storefront").await.expect_problem(404, "not_found");
    let token = server.app.create_setup_token().await.unwrap();
    let form = |token: &str, password: &str| {
        json!({
            "token": token,
            "shop": { "name": "Bottega Aurora" },
            "owner": { "name": "Giulia", "email": "giulia@example.com", "password": password },
        })
    };
    client.post("/api/v1/setup", form("wrong", "una-password")).await.expect_problem(401, "link_expired");
    client.post("/api/v1/setup", form(&token, "short")).await.expect_problem(422, "invalid");
    let answer = client.post("/api/v1/setup", form(&token, "una-password")).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(answer.expect(201)["member"]["role"], "owner");
    client.post("/api/v1/setup", form(&token, "una-password")).await.expect_problem(401, "link_expired");
    let again = server.app.create_setup_token().await.unwrap();
    client.post("/api/v1/setup", form(&again, "una-password")).await.expect_problem(409, "already_set_up");
    assert_eq!(client.get("/api/v1/storefront").await.expect(200)["shop"]["name"], "Bottega Aurora");
}

#[tokio::test]
async fn passwords_sign_in_and_wrong_ones_do_not() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.client().with_session(&seed.session);
    member.put("/api/v1/me/password", json!({ "password": "una-password" })).await.expect(204);
    let client = server.client();
    let sign_in = |email: &str, password: &str| json!({ "email": email, "password": password });
    let email = seed.member.email.to_uppercase();
    let answer = client.post("/api/v1/sessions", sign_in(&email, "una-password")).await;
    assert!(answer.headers.contains_key("set-cookie"));
    answer.expect(201);
    for (email, password) in
        [(email.as_str(), "altra-password"), ("nobody@example.com", "una-password"), ("", "")]
    {
        client
            .post("/api/v1/sessions", sign_in(email, password))
            .await
            .expect_problem(401, "wrong_credentials");
    }
    let huge = "x".repeat(10 << 20);
    client.post("/api/v1/sessions", sign_in(&email, &huge)).await.expect_problem(413, "too_large");
    let form = b"email=a&password=b".to_vec();
    let answer = client
        .send_bytes(reqwest::Method::POST, "/api/v1/sessions", "application/x-www-form-urlencoded", form)
        .await;
    answer.expect_problem(415, "unsupported_media_type");
    member
        .put("/api/v1/me/password", json!({ "password": "terza-password" }))
        .await
        .expect_problem(422, "invalid");
    let change = json!({ "current": "una-password", "password": "terza-password" });
    member.put("/api/v1/me/password", change).await.expect(204);
}

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let token = server.app.create_sign_in_token(seed.member.id).await.unwrap();
    let client = server.client();
    client.post("/api/v1/sessions/one-time", json!({ "token": token })).await.expect(201);
    client
        .post("/api/v1/sessions/one-time", json!({ "token": token }))
        .await
        .expect_problem(401, "link_expired");
}

#[tokio::test]
async fn a_page_may_ask_who_is_signed_in() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let path = "/api/v1/sessions/current";
    let guest = server.client().get(path).await;
    assert_eq!((guest.status.as_u16(), guest.bytes.len()), (204, 0));
    let stranger = server.client().with_session("made-up").get(path).await;
    assert_eq!(stranger.status.as_u16(), 204);
    let member = server.client().with_session(&seed.session);
    let me = member.get(path).await.expect(200);
    assert_eq!(me, member.get("/api/v1/me").await.expect(200));
    member.delete(path).await.expect(204);
    assert_eq!(member.get(path).await.status.as_u16(), 204);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let member = server.client().with_session(&seed.session);
    member.get("/api/v1/me").await.expect(200);
    member.delete("/api/v1/sessions/current").await.expect(204);
    member.get("/api/v1/me").await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn many_wrong_passwords_at_once_are_slowed_not_queued_for_ever() {
    let server = TestServer::start().await;
    let client = server.client();
    let wrong = json!({ "email": "nobody@example.com", "password": "una-password" });
    let tries = (0..100).map(|_| client.post("/api/v1/sessions", wrong.clone()));
    let answers = futures_util::future::join_all(tries).await;
    let busy = answers.iter().filter(|answer| answer.status.as_u16() == 429).count();
    assert!(busy > 0, "nobody was told to wait");
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 401 | 429)));
    assert!(
        answers.iter().filter(|a| a.status.as_u16() == 429).all(|a| a.headers.contains_key("retry-after"))
    );
}

#[tokio::test]
async fn foreign_pages_change_nothing_with_the_cookie() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let cookie = format!("vetrina={}", seed.session);
    let body = json!({ "title": "Diretta" });
    for site in ["cross-site", "same-site"] {
        let page = server.client().with_header("cookie", &cookie).with_header("sec-fetch-site", site);
        page.post("/api/v1/shows", body.clone()).await.expect_problem(403, "foreign_origin");
    }
    let page = server.client().with_header("cookie", &cookie).with_header("origin", "https://evil.example");
    page.post("/api/v1/shows", body.clone()).await.expect_problem(403, "foreign_origin");
    let bare = server.client().with_header("cookie", &cookie);
    bare.post("/api/v1/shows", body.clone()).await.expect_problem(403, "foreign_origin");
    let own = server.client().with_header("cookie", &cookie).with_header("origin", &server.url(""));
    own.post("/api/v1/shows", body).await.expect(201);
}
