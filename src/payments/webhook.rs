//! Webhooks: whether the provider really sent the bytes, and what they say.
//!
//! The Stripe crates verify and parse at once, so an event with a field more or less would be
//! refused until the provider gives up. Here the signature alone decides whether an event is kept,
//! and reading it asks for no more than what is used.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::refund::{ProviderRefund, RefundObject, id_of, parse_dispute_status};
use super::session::{
    Origin, PaymentStatus, Session, SessionStatus, from_provider, order_of, parts_from_provider,
};
use crate::config::Secret;
use crate::domain::delivery::{Delivery, PostalAddress};
use crate::domain::order::{Buyer, TotalParts};
use crate::domain::refund::Dispute;
use crate::domain::transition::Fact;

/// How far the signature's time may be from ours, the tolerance of Stripe's own libraries.
const TOLERANCE_SECS: i64 = 300;
/// Signatures that are looked at; Stripe sends one for each secret in rotation, two at most.
const SIGNATURES_MAX: usize = 16;

/// Why a webhook is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The header lacks a time or a signature, or holds far too many.
    #[error("the signature header cannot be read")]
    Malformed,
    /// Sent too long ago, or from the future.
    #[error("the signature's time is more than five minutes away")]
    WrongTime,
    /// None of the secrets makes any of the signatures.
    #[error("no signature matches")]
    NoMatch,
}

/// Checks that bytes were signed with one of the secrets at about this time.
///
/// # Errors
/// Says why they are not believed.
pub fn verify(
    secrets: &[Secret],
    header: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), SignatureError> {
    let mut time = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", value)) if time.is_none() => time = Some(value),
            Some(("t", _)) => return Err(SignatureError::Malformed),
            Some(("v1", value)) => signatures.push(value),
            // Other schemes, such as v0 of test mode, prove nothing.
            _ => {}
        }
        if signatures.len() > SIGNATURES_MAX {
            return Err(SignatureError::Malformed);
        }
    }
    let time = time.ok_or(SignatureError::Malformed)?;
    let at: i64 = time.parse().map_err(|_| SignatureError::Malformed)?;
    if signatures.is_empty() {
        return Err(SignatureError::Malformed);
    }
    if now.timestamp().abs_diff(at) > TOLERANCE_SECS.unsigned_abs() {
        return Err(SignatureError::WrongTime);
    }
    let signatures: Vec<Vec<u8>> = signatures.into_iter().filter_map(|hex| hex::decode(hex).ok()).collect();
    let matches = |secret: &Secret| {
        let mac = mac(secret, time, body);
        // `verify_slice` compares in constant time.
        signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    };
    if secrets.iter().any(matches) { Ok(()) } else { Err(SignatureError::NoMatch) }
}

/// The header that the provider sends with a body.
#[must_use]
pub fn sign(secret: &Secret, body: &[u8], now: DateTime<Utc>) -> String {
    let time = now.timestamp().to_string();
    let signature = mac(secret, &time, body).finalize().into_bytes();
    format!("t={time},v1={}", hex::encode(signature))
}

