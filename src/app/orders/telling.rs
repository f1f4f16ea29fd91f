//! Who is told of an order's step, in the transaction that makes it.

use crate::app::Recorder;
use crate::domain::event::ShowEvent;
use crate::domain::order::{Order, OrderStatus, ReleaseReason};
use crate::domain::transition::Fact;
use crate::storage::{self, Tx, VariantStock};

/// Writes the history and the events of one step.
pub(super) async fn record_step(
    tx: &mut Tx,
    recorder: &mut Recorder,
    stored: &Order,
    order: &Order,
    fact: Option<Fact>,
    stock: &[VariantStock],
) -> storage::Result<()> {
    let cause = fact.map_or("", Fact::as_str);
    tx.insert_order_transition(order, stored.status, cause).await?;
    if stored.status.holds_stock() && !order.status.holds_stock() {
        tx.delete_reservation_slots(order.id).await?;
        recorder.change_viewer(order.viewer_id);
    }
    for stock in stock {
        recorder.record(tx, stock_changed(stock)).await?;
    }
    let summary = order.summary();
    let event = match order.status {
        OrderStatus::Paid => {
            let sales = tx.get_sales(order.show_id, order.is_test, order.currency).await?;
            ShowEvent::OrderPaid { order: summary, sales }
        }
        // Only with the payment page does the reservation get its deadline, which members watch.
        OrderStatus::Open => ShowEvent::OrderReserved { order: summary },
        OrderStatus::Processing => ShowEvent::OrderProcessing { order: summary },
        OrderStatus::Expired | OrderStatus::Failed | OrderStatus::CreateFailed => {
            let reason = order.release_reason.unwrap_or(ReleaseReason::Expired);
            ShowEvent::OrderReleased { order: summary, reason }
        }
        OrderStatus::Shipped => ShowEvent::OrderShipped { order: summary },
        OrderStatus::Releasing | OrderStatus::RefundDue | OrderStatus::Refunded => {
            order_changed(tx, order).await?
        }
        // No step leads back to the beginning.
        OrderStatus::Reserved => return Ok(()),
    };
    recorder.record(tx, event).await?;
    Ok(())
}

/// What members are told when an order moved on without a sale or a release.
pub(in crate::app) async fn order_changed(tx: &mut Tx, order: &Order) -> storage::Result<ShowEvent> {
    let sales = tx.get_sales(order.show_id, order.is_test, order.currency).await?;
    Ok(ShowEvent::OrderChanged { order: order.summary(), sales })
}

/// What viewers are told when pieces of a variant moved.
pub(in crate::app) fn stock_changed(stock: &VariantStock) -> ShowEvent {
    ShowEvent::StockChanged {
        product_id: stock.product_id,
        variant_id: stock.variant_id,
        available: stock.available.get(),
        on_sale: stock.on_sale,
    }
}
