//! Votes for questions, written in groups like chat and told of in bunches.
//!
//! Ten thousand viewers may vote within seconds: their votes are a few hundred transactions and one
//! event a second.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{App, QuestionError};
use crate::app::Viewer;
use crate::app::chat::ChatError;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{QuestionId, ShopId, ShowId, ViewerId};
use crate::domain::question::QuestionStatus;
use crate::storage::{self, VotedQuestion};

/// Votes that may wait for the writer; the next one is refused as overload.
const WAITING_MAX: usize = 2_048;
/// Votes of one transaction, so that it stays short.
const GROUP_MAX: usize = 256;
/// How long votes are gathered after some were told of.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How often votes are looked for that a node wrote and did not live to tell of.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Shows that are told of in one go.
const SHOWS_MAX: i64 = 100;

/// The way to the writer, and its bell for the teller.
#[derive(Debug)]
pub(crate) struct VoteQueue {
    sender: mpsc::Sender<Waiting>,
    receiver: Mutex<mpsc::Receiver<Waiting>>,
    news: Notify,
}

#[derive(Debug)]
struct Waiting {
    show: (ShopId, ShowId),
    vote: (QuestionId, ViewerId),
    answer: oneshot::Sender<Result<QuestionVoted, QuestionError>>,
}

/// A vote that counts, from now on or since earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuestionVoted {
    /// Which question.
    pub question_id: QuestionId,
    /// All its votes.
    pub votes: i64,
}

impl VoteQueue {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        Self { sender, receiver: Mutex::new(receiver), news: Notify::new() }
    }
}

impl App {
    /// Counts a viewer's vote for an open question and answers once it is committed; voting again
    /// changes nothing.
    ///
    /// # Errors
    /// Each refusal has its code; nothing was stored then.
    pub async fn upvote_question(
        &self,
        id: ShowId,
        viewer: Viewer,
        address_hash: &[u8],
        question: QuestionId,
    ) -> Result<QuestionVoted, QuestionError> {
        let now = self.clock().now();
        self.desk().voted.take((id, viewer.id), now).map_err(QuestionError::RateLimited)?;
        let state = self.viewer_state(id, viewer, address_hash).await.map_err(|error| match error {
            ChatError::Storage(error) => QuestionError::Storage(error),
            _ => QuestionError::NotFound,
        })?;
        if state.is_banned {
            return Err(QuestionError::Banned);
        }
        if let Some(until) = state.muted_until {
            return Err(QuestionError::Muted((until - now).to_std().unwrap_or_default()));
        }
        let show = self.get_show(id).await.map_err(|_| QuestionError::NotFound)?;
        if !show.status.is_open() {
            return Err(QuestionError::ShowNotOpen);
        }
        // The writer may still be waiting for an answer that never comes.
        if self.db().is_away() {
            return Err(QuestionError::Unavailable);
        }
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { show: (viewer.shop, id), vote: (question, viewer.id), answer };
        self.desk().votes.sender.try_send(waiting).map_err(|_| QuestionError::Overloaded)?;
        answered.await.unwrap_or(Err(QuestionError::Unavailable))
    }

    /// Records how often questions were voted for, where viewers were not told yet.
    async fn tell_votes(&self) -> storage::Result<()> {
        let shows = self.db().read().await?.list_untold_votes(SHOWS_MAX).await?;
        for (shop, show) in shows {
            let mut tx = self.db().write().await?;
            if tx.lock_show(shop, show).await?.is_none() {
                continue;
            }
            let votes = tx.take_untold_votes(shop, show).await?;
            let mut recorder = self.recorder(shop, show);
            if !votes.is_empty() {
                recorder.record(&mut tx, ShowEvent::QuestionUpvoted { votes }).await?;
            }
            self.commit(tx, [recorder]).await?;
        }
        Ok(())
    }
}

/// Writes votes and tells of them until cancelled; what waits then is written first.
pub async fn run_question_votes(app: App, cancel: CancellationToken) {
    tokio::join!(write_votes(&app, &cancel), tell_votes(&app, &cancel));
}

async fn write_votes(app: &App, cancel: &CancellationToken) {
    let queue = &app.desk().votes;
    let mut receiver = queue.receiver.lock().await;
    let mut group = Vec::with_capacity(GROUP_MAX);
    loop {
        let received = tokio::select! {
            biased;
            received = receiver.recv_many(&mut group, GROUP_MAX) => received,
            () = cancel.cancelled() => 0,
        };
        if received == 0 {
            return;
        }
        let group = std::mem::take(&mut group);
        let votes = group.len();
        // Dropping the answers tells each sender that the vote is not stored.
        match write_group(app, group).await {
            Ok(answers) => {
                for (answer, result) in answers {
                    // Whoever no longer listens votes again, which changes nothing.
                    let _ = answer.send(result);
                }
                queue.news.notify_one();
            }
            Err(error) => {
                tracing::error!(votes, error = %error, "a group of {votes} votes was not written");
            }
        }
    }
}

type Answers =
    Vec<(oneshot::Sender<Result<QuestionVoted, QuestionError>>, Result<QuestionVoted, QuestionError>)>;

/// Writes a group in one transaction; what each vote came to is told after the commit.
async fn write_group(app: &App, group: Vec<Waiting>) -> storage::Result<Answers> {
    let mut votes: Vec<_> = group.iter().map(|waiting| (waiting.show, waiting.vote)).collect();
    // One order for all nodes, so that two of them cannot wait for each other.
    votes.sort_unstable();
    votes.dedup();
    let mut voted: HashMap<(ShowId, QuestionId), VotedQuestion> = HashMap::new();
    let mut tx = app.db().write().await?;
    for chunk in votes.chunk_by(|one, other| one.0 == other.0) {
        let (shop, show) = chunk[0].0;
        let pairs: Vec<_> = chunk.iter().map(|(_, vote)| *vote).collect();
        let found = tx.insert_question_votes(shop, show, &pairs).await?;
        voted.extend(found.into_iter().map(|question| ((show, question.question_id), question)));
    }
    tx.commit().await?;
    let outcome = |show: ShowId, question_id: QuestionId| match voted.get(&(show, question_id)) {
        Some(VotedQuestion { votes, status: QuestionStatus::Open, .. }) => {
            Ok(QuestionVoted { question_id, votes: *votes })
        }
        Some(_) => Err(QuestionError::Settled),
        None => Err(QuestionError::NotFound),
    };
    Ok(group.into_iter().map(|one| (one.answer, outcome(one.show.1, one.vote.0))).collect())
}

async fn tell_votes(app: &App, cancel: &CancellationToken) {
    loop {
        if let Err(error) = app.tell_votes().await {
            tracing::warn!(error = %error, "votes could not be told of and are tried again");
            app.desk().votes.news.notify_one();
        }
        let told = async {
            app.clock().sleep(TELL_EVERY).await;
            tokio::select! {
                () = app.desk().votes.news.notified() => {}
                () = app.clock().sleep(LOOK_EVERY) => {}
            }
        };
        tokio::select! {
            () = told => {}
            () = cancel.cancelled() => return,
        }
    }
}
