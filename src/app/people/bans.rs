//! Who was sent away from a shop, by viewer and by address.
//!
//! Bans are rare and matter much, so a change is not applied but has all of them read again.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::ViewerId;
use crate::storage::Ban;

/// The bans of one shop.
#[derive(Debug, Default)]
pub(super) struct Bans {
    list: Option<List>,
    /// Counts the changes, so that what was read before one is not kept after it.
    changes: u64,
}

#[derive(Debug)]
struct List {
    /// Until when, by viewer.
    viewers: HashMap<ViewerId, DateTime<Utc>>,
    /// Until when, by the hash of the address.
    addresses: HashMap<Vec<u8>, DateTime<Utc>>,
    is_complete: bool,
}

/// A load that was begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load(u64);

/// What is known of somebody who comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The bans have to be read first.
    NotLoaded,
    /// Not banned, or no longer.
    Free,
    /// Sent away.
    Banned,
    /// The database has to be asked, because there were too many to keep.
    Ask,
}

impl Bans {
    /// Whether they were read and did not change since.
    pub const fn is_loaded(&self) -> bool {
        self.list.is_some()
    }

    /// Whether a ban stands against a viewer or the address they come from.
    pub fn verdict(&self, viewer: ViewerId, address_hash: &[u8], now: DateTime<Utc>) -> Verdict {
        let Some(list) = &self.list else { return Verdict::NotLoaded };
        let ends = [list.viewers.get(&viewer), list.addresses.get(address_hash)];
        if ends.into_iter().flatten().any(|until| *until > now) {
            Verdict::Banned
        } else if list.is_complete {
            Verdict::Free
        } else {
            Verdict::Ask
        }
    }

    /// Begins to read them.
    pub const fn begin_load(&self) -> Load {
        Load(self.changes)
    }

    /// Takes what was read, unless there was a change since it began.
    pub fn finish_load(&mut self, load: Load, bans: Vec<Ban>, is_complete: bool) {
        if load.0 != self.changes {
            return;
        }
        let mut list = List { viewers: HashMap::new(), addresses: HashMap::new(), is_complete };
        for Ban { viewer_id, address_hash, expires_at } in bans {
            list.viewers.insert(viewer_id, expires_at);
            if let Some(hash) = address_hash {
                // Several viewers may have come from one address; the last of their bans counts.
                let until = list.addresses.entry(hash).or_insert(expires_at);
                *until = expires_at.max(*until);
            }
        }
        self.list = Some(list);
    }

    /// There was a change, or one may have been missed.
    pub fn doubt(&mut self) {
        self.list = None;
        self.changes += 1;
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(secs: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
    }

    fn ban(viewer: u128, address: Option<u8>, until: i64) -> Ban {
        let address_hash = address.map(|address| vec![address]);
        Ban { viewer_id: Uuid::from_u128(viewer).into(), address_hash, expires_at: at(until) }
    }

    fn loaded(rows: Vec<Ban>, is_complete: bool) -> Bans {
        let mut bans = Bans::default();
        let load = bans.begin_load();
        bans.finish_load(load, rows, is_complete);
        bans
    }

    #[track_caller]
    fn check(bans: &Bans, viewer: u128, address: u8, now: i64, expected: Verdict) {
        assert_eq!(bans.verdict(Uuid::from_u128(viewer).into(), &[address], at(now)), expected);
    }

    #[test]
    fn a_ban_holds_for_the_viewer_and_the_address_until_its_end() {
        let bans = loaded(vec![ban(1, Some(1), 10), ban(2, None, 10), ban(3, Some(1), 5)], true);
        for (viewer, address) in [(1, 9), (9, 1), (2, 9)] {
            check(&bans, viewer, address, 9, Verdict::Banned);
            check(&bans, viewer, address, 10, Verdict::Free);
        }
        check(&bans, 9, 9, 0, Verdict::Free);
    }

    #[test]
    fn a_load_that_a_change_overtook_is_not_kept() {
        let mut bans = loaded(Vec::new(), true);
        let load = bans.begin_load();
        bans.doubt();
        bans.finish_load(load, Vec::new(), true);
        check(&bans, 1, 1, 0, Verdict::NotLoaded);
    }

    #[test]
    fn beyond_what_is_kept_the_database_is_asked() {
        let bans = loaded(vec![ban(1, None, 10)], false);
        check(&bans, 1, 1, 0, Verdict::Banned);
        check(&bans, 2, 2, 0, Verdict::Ask);
    }
}
