//! What is recorded of a show and travels to its viewers and members.
//!
//! State is a fold over these; one enum is the table's `type` and `data`, the wire's and the
//! client's union at once. What a newer version recorded and this one cannot read is passed on as it
//! is, so that nobody has a hole.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use super::chat::Author;
use super::column::text_enum;
use super::ids::{MessageId, OfferId, OrderId, ProductId, QuestionId, VariantId, ViewerId};
use super::moderation::HeldMessage;
use super::offer::{OfferEnd, OfferView};
use super::order::{OrderSummary, ReleaseReason, Sales};
use super::privacy::Forgotten;
use super::product::ProductView;
use super::question::{Answer, Claim, Question, QuestionVotes};
use super::show::{ShowStatus, Video};

text_enum! {
    /// Who may see an event; each audience has its own `seq` without holes.
    Audience {
        /// Everybody.
        Viewers = "viewers",
        /// The shop's members.
        Members = "members",
    }
}

/// Something that happened in a show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", content = "data")]
pub enum ShowEvent {
    /// It was announced.
    #[serde(rename = "show.scheduled")]
    ShowScheduled(StatusChange),
    /// It went live.
    #[serde(rename = "show.started")]
    ShowStarted(StatusChange),
    /// The host is away for a moment.
    #[serde(rename = "show.paused")]
    ShowPaused(StatusChange),
    /// The host is back.
    #[serde(rename = "show.resumed")]
    ShowResumed(StatusChange),
    /// It is over.
    #[serde(rename = "show.ended")]
    ShowEnded(StatusChange),
    /// Title, text, start or video changed.
    #[serde(rename = "show.updated")]
    ShowUpdated {
        /// One line.
        title: String,
        /// Plain text.
        description: String,
        /// What the player plays.
        video: Video,
        /// The announced start.
        starts_at: Option<DateTime<Utc>>,
        /// How far what is on screen is moved against the picture; older events have none.
        #[serde(default)]
        sync_offset_ms: i64,
    },
    /// Its recording can be watched, and buying goes on.
    #[serde(rename = "replay.published")]
    ReplayPublished {
        /// Since when.
        published_at: DateTime<Utc>,
    },
    /// Its recording can no longer be watched.
    #[serde(rename = "replay.withdrawn")]
    ReplayWithdrawn {},
    /// The lineup is now this one.
    #[serde(rename = "lineup.changed")]
    LineupChanged {
        /// Active products in the host's order.
        lineup: Vec<ProductView>,
        /// Products still on screen, the primary one first.
        featured: Vec<ProductId>,
    },
    /// A product of the lineup changed.
    #[serde(rename = "product.changed")]
    ProductChanged {
        /// As it is now.
        product: ProductView,
    },
    /// A product came on screen.
    #[serde(rename = "product.featured")]
    ProductFeatured {
        /// Which.
        product_id: ProductId,
        /// All on screen, the primary one first.
        featured: Vec<ProductId>,
    },
    /// A product left the screen.
    #[serde(rename = "product.unfeatured")]
    ProductUnfeatured {
        /// Which.
        product_id: ProductId,
        /// All on screen, the primary one first.
        featured: Vec<ProductId>,
    },
    /// Pieces were reserved, sold, freed or added.
    #[serde(rename = "stock.changed")]
    StockChanged {
        /// Product of the variant.
        product_id: ProductId,
        /// Which variant.
        variant_id: VariantId,
        /// Pieces that can be reserved now.
        available: i64,
        /// Whether it may be bought.
        on_sale: bool,
    },
    /// A product has another price for a while.
    #[serde(rename = "offer.started")]
    OfferStarted {
        /// It takes the place of the product's offer before it.
        offer: OfferView,
    },
    /// Pieces of an offer were taken or came back.
    #[serde(rename = "offer.units_changed")]
    OfferUnitsChanged {
        /// Which offer.
        offer_id: OfferId,
        /// Its product.
        product_id: ProductId,
        /// Pieces that can still be had at its price.
        units_left: i64,
    },
    /// A product has its own price again.
    #[serde(rename = "offer.ended")]
    OfferEnded {
        /// Which offer.
        offer_id: OfferId,
        /// Its product.
        product_id: ProductId,
        /// Why.
        reason: OfferEnd,
    },
    /// Somebody wrote.
    #[serde(rename = "chat.sent")]
    ChatSent {
        /// Made by the author's client.
        message_id: MessageId,
        /// Who.
        author: Author,
        /// What; `null` once removed.
        text: Option<String>,
    },
    /// A message was taken away.
    #[serde(rename = "chat.removed")]
    ChatRemoved {
        /// Which.
        message_id: MessageId,
    },
    /// A message was brought back.
    #[serde(rename = "chat.restored")]
    ChatRestored {
        /// Which.
        message_id: MessageId,
        /// Its text; `null` when it has been removed again since.
        text: Option<String>,
    },
    /// Viewers have to pause between messages.
    #[serde(rename = "chat.slow_mode_changed")]
    ChatSlowModeChanged {
        /// Seconds; 0 is off.
        secs: i64,
    },
    /// Only members write from now on, or everybody again.
    #[serde(rename = "chat.lock_changed")]
    ChatLockChanged {
        /// Whether only members write.
        is_locked: bool,
    },
    /// A message stands on top of the chat, in the place of the one before it.
    #[serde(rename = "chat.pinned")]
    ChatPinned {
        /// Which.
        message_id: MessageId,
        /// Who wrote it.
        author: Author,
        /// What; `null` once removed.
        text: Option<String>,
    },
    /// No message stands on top of the chat any more.
    #[serde(rename = "chat.unpinned")]
    ChatUnpinned {
        /// Which stood there.
        message_id: MessageId,
    },
    /// A message waits for a moderator, or does again.
    #[serde(rename = "message.held")]
    MessageHeld(HeldMessage),
    /// A message that waited is shown now.
    #[serde(rename = "message.approved")]
    MessageApproved {
        /// Which.
        message_id: MessageId,
        /// Who wrote it.
        viewer_id: ViewerId,
    },
    /// A message that waited is never shown.
    #[serde(rename = "message.refused")]
    MessageRefused {
        /// Which.
        message_id: MessageId,
        /// Who wrote it.
        viewer_id: ViewerId,
    },
    /// A viewer asked, or a dismissed question is back.
    #[serde(rename = "question.asked")]
    QuestionAsked {
        /// As it is now.
        question: Question,
    },
    /// Viewers want questions answered; told at most about once a second for all of them.
    #[serde(rename = "question.upvoted")]
    QuestionUpvoted {
        /// Those whose votes changed.
        votes: Vec<QuestionVotes>,
    },
    /// Somebody is about to answer a question, or nobody is any more.
    #[serde(rename = "question.claimed")]
    QuestionClaimed {
        /// Which.
        question_id: QuestionId,
        /// Who; `null` when it was given back.
        claim: Option<Claim>,
    },
    /// A question was answered and is open no more.
    #[serde(rename = "question.answered")]
    QuestionAnswered {
        /// Which.
        question_id: QuestionId,
        /// The answer; `null` when it is for the asker alone, and the question leaves the list.
        answer: Option<Answer>,
    },
    /// A question was taken away.
    #[serde(rename = "question.dismissed")]
    QuestionDismissed {
        /// Which.
        question_id: QuestionId,
    },
    /// Viewers may ask from now on, or no more.
    #[serde(rename = "question.intake_changed")]
    QuestionIntakeChanged {
        /// Whether they may.
        takes_questions: bool,
    },
    /// A question was answered for the asker alone.
    #[serde(rename = "question.answered_privately")]
    QuestionAnsweredPrivately {
        /// Which.
        question_id: QuestionId,
        /// Who asked.
        viewer_id: ViewerId,
        /// The answer.
        answer: Answer,
    },
    /// A buyer set pieces aside.
    #[serde(rename = "order.reserved")]
    OrderReserved {
        /// As it is now.
        order: OrderSummary,
    },
    /// A buyer paid.
    #[serde(rename = "order.paid")]
    OrderPaid {
        /// As it is now.
        order: OrderSummary,
        /// What the show has sold with it.
        sales: Sales,
    },
    /// A delayed payment is under way.
    #[serde(rename = "order.processing")]
    OrderProcessing {
        /// As it is now.
        order: OrderSummary,
    },
    /// A reservation ended without a sale.
    #[serde(rename = "order.released")]
    OrderReleased {
        /// As it is now.
        order: OrderSummary,
        /// Why.
        reason: ReleaseReason,
    },
    /// An order moved on in another way: given back, disputed, being released.
    #[serde(rename = "order.changed")]
    OrderChanged {
        /// As it is now.
        order: OrderSummary,
        /// What the show has sold with it.
        sales: Sales,
    },
    /// The goods of an order are on their way.
    #[serde(rename = "order.shipped")]
    OrderShipped {
        /// As it is now.
        order: OrderSummary,
    },
    /// A viewer may not write for a time.
    #[serde(rename = "viewer.muted")]
    ViewerMuted {
        /// Who.
        viewer_id: ViewerId,
        /// The name shown.
        name: String,
        /// Until when.
        until: DateTime<Utc>,
    },
    /// A viewer may write again.
    #[serde(rename = "viewer.unmuted")]
    ViewerUnmuted {
        /// Who.
        viewer_id: ViewerId,
        /// The name shown.
        name: String,
    },
    /// A viewer was sent away.
    #[serde(rename = "viewer.banned")]
    ViewerBanned {
        /// Who.
        viewer_id: ViewerId,
        /// The name shown.
        name: String,
    },
    /// A viewer may come back.
    #[serde(rename = "viewer.unbanned")]
    ViewerUnbanned {
        /// Who.
        viewer_id: ViewerId,
        /// The name shown.
        name: String,
    },
    /// A viewer was erased; every page forgets the name and what was written under it.
    #[serde(rename = "author.erased")]
    AuthorErased {
        /// Whose `author.id` it was.
        author_id: Uuid,
    },
    /// What viewers wrote up to here was kept long enough.
    #[serde(rename = "chat.expired")]
    ChatExpired {
        /// The last event of this stream that is concerned.
        until_seq: i64,
    },
    /// A viewer was erased; members forget whom they muted or answered.
    #[serde(rename = "viewer.erased")]
    ViewerErased {
        /// Who.
        viewer_id: ViewerId,
    },
    /// The buyer of an order was erased.
    #[serde(rename = "buyer.erased")]
    BuyerErased {
        /// Which order.
        order_id: OrderId,
    },
    /// Names of viewers and buyers up to here were kept long enough.
    #[serde(rename = "people.expired")]
    PeopleExpired {
        /// The last event of this stream that is concerned.
        until_seq: i64,
    },
    /// What only a newer version can read; it comes from the table and is never made here.
    #[serde(skip)]
    Later(LaterEvent),
}

