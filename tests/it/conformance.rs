//! Our frames against an outside suite: kosoku, which runs the cases of the Autobahn test suite
//! against an echo that hangs on the product's own upgrade, reader and close codes.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::Value;
use vetrina::api::ApiState;
use vetrina::api::socket::upgrade;
use vetrina::hub::websocket::binary_frame;
use vetrina::hub::{Conversation, Line};

use crate::support::server::{Setup, TestServer};

/// Where `kosoku` is; `tests/run` sets it.
const RUNNER: &str = "VETRINA_KOSOKU";
/// The largest message of the cases is 16 MiB.
const MESSAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// What a case may come to, beside failing.
const GOOD: [&str; 3] = ["OK", "NON-STRICT", "INFORMATIONAL"];

struct Echo;

impl Conversation for Echo {
    fn on_text(&mut self, line: &mut Line<'_>, text: &str) {
        line.send(text.as_bytes());
    }

    fn on_binary(&mut self, line: &mut Line<'_>, bytes: &[u8]) {
        line.send_frame(binary_frame(bytes));
    }
}

async fn echo(State(state): State<ApiState>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let accepted = upgrade::accept_key(&parts).and_then(|accept| {
        let admission = state.hub.admit([127, 0, 0, 1].into()).expect("the limits are wide");
        upgrade::hand_over(state.hub.clone(), &mut parts, Box::new(Echo), admission)?;
        Ok(upgrade::answer(&accept))
    });
    accepted.unwrap_or_else(IntoResponse::into_response)
}

#[tokio::test]
async fn every_case_of_the_outside_suite_is_passed() {
    if std::env::var_os("VETRINA_TEST_DATABASE").is_some() {
        println!("skipped: frames know no database, and this takes a while");
        return;
    }
    let Some(runner) = std::env::var_os(RUNNER) else {
        println!("skipped: {RUNNER} does not say where kosoku is");
        return;
    };
    let mut setup = Setup::default();
    setup.limits.message_bytes_max = MESSAGE_BYTES_MAX;
    setup.limits.pending_bytes_max = 4 * MESSAGE_BYTES_MAX as u64;
    setup.limits.hello_timeout = Duration::from_mins(10);
    setup.limits.commands_per_sec = 1_000_000;
    setup.limits.commands_burst = 1_000_000;
    setup.limits.control_frames_per_sec = 1_000_000;
    setup.limits.control_frames_burst = 1_000_000;
    let server = TestServer::start_with_routes(setup, Router::new().route("/echo", get(echo))).await;
    let folder = std::env::temp_dir().join(format!("vetrina-kosoku-{}", server.clock.uuid()));
    let address = format!("ws://{}/echo", server.address());
    let reports = folder.clone();
    let run = tokio::task::spawn_blocking(move || {
        // Compression (12 and 13) is never agreed on.
        let mut command = Command::new(runner);
        command.args(["-p", "2", "-x", "12.*", "-x", "13.*", "-o"]).arg(reports).arg(address);
        command.output().expect("kosoku runs")
    });
    let output = run.await.expect("it ends");
    let report = std::fs::read(folder.join("index.json"));
    let report = report.unwrap_or_else(|_| panic!("no report: {}", String::from_utf8_lossy(&output.stderr)));
    std::fs::remove_dir_all(folder).expect("the folder is ours");
    let agents: BTreeMap<String, BTreeMap<String, Value>> =
        serde_json::from_slice(&report).expect("a report");
    let cases = agents.into_values().next().expect("one agent was tested");
    assert!(cases.len() >= 250, "only {} cases ran", cases.len());
    let is_good = |case: &Value| {
        [&case["behavior"], &case["behaviorClose"]].iter().all(|end| GOOD.iter().any(|good| *end == good))
    };
    let bad: Vec<_> = cases.iter().filter(|(_, case)| !is_good(case)).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    println!("{} cases passed", cases.len());
}
