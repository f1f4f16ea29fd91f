//! The places of all shows and shops that this node keeps.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::known::Room;
use super::place::{Place, ShopPlace, tells_of_bans};
use crate::bus::Committed;
use crate::domain::ids::{ShopId, ShowId};

/// How much is kept; for what goes beyond it the database is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Shows.
    pub shows: usize,
    /// Viewers of one show.
    pub viewers: usize,
    /// Viewers of all shows together.
    pub viewers_total: usize,
}

impl Default for Bounds {
    /// About 10 MB for a show whose every viewer has a name, and 40 MB for all of them.
    fn default() -> Self {
        Self { shows: 4_096, viewers: 50_000, viewers_total: 200_000 }
    }
}

/// What this node keeps in memory of the people of its shows.
#[derive(Debug)]
pub(crate) struct People {
    shows: Mutex<HashMap<ShowId, Arc<Place>>>,
    shops: Mutex<HashMap<ShopId, Arc<ShopPlace>>>,
    room: Arc<Room>,
    bounds: Bounds,
}

impl Default for People {
    fn default() -> Self {
        Self::new(Bounds::default())
    }
}

impl People {
    /// Keeps nothing yet, and later no more than this.
    pub(super) fn new(bounds: Bounds) -> Self {
        let room = Arc::new(Room::new(bounds.viewers_total));
        Self { shows: Mutex::default(), shops: Mutex::default(), room, bounds }
    }

    /// The place of a show that is kept.
    pub(super) fn show(&self, show: ShowId) -> Option<Arc<Place>> {
        lock(&self.shows).get(&show).map(Arc::clone)
    }

    /// The place of a show, kept from now on; `None` while too many are.
    pub(super) fn open_show(&self, show: ShowId) -> Option<Arc<Place>> {
        let mut shows = lock(&self.shows);
        if shows.len() >= self.bounds.shows && !shows.contains_key(&show) {
            return None;
        }
        let new = || Arc::new(Place::new(self.bounds.viewers, Arc::clone(&self.room)));
        Some(Arc::clone(shows.entry(show).or_insert_with(new)))
    }

    /// The place of a shop, kept from now on as long as one of its shows is.
    pub(super) fn open_shop(&self, shop: ShopId) -> Arc<ShopPlace> {
        Arc::clone(lock(&self.shops).entry(shop).or_default())
    }

    /// The place of a shop that is kept.
    pub(super) fn shop(&self, shop: ShopId) -> Option<Arc<ShopPlace>> {
        lock(&self.shops).get(&shop).map(Arc::clone)
    }

    /// Takes what a transaction committed.
    pub(crate) fn hear(&self, committed: &Committed) {
        let Committed { shop, show, events, viewers, is_deleted, .. } = committed;
        // The bans of a rehearsal go with it.
        if (*is_deleted || tells_of_bans(events))
            && let Some(shop) = self.shop(*shop)
        {
            shop.state().bans.doubt();
        }
        if *is_deleted {
            self.forget(*show);
        } else if let Some(show) = self.show(*show) {
            show.state().hear(events, viewers);
        }
    }

    /// A show is gone, or there is none of this id.
    pub(super) fn forget(&self, show: ShowId) {
        lock(&self.shows).remove(&show);
    }

    /// Changes of a show may have been missed; bans made in other shows of its shop too.
    pub(crate) fn doubt(&self, shop: ShopId, show: ShowId) {
        if let Some(shop) = self.shop(shop) {
            shop.state().bans.doubt();
        }
        if let Some(show) = self.show(show) {
            show.state().doubt();
        }
    }

    /// Changes of any show may have been missed.
    pub(super) fn doubt_all(&self) {
        for place in lock(&self.shows).values() {
            place.state().doubt();
        }
        for shop in lock(&self.shops).values() {
            shop.state().bans.doubt();
            shop.state().raise_floor();
        }
    }

    /// Something of a shop changed that pages show and no event tells of.
    pub(crate) fn shop_changed(&self, shop: ShopId) {
        if let Some(shop) = self.shop(shop) {
            shop.state().raise_floor();
        }
    }

    /// Keeps only the shows that are watched, or that somebody is about to enter.
    pub(super) fn keep(&self, is_watched: impl Fn(ShowId) -> bool) {
        let mut shows = lock(&self.shows);
        shows.retain(|show, place| Arc::strong_count(place) > 1 || is_watched(*show));
        let shops: HashSet<ShopId> = shows.values().filter_map(|place| place.shop()).collect();
        drop(shows);
        lock(&self.shops).retain(|shop, place| Arc::strong_count(place) > 1 || shops.contains(shop));
    }

    /// Whether a snapshot whose reading began at a moment may still be given to somebody who comes.
    pub(super) fn may_share(&self, shop: ShopId, show: ShowId, read_at: Instant) -> bool {
        let is_of_show = self.show(show).is_some_and(|show| show.state().may_share(read_at));
        is_of_show && self.shop(shop).is_some_and(|shop| shop.state().may_share(read_at))
    }
}

/// Commits whose outcome is not known yet; dropped as such they put in doubt what is kept.
///
/// A commit that failed, or that nobody waited for to its end, may have happened all the same.
pub(crate) struct Unsure<'a> {
    people: &'a People,
    commits: Vec<Committed>,
}

impl<'a> Unsure<'a> {
    pub(crate) const fn new(people: &'a People, commits: Vec<Committed>) -> Self {
        Self { people, commits }
    }

    /// They happened.
    pub(crate) fn happened(mut self) -> Vec<Committed> {
        std::mem::take(&mut self.commits)
    }
}

impl Drop for Unsure<'_> {
    fn drop(&mut self) {
        for committed in &self.commits {
            self.people.doubt(committed.shop, committed.show);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
