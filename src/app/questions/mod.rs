//! Questions: viewers ask and vote, members claim, answer and dismiss.
//!
//! Open questions are everybody's to see and to vote for. What is answered in private is told to
//! the asker's own sockets and in the members' stream, and never in the viewers'.

mod desk;
mod votes;

use std::time::Duration;

use chrono::TimeDelta;

pub use desk::AnswerDraft;
pub(in crate::app) use desk::forget_texts;
pub(crate) use votes::VoteQueue;
pub use votes::{QuestionVoted, run_question_votes};

use super::chat::viewer_author;
use super::limiter::Limiter;
use super::{App, Invalid, Refusal, Viewer};
use crate::domain::chat;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{ProductId, QuestionId, ShowId, ViewerId};
use crate::domain::problem::{Code, FieldError};
use crate::domain::question::{
    OPEN_MAX, OPEN_OF_VIEWER_MAX, PRIVATE_MAX, PrivateAnswer, QUESTION_CHARS_MAX, Question,
};
use crate::domain::show::Show;
use crate::domain::text::{self, TextError};
use crate::storage::{self, Tx};

/// Questions that a viewer may ask at once; a dismissed one makes room in the list, not here.
const ASK_BURST: i32 = 3;
/// After the burst, one more in each of these.
const ASK_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// Votes of a viewer at once: every question that may be open, and some more.
const VOTE_BURST: i32 = 60;
/// After the burst, one more in each of these.
const VOTE_INTERVAL: TimeDelta = TimeDelta::seconds(1);

/// What questions share: how much each viewer did lately, and the votes that wait.
#[derive(Debug)]
pub(crate) struct Desk {
    asked: Limiter<(ShowId, ViewerId)>,
    voted: Limiter<(ShowId, ViewerId)>,
    votes: VoteQueue,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            asked: Limiter::new(ASK_BURST, ASK_INTERVAL),
            voted: Limiter::new(VOTE_BURST, VOTE_INTERVAL),
            votes: VoteQueue::new(),
        }
    }
}

/// What a viewer asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQuestion {
    /// Made by the client, so that a retry is never a second question.
    pub id: QuestionId,
    /// The product it is about; none is about nothing in particular.
    pub product_id: Option<ProductId>,
    /// What.
    pub text: String,
}

/// A question that was taken and committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionAck {
    /// The id that the client made.
    pub question_id: QuestionId,
    /// Its place in the log.
    pub seq: i64,
}

