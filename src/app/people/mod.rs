//! What this node keeps in memory of its shows' people, so that a socket begins without a query.
//!
//! For each show that is watched here: the show itself, and everybody of whom the database holds
//! something in it (name, mute, last message, whether pieces are set aside). For each of their
//! shops: who was sent away. All of it is read once, in pages and up to a bound, beyond which the
//! database is asked for the one viewer; of whom nothing is held, nothing has to be read.
//!
//! How it stays true:
//! - [`App::commit`] tells of each transaction right after it. Messages and the show's status and
//!   pause are applied, since their order is known (the newest time, the highest `seq`). Everything
//!   else only marks the viewer, or the bans of the shop, as changed: the next look reads it. A
//!   change is told of before its maker hears that it happened, so a ban holds for the next
//!   connection.
//! - What changes while it is read is marked, and what was read for it is not kept.
//! - A commit that failed or was cut off may have happened: then all of the show is read again.
//! - Other nodes tell over the bus; a name or a reservation has no event that viewers' memories
//!   could be kept by, so [`Committed::viewers`] names whom to read. Where the bus left a gap, all
//!   of the show and the bans of its shop are read again. Words are numbered, so that one which the
//!   bus lost is missed within a second, whatever it was about; while nothing is heard of other
//!   nodes at all, everything is put in doubt every few seconds (`api/delivery/watch.rs`).
//! - Checkouts are not kept, only who may have one: they hold what opens a payment page, depend on
//!   the shop's account, and few viewers have one. Such a viewer costs a query.
//!
//! Invariant: whoever is answered from memory is answered as the database would have at the last
//! moment at which something of them was told.

mod bans;
mod known;
mod place;
mod shelf;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use self::bans::Verdict;
use self::known::{Facts, Look};
use self::place::{Place, ShopPlace};
pub(crate) use self::shelf::{People, Unsure};
use super::chat::{ChatError, ViewerState};
use super::shows::ShowError;
use super::{App, Viewer};
use crate::bus::Committed;
use crate::domain::event::RecordedEvent;
use crate::domain::ids::{ShopId, ShowId, ViewerId};
use crate::domain::show::Show;
use crate::storage::{self, ShowViewer, Tx};

/// Viewers read at a time.
const PAGE: i64 = 5_000;
/// Viewers read at most; more than are kept need not be read.
const PAGES_MAX: usize = 11;
/// Holders read at most; a show with more of them asks for everybody's checkouts.
const HOLDERS_MAX: i64 = 10_000;
/// Bans read at most; a shop with more of them asks for each viewer who is not among these.
const BANS_MAX: i64 = 20_000;
/// How often a read that changes overtook is begun anew before the database is asked instead.
const LOADS_MAX: usize = 3;

impl App {
    /// A show in whatever state, from memory where it is kept; the caller decides who may see it.
    ///
    /// Shop, status and pause are as they are; title, text and video may be older.
    ///
    /// # Errors
    /// When there is none.
    pub async fn get_show(&self, id: ShowId) -> Result<Arc<Show>, ShowError> {
        let Some(place) = self.people().open_show(id) else {
            return Ok(Arc::new(self.find_any_show(id).await?));
        };
        if let Some(show) = place.state().door.show() {
            return Ok(Arc::clone(show));
        }
        let _only_one_reads = place.turn().await?;
        let load = {
            let state = place.state();
            if let Some(show) = state.door.show() {
                return Ok(Arc::clone(show));
            }
            state.door.begin_load()
        };
        match self.find_any_show(id).await {
            Ok(show) => Ok(place.finish_door(load, show)),
            Err(error) => {
                if matches!(error, ShowError::NotFound) {
                    self.people().forget(id);
                }
                Err(error)
            }
        }
    }

    /// A show that is kept in memory, without asking the database.
    #[must_use]
    pub fn find_known_show(&self, id: ShowId) -> Option<Arc<Show>> {
        self.people().show(id)?.state().door.show().cloned()
    }

