//! Tells the shows that hold a product what changed of it.

use super::CatalogueError;
use crate::app::{App, Recorder};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{ProductId, ShopId, VariantId};
use crate::domain::product::ProductView;
use crate::storage::{self, Tx};

impl App {
    /// Records `product.changed` in each show whose lineup holds the product.
    pub(crate) async fn announce_product(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: ProductId,
    ) -> Result<Vec<Recorder>, CatalogueError> {
        let shows = tx.list_shows_with_product(shop, id).await?;
        if shows.is_empty() {
            return Ok(Vec::new());
        }
        let currency = self.shop_currency(tx, shop).await?;
        let product = tx.find_product(shop, id).await?.ok_or(CatalogueError::NotFound)?;
        let mut recorders = Vec::new();
        for show in shows {
            let mut recorder = self.recorder(shop, show);
            let product = ProductView::of(&product, currency);
            recorder.record(tx, ShowEvent::ProductChanged { product }).await?;
            recorders.push(recorder);
        }
        Ok(recorders)
    }

    /// Records `stock.changed` of a variant in each show whose lineup holds its product.
    pub(crate) async fn announce_stock(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        id: VariantId,
    ) -> storage::Result<Vec<Recorder>> {
        let Some(variant) = tx.find_variant(shop, id).await? else { return Ok(Vec::new()) };
        let mut recorders = Vec::new();
        for show in tx.list_shows_with_product(shop, variant.product_id).await? {
            let mut recorder = self.recorder(shop, show);
            let event = ShowEvent::StockChanged {
                product_id: variant.product_id,
                variant_id: variant.id,
                available: variant.available.get(),
                on_sale: variant.on_sale,
            };
            recorder.record(tx, event).await?;
            recorders.push(recorder);
        }
        Ok(recorders)
    }
}
