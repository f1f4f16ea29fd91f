//! The server itself: health, refusals, stopping.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::raw::RawConnection;
use crate::support::server::{Setup, TestServer};
use crate::support::stand_in::StandIn;
use crate::support::within;

#[tokio::test]
async fn health_is_answered_with_the_edges_headers() {
    let server = TestServer::start_alone(Setup::default()).await;
    let answer = server.client().get("/healthz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers.contains_key("x-request-id"));
    assert_eq!(server.client().get("/readyz").await.status, 200);
    let metrics = async || String::from_utf8(server.client().get("/metrics").await.bytes).unwrap();
    let text = metrics().await;
    let requests = |text: &str| -> u64 {
        let line = text.lines().find_map(|line| line.strip_prefix("vetrina_requests_total "));
        line.unwrap().parse().unwrap()
    };
    assert!(requests(&text) >= 3, "{text}");
    assert!(requests(&metrics().await) > requests(&text));
    assert!(text.contains("vetrina_panics_total 0"), "{text}");
    assert!(text.contains("vetrina_stock_breaches 0"), "{text}");
}

#[tokio::test]
async fn the_dashboard_asks_for_metrics_that_exist() {
    let server = TestServer::start_alone(Setup::default()).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    let mut stranger = server.socket(show).await;
    stranger.send(json!({ "t": "hello", "token": "nobody" })).await;
    stranger.expect_close().await;
    server.client().get("/nothing-here").await.expect_problem(404, "not_found");
    let text = String::from_utf8(server.client().get("/metrics").await.bytes).unwrap();
    let told: HashSet<&str> =
        text.lines().filter_map(|line| line.split([' ', '{']).next()).filter(|name| *name != "#").collect();
    let dashboard: Value = serde_json::from_str(include_str!("../../docs/grafana.json")).unwrap();
    let mut queries = Vec::new();
    collect_queries(&dashboard, &mut queries);
    let words =
        queries.iter().flat_map(|query| query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let asked: HashSet<&str> =
        words.filter(|word| word.starts_with("vetrina_") || word.starts_with("process_")).collect();
    assert!(asked.len() >= 10, "{asked:?}");
    let missing: Vec<_> = asked.difference(&told).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

fn collect_queries<'a>(part: &'a Value, queries: &mut Vec<&'a str>) {
    match part {
        Value::Object(fields) => {
            queries.extend(fields.get("expr").and_then(Value::as_str));
            fields.values().for_each(|field| collect_queries(field, queries));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_queries(item, queries)),
        _ => {}
    }
}

#[tokio::test]
async fn metrics_are_not_for_the_outside() {
    let server = TestServer::start().await;
    let outside = server.client().with_header("x-forwarded-for", "198.51.100.1");
    outside.get("/metrics").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_missing_page_is_a_problem_with_the_requests_id() {
    let server = TestServer::start().await;
    let answer = server.client().get("/nothing-here").await;
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    let problem = answer.expect_problem(404, "not_found");
    assert_eq!(problem["request_id"], id.as_str());
    server.client().post("/healthz", serde_json::json!({})).await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_plain_http_server_does_not_listen_to_the_world() {
    let mut setup = Setup::default();
    setup.config.listen = "0.0.0.0:0".parse().unwrap();
    let refused = vetrina::server::Server::bind(setup.config, setup.clock).await;
    let error = refused.err().expect("it does not start").to_string();
    assert!(error.contains("VETRINA_ALLOW_PLAIN_HTTP"), "{error}");
}

#[tokio::test]
async fn connections_beyond_the_limit_of_an_address_are_told_so() {
    let mut setup = Setup::default();
    setup.limits.connections_per_address = 2;
    // Without the sandbox, whose calls would come from this address too.
    let (_stripe, stripe) = StandIn::start().await;
    setup.config.stripe = stripe.config.stripe;
    let server = TestServer::start_alone(setup).await;
    let first = RawConnection::open(server.address()).await;
    let mut second = RawConnection::open(server.address()).await;
    second.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(second.answer().await.unwrap().status, 200);
    let mut third = RawConnection::open(server.address()).await;
    let answer = third.answer().await.unwrap();
    answer.expect_problem(429, "rate_limited");
    assert!(answer.head.contains("retry-after: "), "{}", answer.head);
    drop(first);
    let freed = async {
        loop {
            let mut next = RawConnection::open(server.address()).await;
            next.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
            if next.answer().await.is_some_and(|answer| answer.status == 200) {
                break;
            }
        }
    };
    within("the place of a closed connection", freed).await;
}

#[tokio::test]
async fn slow_heads_are_closed() {
    let mut setup = Setup::default();
    setup.limits.head_timeout = Duration::from_millis(200);
    let server = TestServer::start_alone(setup).await;
    let mut silent = RawConnection::open(server.address()).await;
    let mut slow = RawConnection::open(server.address()).await;
    slow.send("GET /healthz HTTP/1.1\r\n").await;
    assert_eq!(silent.closed().await, b"");
    assert_eq!(slow.closed().await, b"");
    let mut second_request = RawConnection::open(server.address()).await;
    second_request.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(second_request.answer().await.unwrap().status, 200);
    second_request.send("GET /healthz").await;
    assert_eq!(second_request.closed().await, b"");
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let mut setup = Setup::default();
    setup.limits.keep_alive = Duration::from_millis(200);
    let server = TestServer::start_alone(setup).await;
    let mut idle = RawConnection::open(server.address()).await;
    idle.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(idle.answer().await.unwrap().status, 200);
    assert_eq!(idle.closed().await, b"");
}

#[tokio::test]
async fn a_stopped_server_lets_go_of_its_port_and_data() {
    let mut server = TestServer::start_alone(Setup::default()).await;
    assert_eq!(server.client().get("/healthz").await.status, 200);
    server.begin_stop();
    server.stopped().await;
    assert!(tokio::net::TcpStream::connect(server.address()).await.is_err());
}

/// One thread and two shows: each socket that ends tells its show that somebody left.
#[tokio::test]
async fn sockets_that_outstay_a_stop_end_with_it() {
    let mut setup = Setup::default();
    setup.limits.shards = 1;
    setup.limits.drain_timeout = Duration::from_millis(50);
    let mut server = TestServer::start_with(setup).await;
    let seed = server.seed_shop().await;
    let shows =
        [server.seed_live_show(&seed).await, server.seed_live_show_called(&seed, "Un'altra serata").await];
    let mut sockets = Vec::new();
    for show in shows {
        sockets.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
    }
    server.begin_stop();
    server.stopped().await;
    for mut socket in sockets {
        // It was told of the stop, and given more time than there was.
        assert!(socket.expect("drain").await["retry_ms"].is_u64());
        while socket.next().await.is_ok() {}
    }
}
