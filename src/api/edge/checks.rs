//! What every request must satisfy before a handler sees it.

use std::net::IpAddr;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};

use super::head::{BadHead, HEADERS_MAX, TARGET_BYTES_MAX};
use crate::api::problem::Problem;
use crate::config::Config;
use crate::domain::problem::Code;

/// Paths that machines ask by address, so that any `Host` will do.
const MACHINE_PATHS: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// The names under which this server answers.
#[derive(Debug)]
pub struct Hosts {
    public: Option<String>,
    is_loopback: bool,
}

impl Hosts {
    /// The names that a configuration implies.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let public = config.public_url.as_ref().and_then(|url| {
            let host = url.host_str()?;
            Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
        });
        Self { public, is_loopback: config.listen.ip().is_loopback() }
    }

    /// Whether a `Host` is one of ours.
    ///
    /// On a loopback address other names are refused even without a public one: a foreign page could
    /// point its own name at this machine (DNS rebinding).
    fn includes(&self, host: &Authority) -> bool {
        let is_public = self.public.as_ref().is_some_and(|public| public.eq_ignore_ascii_case(host.as_str()));
        let is_open = self.public.is_none() && !self.is_loopback;
        is_public || is_open || (self.is_loopback && is_loopback_name(host.host()))
    }
}

fn is_loopback_name(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The answer to a head that was refused below hyper.
#[must_use]
pub fn bad_head(bad: BadHead) -> Problem {
    match bad {
        BadHead::Malformed => Problem::new(Code::Malformed, "the request is not valid HTTP"),
        BadHead::TargetTooLong => {
            Problem::new(Code::TooLarge, "the address is too long").status(StatusCode::URI_TOO_LONG)
        }
        BadHead::HeadersTooLarge => Problem::new(Code::TooLarge, "too many headers, or too long ones")
            .status(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE),
    }
}

/// Checks everything but the body.
///
/// # Errors
/// Says what is wrong with the request.
pub fn check<B>(request: &Request<B>, hosts: &Hosts, body_bytes_max: u64) -> Result<(), Problem> {
    check_size(request)?;
    check_method(request.method())?;
    check_host(request, hosts)?;
    check_path(request.uri())?;
    check_body(request.headers(), body_bytes_max)
}

fn check_size<B>(request: &Request<B>) -> Result<(), Problem> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_BYTES_MAX {
        return Err(bad_head(BadHead::TargetTooLong));
    }
    if request.headers().len() > HEADERS_MAX {
        return Err(bad_head(BadHead::HeadersTooLarge));
    }
    Ok(())
}

fn check_method(method: &Method) -> Result<(), Problem> {
    // TRACE would echo cookies, CONNECT would ask for a proxy; neither has a use here.
    if matches!(*method, Method::TRACE | Method::CONNECT) {
        return Err(Problem::new(Code::MethodNotAllowed, "this method is not used here"));
    }
    Ok(())
}

fn check_host<B>(request: &Request<B>, hosts: &Hosts) -> Result<(), Problem> {
    if MACHINE_PATHS.contains(&request.uri().path()) {
        return Ok(());
    }
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = match (named.next(), named.next(), request.uri().authority()) {
        (Some(host), None, _) => host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()),
        // HTTP/2 names the host in the address.
        (None, _, Some(authority)) => Some(authority.clone()),
        _ => None,
    };
    let host = host.ok_or_else(|| Problem::new(Code::Malformed, "name the host once"))?;
    if hosts.includes(&host) {
        Ok(())
    } else {
        Err(Problem::new(Code::UnknownHost, "this server has another name; see VETRINA_PUBLIC_URL"))
    }
}

fn check_path(uri: &Uri) -> Result<(), Problem> {
    let malformed = || Problem::new(Code::Malformed, "the address is not written properly");
    let path = percent_decode(uri.path()).ok_or_else(malformed)?;
    let climbs = path.split(['/', '\\']).any(|part| part == "..");
    if climbs || path.contains(['\0', '\\']) {
        return Err(malformed());
    }
    percent_decode(uri.query().unwrap_or_default()).map(drop).ok_or_else(malformed)
}

/// The text behind percent signs; `None` unless all of it is UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digits = [bytes.next()?, bytes.next()?];
            decoded.extend(hex::decode(digits).ok()?);
        } else {
            decoded.push(byte);
        }
    }
    String::from_utf8(decoded).ok()
}

fn check_body(headers: &HeaderMap, bytes_max: u64) -> Result<(), Problem> {
    let encodings = headers.get_all(header::CONTENT_ENCODING);
    if encodings.iter().any(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(Problem::new(Code::UnsupportedMediaType, "send the body without compression"));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: u64| length > bytes_max) {
        return Err(Problem::new(Code::TooLarge, format!("send at most {bytes_max} bytes")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn path(uri: &str, is_fine: bool) {
        assert_eq!(check_path(&uri.parse().unwrap()).is_ok(), is_fine, "{uri}");
    }

    #[test]
    fn addresses_are_utf8_and_do_not_climb() {
        path("/show/serata?x=%C3%A8&y=100%25", true);
        path("/a..b/...", true);
        path("/x?q=%ff%fe", false);
        path("/x?q=%2", false);
        path("/x?q=%zz", false);
        path("/..%2f1", false);
        path("/a/../b", false);
        path("/a%5c..%5cb", false);
        path("/a%00", false);
    }

    #[track_caller]
    fn host(listen: &str, public: Option<&str>, host: &str, is_ours: bool) {
        let public = public.map(str::to_owned);
        let is_loopback = listen.parse::<IpAddr>().unwrap().is_loopback();
        let hosts = Hosts { public, is_loopback };
        assert_eq!(hosts.includes(&host.parse().unwrap()), is_ours, "{listen} {host}");
    }

    #[test]
    fn only_our_own_names_are_answered() {
        host("127.0.0.1", None, "localhost:8080", true);
        host("127.0.0.1", None, "[::1]:8080", true);
        host("127.0.0.1", None, "evil.example", false);
        host("0.0.0.0", None, "shop.example", true);
        host("0.0.0.0", Some("shop.example"), "Shop.Example", true);
        host("0.0.0.0", Some("shop.example"), "evil.example", false);
        host("0.0.0.0", Some("shop.example"), "127.0.0.1", false);
        host("127.0.0.1", Some("shop.example"), "127.0.0.1:8080", true);
    }
}
