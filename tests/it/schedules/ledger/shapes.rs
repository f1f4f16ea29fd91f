//! How the provider writes down what it has.

use serde_json::{Value, json};

use super::{Refund, Session};

impl Session {
    pub(super) fn to_json(&self) -> Value {
        let metadata = |name: &str| self.form.get(&format!("metadata[{name}]"));
        let payment_status = if self.payment_status == "failed" { "unpaid" } else { self.payment_status };
        json!({
            "id": self.id, "object": "checkout.session", "status": self.status,
            "payment_status": payment_status, "payment_intent": self.payment,
            "amount_subtotal": self.amount, "amount_total": self.amount,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "client_reference_id": self.order, "created": self.created, "currency": "eur",
            "custom_fields": [],
            "custom_text": { "after_submit": null, "shipping_address": null, "submit": null,
                "terms_of_service_acceptance": null },
            "expires_at": self.expires_at, "livemode": false, "mode": "payment",
            "metadata": { "order": metadata("order"), "shop": metadata("shop"), "show": metadata("show") },
            "payment_method_types": ["card"], "shipping_options": [],
            "url": (self.status == "open").then(|| format!("https://pay.example/{}", self.id)),
        })
    }

    pub(super) fn payment_json(&self) -> Value {
        let status = match self.payment_status {
            "paid" => "succeeded",
            "failed" => "requires_payment_method",
            _ => "processing",
        };
        json!({ "id": self.payment, "object": "payment_intent", "status": status })
    }
}

impl Refund {
    pub(super) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "object": "refund", "amount": self.amount, "currency": "eur", "created": 1,
            "payment_intent": self.payment, "metadata": self.metadata,
            "status": if self.is_settled { "succeeded" } else { "pending" },
        })
    }
}
