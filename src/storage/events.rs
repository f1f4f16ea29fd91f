//! The event log: `seq` without holes for each show and audience.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::event::{Audience, RecordedEvent, ShowEvent};
use crate::domain::ids::{ShopId, ShowId};

/// Where both streams of a show stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct LastSeqs {
    /// The newest event for viewers.
    pub last_seq: i64,
    /// The newest event for members.
    pub last_member_seq: i64,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    seq: i64,
    at_ms: i64,
    r#type: String,
    data: Json<serde_json::Value>,
}

impl Tx {
    /// Records what happened and gives it the next `seq` of its audience.
    ///
    /// The row of the show stays locked until the commit, so `seq` is also the order of commits.
    ///
    /// # Errors
    /// When the show is not one of the shop, or the database fails.
    pub async fn append_event(
        &mut self,
        shop: ShopId,
        show: ShowId,
        at: DateTime<Utc>,
        event: ShowEvent,
    ) -> Result<RecordedEvent> {
        let audience = event.audience();
        let sql = match audience {
            Audience::Viewers => {
                "update shows set last_seq = last_seq + 1 where shop_id = $1 and id = $2 returning last_seq"
            }
            Audience::Members => {
                "update shows set last_member_seq = last_member_seq + 1
                 where shop_id = $1 and id = $2 returning last_member_seq"
            }
        };
        let (seq,): (i64,) =
            on_db!(self, |db| sqlx::query_as(sql).bind(shop).bind(show).fetch_one(db).await?);
        let (kind, data) = split(&event);
        on_db!(self, |db| sqlx::query(
            "insert into show_events (shop_id, show_id, audience, seq, at_ms, type, data)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(shop)
        .bind(show)
        .bind(audience)
        .bind(seq)
        .bind(at.timestamp_millis())
        .bind(kind)
        .bind(Json(data))
        .execute(db)
        .await
        .map(drop)?);
        Ok(RecordedEvent { seq, at, event })
    }

    /// Events of one audience behind a position, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_events_after(
        &mut self,
        show: ShowId,
        audience: Audience,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>> {
        let rows: Vec<EventRow> = on_db!(self, |db| sqlx::query_as(
            "select seq, at_ms, type, data from show_events
             where show_id = $1 and audience = $2 and seq > $3 order by seq limit $4",
        )
        .bind(show)
        .bind(audience)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?);
        rows.into_iter().map(EventRow::into_event).collect()
    }

    /// The newest messages of a show, oldest first; removed ones come without text.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_recent_chat(&mut self, show: ShowId, limit: i64) -> Result<Vec<RecordedEvent>> {
        let rows: Vec<EventRow> = on_db!(self, |db| sqlx::query_as(
            "select e.seq, e.at_ms, e.type, e.data from chat_messages m
             join show_events e on e.show_id = m.show_id and e.audience = 'viewers' and e.seq = m.seq
             where m.show_id = $1 and m.removed_at is null order by m.seq desc limit $2",
        )
        .bind(show)
        .bind(limit)
        .fetch_all(db)
        .await?);
        rows.into_iter().rev().map(EventRow::into_event).collect()
    }

    /// Where both streams of a show stand.
    ///
    /// # Errors
    /// When the database fails; `None` when there is no such show.
    pub async fn find_last_seqs(&mut self, show: ShowId) -> Result<Option<LastSeqs>> {
        Ok(on_db!(self, |db| sqlx::query_as("select last_seq, last_member_seq from shows where id = $1")
            .bind(show)
            .fetch_optional(db)
            .await?))
    }

    /// Replaces the text of a recorded message, so that a later reader sees that something was
    /// removed and never what; also brings a text back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite_event(&mut self, show: ShowId, seq: i64, event: &ShowEvent) -> Result<()> {
        let (kind, data) = split(event);
        on_db!(self, |db| sqlx::query(
            "update show_events set data = $5
             where show_id = $1 and audience = $2 and seq = $3 and type = $4",
        )
        .bind(show)
        .bind(event.audience())
        .bind(seq)
        .bind(kind)
        .bind(Json(data))
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}

impl EventRow {
    fn into_event(self) -> Result<RecordedEvent> {
        let tagged = serde_json::json!({ "type": self.r#type, "data": self.data.0 });
        let event = serde_json::from_value(tagged).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let at = DateTime::from_timestamp_millis(self.at_ms)
            .ok_or_else(|| sqlx::Error::Decode("event time out of range".into()))?;
        Ok(RecordedEvent { seq: self.seq, at, event })
    }
}

/// Parts an event into the columns `type` and `data`.
fn split(event: &ShowEvent) -> (String, serde_json::Value) {
    let tagged = serde_json::to_value(event).expect("events hold only strings, numbers and lists");
    let serde_json::Value::Object(mut fields) = tagged else {
        unreachable!("an adjacently tagged enum is an object")
    };
    let Some(serde_json::Value::String(kind)) = fields.remove("type") else {
        unreachable!("the tag of an event is a string")
    };
    (kind, fields.remove("data").unwrap_or_default())
}
