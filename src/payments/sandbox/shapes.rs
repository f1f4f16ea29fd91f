//! How sessions, payments, refunds and disputes look in Stripe's interface.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::session::{Dispute, Session, Stage, Totals};
use crate::storage::SandboxObject;

/// Money given back, or on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Refund {
    pub amount: i64,
    pub currency: String,
    pub payment_intent: String,
    /// `pending`, `succeeded` or `failed`.
    pub status: String,
    pub reason: Option<String>,
    pub metadata: std::collections::BTreeMap<String, String>,
}

impl Session {
    /// The session in Stripe's shape; `url` is where it is paid while open.
    pub fn to_json(&self, url: &str) -> Value {
        let data = &self.data;
        let Totals { subtotal, discount, shipping, tax, total } = data.totals();
        let is_hosted = !self.is_embedded();
        let shown = |is_so: bool, value: Value| if is_so { value } else { Value::Null };
        let shipping_options: Vec<_> = data
            .shipping_options
            .iter()
            .map(|option| json!({ "shipping_amount": option.amount, "shipping_rate": option.id }))
            .collect();
        let discounts: Vec<_> = data
            .code
            .iter()
            .map(|code| json!({ "coupon": null, "promotion_code": promotion_code(code) }))
            .collect();
        let mut object = json!({
            "id": self.id,
            "object": "checkout.session",
            "adaptive_pricing": { "enabled": false },
            "allow_promotion_codes": data.wants.codes,
            "amount_subtotal": subtotal,
            "amount_total": total,
            "automatic_tax": self.automatic_tax(),
            "cancel_url": data.cancel_url,
            "client_reference_id": data.client_reference_id,
            "client_secret": shown(!is_hosted && self.is_open(), json!(self.client_secret())),
            "collected_information": self.collected_information(),
            "created": self.created_at.timestamp(),
            "currency": data.currency,
            "customer_details": data.buyer.to_customer_details(),
            "discounts": discounts,
            "expires_at": self.expires_at.timestamp(),
            "metadata": data.metadata,
            "payment_intent": self.payment_intent,
            "payment_status": data.payment_status,
            "phone_number_collection": { "enabled": data.wants.phone },
            "redirect_on_completion": shown(!is_hosted, json!(data.redirect)),
            "return_url": data.return_url,
            "shipping_address_collection":
                shown(!data.wants.countries.is_empty(), json!({ "allowed_countries": data.wants.countries })),
            "shipping_cost": self.shipping_cost(),
            "shipping_options": shipping_options,
            "status": self.status,
            "success_url": data.success_url,
            "total_details": { "amount_discount": discount, "amount_shipping": shipping, "amount_tax": tax },
            "ui_mode": if is_hosted { "hosted_page" } else { "embedded_page" },
            "url": shown(is_hosted && self.is_open(), json!(url)),
        });
        let Value::Object(members) = &mut object else { return object };
        members.extend(unchanging());
        object
    }

    /// What the browser opens an embedded page with; it begins with the session's id, as Stripe's.
    fn client_secret(&self) -> String {
        // The id has 128 random bits of its own, so whoever knows it may pay.
        format!("{}_secret_local", self.id)
    }

    fn automatic_tax(&self) -> Value {
        if !self.data.wants.tax {
            return json!({ "enabled": false, "liability": null, "provider": null, "status": null });
        }
        let status = if self.status == "complete" { "complete" } else { "requires_location_inputs" };
        json!({ "enabled": true, "liability": { "type": "self" }, "provider": "stripe", "status": status })
    }

    fn collected_information(&self) -> Value {
        match &self.data.buyer.address {
            Some(address) if !self.data.wants.countries.is_empty() => json!({
                "business_name": null, "individual_name": null,
                "shipping_details": {
                    "address": address, "name": self.data.buyer.name.clone().unwrap_or_default(),
                },
            }),
            _ => Value::Null,
        }
    }

