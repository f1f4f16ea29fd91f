//! Events as they are written, for taking people out of them whatever their type.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::event::Audience;
use crate::domain::ids::ShowId;

/// One row of a show's log.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedEvent {
    /// Its place.
    pub seq: i64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// Its type.
    pub kind: String,
    /// Its data.
    pub data: Value,
}

#[derive(sqlx::FromRow)]
struct Row {
    seq: i64,
    at_ms: i64,
    r#type: String,
    data: Json<Value>,
}

impl From<Row> for LoggedEvent {
    fn from(row: Row) -> Self {
        let at = DateTime::from_timestamp_millis(row.at_ms).unwrap_or(DateTime::<Utc>::MAX_UTC);
        Self { seq: row.seq, at, kind: row.r#type, data: row.data.0 }
    }
}

impl Tx {
    /// Events behind a place, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_logged(
        &mut self,
        show: ShowId,
        audience: Audience,
        after: i64,
        limit: i64,
    ) -> Result<Vec<LoggedEvent>> {
        let rows: Vec<Row> = on_db!(self, |db| sqlx::query_as(
            "select seq, at_ms, type, data from show_events
             where show_id = $1 and audience = $2 and seq > $3 order by seq limit $4",
        )
        .bind(show)
        .bind(audience)
        .bind(after)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(LoggedEvent::from).collect())
    }

    /// Events behind a place that hold a text such as an id, oldest first.
    ///
    /// It looks at the whole log of one show, which takes some ten milliseconds for a busy evening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_logged_with(
        &mut self,
        show: ShowId,
        audience: Audience,
        needle: &str,
        after: i64,
        limit: i64,
    ) -> Result<Vec<LoggedEvent>> {
        let rows: Vec<Row> = on_db!(
            self,
            "select seq, at_ms, type, data from show_events
             where show_id = $1 and audience = $2 and seq > $4 and instr(data, $3) > 0
             order by seq limit $5",
            "select seq, at_ms, type, data from show_events
             where show_id = $1 and audience = $2 and seq > $4 and position($3 in cast(data as text)) > 0
             order by seq limit $5",
            |sql, db| sqlx::query_as(sql)
                .bind(show)
                .bind(audience)
                .bind(needle)
                .bind(after)
                .bind(limit)
                .fetch_all(db)
                .await?
        );
        Ok(rows.into_iter().map(LoggedEvent::from).collect())
    }

    /// Messages that were brought back and whose text stands in the event that tells so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_restored_chat(&mut self, show: ShowId, limit: i64) -> Result<Vec<LoggedEvent>> {
        let rows: Vec<Row> = on_db!(self, |db| sqlx::query_as(
            "select seq, at_ms, type, data from show_events
             where show_id = $1 and audience = 'viewers' and type = 'chat.restored'
             and data ->> 'text' is not null order by seq limit $2",
        )
        .bind(show)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(LoggedEvent::from).collect())
    }

    /// Writes the data of events anew, with one statement.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rewrite_logged(
        &mut self,
        show: ShowId,
        audience: Audience,
        events: &[LoggedEvent],
    ) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let rows: Vec<Value> = events.iter().map(|event| json!([event.seq, event.data])).collect();
        on_db!(
            self,
            "update show_events set data = e.value -> 1 from json_each($3) e
             where show_id = $1 and audience = $2 and seq = e.value ->> 0",
            "update show_events set data = e -> 1 from jsonb_array_elements($3) e
             where show_id = $1 and audience = $2 and seq = cast(e ->> 0 as bigint)",
            |sql, db| sqlx::query(sql)
                .bind(show)
                .bind(audience)
                .bind(Json(rows))
                .execute(db)
                .await
                .map(drop)?
        );
        Ok(())
    }
}
