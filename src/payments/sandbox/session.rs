//! The sandbox's checkout sessions: how they are asked for, what they may become, how they look.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::answer::Refusal;
use super::form::Form;
use crate::domain::money::Currency;
use crate::storage::SandboxSessionRow;

/// The shortest and longest life of a session in seconds, as Stripe's: 30 minutes to 24 hours.
const LIFE_SECS: std::ops::RangeInclusive<i64> = 30 * 60..=24 * 60 * 60;
/// The smallest payment in a currency of two decimals, as Stripe's for EUR and USD.
const AMOUNT_MIN: i64 = 50;
/// Lines of one session, as Stripe's.
const LINES_MAX: usize = 100;

/// A session with what its row's columns do not hold.
#[derive(Clone, Debug)]
pub(super) struct Session {
    pub id: String,
    pub status: String,
    pub payment_intent: Option<String>,
    pub data: SessionData,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// What is stored beside the columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SessionData {
    pub currency: String,
    pub lines: Vec<Line>,
    pub payment_status: String,
    pub success_url: String,
    pub cancel_url: Option<String>,
    pub client_reference_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    pub buyer_name: Option<String>,
    pub buyer_email: Option<String>,
    pub refunds: Vec<RefundData>,
}

/// One line of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub name: String,
    pub description: Option<String>,
    pub unit_amount: i64,
    pub quantity: i64,
}

/// Money given back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct RefundData {
    pub id: String,
    pub amount: i64,
    pub created: i64,
    pub metadata: BTreeMap<String, String>,
}

impl SessionData {
    /// Reads a create request as strictly as Stripe does, as far as it is used.
    pub fn read(form: &Form) -> Result<Self, Refusal> {
        if form.text(&["mode"]) != Some("payment") {
            return Err(Refusal::invalid("mode", "This sandbox takes mode=payment only."));
        }
        if !matches!(form.text(&["ui_mode"]), None | Some("hosted_page")) {
            return Err(Refusal::invalid("ui_mode", "This sandbox takes ui_mode=hosted_page only."));
        }
        let success_url = form
            .text(&["success_url"])
            .ok_or_else(|| Refusal::invalid("success_url", "A hosted page needs a success_url."))?;
        let lines = form.list(&["line_items"]);
        if lines.is_empty() || lines.len() > LINES_MAX {
            return Err(Refusal::invalid("line_items", "Send 1 to 100 line items."));
        }
        let currency = lines[0].text(&["price_data", "currency"]).unwrap_or_default().to_owned();
        if Currency::parse(&currency.to_ascii_uppercase()).is_none() || currency != currency.to_lowercase() {
            let message = format!("Invalid currency: {currency}.");
            return Err(Refusal::invalid("line_items[0][price_data][currency]", message));
        }
        let read = |(index, line)| Line::read(index, line, &currency);
        let lines = lines.into_iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
        let data = Self {
            lines,
            payment_status: "unpaid".to_owned(),
            success_url: success_url.to_owned(),
            cancel_url: form.text(&["cancel_url"]).map(str::to_owned),
            client_reference_id: form.text(&["client_reference_id"]).map(str::to_owned),
            metadata: form.texts(&["metadata"]),
            buyer_name: None,
            buyer_email: None,
            refunds: Vec::new(),
            currency,
        };
        data.check_amount()?;
        Ok(data)
    }

    /// The sum of the lines.
    pub fn amount(&self) -> i64 {
        self.lines.iter().fold(0, |sum, line| sum.saturating_add(line.amount()))
    }

    /// What was not given back yet.
    pub fn refundable(&self) -> i64 {
        self.amount() - self.refunds.iter().map(|refund| refund.amount).sum::<i64>()
    }

    fn check_amount(&self) -> Result<(), Refusal> {
        let decimals = Currency::parse(&self.currency.to_uppercase()).map_or(2, Currency::decimals);
        let amount = self.amount();
        if decimals == 2 && (1..AMOUNT_MIN).contains(&amount) {
            let message = "The total must convert to at least 50 cents.";
            return Err(Refusal::invalid("line_items", message).code("amount_too_small"));
        }
        if amount > 99_999_999 {
            let message = "The total must be at most 99999999.";
            return Err(Refusal::invalid("line_items", message).code("amount_too_large"));
        }
        Ok(())
    }
}

impl Line {
    fn read(index: usize, form: &Form, currency: &str) -> Result<Self, Refusal> {
        let param = |name: &str| format!("line_items[{index}]{name}");
        if form.text(&["price_data", "currency"]) != Some(currency) {
            let message = "All line items need the same currency.";
            return Err(Refusal::invalid(&param("[price_data][currency]"), message));
        }
        let name = form
            .text(&["price_data", "product_data", "name"])
            .filter(|name| !name.trim().is_empty())
            .ok_or_else(|| {
                Refusal::invalid(&param("[price_data][product_data][name]"), "A product needs a name.")
            })?;
        let unit_amount = form.number(&["price_data", "unit_amount"]).filter(|amount| *amount >= 0);
        let unit_amount = unit_amount
            .ok_or_else(|| Refusal::invalid(&param("[price_data][unit_amount]"), "Invalid integer."))?;
        let quantity = form.number(&["quantity"]).filter(|quantity| *quantity > 0);
        let quantity = quantity.ok_or_else(|| Refusal::invalid(&param("[quantity]"), "Invalid integer."))?;
        let description = form.text(&["price_data", "product_data", "description"]).map(str::to_owned);
        Ok(Self { name: name.to_owned(), description, unit_amount, quantity })
    }

