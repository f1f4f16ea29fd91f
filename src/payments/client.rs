//! The calls that are made of the provider, typed by the Stripe crates, answered in our own types.

use std::collections::HashMap;

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    ExpireCheckoutSession, ListCheckoutSession, ProductData, RetrieveCheckoutSession,
};
use stripe_client_core::{IdempotencyKey, RequestBuilder, RequestStrategy, StripeMethod, StripeRequest};
use stripe_shared::{
    CheckoutSession, CheckoutSessionMode, CheckoutSessionRedirectOnCompletion, CheckoutSessionUiMode,
};
use stripe_types::RangeQueryTs;

use super::error::ProviderError;
use super::pause::Pauser;
use super::refund::{ProviderRefund, RefundObject, RefundPage};
use super::session::{
    CreateSession, PaymentStatus, Session, SessionLine, SessionPage, SessionStatus, from_provider, order_of,
    to_provider,
};
use super::transport::{Route, Transport};
use crate::clock::Clock;
use crate::config::Secret;
use crate::domain::checkout::{CheckoutUi, ClientSecret};
use crate::domain::ids::{OrderId, RefundId};
use crate::domain::money::Currency;
use crate::domain::order::Buyer;
use crate::domain::refund as domain;

/// Sessions on one page, the most that Stripe gives.
const PAGE_SESSIONS: i64 = 100;

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
        let metadata = HashMap::from([
            ("shop".to_owned(), request.shop.to_string()),
            ("show".to_owned(), request.show.to_string()),
            ("order".to_owned(), request.order.to_string()),
        ]);
        let lines: Vec<_> = request.lines.iter().map(|line| line_item(line, request.currency)).collect();
        let session = begin(request)
            .mode(CheckoutSessionMode::Payment)
            .line_items(lines)
            .expires_at(request.expires_at)
            .client_reference_id(request.order.to_string())
            .metadata(metadata)
            .customize()
            .request_strategy(keyed(key)?)
            .send(&self.transport)
            .await?;
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
        let query = [("payment_intent", payment_intent), ("limit", "100")];
        let request = RequestBuilder::new(StripeMethod::Get, "/refunds").query(&query);
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

/// A request with the page it asks for and where the buyer goes from there.
fn begin(request: &CreateSession) -> CreateCheckoutSession {
    let session = CreateCheckoutSession::new();
    match request.ui {
        CheckoutUi::Hosted => session
            .ui_mode(CheckoutSessionUiMode::HostedPage)
            .success_url(&request.success_url)
            .cancel_url(&request.cancel_url),
        CheckoutUi::Embedded => session
            .ui_mode(CheckoutSessionUiMode::EmbeddedPage)
            .redirect_on_completion(CheckoutSessionRedirectOnCompletion::IfRequired)
            .return_url(&request.success_url),
    }
}

fn line_item(line: &SessionLine, currency: Currency) -> CreateCheckoutSessionLineItems {
    let code = currency.as_str().to_ascii_lowercase();
    let Ok(code) = code.parse::<stripe_types::Currency>();
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(code);
    price.unit_amount = Some(to_provider(line.unit_amount, currency));
    let mut product = ProductData::new(&line.name);
    product.description.clone_from(&line.description);
    price.product_data = Some(product);
    let mut item = CreateCheckoutSessionLineItems::new();
    item.price_data = Some(price);
    item.quantity = Some(line.units);
    item
}

fn read_session(session: CheckoutSession) -> Session {
    let metadata = session.metadata.as_ref().and_then(|metadata| metadata.get("order"));
    let order = order_of(metadata.map(String::as_str), session.client_reference_id.as_deref());
    let shop = session.metadata.as_ref().and_then(|metadata| metadata.get("shop")?.parse().ok());
    let currency = session.currency.map(|currency| currency.to_string()).unwrap_or_default();
    let read = |amount: Option<i64>| amount.and_then(|amount| from_provider(amount, &currency));
    let buyer = session.customer_details.map(|buyer| Buyer { name: buyer.name, email: buyer.email });
    let status =
        session.status.map_or(SessionStatus::Unknown, |status| SessionStatus::parse(status.as_str()));
    Session {
        id: session.id.to_string(),
        order,
        shop,
        status,
        payment_status: PaymentStatus::parse(session.payment_status.as_str()),
        url: session.url,
        client_secret: session.client_secret.filter(|_| status == SessionStatus::Open).map(ClientSecret::new),
        payment_intent: session.payment_intent.map(|payment| payment.id().to_string()),
        subtotal: read(session.amount_subtotal),
        total: read(session.amount_total).map(|(amount, _)| amount),
        buyer: buyer.filter(|buyer| buyer.name.is_some() || buyer.email.is_some()),
        livemode: session.livemode,
    }
}
