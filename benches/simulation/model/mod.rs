//! What Vetrina costs from one viewer to a million.
//!
//! `coefficients` is the only place with figures; `shard`, `chat` and `storm` play what happens,
//! `cluster` adds up, `cases` compares with what was measured, `tables` says it in Markdown. It knows
//! nothing of the program itself, so that a wrong picture of the program cannot prove itself.
//! Its tests are in tests/it/scaling, which includes it as this benchmark does.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "estimates have three digits and are positive"
)]

pub mod cases;
pub mod chat;
pub mod cluster;
pub mod coefficients;
pub mod shard;
pub mod storm;
pub mod tables;
