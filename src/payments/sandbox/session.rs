//! The sandbox's checkout sessions: what they hold, what they cost and what they may become.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::amounts::Unit;
use super::buyer::Buyer;
use super::news::News;
use crate::storage::SandboxSessionRow;

/// The one tax rate of the sandbox, Italy's.
const TAX_PERCENT: i64 = 22;
/// Promotion codes and the percentage they take off the lines.
const CODES: [(&str, i64); 2] = [("TEST10", 10), ("TEST100", 100)];

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
    pub success_url: Option<String>,
    pub cancel_url: Option<String>,
    /// Set for embedded sessions only.
    #[serde(default)]
    pub return_url: Option<String>,
    #[serde(default)]
    pub redirect: Redirect,
    pub client_reference_id: Option<String>,
    pub metadata: BTreeMap<String, String>,
    #[serde(default)]
    pub wants: Wants,
    #[serde(default)]
    pub shipping_options: Vec<ShippingOption>,
    /// Which of the options is chosen; the first until the buyer says otherwise.
    #[serde(default)]
    pub shipping_choice: usize,
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub buyer: Buyer,
    #[serde(default)]
    pub stage: Stage,
    /// What went back or is on its way back.
    #[serde(default)]
    pub refunded: i64,
    /// Whether the next refunds stay pending until somebody ends them on the page.
    #[serde(default)]
    pub do_refunds_wait: bool,
    #[serde(default)]
    pub dispute: Option<Dispute>,
    #[serde(default)]
    pub news: News,
    /// Events so far.
    #[serde(default)]
    pub events: i64,
}

/// One line of a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Line {
    pub name: String,
    pub description: Option<String>,
    pub unit_amount: i64,
    pub quantity: i64,
    #[serde(default)]
    pub is_tax_extra: bool,
}

/// A way to send the parcel.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ShippingOption {
    /// `shr_local_…`.
    pub id: String,
    pub name: String,
    pub amount: i64,
    pub is_tax_extra: bool,
}

/// What the page asks the buyer for.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Wants {
    pub phone: bool,
    /// Where parcels go; empty when no address is asked for.
    pub countries: Vec<String>,
    pub codes: bool,
    pub tax: bool,
}

/// When an embedded page goes to its `return_url` after paying.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Redirect {
    #[default]
    Always,
    /// Only for methods that lead away; none of the sandbox's does.
    IfRequired,
    Never,
}

/// Where the page stands beside the session's status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    #[default]
    Form,
    /// The buyer's bank wants a confirmation.
    Bank,
    /// The debit came back unpaid.
    Failed,
}

/// How something ends that could go either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Good,
    Bad,
}

/// The buyer asked their bank for the money back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Dispute {
    /// `du_local_…`.
    pub id: String,
    /// `needs_response`, `won` or `lost`.
    pub status: String,
    /// In seconds.
    pub created: i64,
}

/// What a session costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Totals {
    pub subtotal: i64,
    pub discount: i64,
    pub shipping: i64,
    /// Contained in prices or added to them.
    pub tax: i64,
    pub total: i64,
}

impl Line {
    pub const fn amount(&self) -> i64 {
        self.unit_amount.saturating_mul(self.quantity)
    }
}

impl SessionData {
    pub fn totals(&self) -> Totals {
        let unit = Unit::find(&self.currency);
        let cut = |amount: i64| unit.map_or(amount, |unit| unit.cut(amount));
        let sum = |is_extra: bool| {
            let lines = self.lines.iter().filter(|line| line.is_tax_extra == is_extra);
            lines.fold(0i64, |sum, line| sum.saturating_add(line.amount()))
        };
        let (contained, extra) = (sum(false), sum(true));
        let percent = self.code.as_deref().and_then(percent_off).unwrap_or_default();
        let off = |amount: i64| cut(amount.saturating_mul(percent) / 100);
        let subtotal = contained.saturating_add(extra);
        let discount = off(contained) + off(extra);
        let shipping = self.shipping().map_or(0, |option| option.amount);
        let is_shipping_extra = self.shipping().is_some_and(|option| option.is_tax_extra);
        let (mut in_prices, mut on_top) = (contained - off(contained), extra - off(extra));
        *(if is_shipping_extra { &mut on_top } else { &mut in_prices }) += shipping;
        let (mut tax, mut added) = (0, 0);
        if self.wants.tax {
            added = cut(on_top.saturating_mul(TAX_PERCENT) / 100);
            tax = added + cut(in_prices.saturating_mul(TAX_PERCENT) / (100 + TAX_PERCENT));
        }
        let total = subtotal.saturating_sub(discount).saturating_add(shipping).saturating_add(added);
        Totals { subtotal, discount, shipping, tax, total }
    }

    /// The chosen way to send the parcel.
    pub fn shipping(&self) -> Option<&ShippingOption> {
        self.shipping_options.get(self.shipping_choice)
    }

