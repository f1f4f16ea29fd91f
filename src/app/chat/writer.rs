//! Writes chat in groups: one transaction for all that arrived while the last one committed.
//!
//! A message is acknowledged after the commit; a retry with the same id gets the same answer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use uuid::Uuid;

use super::group::{Group, Place, Review, Taken};
use super::{App, ChatAck, ChatError, MEMBER_CHAT, Sender};
use crate::app::Recorder;
use crate::domain::chat::{self, MESSAGE_CHARS_MAX};
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::domain::ids::{MessageId, ShowId, ViewerId};
use crate::domain::moderation::{HELD_MAX, HeldMessage, WordList};
use crate::domain::show::Show;
use crate::domain::text;
use crate::storage::{ChatStanding, Tx};

/// Messages that may wait for the writer; the next one is refused as overload.
const WAITING_MAX: usize = 2_048;
/// Messages of one transaction, so that it stays short.
const GROUP_MAX: usize = 256;

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct ChatQueue {
    sender: mpsc::Sender<Waiting>,
    receiver: Mutex<mpsc::Receiver<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    show: ShowId,
    sender: Sender,
    message_id: MessageId,
    text: String,
    answer: oneshot::Sender<Result<ChatAck, ChatError>>,
}

impl ChatQueue {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        Self { sender, receiver: Mutex::new(receiver) }
    }
}

impl App {
    /// Takes a message of a viewer or member and answers once it is committed.
    ///
    /// # Errors
    /// Each refusal has its code; the text was not stored then.
    pub async fn send_chat(
        &self,
        show: ShowId,
        sender: Sender,
        message_id: MessageId,
        text: &str,
    ) -> Result<ChatAck, ChatError> {
        let text = text::chat_line(text, MESSAGE_CHARS_MAX)?;
        match &sender {
            Sender::Viewer { viewer, .. } => {
                if chat::holds_link(&text) {
                    return Err(ChatError::LinksNotAllowed);
                }
                let now = self.clock().now();
                self.chat_limiter().admit(show, viewer.id, message_id, &text, now)?;
            }
            Sender::Member(caller) => caller.require(MEMBER_CHAT)?,
        }
        let viewer = if let Sender::Viewer { viewer, .. } = &sender { Some(viewer.id) } else { None };
        let result = self.enqueue(show, sender, message_id, text).await;
        if let (Err(_), Some(viewer)) = (&result, viewer) {
            self.chat_limiter().forgive(show, viewer, message_id);
        }
        result
    }

    async fn enqueue(
        &self,
        show: ShowId,
        sender: Sender,
        message_id: MessageId,
        text: String,
    ) -> Result<ChatAck, ChatError> {
        // The writer may still be waiting for an answer that never comes.
        if self.db().is_away() {
            return Err(ChatError::Unavailable);
        }
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { show, sender, message_id, text, answer };
        self.chat_queue().sender.try_send(waiting).map_err(|_| ChatError::Overloaded)?;
        answered.await.unwrap_or(Err(ChatError::Unavailable))
    }
}

/// Writes messages until cancelled; what waits then is written first.
pub async fn run_chat_writer(app: App, cancel: CancellationToken) {
    let mut receiver = app.chat_queue().receiver.lock().await;
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
        write_group(&app, std::mem::take(&mut group)).await;
    }
}

/// Writes a group in one transaction and answers each message after the commit.
async fn write_group(app: &App, group: Vec<Waiting>) {
    let mut answers = Vec::with_capacity(group.len());
    match try_write_group(app, group, &mut answers).await {
        Ok(()) => {
            for (answer, result) in answers {
                // Whoever no longer listens asks again with the same id.
                let _ = answer.send(result);
            }
        }
        Err(error) => {
            tracing::error!(messages = answers.len(), error = %error, "a group of chat messages was not written");
            // Dropping the answers tells each sender that the message is not stored.
        }
    }
}

type Answers = Vec<(oneshot::Sender<Result<ChatAck, ChatError>>, Result<ChatAck, ChatError>)>;

async fn try_write_group(
    app: &App,
    group: Vec<Waiting>,
    answers: &mut Answers,
) -> crate::storage::Result<()> {
    let mut tx = app.db().write().await?;
    let mut shows: HashMap<ShowId, (Option<Show>, Vec<Waiting>)> = HashMap::new();
    for waiting in group {
        shows.entry(waiting.show).or_default().1.push(waiting);
    }
    // Shows are locked in id order, so that two nodes cannot wait for each other.
    let mut ids: Vec<ShowId> = shows.keys().copied().collect();
    ids.sort_unstable();
    let mut recorders = Vec::with_capacity(ids.len());
    for id in ids {
        let Some((_, waiting)) = shows.remove(&id) else { continue };
        let Some(show) = tx.find_show(id).await? else {
            answers.extend(waiting.into_iter().map(|w| (w.answer, Err(ChatError::NotFound))));
            continue;
        };
        let Some(show) = tx.lock_show(show.shop_id, id).await? else {
            answers.extend(waiting.into_iter().map(|w| (w.answer, Err(ChatError::NotFound))));
            continue;
        };
        let mut recorder = app.recorder(show.shop_id, id);
        let results = write_messages(&mut tx, &mut recorder, &show, &waiting).await?;
        answers.extend(waiting.into_iter().map(|waiting| waiting.answer).zip(results));
        recorders.push(recorder);
    }
    app.commit(tx, recorders).await
}

