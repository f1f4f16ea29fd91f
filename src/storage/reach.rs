//! How many watched a show over time, and whom the show and its products reached.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::figures::{REACH_MAX, VIEWER_COUNTS_MAX};
use crate::domain::ids::{ShopId, ShowId};

/// Bytes of the key that stands for a viewer in one show.
pub const REACH_KEY_BYTES: usize = 16;

/// People whom a show, or a product in it, reached.
#[derive(Clone, Copy, Debug)]
pub struct ReachedBy<'a> {
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// The show again, or a product of its lineup.
    pub about: Uuid,
    /// Who, sorted, so that two nodes that write the same ones cannot wait for each other.
    pub keys: &'a [[u8; REACH_KEY_BYTES]],
    /// A show that ended before this is counted no more, unless its replay is public.
    pub ended_after: DateTime<Utc>,
    /// A replay of a show that ended before this is counted no more either.
    pub replay_after: DateTime<Utc>,
}

impl Tx {
    /// Notes how many watch a show on air; in each stretch the highest count stays, whichever node
    /// it came from.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_viewer_count(
        &mut self,
        shop: ShopId,
        show: ShowId,
        at_ms: i64,
        viewers: i64,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into viewer_counts (shop_id, show_id, at_ms, viewers)
             select shop_id, id, $3, $4 from shows
             where shop_id = $1 and id = $2 and status in ('live', 'paused') and not is_rehearsal
             and (select count(*) from viewer_counts where show_id = $2) < $5
             on conflict (show_id, at_ms) do update set viewers = excluded.viewers
             where excluded.viewers > viewer_counts.viewers",
        )
        .bind(shop)
        .bind(show)
        .bind(at_ms)
        .bind(viewers)
        .bind(VIEWER_COUNTS_MAX)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// How many watched a show, by stretch in milliseconds since 1970, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_viewer_counts(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<(i64, i64)>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select at_ms, viewers from viewer_counts
             where shop_id = $1 and show_id = $2 order by at_ms limit $3",
        )
        .bind(shop)
        .bind(show)
        .bind(VIEWER_COUNTS_MAX)
        .fetch_all(db)
        .await?))
    }

    /// Counts people once each, while the show is on air or its replay is watched and as long as
    /// there is room. Products that are not in the lineup are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_reached(&mut self, reached: &ReachedBy<'_>) -> Result<()> {
        debug_assert!(reached.keys.is_sorted(), "two nodes could wait for each other");
        let keys: Vec<String> = reached.keys.iter().map(hex::encode).collect();
        let marked = on_db!(
            self,
            "insert into reach_marks (shop_id, show_id, about_id, viewer_key)
             select s.shop_id, s.id, $3, unhex(k.value) from shows s, json_each($4) k
             where s.shop_id = $1 and s.id = $2 and not s.is_rehearsal
               and (s.status in ('live', 'paused') or s.status = 'ended' and (s.ended_at > $5
                 or s.replay_published_at is not null and s.ended_at > $6))
               and ($3 = s.id or exists (select 1 from lineup_entries l
                 where l.shop_id = $1 and l.show_id = $2 and l.product_id = $3))
               and not exists (select 1 from reach_counts c
                 where c.show_id = $2 and c.about_id = $3 and c.viewers >= $7)
             order by k.key on conflict do nothing",
            "insert into reach_marks (shop_id, show_id, about_id, viewer_key)
             select s.shop_id, s.id, $3, decode(k.value, 'hex')
             from shows s, jsonb_array_elements_text($4) with ordinality as k (value, place)
             where s.shop_id = $1 and s.id = $2 and not s.is_rehearsal
               and (s.status in ('live', 'paused') or s.status = 'ended' and (s.ended_at > $5
                 or s.replay_published_at is not null and s.ended_at > $6))
               and ($3 = s.id or exists (select 1 from lineup_entries l
                 where l.shop_id = $1 and l.show_id = $2 and l.product_id = $3))
               and not exists (select 1 from reach_counts c
                 where c.show_id = $2 and c.about_id = $3 and c.viewers >= $7)
             order by k.place on conflict do nothing",
            |sql, db| sqlx::query(sql)
                .bind(reached.shop)
                .bind(reached.show)
                .bind(reached.about)
                .bind(Json(keys))
                .bind(reached.ended_after)
                .bind(reached.replay_after)
                .bind(REACH_MAX)
                .execute(db)
                .await?
                .rows_affected()
        );
        if marked == 0 {
            return Ok(());
        }
        on_db!(self, |db| sqlx::query(
            "insert into reach_counts (shop_id, show_id, about_id, viewers) values ($1, $2, $3, $4)
             on conflict (show_id, about_id) do update set viewers = reach_counts.viewers + excluded.viewers",
        )
        .bind(reached.shop)
        .bind(reached.show)
        .bind(reached.about)
        .bind(marked.cast_signed())
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// How many people a show and its products reached, by the id of either.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_reached(&mut self, shop: ShopId, show: ShowId) -> Result<HashMap<Uuid, i64>> {
        let rows: Vec<(Uuid, i64)> = on_db!(self, |db| sqlx::query_as(
            "select about_id, viewers from reach_counts where shop_id = $1 and show_id = $2",
        )
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().collect())
    }

    /// Deletes marks of shows that ended before this, so many at a time; what they counted stays.
    ///
    /// It names no shop: housekeeping is for all of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_reach_marks(&mut self, ended_before: DateTime<Utc>, limit: i64) -> Result<u64> {
        Ok(on_db!(self, |db| sqlx::query(
            "delete from reach_marks where (show_id, about_id, viewer_key) in
             (select m.show_id, m.about_id, m.viewer_key from shows s
              join reach_marks m on m.show_id = s.id where s.ended_at < $1 limit $2)",
        )
        .bind(ended_before)
        .bind(limit)
        .execute(db)
        .await?
        .rows_affected()))
    }
}
