//! What is kept of people: given to them, erased, and forgotten in time.
//!
//! Invariant: what was erased is gone from the table before anybody is told so, and every node's
//! memory forgets it by an event of the same transaction.

mod buyer;
mod export;
mod retention;
mod viewer;

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub use self::retention::run_retention;
use super::limiter::Limiter;
use super::{App, Caller, Forbidden, Invalid, Recorder, Refusal};
use crate::domain::event::{Audience, ShowEvent};
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::personal_data::BlockedOrder;
use crate::domain::privacy::{Forgotten, Retention};
use crate::domain::problem::{Code, FieldError};
use crate::storage::{self, AuditEntry, Tx};

/// Events that are looked at in one statement.
const PAGE: i64 = 500;

/// Bounds what people may ask for.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Exports and erasures of one person or order.
    asked: Limiter<Uuid>,
}

impl Bounds {
    pub(super) fn new() -> Self {
        // Look, download, erase, look again; more often is no person.
        Self { asked: Limiter::new(10, TimeDelta::seconds(20)) }
    }
}

/// Who asks for an export or an erasure.
#[derive(Clone, Copy, Debug)]
enum Asker<'a> {
    /// The person, by the token of the tab or the address of the order's page.
    Person(&'static str),
    /// A member who may.
    Member(&'a Caller),
}

/// Why nothing was exported or erased.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// No such order or shop.
    #[error("there is nothing here")]
    NotFound,
    /// Orders have to come to an end first.
    #[error("a payment, delivery or refund has to end first")]
    Blocked(Vec<BlockedOrder>),
    /// More rows than a file holds.
    #[error("more is kept than one file holds")]
    TooMuch,
    /// Too often.
    #[error("too many requests; wait a moment")]
    RateLimited(Duration),
    /// Other files are being made.
    #[error("other files are being made; try again in a moment")]
    Busy,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for PrivacyError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::Blocked(_) => Code::ErasureBlocked,
            Self::TooMuch => Code::ExportTooLarge,
            Self::RateLimited(_) => Code::RateLimited,
            Self::Busy => Code::Overloaded,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some(*wait),
            Self::Busy => Some(Duration::from_secs(2)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }

    fn members(&self) -> Map<String, Value> {
        match self {
            Self::Blocked(orders) => [("blocked".to_owned(), json!(orders))].into_iter().collect(),
            _ => Map::new(),
        }
    }
}

impl App {
    /// How long the caller's shop keeps what is known of people.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_retention(&self, caller: &Caller) -> Result<Retention, PrivacyError> {
        caller.require(Permission::Settings)?;
        self.db().read().await?.find_retention(caller.shop).await?.ok_or(PrivacyError::NotFound)
    }

    /// Changes how long the caller's shop keeps what is known of people; a shorter period holds within
    /// the hour.
    ///
    /// # Errors
    /// Names every period out of its bounds; or the caller may not change settings.
    pub async fn set_retention(
        &self,
        caller: &Caller,
        retention: Retention,
    ) -> Result<Retention, PrivacyError> {
        caller.require(Permission::Settings)?;
        let retention = retention.checked().map_err(Invalid)?;
        let mut tx = self.db().write().await?;
        tx.set_retention(caller.shop, retention).await?;
        self.audit(&mut tx, caller, "shop.retention", &caller.shop.to_string(), json!(retention)).await?;
        tx.commit().await?;
        Ok(retention)
    }

    /// Goes on unless this person or order was asked for too often; members know what they do.
    fn admit(&self, asker: Asker, about: Uuid) -> Result<(), PrivacyError> {
        match asker {
            Asker::Person(_) => {
                self.privacy_bounds().asked.take(about, self.clock().now()).map_err(PrivacyError::RateLimited)
            }
            Asker::Member(caller) => Ok(caller.require(Permission::Settings)?),
        }
    }

    /// Writes down that somebody's data were given out or erased, in the transaction that does it.
    async fn audit_privacy(
        &self,
        tx: &mut Tx,
        asker: Asker<'_>,
        shop: ShopId,
        action: &str,
        subject: &str,
    ) -> storage::Result<()> {
        match asker {
            Asker::Member(caller) => self.audit(tx, caller, action, subject, json!({})).await,
            Asker::Person(actor) => {
                let (id, at) = (self.clock().uuid(), self.clock().now());
                let detail = json!({});
                tx.append_audit(AuditEntry { id, shop, at, actor, action, subject, detail }).await
            }
        }
    }

    /// Takes a person out of one stream of a show's log; whether anything was there.
    async fn forget_in_log(
        &self,
        tx: &mut Tx,
        show: ShowId,
        audience: Audience,
        forgotten: Forgotten,
    ) -> storage::Result<bool> {
        let needle = forgotten.needle().unwrap_or_default();
        let (mut after, mut is_changed) = (0, false);
        loop {
            let found = tx.list_logged_with(show, audience, &needle, after, PAGE).await?;
            let Some(last) = found.last() else { return Ok(is_changed) };
            after = last.seq;
            let mut changed = found;
            changed.retain_mut(|event| forgotten.forget(event.seq, &event.kind, &mut event.data));
            is_changed |= !changed.is_empty();
            tx.rewrite_logged(show, audience, &changed).await?;
        }
    }
}

/// Goes on only when the second step says that the first was read.
///
/// # Errors
/// Names the field.
pub fn confirmed(is_confirmed: bool) -> Result<(), Invalid> {
    if is_confirmed { Ok(()) } else { Err(Invalid::field("/confirmed", "required")) }
}

/// The same for a member; who may not erase is told that first.
///
/// # Errors
/// When the permission is missing, or names the field.
pub fn confirmed_by(caller: &Caller, is_confirmed: bool) -> Result<(), PrivacyError> {
    caller.require(Permission::Settings)?;
    Ok(confirmed(is_confirmed)?)
}

/// Takes a message off the top of the chat that is nobody's any more; whoever looks is told.
async fn unpin_forgotten(
    tx: &mut Tx,
    recorder: &mut Recorder,
    shop: ShopId,
    show: ShowId,
) -> storage::Result<()> {
    let Some(message_id) = tx.find_forgotten_pin(shop, show).await? else { return Ok(()) };
    tx.unpin_message(shop, show, message_id).await?;
    recorder.record(tx, ShowEvent::ChatUnpinned { message_id }).await?;
    Ok(())
}
