//! Vetrina: a self-hosted live-selling backend.
//!
//! The layers and their one-way arrows are drawn in ARCHITECTURE.md; a test checks them.

pub mod api;
pub mod app;
pub mod assets;
pub mod bus;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod domain;
pub mod hub;
pub mod limits;
pub mod load;
pub mod mail;
pub mod payments;
pub mod protocol;
pub mod server;
pub mod storage;
pub mod telemetry;
