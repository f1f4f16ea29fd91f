//! What the edge promises whatever the handler behind it does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use bytes::Bytes;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use serde_json::Value;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use vetrina::api::ApiState;
use vetrina::api::edge::{Connection, Edge};
use vetrina::api::extract::body;
use vetrina::api::problem::Problem;

use crate::support::server::{Setup, TestServer};
use crate::support::within;

fn edge(server: &TestServer, router: Router) -> Edge {
    Edge::new(ApiState { app: server.app.clone(), hub: server.hub.clone() }, router)
}

fn request(method: Method, path: &str, body: Body) -> Request {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    request.body(body).expect("a request")
}

async fn call(edge: &Edge, request: Request) -> Response {
    let peer: SocketAddr = "127.0.0.1:1".parse().expect("an address");
    let Ok(response) = edge.call(&Connection::new(peer), request).await;
    response
}

async fn problem(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).expect("a problem is JSON"))
}

async fn burn() -> StatusCode {
    panic!("a secret of the inside");
}

#[tokio::test]
async fn a_panic_is_answered_counted_and_says_nothing() {
    let server = TestServer::start().await;
    let edge = edge(&server, Router::new().route("/burn", get(burn).post(burn)));
    for (number, method) in [Method::GET, Method::POST].into_iter().enumerate() {
        let (status, body) = problem(call(&edge, request(method, "/burn", Body::empty())).await).await;
        assert_eq!((status, body["code"].as_str()), (StatusCode::INTERNAL_SERVER_ERROR, Some("internal")));
        assert!(!body.to_string().contains("secret"), "{body}");
        assert_eq!(server.hub.metrics().panics.get(), number as u64 + 1);
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_does_not_stop_a_write() {
    let server = TestServer::start().await;
    let (began, go_on, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()), CancellationToken::new());
    let handler = {
        let (began, go_on, done) = (Arc::clone(&began), Arc::clone(&go_on), done.clone());
        move || async move {
            began.notify_one();
            go_on.notified().await;
            done.cancel();
        }
    };
    let edge = edge(&server, Router::new().route("/write", post(handler)));
    let writing = call(&edge, request(Method::POST, "/write", Body::empty()));
    tokio::select! {
        _ = writing => panic!("the handler waits"),
        () = began.notified() => {}
    }
    go_on.notify_one();
    within("the write to end without its client", done.cancelled()).await;
}

/// A body whose pieces the test sends when it likes.
fn live_body() -> (mpsc::Sender<Bytes>, Body) {
    let (sender, mut receiver) = mpsc::channel::<Bytes>(8);
    let stream = futures_util::stream::poll_fn(move |cx| {
        receiver.poll_recv(cx).map(|piece| piece.map(|piece| Ok::<_, std::io::Error>(Frame::data(piece))))
    });
    (sender, Body::new(StreamBody::new(stream)))
}

async fn count(request: Request) -> Result<String, Problem> {
    Ok(body(request, 1_000_000).await?.len().to_string())
}

#[tokio::test]
async fn a_body_that_stops_coming_is_a_time_out() {
    let mut setup = Setup::default();
    setup.limits.body_timeout = Duration::from_millis(100);
    let server = TestServer::start_alone(setup).await;
    let edge = edge(&server, Router::new().route("/count", post(count)));
    let (sender, body) = live_body();
    sender.send(Bytes::from_static(b"a few bytes")).await.expect("somebody reads");
    let (status, body) = problem(call(&edge, request(Method::POST, "/count", body)).await).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::REQUEST_TIMEOUT, Some("timeout")));
}

#[tokio::test]
async fn a_long_upload_that_keeps_coming_is_no_time_out() {
    let mut setup = Setup::default();
    (setup.limits.body_timeout, setup.limits.body_bytes_per_sec_min) = (Duration::from_millis(100), 10);
    let server = TestServer::start_alone(setup).await;
    let edge = edge(&server, Router::new().route("/count", post(count)));
    let (sender, body) = live_body();
    let (late, is_late) = oneshot::channel();
    tokio::spawn(async move {
        // Ten bytes earn a second, so this pause of twice the first allowance is none too long.
        sender.send(Bytes::from_static(b"0123456789")).await.expect("somebody reads");
        tokio::time::timeout(Duration::from_millis(200), is_late).await.expect_err("nobody answers");
        sender.send(Bytes::from_static(b"0123456789")).await.expect("somebody reads");
    });
    let response = call(&edge, request(Method::POST, "/count", body)).await;
    assert_eq!(response.status(), StatusCode::OK);
    drop::<oneshot::Sender<()>>(late);
}

#[tokio::test]
async fn pages_carry_a_content_policy_and_data_does_not() {
    let server = TestServer::start().await;
    let page = server.client().get("/").await;
    let policy = page.headers["content-security-policy"].to_str().expect("ASCII").to_owned();
    for part in ["default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "base-uri 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(policy.contains(&format!("ws://{}", server.address())), "{policy}");
    assert!(!policy.contains("stripe.com") && !policy.contains("frame-src 'self'"), "{policy}");
    let data = server.client().get("/healthz").await;
    assert!(!data.headers.contains_key("content-security-policy"));
}

#[tokio::test]
async fn only_the_show_may_load_what_payments_need() {
    let server = TestServer::start().await;
    let policy_of = async |path: &str| {
        let page = server.client().get(path).await;
        page.headers["content-security-policy"].to_str().expect("ASCII").to_owned()
    };
    let show = policy_of("/show/autumn").await;
    let sources = |name: &str| {
        let part = show.split("; ").find(|part| part.starts_with(name)).unwrap_or_default();
        part.split(' ').skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let scripts =
        ["'self'", "https://js.stripe.com", "https://*.js.stripe.com", "https://checkout.stripe.com"];
    assert_eq!(sources("script-src"), scripts);
    let frames = sources("frame-src");
    assert_eq!(frames[..4], scripts);
    assert_eq!(frames[4], "https://hooks.stripe.com");
    assert!(frames.iter().any(|frame| frame == "https://player.vimeo.com"), "{show}");
    assert!(show.contains("frame-ancestors 'none'") && show.contains("object-src 'none'"), "{show}");
    assert!(!show.contains("unsafe"), "{show}");
    for other in ["/", "/studio", "/order/none", "/sign-in", "/api/docs/"] {
        let policy = policy_of(other).await;
        assert!(!policy.contains("stripe.com"), "{other}: {policy}");
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("frame-src 'self'"),
            "{other}: {policy}"
        );
    }
}
