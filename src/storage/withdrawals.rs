//! Who sells under which terms, what buyers knew, and their withdrawals.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::ids::{OrderId, ShopId};
use crate::domain::language::Language;
use crate::domain::legal::LegalSettings;
use crate::domain::money::{Amount, Currency};
use crate::domain::withdrawal::{OrderRights, Withdrawal, WithdrawnLine};

/// The most withdrawals of one order that are read: each takes a piece, and an order has 200 at most.
const WITHDRAWALS_OF_ORDER_MAX: i64 = 200;

#[derive(sqlx::FromRow)]
struct WithdrawalRow {
    id: Uuid,
    at: DateTime<Utc>,
    name: String,
    email: Option<String>,
    language: Language,
    lines: Json<Vec<WithdrawnLine>>,
    amount: Amount,
    refund_target: Amount,
    refund_due_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct RightsRow {
    was_informed: bool,
    delivered_on: Option<String>,
}

/// A withdrawal whose money has not gone back in full.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OpenWithdrawal {
    /// Identity.
    pub id: Uuid,
    /// The order it is about.
    pub order_id: OrderId,
    /// The order's number for people.
    pub number: String,
    /// Test money.
    pub is_test: bool,
    /// When the statement arrived.
    pub at: DateTime<Utc>,
    /// What is owed for it.
    pub amount: Amount,
    /// Currency of the order.
    pub currency: Currency,
    /// Until when.
    pub refund_due_at: DateTime<Utc>,
}

