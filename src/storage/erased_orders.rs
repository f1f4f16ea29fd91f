//! Takes the buyer out of an order: the sale stays in the books, the person leaves.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::delivery::{Delivery, PostalAddress};
use crate::domain::ids::{OrderId, ShopId};
use crate::domain::order::Order;
use crate::domain::privacy::KeptOfBuyer;
use crate::domain::text;

/// What is written beside an order and goes with its buyer; a table that names buyers adds its line.
const BESIDE_ORDER: &[&str] = &[
    "update refunds set note = null where order_id = $1 and note is not null",
    "update withdrawals set name = '', email = null where order_id = $1",
];
/// Letters to the buyer that nobody could address any more.
const LETTERS: &[&str] = &[
    "update mails set next_attempt_at = null, gave_up_at = $2
     where order_id = $1 and recipient = 'buyer' and next_attempt_at is not null and sent_at is null",
    "update legal_mails set next_attempt_at = null, gave_up_at = $2
     where order_id = $1 and recipient in ('buyer', 'stated') and next_attempt_at is not null and sent_at is null",
];

impl Tx {
    /// Takes the buyer out of a locked order; the books keep this much of them.
    ///
    /// Provider's names of payments stay, since refunds and the comparison of the books go by them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase_buyer(
        &mut self,
        order: &Order,
        kept: Option<&KeptOfBuyer>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        // The country stays where lists and files for the books look for it.
        let country = kept.and_then(|kept| kept.country.clone());
        let place = country.map(|country| Delivery {
            name: None,
            address: PostalAddress { country: Some(country), ..PostalAddress::default() },
        });
        on_db!(self, |db| sqlx::query(
            "update orders set viewer_id = id, buyer = null, delivery = $5, kept = $3,
                 erased_at = coalesce(erased_at, $2), failure = null, tracking_code = null,
                 session_url = null, session_secret = null, search_text = $4
             where id = $1",
        )
        .bind(order.id)
        .bind(now)
        .bind(kept.map(Json))
        .bind(text::search_key(&order.number))
        .bind(place.as_ref().map(Json))
        .execute(db)
        .await
        .map(drop)?);
        for sql in BESIDE_ORDER {
            on_db!(self, |db| sqlx::query(*sql).bind(order.id).execute(db).await.map(drop)?);
        }
        for sql in LETTERS {
            on_db!(self, |db| sqlx::query(*sql).bind(order.id).bind(now).execute(db).await.map(drop)?);
        }
        self.forget_parcels(order).await?;
        self.forget_provider_news(order).await?;
        self.forget_answers(order).await?;
        if order.is_test {
            self.forget_sandbox_buyer(order).await?;
        }
        Ok(())
    }

    /// Empties what was written down with the sending: the parcel's code leads to the address.
    async fn forget_parcels(&mut self, order: &Order) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update audit_log set detail = $3 where shop_id = $1 and subject = $2 and action = 'order.ship'",
        )
        .bind(order.shop_id)
        .bind(order.id.to_string())
        .bind(Json(serde_json::json!({})))
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Empties the provider's handled news of an order; older ones are empty already.
    async fn forget_provider_news(&mut self, order: &Order) -> Result<()> {
        for name in [&order.session_id, &order.payment_intent_id].into_iter().flatten() {
            on_db!(
                self,
                "update provider_events set body = x''
                 where handled_at is not null and length(body) > 0 and instr(body, cast($1 as blob)) > 0",
                "update provider_events set body = ''
                 where handled_at is not null and length(body) > 0
                 and position(convert_to($1, 'UTF8') in body) > 0",
                |sql, db| sqlx::query(sql).bind(name).execute(db).await.map(drop)?
            );
        }
        Ok(())
    }

    /// Forgets answers of the last day that told of the order; whoever asks once more is answered anew.
    async fn forget_answers(&mut self, order: &Order) -> Result<()> {
        on_db!(
            self,
            "delete from idempotency_keys where status is not null and instr(body, cast($1 as blob)) > 0",
            "delete from idempotency_keys
             where status is not null and position(convert_to($1, 'UTF8') in body) > 0",
            |sql, db| sqlx::query(sql).bind(order.id.to_string()).execute(db).await.map(drop)?
        );
        Ok(())
    }

    /// Takes the buyer out of what the built-in sandbox was told.
    async fn forget_sandbox_buyer(&mut self, order: &Order) -> Result<()> {
        let Some(session) = &order.session_id else { return Ok(()) };
        on_db!(
            self,
            "update sandbox_sessions set data = json_remove(data, '$.buyer') where id = $1",
            "update sandbox_sessions set data = data - 'buyer' where id = $1",
            |sql, db| sqlx::query(sql).bind(session).execute(db).await.map(drop)?
        );
        on_db!(self, |db| sqlx::query(
            "delete from sandbox_events where session_id = $1 and delivered_at is not null",
        )
        .bind(session)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// What the books keep of an order whose buyer was erased.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_kept_of_buyer(&mut self, shop: ShopId, id: OrderId) -> Result<Option<KeptOfBuyer>> {
        let row: Option<(Option<Json<KeptOfBuyer>>,)> =
            on_db!(self, |db| sqlx::query_as("select kept from orders where shop_id = $1 and id = $2")
                .bind(shop)
                .bind(id)
                .fetch_optional(db)
                .await?);
        Ok(row.and_then(|(kept,)| kept).map(|kept| kept.0))
    }

    /// Orders of a shop whose buyer gave an e-mail address, the oldest first, up to a bound.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_orders_of_address(
        &mut self,
        shop: ShopId,
        email: &str,
        limit: i64,
    ) -> Result<Vec<OrderId>> {
        let rows: Vec<(OrderId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from orders where shop_id = $1 and erased_at is null
             and lower(trim(buyer ->> 'email')) = lower(trim($2)) order by id limit $3",
        )
        .bind(shop)
        .bind(email)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}
