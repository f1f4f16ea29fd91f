//! Every kind of bad HTTP gets a problem with the right status, and no handler sees it.

use crate::support::raw::RawConnection;
use crate::support::server::{Setup, TestServer};

/// A head and the refusal it gets; none for a head that passes.
type Case = (&'static str, String, Option<(u16, &'static str)>);

fn cases() -> Vec<Case> {
    let get = |rest: &str| format!("GET /healthz HTTP/1.1\r\nhost: localhost\r\n{rest}\r\n");
    let post = |rest: &str| format!("POST /healthz HTTP/1.1\r\nhost: localhost\r\n{rest}");
    let target = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    let malformed = Some((400, "malformed"));
    vec![
        ("plain", get(""), None),
        (
            "1 length and chunks",
            post("content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
            malformed,
        ),
        (
            "1 chunks and length",
            post("transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n"),
            malformed,
        ),
        ("2 two lengths", post("content-length: 4\r\ncontent-length: 5\r\n\r\nabcde"), malformed),
        ("3 negative length", post("content-length: -1\r\n\r\n"), malformed),
        ("3 signed length", post("content-length: +5\r\n\r\nabcde"), malformed),
        ("4 unknown coding", post("transfer-encoding: xchunked\r\n\r\n"), malformed),
        ("6 no host", "GET /x HTTP/1.1\r\n\r\n".to_owned(), malformed),
        (
            "7 two hosts",
            "GET /x HTTP/1.1\r\nhost: localhost\r\nhost: localhost\r\n\r\n".to_owned(),
            malformed,
        ),
        (
            "8 unknown host",
            "GET /x HTTP/1.1\r\nhost: evil.example\r\n\r\n".to_owned(),
            Some((421, "unknown_host")),
        ),
        ("9 bare line feed", "GET /x HTTP/1.1\nhost: localhost\n\n".to_owned(), malformed),
        ("9 one bare line feed", "GET /x HTTP/1.1\r\nhost: localhost\nx: y\r\n\r\n".to_owned(), malformed),
        ("10 NUL in a header", get("x: a\0b\r\n"), malformed),
        ("11 space before the colon", get("x : a\r\n"), malformed),
        ("12 101 headers", get(&"x: y\r\n".repeat(101)), Some((431, "too_large"))),
        ("13 500 KB of header", get(&format!("x: {}\r\n", "y".repeat(500_000))), Some((431, "too_large"))),
        ("14 70 KB of address", target(&format!("/{}", "a".repeat(70_000))), Some((414, "too_large"))),
        ("14 9 KB of address", target(&format!("/{}", "a".repeat(9_000))), Some((414, "too_large"))),
        (
            "15 TRACE",
            "TRACE /x HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
            Some((405, "method_not_allowed")),
        ),
        (
            "15 CONNECT",
            "CONNECT x:1 HTTP/1.1\r\nhost: localhost\r\n\r\n".to_owned(),
            Some((405, "method_not_allowed")),
        ),
        ("16 query is no UTF-8", target("/x?q=%ff%fe"), malformed),
        ("16 broken percent sign", target("/x?q=%f"), malformed),
        ("17 climbing path", target("/..%2f1"), malformed),
        (
            "18 too long to be sent",
            post("expect: 100-continue\r\ncontent-length: 99999999\r\n\r\n"),
            Some((413, "too_large")),
        ),
        (
            "22 method override",
            post("x-http-method-override: GET\r\n\r\n"),
            Some((405, "method_not_allowed")),
        ),
        (
            "35 compressed body",
            post("content-encoding: gzip\r\ncontent-length: 0\r\n\r\n"),
            Some((415, "unsupported_media_type")),
        ),
    ]
}

#[tokio::test]
async fn bad_requests_are_refused_as_problems() {
    let server = TestServer::start().await;
    for (name, request, refusal) in cases() {
        let mut connection = RawConnection::open(server.address()).await;
        connection.send(&request).await;
        let answer = connection.answer().await.unwrap_or_else(|| panic!("{name}: closed without a word"));
        match refusal {
            Some((status, code)) => {
                assert_eq!(answer.status, status, "{name}: {}", answer.head);
                answer.expect_problem(status, code);
                assert!(!answer.head.contains("100 continue"), "{name}");
            }
            None => assert_eq!(answer.status, 200, "{name}"),
        }
    }
    assert_eq!(server.hub.metrics().panics.get(), 0);
}

#[tokio::test]
async fn a_bad_head_is_answered_in_its_turn_and_nothing_after_it_is_read() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address()).await;
    let good = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    connection.send(format!("{good}GET /x HTTP/1.1\nhost: localhost\r\n\r\n{good}")).await;
    assert_eq!(connection.answer().await.unwrap().status, 200);
    connection.answer().await.unwrap().expect_problem(400, "malformed");
    assert_eq!(connection.closed().await, b"");
}