/// An event of a type, or with data, that this version does not know.
#[derive(Clone, Debug, PartialEq)]
pub struct LaterEvent {
    /// Who may see it; the type does not tell.
    pub audience: Audience,
    /// Its type.
    pub kind: String,
    /// Its data.
    pub data: Value,
}

impl LaterEvent {
    /// The message whose text it holds, so that the text goes when the message is removed.
    #[must_use]
    pub fn message_id(&self) -> Option<MessageId> {
        self.data.get("text")?;
        MessageId::deserialize(self.data.get("message_id")?).ok()
    }
}

/// The state of a show after a move.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct StatusChange {
    /// Where it stands now.
    pub status: ShowStatus,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
}

impl ShowEvent {
    /// Who may see this event.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        match self {
            Self::OrderReserved { .. }
            | Self::OrderPaid { .. }
            | Self::OrderProcessing { .. }
            | Self::OrderReleased { .. }
            | Self::OrderChanged { .. }
            | Self::OrderShipped { .. }
            | Self::QuestionAnsweredPrivately { .. }
            | Self::MessageHeld(_)
            | Self::MessageApproved { .. }
            | Self::MessageRefused { .. }
            | Self::ViewerMuted { .. }
            | Self::ViewerUnmuted { .. }
            | Self::ViewerBanned { .. }
            | Self::ViewerUnbanned { .. }
            | Self::ViewerErased { .. }
            | Self::BuyerErased { .. }
            | Self::PeopleExpired { .. } => Audience::Members,
            Self::Later(later) => later.audience,
            _ => Audience::Viewers,
        }
    }

    /// What everybody who keeps events of its stream has to take out of them.
    #[must_use]
    pub fn forgotten(&self) -> Option<Forgotten> {
        match self {
            Self::AuthorErased { author_id } => Some(Forgotten::Viewer((*author_id).into())),
            Self::ViewerErased { viewer_id } => Some(Forgotten::Viewer(*viewer_id)),
            Self::BuyerErased { order_id } => Some(Forgotten::Buyer(*order_id)),
            Self::ChatExpired { until_seq } | Self::PeopleExpired { until_seq } => {
                Some(Forgotten::Until(*until_seq))
            }
            _ => None,
        }
    }
}

