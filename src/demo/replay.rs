//! The demo's show that is over: what happened in it, so that its replay has something to show.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::catalogue::{PinEntry, ReplayEntry, SaidEntry};
use super::{DemoError, Seeder};
use crate::domain::event::ShowEvent;
use crate::domain::figures::viewer_stretch;
use crate::domain::ids::{ProductId, ShowId, ViewerId};
use crate::domain::product::ProductView;
use crate::domain::recording::{HEARTS_EVERY_SECS, RecordingSource};
use crate::domain::show::FEATURED_MAX;
use crate::domain::video::DEMO_RECORDING_SECS;
use crate::storage::{Hearts, ReachedBy, Recording};

/// People who came during the evening, and of them those who opened each product that was shown.
const PEOPLE: usize = 84;
const OPENED: [usize; 5] = [37, 24, 8, 31, 19];

/// A moment of the evening.
enum Moment<'a> {
    Pin(&'a PinEntry),
    Said(&'a SaidEntry),
}

impl Moment<'_> {
    const fn at_secs(&self) -> i64 {
        match self {
            Self::Pin(pin) => pin.at_secs,
            Self::Said(said) => said.at_secs,
        }
    }
}

impl Seeder<'_> {
    /// Records the evening of a show in the order in which it happened.
    pub(super) async fn play_through(
        &mut self,
        show: ShowId,
        starts_at: DateTime<Utc>,
        entry: &ReplayEntry,
        products: &[(&str, ProductId)],
    ) -> Result<(), DemoError> {
        self.tell_lineup(show, starts_at).await?;
        let pins = entry.pins.iter().map(Moment::Pin);
        let mut moments: Vec<Moment<'_>> = pins.chain(entry.chat.iter().map(Moment::Said)).collect();
        moments.sort_by_key(Moment::at_secs);
        let mut viewers: Vec<(&str, ViewerId)> = Vec::new();
        for moment in moments {
            let at = starts_at + TimeDelta::seconds(moment.at_secs());
            match moment {
                Moment::Pin(pin) => self.pin(show, pin, products, at).await?,
                Moment::Said(said) => {
                    let viewer = self.known_viewer(show, &said.name, &[], &mut viewers).await?;
                    self.say(show, viewer, &said.name, &said.text, at).await?;
                }
            }
        }
        self.count_hearts(show, starts_at, &entry.pins).await?;
        self.count_people(show, starts_at, &entry.pins, products).await
    }

    /// Everybody may watch it, from its first picture on.
    pub(super) async fn publish_replay(
        &mut self,
        show: ShowId,
        starts_at: DateTime<Utc>,
    ) -> Result<(), DemoError> {
        let recording = Recording { source: RecordingSource::Demo {}, starts_at };
        let is_in = self.tx.set_recording(self.shop, show, &recording, self.now).await?
            && self.tx.set_replay_published(self.shop, show, Some(self.now), self.now).await?;
        if !is_in {
            return Err(DemoError::Material("a replay cannot be published"));
        }
        self.tell(show, self.now, ShowEvent::ReplayPublished { published_at: self.now }).await
    }

    async fn tell_lineup(&mut self, show: ShowId, at: DateTime<Utc>) -> Result<(), DemoError> {
        let shop = self.tx.find_shop(self.shop).await?.ok_or(DemoError::Incomplete("shop"))?;
        let products = self.tx.list_lineup_products(self.shop, show).await?;
        let lineup = products.iter().map(|product| ProductView::of(product, shop.currency)).collect();
        self.tell(show, at, ShowEvent::LineupChanged { lineup, featured: Vec::new() }).await
    }

    async fn pin(
        &mut self,
        show: ShowId,
        pin: &PinEntry,
        products: &[(&str, ProductId)],
        at: DateTime<Utc>,
    ) -> Result<(), DemoError> {
        let known = products.iter().find(|(handle, _)| *handle == pin.product).map(|(_, id)| *id);
        let product_id = known.ok_or(DemoError::Material("a replay pins a product that is not there"))?;
        let has_changed = if pin.is_on_screen {
            self.tx.feature_product(self.shop, show, product_id, FEATURED_MAX).await?
        } else {
            self.tx.unfeature_product(self.shop, show, product_id).await?
        };
        if !has_changed {
            return Err(DemoError::Material("a product of a replay is not in its lineup or on screen"));
        }
        let featured = self.tx.list_featured(show).await?;
        let event = if pin.is_on_screen {
            ShowEvent::ProductFeatured { product_id, featured }
        } else {
            ShowEvent::ProductUnfeatured { product_id, featured }
        };
        self.tell(show, at, event).await
    }

    /// Hearts rise when a product comes on screen and fall again within two minutes.
    async fn count_hearts(
        &mut self,
        show: ShowId,
        starts_at: DateTime<Utc>,
        pins: &[PinEntry],
    ) -> Result<(), DemoError> {
        let every = TimeDelta::seconds(HEARTS_EVERY_SECS);
        let secs = (0..DEMO_RECORDING_SECS.cast_signed()).step_by(10);
        for (index, at_secs) in (0_i64..).zip(secs) {
            let shown = pins.iter().filter(|pin| pin.is_on_screen && pin.at_secs <= at_secs);
            let since = shown.map(|pin| at_secs - pin.at_secs).min().unwrap_or(120).min(120);
            // A small unevenness, so that it does not look drawn with a ruler.
            let hearts = 1 + index * 7 % 4 + (120 - since) / 6;
            let from = starts_at + TimeDelta::seconds(at_secs);
            let counted = Hearts { shop: self.shop, show, from, until: from + every, hearts };
            self.tx.add_hearts(&counted).await?;
        }
        Ok(())
    }

    /// People come in the first minutes, more of them when something is shown, and some leave.
    async fn count_people(
        &mut self,
        show: ShowId,
        starts_at: DateTime<Utc>,
        pins: &[PinEntry],
        products: &[(&str, ProductId)],
    ) -> Result<(), DemoError> {
        let secs = (0..DEMO_RECORDING_SECS.cast_signed()).step_by(10);
        for (index, at_secs) in (0_i64..).zip(secs) {
            let shown = pins.iter().filter(|pin| pin.is_on_screen && pin.at_secs <= at_secs);
            let fresh =
                shown.map(|pin| at_secs - pin.at_secs).min().map_or(0, |since| (90 - since).max(0) / 8);
            let viewers = 14 + (at_secs / 9).min(36) + fresh + index * 5 % 4 - (at_secs - 600).max(0) / 12;
            let at = starts_at + TimeDelta::seconds(at_secs);
            let stretch = viewer_stretch(starts_at, at);
            self.tx.keep_viewer_count(self.shop, show, stretch, viewers).await?;
        }
        self.reach(show, show.as_uuid(), PEOPLE).await?;
        let mut shown: Vec<ProductId> = Vec::new();
        for pin in pins.iter().filter(|pin| pin.is_on_screen) {
            let product = products.iter().find(|(handle, _)| *handle == pin.product).map(|(_, id)| *id);
            shown.extend(product.filter(|product| !shown.contains(product)));
        }
        for (product, opened) in shown.into_iter().zip(OPENED) {
            self.reach(show, product.as_uuid(), opened).await?;
        }
        Ok(())
    }

    async fn reach(&mut self, show: ShowId, about: Uuid, people: usize) -> Result<(), DemoError> {
        // Nobody's keys: these people come from nowhere.
        let mut keys: Vec<_> = (0..people).map(|_| self.app.clock().random()).collect();
        keys.sort_unstable();
        let (shop, now) = (self.shop, self.now);
        let reached = ReachedBy { shop, show, about, keys: &keys, ended_after: now, replay_after: now };
        Ok(self.tx.count_reached(&reached).await?)
    }
}
