//! A buyer takes the contract back: until when, which pieces, and what is owed for them.
//!
//! Articles 52 to 59 of the Codice del consumo (Directive 2011/83/EU, art. 9 to 16), and the
//! function of art. 11a of that directive (Directive (EU) 2023/2673, applied since 19 June 2026).
//! Pure; `docs/legal.md` says what of the law was not held against its text.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::language::Language;
use super::money::{Amount, Money};
use super::order::{Order, OrderLine, OrderStatus};

/// Days in which a buyer may withdraw without a reason (art. 52(1) Codice del consumo).
pub const WITHDRAWAL_DAYS: u64 = 14;
/// Months by which that is longer where the buyer was not told of it (art. 53(1)).
pub const UNINFORMED_MONTHS: u32 = 12;
/// Days in which the money has to go back, from the statement on (art. 56(1)).
pub const REFUND_DAYS: i64 = 14;
/// Characters of a buyer's name.
pub const NAME_CHARS_MAX: usize = 120;
/// Characters of the key of one click.
pub const CLICK_KEY_CHARS_MAX: usize = 64;

text_enum! {
    /// Why goods cannot be given back (art. 59(1) Codice del consumo; art. 16 Directive 2011/83/EU).
    WithdrawalExemption {
        /// Made to the buyer's specification or clearly personalised (letter c).
        MadeToMeasure = "made_to_measure",
        /// Deteriorates or expires rapidly (letter d).
        Perishable = "perishable",
        /// Sealed for health or hygiene, once unsealed (letter e).
        SealedHygiene = "sealed_hygiene",
        /// Sealed audio, video or software, once unsealed (letter i).
        SealedMedia = "sealed_media",
    }
}

impl WithdrawalExemption {
    /// Whether the right is lost only once the seal is broken, so that a buyer may still withdraw before.
    #[must_use]
    pub const fn is_until_unsealed(self) -> bool {
        matches!(self, Self::SealedHygiene | Self::SealedMedia)
    }
}

/// What the shop knows of an order beyond the order itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrderRights {
    /// Whether the buyer was told of the right before the click.
    pub was_informed: bool,
    /// The day on which the last parcel arrived.
    pub delivered_on: Option<NaiveDate>,
}

impl OrderRights {
    /// When the period ends; `None` while it has not begun, because no delivery is known.
    ///
    /// It begins with the day after the delivery of the last parcel (art. 52(2)(b)), a last day on a
    /// Saturday or Sunday moves to Monday (Regulation 1182/71, art. 3(4)), and the day is over when it
    /// is over everywhere on earth. Public holidays are not known here.
    #[must_use]
    pub fn ends_at(&self) -> Option<DateTime<Utc>> {
        let mut last = self.delivered_on?.checked_add_days(Days::new(WITHDRAWAL_DAYS))?;
        if !self.was_informed {
            last = last.checked_add_months(Months::new(UNINFORMED_MONTHS))?;
        }
        let extra = match last.weekday() {
            Weekday::Sat => 2,
            Weekday::Sun => 1,
            _ => 0,
        };
        let after = last.checked_add_days(Days::new(extra + 1))?;
        // UTC-12 is the last place where a day ends.
        Some(after.and_hms_opt(12, 0, 0)?.and_utc())
    }

    /// Whether a buyer may withdraw from an order at this moment; before delivery too (art. 52(1)).
    #[must_use]
    pub fn allow(&self, order: &Order, now: DateTime<Utc>) -> bool {
        let is_sale = matches!(order.status, OrderStatus::Paid | OrderStatus::Shipped);
        is_sale && !order.is_given_back() && self.ends_at().is_none_or(|end| now < end)
    }
}

/// Pieces of one line of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnLine {
    /// Place of the line in the order, from 0.
    pub line: usize,
    /// Pieces, 1 to what is left of it.
    pub units: i64,
}

impl OrderLine {
    /// Pieces that can still be given back.
    #[must_use]
    pub fn withdrawable(&self) -> i64 {
        let is_excluded = self.exemption.is_some_and(|exemption| !exemption.is_until_unsealed());
        if is_excluded { 0 } else { self.units.get() - self.withdrawn_units }
    }
}

/// What is owed for pieces of an order, whose lines count them as withdrawn already.
///
/// Their price less their share of the discount; with the last pieces of the order also what the
/// delivery cost (art. 56(1)), though not more than the shop has to (art. 56(2) lets it keep what a
/// dearer delivery cost beyond the cheapest, which is the shop's to say when it pays back).
#[must_use]
pub fn owed(order: &Order, lines: &[WithdrawnLine]) -> Amount {
    let price = |line: &WithdrawnLine| {
        let bought = order.lines.get(line.line)?;
        Some(i128::from(bought.unit_amount.minor()) * i128::from(line.units))
    };
    let goods: i128 = lines.iter().filter_map(price).sum();
    let parts = order.parts.unwrap_or_default();
    let subtotal = i128::from(order.amount_subtotal.minor());
    // Rounded in the buyer's favour.
    let discount = if subtotal > 0 { i128::from(parts.discount.minor()) * goods / subtotal } else { 0 };
    let is_all = order.lines.iter().all(|line| line.withdrawn_units >= line.units.get());
    let shipping = if is_all { i128::from(parts.shipping.minor()) } else { 0 };
    let most = i128::from(order.total().amount.minor());
    let owed = (goods - discount + shipping).clamp(0, most.max(0));
    Amount::from_minor(i64::try_from(owed).unwrap_or(i64::MAX))
}

