//! Messages that wait for a moderator; the caller holds the lock of the show.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::chat::Author;
use crate::domain::ids::{MessageId, ShopId, ShowId, ViewerId};
use crate::domain::moderation::{HELD_MAX, HeldMessage, HeldStatus, HoldReason, OwnHeldMessage};

/// A message that was held.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredHeld {
    /// Made by its author's client.
    pub message_id: MessageId,
    /// Who wrote it.
    pub viewer_id: ViewerId,
    /// The name shown.
    pub author_name: String,
    /// Why it waits.
    pub reason: HoldReason,
    /// What became of it.
    pub status: HeldStatus,
    /// Its text, until it was shown or the time for an undo is over.
    pub body: Option<String>,
    /// Since when it waits.
    pub held_at: DateTime<Utc>,
    /// Place of the members' event that tells of it.
    pub held_seq: i64,
}

impl StoredHeld {
    /// As members see it.
    #[must_use]
    pub fn view(&self) -> HeldMessage {
        let author = Author { id: self.viewer_id.as_uuid(), name: self.author_name.clone(), badge: None };
        HeldMessage { message_id: self.message_id, author, text: self.body.clone(), reason: self.reason }
    }
}

#[derive(sqlx::FromRow)]
struct OwnRow {
    message_id: MessageId,
    status: HeldStatus,
    body: Option<String>,
    held_at: DateTime<Utc>,
    seq: Option<i64>,
    sent_at: Option<DateTime<Utc>>,
}

impl OwnRow {
    fn into_view(self) -> OwnHeldMessage {
        let Self { message_id, status, body, held_at, seq, sent_at } = self;
        // A refused text is kept for an undo alone.
        let text = body.filter(|_| status == HeldStatus::Held);
        OwnHeldMessage { message_id, status, text, seq, at: sent_at.unwrap_or(held_at) }
    }
}

