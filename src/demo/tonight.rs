//! What goes on in the demo's live show: questions of viewers, and an offer at each start.
//!
//! Both take the ways that people take, so an offer is held against the prices of the last 30 days:
//! a product that had one lately gets none, and the next in the list has its turn.

use tracing::info;

use super::catalogue::{Catalogue, OfferEntry, QuestionEntry};
use super::{DemoAccess, DemoError};
use crate::app::offers::{NewOffer, OfferError};
use crate::app::questions::{AnswerDraft, NewQuestion};
use crate::app::{App, Caller};
use crate::domain::chat::ViewerName;
use crate::domain::ids::{ProductId, ShowId};
use crate::domain::money::Money;
use crate::domain::product::Product;
use crate::domain::question::{ANSWERED_MAX, OPEN_MAX, Visibility};

/// Questions at the first start, an offer at each.
pub(super) async fn go_on(
    app: &App,
    owner: &Caller,
    access: &DemoAccess,
    catalogue: &Catalogue,
) -> Result<(), DemoError> {
    let mut tx = app.db().read().await?;
    let show = tx.find_show(access.show).await?.ok_or(DemoError::Incomplete("show"))?;
    let lineup = tx.list_lineup_products(access.shop, show.id).await?;
    let asked = tx.list_questions(access.shop, show.id, OPEN_MAX, ANSWERED_MAX).await?;
    let offers = tx.list_running_offers(access.shop, show.id).await?;
    drop(tx);
    let now = app.clock().now();
    let is_offering = offers.iter().any(|offer| offer.ends_at.is_none_or(|at| at > now));
    // Its owner may have paused or ended it.
    if !show.status.is_open() {
        return Ok(());
    }
    if asked.is_empty() && show.takes_questions {
        for entry in &catalogue.questions {
            ask(app, owner, show.id, entry, &lineup).await?;
        }
    }
    if is_offering { Ok(()) } else { offer(app, owner, show.id, catalogue, &lineup).await }
}

/// Has a viewer ask, and the owner answer where there is an answer.
async fn ask(
    app: &App,
    owner: &Caller,
    show: ShowId,
    entry: &QuestionEntry,
    lineup: &[Product],
) -> Result<(), DemoError> {
    let (viewer, _) = app.create_viewer(owner.shop);
    // These viewers come from nowhere, so their address is nobody's.
    let address_hash = app.clock().random::<32>();
    let name = ViewerName::parse(&entry.name, &[])?;
    let mut tx = app.db().write().await?;
    if !tx.set_viewer_name(owner.shop, show, viewer.id, &name, &address_hash).await? {
        // Somebody who came to the demo has that name by now.
        return Ok(());
    }
    tx.commit().await?;
    let id = app.clock().uuid().into();
    let product_id = entry.product.as_ref().and_then(|handle| in_lineup(lineup, handle));
    let question = NewQuestion { id, product_id, text: entry.text.clone() };
    app.ask_question(show, viewer, &address_hash, question).await?;
    if let Some(text) = &entry.answer {
        let draft = AnswerDraft { text: Some(text.clone()), visibility: Visibility::Public };
        app.answer_question(owner, show, id, &draft).await?;
    }
    Ok(())
}

/// Starts the first offer of the list that is one.
async fn offer(
    app: &App,
    owner: &Caller,
    show: ShowId,
    catalogue: &Catalogue,
    lineup: &[Product],
) -> Result<(), DemoError> {
    for OfferEntry { product, price, secs, units } in &catalogue.offers {
        let Some(product_id) = in_lineup(lineup, product) else { continue };
        let price = Money::new(*price, catalogue.currency);
        let new = NewOffer {
            product_id,
            variant_ids: None,
            price,
            secs: Some(*secs),
            units: *units,
            units_per_buyer: None,
        };
        match Box::pin(app.start_offer(owner, show, &new)).await {
            Ok(_) => return Ok(()),
            // It had one lately, or cost less: as an offer it would mislead, so it is none.
            Err(OfferError::Repeated { .. } | OfferError::NotReduced { .. } | OfferError::Invalid(_)) => {
                info!(product.handle = %product, "the demo makes no offer for {product}: it had one lately");
            }
            Err(error) => return Err(error.into()),
        }
    }
    info!("the demo starts without an offer: each of its products had one within 30 days");
    Ok(())
}

fn in_lineup(lineup: &[Product], handle: &str) -> Option<ProductId> {
    lineup.iter().find(|product| product.handle == handle).map(|product| product.id)
}
