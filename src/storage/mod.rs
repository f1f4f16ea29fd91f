//! The database: one SQL text, two native drivers.
//!
//! Every query is an inherent method of [`Tx`], one file per aggregate, scoped by `ShopId`.
//! It knows nothing of HTTP or sockets.
//! Invariant: guards stand in the `where` clause, so a decision never rests on an older read.

mod audit;
mod backup;
mod chat;
mod chat_groups;
mod chat_rules;
mod database;
mod embed;
mod erased_orders;
mod erasure;
mod events;
mod figures;
mod held_messages;
mod idempotency;
mod images;
mod imports;
mod in_use;
mod invitations;
mod last_webhooks;
mod leases;
mod legal_mails;
mod lineup;
mod link_figures;
mod links;
mod logged;
mod mails;
mod member_changes;
mod members;
mod offers;
mod offers_taken;
mod orders;
mod orders_due;
mod orders_read;
mod overlay_keys;
mod payment_accounts;
mod people;
mod personal_data;
mod postgres;
mod price_history;
mod products;
mod provider_events;
mod question_votes;
mod questions;
mod reach;
mod reconciliation;
mod refunds;
mod replays;
mod restore;
mod retention;
mod sandbox;
mod sandbox_events;
mod sandbox_objects;
mod schema;
mod shops;
mod show_deletion;
mod shows;
mod stock;
mod transfer;
mod variants;
mod withdrawals;

pub use audit::AuditEntry;
pub use backup::{BackupError, back_up};
pub use chat::{ChatMessage, ShowViewer};
pub use chat_groups::{ChatStanding, KnownMessage};
pub use database::{Begun, Counts, Database, OpenError, Tx, sqlite_path};
pub use erasure::{UnfinishedOrder, ViewerCounts};
pub use events::LastSeqs;
pub use figures::{FigureProduct, ProductSales, SalesScope};
pub use held_messages::StoredHeld;
pub use idempotency::{IdempotencyKey, KnownAnswer};
pub use images::PendingImage;
pub use invitations::StoredInvitation;
pub use legal_mails::{NewLegalMail, StoredLegalMail};
pub use link_figures::LinkSums;
pub use links::{CardProduct, CardSubject, LinkFilter, LinkTarget};
pub use logged::LoggedEvent;
pub use mails::{DueMail, NewMail, StoredMail};
pub use members::{ApiKey, Credentials, OneTimeToken, TokenPurpose};
pub use offers::DueOffer;
pub use offers_taken::{OfferTerms, TakenUnits};
pub use orders::{NewOrder, SellableVariant, SellingShow};
pub use orders_due::DueOrder;
pub use orders_read::OrderFilter;
pub use payment_accounts::{NewKeys, PaymentPause, StoredKeys};
pub use people::Ban;
pub use postgres::PostgresPool;
pub use price_history::{LockedVariant, PriceEntry, PricePlace};
pub use products::{ProductFields, ProductFilter};
pub use provider_events::{ClaimedEvent, EventKey};
pub use question_votes::VotedQuestion;
pub use questions::{NewAnswer, StoredQuestion};
pub use reach::{REACH_KEY_BYTES, ReachedBy};
pub use reconciliation::{Overdue, StraySession};
pub use refunds::DueRefund;
pub use replays::{Hearts, Recording};
pub use restore::{Existing, Restore, RestoreError, Restored, restore};
pub use sandbox::{SandboxAnswer, SandboxPage, SandboxSessionFilter, SandboxSessionRow};
pub use sandbox_events::{SandboxDelivery, SandboxEvent, SandboxEventFilter};
pub use sandbox_objects::SandboxObject;
pub use shops::{Instance, Shop, ShopContact};
pub use shows::ShowFields;
pub use stock::{StockBreach, VariantStock};
pub use transfer::{TransferError, Transferred, transfer};
pub use variants::VariantFields;
pub use withdrawals::OpenWithdrawal;

/// A query failed; callers do not tell the cases apart, only whether waiting may help.
#[derive(Debug, thiserror::Error)]
#[error("database: {0}")]
pub struct Error(#[from] sqlx::Error);

/// What every storage method answers.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Nobody had time for the query, as when no connection could be had.
    #[must_use]
    pub const fn timed_out() -> Self {
        Self(sqlx::Error::PoolTimedOut)
    }

    /// Whether the database was away, busy or full, rather than the query wrong.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match &self.0 {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| is_outage(&code)),
            _ => false,
        }
    }
}

/// SQLite primary result codes (busy, locked, I/O, full, cannot open) and PostgreSQL classes 08, 53,
/// 57, 40, locks and transactions that took too long, and a standby that takes no writes.
fn is_outage(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLite's codes have four digits at most, PostgreSQL's five characters.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
        _ => ["08", "53", "57", "40", "55P03", "25P03", "25006"].iter().any(|class| code.starts_with(class)),
    }
}

/// Runs one query body on whichever database the transaction belongs to; on PostgreSQL in limited
/// time, because a network may swallow the answer.
///
/// With two literals the first is SQLite's, the second PostgreSQL's.
macro_rules! on_db {
    ($tx:expr, |$db:ident| $body:expr) => {
        match &mut $tx.0 {
            $crate::storage::database::Inner::Sqlite(tx) => {
                let $db = &mut **tx;
                $body
            }
            $crate::storage::database::Inner::Postgres(tx) => {
                let $db = &mut **tx;
                $crate::storage::postgres::in_time(async { Ok::<_, $crate::storage::Error>($body) }).await?
            }
        }
    };
    ($tx:expr, $sqlite:literal, $postgres:literal, |$sql:ident, $db:ident| $body:expr) => {
        match &mut $tx.0 {
            $crate::storage::database::Inner::Sqlite(tx) => {
                let ($sql, $db) = ($sqlite, &mut **tx);
                $body
            }
            $crate::storage::database::Inner::Postgres(tx) => {
                let ($sql, $db) = ($postgres, &mut **tx);
                $crate::storage::postgres::in_time(async { Ok::<_, $crate::storage::Error>($body) }).await?
            }
        }
    };
}

use on_db;

#[cfg(test)]
mod tests {
    use super::is_outage;

    #[test]
    fn outages_are_told_from_faults_by_their_codes() {
        // SQLite: busy, its snapshot variant, an I/O error, full; a constraint, corruption.
        assert!(["5", "517", "10", "8714", "13"].into_iter().all(is_outage));
        assert!(!["19", "2067", "11"].into_iter().any(is_outage));
        // PostgreSQL: the connection broke, too many of them, shutting down, starting up, a deadlock,
        // a lock that was not given, a transaction that idled, a standby.
        let outages = ["08006", "53300", "57P01", "57P03", "40P01", "55P03", "25P03", "25006"];
        assert!(outages.into_iter().all(is_outage));
        assert!(!["23505", "42P01", "22001", "25001"].into_iter().any(is_outage));
    }
}