    pub const fn amount(&self) -> i64 {
        self.unit_amount.saturating_mul(self.quantity)
    }
}

/// When a session closes by itself; Stripe's default is its longest life.
pub(super) fn read_expiry(form: &Form, now: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    let at = if form.has(&["expires_at"]) {
        form.number(&["expires_at"]).filter(|at| LIFE_SECS.contains(&(at - now.timestamp())))
    } else {
        Some(now.timestamp() + LIFE_SECS.end())
    };
    at.and_then(|at| DateTime::from_timestamp(at, 0)).ok_or_else(|| {
        let message = "The `expires_at` timestamp must be between 30 minutes and 24 hours from \
                       Checkout Session creation.";
        Refusal::invalid("expires_at", message)
    })
}

impl Session {
    pub fn is_open(&self) -> bool {
        self.status == "open"
    }

    /// Takes the money, as far as there is any to take.
    pub fn pay(&mut self, payment_intent: String, name: Option<String>, email: Option<String>) {
        "complete".clone_into(&mut self.status);
        if self.data.amount() == 0 {
            "no_payment_required".clone_into(&mut self.data.payment_status);
        } else {
            "paid".clone_into(&mut self.data.payment_status);
            self.payment_intent = Some(payment_intent);
        }
        self.data.buyer_name = name;
        self.data.buyer_email = email;
    }

    /// Closes it unpaid.
    pub fn expire(&mut self) {
        "expired".clone_into(&mut self.status);
    }

    pub fn from_row(row: SandboxSessionRow) -> Option<Self> {
        Some(Self {
            id: row.id,
            status: row.status,
            payment_intent: row.payment_intent_id,
            data: serde_json::from_value(row.data).ok()?,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    }

    pub fn to_row(&self) -> SandboxSessionRow {
        SandboxSessionRow {
            id: self.id.clone(),
            status: self.status.clone(),
            payment_intent_id: self.payment_intent.clone(),
            data: serde_json::to_value(&self.data).expect("session data holds only texts and numbers"),
            created_at: self.created_at,
            expires_at: self.expires_at,
        }
    }

    /// The session in Stripe's shape; `url` is where it is paid while open.
    pub fn to_json(&self, url: &str) -> Value {
        let data = &self.data;
        let amount = data.amount();
        let buyer = data.buyer_name.as_ref().or(data.buyer_email.as_ref()).map(|_| {
            json!({
                "address": null, "business_name": null, "individual_name": null,
                "email": data.buyer_email, "name": data.buyer_name, "phone": null,
                "tax_exempt": "none", "tax_ids": [],
            })
        });
        json!({
            "id": self.id,
            "object": "checkout.session",
            "adaptive_pricing": { "enabled": false },
            "allow_promotion_codes": null,
            "amount_subtotal": amount,
            "amount_total": amount,
            "automatic_tax": { "enabled": false, "liability": null, "provider": null, "status": null },
            "cancel_url": data.cancel_url,
            "client_reference_id": data.client_reference_id,
            "client_secret": null,
            "created": self.created_at.timestamp(),
            "currency": data.currency,
            "custom_fields": [],
            "custom_text": {
                "after_submit": null, "shipping_address": null, "submit": null,
                "terms_of_service_acceptance": null,
            },
            "customer": null,
            "customer_creation": "if_required",
            "customer_details": buyer,
            "customer_email": null,
            "discounts": [],
            "expires_at": self.expires_at.timestamp(),
            "livemode": false,
            "locale": null,
            "metadata": data.metadata,
            "mode": "payment",
            "payment_intent": self.payment_intent,
            "payment_method_collection": "if_required",
            "payment_method_options": {},
            "payment_method_types": ["card"],
            "payment_status": data.payment_status,
            "phone_number_collection": { "enabled": false },
            "shipping_options": [],
            "status": self.status,
            "success_url": data.success_url,
            "total_details": { "amount_discount": 0, "amount_shipping": 0, "amount_tax": 0 },
            "ui_mode": "hosted_page",
            "url": self.is_open().then_some(url),
        })
    }

    /// A refund of this session's payment in Stripe's shape.
    pub fn refund_json(&self, refund: &RefundData) -> Value {
        json!({
            "id": refund.id,
            "object": "refund",
            "amount": refund.amount,
            "balance_transaction": null,
            "charge": null,
            "created": refund.created,
            "currency": self.data.currency,
            "metadata": refund.metadata,
            "payment_intent": self.payment_intent,
            "reason": null,
            "receipt_number": null,
            "source_transfer_reversal": null,
            "status": "succeeded",
            "transfer_reversal": null,
        })
    }
}