    /// What a show holds of a viewer, when that is known without asking the database.
    #[must_use]
    pub fn find_known_viewer(
        &self,
        show: ShowId,
        viewer: Viewer,
        address_hash: &[u8],
    ) -> Option<ViewerState> {
        let place = self.people().show(show)?;
        let shop = self.people().shop(viewer.shop)?;
        let now = self.clock().now();
        let is_banned = match shop.state().bans.verdict(viewer.id, address_hash, now) {
            Verdict::Banned => true,
            Verdict::Free => false,
            Verdict::NotLoaded | Verdict::Ask => return None,
        };
        let state = place.state();
        let show = state.door.show().filter(|show| show.shop_id == viewer.shop)?;
        let Look::Facts(facts) = state.known.look(viewer.id) else { return None };
        Some(viewer_state(facts, show.slow_mode_secs, is_banned, now))
    }

    /// What a show holds of a viewer, read where memory cannot tell.
    ///
    /// # Errors
    /// When there is no such show in the viewer's shop.
    pub async fn viewer_state(
        &self,
        id: ShowId,
        viewer: Viewer,
        address_hash: &[u8],
    ) -> Result<ViewerState, ChatError> {
        let show = self.get_show(id).await.map_err(|error| match error {
            ShowError::Storage(error) => ChatError::Storage(error),
            _ => ChatError::NotFound,
        })?;
        if show.shop_id != viewer.shop {
            return Err(ChatError::NotFound);
        }
        let place = self.people().show(id);
        let shop = self.people().open_shop(viewer.shop);
        self.load_bans(viewer.shop, &shop).await?;
        if let Some(place) = &place {
            self.load_viewers(&show, place).await?;
        }
        let now = self.clock().now();
        let verdict = shop.state().bans.verdict(viewer.id, address_hash, now);
        let look = place.as_ref().map_or(Look::NotLoaded, |place| place.state().known.look(viewer.id));
        let mut asking = Asking { app: self, tx: None };
        let is_banned = match verdict {
            Verdict::Banned => true,
            Verdict::Free => false,
            Verdict::NotLoaded | Verdict::Ask => {
                asking.tx().await?.is_banned(viewer.shop, viewer.id, address_hash, now).await?
            }
        };
        let facts = match look {
            Look::Facts(facts) => facts,
            Look::NotLoaded => read_facts(asking.tx().await?, &show, viewer.id).await?,
            Look::Ask(question) => {
                let facts = read_facts(asking.tx().await?, &show, viewer.id).await?;
                if let Some(place) = &place {
                    place.state().known.answer(question, facts.clone());
                }
                facts
            }
        };
        // Slow mode may have changed meanwhile.
        let slow_mode_secs = self.find_known_show(id).map_or(show.slow_mode_secs, |show| show.slow_mode_secs);
        Ok(viewer_state(facts, slow_mode_secs, is_banned, now))
    }

    /// Takes what another node committed; what this one did is known already.
    pub fn hear(&self, committed: &Committed) {
        if committed.node != self.node() {
            self.people().hear(committed);
        }
    }

    /// Takes events of a show that the bus left out; there may have been more than these.
    pub fn hear_missed(&self, shop: ShopId, show: ShowId, events: &[RecordedEvent]) {
        if !events.is_empty() {
            self.people().doubt(shop, show);
        }
    }

    /// Doubts everything that is kept, because the bus left out an unknown number of changes.
    pub fn doubt_people(&self) {
        self.people().doubt_all();
    }

    /// Forgets a show that is gone from the database.
    pub fn forget_show(&self, show: ShowId) {
        self.people().forget(show);
    }

