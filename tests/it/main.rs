//! The one integration-test binary: every test talks to a real server from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod catalogue;
mod http_bad_input;
mod server;
mod sessions;
mod shows;
mod socket;
mod structure;
mod support;
