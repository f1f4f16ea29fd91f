//! The event log: `seq` without holes for each show and audience.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::event::{Audience, LaterEvent, RecordedEvent, ShowEvent};
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
    data: Json<Value>,
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
        let recorded = self.append_events(shop, show, at, vec![event]).await?;
        Ok(recorded.into_iter().next().expect("as many as were handed over"))
    }

    /// Records what happened at one moment for one audience, in this order: two statements however
    /// much it is.
    ///
    /// # Errors
    /// When the show is not one of the shop, or the database fails.
    pub async fn append_events(
        &mut self,
        shop: ShopId,
        show: ShowId,
        at: DateTime<Utc>,
        events: Vec<ShowEvent>,
    ) -> Result<Vec<RecordedEvent>> {
        let Some(audience) = events.first().map(ShowEvent::audience) else { return Ok(Vec::new()) };
        debug_assert!(events.iter().all(|event| event.audience() == audience), "one audience, one stream");
        let sql = match audience {
            Audience::Viewers => {
                "update shows set last_seq = last_seq + $3
                 where shop_id = $1 and id = $2 returning last_seq"
            }
            Audience::Members => {
                "update shows set last_member_seq = last_member_seq + $3
                 where shop_id = $1 and id = $2 returning last_member_seq"
            }
        };
        let count = i64::try_from(events.len()).expect("events are counted in thousands");
        let (last,): (i64,) =
            on_db!(self, |db| sqlx::query_as(sql).bind(shop).bind(show).bind(count).fetch_one(db).await?);
        let seqs = last - count + 1..=last;
        let rows: Vec<Value> = seqs.clone().zip(&events).map(|(seq, event)| row(seq, event)).collect();
        on_db!(
            self,
            "insert into show_events (shop_id, show_id, audience, seq, at_ms, type, data)
             select $1, $2, $3, e.value ->> 0, $4, e.value ->> 1, e.value -> 2 from json_each($5) e",
            "insert into show_events (shop_id, show_id, audience, seq, at_ms, type, data)
             select $1, $2, $3, cast(e ->> 0 as bigint), $4, e ->> 1, e -> 2
             from jsonb_array_elements($5) e",
            |sql, db| sqlx::query(sql)
                .bind(shop)
                .bind(show)
                .bind(audience)
                .bind(at.timestamp_millis())
                .bind(Json(rows))
                .execute(db)
                .await
                .map(drop)?
        );
        Ok(seqs.zip(events).map(|(seq, event)| RecordedEvent { seq, at, event }).collect())
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
        rows.into_iter().map(|row| row.into_event(audience)).collect()
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
        rows.into_iter().rev().map(|row| row.into_event(Audience::Viewers)).collect()
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

    /// Where both streams of several shows stand, with one query; shows that are gone are left out.
    ///
    /// It names no shop: a node asks for all shows that are open on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_last_seqs(&mut self, shows: &[ShowId]) -> Result<HashMap<ShowId, LastSeqs>> {
        let ids: Vec<String> = shows.iter().map(|show| show.as_uuid().simple().to_string()).collect();
        let rows: Vec<(ShowId, i64, i64)> = on_db!(
            self,
            "select id, last_seq, last_member_seq from shows
             where id in (select unhex(value) from json_each($1))",
            "select id, last_seq, last_member_seq from shows
             where id = any (array(select cast(id as uuid) from jsonb_array_elements_text($1) as t (id)))",
            |sql, db| sqlx::query_as(sql).bind(Json(ids)).fetch_all(db).await?
        );
        let seqs = |(show, last_seq, last_member_seq)| (show, LastSeqs { last_seq, last_member_seq });
        Ok(rows.into_iter().map(seqs).collect())
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
    /// An event that this version cannot read is a newer one's, and keeps its place all the same.
    fn into_event(self, audience: Audience) -> Result<RecordedEvent> {
        let tagged = serde_json::json!({ "type": self.r#type, "data": self.data.0 });
        let known = ShowEvent::deserialize(&tagged).ok().filter(|event| event.audience() == audience);
        let later = LaterEvent { audience, kind: self.r#type, data: self.data.0 };
        let event = known.unwrap_or(ShowEvent::Later(later));
        let at = DateTime::from_timestamp_millis(self.at_ms)
            .ok_or_else(|| sqlx::Error::Decode("event time out of range".into()))?;
        Ok(RecordedEvent { seq: self.seq, at, event })
    }
}

/// What the columns that differ between events are made of.
fn row(seq: i64, event: &ShowEvent) -> Value {
    let (kind, data) = split(event);
    json!([seq, kind, data])
}

/// Parts an event into the columns `type` and `data`.
fn split(event: &ShowEvent) -> (String, Value) {
    let tagged = serde_json::to_value(event).expect("events hold only strings, numbers and lists");
    let Value::Object(mut fields) = tagged else { unreachable!("an adjacently tagged enum is an object") };
    let Some(Value::String(kind)) = fields.remove("type") else {
        unreachable!("the tag of an event is a string")
    };
    (kind, fields.remove("data").unwrap_or_default())
}
