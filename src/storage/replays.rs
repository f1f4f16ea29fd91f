//! Recordings of shows that are over, when their replays were published, and counted hearts.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::recording::{HEART_COUNTS_MAX, HeartCount, RecordingSource};

/// The recording of a show.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Recording {
    /// Where it is.
    #[sqlx(json)]
    pub source: RecordingSource,
    /// The moment that its first picture shows.
    pub starts_at: DateTime<Utc>,
}

/// Hearts of one show that were counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hearts {
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// When the count began.
    pub from: DateTime<Utc>,
    /// When it ended.
    pub until: DateTime<Utc>,
    /// How many.
    pub hearts: i64,
}

impl Tx {
    /// The recording of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_recording(&mut self, shop: ShopId, show: ShowId) -> Result<Option<Recording>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select source, starts_at from recordings where shop_id = $1 and show_id = $2",
        )
        .bind(shop)
        .bind(show)
        .fetch_optional(db)
        .await?))
    }

    /// Sets the recording of a show that is over. False means that there is no such show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_recording(
        &mut self,
        shop: ShopId,
        show: ShowId,
        recording: &Recording,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into recordings (shop_id, show_id, source, starts_at, updated_at)
             select shop_id, id, $3, $4, $5 from shows where shop_id = $1 and id = $2 and status = 'ended'
             on conflict (show_id) do update set source = excluded.source, starts_at = excluded.starts_at,
             updated_at = excluded.updated_at",
        )
        .bind(shop)
        .bind(show)
        .bind(Json(&recording.source))
        .bind(recording.starts_at)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Forgets the recording of a show. False means that there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_recording(&mut self, shop: ShopId, show: ShowId) -> Result<bool> {
        let rows =
            on_db!(self, |db| sqlx::query("delete from recordings where shop_id = $1 and show_id = $2")
                .bind(shop)
                .bind(show)
                .execute(db)
                .await?
                .rows_affected());
        Ok(rows == 1)
    }

    /// Publishes or withdraws the replay of a show that is over.
    /// False means that nothing changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_replay_published(
        &mut self,
        shop: ShopId,
        show: ShowId,
        published_at: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update shows set replay_published_at = $3, updated_at = $4
             where shop_id = $1 and id = $2 and status = 'ended'
             and (replay_published_at is null) <> ($5)",
        )
        .bind(shop)
        .bind(show)
        .bind(published_at)
        .bind(now)
        .bind(published_at.is_none())
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Adds hearts to their bucket, while the show was on air and as long as it has room.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_hearts(&mut self, counted: &Hearts) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into heart_counts (shop_id, show_id, at_ms, hearts)
             select shop_id, id, $3, $4 from shows
             where shop_id = $1 and id = $2 and not is_rehearsal
             and started_at <= $6 and (ended_at is null or ended_at >= $5)
             and (select count(*) from heart_counts where show_id = $2) < $7
             on conflict (show_id, at_ms) do update set hearts = heart_counts.hearts + excluded.hearts",
        )
        .bind(counted.shop)
        .bind(counted.show)
        .bind(counted.from.timestamp_millis())
        .bind(counted.hearts)
        .bind(counted.from)
        .bind(counted.until)
        .bind(HEART_COUNTS_MAX)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The hearts of a show in their buckets, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_hearts(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<HeartCount>> {
        let rows: Vec<(i64, i64)> = on_db!(self, |db| sqlx::query_as(
            "select at_ms, hearts from heart_counts
             where shop_id = $1 and show_id = $2 order by at_ms limit $3",
        )
        .bind(shop)
        .bind(show)
        .bind(HEART_COUNTS_MAX)
        .fetch_all(db)
        .await?);
        let count = |(at_ms, hearts)| {
            let at = DateTime::from_timestamp_millis(at_ms)
                .ok_or_else(|| sqlx::Error::Decode("time of hearts out of range".into()))?;
            Ok(HeartCount { at, hearts })
        };
        rows.into_iter().map(count).collect()
    }
}
