//! Shoppable links: made and taken back by members, opened by everybody, counted without cookies.

mod card;
mod clicks;
mod error;
mod landing;

use std::collections::HashMap;

use chrono::{DateTime, Utc};

pub use self::card::Card;
pub(crate) use self::clicks::Clicks;
pub use self::clicks::run_click_writer;
pub use self::error::LinkError;
pub use self::landing::Opened;
use super::page::{Page, PageRequest};
use super::{App, Caller, Invalid};
use crate::domain::ids::{LinkId, ProductId, ShowId, VariantId};
use crate::domain::link::{LINKS_MAX, Link, LinkCode, LinkFigures, LinkSource, LinkStatus};
use crate::domain::member::Permission;
use crate::domain::money::{Amount, Currency, Money};
use crate::domain::text;
use crate::storage::{self, LinkFilter, LinkTarget, Tx};

/// Characters of a link's label and of an overlay's name.
pub(in crate::app) const LABEL_CHARS_MAX: usize = 80;
/// Codes that are tried before the server gives up; two taken in a row are a fault already.
const CODES_TRIED_MAX: usize = 5;

/// What a member wants of a link.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// The show it opens; without one, whichever show has the product.
    pub show_id: Option<ShowId>,
    /// The product it opens.
    pub product_id: Option<ProductId>,
    /// The variant that is chosen there.
    pub variant_id: Option<VariantId>,
    /// Where it is published.
    pub source: LinkSource,
    /// The shop's own words for it; may be empty.
    pub label: String,
    /// When it stops leading anywhere by itself.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A link with what it leads to and what it brought.
#[derive(Clone, Debug)]
pub struct LinkDetail {
    /// The link.
    pub link: Link,
    /// Whether it still leads where it was made for.
    pub status: LinkStatus,
    /// The titles of what it leads to.
    pub target: LinkTarget,
    /// What it brought.
    pub figures: LinkFigures,
}

/// Which links are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinkChoice {
    /// To one show only.
    pub show: Option<ShowId>,
    /// Published in one place only.
    pub source: Option<LinkSource>,
    /// Only those made for overlays, or only the others.
    pub is_overlay: Option<bool>,
}

impl App {
    /// Makes a link.
    ///
    /// # Errors
    /// Names what the shop does not have, or that it has as many links as it may.
    pub async fn create_link(&self, caller: &Caller, new: NewLink) -> Result<LinkDetail, LinkError> {
        caller.require(Permission::Shows)?;
        let label = check_label(&new.label)?;
        let mut tx = self.db().write().await?;
        check_target(&mut tx, caller, &new).await?;
        let link = Link {
            id: self.clock().uuid().into(),
            shop_id: caller.shop,
            code: LinkCode::from_random(self.clock().random()),
            show_id: new.show_id,
            product_id: new.product_id,
            variant_id: new.variant_id,
            source: new.source,
            label,
            overlay_key_id: None,
            clicks: 0,
            created_at: self.clock().now(),
            expires_at: new.expires_at,
            withdrawn_at: None,
        };
        if link.status(self.clock().now()) == LinkStatus::Expired {
            return Err(Invalid::field("/expires_at", "out_of_range").into());
        }
        let link = self.insert_link(&mut tx, link).await?.ok_or(LinkError::NoCode)?;
        let detail = serde_json::json!({ "code": link.code, "source": link.source });
        self.audit(&mut tx, caller, "link.create", &link.id.to_string(), detail).await?;
        let target = tx.find_link_target(&link).await?;
        tx.commit().await?;
        let figures = self.figures(std::slice::from_ref(&link), caller).await?;
        Ok(self.detail(link, target, &figures))
    }

    /// Writes a link under a code that is free. `None` when its overlay has one for the product.
    pub(in crate::app) async fn insert_link(
        &self,
        tx: &mut Tx,
        mut link: Link,
    ) -> Result<Option<Link>, LinkError> {
        if tx.count_links(link.shop_id).await? >= LINKS_MAX {
            return Err(LinkError::TooMany);
        }
        for _ in 0..CODES_TRIED_MAX {
            if tx.insert_link(&link).await? {
                return Ok(Some(link));
            }
            link.code = LinkCode::from_random(self.clock().random());
        }
        Ok(None)
    }

