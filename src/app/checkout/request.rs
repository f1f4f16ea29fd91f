//! What a viewer may ask for, checked before the database is.

use std::net::{IpAddr, Ipv6Addr};

use sha2::{Digest, Sha256};

use crate::app::Invalid;
use crate::domain::checkout::{CheckoutReturn, CheckoutUi};
use crate::domain::delivery::Country;
use crate::domain::ids::{ShowId, VariantId};
use crate::domain::language::Language;
use crate::domain::link::LinkCode;
use crate::domain::order::ORDER_LINES_MAX;
use crate::domain::product::{ORDER_UNITS_MAX, Units};

/// Characters of an idempotency key, as Stripe's.
const KEY_CHARS_MAX: usize = 255;

/// What a viewer wants to buy.
#[derive(Clone, Debug)]
pub struct CheckoutRequest {
    /// The show bought in.
    pub show: ShowId,
    /// Made by the client, so that a retry is never a second reservation.
    pub idempotency_key: String,
    /// What is bought.
    pub lines: Vec<CheckoutLine>,
    /// Where the goods go, for shops whose prices depend on it.
    pub ship_to: Option<Country>,
    /// Where the request came from.
    pub address: IpAddr,
    /// What the buyer reads.
    pub language: Language,
    /// Where the buyer would pay; without a key for browsers it is a tab of its own all the same.
    pub ui: CheckoutUi,
    /// Where a tab of its own leads to afterwards.
    pub returns_to: CheckoutReturn,
    /// The buyer's browser runs no scripts, so the way back leads to the order's plain page.
    pub is_plain: bool,
    /// The link through which the buyer came; one that the shop does not have is ignored.
    pub link: Option<LinkCode>,
}

/// One line of what a viewer wants to buy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckoutLine {
    /// Which variant.
    pub variant_id: VariantId,
    /// Pieces, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    pub units: i64,
    /// What one piece cost where the buyer clicked, in minor units; a higher price is refused.
    // Left out where it is missing, so that a click made before an update is known again after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_price: Option<i64>,
}

/// Refuses keys that are empty, too long or not plain text.
pub(super) fn check_key(key: &str) -> Result<(), Invalid> {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if key.trim().is_empty() || key.len() > KEY_CHARS_MAX || !is_plain {
        return Err(Invalid::field("Idempotency-Key", "out_of_range"));
    }
    Ok(())
}

/// Pieces of each variant, once every line and every sum is within its bounds.
pub(super) fn check_lines(lines: &[CheckoutLine]) -> Result<Vec<(VariantId, Units)>, Invalid> {
    if lines.is_empty() || lines.len() > ORDER_LINES_MAX {
        return Err(Invalid::field("/lines", "out_of_range"));
    }
    let mut invalid = Invalid::default();
    let mut sums = std::collections::BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let sum = sums.entry(line.variant_id).or_insert(0i64);
        if (1..=ORDER_UNITS_MAX).contains(&line.units) {
            *sum += line.units;
        }
        if !(1..=ORDER_UNITS_MAX).contains(&line.units) || *sum > ORDER_UNITS_MAX {
            invalid.push(format!("/lines/{index}/units"), "out_of_range");
        }
    }
    invalid.into_result()?;
    Ok(sums.into_iter().filter_map(|(variant, units)| Some((variant, Units::new(units)?))).collect())
}

/// Tells whether a repetition asks for the same.
pub(super) fn request_hash(request: &CheckoutRequest) -> Vec<u8> {
    let asked = serde_json::json!([request.show, request.lines, request.ship_to, request.ui]);
    Sha256::digest(asked.to_string()).to_vec()
}

/// The address, or for IPv6 the network that one customer gets as a whole.
pub(in crate::app) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        ip @ IpAddr::V4(_) => ip,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(variant: u128, units: i64) -> CheckoutLine {
        CheckoutLine { variant_id: uuid::Uuid::from_u128(variant).into(), units, seen_price: None }
    }

    #[track_caller]
    fn check(lines: &[CheckoutLine], expected: Result<&[i64], &[&str]>) {
        match (check_lines(lines), expected) {
            (Ok(sums), Ok(units)) => {
                assert_eq!(sums.iter().map(|(_, units)| units.get()).collect::<Vec<_>>(), units);
                assert!(sums.is_sorted());
            }
            (Err(Invalid(errors)), Err(pointers)) => {
                assert_eq!(errors.iter().map(|error| error.pointer.as_str()).collect::<Vec<_>>(), pointers);
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn lines_are_bounded_and_summed() {
        check(&[line(2, 1), line(1, 10)], Ok(&[10, 1]));
        check(&[line(1, 4), line(1, 6)], Ok(&[10]));
        check(&[], Err(&["/lines"]));
        check(&[line(1, 1); 21], Err(&["/lines"]));
        check(
            &[line(1, 0), line(2, -1), line(3, 11)],
            Err(&["/lines/0/units", "/lines/1/units", "/lines/2/units"]),
        );
        check(&[line(1, 6), line(1, 5)], Err(&["/lines/1/units"]));
        check(&[line(1, i64::MAX)], Err(&["/lines/0/units"]));
    }

    #[test]
    fn keys_are_plain_and_bounded() {
        assert!(check_key("a").is_ok());
        assert!(check_key(&"a".repeat(255)).is_ok());
        for key in ["", " ", &"a".repeat(256), "a\n", "è"] {
            assert!(check_key(key).is_err(), "{key:?}");
        }
    }

    #[test]
    fn an_ipv6_customer_is_one_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
