//! What pages and sockets read of shops and shows.

use super::{ShowError, ShowRef, Snapshot};
use crate::app::chat::find_shown;
use crate::app::page::{Page, PageRequest};
use crate::app::{App, Caller};
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::offer::OfferView;
use crate::domain::product::ProductView;
use crate::domain::question::{ANSWERED_MAX, OPEN_MAX};
use crate::domain::show::{ShopView, Show, ShowSummary, ShowView};
use crate::domain::video;
use crate::storage::{self, Shop, Tx};

/// Shows on the storefront; older ones are found by their address.
const STOREFRONT_SHOWS_MAX: i64 = 30;
/// Messages of the chat that a snapshot brings.
const SNAPSHOT_CHAT_MAX: i64 = 100;

impl App {
    /// The shop at the root of the site and the shows it announces.
    ///
    /// # Errors
    /// When there is no shop yet.
    pub async fn storefront(&self) -> Result<(ShopView, Vec<ShowSummary>), ShowError> {
        let mut tx = self.db().read().await?;
        let shop = tx.find_first_shop().await?.ok_or(ShowError::NotFound)?;
        let shows = tx.list_public_shows(shop.id, STOREFRONT_SHOWS_MAX).await?;
        drop(tx);
        Ok((self.shop_view(&shop).await?, shows.iter().map(summary).collect()))
    }

    /// A show as its viewers see it; drafts and rehearsals only for the shop's own people.
    ///
    /// # Errors
    /// When there is none, or not for the caller's eyes.
    pub async fn snapshot(&self, show: &ShowRef, caller: Option<&Caller>) -> Result<Snapshot, ShowError> {
        let mut tx = self.db().read().await?;
        let show = find_show(&mut tx, show).await?.ok_or(ShowError::NotFound)?;
        let is_member = caller.is_some_and(|caller| caller.shop == show.shop_id);
        if !show.is_public() && !is_member {
            return Err(ShowError::NotFound);
        }
        let shop = tx.find_shop(show.shop_id).await?.ok_or(ShowError::NotFound)?;
        let view = self.show_view(&mut tx, &show, &shop).await?;
        let chat = tx.list_recent_chat(show.id, SNAPSHOT_CHAT_MAX).await?;
        drop(tx);
        Ok(Snapshot {
            shop: self.shop_view(&shop).await?,
            show: view,
            chat,
            last_seq: show.last_seq,
            last_member_seq: show.last_member_seq,
        })
    }

    /// The shop and id of a show that viewers may know of.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find_public_show(&self, show: &ShowRef) -> Result<Show, ShowError> {
        let mut tx = self.db().read().await?;
        let show = find_show(&mut tx, show).await?.filter(Show::is_public);
        show.ok_or(ShowError::NotFound)
    }

    /// A page of the shop's shows, newest first.
    ///
    /// # Errors
    /// Refuses callers who have no part in shows.
    pub async fn list_shows(
        &self,
        caller: &Caller,
        page: &PageRequest<ShowId>,
    ) -> Result<Page<ShowSummary>, ShowError> {
        caller.require(Permission::Moderate)?;
        let mut tx = self.db().read().await?;
        let shows = tx.list_shows(caller.shop, page.before, page.limit_and_one()).await?;
        Ok(page.cut(shows, |show| show.id).map(|show| summary(&show)))
    }

    /// A shop by id, as viewers see it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn get_shop(&self, id: ShopId) -> Result<ShopView, ShowError> {
        let shop = self.db().read().await?.find_shop(id).await?.ok_or(ShowError::NotFound)?;
        Ok(self.shop_view(&shop).await?)
    }

    async fn shop_view(&self, shop: &Shop) -> storage::Result<ShopView> {
        let provider = self.provider_of(shop.id).await?;
        Ok(ShopView {
            id: shop.id,
            slug: shop.slug.clone(),
            name: shop.name.clone(),
            tagline: shop.tagline.clone(),
            currency: shop.currency,
            brand_colour: shop.brand_colour.clone(),
            is_demo: shop.is_demo,
            payments: provider.mode(),
            is_test: !provider.is_live(),
            delivery: shop.checkout.offer(shop.currency),
        })
    }

    pub(super) async fn show_view(
        &self,
        tx: &mut Tx,
        show: &Show,
        shop: &Shop,
    ) -> Result<ShowView, ShowError> {
        let pinned_message = match show.pinned_message_id {
            Some(id) => find_shown(tx, shop.id, show.id, id).await?,
            None => None,
        };
        Ok(ShowView {
            summary: summary(show),
            video: video::playable(&show.video, &self.public_host()),
            sync_offset_ms: show.sync_offset_ms,
            slow_mode_secs: show.slow_mode_secs,
            takes_questions: show.takes_questions,
            is_chat_locked: show.is_chat_locked,
            pinned_message,
            questions: tx.list_questions(shop.id, show.id, OPEN_MAX, ANSWERED_MAX).await?,
            lineup: lineup_views(tx, shop.id, show.id).await?,
            featured: tx.list_featured(show.id).await?,
            offers: running_offers(tx, shop, show.id).await?,
        })
    }

    /// The host name under which people reach this server, which Twitch's player asks for.
    pub(super) fn public_host(&self) -> String {
        let url = url::Url::parse(self.public_url()).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

pub(in crate::app) async fn find_show(tx: &mut Tx, show: &ShowRef) -> storage::Result<Option<Show>> {
    match show {
        ShowRef::Id(id) => tx.find_show(*id).await,
        ShowRef::Slug(slug) => match tx.find_first_shop().await? {
            Some(shop) => tx.find_show_by_slug(shop.id, slug).await,
            None => Ok(None),
        },
    }
}

pub(super) async fn lineup_views(
    tx: &mut Tx,
    shop: ShopId,
    show: ShowId,
) -> storage::Result<Vec<ProductView>> {
    let Some(shop) = tx.find_shop(shop).await? else { return Ok(Vec::new()) };
    let products = tx.list_lineup_products(shop.id, show).await?;
    Ok(products.iter().map(|product| ProductView::of(product, shop.currency)).collect())
}

async fn running_offers(tx: &mut Tx, shop: &Shop, show: ShowId) -> storage::Result<Vec<OfferView>> {
    let offers = tx.list_running_offers(shop.id, show).await?;
    Ok(offers.iter().map(|offer| offer.view(shop.currency)).collect())
}

fn summary(show: &Show) -> ShowSummary {
    ShowSummary::of(show, video::poster(&show.video))
}
