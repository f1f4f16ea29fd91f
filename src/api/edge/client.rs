//! Finds out which address a request comes from, and how much that address may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use ipnet::IpNet;
use tokio::time::Instant;

use crate::limits::Rate;

/// Keys remembered by one meter; idle ones are forgotten first, then all.
const KEYS_MAX: usize = 100_000;

/// The address of the client: the peer, or what trusted proxies forward.
///
/// Each proxy appends whom it heard from, so the rightmost address that is no proxy of ours is
/// the last one that nobody but us and ours could write.
#[must_use]
pub fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = peer.to_canonical();
    let forwarded = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let mut hops: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    while is_trusted(&nearest) {
        match hops.pop().map(str::parse::<IpAddr>) {
            Some(Ok(hop)) => nearest = hop.to_canonical(),
            Some(Err(_)) | None => break,
        }
    }
    nearest
}

/// What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber has to himself.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX))),
    }
}

/// Meters many keys by one rate.
#[derive(Debug)]
pub struct Meter<K> {
    rate: Rate,
    due: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Meter<K> {
    /// A meter without history.
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, due: Mutex::new(HashMap::new()) }
    }

    /// Takes one for a key.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&self, key: K) -> Result<(), Duration> {
        let now = Instant::now();
        let mut keys = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= KEYS_MAX {
            keys.retain(|_, due| *due > now);
            if keys.len() >= KEYS_MAX {
                keys.clear();
            }
        }
        let mut due = keys.get(&key).copied();
        self.rate.take(&mut due, now)?;
        keys.extend(due.map(|due| (key, due)));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn comes_from(peer: &str, forwarded: &[&'static str], expected: &str) {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let found = address(peer.parse().unwrap(), &headers, &trusted);
        assert_eq!(found, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
    }

    #[test]
    fn only_trusted_proxies_speak_for_others() {
        comes_from("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        comes_from("10.0.0.1", &[], "10.0.0.1");
        comes_from("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        comes_from("10.0.0.1", &["1.2.3.4, 198.51.100.1, 10.0.0.7"], "198.51.100.1");
        comes_from("10.0.0.1", &["1.2.3.4", "198.51.100.1"], "198.51.100.1");
        comes_from("10.0.0.1", &["198.51.100.1, nonsense"], "10.0.0.1");
        comes_from("::ffff:10.0.0.1", &["::ffff:198.51.100.1"], "198.51.100.1");
        comes_from("::1", &["2001:db8::5"], "2001:db8::5");
    }

    #[test]
    fn an_ipv6_subscriber_is_a_network() {
        let of = |text: &str| subscriber(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("198.51.100.1"), "198.51.100.1");
    }
}
