//! Every kind of bad handshake, frame and message gets its status or close code.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;
use vetrina::domain::ids::ShowId;
use vetrina::hub::Full;
use vetrina::protocol::CloseCode;

use crate::support::frames::{BINARY, CLOSE, CONTINUATION, FINAL, Got, PING, TEXT, frame, handshake};
use crate::support::raw::RawConnection;
use crate::support::seed::Seed;
use crate::support::server::{Setup, TestServer};
use crate::support::within;

async fn live_with(setup: Setup) -> (TestServer, Seed, ShowId) {
    let server = TestServer::start_alone(setup).await;
    let seed = server.seed_shop().await;
    let show = server.seed_live_show(&seed).await;
    (server, seed, show)
}

async fn live() -> (TestServer, Seed, ShowId) {
    live_with(Setup::default()).await
}

#[tokio::test]
async fn bad_handshakes_are_refused_before_they_are_sockets() {
    let (server, seed, show) = live().await;
    let good = handshake(show);
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from}");
        good.replace(from, to)
    };
    let cookie = format!("cookie: vetrina={}\r\n", seed.session);
    let member = |origin: &str| with("\r\n\r\n", &format!("\r\n{cookie}{origin}\r\n"));
    let missing = Uuid::from_u128(9).to_string();
    let cases = [
        ("61 foreign origin", member("origin: https://evil.example\r\n"), 403, "foreign_origin"),
        ("61 null origin", member("origin: null\r\n"), 403, "foreign_origin"),
        ("61 no origin", member(""), 403, "foreign_origin"),
        ("62 version 12", with("version: 13", "version: 12"), 426, "upgrade_required"),
        ("63 no key", with("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n", ""), 400, "malformed"),
        ("63 short key", with("dGhlIHNhbXBsZSBub25jZQ==", "YWI="), 400, "malformed"),
        ("64 POST", with("GET", "POST"), 405, "method_not_allowed"),
        ("65 plain GET", with("upgrade: websocket\r\n", ""), 426, "upgrade_required"),
        ("66 no subprotocol", with("sec-websocket-protocol: vetrina.v1\r\n", ""), 400, "malformed"),
        ("66 unknown subprotocol", with("vetrina.v1", "chat"), 400, "malformed"),
        ("68 token in the query", with("/socket", "/socket?token=abc"), 400, "malformed"),
        ("68 ticket in the query", with("/socket", "/socket?x=1&Ticket=abc"), 400, "malformed"),
        ("71 no such show", good.replace(&show.to_string(), &missing), 404, "not_found"),
        ("71 no id", good.replace(&show.to_string(), "serata"), 404, "not_found"),
    ];
    for (name, request, status, code) in cases {
        let mut connection = RawConnection::open(server.address()).await;
        connection.send(&request).await;
        let answer = connection.answer().await.unwrap_or_else(|| panic!("{name}: no answer"));
        assert_eq!(answer.status, status, "{name}: {}", answer.head);
        answer.expect_problem(status, code);
        if status == 426 {
            assert!(answer.head.contains("sec-websocket-version: 13\r\n"), "{}", answer.head);
        }
    }
    let mut connection = RawConnection::open(server.address()).await;
    connection.send(member(&format!("origin: http://{}\r\n", server.address()))).await;
    assert_eq!(connection.answer().await.unwrap().status, 101, "our own origin");
    let mut connection = RawConnection::open(server.address()).await;
    let deflate = "vetrina.v1\r\nsec-websocket-extensions: permessage-deflate";
    connection.send(with("vetrina.v1", deflate)).await;
    let answer = connection.answer().await.unwrap();
    assert_eq!(answer.status, 101, "72 deflate is declined");
    assert!(!answer.head.contains("extensions"), "{}", answer.head);
}

