//! Money as integer minor units, never a float.

use serde::{Deserialize, Serialize};

use super::column::text_column;

/// The highest price of one unit: 999,999.99 of a two-decimal currency.
///
/// Stripe takes at most eight digits in minor units, its documented limit for most currencies.
pub const PRICE_MAX: Amount = Amount(99_999_999);

/// Codes that the shop may choose; ISO 4217 currencies which Stripe Checkout settles.
const CURRENCIES: [&str; 49] = [
    "AED", "AUD", "BGN", "BHD", "BIF", "BRL", "CAD", "CHF", "CLP", "CZK", "DJF", "DKK", "EUR", "GBP", "GNF",
    "HKD", "HUF", "ILS", "INR", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD", "MGA", "MXN", "MYR", "NOK", "NZD",
    "OMR", "PHP", "PLN", "PYG", "RON", "RWF", "SEK", "SGD", "THB", "TND", "TRY", "UGX", "USD", "VND", "VUV",
    "XAF", "XOF", "XPF", "ZAR",
];

/// An amount in the minor units of a currency known from the context.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Amount(i64);

impl Amount {
    /// Nothing to pay.
    pub const ZERO: Self = Self(0);

    /// Wraps minor units as read from a column or a provider.
    #[must_use]
    pub const fn from_minor(minor: i64) -> Self {
        Self(minor)
    }

    /// The number of minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.0
    }

    /// Adds without wrapping; `None` beyond what an `i64` holds.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The price of several units; `None` beyond what an `i64` holds.
    #[must_use]
    pub fn checked_times(self, units: super::product::Units) -> Option<Self> {
        self.0.checked_mul(units.get()).map(Self)
    }
}

/// An upper-case ISO 4217 code out of the supported list.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(&'static str);

impl Currency {
    /// The euro, the currency of the demo shop.
    pub const EUR: Self = Self("EUR");

    /// The currency of this exact upper-case code, if it is supported.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        CURRENCIES.iter().find(|known| **known == code).map(|known| Self(known))
    }

    /// Every supported currency.
    pub fn all() -> impl Iterator<Item = Self> {
        CURRENCIES.iter().map(|code| Self(code))
    }

    /// The upper-case code.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }

    /// Digits behind the decimal point: 0, 2 or 3 (ISO 4217).
    ///
    /// The ariary counts as one without decimals, because Stripe takes it so.
    #[must_use]
    pub fn decimals(self) -> u32 {
        match self.0 {
            "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "MGA" | "PYG" | "RWF" | "UGX"
            | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
            "BHD" | "JOD" | "KWD" | "OMR" | "TND" => 3,
            _ => 2,
        }
    }

    /// Prices are multiples of this: cards charge three decimals in steps of ten.
    #[must_use]
    pub fn price_step(self) -> i64 {
        if self.decimals() == 3 { 10 } else { 1 }
    }

    /// Reads a plain decimal such as `19.90` exactly; `None` for anything else.
    ///
    /// A comma is taken as the decimal point when it is the only separator.
    #[must_use]
    pub fn parse_decimal(self, text: &str) -> Option<Amount> {
        let text = text.trim();
        let (whole, fraction) = match text.split_once(['.', ',']) {
            Some((whole, fraction)) => (whole, fraction.trim_end_matches('0')),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let places = self.decimals() as usize;
        if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > places {
            return None;
        }
        format!("{whole}{fraction:0<places$}").parse().ok().map(Amount)
    }
}

impl std::fmt::Debug for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("unsupported currency"))
    }
}

text_column!(Currency);

/// An amount together with its currency, as it travels in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: cents for EUR, yen for JPY.
    #[schema(value_type = i64)]
    pub amount: Amount,
    /// Upper-case ISO 4217 code.
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
}

impl Money {
    /// Pairs an amount with its currency.
    #[must_use]
    pub const fn new(amount: Amount, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// The amount as machines read it, such as `49.90`.
    #[must_use]
    pub fn decimal(self) -> String {
        let places = self.currency.decimals() as usize;
        let minor = self.amount.minor();
        let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let sign = if minor < 0 { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(currency: &str, text: &str, minor: Option<i64>) {
        let currency = Currency::parse(currency).unwrap();
        assert_eq!(currency.parse_decimal(text).map(Amount::minor), minor, "{text}");
    }

    #[test]
    fn machines_read_a_point_and_all_decimals() {
        let decimal =
            |minor, code| Money::new(Amount::from_minor(minor), Currency::parse(code).unwrap()).decimal();
        assert_eq!(decimal(4990, "EUR"), "49.90");
        assert_eq!(decimal(5, "EUR"), "0.05");
        assert_eq!(decimal(-1500, "JPY"), "-1500");
        assert_eq!(decimal(1500, "BHD"), "1.500");
    }

    #[test]
    fn decimals_become_minor_units_exactly() {
        check("EUR", "19.90", Some(1990));
        check("EUR", "19,9", Some(1990));
        check("EUR", "50", Some(5000));
        check("EUR", "0.01", Some(1));
        check("EUR", "19.900", Some(1990));
        check("EUR", "19.905", None);
        check("EUR", "1,234.50", None);
        check("EUR", "-1", None);
        check("EUR", "", None);
        check("EUR", "1e3", None);
        check("EUR", "99999999999999999999", None);
        check("JPY", "500", Some(500));
        check("JPY", "500.00", Some(500));
        check("JPY", "500.5", None);
        check("BHD", "1.5", Some(1500));
        check("UGX", "3500", Some(3500));
        check("UGX", "3500.5", None);
    }

    #[test]
    fn three_decimals_are_priced_in_steps_of_ten() {
        let step = |code: &str| Currency::parse(code).unwrap().price_step();
        assert_eq!(["EUR", "JPY", "KWD", "TND"].map(step), [1, 1, 10, 10]);
    }

    #[test]
    fn only_listed_upper_case_codes_are_currencies() {
        for code in ["usd", "usd ", "XXX", "", "EURO"] {
            assert!(Currency::parse(code).is_none(), "{code}");
        }
    }
}