/// What has to have gone back of an order in all, once `owed` is owed on top of what was before.
#[must_use]
pub fn refund_target(order: &Order, earlier: Amount, owed: Amount) -> Amount {
    let before = earlier.max(order.amount_refunded);
    let sum = before.checked_add(owed).unwrap_or(before);
    sum.min(order.total().amount)
}

/// A withdrawal as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// Identity.
    pub id: uuid::Uuid,
    /// When the statement arrived.
    pub at: DateTime<Utc>,
    /// Who makes it, in the buyer's words.
    pub name: String,
    /// Where the receipt goes beside the order's own address.
    pub email: Option<String>,
    /// The buyer's language.
    pub language: Language,
    /// What is taken back.
    pub lines: Vec<WithdrawnLine>,
    /// What is owed for it.
    pub amount: Amount,
    /// What has to have gone back of the order in all.
    pub refund_target: Amount,
    /// Until when.
    pub refund_due_at: DateTime<Utc>,
}

/// When the money has to be back.
#[must_use]
pub fn refund_due_at(at: DateTime<Utc>) -> DateTime<Utc> {
    at + TimeDelta::days(REFUND_DAYS)
}

/// Pieces of a receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawnLineView {
    /// Place of the line in the order, from 0.
    pub line: usize,
    /// Title of the product.
    pub title: String,
    /// Option values, joined.
    pub variant_title: String,
    /// Pieces.
    pub units: i64,
}

/// A withdrawal as its buyer sees it; nothing in it names the buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawalView {
    /// Identity.
    pub id: uuid::Uuid,
    /// When the statement arrived.
    pub at: DateTime<Utc>,
    /// What is taken back.
    pub lines: Vec<WithdrawnLineView>,
    /// What is owed for it.
    pub amount: Money,
    /// Until when it is to be paid back.
    pub refund_due_at: DateTime<Utc>,
    /// Whether as much went back.
    pub is_settled: bool,
}

/// A withdrawal as members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MemberWithdrawal {
    /// What the buyer sees.
    #[serde(flatten)]
    pub view: WithdrawalView,
    /// Who made the statement, in the buyer's words.
    pub name: String,
    /// Where the receipt was asked to go, beside the order's own address.
    pub email: Option<String>,
}

impl Withdrawal {
    /// The receipt of a withdrawal from this order.
    #[must_use]
    pub fn view(&self, order: &Order) -> WithdrawalView {
        let line = |withdrawn: &WithdrawnLine| {
            let bought = order.lines.get(withdrawn.line)?;
            Some(WithdrawnLineView {
                line: withdrawn.line,
                title: bought.title.clone(),
                variant_title: bought.variant_title.clone(),
                units: withdrawn.units,
            })
        };
        WithdrawalView {
            id: self.id,
            at: self.at,
            lines: self.lines.iter().filter_map(line).collect(),
            amount: order.money(self.amount),
            refund_due_at: self.refund_due_at,
            is_settled: order.amount_refunded >= self.refund_target,
        }
    }

    /// The same for members.
    #[must_use]
    pub fn member_view(&self, order: &Order) -> MemberWithdrawal {
        MemberWithdrawal { view: self.view(order), name: self.name.clone(), email: self.email.clone() }
    }
}

/// What a buyer may take back of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawalRight {
    /// Whether a withdrawal is taken now.
    pub is_open: bool,
    /// Until when; `null` while no delivery is known, since the period has not begun.
    pub ends_at: Option<DateTime<Utc>>,
    /// The page for it, which works without scripts.
    pub url: String,
    /// The lines, in the order of the order.
    pub lines: Vec<WithdrawalLine>,
    /// The statements that arrived, the oldest first.
    pub receipts: Vec<WithdrawalView>,
}

/// What may be taken back of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct WithdrawalLine {
    /// Pieces that can still be taken back.
    pub units: i64,
    /// Why none can, or only as long as the seal is whole.
    pub exemption: Option<WithdrawalExemption>,
}

