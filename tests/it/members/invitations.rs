//! A link with a secret makes one member, once, for a week.

use chrono::TimeDelta;
use serde_json::json;
use vetrina::clock::Clock;
use vetrina::domain::member::Role;

use super::{accept, invite, path_of, secret, signed_in, team};
use crate::support::server::{Setup, TestServer};
use crate::support::smtp::SmtpServer;

const INVITATIONS: &str = "/api/v1/invitations";
const PREVIEW: &str = "/api/v1/invitations/preview";

#[tokio::test]
async fn a_link_makes_one_member_who_is_signed_in() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let invitation = json!({ "role": "host", "email": "Anna@Example.com" });
    let made = owner.post(INVITATIONS, invitation).await.expect(201);
    assert_eq!((&made["mail"], &made["email"]), (&json!("not_configured"), &json!("anna@example.com")));
    let token = secret(&made);
    let listed = owner.get(INVITATIONS).await.expect(200);
    assert_eq!(listed["items"][0]["id"], made["id"]);
    assert!(!listed.to_string().contains(&token), "the secret is told once");
    let preview = server.client().post(PREVIEW, json!({ "token": token })).await.expect(200);
    assert_eq!((&preview["shop_name"], &preview["role"]), (&json!("Bottega Aurora"), &json!("host")));
    assert_eq!(preview["invited_by"], seed.member.name);

    let answer = accept(&server, &token, "anna@example.com").await;
    let anna = signed_in(&server, &answer);
    let me = answer.expect(201);
    assert_eq!((&me["member"]["role"], &me["member"]["name"]), (&json!("host"), &json!("Anna")));
    assert_eq!(anna.get("/api/v1/me").await.expect(200)["member"], me["member"]);
    assert_eq!(team(&owner).await.len(), 2);
    assert_eq!(owner.get(INVITATIONS).await.expect(200)["items"], json!([]));
    let sign_in = json!({ "email": "anna@example.com", "password": "una-password" });
    server.client().post("/api/v1/sessions", sign_in).await.expect(201);
    accept(&server, &token, "berta@example.com").await.expect_problem(410, "invitation_used");
    server.client().post(PREVIEW, json!({ "token": token })).await.expect_problem(410, "invitation_used");
}

#[tokio::test]
async fn of_two_who_accept_at_once_one_comes_in() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let token = secret(&invite(&owner, "moderator").await);
    let answers =
        tokio::join!(accept(&server, &token, "a@example.com"), accept(&server, &token, "b@example.com"));
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 410]);
    assert_eq!(team(&owner).await.len(), 2);
}

#[tokio::test]
async fn a_link_ends_after_a_week_and_is_forgotten_later() {
    let clock = Clock::manual(Clock::system().now());
    let server = TestServer::start_with(Setup { clock, ..Setup::default() }).await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let token = secret(&invite(&owner, "moderator").await);
    server.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    server.client().post(PREVIEW, json!({ "token": token })).await.expect(200);
    server.clock.advance(TimeDelta::seconds(1));
    accept(&server, &token, "anna@example.com").await.expect_problem(410, "invitation_expired");
    assert_eq!(owner.get(INVITATIONS).await.expect(200)["items"], json!([]));
    server.clock.advance(TimeDelta::days(30));
    server.app.clean_up_in_turn().await.unwrap();
    server
        .agrees(async || {
            let looked = server.client().post(PREVIEW, json!({ "token": token })).await;
            looked.status.as_u16() == 404
        })
        .await;
}

#[tokio::test]
async fn a_link_that_was_taken_back_lets_nobody_in() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let made = invite(&owner, "owner").await;
    let path = format!("{INVITATIONS}/{}", made["id"].as_str().unwrap());
    let stranger = server.member_client(&server.seed_shop().await);
    stranger.delete(&path).await.expect_problem(404, "not_found");
    assert_eq!(stranger.get(INVITATIONS).await.expect(200)["items"], json!([]));
    owner.delete(&path).await.expect(204);
    owner.delete(&path).await.expect_problem(404, "not_found");
    accept(&server, &secret(&made), "anna@example.com").await.expect_problem(410, "invitation_revoked");
    accept(&server, "made-up", "anna@example.com").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn links_of_who_may_no_longer_invite_are_taken_back() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    for leaves in [true, false] {
        let other = server.seed_member(seed.shop, Role::Owner).await;
        let token = secret(&invite(&server.member_client(&other), "owner").await);
        if leaves {
            owner.delete(&path_of(&other)).await.expect(204);
        } else {
            let role = format!("{}/role", path_of(&other));
            owner.put(&role, json!({ "role": "host" })).await.expect(200);
        }
        accept(&server, &token, "anna@example.com").await.expect_problem(410, "invitation_revoked");
    }
}