#[tokio::test]
async fn heads_are_found_behind_bodies() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address()).await;
    let chunked = "POST /healthz HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n\
                   5\r\nGET /\r\n0\r\n\r\n";
    let counted = "POST /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\nbad\nhead\n";
    let last = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    // Each request waits for the answer before it: hyper closes where a body was not wanted.
    for (request, status) in [(chunked, 405), (counted, 405), (last, 200)] {
        connection.send(request).await;
        assert_eq!(connection.answer().await.unwrap().status, status, "{request}");
    }
}

#[tokio::test]
async fn overflowing_chunks_end_the_connection() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address()).await;
    let head = "POST /x HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    connection.send(format!("{head}fffffffffffffffff\r\nabc")).await;
    let answer = connection.answer().await;
    assert!(answer.is_none_or(|answer| (400..500).contains(&answer.status)));
    connection.closed().await;
}

#[tokio::test]
async fn a_foreign_preflight_gets_no_permission() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address()).await;
    let preflight = "OPTIONS /healthz HTTP/1.1\r\nhost: localhost\r\norigin: https://evil.example\r\n\
                     access-control-request-method: PUT\r\n\r\n";
    connection.send(preflight).await;
    let answer = connection.answer().await.unwrap();
    assert!(!answer.head.contains("access-control-allow"), "{}", answer.head);
}

#[tokio::test]
async fn an_untrusted_forwarded_address_is_ignored_and_a_trusted_one_believed() {
    let mut setup = Setup::default();
    (setup.limits.requests_per_sec, setup.limits.requests_burst) = (1, 3);
    let server = TestServer::start_alone(setup).await;
    let statuses = statuses_from_many_addresses(&server).await;
    assert_eq!(statuses, [200, 200, 200, 429, 429], "all count as one address");

    let mut setup = Setup::default();
    (setup.limits.requests_per_sec, setup.limits.requests_burst) = (1, 3);
    setup.config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let server = TestServer::start_alone(setup).await;
    assert_eq!(statuses_from_many_addresses(&server).await, [200; 5], "each address has its own burst");
}

async fn statuses_from_many_addresses(server: &TestServer) -> Vec<u16> {
    let mut statuses = Vec::new();
    for number in 0..5 {
        let client = server.client().with_header("x-forwarded-for", &format!("198.51.100.{number}"));
        statuses.push(client.get("/healthz").await.status.as_u16());
    }
    statuses
}

#[tokio::test]
async fn pipelined_requests_are_limited() {
    let mut setup = Setup::default();
    (setup.limits.requests_per_sec, setup.limits.requests_burst) = (1, 100);
    let server = TestServer::start_alone(setup).await;
    let mut connection = RawConnection::open(server.address()).await;
    connection.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000)).await;
    let mut limited = 0;
    for _ in 0..1_000 {
        let answer = connection.answer().await.unwrap();
        if answer.status == 429 {
            answer.expect_problem(429, "rate_limited");
            assert!(answer.head.contains("retry-after: "), "{}", answer.head);
            limited += 1;
        }
    }
    assert!((850..=900).contains(&limited), "{limited} were limited");
}

#[tokio::test]
async fn http2_resets_end_the_connection() {
    let server = TestServer::start().await;
    let mut connection = RawConnection::open(server.address()).await;
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    for number in 0..2_000_u32 {
        let stream = (number * 2 + 1).to_be_bytes();
        // HPACK's static table: GET, http, /; then `:authority: localhost` as a literal.
        let headers = b"\x82\x86\x84\x01\x09localhost";
        bytes.extend([0, 0, u8::try_from(headers.len()).unwrap(), 1, 5]);
        bytes.extend(stream);
        bytes.extend(headers);
        bytes.extend([0, 0, 4, 3, 0]);
        bytes.extend(stream);
        bytes.extend([0, 0, 0, 8]);
    }
    connection.send(&bytes).await;
    let answer = connection.closed().await;
    let has_goaway = frames(&answer).any(|kind| kind == 7);
    assert!(has_goaway, "no GOAWAY among {} bytes", answer.len());
}

/// The types of the HTTP/2 frames in some bytes.
fn frames(mut bytes: &[u8]) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let (head, rest) = bytes.split_at_checked(9)?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        bytes = rest.get(length..)?;
        Some(head[3])
    })
}
