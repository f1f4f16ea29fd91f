//! Brings back the orders that a restored backup does not know and the payment provider does.
//!
//! Invariant: of each payment made in the lost time there is, in the end, a sale, a refund, or an
//! order that waits for a person.

use chrono::{DateTime, TimeDelta, Utc};

use super::next_number;
use super::reconcile::ReconcileError;
use super::settle::Learnt;
use crate::app::App;
use crate::domain::ids::{OrderId, ShopId, ViewerId};
use crate::domain::money::Amount;
use crate::domain::order::{Order, OrderLine, OrderStatus, ReleaseReason, ReviewReason};
use crate::domain::refund::RefundStatus;
use crate::domain::transition::Fact;
use crate::payments::{Provider, ProviderRefund, Session};
use crate::storage::{self, Instance, NewOrder, Tx};

/// How far the clocks of this machine and the provider may be apart.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);

/// The time between a backup and its restore.
///
/// Only sessions of this time are brought back: an unknown order of another time belongs to a second
/// installation that was made from the same data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) struct LostTime {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl LostTime {
    /// That of the last restore, if there was one.
    pub fn of(instance: &Instance) -> Option<Self> {
        let (from, until) = instance.backup_made_at.zip(instance.restored_at)?;
        Some(Self { from: from - CLOCKS_APART, until: until + CLOCKS_APART })
    }

    /// When it began.
    pub const fn begin(self) -> DateTime<Utc> {
        self.from
    }

    /// Whether something that was made at a time, in seconds, may be unknown.
    fn covers(self, created: i64) -> bool {
        (self.from.timestamp()..=self.until.timestamp()).contains(&created)
    }
}

impl App {
    /// Makes the order of a session anew that was lost with the time after a backup, and applies
    /// what the session tells. False when there is nothing to bring back.
    pub(super) async fn bring_back(
        &self,
        provider: &Provider,
        session: &Session,
    ) -> Result<bool, ReconcileError> {
        let is_lost = self.lost_time().is_some_and(|lost| lost.covers(session.origin.created));
        let (Some(id), Some(shop), true) = (session.order, session.shop, is_lost) else { return Ok(false) };
        let fact = session.fact();
        let is_paid = matches!(fact, Some(Fact::SessionPaid | Fact::SessionPending));
        if !is_paid || session.livemode != provider.is_live() {
            return Ok(false);
        }
        // Asked before the order is there: once it is, nobody comes here again.
        let refunds = match &session.payment_intent {
            Some(payment) => provider.list_refunds(payment).await?,
            None => Vec::new(),
        };
        if is_given_back(session, &refunds) {
            tracing::warn!(order.id = %id, session.id, "a lost order was paid and given back already");
            return Ok(true);
        }
        let Some(is_known) = self.write_lost_order(provider, session, id, shop).await? else {
            return Ok(false);
        };
        let mark = (!is_known).then_some(ReviewReason::Restored);
        tracing::warn!(order.id = %id, session.id, is_known, "a lost order was brought back");
        self.apply(id, Learnt { mark, ..Learnt::from_session(session) }).await?;
        for refund in &refunds {
            self.note_outside_refund(id, refund).await?;
        }
        if fact == Some(Fact::SessionPending) {
            self.amend(id, |order| order.review = order.review.or(mark)).await?;
            // Its money is on its way, which the worker for such sessions looks after.
            self.add_stray(provider, session).await?;
        }
        Ok(true)
    }

