//! Where an opened link leads, and why it may be another place than it was made for.

use crate::app::App;
use crate::domain::ids::ProductId;
use crate::domain::link::{Landing, Link, LinkCode, LinkNotice, LinkStatus};
use crate::domain::show::Show;
use crate::storage::{self, CardSubject, Tx};

/// A link that somebody opens.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The link; none for a code that no shop has.
    pub link: Option<Link>,
    /// Where it leads.
    pub landing: Landing,
}

impl App {
    /// Finds out where a link leads at this moment. Every code leads somewhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_link(&self, code: Option<&LinkCode>) -> storage::Result<Opened> {
        let mut tx = self.db().read().await?;
        let link = match code {
            Some(code) => tx.find_link_by_code(code).await?,
            None => None,
        };
        let Some(link) = link else {
            return Ok(Opened { link: None, landing: nowhere(LinkNotice::Unknown) });
        };
        let landing = land(&mut tx, &link, link.status(self.clock().now())).await?;
        Ok(Opened { link: Some(link), landing })
    }
}

/// The shop's first page.
const fn nowhere(notice: LinkNotice) -> Landing {
    Landing { show: None, product: None, variant: None, code: None, notice: Some(notice) }
}

async fn land(tx: &mut Tx, link: &Link, status: LinkStatus) -> storage::Result<Landing> {
    let over = match status {
        LinkStatus::Active => None,
        LinkStatus::Expired => Some(LinkNotice::Expired),
        LinkStatus::Withdrawn => Some(LinkNotice::Withdrawn),
    };
    let Some(show) = find_show(tx, link).await? else {
        let gone = if link.show_id.is_some() { LinkNotice::ShowGone } else { LinkNotice::ProductGone };
        return Ok(nowhere(over.unwrap_or(gone)));
    };
    let mut landing = Landing {
        show: Some(public_name(tx, &show).await?),
        product: None,
        variant: link.variant_id,
        // What is bought behind a link that is over is not what it brought.
        code: Some(link.code.clone()).filter(|_| over.is_none()),
        notice: over,
    };
    if let Some(product) = link.product_id {
        let (handle, notice) = find_product(tx, link, &show, product).await?;
        landing.product = handle;
        landing.notice = over.or(notice);
    }
    if landing.product.is_none() {
        landing.variant = None;
    }
    Ok(landing)
}

/// The name of a show in its address: the URL part at the shop of this site, the id at another one.
async fn public_name(tx: &mut Tx, show: &Show) -> storage::Result<String> {
    let is_first = tx.find_first_shop().await?.is_some_and(|shop| shop.id == show.shop_id);
    Ok(if is_first { show.slug.clone() } else { show.id.to_string() })
}

/// The show that a link opens, if people may know of it.
async fn find_show(tx: &mut Tx, link: &Link) -> storage::Result<Option<Show>> {
    let id = match (link.show_id, link.product_id) {
        (Some(show), _) => Some(show),
        (None, Some(product)) => tx.find_show_with_product(link.shop_id, product).await?,
        (None, None) => None,
    };
    let Some(id) = id else { return Ok(None) };
    let show = tx.find_show(id).await?;
    Ok(show.filter(|show| show.shop_id == link.shop_id && show.is_public()))
}

/// The URL part of the link's product in a show, and what is wrong with it there.
async fn find_product(
    tx: &mut Tx,
    link: &Link,
    show: &Show,
    product: ProductId,
) -> storage::Result<(Option<String>, Option<LinkNotice>)> {
    let Some(handle) = tx.find_lineup_handle(link.shop_id, show.id, product).await? else {
        return Ok((None, Some(LinkNotice::ProductGone)));
    };
    let subject = CardSubject { handle: Some(&handle), variant: link.variant_id };
    let card = tx.find_card_product(link.shop_id, show.id, subject).await?;
    let has_pieces = card.is_some_and(|card| card.available > 0);
    Ok((Some(handle), (!has_pieces).then_some(LinkNotice::SoldOut)))
}
