//! Who sells and under which terms: what a shop tells of itself, and what is still missing.
//!
//! The duties come from art. 49 of the Codice del consumo (Directive 2011/83/EU, art. 6), art. 7 of
//! d.lgs. 70/2003 (Directive 2000/31/EC, art. 5) and art. 13 of the GDPR. Nothing here judges a text.

use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::language::Language;
use super::problem::FieldError;
use super::tax_id;
use super::text;

/// Characters of a name, a telephone number or another single line.
pub const LINE_CHARS_MAX: usize = 120;
/// Characters of an address, on several lines.
pub const ADDRESS_CHARS_MAX: usize = 400;
/// Characters of one of the shop's texts; thirty pages, more than buyers read.
pub const TEXT_CHARS_MAX: usize = 20_000;
/// Characters of an e-mail address (RFC 5321).
const EMAIL_CHARS_MAX: usize = 254;

/// What a shop tells of itself and its terms; a new shop tells nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LegalSettings {
    /// Who sells.
    pub seller: Seller,
    /// Where buyers send goods back to, on several lines; empty is the seller's address.
    pub return_address: String,
    /// Whether buyers pay for sending goods back; they do only where they were told so
    /// (art. 57(1) Codice del consumo).
    pub buyer_pays_return: bool,
    /// Terms of sale, up to 20,000 characters.
    pub terms: Bilingual,
    /// What the shop adds to what the law says of withdrawal.
    pub returns: Bilingual,
    /// What the shop adds to the privacy notice.
    pub privacy: Bilingual,
}

/// Who sells (art. 49(1)(b)-(d) Codice del consumo; art. 7 d.lgs. 70/2003).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Seller {
    /// Name of the person or company.
    pub name: String,
    /// Where it is established, on several lines.
    pub address: String,
    /// VAT number; an Italian one has the right check digit.
    pub vat_number: String,
    /// Italian tax code, where it differs from the VAT number.
    pub tax_code: String,
    /// Place and number in the register of companies.
    pub rea: String,
    /// Certified mail.
    pub pec: String,
    /// Where buyers write to.
    pub email: String,
    /// Where buyers call.
    pub phone: String,
}

/// A text in both languages; plain, paragraphs parted by an empty line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Bilingual {
    /// Italian.
    pub it: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text for a reader, with the language that it is really in: the other one where theirs is missing.
    #[must_use]
    pub fn read(&self, language: Language) -> (&str, Language) {
        let own = |language| match language {
            Language::Italian => self.it.as_str(),
            Language::English => self.en.as_str(),
        };
        let other = match language {
            Language::Italian => Language::English,
            Language::English => Language::Italian,
        };
        if own(language).is_empty() && !own(other).is_empty() {
            (own(other), other)
        } else {
            (own(language), language)
        }
    }

    /// Whether nothing is written in either language.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.it.is_empty() && self.en.is_empty()
    }
}

text_enum! {
    /// Something that buyers have to be told and that a shop has not written yet.
    LegalGap {
        /// Who sells.
        Name = "name",
        /// Where the seller is established.
        Address = "address",
        /// The VAT number.
        VatNumber = "vat_number",
        /// Where buyers write to.
        Email = "email",
        /// Where buyers call.
        Phone = "phone",
        /// The terms of sale.
        Terms = "terms",
    }
}

impl LegalSettings {
    /// What buyers have to be told and what is missing, in the order of the form.
    #[must_use]
    pub fn gaps(&self) -> Vec<LegalGap> {
        let seller = &self.seller;
        let all = [
            (LegalGap::Name, seller.name.is_empty()),
            (LegalGap::Address, seller.address.is_empty()),
            (LegalGap::VatNumber, seller.vat_number.is_empty()),
            (LegalGap::Email, seller.email.is_empty()),
            (LegalGap::Phone, seller.phone.is_empty()),
            (LegalGap::Terms, self.terms.is_empty()),
        ];
        all.into_iter().filter_map(|(gap, is_missing)| is_missing.then_some(gap)).collect()
    }

    /// Whether buyers learn what they need to withdraw: whom to tell, and where that is.
    ///
    /// Without it the period is twelve months longer (art. 53 Codice del consumo).
    #[must_use]
    pub const fn informs_buyers(&self) -> bool {
        let seller = &self.seller;
        !seller.name.is_empty() && !seller.address.is_empty() && !seller.email.is_empty()
    }

    /// Where goods are sent back to.
    #[must_use]
    pub fn returns_to(&self) -> &str {
        if self.return_address.is_empty() { &self.seller.address } else { &self.return_address }
    }