/// An event with its place in the log, ready for the wire.
#[derive(Clone, Debug, PartialEq, Deserialize, utoipa::ToSchema)]
pub struct RecordedEvent {
    /// Place in its audience's sequence, from 1, without holes.
    pub seq: i64,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// What happened.
    #[serde(flatten)]
    pub event: ShowEvent,
}

impl Serialize for RecordedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Known<'a> {
            seq: i64,
            at: DateTime<Utc>,
            #[serde(flatten)]
            event: &'a ShowEvent,
        }
        #[derive(Serialize)]
        struct Later<'a> {
            seq: i64,
            at: DateTime<Utc>,
            r#type: &'a str,
            data: &'a Value,
        }
        let &Self { seq, at, ref event } = self;
        match event {
            ShowEvent::Later(later) => {
                Later { seq, at, r#type: &later.kind, data: &later.data }.serialize(serializer)
            }
            event => Known { seq, at, event }.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_newer_version_recorded_is_written_as_it_is() {
        let data = json!({ "message_id": "0193a0a0-0000-7000-8000-000000000001", "text": "la la" });
        let later =
            LaterEvent { audience: Audience::Members, kind: "chat.sung".to_owned(), data: data.clone() };
        assert_eq!(later.message_id().map(|id| id.to_string()).as_deref(), data["message_id"].as_str());
        let at = DateTime::from_timestamp_millis(1_800_000_000_123).unwrap();
        let recorded = RecordedEvent { seq: 7, at, event: ShowEvent::Later(later) };
        assert_eq!(recorded.event.audience(), Audience::Members);
        let written = serde_json::to_value(&recorded).unwrap();
        assert_eq!(written, json!({ "seq": 7, "at": at, "type": "chat.sung", "data": data }));
        assert!(serde_json::from_value::<RecordedEvent>(written).is_err(), "its audience is not told");
    }
}
