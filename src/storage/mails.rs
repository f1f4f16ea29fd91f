//! Mail that waits to be sent, and what became of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::ids::{OrderId, RefundId, ShopId};
use crate::domain::mail::{MailKind, MailRecipient, OrderMail};

/// The most mails of one order that are read: six kinds, some of them to several members.
const MAILS_OF_ORDER_MAX: i64 = 100;

/// A mail about to be queued.
#[derive(Clone, Copy, Debug)]
pub struct NewMail {
    /// Identity, also of the message on the wire.
    pub id: Uuid,
    /// Whose order it is about.
    pub shop: ShopId,
    /// The order it is about.
    pub order: OrderId,
    /// What it tells.
    pub kind: MailKind,
    /// Who gets it.
    pub recipient: MailRecipient,
    /// The refund it tells of, if it does.
    pub refund: Option<RefundId>,
    /// When it is queued.
    pub at: DateTime<Utc>,
}

/// A mail whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueMail {
    /// Identity.
    pub id: Uuid,
    /// Since when; also what a claim compares.
    pub next_attempt_at: DateTime<Utc>,
}

/// A mail as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredMail {
    /// Identity, also of the message on the wire.
    pub id: Uuid,
    /// Whose order it is about.
    pub shop_id: ShopId,
    /// The order it is about.
    pub order_id: OrderId,
    /// What it tells.
    pub kind: MailKind,
    /// Who gets it, as [`MailRecipient`] writes itself.
    pub recipient: String,
    /// The id of the refund it tells of, or empty.
    pub refund: String,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// How often sending it was begun.
    pub attempts: i64,
}

impl Tx {
    /// Queues a mail; one of the same kind to the same recipient about the same order and refund stays alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_mail(&mut self, mail: NewMail) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into mails (id, shop_id, order_id, kind, recipient, refund, created_at, next_attempt_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing",
        )
        .bind(mail.id)
        .bind(mail.shop)
        .bind(mail.order)
        .bind(mail.kind)
        .bind(mail.recipient.to_text())
        .bind(mail.refund.map(|refund| refund.to_string()).unwrap_or_default())
        .bind(mail.at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Mails whose time has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_mails(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueMail>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, next_attempt_at from mails
             where next_attempt_at is not null and next_attempt_at <= $1 order by next_attempt_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When the next mail is to be sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_mail(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_attempt_at) from mails where next_attempt_at is not null",
        )
        .fetch_one(db)
        .await?);
        Ok(at)
    }

    /// Takes a mail for this worker until `until` and counts the attempt.
    ///
    /// None means that another worker has it, or that it is done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_mail(&mut self, due: DueMail, until: DateTime<Utc>) -> Result<Option<StoredMail>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "update mails set next_attempt_at = $3, attempts = attempts + 1
             where id = $1 and next_attempt_at = $2
             returning id, shop_id, order_id, kind, recipient, refund, created_at, attempts",
        )
        .bind(due.id)
        .bind(due.next_attempt_at)
        .bind(until)
        .fetch_optional(db)
        .await?))
    }

    /// Notes that a mail went out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_mail(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update mails set sent_at = $2, next_attempt_at = null where id = $1 and sent_at is null",
        )
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Has a mail tried again at another time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry_mail(&mut self, id: Uuid, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update mails set next_attempt_at = $2 where id = $1 and next_attempt_at is not null",
        )
        .bind(id)
        .bind(at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Notes that a mail is not tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_up_mail(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update mails set gave_up_at = $2, next_attempt_at = null where id = $1 and sent_at is null",
        )
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The mails about an order, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_order_mails(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<OrderMail>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select kind, created_at, sent_at, gave_up_at from mails
             where shop_id = $1 and order_id = $2 order by created_at, kind, recipient limit $3",
        )
        .bind(shop)
        .bind(order)
        .bind(MAILS_OF_ORDER_MAX)
        .fetch_all(db)
        .await?))
    }
}
