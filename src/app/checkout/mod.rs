//! Buying: pieces are set aside first, the provider is asked after the commit, losers hear at once.
//!
//! Invariant: the order, its frozen request and its key are committed before any call to the provider.

mod offers;
mod request;
mod reserve;
mod turns;

use std::net::IpAddr;
use std::time::Duration;

pub use self::offers::PriceChange;
pub(in crate::app) use self::request::network;
pub use self::request::{CheckoutLine, CheckoutRequest};
use self::request::{check_key, check_lines, request_hash};
use self::reserve::Reserved;
use self::turns::TurnsByAccount;
use super::limiter::Limiter;
use super::orders::{Learnt, Placed};
use super::{App, Invalid, Refusal, Viewer};
use crate::domain::checkout::EmbeddedCheckout;
use crate::domain::ids::{OrderId, ProductId, ShowId, VariantId, ViewerId};
use crate::domain::order::{Checkout, Order, OrderStatus, ReleaseReason};
use crate::domain::problem::{Code, FieldError};
use crate::storage;
use chrono::TimeDelta;

/// Sessions that may be asked for at once after a rest.
///
/// With the 20 a second that are the default, the provider's 25 a second are never passed.
const SESSIONS_BURST: u32 = 5;

/// Bounds what buyers may ask of the payment provider.
#[derive(Debug)]
pub(crate) struct Bounds {
    clicks_of_viewer: Limiter<ViewerId>,
    clicks_of_address: Limiter<IpAddr>,
    sessions_of_address: Limiter<IpAddr>,
    looks_at_order: Limiter<OrderId>,
    /// All looks at sessions together; Stripe allows 25 reads a second in test mode.
    pub(super) looks: Limiter<()>,
    /// The creations of sessions, for each account.
    pub(super) session_turns: TurnsByAccount,
}

impl Bounds {
    pub(super) fn new(sessions_per_sec: u32) -> Self {
        let millis = TimeDelta::milliseconds;
        Self {
            // A person clicks a few times in a flash sale; a thousand a minute is a program.
            clicks_of_viewer: Limiter::new(20, millis(3_000)),
            // Many people may share one address of a mobile network or an office.
            clicks_of_address: Limiter::new(600, millis(100)),
            // Sessions are what card testers want; a whole office rarely buys a hundred at once.
            sessions_of_address: Limiter::new(100, millis(1_000)),
            looks_at_order: Limiter::new(1, millis(2_000)),
            looks: Limiter::new(10, millis(200)),
            session_turns: TurnsByAccount::new(sessions_per_sec, SESSIONS_BURST),
        }
    }
}

/// Why nothing was reserved.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// No such show or checkout for this viewer.
    #[error("there is nothing here")]
    NotFound,
    /// The key was used for another request.
    #[error("this Idempotency-Key was used for another request")]
    KeyReused,
    /// Not on air, and no replay.
    #[error("show {0} does not sell at the moment")]
    NotSelling(ShowId),
    /// A rehearsal takes no stock and no money.
    #[error("nothing is sold in a rehearsal")]
    Rehearsal,
    /// Not offered in this show.
    #[error("variant {0} is not offered in this show")]
    ProductUnavailable(VariantId),
    /// No pieces left.
    #[error("variant {0} is sold out")]
    SoldOut(VariantId),
    /// One live reservation for each viewer and product.
    #[error("you have a reservation for this product already")]
    ReservationExists(OrderId),
    /// A piece costs more than the buyer was shown.
    #[error("a piece of variant {} costs more than you were shown", .0.variant_id)]
    PriceChanged(PriceChange),
    /// Too many clicks or sessions.
    #[error("too many checkouts; wait a moment")]
    RateLimited(Duration),
    /// The provider refused to open a session.
    #[error("the payment provider takes no payment at the moment")]
    PaymentsUnavailable,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for CheckoutError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::KeyReused => Code::IdempotencyKeyReused,
            Self::NotSelling(_) => Code::NotSelling,
            Self::Rehearsal => Code::Rehearsal,
            Self::ProductUnavailable(_) => Code::ProductUnavailable,
            Self::SoldOut(_) => Code::SoldOut,
            Self::ReservationExists(_) => Code::ReservationExists,
            Self::PriceChanged(_) => Code::PriceChanged,
            Self::RateLimited(_) => Code::RateLimited,
            Self::PaymentsUnavailable => Code::PaymentsUnavailable,
            Self::Invalid(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(wait) => Some(*wait),
            Self::PaymentsUnavailable => Some(Duration::from_secs(5)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }

    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        let member = match self {
            Self::PriceChanged(change) => return change.members(),
            Self::ReservationExists(order) => Some(("checkout_id", order.to_string())),
            Self::SoldOut(variant) | Self::ProductUnavailable(variant) => {
                Some(("variant_id", variant.to_string()))
            }
            _ => None,
        };
        member.map(|(name, id)| (name.to_owned(), id.into())).into_iter().collect()
    }
}

