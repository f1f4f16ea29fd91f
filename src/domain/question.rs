//! Questions of viewers: what they may be, and what everybody sees of them.
//!
//! A question is open until it is answered or dismissed. One that was answered in private is gone
//! for everybody but the one who asked and the shop's members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::chat::Author;
use super::column::text_enum;
use super::ids::{ProductId, QuestionId};

/// Characters of a question: two lines on a phone.
pub const QUESTION_CHARS_MAX: usize = 200;
/// Characters of an answer.
pub const ANSWER_CHARS_MAX: usize = 300;
/// Open questions of one show: each page holds all of them, and nobody answers more in an evening.
pub const OPEN_MAX: i64 = 50;
/// Open questions of one viewer in one show.
pub const OPEN_OF_VIEWER_MAX: i64 = 3;
/// Answered questions that a page holds, the newest ones.
pub const ANSWERED_MAX: i64 = 50;
/// Private answers that a viewer is shown, the newest ones.
pub const PRIVATE_MAX: i64 = 10;
/// How long nobody else takes a claimed question without saying so: the claimer may have left.
pub const CLAIM_SECS: i64 = 300;

text_enum! {
    /// Where a question stands.
    QuestionStatus {
        /// Waits for an answer.
        Open = "open",
        /// Answered for everybody.
        Answered = "answered",
        /// Answered for the one who asked.
        AnsweredPrivately = "answered_privately",
        /// Taken away.
        Dismissed = "dismissed",
    }
}

text_enum! {
    /// Who sees an answer.
    Visibility {
        /// Everybody.
        Public = "public",
        /// The one who asked, and the shop's members.
        Private = "private",
    }
}

/// A question as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Question {
    /// Made by the asker's client.
    pub id: QuestionId,
    /// The product it is about; `null` for none in particular.
    pub product_id: Option<ProductId>,
    /// Who asks.
    pub author: Author,
    /// What; `null` once removed.
    pub text: Option<String>,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// Viewers who want it answered, the asker among them.
    pub votes: i64,
    /// Who is about to answer.
    pub claim: Option<Claim>,
    /// The answer; a question without one is open.
    pub answer: Option<Answer>,
}

/// Who is about to answer a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Claim {
    /// The member, or the API key.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// Since when.
    pub at: DateTime<Utc>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Answer {
    /// Who answered.
    pub author: Author,
    /// The answer; `null` when it was given aloud in the show, or removed since.
    pub text: Option<String>,
    /// When, which is its moment in the show.
    pub at: DateTime<Utc>,
}

/// How often a question was voted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct QuestionVotes {
    /// Which.
    pub question_id: QuestionId,
    /// All its votes.
    pub votes: i64,
}

/// An answer that only the one who asked is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PrivateAnswer {
    /// The question.
    pub question_id: QuestionId,
    /// The product it was about.
    pub product_id: Option<ProductId>,
    /// What was asked.
    pub text: String,
    /// What was answered.
    pub answer: Answer,
}