#[tokio::test]
async fn a_shop_has_a_bounded_number_of_links_out() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let mut last = json!(null);
    for _ in 0..20 {
        last = invite(&owner, "moderator").await;
    }
    let one_more = json!({ "role": "moderator" });
    owner.post(INVITATIONS, one_more.clone()).await.expect_problem(409, "limit_reached");
    assert_eq!(owner.get(INVITATIONS).await.expect(200)["items"].as_array().unwrap().len(), 20);
    owner.delete(&format!("{INVITATIONS}/{}", last["id"].as_str().unwrap())).await.expect(204);
    owner.post(INVITATIONS, one_more).await.expect(201);
}

#[tokio::test]
async fn who_accepts_is_checked_as_at_the_set_up_and_may_try_again() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    let token = secret(&invite(&owner, "moderator").await);
    accept(&server, &token, &seed.member.email).await.expect_problem(409, "email_taken");
    let form = |name: &str, email: &str, password: &str| json!({ "token": token, "name": name, "email": email, "password": password });
    for (form, pointer) in [
        (form("", "anna@example.com", "una-password"), "/name"),
        (form("Anna", "anna", "una-password"), "/email"),
        (form("Anna", "anna@example.com", "corta"), "/password"),
    ] {
        let refused = server.client().post("/api/v1/invitations/acceptance", form).await;
        assert_eq!(refused.expect_problem(422, "invalid")["errors"][0]["pointer"], pointer);
    }
    let wrong = json!({ "role": "host", "email": "anna" });
    let refused = owner.post(INVITATIONS, wrong).await.expect_problem(422, "invalid");
    assert_eq!(refused["errors"][0]["pointer"], "/email");
    accept(&server, &token, "anna@example.com").await.expect(201);
}

#[tokio::test]
async fn a_foreign_page_joins_nobody() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let token = secret(&invite(&server.member_client(&seed), "moderator").await);
    let form =
        json!({ "token": token, "name": "Anna", "email": "a@example.com", "password": "una-password" });
    let page = server.client().with_header("sec-fetch-site", "cross-site");
    let refused = page.post("/api/v1/invitations/acceptance", form).await;
    refused.expect_problem(403, "foreign_origin");
}

#[tokio::test]
async fn the_link_is_kept_nowhere_not_even_for_a_repeated_request() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed).with_header("idempotency-key", "once");
    let (first, second) = (invite(&owner, "host").await, invite(&owner, "host").await);
    assert_ne!(secret(&first), secret(&second));
}

#[tokio::test]
async fn the_link_goes_by_mail_where_a_server_is_configured() {
    let post = SmtpServer::start().await;
    let mut setup = Setup::default();
    post.take_mail_of(&mut setup);
    let server = TestServer::start_with(setup).await;
    let seed = server.seed_shop().await;
    let owner = server.member_client(&seed);
    assert_eq!(invite(&owner, "host").await["mail"], "not_asked");
    let to = json!({ "role": "host", "email": "anna@example.com" });
    let made = owner.post(INVITATIONS, to.clone()).await.expect(201);
    assert_eq!(made["mail"], "sent");
    let letter = post.letter("anna@example.com", "Bottega Aurora").await;
    assert!(letter.part("text/plain").contains(made["url"].as_str().unwrap()));
    assert!(letter.part("text/html").contains(&secret(&made)));
    post.refuse("RCPT", "550 unknown");
    let made = owner.post(INVITATIONS, to).await.expect(201);
    assert_eq!(made["mail"], "failed");
    accept(&server, &secret(&made), "anna@example.com").await.expect(201);
}
