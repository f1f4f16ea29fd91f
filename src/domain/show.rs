//! A live sale: its states, its video source and what viewers see of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::checkout_settings::DeliveryOffer;
use super::column::text_enum;
use super::ids::{MessageId, ProductId, ShopId, ShowId};
use super::moderation::PinnedMessage;
use super::money::Currency;
use super::offer::OfferView;
use super::product::ProductView;
use super::question::Question;

/// Products on screen at once; the newest is the primary one.
pub const FEATURED_MAX: usize = 3;
/// Products in one lineup; an event carries the whole lineup, so it has to stay small.
pub const LINEUP_MAX: usize = 100;
/// The farthest that what is on screen may be moved against the picture; the slowest providers are
/// about a minute behind.
pub const SYNC_OFFSET_MS_MAX: i64 = 60_000;
/// The longest pause that slow mode asks between two messages of a viewer.
pub const SLOW_MODE_SECS_MAX: i64 = 300;

text_enum! {
    /// Where a show stands: `draft → scheduled → live ⇄ paused → ended`.
    ShowStatus {
        /// Seen by members only.
        Draft = "draft",
        /// Announced.
        Scheduled = "scheduled",
        /// On air and selling.
        Live = "live",
        /// On air, the host is away; chat and buying go on.
        Paused = "paused",
        /// Over for good.
        Ended = "ended",
    }
}

impl ShowStatus {
    /// Whether the host may move a show from here to there.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Draft, Self::Scheduled | Self::Live)
                | (Self::Scheduled, Self::Draft | Self::Live)
                | (Self::Live, Self::Paused | Self::Ended)
                | (Self::Paused, Self::Live | Self::Ended)
        )
    }

    /// Whether viewers may buy: while it is open, and in a published replay.
    #[must_use]
    pub const fn sells(self, replay_published: bool) -> bool {
        self.is_open() || (matches!(self, Self::Ended) && replay_published)
    }

    /// Whether viewers may chat and buy.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Live | Self::Paused)
    }
}

/// Where the picture comes from, as the shop entered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum VideoSource {
    /// No picture; chat and products only.
    None {},
    /// The looped clip that comes with the binary.
    Demo {},
    /// An HLS playlist.
    Hls {
        /// `https`, or `http` on the same machine.
        url: String,
    },
    /// A YouTube video or live stream.
    Youtube {
        /// Any of YouTube's watch, share, live or embed addresses.
        url: String,
    },
    /// A Vimeo video or event.
    Vimeo {
        /// `https://vimeo.com/…`.
        url: String,
    },
    /// A Twitch channel.
    Twitch {
        /// `https://www.twitch.tv/<channel>`.
        url: String,
    },
}

text_enum! {
    /// Which player plays a video.
    VideoKind {
        /// No picture.
        None = "none",
        /// The built-in clip.
        Demo = "demo",
        /// An HLS playlist.
        Hls = "hls",
        /// YouTube's frame.
        Youtube = "youtube",
        /// Vimeo's frame.
        Vimeo = "vimeo",
        /// Twitch's frame.
        Twitch = "twitch",
    }
}

/// A video source with what a player needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Video {
    /// Which player plays it.
    pub kind: VideoKind,
    /// The address as entered.
    pub url: Option<String>,
    /// The playlist, or the address of the player's frame.
    pub play_url: Option<String>,
    /// A still picture.
    pub poster_url: Option<String>,
}

/// A show as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Show {
    /// Identity.
    pub id: ShowId,
    /// Whose it is.
    pub shop_id: ShopId,
    /// URL part, unique in the shop.
    pub slug: String,
    /// One line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Where it stands.
    pub status: ShowStatus,
    /// A trial run that only members see.
    pub is_rehearsal: bool,
    /// Where the picture comes from.
    pub video: VideoSource,
    /// See [`ShowView::sync_offset_ms`].
    pub sync_offset_ms: i64,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it went live first.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// When its replay was published; buying goes on from then.
    pub replay_published_at: Option<DateTime<Utc>>,
    /// Pause between two messages of a viewer; 0 is off.
    pub slow_mode_secs: i64,
    /// Whether viewers may ask at the moment.
    pub takes_questions: bool,
    /// Whether only members write at the moment.
    pub is_chat_locked: bool,
    /// The message on top of the chat.
    pub pinned_message_id: Option<MessageId>,
    /// The newest event that viewers may see.
    pub last_seq: i64,
    /// The newest event for members.
    pub last_member_seq: i64,
}

