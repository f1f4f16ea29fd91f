//! The one integration-test binary: every test talks to a real server from outside.

mod access;
mod catalogue;
mod http_bad_input;
mod server;
mod sessions;
mod shows;
mod structure;
mod support;
