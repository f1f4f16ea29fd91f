//! The one integration-test binary: every test talks to a real server from outside.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod cart;
mod catalogue;
mod checkout;
mod clocks;
mod crash;
mod demo;
mod edge;
mod edge_cases;
mod embedded_checkout;
mod flash_sale;
mod fulfilment;
mod full_disk;
mod http_bad_input;
mod images;
mod imports;
mod mail;
mod model;
mod orders;
mod payment_account;
mod provider;
mod reconciliation;
mod refunds;
mod reservations;
mod sandbox;
mod sandbox_account;
mod sandbox_money;
mod sandbox_news;
mod sandbox_outcomes;
mod sandbox_rules;
mod schedules;
mod server;
mod sessions;
mod shows;
mod socket;
mod socket_bad_input;
mod stripe_requests;
mod structure;
mod support;
mod webhooks;
