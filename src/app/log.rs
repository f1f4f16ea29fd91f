//! The event log as the hub and the sockets read it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::shows::ShowError;
use super::{App, Caller, Holder};
use crate::domain::event::{Audience, RecordedEvent};
use crate::domain::ids::ShowId;
use crate::domain::show::Show;
use crate::storage::{self, LastSeqs};

impl App {
    /// A show in whatever state; the caller decides who may see it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find_any_show(&self, show: ShowId) -> Result<Show, ShowError> {
        let mut tx = self.db().read().await?;
        tx.find_show(show).await?.ok_or(ShowError::NotFound)
    }

    /// Where both streams of a show stand in the table.
    ///
    /// # Errors
    /// When the database fails; `None` when there is no such show.
    pub async fn find_last_seqs(&self, show: ShowId) -> storage::Result<Option<LastSeqs>> {
        self.db().read().await?.find_last_seqs(show).await
    }

    /// Where both streams of several shows stand in the table; shows that are gone are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_last_seqs(&self, shows: &[ShowId]) -> storage::Result<HashMap<ShowId, LastSeqs>> {
        self.db().read().await?.list_last_seqs(shows).await
    }

    /// Events of one audience behind a place, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_events_after(
        &self,
        show: ShowId,
        audience: Audience,
        after: i64,
        limit: i64,
    ) -> storage::Result<Vec<RecordedEvent>> {
        self.db().read().await?.list_events_after(show, audience, after, limit).await
    }

    /// The caller as the member is by now; `None` for one who left the shop, or who ended everything
    /// that had let them in by `since`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_caller_again(
        &self,
        caller: &Caller,
        since: DateTime<Utc>,
    ) -> storage::Result<Option<Caller>> {
        let Holder::Member { id, .. } = caller.holder else { return Ok(None) };
        let found = self.db().read().await?.find_member_since(caller.shop, id, since).await?;
        Ok(found.map(|member| super::sessions::member_caller(&member)))
    }
}
