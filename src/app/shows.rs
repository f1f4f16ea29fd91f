//! Shows: planning, moving them on, lineup, products on screen, snapshots.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::page::{Page, PageRequest};
use super::{App, Caller, Invalid, Recorder, Refusal};
use crate::domain::event::{RecordedEvent, ShowEvent, StatusChange};
use crate::domain::ids::{ProductId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::ProductView;
use crate::domain::show::{
    FEATURED_MAX, LINEUP_MAX, PaymentsMode, ShopView, Show, ShowStatus, ShowSummary, ShowView, VideoSource,
};
use crate::domain::text;
use crate::domain::video::{self, VideoError};
use crate::storage::{self, Shop, ShowFields, Tx};

/// Characters of a show's title.
const TITLE_CHARS_MAX: usize = 120;
/// Characters of a show's description.
const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// Shows on the storefront; older ones are found by their address.
const STOREFRONT_SHOWS_MAX: i64 = 30;
/// Messages of the chat that a snapshot brings.
const SNAPSHOT_CHAT_MAX: i64 = 100;

/// A show to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShow {
    /// One line.
    pub title: String,
    /// URL part; made from the title where it is missing.
    pub slug: Option<String>,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the picture comes from.
    pub video: Option<VideoSource>,
    /// A trial run that only members see.
    #[serde(default)]
    pub is_rehearsal: bool,
}

/// Changes to a show; what is missing stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowChange {
    /// One line.
    pub title: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the picture comes from.
    pub video: Option<VideoSource>,
}

/// Names a show by id or by slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShowRef {
    /// By id.
    Id(ShowId),
    /// By the URL part, in the shop whose storefront stands at the root.
    Slug(String),
}

impl From<&str> for ShowRef {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Slug(text.to_owned()), Self::Id)
    }
}

/// Everything a page needs to begin, and where both streams stood at that moment.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    /// The shop.
    pub shop: ShopView,
    /// The show.
    pub show: ShowView,
    /// The newest messages, oldest first.
    pub chat: Vec<RecordedEvent>,
    /// The newest event that this snapshot holds.
    pub last_seq: i64,
    /// The newest event for members that this snapshot holds.
    pub last_member_seq: i64,
}

/// Why a show was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// No such show, or not for this caller's eyes.
    #[error("there is nothing here")]
    NotFound,
    /// Another show has the slug.
    #[error("another show has this slug")]
    SlugTaken,
    /// A show does not move like this.
    #[error("a show that is {from} cannot become {to}")]
    IllegalTransition {
        /// Where it stands.
        from: ShowStatus,
        /// Where it was to go.
        to: ShowStatus,
    },
    /// It has begun, so it stays.
    #[error("a show that has begun cannot be deleted")]
    HasBegun,
    /// The product is not in the lineup.
    #[error("the product is not in the lineup")]
    NotInLineup,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] super::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for ShowError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::SlugTaken => Code::SlugTaken,
            Self::IllegalTransition { .. } | Self::HasBegun => Code::IllegalTransition,
            Self::NotInLineup => Code::NotInLineup,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Storage(error) = self { error.retry_after() } else { None }
    }
}

