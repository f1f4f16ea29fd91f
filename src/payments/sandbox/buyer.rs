//! Who pays, as the pay page or a payment method tells it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::form::Form;
use super::session::Wants;
use crate::domain::text;

/// Characters of a buyer's name, and of a line of an address.
pub(super) const NAME_CHARS_MAX: usize = 100;
/// Characters of an e-mail address (RFC 5321).
pub(super) const EMAIL_CHARS_MAX: usize = 254;
/// Characters of a telephone number; ITU-T E.164 has 15 digits, people add signs.
pub(super) const PHONE_CHARS_MAX: usize = 30;
/// Characters of a postal code.
pub(super) const POSTAL_CODE_CHARS_MAX: usize = 12;

/// What is known of the buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Buyer {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<Address>,
}

/// Where the parcel goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Address {
    pub line1: Option<String>,
    pub line2: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub postal_code: Option<String>,
    /// Two capital letters (ISO 3166).
    pub country: String,
}

impl Buyer {
    /// What the buyer entered on the page; `None` when something asked for is missing or wrong.
    ///
    /// Name and e-mail may be empty as long as no parcel needs the name.
    pub fn from_page(form: &Form, wants: &Wants) -> Option<Self> {
        let name = entry(form, "name", NAME_CHARS_MAX)?;
        let email = entry(form, "email", EMAIL_CHARS_MAX)?;
        if email.as_ref().is_some_and(|email| !email.contains('@')) {
            return None;
        }
        let phone = if wants.phone { Some(entry(form, "phone", PHONE_CHARS_MAX)??) } else { None };
        if phone.as_ref().is_some_and(|phone| !phone.bytes().any(|byte| byte.is_ascii_digit())) {
            return None;
        }
        let address = if wants.countries.is_empty() {
            None
        } else {
            name.as_ref()?;
            Some(Address::from_page(form, &wants.countries)?)
        };
        Some(Self { name, email, phone, address })
    }

    /// The `billing_details` of a payment method in Stripe's shape.
    pub fn from_billing_details(details: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let address = &details["address"];
        let address = text(&address["country"]).map(|country| Address {
            line1: text(&address["line1"]),
            line2: text(&address["line2"]),
            city: text(&address["city"]),
            state: text(&address["state"]),
            postal_code: text(&address["postal_code"]),
            country,
        });
        Self {
            name: text(&details["name"]),
            email: text(&details["email"]),
            phone: text(&details["phone"]),
            address,
        }
    }

    /// The `customer_details` of a session; null as long as nothing is known.
    pub fn to_customer_details(&self) -> Value {
        if *self == Self::default() {
            return Value::Null;
        }
        json!({
            "address": self.address, "business_name": null, "individual_name": null,
            "email": self.email, "name": self.name, "phone": self.phone,
            "tax_exempt": "none", "tax_ids": [],
        })
    }
}

impl Address {
    fn from_page(form: &Form, countries: &[String]) -> Option<Self> {
        let country = form.text(&["country"])?.to_owned();
        countries.contains(&country).then_some(())?;
        Some(Self {
            line1: Some(entry(form, "line1", NAME_CHARS_MAX)??),
            line2: entry(form, "line2", NAME_CHARS_MAX)?,
            city: Some(entry(form, "city", NAME_CHARS_MAX)??),
            state: entry(form, "state", NAME_CHARS_MAX)?,
            postal_code: Some(entry(form, "postal_code", POSTAL_CODE_CHARS_MAX)??),
            country,
        })
    }
}

/// `Some(None)` for an empty entry, `None` for one that cannot be taken.
#[expect(clippy::option_option, reason = "empty and wrong are told apart")]
fn entry(form: &Form, name: &str, chars_max: usize) -> Option<Option<String>> {
    let value = form.text(&[name]).unwrap_or_default().trim();
    if value.is_empty() {
        return Some(None);
    }
    text::line(value, chars_max).ok().map(Some)
}

#[cfg(test)]
mod tests {
    use super::{Buyer, Wants};
    use crate::payments::sandbox::form::Form;

    #[track_caller]
    fn check(wants: &Wants, body: &str, is_taken: bool) {
        let form = Form::parse(body.as_bytes()).unwrap();
        assert_eq!(Buyer::from_page(&form, wants).is_some(), is_taken, "{body}");
    }

    #[test]
    fn nobody_has_to_tell_what_is_not_asked_for() {
        let wants = Wants::default();
        check(&wants, "", true);
        check(&wants, "name=Anna&email=a@example.com", true);
        check(&wants, "email=anna", false);
        let form = Form::parse(b"phone=1&country=IT&line1=x").unwrap();
        assert_eq!(Buyer::from_page(&form, &wants), Some(Buyer::default()));
    }

    #[test]
    fn a_parcel_needs_a_name_and_an_address() {
        let wants = Wants { phone: true, countries: vec!["IT".to_owned()], ..Wants::default() };
        let good = "name=Anna&phone=%2B39+02&line1=Via+1&city=Siena&postal_code=53100&country=IT";
        check(&wants, good, true);
        for (from, to) in [
            ("name=Anna", "name="),
            ("phone=%2B39+02", "phone=none"),
            ("phone=%2B39+02", "phone="),
            ("line1=Via+1", "line1="),
            ("city=Siena", "city=+"),
            ("postal_code=53100", "postal_code=1234567890123"),
            ("country=IT", "country=FR"),
            ("country=IT", "country="),
        ] {
            check(&wants, &good.replace(from, to), false);
        }
    }
}
