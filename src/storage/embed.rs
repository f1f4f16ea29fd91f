//! Where the shows of a shop may be embedded.

use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::embed::EmbedSettings;
use crate::domain::ids::ShopId;

impl Tx {
    /// The sites that may embed a shop's shows; none without the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_embed_settings(&mut self, shop: ShopId) -> Result<Option<EmbedSettings>> {
        let found: Option<(Json<Vec<String>>,)> = on_db!(self, |db| {
            sqlx::query_as("select embed_sites from shops where id = $1")
                .bind(shop)
                .fetch_optional(db)
                .await?
        });
        Ok(found.map(|(Json(sites),)| EmbedSettings { sites }))
    }

    /// Changes the sites that may embed a shop's shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_embed_settings(&mut self, shop: ShopId, settings: &EmbedSettings) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set embed_sites = $2 where id = $1")
            .bind(shop)
            .bind(Json(&settings.sites))
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}
