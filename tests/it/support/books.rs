//! Holds what a provider was paid against our books.

use vetrina::domain::order::{Order, OrderStatus};
use vetrina::storage::Database;

/// A paid session, by the provider's own word.
#[derive(Clone, Debug)]
pub struct PaidSession {
    pub id: String,
    /// The order it was made for.
    pub order: String,
    pub amount: i64,
    /// What went back of it, or is on its way back.
    pub given_back: i64,
}

/// Every paid session was fulfilled, once, or its money went back; nothing was sold unpaid.
///
/// The error says what is wrong.
pub async fn compare(database: &Database, orders: &[Order], paid: &[PaidSession]) -> Result<(), String> {
    for order in orders {
        check_order(database, order, paid).await?;
    }
    for session in paid {
        let order = orders.iter().find(|order| order.id.to_string() == session.order);
        let order = order.ok_or_else(|| format!("{session:?} has no order"))?;
        if !is_of(session, order) && session.given_back != session.amount {
            return Err(format!("{session:?} is neither fulfilled nor given back: {order:?}"));
        }
    }
    Ok(())
}

/// Whether an order was fulfilled for a session.
fn is_of(session: &PaidSession, order: &Order) -> bool {
    order.session_id.as_ref() == Some(&session.id) && order.status.is_sold()
}

async fn check_order(database: &Database, order: &Order, paid: &[PaidSession]) -> Result<(), String> {
    let mut tx = database.read().await.expect("the database reads");
    let steps = tx.list_order_transitions(order.id).await.expect("the query runs");
    let payments = steps.iter().filter(|step| step.to == OrderStatus::Paid).count();
    if payments > 1 {
        return Err(format!("{} was paid {payments} times: {steps:?}", order.number));
    }
    if order.review.is_some() {
        return Err(format!("{} was left to a person: {:?}", order.number, order.review));
    }
    if !order.status.is_sold() {
        return Ok(());
    }
    let Some(session) = paid.iter().find(|session| is_of(session, order)) else {
        return Err(format!("{} was sold but nobody paid for it: {order:?}", order.number));
    };
    if order.amount_refunded.minor() != session.given_back {
        let refunds = tx.list_refunds(order.id).await.expect("the query runs");
        return Err(format!(
            "{} says that {:?} went back, not {}: {refunds:?}",
            order.number, order.amount_refunded, session.given_back
        ));
    }
    Ok(())
}
