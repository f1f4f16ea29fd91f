//! Checks single values: texts, handles, prices, counts, picture addresses.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::html;
use super::{ParsedImage, RowCode};
use crate::domain::address;
use crate::domain::money::{Amount, Currency, PRICE_MAX};
use crate::domain::product::{STOCK_MAX, Units};
use crate::domain::text::{self, TextError};

/// Characters of a title, as the form takes.
const TITLE_CHARS_MAX: usize = 150;
/// Characters of a description, as the form takes.
const DESCRIPTION_CHARS_MAX: usize = 10_000;
/// Characters of an option's name or value and of a SKU, as the form takes.
const SHORT_CHARS_MAX: usize = 80;
/// Characters of a picture's description.
const ALT_CHARS_MAX: usize = 250;
/// Bytes of a handle that is kept as it is; Shopify's reach 255.
const HANDLE_BYTES_MAX: usize = 255;
/// Bytes of a picture's address, about what browsers and servers agree on.
const URL_BYTES_MAX: usize = 2_000;

impl From<TextError> for RowCode {
    fn from(error: TextError) -> Self {
        match error {
            TextError::Empty => Self::Empty,
            TextError::TooLong => Self::TooLong,
            TextError::Forbidden => Self::ForbiddenCharacters,
        }
    }
}

/// How descriptions are written in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// HTML, which is turned into paragraphs.
    Html,
    /// Text as it is.
    Plain,
}

/// A title.
pub(super) fn title(value: &str) -> Result<String, RowCode> {
    Ok(text::line(value, TITLE_CHARS_MAX)?)
}

/// A description as plain paragraphs; characters that nobody sees are dropped.
pub(super) fn description(value: &str, markup: Markup) -> Result<String, RowCode> {
    let plain = match markup {
        Markup::Html => html::to_text(value),
        Markup::Plain => html::tidy(value.lines()),
    };
    Ok(text::paragraphs(&plain, DESCRIPTION_CHARS_MAX)?)
}

/// An option's name or value, or a SKU; `None` when empty.
pub(super) fn short(value: &str) -> Result<Option<String>, RowCode> {
    match text::line(value, SHORT_CHARS_MAX) {
        Ok(line) => Ok(Some(line)),
        Err(TextError::Empty) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A handle: kept when a URL can hold it, else made into one that it can.
///
/// Cutting or changing a usable one would make two products of a file into one.
pub(super) fn handle(value: &str) -> Result<String, RowCode> {
    let value = value.trim();
    let usable = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !value.is_empty() && value.len() <= HANDLE_BYTES_MAX && value.bytes().all(usable) {
        return Ok(value.to_owned());
    }
    let slug = text::slug(value);
    if slug.is_empty() { Err(RowCode::UnusableHandle) } else { Ok(slug) }
}

/// A price as a plain decimal; `None` when empty.
pub(super) fn price(value: &str, currency: Currency) -> Result<Option<Amount>, RowCode> {
    if value.trim().is_empty() {
        return Ok(None);
    }
    match currency.parse_decimal(value) {
        Some(amount) if amount > PRICE_MAX => Err(RowCode::PriceTooHigh),
        Some(amount) if amount.minor() % currency.price_step() != 0 => Err(RowCode::PriceStep),
        Some(amount) => Ok(Some(amount)),
        None => Err(RowCode::NotAPrice),
    }
}

/// A count of pieces; `None` when empty.
///
/// Other systems count what was oversold below zero; there is nothing left to sell of that.
pub(super) fn count(value: &str) -> Result<Option<Units>, RowCode> {
    let value = value.trim();
    if value.is_empty() {
        return Ok(None);
    }
    // Spreadsheets write whole numbers as `12.0`.
    let whole = value.split_once('.').map_or(value, |(whole, zeros)| {
        if !zeros.is_empty() && zeros.bytes().all(|digit| digit == b'0') { whole } else { value }
    });
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(RowCode::NotACount);
    }
    if whole.starts_with('-') {
        return Ok(Some(Units::ZERO));
    }
    let units = digits.parse().ok().filter(|units| *units <= STOCK_MAX).and_then(Units::new);
    units.map(Some).ok_or(RowCode::CountTooHigh)
}

/// A picture's address, normalised, with what it shows.
pub(super) fn image(value: &str, alt: &str, networks: &[IpNet]) -> Result<ParsedImage, RowCode> {
    let value = value.trim();
    if value.len() > URL_BYTES_MAX {
        return Err(RowCode::TooLong);
    }
    let mut url = Url::parse(value).map_err(|_| RowCode::UnusableAddress)?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return Err(RowCode::UnusableAddress);
    }
    let literal = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        Some(Host::Domain(_)) => None,
        None => return Err(RowCode::UnusableAddress),
    };
    if literal.is_some_and(|address| !address::is_allowed(address, networks)) {
        return Err(RowCode::ForbiddenAddress);
    }
    url.set_fragment(None);
    let alt = text::chat_line(alt, alt.len()).unwrap_or_default();
    Ok(ParsedImage { url: url.into(), alt: alt.chars().take(ALT_CHARS_MAX).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_keep_the_steps_of_their_currency() {
        let check = |currency: &str, value: &str, expected: Result<Option<i64>, RowCode>| {
            let found = price(value, Currency::parse(currency).unwrap());
            assert_eq!(found.map(|amount| amount.map(Amount::minor)), expected, "{value} {currency}");
        };
        check("KWD", "1.230", Ok(Some(1_230)));
        check("KWD", "1.235", Err(RowCode::PriceStep));
        check("EUR", "1.23", Ok(Some(123)));
        check("JPY", "123", Ok(Some(123)));
        check("JPY", "123.5", Err(RowCode::NotAPrice));
        check("EUR", "", Ok(None));
    }
}
