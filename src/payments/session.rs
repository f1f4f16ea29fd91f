//! Checkout sessions and refunds in our own words.

use std::collections::HashMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::checkout::{CheckoutUi, ClientSecret};
use crate::domain::delivery::{Country, Delivery};
use crate::domain::ids::{OrderId, ShopId, ShowId, VariantId};
use crate::domain::link::{LinkCode, LinkSource};
use crate::domain::money::{Amount, Currency};
use crate::domain::order::{Buyer, TotalParts};
use crate::domain::product::Units;
use crate::domain::transition::Fact;

/// What a session is asked with; stored before the first call and repeated word for word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateSession {
    /// The order to be paid.
    pub order: OrderId,
    /// Whose sale it is.
    pub shop: ShopId,
    /// The show it was bought in.
    pub show: ShowId,
    /// The order's number for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Currency of all amounts.
    pub currency: Currency,
    /// What is bought.
    pub lines: Vec<SessionLine>,
    /// Where the buyer goes after paying.
    pub success_url: String,
    /// Where the buyer goes instead of paying.
    pub cancel_url: String,
    /// When the provider closes the session by itself, in seconds.
    pub expires_at: i64,
    /// Where the buyer pays; beside the video there is nothing to cancel, and leaving is for methods that must.
    #[serde(default)]
    pub ui: CheckoutUi,
    /// Where the goods may go; without it no address is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<SessionDelivery>,
    /// Whether the buyer has to give a telephone number.
    #[serde(default)]
    pub asks_for_phone: bool,
    /// Whether the buyer may enter promotion codes.
    #[serde(default)]
    pub takes_promotion_codes: bool,
    /// Whether the provider works out the tax that the prices contain.
    #[serde(default)]
    pub automatic_tax: bool,
    /// The link through which the buyer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<SessionLink>,
}

/// The link through which a buyer came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLink {
    /// Names it in its address.
    pub code: LinkCode,
    /// Where it is published.
    pub source: LinkSource,
}

/// Where the goods of a session may go, and for how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionDelivery {
    /// Countries that the buyer can enter.
    pub countries: Vec<Country>,
    /// Ways to send them, the first one chosen until the buyer takes another.
    pub rates: Vec<SessionRate>,
}

/// One way to send the goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRate {
    /// What the buyer reads.
    pub name: String,
    /// Its price, VAT included.
    pub price: Amount,
    /// Working days until delivery, at best.
    pub min_days: Option<i64>,
    /// Working days until delivery, at worst.
    pub max_days: Option<i64>,
}

/// One line of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Title of the product.
    pub name: String,
    /// The variant, where there is a choice.
    pub description: Option<String>,
    /// Price of one piece.
    pub unit_amount: Amount,
    /// Pieces.
    pub units: u64,
    /// Which variant, so that the session tells what was bought when nobody else knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<VariantId>,
}

/// What the provider says of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The provider's name of it.
    pub id: String,
    /// The order it was made for; none for sessions that are not ours.
    pub order: Option<OrderId>,
    /// The shop it was made for, which may be another installation's.
    pub shop: Option<ShopId>,
    /// What it was made with beside these two.
    pub origin: Origin,
    /// Whether it can be paid.
    pub status: SessionStatus,
    /// Whether it is paid.
    pub payment_status: PaymentStatus,
    /// Where to pay, while it is open; none of an embedded one.
    pub url: Option<String>,
    /// What a browser opens an embedded one with, while it is open.
    pub client_secret: Option<ClientSecret>,
    /// The provider's name of the payment.
    pub payment_intent: Option<String>,
    /// The lines' sum in minor units, with its currency.
    pub subtotal: Option<(Amount, Currency)>,
    /// What is taken, shipping and discounts included.
    pub total: Option<Amount>,
    /// What of the total is shipping, discount and tax, as far as known.
    pub parts: Option<TotalParts>,
    /// Which of the rates that were offered the buyer has chosen, counted from 0.
    pub chosen_rate: Option<usize>,
    /// Who gets the goods and where, as far as known.
    pub delivery: Option<Box<Delivery>>,
    /// Who pays, as far as known.
    pub buyer: Option<Buyer>,
    /// Real money.
    pub livemode: bool,
}

