//! Mail about withdrawals that waits to be sent, and what became of it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{DueMail, Result, Tx, on_db};
use crate::domain::ids::{OrderId, ShopId};
use crate::domain::mail::{LegalMailKind, MailRecipient};

/// A mail about to be queued.
#[derive(Clone, Debug)]
pub struct NewLegalMail<'a> {
    /// Identity, also of the message on the wire.
    pub id: Uuid,
    /// Whose order it is about.
    pub shop: ShopId,
    /// The order it is about.
    pub order: OrderId,
    /// What it tells.
    pub kind: LegalMailKind,
    /// Who gets it.
    pub recipient: MailRecipient,
    /// The withdrawal, or the hour in which a link was asked for.
    pub about: &'a str,
    /// When it is queued.
    pub at: DateTime<Utc>,
}

/// A mail as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredLegalMail {
    /// Identity, also of the message on the wire.
    pub id: Uuid,
    /// Whose order it is about.
    pub shop_id: ShopId,
    /// The order it is about.
    pub order_id: OrderId,
    /// What it tells.
    pub kind: LegalMailKind,
    /// Who gets it, as [`MailRecipient`] writes itself.
    pub recipient: String,
    /// The withdrawal, or the hour in which a link was asked for.
    pub about: String,
    /// How often sending it was begun.
    pub attempts: i64,
}

impl Tx {
    /// Queues a mail; one of the same kind to the same recipient about the same stays alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_legal_mail(&mut self, mail: &NewLegalMail<'_>) -> Result<()> {
        on_db!(self, |db| {
            sqlx::query(
            "insert into legal_mails (id, shop_id, order_id, kind, recipient, about, created_at, next_attempt_at)
             values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing",
        )
        .bind(mail.id)
        .bind(mail.shop)
        .bind(mail.order)
        .bind(mail.kind)
        .bind(mail.recipient.to_text())
        .bind(mail.about)
        .bind(mail.at)
        .execute(db)
        .await
        .map(drop)?;
        });
        Ok(())
    }

    /// Mails whose time has come, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_legal_mails(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<DueMail>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select id, next_attempt_at from legal_mails
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
    pub async fn find_next_legal_mail(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) = on_db!(self, |db| sqlx::query_as(
            "select min(next_attempt_at) from legal_mails where next_attempt_at is not null",
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
    pub async fn claim_legal_mail(
        &mut self,
        due: DueMail,
        until: DateTime<Utc>,
    ) -> Result<Option<StoredLegalMail>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "update legal_mails set next_attempt_at = $3, attempts = attempts + 1
             where id = $1 and next_attempt_at = $2
             returning id, shop_id, order_id, kind, recipient, about, attempts",
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
    pub async fn finish_legal_mail(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update legal_mails set sent_at = $2, next_attempt_at = null where id = $1 and sent_at is null",
        )
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Has a mail tried again at another time, or gives it up where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_off_legal_mail(
        &mut self,
        id: Uuid,
        again_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let gave_up_at = again_at.is_none().then_some(now);
        on_db!(self, |db| sqlx::query(
            "update legal_mails set next_attempt_at = $2, gave_up_at = $3 where id = $1 and sent_at is null",
        )
        .bind(id)
        .bind(again_at)
        .bind(gave_up_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