impl App {
    /// The shop at the root of the site and the shows it announces.
    ///
    /// # Errors
    /// When there is no shop yet.
    pub async fn storefront(&self) -> Result<(ShopView, Vec<ShowSummary>), ShowError> {
        let mut tx = self.db().read().await?;
        let shop = tx.find_first_shop().await?.ok_or(ShowError::NotFound)?;
        let shows = tx.list_public_shows(shop.id, STOREFRONT_SHOWS_MAX).await?;
        Ok((self.shop_view(&shop), shows.iter().map(summary).collect()))
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
        Ok(Snapshot {
            shop: self.shop_view(&shop),
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
        let video = change.video.unwrap_or(old.video);
        check_video(&video, &mut invalid);
        invalid.into_result()?;
        let starts_at = change.starts_at.or(old.starts_at);
        let fields = ShowFields { title: &title, description: &description, video: &video, starts_at };
        tx.update_show(caller.shop, id, &fields, self.clock().now()).await?;
        let mut recorder = self.recorder(caller.shop, id);
        let video = video::playable(&video, &self.public_host());
        recorder.record(&mut tx, ShowEvent::ShowUpdated { title, description, video, starts_at }).await?;
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
        Ok(tx.commit().await?)
    }

    /// Moves a show on; asking for where it stands already changes nothing.
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
        let mut tx = self.db().write().await?;
        let show = tx.lock_show(caller.shop, id).await?.ok_or(ShowError::NotFound)?;
        let from = show.status;
        if from == to {
            return self.stored_view(&mut tx, caller.shop, id).await;
        }
        let is_legal = from.may_become(to);
        if !is_legal || !tx.set_show_status(caller.shop, id, from, to, self.clock().now()).await? {
            return Err(ShowError::IllegalTransition { from, to });
        }
        let mut recorder = self.recorder(caller.shop, id);
        recorder.record(&mut tx, status_event(from, to, show.starts_at)).await?;
        let view = self.stored_view(&mut tx, caller.shop, id).await?;
        self.commit(tx, [recorder]).await?;
        Ok(view)
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

    fn new_show(&self, shop_id: ShopId, new: NewShow) -> Result<Show, Invalid> {
        let mut invalid = Invalid::default();
        let id = ShowId::from(self.clock().uuid());
        let title = check_title(&new.title, &mut invalid);
        let description = check_description(&new.description, &mut invalid);
        let video = new.video.unwrap_or(VideoSource::None {});
        check_video(&video, &mut invalid);
        let slug = match new.slug {
            // A slug that reads as an id could never be reached.
            Some(slug)
                if text::slug(&slug) == slug && !slug.is_empty() && slug.parse::<ShowId>().is_err() =>
            {
                slug
            }
            Some(_) => {
                invalid.push("/slug", "not_a_slug");
                String::new()
            }
            None => format!("{}-{}", text::slug(&title), &id.as_uuid().simple().to_string()[26..])
                .trim_start_matches('-')
                .to_owned(),
        };
        invalid.into_result()?;
        let status = if new.starts_at.is_some() { ShowStatus::Scheduled } else { ShowStatus::Draft };
        Ok(Show {
            id,
            shop_id,
            slug,
            title,
            description,
            status,
            is_rehearsal: new.is_rehearsal,
            video,
            starts_at: new.starts_at,
            started_at: None,
            ended_at: None,
            replay_published_at: None,
            slow_mode_secs: 0,
            last_seq: 0,
            last_member_seq: 0,
        })
    }

    /// A shop by id, as viewers see it.
    ///
    /// # Errors
    /// When there is none.
    pub async fn get_shop(&self, id: ShopId) -> Result<ShopView, ShowError> {
        let shop = self.db().read().await?.find_shop(id).await?.ok_or(ShowError::NotFound)?;
        Ok(self.shop_view(&shop))
    }

    /// A shop as viewers see it.
    #[must_use]
    pub fn shop_view(&self, shop: &Shop) -> ShopView {
        ShopView {
            id: shop.id,
            slug: shop.slug.clone(),
            name: shop.name.clone(),
            tagline: shop.tagline.clone(),
            currency: shop.currency,
            brand_colour: shop.brand_colour.clone(),
            is_demo: shop.is_demo,
            payments: self.payments_mode(),
        }
    }

    /// Who takes the money.
    #[must_use]
    pub fn payments_mode(&self) -> PaymentsMode {
        self.provider().mode()
    }
}

impl App {
    async fn show_view(&self, tx: &mut Tx, show: &Show, shop: &Shop) -> Result<ShowView, ShowError> {
        Ok(ShowView {
            summary: summary(show),
            video: video::playable(&show.video, &self.public_host()),
            slow_mode_secs: show.slow_mode_secs,
            lineup: lineup_views(tx, shop.id, show.id).await?,
            featured: tx.list_featured(show.id).await?,
        })
    }

    /// The host name under which people reach this server, which Twitch's player asks for.
    fn public_host(&self) -> String {
        let url = url::Url::parse(self.public_url()).ok();
        url.and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }
}

async fn find_show(tx: &mut Tx, show: &ShowRef) -> storage::Result<Option<Show>> {
    match show {
        ShowRef::Id(id) => tx.find_show(*id).await,
        ShowRef::Slug(slug) => match tx.find_first_shop().await? {
            Some(shop) => tx.find_show_by_slug(shop.id, slug).await,
            None => Ok(None),
        },
    }
}

async fn lineup_views(tx: &mut Tx, shop: ShopId, show: ShowId) -> storage::Result<Vec<ProductView>> {
    let Some(shop) = tx.find_shop(shop).await? else { return Ok(Vec::new()) };
    let products = tx.list_lineup_products(shop.id, show).await?;
    Ok(products.iter().map(|product| ProductView::of(product, shop.currency)).collect())
}

fn summary(show: &Show) -> ShowSummary {
    ShowSummary::of(show, video::poster(&show.video))
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

fn check_title(title: &str, invalid: &mut Invalid) -> String {
    text::line(title, TITLE_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push("/title", error.code());
        String::new()
    })
}

fn check_description(description: &str, invalid: &mut Invalid) -> String {
    text::paragraphs(description, DESCRIPTION_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push("/description", error.code());
        String::new()
    })
}

fn check_video(source: &VideoSource, invalid: &mut Invalid) {
    if let Err(VideoError) = video::check(source) {
        invalid.push("/video/url", "not_a_video_address");
    }
}