    /// What was not given back yet.
    pub fn refundable(&self) -> i64 {
        self.totals().total - self.refunded
    }
}

/// What a promotion code takes off; `None` for a word that is no code.
pub(super) fn percent_off(code: &str) -> Option<i64> {
    CODES.iter().find(|(known, _)| *known == code).map(|(_, percent)| *percent)
}

impl Session {
    pub fn is_open(&self) -> bool {
        self.status == "open"
    }

    pub fn is_paid(&self) -> bool {
        self.status == "complete" && self.data.payment_status == "paid"
    }

    /// Whether a debit is on its way.
    pub fn is_pending(&self) -> bool {
        self.status == "complete" && self.data.payment_status == "unpaid" && self.data.stage != Stage::Failed
    }

    pub const fn is_embedded(&self) -> bool {
        self.data.return_url.is_some()
    }

    /// Takes the money, as far as there is any to take.
    pub fn pay(&mut self, payment_intent: String, buyer: Buyer) {
        self.complete(payment_intent, buyer);
        if self.data.payment_status == "unpaid" {
            "paid".clone_into(&mut self.data.payment_status);
        }
    }

    /// Ends the buyer's part; the money comes later, if there is any to come.
    pub fn complete(&mut self, payment_intent: String, buyer: Buyer) {
        "complete".clone_into(&mut self.status);
        self.data.stage = Stage::Form;
        self.data.buyer = buyer;
        if self.data.totals().total == 0 {
            "no_payment_required".clone_into(&mut self.data.payment_status);
        } else {
            self.payment_intent = Some(payment_intent);
        }
    }

    /// Ends a debit that was on its way.
    pub fn end_debit(&mut self, ending: Ending) {
        match ending {
            Ending::Good => "paid".clone_into(&mut self.data.payment_status),
            Ending::Bad => self.data.stage = Stage::Failed,
        }
    }

    /// Closes it unpaid.
    pub fn expire(&mut self) {
        "expired".clone_into(&mut self.status);
    }

    /// A session for the same order that is still to be paid.
    pub fn again(&self, id: String, now: DateTime<Utc>) -> Self {
        let data = SessionData {
            payment_status: "unpaid".to_owned(),
            stage: Stage::Form,
            refunded: 0,
            dispute: None,
            events: 0,
            ..self.data.clone()
        };
        let life = self.expires_at - self.created_at;
        Self {
            id,
            status: "open".to_owned(),
            payment_intent: None,
            data,
            created_at: now,
            expires_at: now + life,
        }
    }

    /// Where the buyer goes after paying; `None` to stay on the page.
    pub fn after_url(&self) -> Option<String> {
        let url = match (&self.data.return_url, self.data.redirect) {
            (Some(url), Redirect::Always) => url,
            (Some(_), _) => return None,
            (None, _) => self.data.success_url.as_ref()?,
        };
        Some(url.replace("{CHECKOUT_SESSION_ID}", &self.id))
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
}

#[cfg(test)]
mod tests {
    use super::{SessionData, Totals};
    use crate::payments::sandbox::form::Form;

    const VASES: &str = "mode=payment&success_url=https://shop.example/&line_items[0][quantity]=2\
        &line_items[0][price_data][currency]=eur&line_items[0][price_data][unit_amount]=5000\
        &line_items[0][price_data][product_data][name]=Vaso";
    const PARCEL: &str = "&shipping_options[0][shipping_rate_data][type]=fixed_amount\
        &shipping_options[0][shipping_rate_data][display_name]=Posta\
        &shipping_options[0][shipping_rate_data][fixed_amount][amount]=610\
        &shipping_options[0][shipping_rate_data][fixed_amount][currency]=eur";

    #[track_caller]
    fn check(more: &str, code: Option<&str>, expected: [i64; 5]) {
        let form = Form::parse(format!("{VASES}{more}").as_bytes()).unwrap();
        let mut data = SessionData::read(&form, &|_| None).unwrap();
        data.code = code.map(str::to_owned);
        let [subtotal, discount, shipping, tax, total] = expected;
        assert_eq!(data.totals(), Totals { subtotal, discount, shipping, tax, total });
    }

    #[test]
    fn totals_add_up() {
        let tax = "&automatic_tax[enabled]=true";
        let on_top = format!("{tax}&line_items[0][price_data][tax_behavior]=exclusive");
        check("", None, [10_000, 0, 0, 0, 10_000]);
        check("", Some("TEST10"), [10_000, 1_000, 0, 0, 9_000]);
        check(PARCEL, Some("TEST100"), [10_000, 10_000, 610, 0, 610]);
        check(&format!("{PARCEL}{tax}"), None, [10_000, 0, 610, 1_913, 10_610]);
        check(&on_top, None, [10_000, 0, 0, 2_200, 12_200]);
        check(&format!("{PARCEL}{on_top}"), Some("TEST10"), [10_000, 1_000, 610, 2_090, 11_590]);
    }
}
