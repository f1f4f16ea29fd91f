//! Amounts as Stripe counts them: decimals, smallest payments, and steps that must be kept.

use super::answer::Refusal;
use crate::domain::money::Currency;
use crate::payments::session::has_silent_zeros;

/// The largest payment, Stripe's eight digits.
const AMOUNT_MAX: i64 = 99_999_999;
/// Smallest payments, as Stripe lists them, where they are not 50 of the smallest unit.
const AMOUNTS_MIN: [(&str, i64); 14] = [
    ("aed", 200),
    ("bgn", 100),
    ("czk", 1_500),
    ("dkk", 250),
    ("gbp", 30),
    ("hkd", 400),
    ("huf", 17_500),
    ("mxn", 1_000),
    ("myr", 200),
    ("nok", 300),
    ("pln", 200),
    ("ron", 200),
    ("sek", 300),
    ("thb", 1_000),
];

/// A currency of the interface, in lower case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit<'a> {
    code: &'a str,
    currency: Currency,
}

impl<'a> Unit<'a> {
    /// The currency of a lower-case code; `None` for one that is not taken.
    pub fn find(code: &'a str) -> Option<Self> {
        let currency = Currency::parse(&code.to_ascii_uppercase())?;
        (code == code.to_ascii_lowercase()).then_some(Self { code, currency })
    }

    /// Every amount is a multiple of this.
    pub fn step(self) -> i64 {
        if has_silent_zeros(self.currency) { 100 } else { self.currency.price_step() }
    }

    /// The smallest payment.
    pub fn amount_min(self) -> i64 {
        AMOUNTS_MIN.iter().find(|(code, _)| *code == self.code).map_or(50, |(_, min)| *min)
    }

    /// Cuts an amount to what can be paid.
    pub fn cut(self, amount: i64) -> i64 {
        amount - amount % self.step()
    }

    /// Refuses an amount between the steps.
    pub fn check_step(self, param: &str, amount: i64) -> Result<(), Refusal> {
        if amount % self.step() == 0 {
            return Ok(());
        }
        let message = format!("Amounts in {} must be a multiple of {}.", self.code, self.step());
        Err(Refusal::invalid(param, message))
    }

    /// Refuses a payment that is too small or too large; nothing to pay is no payment.
    pub fn check_total(self, amount: i64) -> Result<(), Refusal> {
        let min = self.amount_min();
        if (1..min).contains(&amount) {
            let message =
                format!("The Checkout Session's total amount must be at least {min} {}.", self.code);
            return Err(Refusal::invalid("line_items", message).code("amount_too_small"));
        }
        if amount > AMOUNT_MAX {
            let message = format!("The Checkout Session's total amount must be at most {AMOUNT_MAX}.");
            return Err(Refusal::invalid("line_items", message).code("amount_too_large"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Unit;
    use crate::payments::session::from_provider;

    #[track_caller]
    fn check(code: &str, amount: i64, is_taken: bool) {
        let unit = Unit::find(code).unwrap();
        let taken = unit.check_step("amount", amount).and_then(|()| unit.check_total(amount));
        assert_eq!(taken.is_ok(), is_taken, "{amount} {code}");
    }

    #[test]
    fn payments_have_a_smallest_amount_and_a_step() {
        for (code, amount, is_taken) in [
            ("eur", 49, false),
            ("eur", 50, true),
            ("eur", 0, true),
            ("eur", 99_999_999, true),
            ("eur", 100_000_000, false),
            ("gbp", 29, false),
            ("gbp", 30, true),
            ("jpy", 49, false),
            ("jpy", 50, true),
            ("bhd", 1_500, true),
            ("bhd", 1_505, false),
            ("isk", 5_000, true),
            ("isk", 5_050, false),
            ("ugx", 500_000, true),
            ("ugx", 500_001, false),
        ] {
            check(code, amount, is_taken);
        }
    }

    #[test]
    fn only_known_lower_case_codes_are_currencies() {
        for code in ["EUR", "xyz", "", "Eur"] {
            assert!(Unit::find(code).is_none(), "{code}");
        }
    }

    #[test]
    fn amounts_are_read_as_people_count_them() {
        let read = |code, amount| from_provider(amount, code).unwrap();
        let minor = |code, amount| read(code, amount).0.minor();
        assert_eq!((minor("isk", 70_000), read("isk", 0).1.decimals()), (700, 0));
        assert_eq!((minor("jpy", 500), read("jpy", 0).1.decimals()), (500, 0));
        assert_eq!((minor("kwd", 1_500), read("kwd", 0).1.decimals()), (1_500, 3));
        assert_eq!((minor("eur", 4_990), read("eur", 0).1.decimals()), (4_990, 2));
    }
}