/// Checks messages against the show, their authors and the log, and records those that may stay.
async fn write_messages(
    tx: &mut Tx,
    recorder: &mut Recorder,
    show: &Show,
    waiting: &[Waiting],
) -> crate::storage::Result<Vec<Result<ChatAck, ChatError>>> {
    // The time of the events, so that whoever hears of one knows when the pause of slow mode began.
    let mut group = read_group(tx, show, waiting, recorder.at).await?;
    let places: Vec<Result<Place, ChatError>> = waiting
        .iter()
        .map(|waiting| group.decide(&waiting.sender, waiting.message_id, &waiting.text))
        .collect();
    let Taken { events, held, spoken, viewers } = group.into_taken();
    let recorded = recorder.record_all(tx, events).await?;
    let kept: Vec<_> = recorded.iter().filter_map(kept).collect();
    tx.insert_chat_messages(show.shop_id, show.id, &kept).await?;
    tx.set_last_chat_at(show.id, &viewers, &spoken, recorder.at).await?;
    hold(tx, recorder, show, held).await?;
    let answer = |(waiting, place): (&Waiting, Result<Place, ChatError>)| {
        let (seq, at) = match place? {
            Place::New(index) => (Some(recorded[index].seq), recorded[index].at),
            Place::Recorded { seq, at } => (Some(seq), at),
            Place::Held(at) => (None, at),
        };
        Ok(ChatAck { message_id: waiting.message_id, seq, at })
    };
    Ok(waiting.iter().zip(places).map(answer).collect())
}

/// Keeps what waits for a moderator, and tells members of it.
async fn hold(
    tx: &mut Tx,
    recorder: &mut Recorder,
    show: &Show,
    held: Vec<HeldMessage>,
) -> crate::storage::Result<()> {
    let events = held.iter().cloned().map(ShowEvent::MessageHeld).collect();
    let recorded = recorder.record_all(tx, events).await?;
    let viewers: Vec<ViewerId> = held.iter().map(|message| message.author.id.into()).collect();
    tx.set_has_held(show.id, &viewers).await?;
    let rows: Vec<_> = held.into_iter().zip(recorded.iter().map(|event| event.seq)).collect();
    tx.insert_held(show.shop_id, show.id, recorder.at, &rows).await
}

/// What the shop holds for review; what waits is read only when more may have to.
async fn read_review(
    tx: &mut Tx,
    show: &Show,
    waiting: &[Waiting],
    standings: &[((ViewerId, Vec<u8>), ChatStanding)],
) -> crate::storage::Result<Review> {
    if standings.is_empty() {
        return Ok(Review::default());
    }
    let rules = tx.get_moderation_rules(show.shop_id).await?;
    let (words, holds_first) = (WordList::of(&rules), rules.holds_first);
    let has_newcomer = standings
        .iter()
        .any(|(_, standing)| standing.viewer.as_ref().is_some_and(|viewer| !viewer.has_spoken));
    let may_hold = (holds_first && has_newcomer) || waiting.iter().any(|one| words.matches(&one.text));
    let waiting = if may_hold { tx.list_held(show.shop_id, show.id, HELD_MAX).await? } else { Vec::new() };
    Ok(Review { words, holds_first, waiting })
}

/// What the database holds of the messages and of who sent them.
async fn read_group<'a>(
    tx: &mut Tx,
    show: &'a Show,
    waiting: &[Waiting],
    at: DateTime<Utc>,
) -> crate::storage::Result<Group<'a>> {
    let ids: Vec<MessageId> = waiting.iter().map(|waiting| waiting.message_id).collect();
    let known = tx.list_chat_messages(show.shop_id, show.id, &ids).await?;
    let mut viewers: Vec<(ViewerId, &[u8])> = waiting.iter().filter_map(|w| w.sender.of_shop(show)).collect();
    viewers.sort_unstable();
    viewers.dedup();
    let standings = tx.list_chat_standings(show.shop_id, show.id, &viewers, at).await?;
    let viewers = viewers.into_iter().map(|(viewer, address)| (viewer, address.to_vec()));
    let standings: Vec<_> = viewers.zip(standings).collect();
    let review = read_review(tx, show, waiting, &standings).await?;
    Ok(Group::new(show, at, known, standings, review))
}

/// A recorded message, as moderation keeps it.
fn kept(recorded: &RecordedEvent) -> Option<(MessageId, Uuid, &RecordedEvent)> {
    let ShowEvent::ChatSent { message_id, author, .. } = &recorded.event else { return None };
    Some((*message_id, author.id, recorded))
}
