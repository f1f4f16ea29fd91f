//! What members send of shows, what pages get of them, and why neither may happen.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::app::{Forbidden, Invalid, Refusal};
use crate::domain::event::RecordedEvent;
use crate::domain::ids::ShowId;
use crate::domain::problem::{Code, FieldError};
use crate::domain::show::{ShopView, ShowStatus, ShowView, VideoSource};
use crate::storage;

/// A show to be made.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewShow {
    /// One line.
    pub title: String,
    /// URL part; made from the title where it is missing.
    pub slug: Option<String>,
    /// Plain text.
    #[serde(default)]
    pub description: String,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the picture comes from.
    pub video: Option<VideoSource>,
    /// How far what is on screen is moved against the picture, -60,000 to 60,000; see the show's.
    #[serde(default)]
    pub sync_offset_ms: i64,
    /// A trial run that only members see.
    #[serde(default)]
    pub is_rehearsal: bool,
}

/// Changes to a show; what is missing stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowChange {
    /// One line.
    pub title: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// The announced start.
    pub starts_at: Option<DateTime<Utc>>,
    /// Where the picture comes from.
    pub video: Option<VideoSource>,
    /// How far what is on screen is moved against the picture, -60,000 to 60,000. A source of another
    /// kind begins at 0, since the delay was the other's.
    pub sync_offset_ms: Option<i64>,
}

/// Names a show by id or by slug.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShowRef {
    /// By id.
    Id(ShowId),
    /// By the URL part, in the shop whose storefront stands at the root.
    Slug(String),
}

impl From<&str> for ShowRef {
    fn from(text: &str) -> Self {
        text.parse().map_or_else(|_| Self::Slug(text.to_owned()), Self::Id)
    }
}

/// Everything a page needs to begin, and where both streams stood at that moment.
#[derive(Clone, Debug, Serialize)]
pub struct Snapshot {
    /// The shop.
    pub shop: ShopView,
    /// The show.
    pub show: ShowView,
    /// The newest messages, oldest first.
    pub chat: Vec<RecordedEvent>,
    /// The newest event that this snapshot holds.
    pub last_seq: i64,
    /// The newest event for members that this snapshot holds.
    pub last_member_seq: i64,
}

/// Why a show was not shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// No such show, or not for this caller's eyes.
    #[error("there is nothing here")]
    NotFound,
    /// Another show has the slug.
    #[error("another show has this slug")]
    SlugTaken,
    /// A show does not move like this.
    #[error("a show that is {from} cannot become {to}")]
    IllegalTransition {
        /// Where it stands.
        from: ShowStatus,
        /// Where it was to go.
        to: ShowStatus,
    },
    /// It has begun, so it stays.
    #[error("a show that has begun cannot be deleted")]
    HasBegun,
    /// The product is not in the lineup.
    #[error("the product is not in the lineup")]
    NotInLineup,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for ShowError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::SlugTaken => Code::SlugTaken,
            Self::IllegalTransition { .. } | Self::HasBegun => Code::IllegalTransition,
            Self::NotInLineup => Code::NotInLineup,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Storage(error) = self { error.retry_after() } else { None }
    }
}
