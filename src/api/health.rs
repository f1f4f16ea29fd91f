//! What the machines around the server ask: whether it lives, takes requests, and what it has done.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::ApiState;
use super::extract::ClientAddress;
use super::problem::Problem;
use crate::domain::problem::Code;
use crate::telemetry::render_counters;

/// The routes of this file; they are no part of the public API.
pub fn routes() -> Router<ApiState> {
    Router::new().route("/healthz", get(live)).route("/readyz", get(ready)).route("/metrics", get(metrics))
}

async fn live() -> &'static str {
    "ok\n"
}

async fn ready(State(state): State<ApiState>) -> Result<&'static str, Problem> {
    if state.hub.is_draining() {
        return Err(Problem::new(Code::Overloaded, "the server is about to stop"));
    }
    state.app.check_database().await?;
    Ok("ready\n")
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
    let begun = state.app.database_begun();
    let text = state.hub.metrics().render(&gauges)
        + &render_counters(&[("database_reads_total", begun.reads), ("database_writes_total", begun.writes)]);
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