    /// A page of the shop's links, newest first.
    ///
    /// # Errors
    /// Refuses callers who have no part in shows.
    pub async fn list_links(
        &self,
        caller: &Caller,
        choice: LinkChoice,
        page: &PageRequest<LinkId>,
    ) -> Result<Page<LinkDetail>, LinkError> {
        caller.require(Permission::Shows)?;
        let LinkChoice { show, source, is_overlay } = choice;
        let filter = LinkFilter { show, source, is_overlay, before: page.before };
        let mut tx = self.db().read().await?;
        let links = tx.list_links(caller.shop, &filter, page.limit_and_one()).await?;
        let mut targets = Vec::with_capacity(links.len());
        for link in &links {
            targets.push(tx.find_link_target(link).await?);
        }
        drop(tx);
        let figures = self.figures(&links, caller).await?;
        let page = page.cut(links.into_iter().zip(targets).collect(), |(link, _)| link.id);
        Ok(page.map(|(link, target)| self.detail(link, target, &figures)))
    }

    /// A link of the shop.
    ///
    /// # Errors
    /// When there is none, or the caller has no part in shows.
    pub async fn get_link(&self, caller: &Caller, id: LinkId) -> Result<LinkDetail, LinkError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().read().await?;
        let link = tx.find_link(caller.shop, id).await?.ok_or(LinkError::NotFound)?;
        let target = tx.find_link_target(&link).await?;
        drop(tx);
        let figures = self.figures(std::slice::from_ref(&link), caller).await?;
        Ok(self.detail(link, target, &figures))
    }

    /// Takes a link back; what it brought stays known. Doing so twice changes nothing.
    ///
    /// # Errors
    /// When there is none, or the caller has no part in shows.
    pub async fn withdraw_link(&self, caller: &Caller, id: LinkId) -> Result<LinkDetail, LinkError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        if tx.withdraw_link(caller.shop, id, self.clock().now()).await? {
            self.audit(&mut tx, caller, "link.withdraw", &id.to_string(), serde_json::json!({})).await?;
        }
        tx.commit().await?;
        self.get_link(caller, id).await
    }

    /// What links brought, of the kind of money that the shop takes at present.
    async fn figures(&self, links: &[Link], caller: &Caller) -> Result<Figures, LinkError> {
        let is_test = !self.provider_of(caller.shop).await?.is_live();
        let ids: Vec<LinkId> = links.iter().map(|link| link.id).collect();
        let mut tx = self.db().read().await?;
        let shop = tx.find_shop(caller.shop).await?.ok_or(LinkError::NotFound)?;
        let sums = tx.sum_links(caller.shop, &ids, is_test).await?;
        Ok(Figures { sums, currency: shop.currency })
    }

    fn detail(&self, link: Link, target: LinkTarget, figures: &Figures) -> LinkDetail {
        let figures = figures.of(&link);
        LinkDetail { status: link.status(self.clock().now()), link, target, figures }
    }
}

/// What the links of a page brought.
struct Figures {
    sums: HashMap<LinkId, storage::LinkSums>,
    currency: Currency,
}

impl Figures {
    fn of(&self, link: &Link) -> LinkFigures {
        let sums = self.sums.get(&link.id);
        LinkFigures {
            clicks: link.clicks,
            reservations: sums.map_or(0, |sums| sums.reservations),
            orders: sums.map_or(0, |sums| sums.orders),
            revenue: Money::new(sums.map_or(Amount::ZERO, |sums| sums.revenue), self.currency),
        }
    }
}

/// One line, which may be empty.
fn check_label(label: &str) -> Result<String, Invalid> {
    if label.trim().is_empty() {
        return Ok(String::new());
    }
    text::line(label, LABEL_CHARS_MAX).map_err(|error| Invalid::field("/label", error.code()))
}

/// Goes on only with things of the shop that belong together.
async fn check_target(tx: &mut Tx, caller: &Caller, new: &NewLink) -> Result<(), LinkError> {
    let mut invalid = Invalid::default();
    if new.show_id.is_none() && new.product_id.is_none() {
        invalid.push("/product_id", "required");
    }
    if let Some(show) = new.show_id
        && tx.find_show_title(caller.shop, show).await?.is_none()
    {
        invalid.push("/show_id", "unknown");
    }
    let product = match new.product_id {
        Some(id) => tx.find_product(caller.shop, id).await?,
        None => None,
    };
    if new.product_id.is_some() && product.is_none() {
        invalid.push("/product_id", "unknown");
    }
    if let Some(variant) = new.variant_id
        && !product.is_some_and(|product| product.variants.iter().any(|other| other.id == variant))
    {
        invalid.push("/variant_id", "unknown");
    }
    Ok(invalid.into_result()?)
}
