//! Shoppable links: made, opened, drawn, counted; and the overlays that show them.

mod attribution;
mod keys;
mod opening;
mod overlays;
mod previews;

use serde_json::{Value, json};

use crate::support::http::{Answer, Client};
use crate::support::stall::Stall;

/// A browser as people have it; what counts clicks looks at its name.
const BROWSER: &str = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36";

impl Stall {
    /// A client signed in as the owner.
    fn owner(&self) -> Client {
        self.server.member_client(&self.seed)
    }

    /// Somebody with a browser.
    fn person(&self) -> Client {
        self.server.client().with_header("user-agent", BROWSER)
    }

    /// A link to the product in the show, with some fields changed.
    async fn link(&self, change: Value) -> Value {
        let mut new = json!({ "show_id": self.show, "product_id": self.product.id, "source": "instagram" });
        for (name, value) in change.as_object().expect("changes are an object") {
            new[name] = value.clone();
        }
        self.owner().post("/api/v1/links", new).await.expect(201)
    }

    /// The URL part of the show.
    async fn slug(&self) -> String {
        let show = self.server.client().get(&format!("/api/v1/shows/{}", self.show)).await.expect(200);
        show["show"]["slug"].as_str().expect("a show has a slug").to_owned()
    }
}

/// The path of a link.
fn path(link: &Value) -> String {
    format!("/l/{}", link["code"].as_str().expect("a link has a code"))
}

/// Where a redirection leads.
#[track_caller]
fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{answer:?}");
    assert!(!answer.headers.contains_key("set-cookie"), "{answer:?}");
    answer.headers["location"].to_str().expect("an address").to_owned()
}
