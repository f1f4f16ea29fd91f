//! What a shop asks and offers at checkout beside the goods: where it delivers to and for how much,
//! telephone, promotion codes, tax.

use serde::{Deserialize, Serialize};

use super::delivery::Country;
use super::money::{Amount, Currency, Money, PRICE_MAX};
use super::problem::FieldError;
use super::text;

/// The most groups of countries of a shop.
pub const ZONES_MAX: usize = 30;
/// The most ways to send a parcel to one country, Stripe's limit for a session.
pub const RATES_MAX: usize = 5;
/// Characters of a rate's name; Stripe takes 100.
pub const RATE_NAME_CHARS_MAX: usize = 60;
/// The longest delivery that can be announced, in working days.
pub const DELIVERY_DAYS_MAX: i64 = 90;

/// What a shop asks and offers at checkout; a new shop asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CheckoutSettings {
    /// Where the shop delivers to; without any, buyers are asked for no address.
    pub zones: Vec<ShippingZone>,
    /// Whether buyers have to give a telephone number.
    pub asks_for_phone: bool,
    /// Whether buyers may enter promotion codes, which are made with the payment provider.
    pub takes_promotion_codes: bool,
    /// Whether the provider works out the tax, which its own settings have to be ready for.
    pub automatic_tax: bool,
}

/// Countries that are delivered to for the same price; each is in one zone at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingZone {
    /// Codes of two capital letters.
    #[schema(value_type = Vec<String>, example = json!(["IT", "SM"]))]
    pub countries: Vec<Country>,
    /// Ways to send a parcel, 1 to 5; the buyer chooses.
    pub rates: Vec<ShippingRate>,
}

/// One way to send a parcel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingRate {
    /// What the buyer reads.
    pub name: String,
    /// Price in minor units of the shop's currency, VAT included; 0 is free.
    #[schema(value_type = i64)]
    pub price: Amount,
    /// Goods of this sum or more are sent free of charge.
    #[schema(value_type = Option<i64>)]
    pub free_from: Option<Amount>,
    /// Working days until delivery, at best.
    pub min_days: Option<i64>,
    /// Working days until delivery, at worst.
    pub max_days: Option<i64>,
}

impl ShippingRate {
    /// What sending goods of this sum costs.
    #[must_use]
    pub fn price_for(&self, subtotal: Amount) -> Amount {
        if self.free_from.is_some_and(|from| subtotal >= from) { Amount::ZERO } else { self.price }
    }
}

/// Why a country was not taken for a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoneError {
    /// Prices depend on the country, and none was named.
    CountryNeeded,
    /// The shop does not deliver there.
    NotDelivered,
}

impl CheckoutSettings {
    /// The zone that an order goes to; `None` where the shop delivers nothing.
    ///
    /// # Errors
    /// When the country matters and is missing, or is not delivered to.
    pub fn zone_of(&self, ship_to: Option<Country>) -> Result<Option<&ShippingZone>, ZoneError> {
        match (self.zones.as_slice(), ship_to) {
            ([], _) => Ok(None),
            ([zone], None) => Ok(Some(zone)),
            (_, None) => Err(ZoneError::CountryNeeded),
            (zones, Some(country)) => {
                let zone = zones.iter().find(|zone| zone.countries.contains(&country));
                zone.map(Some).ok_or(ZoneError::NotDelivered)
            }
        }
    }

    /// Cleans what a member entered.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn checked(mut self, currency: Currency) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut refuse = |pointer: String, code: &'static str| errors.push(FieldError::new(pointer, code));
        if self.zones.len() > ZONES_MAX {
            refuse("/zones".to_owned(), "too_many");
            return Err(errors);
        }
        let mut taken = std::collections::BTreeSet::new();
        for (at, zone) in self.zones.iter_mut().enumerate() {
            if zone.countries.is_empty() {
                refuse(format!("/zones/{at}/countries"), "required");
            }
            for (index, country) in zone.countries.iter().enumerate() {
                if !taken.insert(*country) {
                    refuse(format!("/zones/{at}/countries/{index}"), "duplicate");
                }
            }
            match zone.rates.len() {
                0 => refuse(format!("/zones/{at}/rates"), "required"),
                1..=RATES_MAX => {}
                _ => refuse(format!("/zones/{at}/rates"), "too_many"),
            }
            for (index, rate) in zone.rates.iter_mut().enumerate().take(RATES_MAX) {
                check_rate(rate, currency, |field, code| {
                    refuse(format!("/zones/{at}/rates/{index}/{field}"), code);
                });
            }
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }

    /// What viewers are told before they buy.
    #[must_use]
    pub fn offer(&self, currency: Currency) -> DeliveryOffer {
        let rate = |rate: &ShippingRate| ShippingRateView {
            name: rate.name.clone(),
            price: Money::new(rate.price, currency),
            free_from: rate.free_from.map(|from| Money::new(from, currency)),
            min_days: rate.min_days,
            max_days: rate.max_days,
        };
        let zone = |zone: &ShippingZone| DeliveryZone {
            countries: zone.countries.clone(),
            rates: zone.rates.iter().map(rate).collect(),
        };
        DeliveryOffer { zones: self.zones.iter().map(zone).collect() }
    }
}

