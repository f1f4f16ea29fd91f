//! Fills a fresh installation with a shop to look at: products, three shows, an opening chat.
//!
//! Everything goes in by one transaction, so a shop that is there is whole; a later start finds it
//! announces a show anew whose time has passed, and starts an offer where that is honest.

mod catalogue;
mod evening;
mod replay;
mod tonight;

use chrono::{DateTime, TimeDelta, Utc};

use catalogue::{Catalogue, ProductEntry, ShopEntry, ShowEntry, VariantEntry};

use crate::app::offers::OfferError;
use crate::app::questions::QuestionError;
use crate::app::shows::{ShowChange, ShowError};
use crate::app::{App, Caller};
use crate::domain::chat::{Author, NameError, ViewerName};
use crate::domain::event::{ShowEvent, StatusChange};
use crate::domain::ids::{MemberId, ProductId, ShopId, ShowId, ViewerId};
use crate::domain::member::{Member, Role};
use crate::domain::picture::{self, PictureError};
use crate::domain::product::{Image, Product, ProductStatus, Units, Variant};
use crate::domain::show::{FEATURED_MAX, Show, ShowStatus, VideoSource};
use crate::domain::video::DEMO_RECORDING_SECS;
use crate::storage::{self, Shop, Tx};

/// Who runs the demo shop; nobody can receive mail there (RFC 2606).
const OWNER_EMAIL: &str = "demo@vetrina.example";
/// Name of the owner, shown in chat.
const OWNER_NAME: &str = "Ginestra";
/// How long before now the live show began; the opening chat fits in.
const LIVE_SINCE: TimeDelta = TimeDelta::minutes(5);
/// How long the show that is over took: as long as its recording.
const ENDED_LENGTH: TimeDelta = TimeDelta::seconds(DEMO_RECORDING_SECS.cast_signed());

/// The way into the demo shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccess {
    /// The shop.
    pub shop: ShopId,
    /// Its owner, who has no password.
    pub member: MemberId,
    /// The show that is live.
    pub show: ShowId,
    /// URL part of that show.
    pub show_slug: String,
}

