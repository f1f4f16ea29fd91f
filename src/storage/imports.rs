//! What an import has to know of the catalogue beside the products themselves.

use std::collections::BTreeMap;

use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{ShopId, VariantId};

impl Tx {
    /// Who has which of these SKUs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_sku_owners(
        &mut self,
        shop: ShopId,
        skus: &[&str],
    ) -> Result<BTreeMap<String, VariantId>> {
        if skus.is_empty() {
            return Ok(BTreeMap::new());
        }
        let rows: Vec<(String, VariantId)> = on_db!(
            self,
            "select sku, id from variants
             where shop_id = $1 and sku in (select value from json_each($2))",
            "select sku, id from variants
             where shop_id = $1 and sku in (select jsonb_array_elements_text($2))",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(Json(skus)).fetch_all(db).await?
        );
        Ok(rows.into_iter().collect())
    }
}