fn check_rate(rate: &mut ShippingRate, currency: Currency, mut refuse: impl FnMut(&str, &'static str)) {
    match text::line(&rate.name, RATE_NAME_CHARS_MAX) {
        Ok(name) => rate.name = name,
        Err(error) => refuse("name", error.code()),
    }
    let is_price = |amount: Amount| {
        (Amount::ZERO..=PRICE_MAX).contains(&amount) && amount.minor() % currency.price_step() == 0
    };
    if !is_price(rate.price) {
        refuse("price", "out_of_range");
    }
    if rate.free_from.is_some_and(|from| from == Amount::ZERO || !is_price(from)) {
        refuse("free_from", "out_of_range");
    }
    let is_span = |days: i64| (1..=DELIVERY_DAYS_MAX).contains(&days);
    if rate.min_days.is_some_and(|days| !is_span(days)) {
        refuse("min_days", "out_of_range");
    }
    let min = rate.min_days.unwrap_or(1);
    if rate.max_days.is_some_and(|days| !is_span(days) || days < min) {
        refuse("max_days", "out_of_range");
    }
}

/// Where a shop delivers to, as viewers are told before they buy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryOffer {
    /// Without any, nothing is delivered and no address is asked for.
    pub zones: Vec<DeliveryZone>,
}

/// Countries that are delivered to for the same price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DeliveryZone {
    /// Codes of two capital letters.
    #[schema(value_type = Vec<String>, example = json!(["IT", "SM"]))]
    pub countries: Vec<Country>,
    /// Ways to send a parcel; the buyer chooses.
    pub rates: Vec<ShippingRateView>,
}

/// One way to send a parcel, with its price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DeliveryRate)]
pub struct ShippingRateView {
    /// What the buyer reads.
    pub name: String,
    /// Price, VAT included; 0 is free.
    pub price: Money,
    /// Goods of this sum or more are sent free of charge.
    pub free_from: Option<Money>,
    /// Working days until delivery, at best.
    pub min_days: Option<i64>,
    /// Working days until delivery, at worst.
    pub max_days: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        Country::parse(code).unwrap()
    }

    fn rate(price: i64) -> ShippingRate {
        let price = Amount::from_minor(price);
        ShippingRate { name: "Corriere".to_owned(), price, free_from: None, min_days: None, max_days: None }
    }

    fn zone(countries: &[&str], rates: Vec<ShippingRate>) -> ShippingZone {
        ShippingZone { countries: countries.iter().map(|code| country(code)).collect(), rates }
    }

    fn settings(zones: Vec<ShippingZone>) -> CheckoutSettings {
        CheckoutSettings { zones, ..CheckoutSettings::default() }
    }

    #[test]
    fn a_country_is_asked_for_only_where_it_matters() {
        let none = settings(Vec::new());
        assert_eq!(none.zone_of(None), Ok(None));
        assert_eq!(none.zone_of(Some(country("IT"))), Ok(None));
        let one = settings(vec![zone(&["IT", "SM"], vec![rate(500)])]);
        assert_eq!(one.zone_of(None), Ok(Some(&one.zones[0])));
        assert_eq!(one.zone_of(Some(country("SM"))), Ok(Some(&one.zones[0])));
        assert_eq!(one.zone_of(Some(country("FR"))), Err(ZoneError::NotDelivered));
        let two = settings(vec![zone(&["IT"], vec![rate(500)]), zone(&["FR"], vec![rate(900)])]);
        assert_eq!(two.zone_of(None), Err(ZoneError::CountryNeeded));
        assert_eq!(two.zone_of(Some(country("FR"))), Ok(Some(&two.zones[1])));
    }

    #[test]
    fn free_from_an_amount_on() {
        let rate = ShippingRate { free_from: Some(Amount::from_minor(5_000)), ..rate(500) };
        for (subtotal, price) in [(4_999, 500), (5_000, 0), (9_999, 0)] {
            assert_eq!(rate.price_for(Amount::from_minor(subtotal)), Amount::from_minor(price));
        }
    }

    #[track_caller]
    fn check(zones: Vec<ShippingZone>, currency: &str, refused: &[(&str, &str)]) {
        let checked = settings(zones).checked(Currency::parse(currency).unwrap());
        let errors = checked.err().unwrap_or_default();
        let found: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        assert_eq!(found, refused);
    }

    #[test]
    fn what_a_member_enters_is_checked_field_by_field() {
        check(vec![zone(&["IT"], vec![rate(500), rate(0)])], "EUR", &[]);
        check(
            vec![zone(&[], Vec::new())],
            "EUR",
            &[("/zones/0/countries", "required"), ("/zones/0/rates", "required")],
        );
        let twice = vec![zone(&["IT"], vec![rate(1)]), zone(&["FR", "IT"], vec![rate(1)])];
        check(twice, "EUR", &[("/zones/1/countries/1", "duplicate")]);
        check(vec![zone(&["IT"], vec![rate(1); 6])], "EUR", &[("/zones/0/rates", "too_many")]);
        check(vec![zone(&["IT"], vec![rate(1)]); 31], "EUR", &[("/zones", "too_many")]);
        let bad = ShippingRate {
            name: " ".to_owned(),
            price: Amount::from_minor(-1),
            free_from: Some(Amount::ZERO),
            min_days: Some(0),
            max_days: Some(91),
        };
        check(
            vec![zone(&["IT"], vec![bad])],
            "EUR",
            &[
                ("/zones/0/rates/0/name", "empty"),
                ("/zones/0/rates/0/price", "out_of_range"),
                ("/zones/0/rates/0/free_from", "out_of_range"),
                ("/zones/0/rates/0/min_days", "out_of_range"),
                ("/zones/0/rates/0/max_days", "out_of_range"),
            ],
        );
        let hasty = ShippingRate { min_days: Some(5), max_days: Some(2), ..rate(500) };
        check(vec![zone(&["IT"], vec![hasty])], "EUR", &[("/zones/0/rates/0/max_days", "out_of_range")]);
        check(vec![zone(&["BH"], vec![rate(505)])], "BHD", &[("/zones/0/rates/0/price", "out_of_range")]);
    }

    #[test]
    fn settings_of_before_are_read() {
        let read: CheckoutSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(read, CheckoutSettings::default());
    }
}