impl App {
    /// Sets pieces aside and opens a checkout session; the same key gives the same checkout again.
    ///
    /// # Errors
    /// Says why nothing was reserved.
    pub async fn create_checkout(
        &self,
        viewer: Viewer,
        request: &CheckoutRequest,
    ) -> Result<Checkout, CheckoutError> {
        check_key(&request.idempotency_key)?;
        let wanted = check_lines(&request.lines)?;
        let hash = request_hash(request);
        let now = self.clock().now();
        let bounds = self.checkout_bounds();
        bounds.clicks_of_viewer.take(viewer.id, now).map_err(CheckoutError::RateLimited)?;
        bounds.clicks_of_address.take(network(request.address), now).map_err(CheckoutError::RateLimited)?;
        if let Some(checkout) = self.find_repeated(viewer, request, &hash).await? {
            return Ok(checkout);
        }
        if !self.can_take_money(viewer.shop).await? {
            return Err(CheckoutError::PaymentsUnavailable);
        }
        let order = match self.reserve(viewer, request, &wanted, &hash).await? {
            Reserved::New(order) => *order,
            // The same click at the same moment may have been faster: then this is its repetition.
            taken => {
                return match (self.find_repeated(viewer, request, &hash).await?, taken) {
                    (Some(checkout), _) => Ok(checkout),
                    (None, Reserved::SlotTaken(product)) => {
                        Err(self.reservation_exists(viewer, product).await?)
                    }
                    (None, _) => Err(CheckoutError::NotFound),
                };
            }
        };
        self.count_begun(viewer, order.show_id, order.lines.iter().map(|line| line.product_id));
        let placed = self.place_first(&order).await?;
        let order = self.settle_placed(order, &placed).await?;
        if matches!(placed, Placed::Refused(_)) {
            return Err(CheckoutError::PaymentsUnavailable);
        }
        Ok(self.checkout_view(&order).await?)
    }

    /// A viewer's checkout, asked of the provider too, so that a lost webhook heals here.
    ///
    /// # Errors
    /// When the viewer has no such checkout.
    pub async fn get_checkout(&self, viewer: Viewer, id: OrderId) -> Result<Checkout, CheckoutError> {
        let order = self.viewers_order(viewer, id).await?;
        let order = self.look_again(order).await?;
        Ok(self.checkout_view(&order).await?)
    }

    /// Asks the provider once more about an order that waits for it, within the bounds of looking.
    pub(in crate::app) async fn look_again(&self, order: Order) -> storage::Result<Order> {
        let waits =
            matches!(order.status, OrderStatus::Open | OrderStatus::Processing | OrderStatus::Releasing);
        let may_look = || self.checkout_bounds().looks_at_order.take(order.id, self.clock().now()).is_ok();
        if waits && may_look() { self.bring_on(order).await } else { Ok(order) }
    }

