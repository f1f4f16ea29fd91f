//! The two languages in which Vetrina writes to people.

use super::column::text_enum;
use super::money::Money;

text_enum! {
    /// A language of texts that the server itself writes.
    Language {
        /// Italian.
        Italian = "it",
        /// English.
        English = "en",
    }
}

impl Language {
    /// The first language of ours in an `Accept-Language` header; English for everybody else.
    ///
    /// Browsers name languages in the order of preference, so the weights need not be read.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let named = |tag: &str| {
            let base = tag.split([';', '-']).next().unwrap_or_default().trim().to_ascii_lowercase();
            Self::parse(&base)
        };
        header.split(',').find_map(named).unwrap_or(Self::English)
    }

    /// An amount as people of this language write it, such as `1.234,50 €`.
    #[must_use]
    pub fn money(self, money: Money) -> String {
        let places = money.currency.decimals() as usize;
        let minor = money.amount.minor();
        let digits = format!("{:0>width$}", minor.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        let (group, point) = match self {
            Self::Italian => ('.', ','),
            Self::English => (',', '.'),
        };
        let mut number = if minor < 0 { "-".to_owned() } else { String::new() };
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                number.push(group);
            }
            number.push(digit);
        }
        if !fraction.is_empty() {
            number.push(point);
            number.push_str(fraction);
        }
        let symbol = match money.currency.as_str() {
            "EUR" => "€",
            "GBP" => "£",
            "USD" => "$",
            code => return format!("{number}\u{a0}{code}"),
        };
        match self {
            Self::Italian => format!("{number}\u{a0}{symbol}"),
            Self::English => format!("{symbol}{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::money::{Amount, Currency};

    #[track_caller]
    fn check(minor: i64, currency: &str, italian: &str, english: &str) {
        let money = Money::new(Amount::from_minor(minor), Currency::parse(currency).unwrap());
        assert_eq!(Language::Italian.money(money), italian);
        assert_eq!(Language::English.money(money), english);
    }

    #[test]
    fn amounts_are_written_as_people_do() {
        check(4990, "EUR", "49,90\u{a0}€", "€49.90");
        check(5, "EUR", "0,05\u{a0}€", "€0.05");
        check(123_456_700, "USD", "1.234.567,00\u{a0}$", "$1,234,567.00");
        check(1500, "JPY", "1.500\u{a0}JPY", "1,500\u{a0}JPY");
        check(1500, "BHD", "1,500\u{a0}BHD", "1.500\u{a0}BHD");
        check(-250, "GBP", "-2,50\u{a0}£", "£-2.50");
    }

    #[test]
    fn the_first_known_language_is_taken() {
        let accepted = Language::accepted;
        assert_eq!(accepted("it-IT,it;q=0.9,en;q=0.8"), Language::Italian);
        assert_eq!(accepted("de-DE, IT;q=0.7, en;q=0.3"), Language::Italian);
        assert_eq!(accepted("en-GB"), Language::English);
        assert_eq!(accepted("item"), Language::English);
        assert_eq!(accepted(""), Language::English);
    }
}
