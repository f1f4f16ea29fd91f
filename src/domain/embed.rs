//! The sites that may show a shop's shows on their own pages.
//!
//! A site is an exact origin. What is checked here goes into a header, so nothing but letters,
//! digits and the signs of a host name passes.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::problem::FieldError;

/// The most sites of a shop; all of them stand in one header of each embed page.
pub const SITES_MAX: usize = 20;
/// Characters of a site; twenty of them fit into the 4 KiB that proxies take of all headers.
pub const SITE_CHARS_MAX: usize = 120;

/// Where a shop's shows may be embedded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmbedSettings {
    /// Exact origins, at most 20; without any, no other site may frame a show.
    #[schema(example = json!(["https://www.example.com"]))]
    pub sites: Vec<String>,
}

impl EmbedSettings {
    /// Brings what a member entered into the form in which browsers write an origin.
    ///
    /// # Errors
    /// Names every site that is no `https` origin (`http` only on the same machine) or comes twice.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        if self.sites.len() > SITES_MAX {
            return Err(vec![FieldError::new("/sites", "too_many")]);
        }
        let mut errors = Vec::new();
        let mut sites = Vec::with_capacity(self.sites.len());
        for (at, site) in self.sites.iter().enumerate() {
            match origin_of(site) {
                None => errors.push(FieldError::new(format!("/sites/{at}"), "not_an_origin")),
                Some(origin) if sites.contains(&origin) => {
                    errors.push(FieldError::new(format!("/sites/{at}"), "duplicate"));
                }
                Some(origin) => sites.push(origin),
            }
        }
        if errors.is_empty() { Ok(Self { sites }) } else { Err(errors) }
    }
}

/// The origin that a text is, and nothing more: no path, no wildcard, no name and password.
fn origin_of(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > SITE_CHARS_MAX {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let is_open = url.username().is_empty() && url.password().is_none();
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => is_this_machine(&url),
        _ => false,
    };
    // The address parser takes `*`, `;` and quotes in a host name, which mean something in a header.
    let is_plain =
        url.host_str()?.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte));
    let origin = url.origin().ascii_serialization();
    (is_bare && is_open && is_safe && is_plain && origin.len() <= SITE_CHARS_MAX).then_some(origin)
}

/// Whether an address leads to the machine of whoever opens it, as pages under construction do.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(site: &str, expected: Option<&str>) {
        assert_eq!(origin_of(site).as_deref(), expected, "{site}");
    }

    #[test]
    fn a_site_is_an_exact_origin() {
        check("https://www.example.com", Some("https://www.example.com"));
        check(" https://WWW.Example.com/ ", Some("https://www.example.com"));
        check("https://example.com:443", Some("https://example.com"));
        check("https://example.com:8443", Some("https://example.com:8443"));
        check("https://caffè.example", Some("https://xn--caff-8oa.example"));
        check("http://localhost:5173", Some("http://localhost:5173"));
        check("http://127.0.0.1:8000", Some("http://127.0.0.1:8000"));
        check("http://[::1]:8000", Some("http://[::1]:8000"));
    }

    #[test]
    fn everything_else_is_refused() {
        for site in [
            "",
            "www.example.com",
            "http://www.example.com",
            "https://",
            "https://*",
            "https://*.example.com",
            "https://example.com/shop",
            "https://example.com/?a",
            "https://example.com/#a",
            "https://anna:secret@example.com",
            "https://example.com;script-src",
            "https://example.com,example.org",
            "https://example.com'none'",
            "https://example.com example.org",
            "data:text/html,x",
            "javascript:alert(1)",
            "null",
            "'self'",
        ] {
            check(site, None);
        }
        check(&format!("https://{}.example", "a".repeat(SITE_CHARS_MAX)), None);
    }

    #[test]
    fn a_list_is_bounded_and_names_each_fault() {
        let errors_of = |sites: &[&str]| {
            let settings = EmbedSettings { sites: sites.iter().map(|&site| site.to_owned()).collect() };
            settings.checked().map_err(|errors| {
                errors.into_iter().map(|error| (error.pointer, error.code)).collect::<Vec<_>>()
            })
        };
        let errors = errors_of(&["https://a.example", "b", "https://A.example/"]).unwrap_err();
        assert_eq!(errors, [("/sites/1".into(), "not_an_origin"), ("/sites/2".into(), "duplicate")]);
        let many: Vec<_> = (0..=SITES_MAX).map(|at| format!("https://s{at}.example")).collect();
        let many: Vec<_> = many.iter().map(String::as_str).collect();
        assert_eq!(errors_of(&many).unwrap_err(), [("/sites".into(), "too_many")]);
        assert_eq!(errors_of(&many[1..]).unwrap().sites.len(), SITES_MAX);
        assert!(errors_of(&[]).unwrap().sites.is_empty());
    }
}
