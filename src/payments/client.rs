//! The calls that are made of the provider, typed by the Stripe crates, answered in our own types.

use stripe_checkout::checkout_session::{
    ExpireCheckoutSession, ListCheckoutSession, RetrieveCheckoutSession,
};
use stripe_client_core::{IdempotencyKey, RequestBuilder, RequestStrategy, StripeMethod, StripeRequest};
use stripe_shared::{Address, CheckoutSession, PaymentPagesCheckoutSessionCheckoutAddressDetails};
use stripe_types::RangeQueryTs;

use super::create::session_request;
use super::error::ProviderError;
use super::pause::Pauser;
use super::refund::{ProviderRefund, RefundObject, RefundPage};
use super::session::{
    CreateSession, Origin, PaymentStatus, Session, SessionPage, SessionStatus, from_provider, order_of,
    parts_from_provider, to_provider,
};
use super::transport::{Route, Transport};
use crate::clock::Clock;
use crate::config::Secret;
use crate::domain::checkout::ClientSecret;
use crate::domain::delivery::{Delivery, PostalAddress};
use crate::domain::ids::{OrderId, RefundId};
use crate::domain::money::Currency;
use crate::domain::order::Buyer;
use crate::domain::refund as domain;

/// Sessions on one page, the most that Stripe gives.
const PAGE_SESSIONS: i64 = 100;
/// Refunds of one payment that are looked through, the most that Stripe gives at once.
const PAGE_REFUNDS: i64 = 100;

/// Talks to one provider.
#[derive(Debug)]
pub struct Client {
    transport: Transport,
}

#[derive(serde::Serialize)]
struct CreateRefund<'a> {
    payment_intent: &'a str,
    amount: i64,
    metadata: RefundMetadata,
}

#[derive(serde::Serialize)]
struct RefundMetadata {
    order: OrderId,
    refund: RefundId,
}

/// A struct, because the serialiser numbers the members of a list of pairs instead of naming them.
#[derive(serde::Serialize)]
struct ListRefunds<'a> {
    payment_intent: &'a str,
    limit: i64,
}

impl Client {
    pub(super) fn new(key: Secret, clock: Clock, route: Route) -> Self {
        Self { transport: Transport::new(key, clock, route) }
    }

    /// Talks over connections that several keys share.
    pub(super) fn over(transport: Transport) -> Self {
        Self { transport }
    }

    /// Tells somebody when the key is refused.
    pub(super) fn with_pauser(self, pauser: Pauser) -> Self {
        Self { transport: self.transport.with_pauser(pauser) }
    }

    pub(super) const fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(super) fn set_target(&self, base: String, host: Option<String>) {
        self.transport.set_target(base, host);
    }

    pub(super) async fn create_session(
        &self,
        request: &CreateSession,
        key: &str,
    ) -> Result<Session, ProviderError> {
        let session =
            session_request(request).customize().request_strategy(keyed(key)?).send(&self.transport).await?;
        Ok(read_session(session))
    }

    pub(super) async fn retrieve_session(&self, id: &str) -> Result<Session, ProviderError> {
        Ok(read_session(RetrieveCheckoutSession::new(id).customize().send(&self.transport).await?))
    }

