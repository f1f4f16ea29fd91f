//! Where goods go: countries and postal addresses, as the provider collects them.

use serde::{Deserialize, Serialize};

use super::column::text_column;

/// Countries that Stripe Checkout collects addresses in: ISO 3166-1 alpha-2 with Kosovo (`XK`) and
/// the islands of Ascension (`AC`) and Tristan da Cunha (`TA`).
const COUNTRIES: &str = "AC AD AE AF AG AI AL AM AO AQ AR AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM \
    BN BO BQ BR BS BT BV BW BY BZ CA CD CF CG CH CI CK CL CM CN CO CR CV CW CY CZ DE DJ DK DM DO DZ EC EE EG \
    EH ER ES ET FI FJ FK FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HN HR HT HU ID IE \
    IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD \
    ME MF MG MK ML MM MN MO MQ MR MS MT MU MV MW MX MY MZ NA NC NE NG NI NL NO NP NR NU NZ OM PA PE PF PG PH \
    PK PL PM PN PR PS PT PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TA \
    TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WF WS XK YE YT ZA ZM ZW";

/// A country that goods can be sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country(&'static str);

impl Country {
    /// The country of this exact code of two capital letters, if goods can be sent there.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        COUNTRIES.split_ascii_whitespace().find(|known| *known == code).map(Self)
    }

    /// The code of two capital letters.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        self.0
    }
}

impl Serialize for Country {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| serde::de::Error::custom("not a country that goods are sent to"))
    }
}

text_column!(Country);

/// A postal address in the provider's parts; any may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PostalAddress {
    /// Street and number, or a post box.
    pub line1: Option<String>,
    /// Staircase, flat, company.
    pub line2: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Province, state or region.
    pub state: Option<String>,
    /// Two capital letters (ISO 3166-1).
    pub country: Option<String>,
}

/// Who gets the goods, and where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Delivery {
    /// The recipient.
    pub name: Option<String>,
    /// The recipient's address.
    pub address: PostalAddress,
}

impl Delivery {
    /// What stands on the parcel, line by line.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let PostalAddress { line1, line2, postal_code, city, state, country } = &self.address;
        let town = [postal_code, city, state].into_iter().flatten().map(String::as_str).collect::<Vec<_>>();
        let town = Some(town.join(" "));
        let lines = [&self.name, line1, line2, &town, country];
        lines.into_iter().flatten().filter(|line| !line.is_empty()).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_on_a_parcel() {
        let some = |text: &str| Some(text.to_owned());
        let address = PostalAddress {
            line1: some("Via Roma 1"),
            line2: some(""),
            postal_code: some("53100"),
            city: some("Siena"),
            state: some("SI"),
            country: some("IT"),
        };
        let delivery = Delivery { name: some("Anna Neri"), address };
        assert_eq!(delivery.lines(), ["Anna Neri", "Via Roma 1", "53100 Siena SI", "IT"]);
        assert!(Delivery::default().lines().is_empty());
    }

    #[test]
    fn countries_are_known_codes_of_capitals() {
        assert_eq!(Country::parse("IT").map(|country| country.as_str()), Some("IT"));
        for code in ["", "it", "I", "XX", "ZZ", "ITA", "IT ", "AD AE"] {
            assert_eq!(Country::parse(code), None, "{code:?}");
        }
        let codes: Vec<_> = COUNTRIES.split_ascii_whitespace().collect();
        assert!(codes.is_sorted_by(|a, b| a < b) && codes.iter().all(|code| code.len() == 2));
    }
}
