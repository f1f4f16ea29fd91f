//! Gives money back: decided under the order's lock, carried out by a worker, told by the provider.
//!
//! Invariant: a refund is written before the provider is asked, and asked for under one key, so
//! money goes back at most once for each.

use super::OrdersError;
use super::telling::{order_changed, stock_changed};
use crate::app::{App, Caller, Invalid};
use crate::domain::ids::OrderId;
use crate::domain::member::Permission;
use crate::domain::money::Amount;
use crate::domain::order::{ORDER_LINES_MAX, Order, OrderView};
use crate::domain::refund::{Dispute, Refund, RefundCause, RefundStatus, refundable};
use crate::domain::text;
use crate::payments::Session;
use crate::storage::{self, Tx};

/// Characters of a member's note.
pub const NOTE_CHARS_MAX: usize = 500;

/// What a member gives back.
#[derive(Clone, Debug, Default)]
pub struct RefundRequest {
    /// How much, in the order's currency; all that is left by default.
    pub amount: Option<Amount>,
    /// Pieces that are for sale again.
    pub restock: Vec<RestockLine>,
    /// For the shop's own memory.
    pub note: Option<String>,
}

/// Pieces of one order line that came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestockLine {
    /// Place of the line in the order, from 0.
    pub line: usize,
    /// Pieces, 1 to what was sold and has not come back.
    pub units: i64,
}

impl App {
    /// Gives back all or part of what an order's buyer paid; a worker asks the provider.
    ///
    /// # Errors
    /// When there is no such order, nothing or less is left to give back, a dispute is open, or
    /// the caller may not.
    pub async fn refund_order(
        &self,
        caller: &Caller,
        id: OrderId,
        request: &RefundRequest,
    ) -> Result<OrderView, OrdersError> {
        caller.require(Permission::Refunds)?;
        let note = check_note(request.note.as_deref())?;
        check_restock(&request.restock)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let order = tx.lock_order(id).await?.filter(|order| order.shop_id == caller.shop);
        let mut order = order.ok_or(OrdersError::NotFound)?;
        if order.dispute == Some(Dispute::Open) {
            return Err(OrdersError::Disputed);
        }
        let left = refundable(&order, &tx.list_refunds(id).await?);
        let amount = request.amount.unwrap_or(left);
        if left == Amount::ZERO {
            return Err(OrdersError::NotRefundable);
        }
        if amount <= Amount::ZERO || amount > left {
            return Err(Invalid::field("/amount", "out_of_range").into());
        }
        let payment = order.payment_intent_id.clone().ok_or(OrdersError::NotRefundable)?;
        let refund = Refund {
            note,
            requested_by: Some(caller.audit_name()),
            ..self.draft_refund(&order, RefundCause::Member, payment, amount)
        };
        tx.insert_refund(&refund).await?;
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        for (index, line) in request.restock.iter().enumerate() {
            let position = i64::try_from(line.line).unwrap_or(i64::MAX);
            let stock = tx.restock_line(order.shop_id, id, position, line.units).await?;
            let stock = stock.ok_or_else(|| Invalid::field(format!("/restock/{index}"), "out_of_range"))?;
            order.lines[line.line].restocked_units += line.units;
            recorder.record(&mut tx, stock_changed(&stock)).await?;
        }
        let detail = serde_json::json!({
            "refund": refund.id, "amount": amount, "restock": request.restock,
        });
        self.audit(&mut tx, caller, "order.refund", &id.to_string(), detail).await?;
        order.updated_at = now;
        tx.update_order(&order, order.status).await?;
        let event = order_changed(&mut tx, &order).await?;
        recorder.record(&mut tx, event).await?;
        self.commit(tx, [recorder]).await?;
        self.payment_news().refunds.notify_one();
        self.get_order(caller, id).await
    }

    /// Owes the buyer all of a payment whose pieces are gone.
    pub(super) async fn owe_refund(&self, tx: &mut Tx, order: &Order) -> storage::Result<()> {
        let amount = order.total().amount;
        if let Some(payment) = order.payment_intent_id.clone()
            && amount > Amount::ZERO
        {
            let refund = self.draft_refund(order, RefundCause::StockGone, payment, amount);
            tx.insert_refund(&refund).await?;
        }
        Ok(())
    }

    /// Owes the buyer what was paid a second time. False when it is not known how much that is.
    pub(super) async fn owe_second_refund(
        &self,
        tx: &mut Tx,
        order: &Order,
        session: &Session,
    ) -> storage::Result<bool> {
        let (Some(payment), Some(amount)) = (session.payment_intent.clone(), session.total) else {
            // Nothing to pay was nothing paid.
            return Ok(session.total == Some(Amount::ZERO));
        };
        let refund = self.draft_refund(order, RefundCause::SecondSession, payment, amount);
        tx.insert_refund(&refund).await?;
        Ok(true)
    }

    /// A refund as it begins; the database numbers it.
    pub(super) fn draft_refund(
        &self,
        order: &Order,
        cause: RefundCause,
        payment: String,
        amount: Amount,
    ) -> Refund {
        let now = self.clock().now();
        Refund {
            id: self.clock().uuid().into(),
            shop_id: order.shop_id,
            order_id: order.id,
            n: 0,
            cause,
            payment_intent_id: payment,
            amount,
            status: RefundStatus::Due,
            provider_refund_id: None,
            failure: None,
            note: None,
            requested_by: None,
            next_action_at: Some(now),
            created_at: now,
            updated_at: now,
        }
    }
}

fn check_note(note: Option<&str>) -> Result<Option<String>, Invalid> {
    let line = note.map(|note| text::line(note, NOTE_CHARS_MAX)).transpose();
    line.map_err(|error| Invalid::field("/note", error.code()))
}

/// Lines are named once each, with pieces that an order can have.
fn check_restock(lines: &[RestockLine]) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    if lines.len() > ORDER_LINES_MAX {
        invalid.push("/restock", "too_many");
    }
    for (index, line) in lines.iter().enumerate() {
        if lines[..index].iter().any(|earlier| earlier.line == line.line) {
            invalid.push(format!("/restock/{index}/line"), "duplicate");
        }
        if line.units < 1 {
            invalid.push(format!("/restock/{index}/units"), "out_of_range");
        }
    }
    invalid.into_result()
}