    /// Writes the order as one whose time was up, so that its payment takes its pieces again.
    ///
    /// Tells whether it is known what was bought; `None` when the order cannot be written at all.
    async fn write_lost_order(
        &self,
        provider: &Provider,
        session: &Session,
        id: OrderId,
        shop: ShopId,
    ) -> storage::Result<Option<bool>> {
        let mut tx = self.db().write().await?;
        let Some(show_id) = tx.find_show_or_newest(shop, session.origin.show).await? else { return Ok(None) };
        let (Some((subtotal, currency)), Some(contact)) =
            (session.subtotal, tx.find_shop_contact(shop).await?)
        else {
            return Ok(None);
        };
        let lines = find_lines(&mut tx, shop, session).await?;
        let now = self.clock().now();
        let created_at = DateTime::from_timestamp(session.origin.created, 0).unwrap_or(now);
        let mut order = Order {
            id,
            shop_id: shop,
            show_id,
            // Who clicked is not known any more.
            viewer_id: ViewerId::from(self.clock().uuid()),
            number: session.origin.number.clone().unwrap_or_default(),
            status: OrderStatus::Expired,
            is_test: !session.livemode,
            provider: provider.mode(),
            currency,
            amount_subtotal: sum(&lines).unwrap_or(subtotal),
            amount_total: None,
            parts: None,
            shipping_method: None,
            delivery: None,
            attempt: 1,
            session_request: serde_json::json!({}),
            session_id: None,
            session_url: None,
            session_secret: None,
            session_expires_at: created_at,
            payment_intent_id: None,
            amount_refunded: Amount::ZERO,
            dispute: None,
            failure: None,
            reserved_until: None,
            release_reason: Some(ReleaseReason::Expired),
            review: None,
            buyer: None,
            next_action_at: None,
            created_at,
            updated_at: now,
            paid_at: None,
            language: contact.language,
            shipment: None,
            erased_at: None,
            lines,
        };
        let key = format!("restored:{id}");
        let is_written = !order.number.is_empty() && insert(&mut tx, &order, &key).await?;
        // The number may be another order's by now.
        if !is_written && tx.find_order(shop, id).await?.is_none() {
            order.number = next_number(&mut tx, shop, order.is_test).await?;
            insert(&mut tx, &order, &key).await?;
        }
        if let Some(code) = &session.origin.link {
            tx.set_order_link(shop, id, code).await?;
        }
        tx.commit().await?;
        Ok(Some(!order.lines.is_empty()))
    }
}

async fn insert(tx: &mut Tx, order: &Order, key: &str) -> storage::Result<bool> {
    tx.insert_order(NewOrder { order, idempotency_key: key, request_hash: &[] }).await
}

/// The lines that a session names; none at all when one of them is not in the catalogue.
async fn find_lines(tx: &mut Tx, shop: ShopId, session: &Session) -> storage::Result<Vec<OrderLine>> {
    let mut lines = Vec::with_capacity(session.origin.lines.len());
    for line in &session.origin.lines {
        let Some(variant) = tx.find_bought_variant(shop, line.variant).await? else { return Ok(Vec::new()) };
        lines.push(OrderLine {
            product_id: variant.product_id,
            variant_id: variant.id,
            title: variant.title,
            variant_title: variant.option_values.join(" / "),
            sku: variant.sku,
            units: line.units,
            unit_amount: line.unit_amount,
            restocked_units: 0,
            // A lost order was counted for no offer, so it gives nothing back to one.
            offer_id: None,
            exemption: variant.exemption,
            withdrawn_units: 0,
        });
    }
    Ok(lines)
}

/// What lines come to; `None` without any.
fn sum(lines: &[OrderLine]) -> Option<Amount> {
    let add = |sum: Amount, line: &OrderLine| sum.checked_add(line.unit_amount.checked_times(line.units)?);
    (!lines.is_empty()).then(|| lines.iter().try_fold(Amount::ZERO, add)).flatten()
}

/// Whether all that was paid in a session went back meanwhile.
fn is_given_back(session: &Session, refunds: &[ProviderRefund]) -> bool {
    let back: i64 = refunds
        .iter()
        .filter(|refund| refund.status != RefundStatus::Failed)
        .filter_map(|refund| refund.amount.map(|(amount, _)| amount.minor()))
        .sum();
    session.total.is_some_and(|total| total > Amount::ZERO && back >= total.minor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_between_backup_and_restore_is_lost() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let mut instance = Instance {
            epoch: String::new(),
            secret: Vec::new(),
            backup_made_at: Some(at("2026-11-22T12:00:00Z")),
            restored_at: Some(at("2026-11-22T14:00:00Z")),
        };
        let lost = LostTime::of(&instance).unwrap();
        for (time, is_lost) in [
            ("2026-11-22T11:54:59Z", false),
            ("2026-11-22T11:55:00Z", true),
            ("2026-11-22T14:05:00Z", true),
            ("2026-11-22T14:05:01Z", false),
        ] {
            assert_eq!(lost.covers(at(time).timestamp()), is_lost, "{time}");
        }
        instance.backup_made_at = None;
        assert_eq!(LostTime::of(&instance), None);
    }
}