    /// Viewers who are sent away from a shop at the moment, up to a bound.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_banned_viewers(&self, shop: ShopId) -> storage::Result<Vec<ViewerId>> {
        let now = self.clock().now();
        let bans = self.db().read().await?.list_bans(shop, now, BANS_MAX).await?;
        Ok(bans.into_iter().map(|ban| ban.viewer_id).collect())
    }

    /// Forgets the people of shows that nobody on this node watches.
    pub fn keep_people(&self, is_watched: impl Fn(ShowId) -> bool) {
        self.people().keep(is_watched);
    }

    /// Whether a snapshot whose reading began at a moment may still be given to somebody who comes.
    ///
    /// False after a message was removed, whose text it may hold, after the shop changed, which no
    /// event tells of, and for shows that are not kept in memory. Other nodes' changes of the shop
    /// are not heard of here.
    #[must_use]
    pub fn may_share_snapshot(&self, shop: ShopId, show: ShowId, read_at: Instant) -> bool {
        self.people().may_share(shop, show, read_at)
    }

    async fn load_bans(&self, shop: ShopId, place: &ShopPlace) -> storage::Result<()> {
        if place.state().bans.is_loaded() {
            return Ok(());
        }
        let _only_one_reads = place.turn().await?;
        for _ in 0..LOADS_MAX {
            let load = {
                let state = place.state();
                if state.bans.is_loaded() {
                    return Ok(());
                }
                state.bans.begin_load()
            };
            let now = self.clock().now();
            let bans = self.db().read().await?.list_bans(shop, now, BANS_MAX).await?;
            let is_complete = bans.len() < usize::try_from(BANS_MAX).unwrap_or(usize::MAX);
            place.state().bans.finish_load(load, bans, is_complete);
        }
        Ok(())
    }

    async fn load_viewers(&self, show: &Show, place: &Place) -> storage::Result<()> {
        if place.state().known.is_loaded() {
            return Ok(());
        }
        let _only_one_reads = place.turn().await?;
        for _ in 0..LOADS_MAX {
            let load = {
                let mut state = place.state();
                if state.known.is_loaded() {
                    return Ok(());
                }
                state.known.begin_load()
            };
            let (rows, is_complete) = self.read_viewers(show).await?;
            place.state().known.finish_load(load, rows, is_complete);
        }
        Ok(())
    }

    /// Everybody of whom a show holds something, as of one moment.
    async fn read_viewers(&self, show: &Show) -> storage::Result<(Vec<(ViewerId, Facts)>, bool)> {
        let limit = usize::try_from(PAGE).unwrap_or(usize::MAX);
        let mut tx = self.db().read().await?;
        let holders = tx.list_holders(show.shop_id, show.id, HOLDERS_MAX).await?;
        let are_holders_known = holders.len() < usize::try_from(HOLDERS_MAX).unwrap_or(usize::MAX);
        let mut holders: std::collections::HashSet<ViewerId> = holders.into_iter().collect();
        let (mut rows, mut after, mut is_complete) = (Vec::new(), None, false);
        for _ in 0..PAGES_MAX {
            let page = tx.list_show_viewers(show.shop_id, show.id, after, PAGE).await?;
            is_complete = page.len() < limit;
            after = page.last().map(|viewer| viewer.viewer_id);
            rows.extend(page.into_iter().map(|viewer| {
                let may_hold = holders.remove(&viewer.viewer_id) || !are_holders_known;
                (viewer.viewer_id, facts(Some(viewer), may_hold))
            }));
            if is_complete {
                break;
            }
        }
        // Who buys need not have given a name.
        rows.extend(holders.into_iter().map(|viewer| (viewer, facts(None, true))));
        Ok((rows, is_complete && are_holders_known))
    }
}

/// A transaction that is begun by the first who needs it.
struct Asking<'a> {
    app: &'a App,
    tx: Option<Tx>,
}

impl Asking<'_> {
    async fn tx(&mut self) -> storage::Result<&mut Tx> {
        if self.tx.is_none() {
            self.tx = Some(self.app.db().read().await?);
        }
        Ok(self.tx.as_mut().expect("it was just begun"))
    }
}

async fn read_facts(tx: &mut Tx, show: &Show, viewer: ViewerId) -> storage::Result<Facts> {
    let known = tx.find_show_viewer(show.id, viewer).await?;
    let may_hold = tx.is_holder(show.shop_id, show.id, viewer).await?;
    Ok(facts(known, may_hold))
}

fn facts(known: Option<ShowViewer>, may_hold: bool) -> Facts {
    let Some(known) = known else { return Facts { may_hold, ..Facts::default() } };
    Facts {
        name: Some(known.name.into_boxed_str()),
        last_chat_at: known.last_chat_at,
        muted_until: known.muted_until,
        may_hold,
        has_answers: known.has_answers,
        has_held: known.has_held,
    }
}

fn viewer_state(facts: Facts, slow_mode_secs: i64, is_banned: bool, now: DateTime<Utc>) -> ViewerState {
    let ready = facts.last_chat_at.map(|at| at + TimeDelta::seconds(slow_mode_secs));
    ViewerState {
        name: facts.name.map(String::from),
        muted_until: facts.muted_until.filter(|until| *until > now),
        chat_ready_at: ready.filter(|at| *at > now),
        is_banned,
        may_hold: facts.may_hold,
        has_answers: facts.has_answers,
        has_held: facts.has_held,
    }
}

#[cfg(test)]
mod tests;