/// Why there is no demo shop.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The database holds a real shop, which the demo keeps away from.
    #[error("this database holds the shop {0:?}; start the demo with another one")]
    OtherShop(String),
    /// The demo shop lost its owner or its show.
    #[error("the demo shop lost its {0}; delete the demo's data to begin anew")]
    Incomplete(&'static str),
    /// The demo's own data does not fit together.
    #[error("the demo's data does not fit together: {0}")]
    Material(&'static str),
    /// A show cannot be announced anew.
    #[error(transparent)]
    Show(#[from] ShowError),
    /// A viewer's question is refused.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// An offer is refused for another reason than that it would be none.
    #[error(transparent)]
    Offer(#[from] OfferError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl From<PictureError> for DemoError {
    fn from(_: PictureError) -> Self {
        Self::Material("a picture cannot be read")
    }
}

impl From<NameError> for DemoError {
    fn from(_: NameError) -> Self {
        Self::Material("a viewer's name is not allowed")
    }
}

/// Makes the demo shop, or finds the one that an earlier start made.
///
/// # Errors
/// Refuses a database that holds another shop.
pub async fn seed(app: &App) -> Result<DemoAccess, DemoError> {
    let catalogue = Catalogue::read().map_err(|_| DemoError::Material("the catalogue cannot be read"))?;
    let mut tx = app.db().write().await?;
    let shop = match tx.find_first_shop().await? {
        Some(shop) if shop.is_demo => shop.id,
        Some(shop) => return Err(DemoError::OtherShop(shop.name)),
        None => {
            Seeder { app, tx: &mut tx, now: app.clock().now(), shop: app.clock().uuid().into() }
                .fill(&catalogue)
                .await?
        }
    };
    let access = find_access(&mut tx, shop, &catalogue).await?;
    tx.commit().await?;
    let owner = Caller::member(access.shop, access.member, Role::Owner, OWNER_NAME.to_owned());
    announce_anew(app, &owner, &access, &catalogue).await?;
    tonight::go_on(app, &owner, &access, &catalogue).await?;
    Ok(access)
}

/// Moves scheduled shows to another evening whose announced start has passed.
async fn announce_anew(
    app: &App,
    owner: &Caller,
    access: &DemoAccess,
    catalogue: &Catalogue,
) -> Result<(), DemoError> {
    let now = app.clock().now();
    for entry in catalogue.shows.iter().filter(|entry| entry.status == ShowStatus::Scheduled) {
        let mut tx = app.db().read().await?;
        let show = tx.find_show_by_slug(access.shop, &entry.slug).await?;
        drop(tx);
        let is_missed =
            |show: &Show| show.status == ShowStatus::Scheduled && show.starts_at.is_some_and(|at| at < now);
        if let Some(show) = show.filter(is_missed) {
            let starts_at = Some(entry.starts_at(now));
            app.update_show(owner, show.id, ShowChange { starts_at, ..ShowChange::default() }).await?;
        }
    }
    Ok(())
}

async fn find_access(tx: &mut Tx, shop: ShopId, catalogue: &Catalogue) -> Result<DemoAccess, DemoError> {
    let members = tx.list_members(shop).await?;
    let owner = members.iter().find(|member| member.role == Role::Owner);
    let member = owner.ok_or(DemoError::Incomplete("owner"))?.id;
    let live = catalogue.shows.iter().find(|show| show.status == ShowStatus::Live);
    let show_slug = live.ok_or(DemoError::Material("no show is live"))?.slug.clone();
    let show = tx.find_show_by_slug(shop, &show_slug).await?.ok_or(DemoError::Incomplete("show"))?.id;
    Ok(DemoAccess { shop, member, show, show_slug })
}

struct Seeder<'a> {
    app: &'a App,
    tx: &'a mut Tx,
    now: DateTime<Utc>,
    shop: ShopId,
}

impl Seeder<'_> {
    async fn fill(mut self, catalogue: &Catalogue) -> Result<ShopId, DemoError> {
        self.add_shop(catalogue).await?;
        let mut products = Vec::new();
        for entry in &catalogue.products {
            products.push((entry.handle.as_str(), self.add_product(entry).await?));
        }
        for entry in &catalogue.shows {
            let show = self.add_show(entry, &products).await?;
            if entry.status == ShowStatus::Live {
                self.add_chat(show, catalogue).await?;
            }
        }
        Ok(self.shop)
    }

    async fn add_shop(&mut self, catalogue: &Catalogue) -> Result<(), DemoError> {
        let ShopEntry { name, slug, brand_colour, tagline, checkout } = &catalogue.shop;
        let checkout = checkout.clone().checked(catalogue.currency);
        let shop = Shop {
            id: self.shop,
            slug: slug.clone(),
            name: name.clone(),
            tagline: tagline.clone(),
            currency: catalogue.currency,
            brand_colour: brand_colour.clone(),
            is_demo: true,
            checkout: checkout.map_err(|_| DemoError::Material("the checkout settings are not allowed"))?,
        };
        let owner = Member {
            id: self.app.clock().uuid().into(),
            shop_id: self.shop,
            email: OWNER_EMAIL.to_owned(),
            name: OWNER_NAME.to_owned(),
            role: Role::Owner,
            created_at: self.now,
        };
        let is_in =
            self.tx.insert_shop(&shop, self.now).await? && self.tx.insert_member(&owner, None).await?;
        is_in.then_some(()).ok_or(DemoError::Material("the shop is there twice"))
    }

    async fn add_product(&mut self, entry: &ProductEntry) -> Result<ProductId, DemoError> {
        let product = Product {
            id: self.app.clock().uuid().into(),
            handle: entry.handle.clone(),
            title: entry.title.clone(),
            description: entry.description.clone(),
            option_names: entry.options.clone(),
            status: ProductStatus::Active,
            exemption: None,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
            variants: Vec::new(),
            images: Vec::new(),
        };
        if !self.tx.insert_product(self.shop, &product).await? {
            return Err(DemoError::Material("two products have one handle"));
        }
        for variant in &entry.variants {
            let variant = self.variant(product.id, variant)?;
            if !self.tx.insert_variant(self.shop, &variant, self.now).await? {
                return Err(DemoError::Material("two variants have one SKU"));
            }
        }
        for name in &entry.images {
            let (small, large) = catalogue::sizes(name).ok_or(DemoError::Material("a picture is missing"))?;
            let picture = picture::prepared(small, large)?;
            let image = Image::ready(self.app.clock().uuid().into(), entry.title.clone(), &picture);
            self.tx.insert_image(self.shop, product.id, &image, self.now).await?;
            self.tx.insert_image_files(image.id, &picture).await?;
        }
        Ok(product.id)
    }

    fn variant(&self, product_id: ProductId, entry: &VariantEntry) -> Result<Variant, DemoError> {
        Ok(Variant {
            id: self.app.clock().uuid().into(),
            product_id,
            sku: Some(entry.sku.clone()),
            option_values: entry.options.clone(),
            price: entry.price,
            compare_at: entry.compare_at,
            lowest_before: None,
            on_sale: true,
            available: Units::new(entry.stock).ok_or(DemoError::Material("a stock is out of range"))?,
            reserved: Units::ZERO,
            sold: Units::ZERO,
        })
    }

    async fn add_show(
        &mut self,
        entry: &ShowEntry,
        products: &[(&str, ProductId)],
    ) -> Result<ShowId, DemoError> {
        let find = |handle: &String| products.iter().find(|(known, _)| known == handle).map(|(_, id)| *id);
        let find_all = |handles: &[String]| handles.iter().map(find).collect::<Option<Vec<_>>>();
        let (lineup, featured) = find_all(&entry.lineup)
            .zip(find_all(&entry.featured))
            .ok_or(DemoError::Material("a show names a product that is not there"))?;
        let id = ShowId::from(self.app.clock().uuid());
        let starts_at = match entry.status {
            ShowStatus::Live => self.now - LIVE_SINCE,
            _ => entry.starts_at(self.now),
        };
        let show = Show {
            id,
            shop_id: self.shop,
            slug: entry.slug.clone(),
            title: entry.title.clone(),
            description: entry.description.clone(),
            status: ShowStatus::Scheduled,
            is_rehearsal: false,
            video: VideoSource::Demo {},
            sync_offset_ms: 0,
            starts_at: Some(starts_at),
            started_at: None,
            ended_at: None,
            replay_published_at: None,
            slow_mode_secs: 0,
            takes_questions: true,
            is_chat_locked: false,
            pinned_message_id: None,
            last_seq: 0,
            last_member_seq: 0,
        };
        let is_in =
            self.tx.insert_show(&show, self.now).await? && self.tx.set_lineup(self.shop, id, &lineup).await?;
        if !is_in {
            return Err(DemoError::Material("a show cannot be made"));
        }
        if matches!(entry.status, ShowStatus::Live | ShowStatus::Ended) {
            self.run_show(id, starts_at, &featured).await?;
        }
        if entry.status == ShowStatus::Ended {
            if let Some(replay) = &entry.replay {
                self.play_through(id, starts_at, replay, products).await?;
            }
            self.move_show(id, ShowStatus::Live, ShowStatus::Ended, starts_at, starts_at + ENDED_LENGTH)
                .await?;
            if entry.replay.is_some() {
                self.publish_replay(id, starts_at).await?;
            }
        }
        Ok(id)
    }

    async fn run_show(
        &mut self,
        id: ShowId,
        starts_at: DateTime<Utc>,
        featured: &[ProductId],
    ) -> Result<(), DemoError> {
        self.move_show(id, ShowStatus::Scheduled, ShowStatus::Live, starts_at, starts_at).await?;
        for product_id in featured.iter().copied() {
            if !self.tx.feature_product(self.shop, id, product_id, FEATURED_MAX).await? {
                return Err(DemoError::Material("a product on screen is not in the lineup"));
            }
            let featured = self.tx.list_featured(id).await?;
            self.tell(id, starts_at, ShowEvent::ProductFeatured { product_id, featured }).await?;
        }
        Ok(())
    }

    async fn move_show(
        &mut self,
        id: ShowId,
        from: ShowStatus,
        to: ShowStatus,
        starts_at: DateTime<Utc>,
        at: DateTime<Utc>,
    ) -> Result<(), DemoError> {
        if !self.tx.set_show_status(self.shop, id, from, to, at).await? {
            return Err(DemoError::Material("a show does not move on"));
        }
        let change = StatusChange { status: to, starts_at: Some(starts_at) };
        let event = match to {
            ShowStatus::Ended => ShowEvent::ShowEnded(change),
            _ => ShowEvent::ShowStarted(change),
        };
        self.tell(id, at, event).await
    }

    async fn add_chat(&mut self, show: ShowId, catalogue: &Catalogue) -> Result<(), DemoError> {
        let staff = [OWNER_NAME.to_owned(), catalogue.shop.name.clone()];
        let mut viewers: Vec<(&str, ViewerId)> = Vec::new();
        for entry in &catalogue.chat {
            let viewer = self.known_viewer(show, &entry.name, &staff, &mut viewers).await?;
            let at = self.now - TimeDelta::seconds(entry.seconds_before_now);
            self.say(show, viewer, &entry.name, &entry.text, at).await?;
        }
        Ok(())
    }

    /// The viewer of this name, made at their first message.
    async fn known_viewer<'n>(
        &mut self,
        show: ShowId,
        name: &'n str,
        staff: &[String],
        viewers: &mut Vec<(&'n str, ViewerId)>,
    ) -> Result<ViewerId, DemoError> {
        if let Some((_, viewer)) = viewers.iter().find(|(known, _)| *known == name) {
            return Ok(*viewer);
        }
        let viewer = self.add_viewer(show, name, staff).await?;
        viewers.push((name, viewer));
        Ok(viewer)
    }

    async fn say(
        &mut self,
        show: ShowId,
        viewer: ViewerId,
        name: &str,
        text: &str,
        at: DateTime<Utc>,
    ) -> Result<(), DemoError> {
        let author = Author { id: viewer.as_uuid(), name: name.to_owned(), badge: None };
        let message_id = self.app.clock().uuid().into();
        let event = ShowEvent::ChatSent { message_id, author, text: Some(text.to_owned()) };
        let recorded = self.tx.append_event(self.shop, show, at, event).await?;
        let kept = [(message_id, viewer.as_uuid(), &recorded)];
        Ok(self.tx.insert_chat_messages(self.shop, show, &kept).await?)
    }

    async fn add_viewer(
        &mut self,
        show: ShowId,
        name: &str,
        staff: &[String],
    ) -> Result<ViewerId, DemoError> {
        let viewer = ViewerId::from(self.app.clock().uuid());
        let name = ViewerName::parse(name, staff)?;
        // These viewers come from nowhere, so their address is nobody's.
        let address_hash = self.app.clock().random::<32>();
        if self.tx.set_viewer_name(self.shop, show, viewer, &name, &address_hash).await? {
            Ok(viewer)
        } else {
            Err(DemoError::Material("two viewers have one name"))
        }
    }

    async fn tell(&mut self, show: ShowId, at: DateTime<Utc>, event: ShowEvent) -> Result<(), DemoError> {
        self.tx.append_event(self.shop, show, at, event).await?;
        Ok(())
    }
}
