//! Numbers by which the state knows a seller: VAT numbers and Italian tax codes.
//!
//! Only what the number itself says is checked; whether it was given out is known to the authorities.

/// Digits of an Italian VAT number (partita IVA).
const VAT_DIGITS: usize = 11;
/// Characters of the tax code of a person.
const TAX_CODE_CHARS: usize = 16;
/// Characters of any number that is looked at.
const NUMBER_CHARS_MAX: usize = 32;
/// What a digit or letter at an odd place of a tax code counts, for 0 to 9 and A to Z
/// (D.M. 23 December 1976, art. 13).
const ODD: [u32; 26] =
    [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/// A VAT number without spaces and dots, in capitals; Italian ones may come without `IT` and get it.
///
/// `None` for what cannot be one: the last digit of an Italian number follows from the others
/// (d.P.R. 633/1972, art. 35; Luhn's sum), others have two letters and 2 to 12 signs.
#[must_use]
pub fn vat_number(text: &str) -> Option<String> {
    let number = compact(text)?;
    let digits = number.strip_prefix("IT").unwrap_or(&number);
    if digits.len() == VAT_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
        return (has_check_digit(digits) && digits != "00000000000").then(|| format!("IT{digits}"));
    }
    let (country, rest) = number.split_at_checked(2)?;
    let is_foreign = country != "IT" && country.bytes().all(|b| b.is_ascii_uppercase());
    (is_foreign && (2..=12).contains(&rest.len()) && rest.bytes().any(|b| b.is_ascii_digit()))
        .then_some(number)
}

/// An Italian tax code (codice fiscale) in capitals: of a person, or the digits of a company.
#[must_use]
pub fn tax_code(text: &str) -> Option<String> {
    let code = compact(text)?;
    let is_company =
        code.len() == VAT_DIGITS && code.bytes().all(|b| b.is_ascii_digit()) && has_check_digit(&code);
    (is_company || is_persons(&code)).then_some(code)
}

fn compact(text: &str) -> Option<String> {
    if text.len() > NUMBER_CHARS_MAX * 2 {
        return None;
    }
    let code: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-')).collect();
    let is_plain = code.len() <= NUMBER_CHARS_MAX && code.bytes().all(|b| b.is_ascii_alphanumeric());
    is_plain.then(|| code.to_ascii_uppercase())
}

fn has_check_digit(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(at, byte)| match (u32::from(byte - b'0'), at % 2) {
            (digit, 0) => digit,
            (digit, _) => digit * 2 - if digit > 4 { 9 } else { 0 },
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_persons(code: &str) -> bool {
    if code.len() != TAX_CODE_CHARS {
        return false;
    }
    // Letters may stand for digits where two people would have the same code.
    let shape = "LLLLLLXXLXXLXXXL".bytes().zip(code.bytes());
    if !shape.into_iter().all(|(kind, byte)| byte.is_ascii_uppercase() || kind == b'X') {
        return false;
    }
    let place = |byte: u8| if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' };
    let bytes = code.as_bytes();
    let sum: u32 = bytes[..TAX_CODE_CHARS - 1]
        .iter()
        .enumerate()
        .map(|(at, &byte)| match at % 2 {
            0 => ODD[usize::from(place(byte))],
            _ => u32::from(place(byte)),
        })
        .sum();
    u32::from(bytes[TAX_CODE_CHARS - 1] - b'A') == sum % 26
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: fn(&str) -> Option<String>, text: &str, expected: Option<&str>) {
        assert_eq!(read(text).as_deref(), expected, "{text}");
    }

    #[test]
    fn the_last_digit_of_a_vat_number_follows_from_the_others() {
        check(vat_number, "12345678903", Some("IT12345678903"));
        check(vat_number, " it 123 4567 8903 ", Some("IT12345678903"));
        check(vat_number, "IT12345678901", None);
        check(vat_number, "00000000000", None);
        check(vat_number, "1234567890", None);
        check(vat_number, "", None);
        check(vat_number, "ITABC", None);
    }

    #[test]
    fn any_wrong_digit_is_found() {
        for at in 0..VAT_DIGITS {
            for other in b'0'..=b'9' {
                let mut digits = *b"12345678903";
                if digits[at] != other {
                    digits[at] = other;
                    check(vat_number, std::str::from_utf8(&digits).unwrap(), None);
                }
            }
        }
    }

    #[test]
    fn foreign_numbers_are_taken_by_their_shape() {
        check(vat_number, "DE 136695976", Some("DE136695976"));
        check(vat_number, "ATU13585627", Some("ATU13585627"));
        check(vat_number, "DE1", None);
        check(vat_number, "DEABCDEF", None);
        check(vat_number, "DE12345678901234", None);
        check(vat_number, "È1234567890", None);
    }

    #[test]
    fn tax_codes_have_their_check_letter() {
        check(tax_code, "rssmra85t10a562s", Some("RSSMRA85T10A562S"));
        check(tax_code, "RSSMRA85T10A562T", None);
        check(tax_code, "12345678903", Some("12345678903"));
        check(tax_code, "12345678901", None);
        check(tax_code, "1SSMRA85T10A562S", None);
        check(tax_code, "RSSMRA", None);
    }
}
