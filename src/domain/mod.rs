//! The rules of live selling: ids, money, products, shows, orders, chat, events.
//!
//! Pure and synchronous: no I/O, no clock, no randomness; what is needed comes in as an argument.
//! Invariant: nothing here imports another module of the crate.

pub mod address;
pub mod buyer_order;
pub mod chat;
pub mod checkout;
pub mod checkout_settings;
pub mod column;
pub mod delivery;
pub mod embed;
pub mod erasure;
pub mod event;
pub mod figures;
pub mod ids;
pub mod import;
pub mod invitation;
pub mod language;
pub mod legal;
pub mod link;
pub mod mail;
pub mod member;
pub mod moderation;
pub mod moment;
pub mod money;
pub mod offer;
pub mod order;
pub mod payment_account;
pub mod personal_data;
pub mod picture;
pub mod privacy;
pub mod problem;
pub mod product;
pub mod question;
pub mod recording;
pub mod refund;
pub mod shipment;
pub mod show;
pub mod tax_id;
pub mod text;
pub mod transition;
pub mod video;
pub mod withdrawal;
