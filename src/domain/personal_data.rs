//! What is kept of one person, as that person and the shop's owner are given it (art. 15 and 20 GDPR).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{MessageId, OrderId, ProductId, QuestionId, ShowId, ViewerId};
use super::moderation::{HeldStatus, HoldReason};
use super::order::{OrderStatus, OrderView};
use super::privacy::{ErasureObstacle, KeptOfBuyer};
use super::question::QuestionStatus;

/// Messages of one page of an export; who wrote more asks for the next one.
pub const MESSAGES_MAX: i64 = 5_000;
/// Rows of every other kind in an export; no viewer comes near it, since each is bounded by the minute.
pub const ROWS_MAX: i64 = 10_000;
/// Orders of one buyer that are exported or erased at once.
pub const ORDERS_MAX: i64 = 200;

/// Everything kept of a viewer in a shop.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ViewerData {
    /// When it was put together.
    pub exported_at: DateTime<Utc>,
    /// The shop.
    pub shop_name: String,
    /// The random code that stands for the browser's tab.
    pub viewer_id: ViewerId,
    /// Names given, one for each show.
    pub names: Vec<ViewerName>,
    /// Messages, at most 5,000; the next page begins behind `next_cursor`.
    pub messages: Vec<ViewerMessage>,
    /// Messages that waited for a moderator; those that were shown are among the messages too.
    pub held: Vec<ViewerHeldMessage>,
    /// Questions asked.
    pub questions: Vec<ViewerQuestion>,
    /// Questions voted for.
    pub votes: Vec<ViewerVote>,
    /// A ban that holds.
    pub ban: Option<ViewerBan>,
    /// Reservations and orders of this browser's tab; what is kept of their buyer is with each order.
    pub orders: Vec<ViewerOrder>,
    /// What this browser's tab was counted for, by a hash that is deleted 30 days after the show.
    pub counted: Vec<ViewerCounted>,
    /// Asks for more messages; `null` when these were all.
    pub next_cursor: Option<String>,
}

/// A name given in a show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerName {
    /// The show.
    pub show_id: ShowId,
    /// Its title.
    pub show_title: String,
    /// The name.
    pub name: String,
    /// Whether a keyed hash of the network address is kept beside it.
    pub has_address_hash: bool,
    /// When the last message was taken.
    pub last_chat_at: Option<DateTime<Utc>>,
    /// Until when no message is taken.
    pub muted_until: Option<DateTime<Utc>>,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerMessage {
    /// The show.
    pub show_id: ShowId,
    /// Place in the show's log.
    pub seq: i64,
    /// Made by the viewer's client.
    pub message_id: MessageId,
    /// When it was taken.
    pub sent_at: DateTime<Utc>,
    /// When the shop took it away.
    pub removed_at: Option<DateTime<Utc>>,
    /// The text; `null` once it was removed for good.
    pub text: Option<String>,
}

/// A message that waited for a moderator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerHeldMessage {
    /// The show.
    pub show_id: ShowId,
    /// Made by the viewer's client.
    pub message_id: MessageId,
    /// The name beside it.
    pub author_name: String,
    /// Why it waited.
    pub reason: HoldReason,
    /// What became of it.
    pub status: HeldStatus,
    /// Since when it waited.
    pub held_at: DateTime<Utc>,
    /// When it was decided on.
    pub decided_at: Option<DateTime<Utc>>,
    /// The text; `null` once it was shown or refused for good.
    #[sqlx(rename = "body")]
    pub text: Option<String>,
}

/// A show that was watched, or a product that was opened in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ViewerCounted {
    /// The show.
    pub show_id: ShowId,
    /// The product; `null` for the show itself.
    pub product_id: Option<ProductId>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerQuestion {
    /// The show.
    pub show_id: ShowId,
    /// Made by the viewer's client.
    pub question_id: QuestionId,
    /// The product it was about.
    pub product_id: Option<ProductId>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The name beside it.
    pub author_name: String,
    /// Where it stands.
    pub status: QuestionStatus,
    /// The text; `null` once it was taken away for good.
    #[sqlx(rename = "body")]
    pub text: Option<String>,
    /// What was answered in writing.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
}

/// A vote for a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerVote {
    /// The show.
    pub show_id: ShowId,
    /// The question.
    pub question_id: QuestionId,
}

/// A ban from the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerBan {
    /// Since when.
    pub banned_at: DateTime<Utc>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// A reservation or order of a viewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema, sqlx::FromRow)]
pub struct ViewerOrder {
    /// Identity.
    pub id: OrderId,
    /// Number for people.
    pub number: String,
    /// Where it stands.
    pub status: OrderStatus,
    /// The click.
    pub created_at: DateTime<Utc>,
}

/// Everything kept of the buyer of an order, or of all orders under one address.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BuyerData {
    /// When it was put together.
    pub exported_at: DateTime<Utc>,
    /// The shop.
    pub shop_name: String,
    /// The orders, the oldest first, at most 200.
    pub orders: Vec<BuyerOrderData>,
}

/// Everything kept of the buyer of one order.
#[derive(Clone, Debug, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BuyerOrderData {
    /// The order as the shop sees it.
    pub order: OrderView,
    /// When its buyer was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// What the books keep since then.
    pub kept: Option<KeptOfBuyer>,
}

/// What erasing a viewer takes away and what stays, told before it is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ViewerErasure {
    /// Shows in which something of the viewer is kept.
    pub shows: i64,
    /// Messages that become empty, and those that were held and not shown, which go.
    pub messages: i64,
    /// Questions that go.
    pub questions: i64,
    /// Votes that are nobody's any more; they stay counted.
    pub votes: i64,
    /// Orders that are no longer tied to this browser's tab; what is kept of their buyer is with each order.
    pub orders: i64,
    /// Orders of the viewer that have to come to an end first.
    pub blocked: Vec<BlockedOrder>,
    /// Until when a ban stays all the same.
    pub ban_until: Option<DateTime<Utc>>,
    /// When it was done; `null` for what it would do.
    pub erased_at: Option<DateTime<Utc>>,
}

/// What erasing the buyer of orders takes away and what stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BuyerErasure {
    /// The orders, the oldest first.
    pub orders: Vec<ErasedOrder>,
    /// Orders that have to come to an end first; while there are any, nothing is erased.
    pub blocked: Vec<BlockedOrder>,
}

/// An order whose buyer is, or would be, erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ErasedOrder {
    /// Identity.
    pub id: OrderId,
    /// Number for people.
    pub number: String,
    /// When its buyer was erased; `null` while nothing is.
    pub erased_at: Option<DateTime<Utc>>,
    /// Until the end of which year the books keep it; `null` for an order that was never paid.
    pub kept_until_year: Option<i32>,
}

/// An order that has to come to an end before its buyer is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BlockedOrder {
    /// Number for people.
    pub number: String,
    /// What has to be done first.
    pub obstacles: Vec<ErasureObstacle>,
}
