//! Buying: pieces are set aside first, the provider is asked after the commit, losers hear at once.
//!
//! Invariant: the order, its frozen request and its key are committed before any call to the provider.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::limiter::Limiter;
use super::settle::{LEASE_SECS, Learnt, stock_changed};
use super::{App, Invalid, Refusal, Viewer};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{OrderId, ProductId, ShowId, VariantId, ViewerId};
use crate::domain::money::Amount;
use crate::domain::order::{Checkout, ORDER_LINES_MAX, Order, OrderLine, OrderStatus, ReleaseReason};
use crate::domain::problem::{Code, FieldError};
use crate::domain::product::{ORDER_UNITS_MAX, Units};
use crate::payments::{CreateSession, SessionLine};
use crate::storage::{self, NewOrder, SellableVariant, Tx};

use super::place::Placed;

/// A backstop for sessions that nobody closes.
///
/// Stripe wants 30 minutes at least, also of a request that is repeated some minutes later.
const SESSION_MINUTES: i64 = 45;
/// Characters of an idempotency key, as Stripe's.
const KEY_CHARS_MAX: usize = 255;
/// Orders of a shop are numbered from here on, so that the first buyer does not feel like one.
const FIRST_NUMBER: i64 = 1_000;
/// Sessions asked for at a time: at half a second each this stays below the provider's 25 a second.
const SESSIONS_AT_ONCE: usize = 8;

/// Bounds what buyers may ask of the payment provider.
#[derive(Debug)]
pub(crate) struct Bounds {
    clicks_of_viewer: Limiter<ViewerId>,
    clicks_of_address: Limiter<IpAddr>,
    sessions_of_address: Limiter<IpAddr>,
    looks_at_order: Limiter<OrderId>,
    /// All looks at sessions together; Stripe allows 25 reads a second in test mode.
    pub(super) looks: Limiter<()>,
    pub(super) sessions_at_once: Semaphore,
}

impl Bounds {
    pub(super) fn new() -> Self {
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
            sessions_at_once: Semaphore::new(SESSIONS_AT_ONCE),
        }
    }
}

/// What a viewer wants to buy.
#[derive(Clone, Debug)]
pub struct CheckoutRequest {
    /// The show bought in.
    pub show: ShowId,
    /// Made by the client, so that a retry is never a second reservation.
    pub idempotency_key: String,
    /// What is bought.
    pub lines: Vec<CheckoutLine>,
    /// Where the request came from.
    pub address: IpAddr,
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
    /// Not offered in this show.
    #[error("variant {0} is not offered in this show")]
    ProductUnavailable(VariantId),
    /// No pieces left.
    #[error("variant {0} is sold out")]
    SoldOut(VariantId),
    /// One live reservation for each viewer and product.
    #[error("you have a reservation for this product already")]
    ReservationExists(OrderId),
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
            Self::ProductUnavailable(_) => Code::ProductUnavailable,
            Self::SoldOut(_) => Code::SoldOut,
            Self::ReservationExists(_) => Code::ReservationExists,
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
            Self::ReservationExists(order) => Some(("checkout_id", order.to_string())),
            Self::SoldOut(variant) | Self::ProductUnavailable(variant) => {
                Some(("variant_id", variant.to_string()))
            }
            _ => None,
        };
        member.map(|(name, id)| (name.to_owned(), id.into())).into_iter().collect()
    }
}