impl WithdrawalRight {
    /// What may be taken back of an order at this moment.
    #[must_use]
    pub fn of(
        order: &Order,
        rights: &OrderRights,
        earlier: &[Withdrawal],
        url: String,
        now: DateTime<Utc>,
    ) -> Self {
        let line =
            |line: &OrderLine| WithdrawalLine { units: line.withdrawable(), exemption: line.exemption };
        let lines: Vec<_> = order.lines.iter().map(line).collect();
        Self {
            is_open: rights.allow(order, now) && lines.iter().any(|line| line.units > 0),
            ends_at: rights.ends_at(),
            url,
            lines,
            receipts: earlier.iter().map(|withdrawal| withdrawal.view(order)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::order::TotalParts;
    use crate::domain::order::testing::{line, order};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn check_end(delivered_on: Option<&str>, was_informed: bool, expected: Option<&str>) {
        let rights = OrderRights { was_informed, delivered_on: delivered_on.map(day) };
        let expected = expected.map(|at| at.parse::<DateTime<Utc>>().unwrap());
        assert_eq!(rights.ends_at(), expected);
    }

    #[test]
    fn the_period_begins_with_delivery_and_ends_on_a_working_day() {
        check_end(None, true, None);
        // Delivered on a Monday: the fourteenth day is a Monday, over when it is over everywhere.
        check_end(Some("2026-06-22"), true, Some("2026-07-07T12:00:00Z"));
        // The last day is a Saturday, then a Sunday: it moves to Monday.
        check_end(Some("2026-06-20"), true, Some("2026-07-07T12:00:00Z"));
        check_end(Some("2026-06-21"), true, Some("2026-07-07T12:00:00Z"));
        check_end(Some("2026-06-22"), false, Some("2027-07-07T12:00:00Z"));
    }

    fn paid(lines: Vec<OrderLine>, subtotal: i64, parts: TotalParts) -> Order {
        let total = subtotal + parts.shipping.minor() - parts.discount.minor();
        Order {
            status: OrderStatus::Paid,
            amount_subtotal: Amount::from_minor(subtotal),
            amount_total: Some(Amount::from_minor(total)),
            parts: Some(parts),
            lines,
            ..order()
        }
    }

    #[test]
    fn it_is_open_before_delivery_and_closed_after_the_period_or_the_refund() {
        let now: DateTime<Utc> = "2026-07-07T11:59:59Z".parse().unwrap();
        let order = paid(vec![line(1, 1000)], 1000, TotalParts::default());
        let unknown = OrderRights { was_informed: true, delivered_on: None };
        assert!(unknown.allow(&order, now + TimeDelta::days(900)));
        let known = OrderRights { delivered_on: Some(day("2026-06-22")), ..unknown };
        assert!(known.allow(&order, now));
        assert!(!known.allow(&order, now + TimeDelta::seconds(1)));
        assert!(!known.allow(&Order { amount_refunded: Amount::from_minor(1000), ..order.clone() }, now));
        for status in [OrderStatus::Open, OrderStatus::Expired, OrderStatus::Refunded] {
            assert!(!known.allow(&Order { status, ..order.clone() }, now));
        }
    }

    #[track_caller]
    fn check_owed(withdrawn: [i64; 2], taken: &[(usize, i64)], expected: i64) {
        let parts = TotalParts {
            shipping: Amount::from_minor(700),
            discount: Amount::from_minor(301),
            tax: Amount::ZERO,
        };
        let lines = vec![
            OrderLine { withdrawn_units: withdrawn[0], ..line(2, 1000) },
            OrderLine { withdrawn_units: withdrawn[1], ..line(1, 4000) },
        ];
        let taken: Vec<_> = taken.iter().map(|&(line, units)| WithdrawnLine { line, units }).collect();
        assert_eq!(owed(&paid(lines, 6000, parts), &taken).minor(), expected);
    }

    #[test]
    fn the_price_less_its_share_of_the_discount_and_at_the_end_the_delivery() {
        check_owed([1, 0], &[(0, 1)], 1000 - 50);
        check_owed([0, 1], &[(1, 1)], 4000 - 200);
        check_owed([2, 1], &[(0, 2), (1, 1)], 6000 - 301 + 700);
        check_owed([2, 1], &[(1, 1)], 4000 - 200 + 700);
    }

    #[test]
    fn what_went_back_before_pays_no_later_withdrawal() {
        let order = paid(vec![line(2, 1000)], 2000, TotalParts::default());
        let minor = Amount::from_minor;
        assert_eq!(refund_target(&order, Amount::ZERO, minor(1000)), minor(1000));
        assert_eq!(refund_target(&order, minor(1000), minor(1000)), minor(2000));
        let goodwill = Order { amount_refunded: minor(300), ..order };
        assert_eq!(refund_target(&goodwill, Amount::ZERO, minor(1000)), minor(1300));
        assert_eq!(refund_target(&goodwill, minor(1300), minor(1000)), minor(2000));
    }

    #[test]
    fn exempt_pieces_stay_unless_only_a_seal_is_in_question() {
        for &exemption in WithdrawalExemption::ALL {
            let line = OrderLine { exemption: Some(exemption), ..line(3, 100) };
            let expected = if exemption.is_until_unsealed() { 3 } else { 0 };
            assert_eq!(line.withdrawable(), expected, "{}", exemption.as_str());
        }
        assert_eq!(OrderLine { withdrawn_units: 2, ..line(3, 100) }.withdrawable(), 1);
    }
}