fn mac(secret: &Secret, time: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::new_from_slice(secret.reveal().as_bytes()).expect("HMAC takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
}

/// An event with the few fields that are used; all others may come and go.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// Unique within the account.
    pub id: String,
    /// Such as `checkout.session.completed`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Real money.
    #[serde(default)]
    pub livemode: bool,
    /// The connected account it is of.
    #[serde(default)]
    pub account: Option<String>,
    #[serde(default)]
    data: EventData,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct EventData {
    #[serde(default)]
    object: Value,
}

#[derive(Deserialize)]
struct SessionObject {
    id: String,
    status: Option<String>,
    payment_status: String,
    url: Option<String>,
    client_reference_id: Option<String>,
    metadata: Option<serde_json::Map<String, Value>>,
    #[serde(default)]
    created: Value,
    payment_intent: Option<Value>,
    amount_subtotal: Option<i64>,
    amount_total: Option<i64>,
    currency: Option<String>,
    customer_details: Option<BuyerObject>,
    // What is beside the payment is read leniently: it must not make a payment unreadable.
    #[serde(default)]
    total_details: Value,
    #[serde(default)]
    shipping_cost: Value,
    #[serde(default)]
    shipping_options: Value,
    #[serde(default)]
    collected_information: Value,
    #[serde(default)]
    livemode: bool,
}

#[derive(Deserialize)]
struct BuyerObject {
    name: Option<String>,
    email: Option<String>,
    #[serde(default)]
    phone: Option<String>,
}

impl SessionObject {
    fn parts(&self) -> Option<TotalParts> {
        let amount = |name: &str| self.total_details.get(name).and_then(Value::as_i64);
        let discount = amount("amount_discount")?;
        let shipping = amount("amount_shipping").unwrap_or_default();
        let currency = self.currency.as_deref().unwrap_or_default();
        parts_from_provider(shipping, discount, amount("amount_tax")?, currency)
    }

    fn chosen_rate(&self) -> Option<usize> {
        let chosen = self.shipping_cost.get("shipping_rate").and_then(id_of)?;
        let offered = self.shipping_options.as_array()?;
        offered
            .iter()
            .position(|option| option.get("shipping_rate").and_then(id_of).as_ref() == Some(&chosen))
    }

    fn delivery(&self) -> Option<Delivery> {
        let details = self.collected_information.get("shipping_details")?;
        let address = PostalAddress::deserialize(details.get("address")?).ok()?;
        let name = details.get("name").and_then(Value::as_str).map(str::to_owned);
        Some(Delivery { name, address })
    }
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A session, and what is certain of its order.
    Session(Box<Session>, Option<Fact>),
    /// A session that could not be read; ask for it by this id.
    UnreadableSession(String),
    /// A refund moved.
    Refund(ProviderRefund),
    /// A buyer asked the bank for the money of this payment, or the bank decided.
    Dispute {
        /// The payment it is about.
        payment_intent: String,
        /// Where it stands.
        dispute: Dispute,
    },
    /// Nothing that is acted upon.
    Nothing,
}

impl Event {
    /// Reads a stored body.
    ///
    /// # Errors
    /// When it is no JSON object with an id and a type.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// A name for a signed body without an id, so that it is kept all the same.
    #[must_use]
    pub fn stand_in_id(body: &[u8]) -> String {
        format!("sha256:{}", hex::encode(Sha256::digest(body)))
    }

    /// What it is about.
    #[must_use]
    pub fn news(&self) -> News {
        match self.kind.as_str() {
            "checkout.session.completed"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
            | "checkout.session.expired" => self.session_news(),
            "refund.created" | "refund.updated" | "refund.failed" => self.refund_news(),
            "charge.dispute.created"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn"
            | "charge.dispute.funds_reinstated" => self.dispute_news(),
            _ => News::Nothing,
        }
    }

    fn session_news(&self) -> News {
        let Ok(object) = SessionObject::deserialize(&self.data.object) else {
            return self.text("id").map_or(News::Nothing, News::UnreadableSession);
        };
        let session = read(object);
        // A failed delayed payment leaves the session complete and unpaid, as a pending one.
        let fact = match self.kind.as_str() {
            "checkout.session.async_payment_failed" => Some(Fact::SessionFailed),
            _ => session.fact(),
        };
        News::Session(Box::new(session), fact)
    }

    fn refund_news(&self) -> News {
        let object = RefundObject::deserialize(&self.data.object);
        object.map_or(News::Nothing, |object| News::Refund(object.into()))
    }

    fn dispute_news(&self) -> News {
        let Some(payment_intent) = self.text("payment_intent") else { return News::Nothing };
        let status = self.text("status").unwrap_or_default();
        News::Dispute { payment_intent, dispute: parse_dispute_status(&status) }
    }

    fn text(&self, field: &str) -> Option<String> {
        self.data.object.get(field).and_then(id_of)
    }
}

fn read(object: SessionObject) -> Session {
    let metadata = object.metadata.as_ref().and_then(|metadata| metadata.get("order")?.as_str());
    let (parts, chosen_rate, delivery) = (object.parts(), object.chosen_rate(), object.delivery());
    let currency = object.currency.unwrap_or_default();
    let read = |amount: Option<i64>| amount.and_then(|amount| from_provider(amount, &currency));
    let buyer =
        object.customer_details.map(|BuyerObject { name, email, phone }| Buyer { name, email, phone });
    let shop = object.metadata.as_ref().and_then(|metadata| metadata.get("shop")?.as_str()?.parse().ok());
    let origin = Origin::read(object.created.as_i64().unwrap_or_default(), |name| {
        object.metadata.as_ref()?.get(name)?.as_str()
    });
    Session {
        origin,
        order: order_of(metadata, object.client_reference_id.as_deref()),
        shop,
        status: object.status.as_deref().map_or(SessionStatus::Unknown, SessionStatus::parse),
        payment_status: PaymentStatus::parse(&object.payment_status),
        url: object.url,
        // News never makes a session payable; whoever asks for it is told.
        client_secret: None,
        payment_intent: object.payment_intent.as_ref().and_then(id_of),
        subtotal: read(object.amount_subtotal),
        total: read(object.amount_total).map(|(amount, _)| amount),
        parts,
        chosen_rate,
        delivery: delivery.map(Box::new),
        buyer: buyer.filter(|buyer| *buyer != Buyer::default()),
        livemode: object.livemode,
        id: object.id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refund::RefundStatus;

    const BODY: &[u8] = br#"{"id":"evt_1","type":"checkout.session.completed"}"#;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    fn signed(at: DateTime<Utc>, by: &str) -> String {
        sign(&secret(by), BODY, at)
    }

    #[track_caller]
    fn check(header: &str, body: &[u8], expected: Result<(), SignatureError>) {
        let secrets = [secret("whsec_new"), secret("whsec_old")];
        assert_eq!(verify(&secrets, header, body, now()), expected, "{header}");
    }

    #[test]
    fn signatures_are_believed_or_not() {
        let good = signed(now(), "whsec_new");
        let hex = good.split_once("v1=").unwrap().1;
        let time = now().timestamp();
        check(&good, BODY, Ok(()));
        check(&signed(now(), "whsec_old"), BODY, Ok(()));
        check("", BODY, Err(SignatureError::Malformed));
        check(&signed(now(), "whsec_other"), BODY, Err(SignatureError::NoMatch));
        check(&good, &[BODY, b" "].concat(), Err(SignatureError::NoMatch));
        check(&format!("t={time},v0={hex}"), BODY, Err(SignatureError::Malformed));
        check(&format!("t={time},v1={},v1={hex}", "0".repeat(64)), BODY, Ok(()));
        check(&format!("t={time},v1=zz"), BODY, Err(SignatureError::NoMatch));
        check(&format!("t={time}{}", ",v1=00".repeat(10_000)), BODY, Err(SignatureError::Malformed));
        check(&format!("t=x,v1={hex}"), BODY, Err(SignatureError::Malformed));
        check(&format!("t={time},t={time},v1={hex}"), BODY, Err(SignatureError::Malformed));
        check(&format!("v1={hex}"), BODY, Err(SignatureError::Malformed));
    }

    #[test]
    fn old_and_future_signatures_are_refused() {
        let at = |secs: i64| signed(now() + chrono::TimeDelta::seconds(secs), "whsec_new");
        check(&at(-300), BODY, Ok(()));
        check(&at(300), BODY, Ok(()));
        check(&at(-302), BODY, Err(SignatureError::WrongTime));
        check(&at(3600), BODY, Err(SignatureError::WrongTime));
    }

    #[test]
    fn a_signature_made_by_the_published_scheme_is_believed() {
        // HMAC-SHA256 of `1800000000.{}` with the key `whsec_test`, made with openssl.
        let hex = "482e6337ac5272392d375c6fdc4d52a7e615dc2facedab0ffe155ddfd6a56e66";
        assert_eq!(sign(&secret("whsec_test"), b"{}", now()), format!("t=1800000000,v1={hex}"));
    }

    fn news(kind: &str, object: &serde_json::Value) -> News {
        let body = serde_json::json!({ "id": "evt_1", "type": kind, "data": { "object": object } });
        Event::parse(body.to_string().as_bytes()).unwrap().news()
    }

    #[test]
    fn events_say_what_is_certain() {
        let session = |status: &str, paid: &str| {
            serde_json::json!({
                "id": "cs_1", "status": status, "payment_status": paid, "surprise": [1],
                "payment_intent": { "id": "pi_1", "object": "payment_intent" },
                "amount_subtotal": 4990, "currency": "eur",
            })
        };
        let fact = |kind: &str, status: &str, paid: &str| match news(kind, &session(status, paid)) {
            News::Session(session, fact) => {
                assert_eq!(session.payment_intent.as_deref(), Some("pi_1"));
                fact
            }
            other => panic!("{other:?}"),
        };
        let completed = "checkout.session.completed";
        assert_eq!(fact(completed, "complete", "paid"), Some(Fact::SessionPaid));
        assert_eq!(fact(completed, "complete", "no_payment_required"), Some(Fact::SessionPaid));
        assert_eq!(fact(completed, "complete", "unpaid"), Some(Fact::SessionPending));
        assert_eq!(fact(completed, "novel", "paid"), None);
        assert_eq!(fact("checkout.session.expired", "expired", "unpaid"), Some(Fact::SessionExpired));
        let failed = "checkout.session.async_payment_failed";
        assert_eq!(fact(failed, "complete", "unpaid"), Some(Fact::SessionFailed));
        let succeeded = "checkout.session.async_payment_succeeded";
        assert_eq!(fact(succeeded, "complete", "paid"), Some(Fact::SessionPaid));
    }

    #[test]
    fn what_cannot_be_read_is_asked_for() {
        let unreadable = serde_json::json!({ "id": "cs_1", "payment_status": 7 });
        assert_eq!(
            news("checkout.session.completed", &unreadable),
            News::UnreadableSession("cs_1".to_owned())
        );
        assert_eq!(news("payment_intent.created", &serde_json::json!({})), News::Nothing);
    }

    #[test]
    fn refunds_and_disputes_are_read() {
        let id = uuid::Uuid::nil().to_string();
        let object = serde_json::json!({
            "id": "re_1", "payment_intent": "pi_1", "status": "failed", "amount": 500, "currency": "eur",
            "failure_reason": "expired_or_canceled_card", "metadata": { "refund": id },
        });
        let News::Refund(refund) = news("refund.failed", &object) else { panic!("no refund") };
        assert_eq!((refund.id.as_str(), refund.payment_intent.as_deref()), ("re_1", Some("pi_1")));
        assert_eq!(refund.refund.map(|id| id.to_string()), Some(id));
        assert_eq!(refund.status, RefundStatus::Failed);
        assert_eq!(refund.amount.map(|(amount, _)| amount.minor()), Some(500));
        assert_eq!(refund.failure.as_deref(), Some("expired_or_canceled_card"));
        let dispute = |status: &str| {
            let object = serde_json::json!({ "id": "du_1", "payment_intent": "pi_1", "status": status });
            match news("charge.dispute.closed", &object) {
                News::Dispute { payment_intent, dispute } if payment_intent == "pi_1" => dispute,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(dispute("needs_response"), Dispute::Open);
        assert_eq!(dispute("won"), Dispute::Won);
        assert_eq!(dispute("lost"), Dispute::Lost);
        assert_eq!(news("charge.dispute.created", &serde_json::json!({ "id": "du_1" })), News::Nothing);
    }
}