/// How an attempt to reserve ended when nothing went wrong.
enum Reserved {
    /// Written and committed.
    New(Box<Order>),
    /// A live reservation of the viewer has this product's place.
    SlotTaken(ProductId),
    /// The key is used already.
    KeyTaken,
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
        let placed = self.place_first(&order).await?;
        let order = self.settle_placed(order, &placed).await?;
        if matches!(placed, Placed::Refused) {
            return Err(CheckoutError::PaymentsUnavailable);
        }
        Ok(order.checkout())
    }

    /// A viewer's checkout, asked of the provider too, so that a lost webhook heals here.
    ///
    /// # Errors
    /// When the viewer has no such checkout.
    pub async fn get_checkout(&self, viewer: Viewer, id: OrderId) -> Result<Checkout, CheckoutError> {
        let order = self.viewers_order(viewer, id).await?;
        let waits =
            matches!(order.status, OrderStatus::Open | OrderStatus::Processing | OrderStatus::Releasing);
        let may_look = || self.checkout_bounds().looks_at_order.take(id, self.clock().now()).is_ok();
        let order = if waits && may_look() { self.bring_on(order).await? } else { order };
        Ok(order.checkout())
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
        Ok(order.checkout())
    }

    /// A viewer's live reservations in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn held_checkouts(&self, viewer: Viewer, show: ShowId) -> storage::Result<Vec<Checkout>> {
        let mut tx = self.db().read().await?;
        let orders = tx.list_held_orders(viewer.shop, viewer.id, show).await?;
        Ok(orders.iter().map(Order::checkout).collect())
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
            return Ok(Some(order.checkout()));
        }
        // The first request is still waiting, or its server is gone: ask with the same key.
        Ok(Some(self.bring_on(order).await?.checkout()))
    }

    async fn reservation_exists(&self, viewer: Viewer, product: ProductId) -> storage::Result<CheckoutError> {
        let mut tx = self.db().read().await?;
        let order = tx.find_reservation_slot(viewer.shop, viewer.id, product).await?;
        // The reservation may have ended in between: the next click will work.
        Ok(order.map_or(CheckoutError::RateLimited(Duration::from_secs(1)), CheckoutError::ReservationExists))
    }

    /// Writes the reservation in one transaction, or nothing.
    async fn reserve(
        &self,
        viewer: Viewer,
        request: &CheckoutRequest,
        wanted: &[(VariantId, Units)],
        hash: &[u8],
    ) -> Result<Reserved, CheckoutError> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut order = self.draft_order(&mut tx, viewer, request, now).await?;
        let mut products: Vec<ProductId> = order.lines.iter().map(|line| line.product_id).collect();
        products.sort_unstable();
        products.dedup();
        for product in products {
            if !tx.take_reservation_slot(viewer.shop, viewer.id, product, order.id).await? {
                return Ok(Reserved::SlotTaken(product));
            }
        }
        let mut recorder = self.recorder(viewer.shop, request.show);
        let mut moved = Vec::new();
        for &(variant, units) in wanted {
            let stock = tx.reserve_stock(viewer.shop, variant, units).await?;
            moved.push(stock.ok_or(CheckoutError::SoldOut(variant))?);
        }
        let number = FIRST_NUMBER + tx.next_order_number(viewer.shop).await?;
        order.number = if order.is_test { format!("TEST-{number}") } else { number.to_string() };
        let new = NewOrder { order: &order, idempotency_key: &request.idempotency_key, request_hash: hash };
        if !tx.insert_order(new).await? {
            return Ok(Reserved::KeyTaken);
        }
        // Asked last, so that only clicks which win a reservation use up an address' share.
        let sessions = &self.checkout_bounds().sessions_of_address;
        sessions.take(network(request.address), now).map_err(CheckoutError::RateLimited)?;
        for stock in &moved {
            recorder.record(&mut tx, stock_changed(stock)).await?;
        }
        recorder.record(&mut tx, ShowEvent::OrderReserved { order: order.summary() }).await?;
        self.commit(tx, [recorder]).await?;
        Ok(Reserved::New(Box::new(order)))
    }

    /// The order as it will be written, with titles and prices of this moment.
    async fn draft_order(
        &self,
        tx: &mut Tx,
        viewer: Viewer,
        request: &CheckoutRequest,
        now: DateTime<Utc>,
    ) -> Result<Order, CheckoutError> {
        let shop = tx.find_shop(viewer.shop).await?.ok_or(CheckoutError::NotFound)?;
        let show = tx.find_selling_show(viewer.shop, request.show).await?.ok_or(CheckoutError::NotFound)?;
        if !show.status.sells(show.replay_published_at.is_some()) {
            return Err(CheckoutError::NotSelling(request.show));
        }
        let mut lines = Vec::with_capacity(request.lines.len());
        for line in &request.lines {
            let variant = tx.find_sellable_variant(viewer.shop, request.show, line.variant_id).await?;
            let variant = variant.ok_or(CheckoutError::ProductUnavailable(line.variant_id))?;
            lines.push(freeze_line(variant, line));
        }
        let id: OrderId = self.clock().uuid().into();
        // Cut to the second, as the provider counts them.
        let expires_at = (now + TimeDelta::minutes(SESSION_MINUTES)).timestamp();
        let back = format!("{}/show/{}?checkout={id}", self.public_url(), show.slug);
        let session = CreateSession {
            order: id,
            shop: viewer.shop,
            show: request.show,
            currency: shop.currency,
            lines: lines.iter().map(session_line).collect(),
            success_url: back.clone(),
            cancel_url: back,
            expires_at,
        };
        let session_request = serde_json::to_value(&session).expect("a request holds only texts and numbers");
        Ok(Order {
            id,
            shop_id: viewer.shop,
            show_id: request.show,
            viewer_id: viewer.id,
            number: String::new(),
            status: OrderStatus::Reserved,
            is_test: !self.provider().is_live(),
            provider: self.provider().mode(),
            currency: shop.currency,
            amount_subtotal: subtotal(&lines)?,
            amount_total: None,
            attempt: 1,
            session_request,
            session_id: None,
            session_url: None,
            session_expires_at: DateTime::from_timestamp(expires_at, 0).unwrap_or(now),
            payment_intent_id: None,
            refund_id: None,
            reserved_until: None,
            release_reason: None,
            review: None,
            buyer: None,
            next_action_at: Some(now + TimeDelta::seconds(LEASE_SECS)),
            created_at: now,
            updated_at: now,
            paid_at: None,
            lines,
        })
    }
}

