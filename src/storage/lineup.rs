//! What a show sells, and which of it is on screen.

use super::{Result, Tx, on_db};
use crate::domain::ids::{ProductId, ShopId, ShowId};

impl Tx {
    /// Replaces the lineup; products that left it also leave the screen.
    /// False means that a product is not one of the shop's active ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_lineup(&mut self, shop: ShopId, show: ShowId, products: &[ProductId]) -> Result<bool> {
        let on_screen = self.list_featured(show).await?;
        for sql in [
            "delete from featured_products where shop_id = $1 and show_id = $2",
            "delete from lineup_entries where shop_id = $1 and show_id = $2",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(show).execute(db).await.map(drop)?);
        }
        for (position, product) in (1_i64..).zip(products) {
            let rows = on_db!(self, |db| sqlx::query(
                "insert into lineup_entries (shop_id, show_id, product_id, position)
                 select shop_id, $2, id, $4 from products
                 where shop_id = $1 and id = $3 and status = 'active' on conflict do nothing",
            )
            .bind(shop)
            .bind(show)
            .bind(product)
            .bind(position)
            .execute(db)
            .await?
            .rows_affected());
            if rows == 0 {
                return Ok(false);
            }
        }
        for product in on_screen.iter().rev().filter(|product| products.contains(product)) {
            self.insert_featured(shop, show, *product).await?;
        }
        Ok(true)
    }

    /// Puts a product of the lineup on screen as the primary one.
    /// False means that it is not in the lineup or not active.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn feature_product(
        &mut self,
        shop: ShopId,
        show: ShowId,
        product: ProductId,
        at_most: usize,
    ) -> Result<bool> {
        self.unfeature_product(shop, show, product).await?;
        if !self.insert_featured(shop, show, product).await? {
            return Ok(false);
        }
        for surplus in self.list_featured(show).await?.into_iter().skip(at_most) {
            self.unfeature_product(shop, show, surplus).await?;
        }
        Ok(true)
    }

    /// Takes a product off the screen. False means that it was not on it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unfeature_product(
        &mut self,
        shop: ShopId,
        show: ShowId,
        product: ProductId,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "delete from featured_products where shop_id = $1 and show_id = $2 and product_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The products on screen, the primary one first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_featured(&mut self, show: ShowId) -> Result<Vec<ProductId>> {
        let rows: Vec<(ProductId,)> = on_db!(self, |db| sqlx::query_as(
            "select f.product_id from featured_products f join products p on p.id = f.product_id
             where f.show_id = $1 and p.status = 'active' order by f.featured_seq desc",
        )
        .bind(show)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Puts a product on top of those on screen. False means that it is not in the lineup or not active.
    async fn insert_featured(&mut self, shop: ShopId, show: ShowId, product: ProductId) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into featured_products (shop_id, show_id, product_id, featured_seq)
             select e.shop_id, e.show_id, e.product_id,
             (select coalesce(max(featured_seq), 0) + 1 from featured_products where show_id = $2)
             from lineup_entries e join products p on p.id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 and e.product_id = $3 and p.status = 'active'
             on conflict do nothing",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}