impl Show {
    /// Whether viewers may buy: while it is open, and in a published replay.
    #[must_use]
    pub const fn sells(&self) -> bool {
        self.status.sells(self.replay_published_at.is_some())
    }

    /// Whether viewers may know of it at all.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        !self.is_rehearsal && !matches!(self.status, ShowStatus::Draft)
    }
}

/// A show in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShowSummary {
    /// Identity.
    pub id: ShowId,
    /// URL part.
    pub slug: String,
    /// One line.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Where it stands.
    pub status: ShowStatus,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it went live first.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// A still picture.
    pub poster_url: Option<String>,
    /// A trial run that only members see.
    pub is_rehearsal: bool,
    /// When its replay was published; buying goes on in it.
    pub replay_published_at: Option<DateTime<Utc>>,
}

impl ShowSummary {
    /// The short view of a show.
    #[must_use]
    pub fn of(show: &Show, poster_url: Option<String>) -> Self {
        Self {
            id: show.id,
            slug: show.slug.clone(),
            title: show.title.clone(),
            description: show.description.clone(),
            status: show.status,
            starts_at: show.starts_at,
            started_at: show.started_at,
            ended_at: show.ended_at,
            poster_url,
            is_rehearsal: show.is_rehearsal,
            replay_published_at: show.replay_published_at,
        }
    }
}

/// Everything of a show that its page needs: the state that events are folded onto.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShowView {
    /// The short view.
    #[serde(flatten)]
    pub summary: ShowSummary,
    /// What the player plays.
    pub video: Video,
    /// Added to the moment that the picture shows before it is held against the log: below zero,
    /// pins appear so many milliseconds later. In a provider's frame, which tells no moment, the
    /// picture counts as showing now. -60,000 to 60,000.
    pub sync_offset_ms: i64,
    /// Pause between two messages of a viewer; 0 is off.
    pub slow_mode_secs: i64,
    /// Whether only members write at the moment.
    pub is_chat_locked: bool,
    /// The message on top of the chat.
    pub pinned_message: Option<PinnedMessage>,
    /// Whether viewers may ask at the moment.
    pub takes_questions: bool,
    /// The open questions and the newest answered ones, in the order they were asked.
    pub questions: Vec<Question>,
    /// Active products in the host's order.
    pub lineup: Vec<ProductView>,
    /// Products on screen, the primary one first.
    pub featured: Vec<ProductId>,
    /// The offers that run, at most one for a product.
    pub offers: Vec<OfferView>,
}

text_enum! {
    /// Who takes the money.
    PaymentsMode {
        /// The built-in stand-in; all of it is test money.
        Sandbox = "sandbox",
        /// Stripe.
        Stripe = "stripe",
    }
}

/// A shop as viewers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ShopView {
    /// Identity.
    pub id: ShopId,
    /// URL part.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// One line under the name.
    pub tagline: String,
    /// Currency of all its prices.
    #[schema(value_type = String, example = "EUR")]
    pub currency: Currency,
    /// `#rrggbb`.
    pub brand_colour: String,
    /// Filled with demo data.
    pub is_demo: bool,
    /// Who takes the money.
    pub payments: PaymentsMode,
    /// Whether it is test money, which every page says.
    pub is_test: bool,
    /// Where it delivers to and for how much.
    pub delivery: DeliveryOffer,
}

#[cfg(test)]
mod tests {
    use super::ShowStatus::{self, Draft, Ended, Live, Paused, Scheduled};

    #[test]
    fn only_the_listed_moves_are_legal() {
        let legal = [
            (Draft, Scheduled),
            (Draft, Live),
            (Scheduled, Draft),
            (Scheduled, Live),
            (Live, Paused),
            (Live, Ended),
            (Paused, Live),
            (Paused, Ended),
        ];
        for &from in ShowStatus::ALL {
            for &to in ShowStatus::ALL {
                assert_eq!(from.may_become(to), legal.contains(&(from, to)), "{from} to {to}");
            }
        }
    }
}