fn freeze_line(variant: SellableVariant, line: &CheckoutLine) -> OrderLine {
    OrderLine {
        product_id: variant.product_id,
        variant_id: variant.id,
        title: variant.title,
        variant_title: variant.option_values.join(" / "),
        sku: variant.sku,
        units: Units::new(line.units).unwrap_or_default(),
        unit_amount: variant.price,
    }
}

fn session_line(line: &OrderLine) -> SessionLine {
    SessionLine {
        name: line.title.clone(),
        description: Some(line.variant_title.clone()).filter(|title| !title.is_empty()),
        unit_amount: line.unit_amount,
        units: line.units.get().unsigned_abs(),
    }
}

fn subtotal(lines: &[OrderLine]) -> Result<Amount, Invalid> {
    lines
        .iter()
        .try_fold(Amount::ZERO, |sum, line| sum.checked_add(line.unit_amount.checked_times(line.units)?))
        .ok_or_else(|| Invalid::field("/lines", "too_large"))
}

fn check_key(key: &str) -> Result<(), Invalid> {
    let is_plain = key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if key.trim().is_empty() || key.len() > KEY_CHARS_MAX || !is_plain {
        return Err(Invalid::field("Idempotency-Key", "out_of_range"));
    }
    Ok(())
}

/// Pieces of each variant, once every line and every sum is within its bounds.
fn check_lines(lines: &[CheckoutLine]) -> Result<Vec<(VariantId, Units)>, Invalid> {
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
fn request_hash(request: &CheckoutRequest) -> Vec<u8> {
    Sha256::digest(serde_json::json!([request.show, request.lines]).to_string()).to_vec()
}

/// The address, or for IPv6 the network that one customer gets as a whole.
fn network(address: IpAddr) -> IpAddr {
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
        CheckoutLine { variant_id: uuid::Uuid::from_u128(variant).into(), units }
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
