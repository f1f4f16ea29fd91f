//! Refunds and disputes in our own words, read from no more fields than are used.

use serde::Deserialize;

use super::session::from_provider;
use crate::domain::ids::RefundId;
use crate::domain::money::{Amount, Currency};
use crate::domain::refund::{Dispute, RefundStatus};

/// Money on its way back, as the provider tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRefund {
    /// The provider's name of it.
    pub id: String,
    /// Our own name of it; none for refunds made in the provider's dashboard.
    pub refund: Option<RefundId>,
    /// The payment that goes back.
    pub payment_intent: Option<String>,
    /// How far it is; never `due`.
    pub status: RefundStatus,
    /// How much, with its currency.
    pub amount: Option<(Amount, Currency)>,
    /// Why it failed, in the provider's words.
    pub failure: Option<String>,
}

/// A refund as the provider writes it.
#[derive(Deserialize)]
pub(super) struct RefundObject {
    id: String,
    status: Option<String>,
    payment_intent: Option<serde_json::Value>,
    amount: Option<i64>,
    currency: Option<String>,
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
    failure_reason: Option<String>,
}

/// A page of refunds as the provider writes it.
#[derive(Deserialize)]
pub(super) struct RefundPage {
    pub data: Vec<RefundObject>,
}

impl From<RefundObject> for ProviderRefund {
    fn from(object: RefundObject) -> Self {
        let amount = object.amount.zip(object.currency);
        let ours = object.metadata.and_then(|metadata| metadata.get("refund")?.as_str()?.parse().ok());
        Self {
            id: object.id,
            refund: ours,
            payment_intent: object.payment_intent.as_ref().and_then(id_of),
            // Stripe leaves the status out for some methods while nothing is settled.
            status: object.status.as_deref().map_or(RefundStatus::Pending, parse_refund_status),
            amount: amount.and_then(|(amount, currency)| from_provider(amount, &currency)),
            failure: object.failure_reason,
        }
    }
}

/// Reads the provider's word for how far a refund is; a new word means that it is not settled.
pub(super) fn parse_refund_status(text: &str) -> RefundStatus {
    match text {
        "succeeded" => RefundStatus::Succeeded,
        "failed" | "canceled" => RefundStatus::Failed,
        _ => RefundStatus::Pending,
    }
}

/// Reads the provider's word for where a dispute stands; a new word means that it is open.
pub(super) fn parse_dispute_status(text: &str) -> Dispute {
    match text {
        "won" | "warning_closed" | "prevented" => Dispute::Won,
        "lost" => Dispute::Lost,
        _ => Dispute::Open,
    }
}

/// An id, or the id of the object that was put in its place.
pub(super) fn id_of(value: &serde_json::Value) -> Option<String> {
    value.as_str().or_else(|| value.get("id")?.as_str()).map(str::to_owned)
}