#[tokio::test]
async fn tokens_that_prove_nothing_are_told_to_sign_in() {
    let (server, seed, show) = live().await;
    let foreign = server.seed_shop().await;
    let hellos = [
        json!({ "t": "hello" }),
        json!({ "t": "hello", "token": "nonsense" }),
        json!({ "t": "hello", "token": server.viewer_token(&foreign) }),
        json!({ "t": "hello", "ticket": "nonsense" }),
    ];
    for hello in hellos {
        let mut socket = server.socket(show).await;
        socket.send(hello.clone()).await;
        assert_eq!(socket.expect_close().await, 4001, "{hello}");
    }
    let mut member = server.member_handshake_socket(show, &foreign.session).await;
    member.send(json!({ "t": "hello" })).await;
    assert_eq!(member.expect_close().await, 4001, "a member of another shop");
    drop(seed);
}

#[tokio::test]
async fn a_socket_has_to_say_hello_first_and_soon() {
    let mut setup = Setup::default();
    setup.limits.hello_timeout = Duration::from_millis(100);
    let (server, seed, show) = live_with(setup).await;
    let mut silent = server.socket(show).await;
    assert_eq!(silent.expect_close().await, 1008);
    let mut eager = server.socket(show).await;
    eager.send(json!({ "id": "c1", "type": "ping", "data": {} })).await;
    assert_eq!(eager.expect_close().await, 1008);
    let mut forger = server.socket(show).await;
    forger.send(json!({ "t": "hello", "token": server.viewer_token(&seed), "role": "owner" })).await;
    assert_eq!(forger.expect_close().await, 1008);
}

#[tokio::test]
async fn a_hello_that_comes_with_the_handshake_is_not_lost() {
    let (server, seed, show) = live().await;
    let hello = json!({ "t": "hello", "token": server.viewer_token(&seed) }).to_string();
    let mut connection = RawConnection::open(server.address()).await;
    let bytes = [handshake(show).into_bytes(), frame(FINAL | TEXT, hello.as_bytes())].concat();
    connection.send(bytes).await;
    assert_eq!(connection.answer().await.unwrap().status, 101);
    assert!(matches!(connection.got().await, Got::Text(welcome) if welcome["t"] == "welcome"));
}

