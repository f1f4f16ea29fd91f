//! The one integration-test binary: every test talks to a real server from outside.

mod http_bad_input;
mod server;
mod support;
