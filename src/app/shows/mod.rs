//! Shows: planning, moving them on, lineup, products on screen, snapshots.

mod check;
mod input;
mod read;

use chrono::{DateTime, Utc};

use self::check::{check_description, check_sync_offset, check_title, check_video};
pub use self::input::{NewShow, ShowChange, ShowError, ShowRef, Snapshot};
pub(in crate::app) use self::read::find_show;
use self::read::lineup_views;
use super::chat::refuse_waiting;
use super::offers::record_all;
use super::{App, Caller, Invalid, Recorder};
use crate::domain::event::{ShowEvent, StatusChange};
use crate::domain::ids::{ProductId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::show::{FEATURED_MAX, LINEUP_MAX, ShowStatus, ShowView};
use crate::domain::video;
use crate::storage::{self, ShowFields, Tx};

/// How often a show is ended anew while offers are started in it.
const ENDING_TRIES: usize = 8;

impl App {
    /// Plans a show: a draft, or a scheduled one when it has a start.
    ///
    /// # Errors
    /// Names the fields at fault.
    pub async fn create_show(&self, caller: &Caller, new: NewShow) -> Result<ShowView, ShowError> {
        caller.require(Permission::Shows)?;
        let show = self.new_show(caller.shop, new)?;
        let mut tx = self.db().write().await?;
        if !tx.insert_show(&show, self.clock().now()).await? {
            return Err(ShowError::SlugTaken);
        }
        let view = self.stored_view(&mut tx, caller.shop, show.id).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Changes what a show announces.
    ///
    /// # Errors
    /// Names the fields at fault.
    pub async fn update_show(
        &self,
        caller: &Caller,
        id: ShowId,
        change: ShowChange,
    ) -> Result<ShowView, ShowError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        let old = tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        let mut invalid = Invalid::default();
        let title = check_title(change.title.as_deref().unwrap_or(&old.title), &mut invalid);
        let description =
            check_description(change.description.as_deref().unwrap_or(&old.description), &mut invalid);
        let kind = std::mem::discriminant(&old.video);
        let video = change.video.unwrap_or(old.video);
        check_video(&video, &mut invalid);
        let known = if std::mem::discriminant(&video) == kind { old.sync_offset_ms } else { 0 };
        let sync_offset_ms = change.sync_offset_ms.unwrap_or(known);
        check_sync_offset(sync_offset_ms, &mut invalid);
        invalid.into_result()?;
        let starts_at = change.starts_at.or(old.starts_at);
        let fields =
            ShowFields { title: &title, description: &description, video: &video, sync_offset_ms, starts_at };
        tx.update_show(caller.shop, id, &fields, self.clock().now()).await?;
        let mut recorder = self.recorder(caller.shop, id);
        let video = video::playable(&video, &self.public_host());
        let event = ShowEvent::ShowUpdated { title, description, video, starts_at, sync_offset_ms };
        recorder.record(&mut tx, event).await?;
        let view = self.stored_view(&mut tx, caller.shop, id).await?;
        self.commit(tx, [recorder]).await?;
        Ok(view)
    }

    /// Deletes a show that has not begun.
    ///
    /// # Errors
    /// Refuses one that has.
    pub async fn delete_show(&self, caller: &Caller, id: ShowId) -> Result<(), ShowError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        let show = tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        if !matches!(show.status, ShowStatus::Draft | ShowStatus::Scheduled) {
            return Err(ShowError::HasBegun);
        }
        tx.delete_show(caller.shop, id).await?;
        let mut recorder = self.recorder(caller.shop, id);
        recorder.delete_show();
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Moves a show on; asking for where it stands already changes nothing. A rehearsal that ends is
    /// deleted with all that happened in it.
    ///
    /// # Errors
    /// Refuses moves that a show does not make.
    pub async fn set_show_status(
        &self,
        caller: &Caller,
        id: ShowId,
        to: ShowStatus,
    ) -> Result<ShowView, ShowError> {
        caller.require(Permission::Shows)?;
        for _ in 0..ENDING_TRIES {
            if let Some(view) = self.try_show_status(caller, id, to).await? {
                return Ok(view);
            }
        }
        Err(storage::Error::timed_out().into())
    }

    /// `None` means that an offer was started while this waited for the show, and nothing was done.
    async fn try_show_status(
        &self,
        caller: &Caller,
        id: ShowId,
        to: ShowStatus,
    ) -> Result<Option<ShowView>, ShowError> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        // Before the show is locked, as checkouts lock them in this order too.
        let over = match to {
            ShowStatus::Ended => self.end_offers_of_show(&mut tx, caller.shop, id, now).await?,
            _ => Vec::new(),
        };
        let show = tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        if to == ShowStatus::Ended && !tx.list_running_offers(caller.shop, id).await?.is_empty() {
            return Ok(None);
        }
        let from = show.status;
        if from == to {
            return self.stored_view(&mut tx, caller.shop, id).await.map(Some);
        }
        let is_legal = from.may_become(to);
        if !is_legal || !tx.set_show_status(caller.shop, id, from, to, now).await? {
            return Err(ShowError::IllegalTransition { from, to });
        }
        let mut recorder = self.recorder(caller.shop, id);
        record_all(&mut recorder, &mut tx, over).await?;
        if to == ShowStatus::Ended {
            refuse_waiting(&mut tx, &mut recorder, caller.shop, id).await?;
        }
        recorder.record(&mut tx, status_event(from, to, show.starts_at)).await?;
        let view = self.stored_view(&mut tx, caller.shop, id).await?;
        let is_over = show.is_rehearsal && to == ShowStatus::Ended;
        if is_over && tx.delete_rehearsal(caller.shop, id).await? {
            recorder.delete_show();
        }
        self.commit(tx, [recorder]).await?;
        Ok(Some(view))
    }

    /// Replaces the lineup of a show.
    ///
    /// # Errors
    /// Refuses products that are missing, archived or named twice.
    pub async fn set_lineup(
        &self,
        caller: &Caller,
        id: ShowId,
        products: &[ProductId],
    ) -> Result<ShowView, ShowError> {
        caller.require(Permission::Shows)?;
        if products.len() > LINEUP_MAX {
            return Err(Invalid::field("/product_ids", "too_many").into());
        }
        let mut seen = std::collections::HashSet::new();
        if !products.iter().all(|product| seen.insert(product)) {
            return Err(Invalid::field("/product_ids", "duplicate").into());
        }
        let mut tx = self.db().write().await?;
        tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        if !tx.set_lineup(caller.shop, id, products).await? {
            return Err(Invalid::field("/product_ids", "not_found").into());
        }
        let recorder = self.announce_lineup(&mut tx, caller.shop, id).await?;
        let view = self.stored_view(&mut tx, caller.shop, id).await?;
        self.commit(tx, [recorder]).await?;
        Ok(view)
    }

    /// Puts a product on screen as the primary one; the oldest of more than three leaves it.
    ///
    /// # Errors
    /// Refuses products that are not in the lineup.
    pub async fn feature_product(
        &self,
        caller: &Caller,
        id: ShowId,
        product_id: ProductId,
    ) -> Result<Vec<ProductId>, ShowError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        if !tx.feature_product(caller.shop, id, product_id, FEATURED_MAX).await? {
            return Err(ShowError::NotInLineup);
        }
        let featured = tx.list_featured(id).await?;
        let mut recorder = self.recorder(caller.shop, id);
        let event = ShowEvent::ProductFeatured { product_id, featured: featured.clone() };
        recorder.record(&mut tx, event).await?;
        self.commit(tx, [recorder]).await?;
        Ok(featured)
    }

    /// Takes a product off the screen; one that is not on it changes nothing.
    ///
    /// # Errors
    /// When there is no such show.
    pub async fn unfeature_product(
        &self,
        caller: &Caller,
        id: ShowId,
        product_id: ProductId,
    ) -> Result<Vec<ProductId>, ShowError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        let was_on_screen = tx.unfeature_product(caller.shop, id, product_id).await?;
        let featured = tx.list_featured(id).await?;
        let mut recorder = self.recorder(caller.shop, id);
        if was_on_screen {
            let event = ShowEvent::ProductUnfeatured { product_id, featured: featured.clone() };
            recorder.record(&mut tx, event).await?;
        }
        self.commit(tx, [recorder]).await?;
        Ok(featured)
    }

    /// Records the lineup as it is now in each show that holds a product, for one that was
    /// archived or brought back.
    pub(crate) async fn announce_lineups(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        product: ProductId,
    ) -> storage::Result<Vec<Recorder>> {
        let mut recorders = Vec::new();
        for show in tx.list_shows_with_product(shop, product).await? {
            recorders.push(self.announce_lineup(tx, shop, show).await?);
        }
        Ok(recorders)
    }

    async fn announce_lineup(&self, tx: &mut Tx, shop: ShopId, id: ShowId) -> storage::Result<Recorder> {
        let featured = tx.list_featured(id).await?;
        let lineup = lineup_views(tx, shop, id).await?;
        let mut recorder = self.recorder(shop, id);
        recorder.record(tx, ShowEvent::LineupChanged { lineup, featured }).await?;
        Ok(recorder)
    }

    async fn stored_view(&self, tx: &mut Tx, shop: ShopId, id: ShowId) -> Result<ShowView, ShowError> {
        let show = tx.find_show(id).await?.ok_or(ShowError::NotFound)?;
        let shop = tx.find_shop(shop).await?.ok_or(ShowError::NotFound)?;
        self.show_view(tx, &show, &shop).await
    }
}

fn status_event(from: ShowStatus, to: ShowStatus, starts_at: Option<DateTime<Utc>>) -> ShowEvent {
    let change = StatusChange { status: to, starts_at };
    match (from, to) {
        (ShowStatus::Paused, ShowStatus::Live) => ShowEvent::ShowResumed(change),
        (_, ShowStatus::Live) => ShowEvent::ShowStarted(change),
        (_, ShowStatus::Paused) => ShowEvent::ShowPaused(change),
        (_, ShowStatus::Ended) => ShowEvent::ShowEnded(change),
        (_, ShowStatus::Scheduled | ShowStatus::Draft) => ShowEvent::ShowScheduled(change),
    }
}