impl Tx {
    /// What a shop tells of itself; none without the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_shop_legal(&mut self, id: ShopId) -> Result<Option<LegalSettings>> {
        let row: Option<(Json<LegalSettings>,)> =
            on_db!(self, |db| sqlx::query_as("select legal from shops where id = $1")
                .bind(id)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(legal,)| legal.0))
    }

    /// Changes what a shop tells of itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_shop_legal(&mut self, id: ShopId, legal: &LegalSettings) -> Result<()> {
        on_db!(self, |db| sqlx::query("update shops set legal = $2, informs_buyers = $3 where id = $1")
            .bind(id)
            .bind(Json(legal))
            .bind(legal.informs_buyers())
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// A shop by the URL part of its pages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_shop_id_by_slug(&mut self, slug: &str) -> Result<Option<ShopId>> {
        let row: Option<(ShopId,)> =
            on_db!(self, |db| sqlx::query_as("select id from shops where slug = $1")
                .bind(slug)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(id,)| id))
    }

    /// Keeps with an order whether the shop's pages told of the right of withdrawal at the click.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_what_buyer_knows(&mut self, shop: ShopId, order: OrderId) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update orders set was_informed = (select s.informs_buyers from shops s where s.id = $1)
             where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(order)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// What the shop knows of an order beyond the order itself.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_order_rights(&mut self, shop: ShopId, order: OrderId) -> Result<OrderRights> {
        let row: Option<RightsRow> = on_db!(self, |db| sqlx::query_as(
            "select was_informed, delivered_on from orders where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(order)
        .fetch_optional(db)
        .await?);
        Ok(row.map_or_else(OrderRights::default, |row| OrderRights {
            was_informed: row.was_informed,
            delivered_on: row.delivered_on.and_then(|day| day.parse().ok()),
        }))
    }

    /// Notes on which day the last parcel of a sent order arrived. False when the order is not sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_delivered_on(
        &mut self,
        shop: ShopId,
        order: OrderId,
        day: Option<NaiveDate>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update orders set delivered_on = $3 where shop_id = $1 and id = $2 and status = 'shipped'",
        )
        .bind(shop)
        .bind(order)
        .bind(day.map(|day| day.to_string()))
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Takes pieces of one order line back. False means that not so many are left of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn withdraw_units(
        &mut self,
        shop: ShopId,
        order: OrderId,
        position: i64,
        units: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update order_lines set withdrawn_units = withdrawn_units + $4
             where shop_id = $1 and order_id = $2 and position = $3 and units - withdrawn_units >= $4
                 and coalesce(withdrawal_exemption, '') not in ('made_to_measure', 'perishable')",
        )
        .bind(shop)
        .bind(order)
        .bind(position)
        .bind(units)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Writes a withdrawal down. False means that the same click was taken before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_withdrawal(
        &mut self,
        shop: ShopId,
        order: OrderId,
        click_key: &str,
        withdrawal: &Withdrawal,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into withdrawals (id, shop_id, order_id, click_key, at, name, email, language, lines,
                 amount, refund_target, refund_due_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing",
        )
        .bind(withdrawal.id)
        .bind(shop)
        .bind(order)
        .bind(click_key)
        .bind(withdrawal.at)
        .bind(&withdrawal.name)
        .bind(&withdrawal.email)
        .bind(withdrawal.language)
        .bind(Json(&withdrawal.lines))
        .bind(withdrawal.amount)
        .bind(withdrawal.refund_target)
        .bind(withdrawal.refund_due_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The withdrawal that a click made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_withdrawal_by_click(
        &mut self,
        order: OrderId,
        click_key: &str,
    ) -> Result<Option<Withdrawal>> {
        let row: Option<WithdrawalRow> = on_db!(self, |db| sqlx::query_as(
            "select id, at, name, email, language, lines, amount, refund_target, refund_due_at
             from withdrawals where order_id = $1 and click_key = $2",
        )
        .bind(order)
        .bind(click_key)
        .fetch_optional(db)
        .await?);
        Ok(row.map(WithdrawalRow::into_withdrawal))
    }

    /// The withdrawals from an order, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_withdrawals(&mut self, shop: ShopId, order: OrderId) -> Result<Vec<Withdrawal>> {
        let rows: Vec<WithdrawalRow> = on_db!(self, |db| sqlx::query_as(
            "select id, at, name, email, language, lines, amount, refund_target, refund_due_at
             from withdrawals where shop_id = $1 and order_id = $2 order by at, id limit $3",
        )
        .bind(shop)
        .bind(order)
        .bind(WITHDRAWALS_OF_ORDER_MAX)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(WithdrawalRow::into_withdrawal).collect())
    }

    /// Withdrawals of a shop whose money has not gone back in full, the most urgent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_open_withdrawals(&mut self, shop: ShopId, limit: i64) -> Result<Vec<OpenWithdrawal>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select w.id, w.order_id, o.number, o.is_test, w.at, w.amount, o.currency, w.refund_due_at
             from withdrawals w join orders o on o.id = w.order_id
             where w.shop_id = $1 and o.amount_refunded < w.refund_target
             order by w.refund_due_at, w.id limit $2",
        )
        .bind(shop)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// Withdrawals of all shops whose money should have gone back before this time; real money alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_overdue_withdrawals(&mut self, now: DateTime<Utc>) -> Result<i64> {
        let (count,): (i64,) = on_db!(self, |db| sqlx::query_as(
            "select count(*) from withdrawals w join orders o on o.id = w.order_id
             where w.refund_due_at < $1 and o.amount_refunded < w.refund_target and not o.is_test",
        )
        .bind(now)
        .fetch_one(db)
        .await?);
        Ok(count)
    }

    /// An order of a shop by its number for people.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_order_id_by_number(&mut self, shop: ShopId, number: &str) -> Result<Option<OrderId>> {
        let row: Option<(OrderId,)> =
            on_db!(self, |db| sqlx::query_as("select id from orders where shop_id = $1 and number = $2",)
                .bind(shop)
                .bind(number)
                .fetch_optional(db)
                .await?);
        Ok(row.map(|(id,)| id))
    }
}

impl WithdrawalRow {
    fn into_withdrawal(self) -> Withdrawal {
        Withdrawal {
            id: self.id,
            at: self.at,
            name: self.name,
            email: self.email,
            language: self.language,
            lines: self.lines.0,
            amount: self.amount,
            refund_target: self.refund_target,
            refund_due_at: self.refund_due_at,
        }
    }
}
