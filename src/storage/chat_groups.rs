//! Chat messages that are written together: a few statements, however many messages there are.
//!
//! Lists go to the database as one JSON array, since the two databases have no other list in common.
//! PostgreSQL is led to the index of each row: it cannot know how long an array is, and by its guess
//! it would rather compare each element with each message of a show.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use uuid::Uuid;

use super::chat::ShowViewer;
use super::{Result, Tx, on_db};
use crate::domain::event::RecordedEvent;
use crate::domain::ids::{MessageId, ShopId, ShowId, ViewerId};

/// What a show knows of a viewer who wants to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatStanding {
    /// Whether a ban stands against the viewer or the address they come from.
    pub is_banned: bool,
    /// Missing before the viewer gave a name.
    pub viewer: Option<ShowViewer>,
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    is_banned: bool,
    viewer_id: Option<ViewerId>,
    name: Option<String>,
    last_chat_at: Option<DateTime<Utc>>,
    muted_until: Option<DateTime<Utc>>,
    has_answers: Option<bool>,
    has_spoken: Option<bool>,
    has_held: Option<bool>,
}

/// A message that was taken before.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownMessage {
    /// Made by its author's client.
    pub message_id: MessageId,
    /// The viewer's or member's id.
    pub author_id: Uuid,
    /// Place in the event log; none where it waits for a moderator or was refused.
    pub seq: Option<i64>,
    /// When it was taken.
    pub sent_at: DateTime<Utc>,
}

