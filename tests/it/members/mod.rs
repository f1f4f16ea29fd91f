//! Who works for a shop: invitations, roles, leaving, and what each role may do.

mod account;
mod changes;
mod invitations;
mod roles;

use serde_json::{Value, json};

use crate::support::http::{Answer, Client};
use crate::support::seed::Seed;
use crate::support::server::TestServer;

/// Invites somebody as `role`; the answer holds the link.
async fn invite(owner: &Client, role: &str) -> Value {
    owner.post("/api/v1/invitations", json!({ "role": role })).await.expect(201)
}

/// The secret of an invitation's link.
fn secret(invitation: &Value) -> String {
    let url = invitation["url"].as_str().expect("a link");
    url.split_once("#token=").expect("the secret stands behind the fragment's sign").1.to_owned()
}

/// Accepts an invitation as somebody with this address.
async fn accept(server: &TestServer, token: &str, email: &str) -> Answer {
    let form = json!({ "token": token, "name": "Anna", "email": email, "password": "una-password" });
    server.client().post("/api/v1/invitations/acceptance", form).await
}

/// A client with the cookie that an answer set.
#[track_caller]
fn signed_in(server: &TestServer, answer: &Answer) -> Client {
    let cookie = answer.headers["set-cookie"].to_str().expect("a cookie");
    let token = cookie.split(['=', ';']).nth(1).expect("its value");
    server.client().with_session(token)
}

/// The members of the shop, as its owner sees them, by name and role.
async fn team(owner: &Client) -> Vec<(String, String)> {
    let list = owner.get("/api/v1/members").await.expect(200);
    let items = list["items"].as_array().expect("a list").iter();
    items.map(|item| (text(&item["id"]), text(&item["role"]))).collect()
}

#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn path_of(seed: &Seed) -> String {
    format!("/api/v1/members/{}", seed.member.id)
}
