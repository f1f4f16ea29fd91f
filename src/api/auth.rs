//! Finds out who asks: session cookie or API key, and whether a foreign page made the request.

use axum::http::{HeaderMap, HeaderValue, Method, header, request::Parts};
use cookie::{Cookie, SameSite};

use super::ApiState;
use super::extract::bearer;
use super::problem::Problem;
use crate::app::sessions::SESSION_DAYS;
use crate::app::{App, Caller};
use crate::domain::problem::Code;

/// The caller of a member's endpoint.
///
/// # Errors
/// 401 without valid credentials, 403 when a cookie came from a foreign page.
pub async fn caller(parts: &Parts, state: &ApiState) -> Result<Caller, Problem> {
    let unauthenticated = || Problem::new(Code::Unauthenticated, "sign in or send an API key");
    if let Some(token) = bearer(&parts.headers) {
        return state.app.find_key_caller(token).await?.ok_or_else(unauthenticated);
    }
    let token = session_token(&state.app, &parts.headers).ok_or_else(unauthenticated)?;
    check_same_origin(&state.app, &parts.method, &parts.headers)?;
    state.app.find_session_caller(&token).await?.ok_or_else(unauthenticated)
}

/// The session token of the cookie.
#[must_use]
pub fn session_token(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(app);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| Cookie::split_parse(value.to_owned()))
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name)
        .map(|cookie| cookie.value().to_owned())
}

/// The cookie that keeps a member signed in.
#[must_use]
pub fn session_cookie(app: &App, token: &str) -> HeaderValue {
    header_value(&build(app, token).max_age(cookie::time::Duration::days(SESSION_DAYS)).build())
}

/// The cookie that signs a member out.
#[must_use]
pub fn removal_cookie(app: &App) -> HeaderValue {
    header_value(&build(app, "").max_age(cookie::time::Duration::ZERO).build())
}

/// Unsafe requests with a cookie must come from our own pages (Fetch Metadata, else `Origin`).
///
/// # Errors
/// 403 for a foreign page.
pub fn check_same_origin(app: &App, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let ours = match (text(headers, "sec-fetch-site"), text(headers, "origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => is_same_origin(app, headers, origin),
        (None, None) => false,
    };
    if ours {
        Ok(())
    } else {
        Err(Problem::new(Code::ForeignOrigin, "this request came from a foreign page"))
    }
}

/// Whether an origin is the configured one, or the host under which this request came.
///
/// The edge let only our own names in as `Host`, so the second is as good as the first; a server on
/// loopback or a local network has more than one.
#[must_use]
pub fn is_same_origin(app: &App, headers: &HeaderMap, origin: &str) -> bool {
    let scheme = if app.is_https() { "https" } else { "http" };
    let asked = text(headers, "host").map(|host| format!("{scheme}://{host}"));
    app.is_own_origin(origin) || asked.is_some_and(|asked| asked.eq_ignore_ascii_case(origin))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Browsers take the `__Host-` prefix only with `Secure`, which plain http cannot promise.
fn cookie_name(app: &App) -> &'static str {
    if app.is_https() { "__Host-vetrina" } else { "vetrina" }
}

fn build(app: &App, token: &str) -> cookie::CookieBuilder<'static> {
    Cookie::build((cookie_name(app), token.to_owned()))
        .path("/")
        .http_only(true)
        .secure(app.is_https())
        .same_site(SameSite::Lax)
}

fn header_value(cookie: &Cookie<'_>) -> HeaderValue {
    HeaderValue::from_str(&cookie.to_string()).expect("names and tokens of ours are ASCII")
}
