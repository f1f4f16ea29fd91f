//! Chat messages, the viewers who write them, and who may not.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::chat::ViewerName;
use crate::domain::event::RecordedEvent;
use crate::domain::ids::{MessageId, ShopId, ShowId, ViewerId};

/// What a show knows of a viewer who has given a name.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ShowViewer {
    /// Who.
    pub viewer_id: ViewerId,
    /// The name shown.
    pub name: String,
    /// When the last message was taken.
    pub last_chat_at: Option<DateTime<Utc>>,
    /// Until when no message is taken.
    pub muted_until: Option<DateTime<Utc>>,
    /// Whether the shop answered a question of the viewer in private.
    pub has_answers: bool,
    /// Whether a message of the viewer was shown in this show.
    pub has_spoken: bool,
    /// Whether a message of the viewer was ever held in this show.
    pub has_held: bool,
}

/// A message as moderation needs it; its text lives in the event log.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct ChatMessage {
    /// The viewer's or member's id.
    pub author_id: Uuid,
    /// Place in the event log.
    pub seq: i64,
    /// When it was taken.
    pub sent_at: DateTime<Utc>,
    /// When it was taken away.
    pub removed_at: Option<DateTime<Utc>>,
    /// Its text for an undo; gone after a while.
    pub removed_text: Option<String>,
}

impl Tx {
    /// Gives a viewer a name in a show. False means that somebody else's looks like it.
    ///
    /// The caller holds the show's lock, so two equal names cannot come in at once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_viewer_name(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        name: &ViewerName,
        address_hash: &[u8],
    ) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "insert into show_viewers (shop_id, show_id, viewer_id, name, name_skeleton, address_hash)
             select shop_id, id, $3, $4, $5, $6 from shows where shop_id = $1 and id = $2 and not exists
             (select 1 from show_viewers o where o.show_id = $2 and o.name_skeleton = $5 and o.viewer_id <> $3)
             on conflict (show_id, viewer_id) do update set name = excluded.name,
             name_skeleton = excluded.name_skeleton, address_hash = excluded.address_hash",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(&name.name)
        .bind(&name.skeleton)
        .bind(address_hash)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }

    /// What a show knows of a viewer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_show_viewer(&mut self, show: ShowId, viewer: ViewerId) -> Result<Option<ShowViewer>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select viewer_id, name, last_chat_at, muted_until, has_answers, has_spoken, has_held from show_viewers
             where show_id = $1 and viewer_id = $2",
        )
        .bind(show)
        .bind(viewer)
        .fetch_optional(db)
        .await?
        }))
    }

    /// A message by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_chat_message(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: MessageId,
    ) -> Result<Option<ChatMessage>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select author_id, seq, sent_at, removed_at, removed_text from chat_messages
             where shop_id = $1 and show_id = $2 and message_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .fetch_optional(db)
        .await?))
    }

    /// Marks a message as removed and keeps its text for an undo.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_removed(
        &mut self,
        show: ShowId,
        id: MessageId,
        text: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update chat_messages set removed_at = $3, removed_text = $4
             where show_id = $1 and message_id = $2 and removed_at is null",
        )
        .bind(show)
        .bind(id)
        .bind(now)
        .bind(text)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Takes the text of a message out of the events that brought it back or pinned it earlier.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear_repeated_texts(&mut self, show: ShowId, id: MessageId) -> Result<()> {
        on_db!(
            self,
            "update show_events set data = json_set(data, '$.text', null)
             where show_id = $1 and audience = 'viewers' and type in ('chat.restored', 'chat.pinned')
             and json_extract(data, '$.message_id') = $2",
            "update show_events set data = jsonb_set(data, '{text}', 'null')
             where show_id = $1 and audience = 'viewers' and type in ('chat.restored', 'chat.pinned')
             and data ->> 'message_id' = $2",
            |sql, db| sqlx::query(sql).bind(show).bind(id.to_string()).execute(db).await.map(drop)?
        );
        Ok(())
    }

    /// Brings a message back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mark_restored(&mut self, show: ShowId, id: MessageId) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update chat_messages set removed_at = null, removed_text = null
             where show_id = $1 and message_id = $2",
        )
        .bind(show)
        .bind(id)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Forgets the texts of messages that were removed before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_removed_texts(&mut self, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update chat_messages set removed_text = null where removed_text is not null and removed_at < $1",
        )
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Mutes a viewer until a moment, or lets them write again. False means that the show does
    /// not know the viewer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_muted_until(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        until: Option<DateTime<Utc>>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update show_viewers set muted_until = $4
             where shop_id = $1 and show_id = $2 and viewer_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Bans a viewer whom the show knows from the shop, by token and by the hash of the address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_ban(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into bans (shop_id, viewer_id, address_hash, banned_at, expires_at)
             select shop_id, viewer_id, address_hash, $4, $5 from show_viewers
             where shop_id = $1 and show_id = $2 and viewer_id = $3
             on conflict (shop_id, viewer_id) do update
             set banned_at = excluded.banned_at, expires_at = excluded.expires_at",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(now)
        .bind(expires_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Lifts a ban. False means that there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_ban(&mut self, shop: ShopId, viewer: ViewerId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query("delete from bans where shop_id = $1 and viewer_id = $2")
            .bind(shop)
            .bind(viewer)
            .execute(db)
            .await?
            .rows_affected());
        Ok(rows > 0)
    }

    /// Whether a ban stands against a viewer or against the address they come from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_banned(
        &mut self,
        shop: ShopId,
        viewer: ViewerId,
        address_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let found: Option<(ViewerId,)> = on_db!(self, |db| sqlx::query_as(
            "select viewer_id from bans
             where shop_id = $1 and (viewer_id = $2 or address_hash = $3) and expires_at > $4 limit 1",
        )
        .bind(shop)
        .bind(viewer)
        .bind(address_hash)
        .bind(now)
        .fetch_optional(db)
        .await?);
        Ok(found.is_some())
    }

    /// Forgets bans whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_bans(&mut self, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from bans where expires_at <= $1")
            .bind(now)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Viewers of a show who may not write at the moment, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_muted(
        &mut self,
        show: ShowId,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<ShowViewer>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select viewer_id, name, last_chat_at, muted_until, has_answers, has_spoken, has_held from show_viewers
             where show_id = $1 and muted_until > $2 order by muted_until desc limit $3",
        )
        .bind(show)
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?
        }))
    }

    /// Viewers of a show who are banned from the shop, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_banned(
        &mut self,
        show: ShowId,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<ShowViewer>> {
        Ok(on_db!(self, |db| {
            sqlx::query_as(
            "select v.viewer_id, v.name, v.last_chat_at, v.muted_until, v.has_answers, v.has_spoken, v.has_held from bans b
             join show_viewers v on v.shop_id = b.shop_id and v.viewer_id = b.viewer_id
             where v.show_id = $1 and b.expires_at > $2 order by b.banned_at desc limit $3",
        )
        .bind(show)
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?
        }))
    }

    /// One event of the viewers' stream, for a removal or its undo.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_viewer_event(&mut self, show: ShowId, seq: i64) -> Result<Option<RecordedEvent>> {
        let events =
            self.list_events_after(show, crate::domain::event::Audience::Viewers, seq - 1, 1).await?;
        Ok(events.into_iter().find(|event| event.seq == seq))
    }
}
