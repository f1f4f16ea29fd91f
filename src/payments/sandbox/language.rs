//! The two languages of the pay page, and amounts as their people write them.

use super::words::{ENGLISH, ITALIAN, Words};
use crate::domain::language;
use crate::domain::money::Money;

/// Countries of Europe's shops in Italian and English; any other is shown by its letters.
const COUNTRIES: [(&str, &str, &str); 35] = [
    ("AT", "Austria", "Austria"),
    ("BE", "Belgio", "Belgium"),
    ("BG", "Bulgaria", "Bulgaria"),
    ("CH", "Svizzera", "Switzerland"),
    ("CY", "Cipro", "Cyprus"),
    ("CZ", "Cechia", "Czechia"),
    ("DE", "Germania", "Germany"),
    ("DK", "Danimarca", "Denmark"),
    ("EE", "Estonia", "Estonia"),
    ("ES", "Spagna", "Spain"),
    ("FI", "Finlandia", "Finland"),
    ("FR", "Francia", "France"),
    ("GB", "Regno Unito", "United Kingdom"),
    ("GR", "Grecia", "Greece"),
    ("HR", "Croazia", "Croatia"),
    ("HU", "Ungheria", "Hungary"),
    ("IE", "Irlanda", "Ireland"),
    ("IS", "Islanda", "Iceland"),
    ("IT", "Italia", "Italy"),
    ("LI", "Liechtenstein", "Liechtenstein"),
    ("LT", "Lituania", "Lithuania"),
    ("LU", "Lussemburgo", "Luxembourg"),
    ("LV", "Lettonia", "Latvia"),
    ("MT", "Malta", "Malta"),
    ("NL", "Paesi Bassi", "Netherlands"),
    ("NO", "Norvegia", "Norway"),
    ("PL", "Polonia", "Poland"),
    ("PT", "Portogallo", "Portugal"),
    ("RO", "Romania", "Romania"),
    ("SE", "Svezia", "Sweden"),
    ("SI", "Slovenia", "Slovenia"),
    ("SK", "Slovacchia", "Slovakia"),
    ("SM", "San Marino", "San Marino"),
    ("US", "Stati Uniti", "United States"),
    ("VA", "Città del Vaticano", "Vatican City"),
];

/// A language of the pay page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Italian,
    English,
}

impl Language {
    /// The language asked for by address, else the first one of ours in `Accept-Language`.
    pub fn choose(wanted: Option<&str>, accepted: &str) -> Self {
        let named = |tag: &str| match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
            Some("it") => Some(Self::Italian),
            Some("en") => Some(Self::English),
            _ => None,
        };
        wanted.and_then(named).or_else(|| accepted.split(',').find_map(named)).unwrap_or(Self::English)
    }

    pub const fn tag(self) -> &'static str {
        match self {
            Self::Italian => "it",
            Self::English => "en",
        }
    }

    /// What a field that has to be filled in begins with.
    pub fn sample(self, field: &str) -> &'static str {
        match (self, field) {
            (Self::Italian, "name") => "Cliente di prova",
            (Self::English, "name") => "Test customer",
            (Self::Italian, "line1") => "Via di Prova 1",
            (Self::English, "line1") => "1 Test Street",
            (Self::Italian, "city") => "Roma",
            (Self::English, "city") => "Rome",
            (_, "postal_code") => "00100",
            (_, "phone") => "+39 06 000000",
            _ => "",
        }
    }

    pub const fn other(self) -> Self {
        match self {
            Self::Italian => Self::English,
            Self::English => Self::Italian,
        }
    }

    pub const fn words(self) -> &'static Words {
        match self {
            Self::Italian => &ITALIAN,
            Self::English => &ENGLISH,
        }
    }

    /// The name of a country, or its letters.
    pub fn country(self, code: &str) -> &str {
        let known = COUNTRIES.iter().find(|(known, ..)| *known == code);
        known.map_or(code, |(_, italian, english)| match self {
            Self::Italian => italian,
            Self::English => english,
        })
    }

    /// An amount as people of this language write it.
    pub fn money(self, money: Money) -> String {
        let language = match self {
            Self::Italian => language::Language::Italian,
            Self::English => language::Language::English,
        };
        language.money(money)
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, English, Italian};
    use crate::domain::money::{Amount, Currency, Money};

    #[test]
    fn the_address_wins_over_the_browser() {
        assert_eq!(Language::choose(Some("it"), "en-GB,en;q=0.9"), Italian);
        assert_eq!(Language::choose(None, "de-DE, it-IT;q=0.8, en;q=0.7"), Italian);
        assert_eq!(Language::choose(Some("fr"), "en"), English);
        assert_eq!(Language::choose(None, "日本"), English);
    }

    #[test]
    fn amounts_are_written_as_people_do() {
        let money = |minor: i64, currency: &str| {
            Money::new(Amount::from_minor(minor), Currency::parse(currency).unwrap())
        };
        assert_eq!(Italian.money(money(123_450, "EUR")), "1.234,50\u{a0}€");
        assert_eq!(English.money(money(123_450, "EUR")), "€1,234.50");
        assert_eq!(English.money(money(5, "USD")), "$0.05");
        assert_eq!(Italian.money(money(1_000, "JPY")), "1.000\u{a0}JPY");
        assert_eq!(English.money(money(1_500, "BHD")), "1.500\u{a0}BHD");
    }
}