    fn shipping_cost(&self) -> Value {
        self.data.shipping().map_or(Value::Null, |option| {
            json!({
                "amount_subtotal": option.amount, "amount_tax": 0, "amount_total": option.amount,
                "shipping_rate": option.id,
            })
        })
    }

    /// The payment in Stripe's shape.
    pub fn payment_json(&self) -> Value {
        let data = &self.data;
        let amount = data.totals().total;
        let (status, received) = match (self.is_paid(), data.stage) {
            (true, _) => ("succeeded", amount),
            (false, Stage::Failed) => ("requires_payment_method", 0),
            (false, _) => ("processing", 0),
        };
        json!({
            "id": self.payment_intent,
            "object": "payment_intent",
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": received,
            "capture_method": "automatic_async",
            "client_secret": null,
            "confirmation_method": "automatic",
            "created": self.created_at.timestamp(),
            "currency": data.currency,
            "customer": null,
            "description": null,
            "last_payment_error": null,
            "latest_charge": self.charge(),
            "livemode": false,
            "metadata": {},
            "next_action": null,
            "payment_method": null,
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "receipt_email": null,
            "shipping": null,
            "status": status,
        })
    }

    /// The name of the charge behind the payment.
    fn charge(&self) -> Option<String> {
        self.payment_intent.as_deref().map(charge_of)
    }

    /// The dispute of this session's payment in Stripe's shape.
    pub fn dispute_json(&self, dispute: &Dispute) -> Value {
        let is_open = dispute.status == "needs_response";
        json!({
            "id": dispute.id,
            "object": "dispute",
            "amount": self.data.totals().total,
            "balance_transactions": [],
            "charge": self.charge(),
            "created": dispute.created,
            "currency": self.data.currency,
            "enhanced_eligibility_types": [],
            "evidence": {},
            "evidence_details": {
                "due_by": dispute.created + 7 * 24 * 60 * 60, "enhanced_eligibility": {},
                "has_evidence": false, "past_due": false, "submission_count": i32::from(!is_open),
            },
            "is_charge_refundable": false,
            "livemode": false,
            "metadata": {},
            "payment_intent": self.payment_intent,
            "reason": "product_not_received",
            "status": dispute.status,
        })
    }
}

/// A stored refund in Stripe's shape; `None` when it cannot be read.
pub(super) fn stored_refund_json(object: &SandboxObject) -> Option<Value> {
    let refund: Refund = serde_json::from_value(object.data.clone()).ok()?;
    Some(refund_json(&object.id, &refund, object.created_at))
}

/// A refund in Stripe's shape.
pub(super) fn refund_json(id: &str, refund: &Refund, created_at: DateTime<Utc>) -> Value {
    let failure = (refund.status == "failed").then_some("expired_or_canceled_card");
    let mut object = json!({
        "id": id,
        "object": "refund",
        "amount": refund.amount,
        "balance_transaction": null,
        "charge": charge_of(&refund.payment_intent),
        "created": created_at.timestamp(),
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.payment_intent,
        "reason": refund.reason,
        "receipt_number": null,
        "source_transfer_reversal": null,
        "status": refund.status,
        "transfer_reversal": null,
    });
    if let Some(reason) = failure {
        object["failure_reason"] = reason.into();
    }
    object
}

fn charge_of(payment_intent: &str) -> String {
    payment_intent.replacen("pi_", "ch_", 1)
}

/// The name of a built-in promotion code.
fn promotion_code(code: &str) -> String {
    format!("promo_local_{}", code.to_ascii_lowercase())
}

/// Members that are the same for every session.
fn unchanging() -> serde_json::Map<String, Value> {
    let members = json!({
        "custom_fields": [],
        "custom_text": {
            "after_submit": null, "shipping_address": null, "submit": null,
            "terms_of_service_acceptance": null,
        },
        "customer": null,
        "customer_creation": "if_required",
        "customer_email": null,
        "livemode": false,
        "locale": null,
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": ["card"],
    });
    if let Value::Object(members) = members { members } else { serde_json::Map::new() }
}