#[tokio::test]
async fn sockets_are_counted_by_address_and_viewer() {
    let mut setup = Setup::default();
    (setup.limits.sockets_per_address, setup.limits.sockets_per_viewer) = (4, 2);
    let (server, seed, show) = live_with(setup).await;
    let token = server.viewer_token(&seed);
    let (first, _) = server.viewer_socket(show, &token).await;
    let (_second, _) = server.viewer_socket(show, &token).await;
    let mut third = server.socket(show).await;
    third.send(json!({ "t": "hello", "token": token })).await;
    assert_eq!(third.expect_close().await, 4029, "a third socket of the viewer");
    let freed = async {
        // The third one is counted until its connection is gone.
        while server.hub.sockets() > 2 {
            tokio::task::yield_now().await;
        }
    };
    within("the third socket to be forgotten", freed).await;
    let (_other, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let _silent = server.socket(show).await;
    let refused = server.try_socket(server.handshake(show)).await.err();
    assert_eq!(refused.map(|status| status.as_u16()), Some(429), "a fifth socket of the address");
    drop(first);
    let reopened = async { while server.try_socket(server.handshake(show)).await.is_err() {} };
    within("the place of a closed socket", reopened).await;
}

/// A frame that breaks a rule, and the code it is closed with.
type FrameCase = (&'static str, Vec<u8>, u16);

fn bad_frames() -> Vec<FrameCase> {
    let large = vec![b'x'; 12_000];
    let unmasked = vec![FINAL | TEXT, 2, b'{', b'}'];
    let close = |code: u16| frame(FINAL | CLOSE, &code.to_be_bytes());
    vec![
        ("73 unmasked", unmasked, 1002),
        ("74 RSV1", frame(FINAL | 0x40 | TEXT, b"{}"), 1002),
        ("75 opcode 3", frame(FINAL | 0x3, b"{}"), 1002),
        ("75 opcode 11", frame(FINAL | 0xb, b""), 1002),
        ("76 ping of 126 bytes", frame(FINAL | PING, &[0; 126]), 1002),
        ("77 fragmented ping", frame(PING, b"x"), 1002),
        ("78 continuation first", frame(FINAL | CONTINUATION, b"{}"), 1002),
        ("78 text inside text", [frame(TEXT, b"{"), frame(FINAL | TEXT, b"{}")].concat(), 1002),
        ("79 close 1005", close(1005), 1002),
        ("79 close 1006", close(1006), 1002),
        ("79 close 999", close(999), 1002),
        ("80 one-byte close", frame(FINAL | CLOSE, &[3]), 1002),
        ("81 length 2^63", [vec![FINAL | TEXT, 0xff, 0x80], vec![0; 11]].concat(), 1009),
        (
            "82 1 GiB",
            [vec![FINAL | TEXT, 0xff], (1_u64 << 30).to_be_bytes().to_vec(), vec![0; 4]].concat(),
            1009,
        ),
        ("83 16,385 bytes", frame(FINAL | TEXT, &vec![b'x'; 16_385]), 1009),
        ("83 fragments", [frame(TEXT, &large), frame(FINAL | CONTINUATION, &large)].concat(), 1009),
        ("84 bad UTF-8", frame(FINAL | TEXT, b"\xc3\x28"), 1007),
        ("85 binary", frame(FINAL | BINARY, b"{}"), 1003),
        ("86 empty fragments", [frame(TEXT, b""), frame(CONTINUATION, b"").repeat(10_000)].concat(), 1008),
        ("87 ping flood", frame(FINAL | PING, b"").repeat(1_000), 1008),
    ]
}

#[tokio::test]
async fn an_address_that_has_its_share_takes_no_handshakes_of_others() {
    let mut setup = Setup::default();
    setup.limits.sockets_per_address = 1;
    (setup.limits.handshakes_per_sec, setup.limits.handshakes_burst) = (1, 2);
    let server = TestServer::start_alone(setup).await;
    let [greedy, other, late] = [1, 2, 3].map(|last| std::net::IpAddr::from([203, 0, 113, last]));
    let _first = server.hub.admit(greedy).expect("there is room");
    for _ in 0..10 {
        assert!(matches!(server.hub.admit(greedy).err(), Some(Full::Address)));
    }
    let _second = server.hub.admit(other).expect("the bucket has one more");
    assert!(matches!(server.hub.admit(late).err(), Some(Full::Busy(_))));
}

#[tokio::test]
async fn bad_frames_close_with_their_code() {
    let (server, seed, show) = live().await;
    for (name, bytes, code) in bad_frames() {
        let mut before_hello = server.raw_socket(show).await;
        before_hello.send(&bytes).await;
        if code != 1008 {
            assert_eq!(before_hello.close_code().await, code, "{name}, before hello");
        }
        let mut viewer = server.raw_viewer(show, &server.viewer_token(&seed)).await;
        viewer.send(&bytes).await;
        assert_eq!(viewer.close_code().await, code, "{name}");
    }
    assert_eq!(server.hub.metrics().panics.get(), 0);
}

#[tokio::test]
async fn proper_control_frames_are_answered() {
    let (server, seed, show) = live().await;
    let mut viewer = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    viewer.send(frame(FINAL | PING, b"hi")).await;
    let answered = async { while viewer.got().await != Got::Pong {} };
    within("a pong", answered).await;
    viewer.send([frame(FINAL | CLOSE, &1000_u16.to_be_bytes()), frame(FINAL | TEXT, b"{}")].concat()).await;
    assert_eq!(viewer.close_code().await, 1000, "88 data after the close is ignored");
    assert_eq!(viewer.got().await, Got::End);
}

#[tokio::test]
async fn sockets_that_break_off_are_forgotten() {
    let mut setup = Setup::default();
    (setup.limits.ping_every, setup.limits.pong_timeout) =
        (Duration::from_millis(100), Duration::from_millis(100));
    let (server, seed, show) = live_with(setup).await;
    let half = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    let reset = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    let mut silent = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    let mut half = half.stream;
    tokio::io::AsyncWriteExt::write_all(&mut half, &[FINAL | TEXT]).await.unwrap();
    tokio::io::AsyncWriteExt::shutdown(&mut half).await.unwrap();
    socket2::SockRef::from(&reset.stream).set_linger(Some(Duration::ZERO)).unwrap();
    drop(reset);
    assert_eq!(silent.close_code().await, 4010, "a client that answers no ping");
    let forgotten = async {
        while server.hub.sockets() > 0 {
            tokio::task::yield_now().await;
        }
    };
    within("all sockets to be forgotten", forgotten).await;
}

#[tokio::test]
async fn who_does_not_read_is_closed_as_too_slow_and_the_others_are_not() {
    let mut setup = Setup::default();
    setup.limits.stall_timeout = Duration::from_millis(700);
    let (server, seed, show) = live_with(setup).await;
    let (mut reader, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let stalled = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    socket2::SockRef::from(&stalled.stream).set_recv_buffer_size(4 * 1024).unwrap();
    let description = "x".repeat(1_900);
    let full = async {
        while server.hub.metrics().closes(CloseCode::TooSlow) == 0 {
            let change = json!({ "description": description });
            let change = serde_json::from_value(change).unwrap();
            server.app.update_show(&seed.owner, show, change).await.unwrap();
            reader.expect_event("show.updated").await;
        }
    };
    within("the stalled socket to be closed", full).await;
    let pong = reader.command("ping", json!({})).await;
    assert!(pong["ok"]["server_time"].is_string(), "{pong}");
    drop(stalled);
}

#[tokio::test]
async fn a_slow_reader_that_catches_up_learns_why() {
    let mut setup = Setup::default();
    setup.limits.pending_bytes_max = 64 * 1024;
    let (server, seed, show) = live_with(setup).await;
    let mut slow = server.raw_viewer(show, &server.viewer_token(&seed)).await;
    let description = "x".repeat(1_900);
    let full = async {
        while server.hub.metrics().closes(CloseCode::TooSlow) == 0 {
            let change = serde_json::from_value(json!({ "description": description })).unwrap();
            server.app.update_show(&seed.owner, show, change).await.unwrap();
        }
    };
    within("the slow socket to be given up", full).await;
    let bytes = slow.closed().await;
    // The last frame is a close with 4008 and its reason.
    let close = [&[0x88, 10][..], &4008_u16.to_be_bytes(), b"too slow"].concat();
    assert!(bytes.ends_with(&close), "{:?}", &bytes[bytes.len().saturating_sub(20)..]);
}

#[tokio::test]
async fn bad_messages_are_told_and_the_third_closes() {
    let (server, seed, show) = live().await;
    for bad in ["not json", "[]", "null", "7", "{\"id\":\"c1\"}", "{\"id\":\"c1\",\"type\":\"ping\",\"x\":1}"]
    {
        let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
        for _ in 0..3 {
            viewer.send_text(bad).await;
            assert_eq!(viewer.expect("reply").await["problem"]["code"], "bad_request", "{bad}");
        }
        assert_eq!(viewer.expect_close().await, 1008, "{bad}");
    }
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    for _ in 0..5 {
        let reply = viewer.command("tea.make", json!({})).await;
        assert_eq!(reply["problem"]["code"], "unknown_type", "a newer client stays");
    }
    for kind in ["product.feature", "show.start", "chat.remove"] {
        let reply = viewer.command(kind, json!({})).await;
        assert_eq!(reply["problem"]["code"], "forbidden", "{kind}");
    }
    assert_eq!(viewer.expect_close().await, 1008);
}

#[tokio::test]
async fn what_a_client_may_not_say_of_itself_is_refused() {
    let (server, seed, show) = live().await;
    let id = Uuid::from_u128(1);
    for own in ["seq", "at", "author", "role", "show_id"] {
        let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
        let reply = viewer.command("chat.send", json!({ "message_id": id, "text": "ciao", own: 1 })).await;
        assert_eq!(reply["problem"]["code"], "bad_request", "{own}");
    }
}

#[tokio::test]
async fn chat_texts_and_names_are_cleaned_or_refused() {
    let (server, seed, show) = live().await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    for (name, code) in [("", "invalid"), ("Н\u{43e}st", "name_reserved"), ("Giulia owner", "name_reserved")]
    {
        let reply = viewer.command("name.set", json!({ "name": name })).await;
        assert_eq!(reply["problem"]["code"], code, "{name:?}: {reply}");
    }
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let (mut other, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    let reply = other.command("name.set", json!({ "name": "MARTA" })).await;
    assert_eq!(reply["problem"]["code"], "name_taken");
    for (number, text) in ["", &"x".repeat(501), &"\n".repeat(7_000)].into_iter().enumerate() {
        let reply = viewer.chat(Uuid::from_u128(number as u128), text).await;
        assert_eq!(reply["problem"]["code"], "invalid", "{} characters", text.len());
    }
    for (number, text) in
        ["<script>alert(1)</script>", "<img onerror=x>", "a\u{202e}b"].into_iter().enumerate()
    {
        let reply = viewer.chat(Uuid::from_u128(100 + number as u128), text).await;
        assert!(reply["ok"]["seq"].is_i64(), "{reply}");
        let sent = other.expect_event("chat.sent").await;
        assert_eq!(sent["data"]["text"], text.replace('\u{202e}', ""));
    }
}

#[tokio::test]
async fn too_many_messages_are_told_to_wait_and_floods_are_closed() {
    let (server, seed, show) = live().await;
    let (mut viewer, _) = server.viewer_socket(show, &server.viewer_token(&seed)).await;
    viewer.command("name.set", json!({ "name": "Marta" })).await;
    let mut limited = Value::Null;
    for number in 0..6 {
        limited = viewer.chat(Uuid::from_u128(number), &format!("messaggio {number}")).await;
    }
    assert_eq!(limited["problem"]["code"], "rate_limited", "{limited}");
    assert!(limited["problem"]["retry_ms"].as_u64().unwrap() > 0);
    for number in 0..200 {
        viewer.send(json!({ "id": number.to_string(), "type": "ping", "data": {} })).await;
    }
    assert_eq!(viewer.expect_close().await, 4029);
}

#[tokio::test]
async fn past_what_a_server_takes_newcomers_are_told_when_to_come_back() {
    let mut setup = Setup::default();
    setup.limits.handshakes_per_sec = 1;
    setup.limits.handshakes_burst = 3;
    let (server, seed, show) = live_with(setup).await;
    let mut inside = Vec::new();
    for _ in 0..3 {
        inside.push(server.viewer_socket(show, &server.viewer_token(&seed)).await.0);
    }
    let path = format!("/api/v1/shows/{show}/socket");
    let newcomer = server
        .client()
        .with_header("connection", "upgrade")
        .with_header("upgrade", "websocket")
        .with_header("sec-websocket-version", "13")
        .with_header("sec-websocket-key", "AAAAAAAAAAAAAAAAAAAAAA==")
        .with_header("sec-websocket-protocol", "vetrina.v1");
    let answer = newcomer.get(&path).await;
    let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=12).contains(&wait), "{wait} s");
    answer.expect_problem(503, "overloaded");
    for socket in &mut inside {
        let pong = socket.command("ping", json!({})).await;
        assert!(pong["ok"]["server_time"].is_string(), "{pong}");
    }
}