impl Tx {
    /// How viewers stand with a show, each with the hash of the address they come from; the answers
    /// are in the order of the viewers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_chat_standings(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewers: &[(ViewerId, &[u8])],
        now: DateTime<Utc>,
    ) -> Result<Vec<ChatStanding>> {
        if viewers.is_empty() {
            return Ok(Vec::new());
        }
        let viewers: Vec<Value> = viewers
            .iter()
            .map(|(viewer, address)| json!([id_text(viewer.as_uuid()), hex::encode(address)]))
            .collect();
        let rows: Vec<StandingRow> = on_db!(
            self,
            "select exists (select 1 from bans b where b.shop_id = $1 and b.expires_at > $3
                 and (b.viewer_id = unhex(w.value ->> 0) or b.address_hash = unhex(w.value ->> 1))) as is_banned,
             v.viewer_id, v.name, v.last_chat_at, v.muted_until, v.has_answers, v.has_spoken,
             v.has_held from json_each($4) w
             left join show_viewers v on v.show_id = $2 and v.viewer_id = unhex(w.value ->> 0)
             order by w.key",
            "select exists (select 1 from bans b where b.shop_id = $1 and b.expires_at > $3
                 and (b.viewer_id = cast(w.value ->> 0 as uuid)
                 or b.address_hash = decode(w.value ->> 1, 'hex'))) as is_banned,
             v.viewer_id, v.name, v.last_chat_at, v.muted_until, v.has_answers, v.has_spoken, v.has_held
             from jsonb_array_elements($4) with ordinality as w (value, place)
             left join lateral (select * from show_viewers where show_id = $2
             and viewer_id = cast(w.value ->> 0 as uuid) limit 1) v on true
             order by w.place",
            |sql, db| sqlx::query_as(sql)
                .bind(shop)
                .bind(show)
                .bind(now)
                .bind(Json(viewers))
                .fetch_all(db)
                .await?
        );
        Ok(rows.into_iter().map(StandingRow::into_standing).collect())
    }

    /// Those of some messages that the show has already, or holds.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_chat_messages(
        &mut self,
        shop: ShopId,
        show: ShowId,
        ids: &[MessageId],
    ) -> Result<Vec<KnownMessage>> {
        let ids: Vec<String> = ids.iter().map(|id| id_text(id.as_uuid())).collect();
        Ok(on_db!(
            self,
            "select message_id, author_id, seq, sent_at from chat_messages
             where shop_id = $1 and show_id = $2
             and message_id in (select unhex(value) from json_each($3))
             union all
             select message_id, viewer_id, null, held_at from held_messages
             where shop_id = $1 and show_id = $2 and status <> 'approved'
             and message_id in (select unhex(value) from json_each($3))",
            "with wanted as (select cast(id as uuid) as id from jsonb_array_elements_text($3) as t (id))
             select message_id, author_id, seq, sent_at from chat_messages
             where shop_id = $1 and show_id = $2 and message_id = any (array(select id from wanted))
             union all
             select message_id, viewer_id, null, held_at from held_messages
             where shop_id = $1 and show_id = $2 and status <> 'approved'
             and message_id = any (array(select id from wanted))",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(show).bind(Json(ids)).fetch_all(db).await?
        ))
    }

    /// Keeps messages that the show does not have yet, all recorded at one moment.
    ///
    /// The caller holds the show's lock and has looked for their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_chat_messages(
        &mut self,
        shop: ShopId,
        show: ShowId,
        messages: &[(MessageId, Uuid, &RecordedEvent)],
    ) -> Result<()> {
        let Some((_, _, first)) = messages.first() else { return Ok(()) };
        let at = first.at;
        let messages: Vec<Value> = messages
            .iter()
            .map(|(id, author, recorded)| json!([id_text(id.as_uuid()), id_text(*author), recorded.seq]))
            .collect();
        on_db!(
            self,
            "insert into chat_messages (shop_id, show_id, message_id, author_id, seq, sent_at)
             select $1, $2, unhex(m.value ->> 0), unhex(m.value ->> 1), m.value ->> 2, $3
             from json_each($4) m",
            "insert into chat_messages (shop_id, show_id, message_id, author_id, seq, sent_at)
             select $1, $2, cast(m ->> 0 as uuid), cast(m ->> 1 as uuid), cast(m ->> 2 as bigint), $3
             from jsonb_array_elements($4) m",
            |sql, db| sqlx::query(sql)
                .bind(shop)
                .bind(show)
                .bind(at)
                .bind(Json(messages))
                .execute(db)
                .await
                .map(drop)?
        );
        Ok(())
    }

    /// Notes when viewers wrote last, for slow mode, and whose message is shown for the first time.
    /// The caller holds the show's lock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_last_chat_at(
        &mut self,
        show: ShowId,
        viewers: &[ViewerId],
        spoken: &[ViewerId],
        at: DateTime<Utc>,
    ) -> Result<()> {
        if viewers.is_empty() {
            return Ok(());
        }
        let texts =
            |ids: &[ViewerId]| -> Vec<String> { ids.iter().map(|id| id_text(id.as_uuid())).collect() };
        on_db!(
            self,
            "update show_viewers set last_chat_at = $2,
             has_spoken = has_spoken or viewer_id in (select unhex(value) from json_each($4))
             where show_id = $1 and viewer_id in (select unhex(value) from json_each($3))",
            "update show_viewers set last_chat_at = $2, has_spoken = has_spoken or viewer_id = any
             (array(select cast(id as uuid) from jsonb_array_elements_text($4) as t (id)))
             where show_id = $1
             and viewer_id = any (array(select cast(id as uuid) from jsonb_array_elements_text($3) as t (id)))",
            |sql, db| sqlx::query(sql)
                .bind(show)
                .bind(at)
                .bind(Json(texts(viewers)))
                .bind(Json(texts(spoken)))
                .execute(db)
                .await
                .map(drop)?
        );
        Ok(())
    }
}

/// As both databases read it: `unhex` of SQLite takes no hyphens.
fn id_text(id: Uuid) -> String {
    id.simple().to_string()
}

impl StandingRow {
    fn into_standing(self) -> ChatStanding {
        let Self { is_banned, viewer_id, name, last_chat_at, muted_until, has_answers, has_spoken, has_held } =
            self;
        let viewer = viewer_id.zip(name).map(|(viewer_id, name)| ShowViewer {
            viewer_id,
            name,
            last_chat_at,
            muted_until,
            has_answers: has_answers.unwrap_or_default(),
            has_spoken: has_spoken.unwrap_or_default(),
            has_held: has_held.unwrap_or_default(),
        });
        ChatStanding { is_banned, viewer }
    }
}