/// What a session remembers of the order it was made for, should that be lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// When it was made, in seconds; 0 when that is not told.
    pub created: i64,
    /// The show it was bought in.
    pub show: Option<ShowId>,
    /// The order's number for people.
    pub number: Option<String>,
    /// What was bought; empty when that is not told, or not of every line.
    pub lines: Vec<OriginLine>,
    /// The link through which the buyer came.
    pub link: Option<LinkCode>,
}

/// One line of a lost order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginLine {
    /// What was bought.
    pub variant: VariantId,
    /// Pieces.
    pub units: Units,
    /// Price of one piece.
    pub unit_amount: Amount,
}

impl Origin {
    /// Reads what [`CreateSession::metadata`] wrote.
    pub(super) fn read<'a>(created: i64, metadata: impl Fn(&str) -> Option<&'a str>) -> Self {
        let mut lines = Vec::new();
        let mut is_whole = true;
        while let Some(text) = metadata(&line_name(lines.len())) {
            let Some(line) = OriginLine::parse(text) else {
                is_whole = false;
                break;
            };
            lines.push(line);
        }
        if !is_whole {
            lines.clear();
        }
        let number = metadata("number").map(str::to_owned);
        let link = metadata("link").and_then(LinkCode::parse);
        Self { created, show: metadata("show").and_then(|show| show.parse().ok()), number, lines, link }
    }
}

impl OriginLine {
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let variant = words.next()?.parse().ok()?;
        let units = Units::new(words.next()?.parse().ok()?)?;
        let unit_amount = Amount::from_minor(words.next()?.parse().ok()?);
        words.next().is_none().then_some(Self { variant, units, unit_amount })
    }
}

impl CreateSession {
    /// What the session keeps of the order, for whoever finds it without one.
    ///
    /// An order's lines and what else stands here stay below the 50 names that Stripe takes.
    pub(super) fn metadata(&self) -> HashMap<String, String> {
        let mut metadata = HashMap::from([
            ("shop".to_owned(), self.shop.to_string()),
            ("show".to_owned(), self.show.to_string()),
            ("order".to_owned(), self.order.to_string()),
        ]);
        metadata.extend(self.number.clone().map(|number| ("number".to_owned(), number)));
        if let Some(link) = &self.link {
            metadata.insert("link".to_owned(), link.code.to_string());
            metadata.insert("source".to_owned(), link.source.to_string());
        }
        for (n, line) in self.lines.iter().enumerate() {
            if let Some(variant) = line.variant {
                let line = format!("{variant} {} {}", line.units, line.unit_amount.minor());
                metadata.insert(line_name(n), line);
            }
        }
        metadata
    }
}

fn line_name(n: usize) -> String {
    format!("line_{n}")
}

/// Whether a session can be paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStatus {
    /// It can.
    Open,
    /// The buyer is done.
    Complete,
    /// It can no longer.
    Expired,
    /// A status that is not known here, which tells nothing.
    Unknown,
}

/// Whether the money came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStatus {
    /// It came.
    Paid,
    /// It did not, or not yet.
    Unpaid,
    /// There was nothing to pay.
    NoPaymentRequired,
    /// A status that is not known here, which tells nothing.
    Unknown,
}

/// A page of sessions.
#[derive(Clone, Debug)]
pub struct SessionPage {
    /// The newest first.
    pub sessions: Vec<Session>,
    /// Whether older ones follow.
    pub has_more: bool,
}

impl Session {
    /// What is certain about the order once the session looks like this; `None` if nothing is.
    #[must_use]
    pub const fn fact(&self) -> Option<Fact> {
        match (self.status, self.payment_status) {
            (SessionStatus::Open, _) => Some(Fact::SessionOpen),
            (SessionStatus::Expired, _) => Some(Fact::SessionExpired),
            (SessionStatus::Complete, PaymentStatus::Paid | PaymentStatus::NoPaymentRequired) => {
                Some(Fact::SessionPaid)
            }
            (SessionStatus::Complete, PaymentStatus::Unpaid) => Some(Fact::SessionPending),
            _ => None,
        }
    }
}

