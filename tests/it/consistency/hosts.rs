//! Members who pin, mute and remove over HTTP, at whichever node.

use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::domain::ids::{ProductId, ViewerId};

use super::ground::Ground;
use super::history::Pins;

/// Pause before another attempt.
const RETRY: Duration = Duration::from_millis(25);

/// Puts a product on screen so many times; each is tried until it is acknowledged.
pub async fn pin(ground: Arc<Ground>, product: ProductId, times: usize, mut luck: StdRng) -> Pins {
    let path = format!("/api/v1/shows/{}/featured-products/{product}", ground.show);
    let mut pins = Pins { product: product.to_string(), attempts: 0, acks: 0 };
    let work = async {
        while pins.acks < times {
            pins.attempts += 1;
            if request(&ground, Method::PUT, &path, None, &mut luck).await == Some(200) {
                pins.acks += 1;
                ground.note_write(None);
            } else {
                tokio::time::sleep(RETRY).await;
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = ground.over() => {}
    }
    pins
}

/// Mutes a viewer again and again, and removes what was just said; some of it comes to nothing.
pub async fn moderate(ground: Arc<Ground>, viewer: ViewerId, times: usize, mut luck: StdRng) {
    let show = ground.show;
    let work = async {
        for _ in 0..times {
            let mute = format!("/api/v1/shows/{show}/viewers/{viewer}/mute");
            let (method, body) = match luck.random_range(0..3) {
                0 => (Method::DELETE, None),
                _ => (Method::PUT, Some(json!({ "secs": luck.random_range(10..600) }))),
            };
            request(&ground, method, &mute, body, &mut luck).await;
            if let Some(message) = ground.last_message().filter(|_| luck.random_range(0..3) == 0) {
                let removal = format!("/api/v1/shows/{show}/messages/{message}/removal");
                request(&ground, Method::PUT, &removal, None, &mut luck).await;
            }
        }
    };
    tokio::select! {
        () = work => {}
        () = ground.over() => {}
    }
}

/// The status of the answer; none of a node that is going or gone.
async fn request(
    ground: &Ground,
    method: Method,
    path: &str,
    body: Option<Value>,
    luck: &mut StdRng,
) -> Option<u16> {
    let address = ground.cluster.any(luck)?;
    let client = ground.cluster.http.clone().at(&format!("http://{address}"));
    client.try_request(method, path, body).await.map(|answer| answer.status.as_u16())
}
