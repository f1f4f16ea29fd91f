//! What the machines around the server ask: whether it lives, takes requests, and what it has done.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;

use super::ApiState;
use super::extract::ClientAddress;
use super::problem::Problem;
use crate::bus::{Counts, Standing};
use crate::domain::problem::Code;
use crate::telemetry::render_counters;

/// The routes of this file; they are no part of the public API.
pub fn routes() -> Router<ApiState> {
    Router::new().route("/healthz", get(live)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

async fn live() -> &'static str {
    "ok\n"
}

/// What somebody who looks after the node wants to know of one that is ready; it names no address.
#[derive(Debug, Serialize)]
struct Readiness {
    /// Always `ready`; a node that is not answers with a problem.
    status: &'static str,
    /// `alone` without NATS, else `up` or `down`. A node without it is ready all the same: what the
    /// others do reaches its viewers some seconds later.
    bus: &'static str,
    /// For how many seconds the bus has been away.
    #[serde(skip_serializing_if = "Option::is_none")]
    bus_down_secs: Option<u64>,
    /// Other nodes that are heard of.
    nodes: u64,
}

async fn ready(State(state): State<ApiState>) -> Result<Json<Readiness>, Problem> {
    if state.hub.is_draining() {
        return Err(Problem::new(Code::Overloaded, "the server is about to stop"));
    }
    state.app.check_database().await?;
    let (bus, bus_down_secs) = match state.app.bus().standing() {
        Standing::Alone => ("alone", None),
        Standing::Up => ("up", None),
        Standing::Down(since) => ("down", Some(since.as_secs())),
    };
    Ok(Json(Readiness { status: "ready", bus, bus_down_secs, nodes: state.app.bus().counts().nodes }))
}

/// Only for the own network: counters tell how a shop is doing.
async fn metrics(
    State(state): State<ApiState>,
    address: ClientAddress,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_private = match address.0.to_canonical() {
        std::net::IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        std::net::IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    };
    // Behind a proxy that is not declared every request seems to come from next door.
    let is_proxied = headers.contains_key("x-forwarded-for") || headers.contains_key(header::FORWARDED);
    let is_declared = !state.app.config().trusted_proxies.is_empty();
    if !is_private || (is_proxied && !is_declared) {
        return Err(Problem::not_found());
    }
    let mut gauges = vec![("sockets", state.hub.sockets() as u64)];
    gauges.extend(state.app.alarms().gauges());
    // How wrong this machine is by the database's clock, which counts on PostgreSQL.
    let off = state.app.clock().machine_error().num_milliseconds().unsigned_abs();
    gauges.push(("machine_clock_off_ms", off));
    gauges.push(("database_away", u64::from(state.app.is_database_away())));
    let Counts { told, untold, heard, gaps, unreadable, failures, nodes } = state.app.bus().counts();
    gauges.push(("bus_up", u64::from(!matches!(state.app.bus().standing(), Standing::Down(_)))));
    gauges.push(("bus_nodes", nodes));
    let begun = state.app.database_begun();
    let counters = [
        ("database_reads_total", begun.reads),
        ("database_writes_total", begun.writes),
        ("bus_told_total", told),
        ("bus_untold_total", untold),
        ("bus_heard_total", heard),
        ("bus_gaps_total", gaps),
        ("bus_unreadable_total", unreadable),
        ("bus_failures_total", failures),
    ];
    let text = state.hub.metrics().render(&gauges) + &render_counters(&counters);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
