//! Roles change and members leave: at once, on every node, and never the last owner.

use std::time::Duration;

use serde_json::json;
use vetrina::domain::member::Role;

use super::{path_of, team};
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};

/// Sockets look so seldom that only the bell can close them within a test.
fn deaf() -> Setup {
    let mut setup = Setup::default();
    setup.limits.member_recheck = Duration::from_mins(30);
    setup
}

async fn put_role(server: &TestServer, by: &Seed, of: &Seed, role: &str) -> u16 {
    let path = format!("{}/role", path_of(of));
    server.member_client(by).put(&path, json!({ "role": role })).await.status.as_u16()
}

#[tokio::test]
async fn a_member_who_is_removed_is_out_at_once_everywhere() {
    let server = TestServer::start_with(deaf()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let host = server.seed_member(seed.shop, Role::Host).await;
    let (mut socket, _) = server.member_socket(show, &host.session).await;
    let (mut second, _) = server.member_socket(show, &host.session).await;
    let (mut stays, _) = server.member_socket(show, &seed.session).await;
    let owner = server.member_client(&seed);
    owner.delete(&path_of(&host)).await.expect(204);
    assert_eq!((socket.expect_close().await, second.expect_close().await), (4001, 4001));
    let gone = server.member_client(&host);
    gone.get("/api/v1/me").await.expect_problem(401, "unauthenticated");
    gone.get("/api/v1/shows").await.expect_problem(401, "unauthenticated");
    assert_eq!(team(&owner).await, [(seed.member.id.to_string(), "owner".to_owned())]);
    assert!(stays.command("ping", json!({})).await["ok"].is_object());
    owner.delete(&path_of(&host)).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_sign_in_link_of_a_removed_member_is_worth_nothing() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let host = server.seed_member(seed.shop, Role::Host).await;
    let link = server.app.create_sign_in_token(host.member.id).await.unwrap();
    server.member_client(&seed).delete(&path_of(&host)).await.expect(204);
    let answer = server.client().post("/api/v1/sessions/one-time", json!({ "token": link })).await;
    answer.expect_problem(401, "link_expired");
}

#[tokio::test]
async fn a_new_role_holds_at_once_also_in_open_sockets() {
    let server = TestServer::start_with(deaf()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let host = server.seed_member(seed.shop, Role::Host).await;
    let (mut socket, welcome) = server.member_socket(show, &host.session).await;
    assert_eq!(welcome["you"]["role"], "host");
    assert_eq!(put_role(&server, &seed, &host, "moderator").await, 200);
    assert_eq!(socket.expect("you").await["role"], "moderator");
    let client = server.member_client(&host);
    client.get("/api/v1/orders").await.expect_problem(403, "forbidden");
    assert_eq!(client.get("/api/v1/me").await.expect(200)["permissions"], json!(["moderate"]));
    assert_eq!(put_role(&server, &seed, &host, "owner").await, 200);
    client.get("/api/v1/members").await.expect(200);
}

#[tokio::test]
async fn the_last_owner_stays_one() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    server.seed_member(seed.shop, Role::Host).await;
    let owner = server.member_client(&seed);
    let path = path_of(&seed);
    owner.delete(&path).await.expect_problem(409, "last_owner");
    let role = format!("{path}/role");
    owner.put(&role, json!({ "role": "host" })).await.expect_problem(409, "last_owner");
    owner.put(&role, json!({ "role": "owner" })).await.expect(200);
    owner.get("/api/v1/me").await.expect(200);
    let other = server.seed_member(seed.shop, Role::Owner).await;
    owner.put(&role, json!({ "role": "moderator" })).await.expect(200);
    owner.get("/api/v1/members").await.expect_problem(403, "forbidden");
    assert_eq!(put_role(&server, &other, &other, "host").await, 409);
}

#[tokio::test]
async fn two_owners_who_demote_each_other_at_once_leave_one() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let mut owner = seed;
    for _ in 0..8 {
        let other = server.seed_member(owner.shop, Role::Owner).await;
        let (first, second) = tokio::join!(
            put_role(&server, &owner, &other, "host"),
            put_role(&server, &other, &owner, "moderator"),
        );
        // The second one is no owner any more when it is looked at.
        let mut statuses = [first, second];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 403]);
        owner = if first == 200 { owner } else { other };
        let owners = team(&server.member_client(&owner)).await;
        assert_eq!(owners.iter().filter(|(_, role)| role == "owner").count(), 1);
    }
}

#[tokio::test]
async fn two_owners_who_leave_at_once_leave_one() {
    let server = TestServer::start().await;
    let first = server.seed_shop().await;
    let second = server.seed_member(first.shop, Role::Owner).await;
    let leave = async |seed: &Seed| server.member_client(seed).delete(&path_of(seed)).await.status.as_u16();
    let mut statuses: [u16; 2] = tokio::join!(leave(&first), leave(&second)).into();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
}

#[tokio::test]
async fn a_member_of_another_shop_does_not_exist() {
    let server = TestServer::start().await;
    let seed = server.seed_shop().await;
    let stranger = server.seed_shop().await;
    assert_eq!(put_role(&server, &stranger, &seed, "host").await, 404);
    server.member_client(&stranger).delete(&path_of(&seed)).await.expect_problem(404, "not_found");
    assert_eq!(team(&server.member_client(&stranger)).await.len(), 1);
}