impl Tx {
    /// Messages that wait, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_held(&mut self, shop: ShopId, show: ShowId, limit: i64) -> Result<Vec<StoredHeld>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select message_id, viewer_id, author_name, reason, status, body, held_at, held_seq
             from held_messages where shop_id = $1 and show_id = $2 and status = 'held'
             order by held_seq limit $3",
        )
        .bind(shop)
        .bind(show)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// A message that was held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_held(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: MessageId,
    ) -> Result<Option<StoredHeld>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select message_id, viewer_id, author_name, reason, status, body, held_at, held_seq
             from held_messages where shop_id = $1 and show_id = $2 and message_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .fetch_optional(db)
        .await?))
    }

    /// Keeps messages that wait from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_held(
        &mut self,
        shop: ShopId,
        show: ShowId,
        at: DateTime<Utc>,
        messages: &[(HeldMessage, i64)],
    ) -> Result<()> {
        if messages.is_empty() {
            return Ok(());
        }
        let rows: Vec<Value> = messages
            .iter()
            .map(|(message, seq)| {
                let ids = [message.message_id.as_uuid(), message.author.id].map(|id| id.simple().to_string());
                json!([ids[0], ids[1], message.author.name, message.reason, message.text, seq])
            })
            .collect();
        on_db!(
            self,
            "insert into held_messages (shop_id, show_id, message_id, viewer_id, author_name, reason,
             status, body, held_at, held_seq)
             select $1, $2, unhex(m.value ->> 0), unhex(m.value ->> 1), m.value ->> 2, m.value ->> 3,
             'held', m.value ->> 4, $3, m.value ->> 5 from json_each($4) m",
            "insert into held_messages (shop_id, show_id, message_id, viewer_id, author_name, reason,
             status, body, held_at, held_seq)
             select $1, $2, cast(m ->> 0 as uuid), cast(m ->> 1 as uuid), m ->> 2, m ->> 3,
             'held', m ->> 4, $3, cast(m ->> 5 as bigint) from jsonb_array_elements($4) m",
            |sql, db| sqlx::query(sql)
                .bind(shop)
                .bind(show)
                .bind(at)
                .bind(Json(rows))
                .execute(db)
                .await
                .map(drop)?
        );
        Ok(())
    }

    /// Settles what becomes of a message that waits. The text of one that is shown is forgotten
    /// here, that of a refused one is kept for an undo. False means that it waits no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle_held(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: MessageId,
        status: HeldStatus,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update held_messages set status = $4, decided_at = $5,
             body = case when $4 = 'refused' then body end
             where shop_id = $1 and show_id = $2 and message_id = $3 and status = 'held'",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(status)
        .bind(at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Has a message wait again that was refused after a moment, under a new place in the members'
    /// log. False means that its text is gone, or that as many wait as may.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn return_held(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: MessageId,
        after: DateTime<Utc>,
        seq: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update held_messages set status = 'held', decided_at = null, held_seq = $5
             where shop_id = $1 and show_id = $2 and message_id = $3 and status = 'refused'
             and body is not null and decided_at >= $4 and (select count(*) from held_messages o
             where o.show_id = $2 and o.status = 'held') < $6",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(after)
        .bind(seq)
        .bind(HELD_MAX)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Refuses whatever still waits in a show, with its text in both places; answers which and whose.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refuse_waiting(
        &mut self,
        shop: ShopId,
        show: ShowId,
        at: DateTime<Utc>,
    ) -> Result<Vec<(MessageId, ViewerId)>> {
        on_db!(
            self,
            "update show_events set data = json_set(data, '$.text', null)
             where show_id = $1 and audience = 'members' and type = 'message.held' and seq in
             (select held_seq from held_messages where show_id = $1 and status = 'held')",
            "update show_events set data = jsonb_set(data, '{text}', 'null')
             where show_id = $1 and audience = 'members' and type = 'message.held' and seq in
             (select held_seq from held_messages where show_id = $1 and status = 'held')",
            |sql, db| sqlx::query(sql).bind(show).execute(db).await.map(drop)?
        );
        Ok(on_db!(self, |db| sqlx::query_as(
            "update held_messages set status = 'refused', body = null, decided_at = $3
             where shop_id = $1 and show_id = $2 and status = 'held' returning message_id, viewer_id",
        )
        .bind(shop)
        .bind(show)
        .bind(at)
        .fetch_all(db)
        .await?))
    }

    /// Forgets the texts of messages that were refused before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_refused_texts(&mut self, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update held_messages set body = null
             where decided_at < $1 and decided_at is not null and body is not null",
        )
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The newest messages of a viewer that were held, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_own_held(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        limit: i64,
    ) -> Result<Vec<OwnHeldMessage>> {
        let rows: Vec<OwnRow> = on_db!(self, |db| sqlx::query_as(
            "select h.message_id, h.status, h.body, h.held_at, c.seq, c.sent_at from held_messages h
             left join chat_messages c on c.show_id = h.show_id and c.message_id = h.message_id
             where h.shop_id = $1 and h.show_id = $2 and h.viewer_id = $3
             order by h.held_seq desc limit $4",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().rev().map(OwnRow::into_view).collect())
    }

    /// Notes that messages of viewers were held. The caller holds the show's lock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_has_held(&mut self, show: ShowId, viewers: &[ViewerId]) -> Result<()> {
        if viewers.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = viewers.iter().map(|viewer| viewer.as_uuid().simple().to_string()).collect();
        on_db!(
            self,
            "update show_viewers set has_held = true where show_id = $1
             and viewer_id in (select unhex(value) from json_each($2))",
            "update show_viewers set has_held = true where show_id = $1 and viewer_id = any
             (array(select cast(id as uuid) from jsonb_array_elements_text($2) as t (id)))",
            |sql, db| sqlx::query(sql).bind(show).bind(Json(ids)).execute(db).await.map(drop)?
        );
        Ok(())
    }

    /// Notes that a message of a viewer was shown, so that the next one is not the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_has_spoken(&mut self, show: ShowId, viewer: ViewerId) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update show_viewers set has_spoken = true where show_id = $1 and viewer_id = $2",
        )
        .bind(show)
        .bind(viewer)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