    /// Cleans what a member entered.
    ///
    /// # Errors
    /// Names every field that cannot be taken.
    pub fn checked(mut self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let seller = &mut self.seller;
        let lines = [
            ("/seller/name", &mut seller.name),
            ("/seller/rea", &mut seller.rea),
            ("/seller/phone", &mut seller.phone),
        ];
        for (pointer, field) in lines {
            take(pointer, field, &mut errors, |words| match words.trim() {
                "" => Ok(String::new()),
                words => text::line(words, LINE_CHARS_MAX).map_err(text::TextError::code),
            });
        }
        for (pointer, field) in [("/seller/email", &mut seller.email), ("/seller/pec", &mut seller.pec)] {
            take(pointer, field, &mut errors, |words| email(words.trim()).ok_or("not_an_email"));
        }
        take("/seller/vat_number", &mut seller.vat_number, &mut errors, |words| match words.trim() {
            "" => Ok(String::new()),
            words => tax_id::vat_number(words).ok_or("not_a_vat_number"),
        });
        take("/seller/tax_code", &mut seller.tax_code, &mut errors, |words| match words.trim() {
            "" => Ok(String::new()),
            words => tax_id::tax_code(words).ok_or("not_a_tax_code"),
        });
        let mut paragraphs = |pointer: &str, field: &mut String, chars_max| {
            take(pointer, field, &mut errors, |words| {
                text::paragraphs(words, chars_max).map_err(text::TextError::code)
            });
        };
        paragraphs("/seller/address", &mut seller.address, ADDRESS_CHARS_MAX);
        paragraphs("/return_address", &mut self.return_address, ADDRESS_CHARS_MAX);
        let texts =
            [("terms", &mut self.terms), ("returns", &mut self.returns), ("privacy", &mut self.privacy)];
        for (name, both) in texts {
            paragraphs(&format!("/{name}/it"), &mut both.it, TEXT_CHARS_MAX);
            paragraphs(&format!("/{name}/en"), &mut both.en, TEXT_CHARS_MAX);
        }
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}

/// Replaces a field by what was read of it, or notes why it cannot be taken.
fn take(
    pointer: &str,
    field: &mut String,
    errors: &mut Vec<FieldError>,
    read: impl Fn(&str) -> Result<String, &'static str>,
) {
    match read(field) {
        Ok(clean) => *field = clean,
        Err(code) => errors.push(FieldError::new(pointer, code)),
    }
}

/// An address that a mail could reach, or nothing at all.
#[must_use]
pub fn email(words: &str) -> Option<String> {
    if words.is_empty() {
        return Some(String::new());
    }
    let (name, host) = words.split_once('@')?;
    let fits = words.len() <= EMAIL_CHARS_MAX && !name.is_empty() && host.contains('.');
    let is_plain = words.bytes().all(|b| b.is_ascii_graphic()) && !words.contains(['<', '>', ',', ';', '"']);
    let is_host = !host.contains('@') && !host.starts_with('.') && !host.ends_with('.');
    (fits && is_plain && is_host).then(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete() -> LegalSettings {
        LegalSettings {
            seller: Seller {
                name: "Bottega Rossi s.r.l.".to_owned(),
                address: "Via Roma 1\n00100 Roma".to_owned(),
                vat_number: "12345678903".to_owned(),
                email: "ciao@bottega.example".to_owned(),
                phone: "+39 06 1234567".to_owned(),
                ..Seller::default()
            },
            terms: Bilingual { it: "Condizioni".to_owned(), en: String::new() },
            ..LegalSettings::default()
        }
    }

    #[track_caller]
    fn refuses(change: impl FnOnce(&mut LegalSettings), expected: &[(&str, &str)]) {
        let mut settings = complete();
        change(&mut settings);
        let errors = settings.checked().err().unwrap_or_default();
        let found: Vec<_> = errors.iter().map(|error| (error.pointer.as_str(), error.code)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_new_shop_lacks_everything_and_a_complete_one_nothing() {
        assert_eq!(LegalSettings::default().gaps(), LegalGap::ALL);
        assert!(!LegalSettings::default().informs_buyers());
        let settings = complete().checked().unwrap();
        assert_eq!(settings.gaps(), []);
        assert!(settings.informs_buyers());
        assert_eq!(settings.seller.vat_number, "IT12345678903");
    }

    #[test]
    fn every_wrong_field_is_named() {
        refuses(|_| {}, &[]);
        refuses(
            |all| all.seller.vat_number = "IT12345678901".into(),
            &[("/seller/vat_number", "not_a_vat_number")],
        );
        refuses(|all| all.seller.tax_code = "ABC".into(), &[("/seller/tax_code", "not_a_tax_code")]);
        refuses(|all| all.seller.email = "nobody".into(), &[("/seller/email", "not_an_email")]);
        refuses(|all| all.seller.pec = "a@b,c.it".into(), &[("/seller/pec", "not_an_email")]);
        refuses(|all| all.seller.name = "x".repeat(121), &[("/seller/name", "too_long")]);
        refuses(|all| all.seller.phone = "06\u{202e}".into(), &[("/seller/phone", "forbidden_characters")]);
        refuses(|all| all.seller.address = "x".repeat(401), &[("/seller/address", "too_long")]);
        refuses(
            |all| {
                all.terms.en = "x".repeat(TEXT_CHARS_MAX + 1);
                all.privacy.it = "\0".into();
            },
            &[("/terms/en", "too_long"), ("/privacy/it", "forbidden_characters")],
        );
    }

    #[test]
    fn a_missing_language_is_replaced_by_the_other_and_says_so() {
        let both = Bilingual { it: "sì".to_owned(), en: String::new() };
        assert_eq!(both.read(Language::English), ("sì", Language::Italian));
        assert_eq!(both.read(Language::Italian), ("sì", Language::Italian));
        assert_eq!(Bilingual::default().read(Language::English), ("", Language::English));
    }

    #[test]
    fn settings_of_before_are_read() {
        let read: LegalSettings = serde_json::from_str("{}").unwrap();
        assert_eq!(read, LegalSettings::default());
        assert_eq!(LegalSettings { return_address: "B".into(), ..complete() }.returns_to(), "B");
        assert_eq!(complete().returns_to(), "Via Roma 1\n00100 Roma");
    }
}