/// Why a question, a vote or an answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum QuestionError {
    /// No such show or question.
    #[error("there is nothing here")]
    NotFound,
    /// The product is not in the show.
    #[error("the product is not in this show")]
    NotInLineup,
    /// The show is not on air.
    #[error("the show takes no questions at the moment")]
    ShowNotOpen,
    /// The host takes no questions.
    #[error("the host takes no more questions")]
    Closed,
    /// As many wait as a show takes.
    #[error("many questions wait for an answer; vote for one of them")]
    Full,
    /// The viewer's own have to be answered first.
    #[error("your questions have to be answered first")]
    Waiting,
    /// No name given yet.
    #[error("give a name first")]
    NameRequired,
    /// Too many in too short a time.
    #[error("too many questions or votes")]
    RateLimited(Duration),
    /// Muted by a moderator.
    #[error("a moderator muted you")]
    Muted(Duration),
    /// Banned by a moderator.
    #[error("a moderator sent you away")]
    Banned,
    /// Links are for members.
    #[error("only the shop posts links")]
    LinksNotAllowed,
    /// Another member is about to answer.
    #[error("{0} is about to answer")]
    Claimed(String),
    /// It was answered or dismissed.
    #[error("the question was answered or dismissed already")]
    Settled,
    /// The time for an undo is over.
    #[error("this cannot be brought back any more")]
    UndoTooLate,
    /// Too many votes wait to be written.
    #[error("the server takes no more votes at the moment")]
    Overloaded,
    /// The group that the vote was written in failed.
    #[error("the vote could not be written")]
    Unavailable,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] super::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for QuestionError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::NotInLineup => Code::NotInLineup,
            Self::ShowNotOpen => Code::ShowNotOpen,
            Self::Closed => Code::QuestionsClosed,
            Self::Full => Code::QuestionsFull,
            Self::Waiting => Code::QuestionsWaiting,
            Self::NameRequired => Code::NameRequired,
            Self::RateLimited(_) => Code::RateLimited,
            Self::Muted(_) => Code::Muted,
            Self::Banned => Code::Banned,
            Self::LinksNotAllowed => Code::LinksNotAllowed,
            Self::Claimed(_) => Code::QuestionClaimed,
            Self::Settled => Code::QuestionSettled,
            Self::UndoTooLate => Code::UndoTooLate,
            Self::Overloaded => Code::Overloaded,
            Self::Unavailable => Code::Unavailable,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
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
            Self::RateLimited(wait) | Self::Muted(wait) => Some(*wait),
            Self::Overloaded | Self::Unavailable => Some(Duration::from_secs(2)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

impl From<TextError> for QuestionError {
    fn from(error: TextError) -> Self {
        Invalid::field("/data/text", error.code()).into()
    }
}

impl App {
    /// Takes a question of a viewer and answers once it is committed.
    ///
    /// # Errors
    /// Each refusal has its code; nothing was stored then.
    pub async fn ask_question(
        &self,
        show: ShowId,
        viewer: Viewer,
        address_hash: &[u8],
        new: NewQuestion,
    ) -> Result<QuestionAck, QuestionError> {
        let text = text::chat_line(&new.text, QUESTION_CHARS_MAX)?;
        if chat::holds_link(&text) {
            return Err(QuestionError::LinksNotAllowed);
        }
        let mut tx = self.db().write().await?;
        let show = tx.lock_show(viewer.shop, show).await?.ok_or(QuestionError::NotFound)?;
        if let Some(known) = tx.find_question(show.shop_id, show.id, new.id).await? {
            return if known.viewer_id == viewer.id {
                Ok(QuestionAck { question_id: new.id, seq: known.asked_seq })
            } else {
                Err(Invalid::field("/data/question_id", "duplicate").into())
            };
        }
        let mut recorder = self.recorder(show.shop_id, show.id);
        let name = self.admit_asker(&mut tx, &show, viewer, address_hash, new.product_id).await?;
        let limiter = &self.desk().asked;
        limiter.take((show.id, viewer.id), self.clock().now()).map_err(QuestionError::RateLimited)?;
        let question = Question {
            id: new.id,
            product_id: new.product_id,
            author: viewer_author(viewer.id, name),
            text: Some(text),
            asked_at: recorder.at,
            votes: 1,
            claim: None,
            answer: None,
        };
        let asked = ShowEvent::QuestionAsked { question: question.clone() };
        let seq = recorder.record(&mut tx, asked).await?.seq;
        tx.insert_question(show.shop_id, show.id, viewer.id, &question, seq).await?;
        self.commit(tx, [recorder]).await?;
        Ok(QuestionAck { question_id: new.id, seq })
    }

    /// The newest private answers of a viewer, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn private_answers(
        &self,
        viewer: Viewer,
        show: ShowId,
    ) -> Result<Vec<PrivateAnswer>, QuestionError> {
        let mut tx = self.db().read().await?;
        Ok(tx.list_private_answers(viewer.shop, show, viewer.id, PRIVATE_MAX).await?)
    }

    /// The name of a viewer who may ask now.
    async fn admit_asker(
        &self,
        tx: &mut Tx,
        show: &Show,
        viewer: Viewer,
        address_hash: &[u8],
        product: Option<ProductId>,
    ) -> Result<String, QuestionError> {
        if !show.status.is_open() {
            return Err(QuestionError::ShowNotOpen);
        }
        let now = self.clock().now();
        let asker = [(viewer.id, address_hash)];
        let standings = tx.list_chat_standings(show.shop_id, show.id, &asker, now).await?;
        let standing = standings.into_iter().next().unwrap_or_default();
        if standing.is_banned {
            return Err(QuestionError::Banned);
        }
        if !show.takes_questions {
            return Err(QuestionError::Closed);
        }
        let known = standing.viewer.ok_or(QuestionError::NameRequired)?;
        if let Some(until) = known.muted_until.filter(|until| *until > now) {
            return Err(QuestionError::Muted((until - now).to_std().unwrap_or(Duration::ZERO)));
        }
        if let Some(product) = product
            && !tx.is_in_lineup(show.shop_id, show.id, product).await?
        {
            return Err(QuestionError::NotInLineup);
        }
        let (open, own) = tx.count_open_questions(show.shop_id, show.id, viewer.id).await?;
        if own >= OPEN_OF_VIEWER_MAX {
            return Err(QuestionError::Waiting);
        }
        if open >= OPEN_MAX {
            return Err(QuestionError::Full);
        }
        Ok(known.name)
    }
}