impl SessionStatus {
    /// Reads the provider's word.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "open" => Self::Open,
            "complete" => Self::Complete,
            "expired" => Self::Expired,
            _ => Self::Unknown,
        }
    }
}

impl PaymentStatus {
    /// Reads the provider's word.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text {
            "paid" => Self::Paid,
            "unpaid" => Self::Unpaid,
            "no_payment_required" => Self::NoPaymentRequired,
            _ => Self::Unknown,
        }
    }
}

/// The order that a session names, by metadata first.
pub(super) fn order_of(metadata: Option<&str>, client_reference_id: Option<&str>) -> Option<OrderId> {
    metadata.or(client_reference_id).and_then(|text| OrderId::from_str(text).ok())
}

/// An amount as the provider counts it.
///
/// The króna and the shilling have no decimals, yet the provider wants two zeros behind them.
pub(super) fn to_provider(amount: Amount, currency: Currency) -> i64 {
    if has_silent_zeros(currency) { amount.minor().saturating_mul(100) } else { amount.minor() }
}

/// Whether the provider wants two zeros behind amounts of a currency without decimals.
pub(super) fn has_silent_zeros(currency: Currency) -> bool {
    matches!(currency.as_str(), "ISK" | "UGX")
}

/// An amount and a lower-case currency as the provider writes them.
pub(super) fn from_provider(amount: i64, currency: &str) -> Option<(Amount, Currency)> {
    let currency = Currency::parse(&currency.to_ascii_uppercase())?;
    let amount = if has_silent_zeros(currency) { amount / 100 } else { amount };
    Some((Amount::from_minor(amount), currency))
}

/// Shipping, discount and tax as the provider writes them.
pub(super) fn parts_from_provider(
    shipping: i64,
    discount: i64,
    tax: i64,
    currency: &str,
) -> Option<TotalParts> {
    let read = |amount: i64| from_provider(amount, currency).map(|(amount, _)| amount);
    Some(TotalParts { shipping: read(shipping)?, discount: read(discount)?, tax: read(tax)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(minor: i64, currency: &str, sent: i64) {
        let currency = Currency::parse(currency).unwrap();
        let amount = Amount::from_minor(minor);
        assert_eq!(to_provider(amount, currency), sent);
        let back = from_provider(sent, &currency.as_str().to_lowercase());
        assert_eq!(back, Some((amount, currency)));
    }

    #[test]
    fn a_session_tells_what_was_bought() {
        let id = uuid::Uuid::from_u128;
        let line = |n: u128| {
            serde_json::json!({
                "name": "Vaso", "description": null, "unit_amount": 4990, "units": 2, "variant": id(n),
            })
        };
        let request = serde_json::json!({
            "order": id(1), "shop": id(2), "show": id(3), "number": "1042", "currency": "EUR",
            "lines": [line(4), line(5)], "success_url": "", "cancel_url": "", "expires_at": 0,
        });
        let request: CreateSession = serde_json::from_value(request).unwrap();
        let mut metadata = request.metadata();
        let read = |metadata: &HashMap<String, String>| {
            Origin::read(7, |name| metadata.get(name).map(String::as_str))
        };
        let origin = read(&metadata);
        assert_eq!(
            (origin.created, origin.show, origin.number.as_deref()),
            (7, Some(request.show), Some("1042"))
        );
        let line = |n: u128| OriginLine {
            variant: id(n).into(),
            units: Units::new(2).unwrap(),
            unit_amount: Amount::from_minor(4990),
        };
        assert_eq!(origin.lines, [line(4), line(5)]);
        for broken in ["", "x 1 1", &format!("{} 0x 1", id(4)), &format!("{} 1", id(4))] {
            metadata.insert("line_1".to_owned(), broken.to_owned());
            assert_eq!(read(&metadata).lines, [], "{broken}");
        }
    }

    #[test]
    fn amounts_survive_the_way_to_the_provider_and_back() {
        check(4990, "EUR", 4990);
        check(500, "JPY", 500);
        check(1500, "BHD", 1500);
        check(700, "ISK", 70_000);
        check(3_500, "UGX", 350_000);
        check(1_230, "TND", 1_230);
    }
}
