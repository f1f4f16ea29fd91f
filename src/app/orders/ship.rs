//! Marks orders as sent, and corrects what was told of the parcel.

use chrono::{DateTime, Utc};

use super::OrdersError;
use super::settle::Learnt;
use crate::app::{App, Caller, Invalid};
use crate::domain::ids::OrderId;
use crate::domain::member::Permission;
use crate::domain::order::{Order, OrderStatus, OrderView};
use crate::domain::refund::Dispute;
use crate::domain::shipment::{CARRIER_CHARS_MAX, Parcel, Shipment, TRACKING_CHARS_MAX};
use crate::domain::text::{self, TextError};
use crate::domain::transition::Fact;
use crate::storage::{self, Tx};

/// A parcel and the member who tells of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sending<'a> {
    parcel: &'a Parcel,
    caller: &'a Caller,
}

impl Sending<'_> {
    /// Takes the parcel over under the order's lock. False when the order may not be sent.
    pub(super) fn note(self, order: &mut Order, now: DateTime<Utc>) -> bool {
        let is_sent = order.status == OrderStatus::Shipped;
        if !is_sent && !order.may_be_sent() {
            return false;
        }
        order.shipment = Some(Shipment::of(self.parcel, order.shipment.as_ref(), now));
        true
    }
}

impl App {
    /// Marks an order as sent; a repetition changes nothing, other words correct the parcel.
    ///
    /// # Errors
    /// When there is no such order in the caller's shop, it is not paid, a person has to look at it
    /// first, or a field is not allowed.
    pub async fn ship_order(
        &self,
        caller: &Caller,
        id: OrderId,
        carrier: Option<&str>,
        tracking_code: Option<&str>,
    ) -> Result<OrderView, OrdersError> {
        caller.require(Permission::Orders)?;
        let parcel = check_parcel(carrier, tracking_code)?;
        let mut tx = self.db().read().await?;
        tx.find_order(caller.shop, id).await?.ok_or(OrdersError::NotFound)?;
        drop(tx);
        let sending = Sending { parcel: &parcel, caller };
        let learnt = Learnt { fact: Some(Fact::GoodsSent), sending: Some(sending), ..Learnt::default() };
        let order = self.apply(id, learnt).await?.ok_or(OrdersError::NotFound)?;
        match order.status {
            OrderStatus::Shipped => self.get_order(caller, id).await,
            OrderStatus::Paid if order.review.is_some() => Err(OrdersError::InReview),
            OrderStatus::Paid if order.dispute == Some(Dispute::Open) => Err(OrdersError::Disputed),
            OrderStatus::Paid if order.is_given_back() => Err(OrdersError::NotPaid(OrderStatus::Refunded)),
            status => Err(OrdersError::NotPaid(status)),
        }
    }

    /// Writes down who sent an order and how, in the transaction that does it.
    pub(super) async fn audit_sending(
        &self,
        tx: &mut Tx,
        sending: Sending<'_>,
        order: &Order,
    ) -> storage::Result<()> {
        let Parcel { carrier, tracking_code } = sending.parcel;
        let detail = serde_json::json!({ "carrier": carrier, "tracking_code": tracking_code });
        self.audit(tx, sending.caller, "order.ship", &order.id.to_string(), detail).await
    }
}

fn check_parcel(carrier: Option<&str>, tracking_code: Option<&str>) -> Result<Parcel, Invalid> {
    let mut invalid = Invalid::default();
    let mut take = |pointer: &str, words: Option<&str>, chars_max| match clean(words, chars_max) {
        Ok(words) => words,
        Err(error) => {
            invalid.push(pointer, error.code());
            None
        }
    };
    let parcel = Parcel {
        carrier: take("/carrier", carrier, CARRIER_CHARS_MAX),
        tracking_code: take("/tracking_code", tracking_code, TRACKING_CHARS_MAX),
    };
    invalid.into_result()?;
    Ok(parcel)
}

/// One line with its white space folded, as codes copied from a label need it; `None` when nothing is left.
fn clean(words: Option<&str>, chars_max: usize) -> Result<Option<String>, TextError> {
    let Some(words) = words else { return Ok(None) };
    // Folding copies the text, so what is far too long is refused before.
    if words.len() > chars_max * 16 {
        return Err(TextError::TooLong);
    }
    let folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match text::line(&folded, chars_max) {
        Ok(line) => Ok(Some(line)),
        Err(TextError::Empty) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(carrier: Option<&str>, code: Option<&str>, expected: Result<[Option<&str>; 2], &[&str]>) {
        match (check_parcel(carrier, code), expected) {
            (Ok(parcel), Ok(expected)) => {
                assert_eq!([parcel.carrier.as_deref(), parcel.tracking_code.as_deref()], expected);
            }
            (Err(Invalid(errors)), Err(expected)) => {
                let found: Vec<_> =
                    errors.iter().map(|error| format!("{} {}", error.pointer, error.code)).collect();
                assert_eq!(found, expected);
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn parcels_are_cleaned_and_bounded() {
        check(None, None, Ok([None, None]));
        check(Some(" BRT "), Some("1Z 999\t AA1\n"), Ok([Some("BRT"), Some("1Z 999 AA1")]));
        check(Some(""), Some(" \n "), Ok([None, None]));
        let long = "x".repeat(81);
        check(Some(&long), Some(&long), Err(&["/carrier too_long", "/tracking_code too_long"]));
        check(Some(&" ".repeat(10_000)), None, Err(&["/carrier too_long"]));
        check(
            Some("B\u{202e}RT"),
            Some("a\0"),
            Err(&["/carrier forbidden_characters", "/tracking_code forbidden_characters"]),
        );
    }
}