    pub(super) async fn expire_session(&self, id: &str) -> Result<Session, ProviderError> {
        let expired = ExpireCheckoutSession::new(id).customize().send(&self.transport).await;
        match expired {
            Ok(session) => Ok(read_session(session)),
            // The one thing wrong with a well-formed expire is that the session is not open.
            Err(ProviderError::Definite(error)) if error.status == 400 => Err(ProviderError::NotOpen(error)),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn list_sessions(
        &self,
        since: i64,
        after: Option<&str>,
    ) -> Result<SessionPage, ProviderError> {
        let mut request = ListCheckoutSession::new().created(RangeQueryTs::gte(since)).limit(PAGE_SESSIONS);
        if let Some(after) = after {
            request = request.starting_after(after);
        }
        let page = request.customize().send(&self.transport).await?;
        Ok(SessionPage {
            has_more: page.has_more,
            sessions: page.data.into_iter().map(read_session).collect(),
        })
    }

    /// The session that a payment was made in, if the provider has one.
    pub(super) async fn find_session_of_payment(
        &self,
        payment_intent: &str,
    ) -> Result<Option<Session>, ProviderError> {
        let request = ListCheckoutSession::new().payment_intent(payment_intent).limit(1);
        let page = request.customize().send(&self.transport).await?;
        let found = page.data.into_iter().map(read_session);
        Ok(found.into_iter().find(|session| session.payment_intent.as_deref() == Some(payment_intent)))
    }

    /// Whether a payment that was on its way has failed.
    pub(super) async fn has_payment_failed(&self, payment_intent: &str) -> Result<bool, ProviderError> {
        #[derive(serde::Deserialize)]
        struct Payment {
            status: String,
        }
        let path = format!("/payment_intents/{payment_intent}");
        let body = self.transport.read(&RequestBuilder::new(StripeMethod::Get, path)).await?;
        let payment: Payment = read(&body)?;
        Ok(matches!(payment.status.as_str(), "canceled" | "requires_payment_method"))
    }

    pub(super) async fn refund(
        &self,
        refund: &domain::Refund,
        currency: Currency,
    ) -> Result<ProviderRefund, ProviderError> {
        let body = CreateRefund {
            payment_intent: &refund.payment_intent_id,
            amount: to_provider(refund.amount, currency),
            metadata: RefundMetadata { order: refund.order_id, refund: refund.id },
        };
        let request = RequestBuilder::new(StripeMethod::Post, "/refunds").form(&body);
        read_refund(&self.transport.send_once(&request, &refund.key()).await?)
    }

    /// The refunds of a payment, the newest first.
    pub(super) async fn list_refunds(
        &self,
        payment_intent: &str,
    ) -> Result<Vec<ProviderRefund>, ProviderError> {
        let request = RequestBuilder::new(StripeMethod::Get, "/refunds")
            .query(&ListRefunds { payment_intent, limit: PAGE_REFUNDS });
        let page: RefundPage = read(&self.transport.read(&request).await?)?;
        Ok(page.data.into_iter().map(ProviderRefund::from).collect())
    }

    pub(super) async fn retrieve_refund(&self, id: &str) -> Result<ProviderRefund, ProviderError> {
        let request = RequestBuilder::new(StripeMethod::Get, format!("/refunds/{id}"));
        read_refund(&self.transport.read(&request).await?)
    }
}

/// Reads an answer of which few fields are used.
fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| ProviderError::Unknown(error.to_string()))
}

fn read_refund(body: &[u8]) -> Result<ProviderRefund, ProviderError> {
    read::<RefundObject>(body).map(ProviderRefund::from)
}

fn keyed(key: &str) -> Result<RequestStrategy, ProviderError> {
    let key = IdempotencyKey::new(key).map_err(|error| ProviderError::Unknown(error.to_string()))?;
    Ok(RequestStrategy::Idempotent(key))
}

fn read_session(session: CheckoutSession) -> Session {
    let chosen_rate = chosen_rate(&session);
    let metadata = session.metadata.as_ref().and_then(|metadata| metadata.get("order"));
    let order = order_of(metadata.map(String::as_str), session.client_reference_id.as_deref());
    let shop = session.metadata.as_ref().and_then(|metadata| metadata.get("shop")?.parse().ok());
    let origin = Origin::read(session.created, |name| Some(session.metadata.as_ref()?.get(name)?.as_str()));
    let currency = session.currency.map(|currency| currency.to_string()).unwrap_or_default();
    let read = |amount: Option<i64>| amount.and_then(|amount| from_provider(amount, &currency));
    let parts = session.total_details.as_ref().and_then(|details| {
        let shipping = details.amount_shipping.unwrap_or_default();
        parts_from_provider(shipping, details.amount_discount, details.amount_tax, &currency)
    });
    let delivery = session.collected_information.and_then(|known| known.shipping_details).map(read_delivery);
    let buyer = session.customer_details.map(|buyer| Buyer {
        name: buyer.name,
        email: buyer.email,
        phone: buyer.phone,
    });
    let status =
        session.status.map_or(SessionStatus::Unknown, |status| SessionStatus::parse(status.as_str()));
    Session {
        id: session.id.to_string(),
        order,
        shop,
        origin,
        status,
        payment_status: PaymentStatus::parse(session.payment_status.as_str()),
        url: session.url,
        client_secret: session.client_secret.filter(|_| status == SessionStatus::Open).map(ClientSecret::new),
        payment_intent: session.payment_intent.map(|payment| payment.id().to_string()),
        subtotal: read(session.amount_subtotal),
        total: read(session.amount_total).map(|(amount, _)| amount),
        parts,
        chosen_rate,
        delivery: delivery.map(Box::new),
        buyer: buyer.filter(|buyer| *buyer != Buyer::default()),
        livemode: session.livemode,
    }
}

/// The place of the chosen shipping rate among those that were offered.
fn chosen_rate(session: &CheckoutSession) -> Option<usize> {
    let chosen = session.shipping_cost.as_ref()?.shipping_rate.as_ref()?.id();
    session.shipping_options.iter().position(|option| option.shipping_rate.id() == chosen)
}

fn read_delivery(details: PaymentPagesCheckoutSessionCheckoutAddressDetails) -> Delivery {
    let Address { line1, line2, postal_code, city, state, country, .. } = details.address;
    Delivery {
        name: Some(details.name),
        address: PostalAddress { line1, line2, postal_code, city, state, country },
    }
}