    /// Gives a reservation back; the pieces are free once the provider has closed the session.
    ///
    /// # Errors
    /// When the viewer has no such checkout.
    pub async fn cancel_checkout(&self, viewer: Viewer, id: OrderId) -> Result<Checkout, CheckoutError> {
        let order = self.viewers_order(viewer, id).await?;
        let learnt = Learnt::release(ReleaseReason::Cancelled);
        let order = self.apply(order.id, learnt).await?.unwrap_or(order);
        let order = if order.status == OrderStatus::Releasing { self.bring_on(order).await? } else { order };
        Ok(self.checkout_view(&order).await?)
    }

    /// A viewer's live reservations in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held_checkouts(&self, viewer: Viewer, show: ShowId) -> storage::Result<Vec<Checkout>> {
        let mut tx = self.db().read().await?;
        let orders = tx.list_held_orders(viewer.shop, viewer.id, show).await?;
        drop(tx);
        let mut held = Vec::with_capacity(orders.len());
        for order in &orders {
            let mut checkout = order.checkout(self.order_url(order.id));
            checkout.embedded = self.embed(order).await?;
            held.push(checkout);
        }
        Ok(held)
    }

    /// The checkout as its buyer sees it: with its place in the queue, then with the page beside the video.
    async fn checkout_view(&self, order: &Order) -> storage::Result<Checkout> {
        let mut checkout = order.checkout(self.order_url(order.id));
        if order.status == OrderStatus::Reserved {
            let mut tx = self.db().read().await?;
            checkout.queue_place = Some(tx.count_queue_before(order.id, order.provider).await?);
        }
        checkout.embedded = self.embed(order).await?;
        Ok(checkout)
    }

    /// How the buyer's browser shows the payment page beside the video, while it can be paid.
    async fn embed(&self, order: &Order) -> storage::Result<Option<EmbeddedCheckout>> {
        let (OrderStatus::Open, Some(session), Some(secret)) =
            (order.status, &order.session_id, &order.session_secret)
        else {
            return Ok(None);
        };
        let provider = self.provider_of(order.shop_id).await?;
        // Another account's key, or the other kind of money's, would open nothing.
        let is_its_own = provider.mode() == order.provider && provider.is_live() != order.is_test;
        Ok(if is_its_own { provider.embed(session, secret) } else { None })
    }

    async fn viewers_order(&self, viewer: Viewer, id: OrderId) -> Result<Order, CheckoutError> {
        let mut tx = self.db().read().await?;
        let order = tx.find_order(viewer.shop, id).await?;
        order.filter(|order| order.viewer_id == viewer.id).ok_or(CheckoutError::NotFound)
    }

    /// The checkout that an earlier request with the same key made.
    async fn find_repeated(
        &self,
        viewer: Viewer,
        request: &CheckoutRequest,
        hash: &[u8],
    ) -> Result<Option<Checkout>, CheckoutError> {
        let mut tx = self.db().read().await?;
        let Some((id, earlier)) = tx.find_order_by_key(viewer.id, &request.idempotency_key).await? else {
            return Ok(None);
        };
        if earlier != hash {
            return Err(CheckoutError::KeyReused);
        }
        let order = tx.find_order(viewer.shop, id).await?.ok_or(CheckoutError::NotFound)?;
        drop(tx);
        if order.status != OrderStatus::Reserved {
            return Ok(Some(self.checkout_view(&order).await?));
        }
        // The first request is still waiting, or its server is gone: ask with the same key.
        let order = self.bring_on(order).await?;
        Ok(Some(self.checkout_view(&order).await?))
    }

    async fn reservation_exists(&self, viewer: Viewer, product: ProductId) -> storage::Result<CheckoutError> {
        let mut tx = self.db().read().await?;
        let order = tx.find_reservation_slot(viewer.shop, viewer.id, product).await?;
        // The reservation may have ended in between: the next click will work.
        Ok(order.map_or(CheckoutError::RateLimited(Duration::from_secs(1)), CheckoutError::ReservationExists))
    }
}
