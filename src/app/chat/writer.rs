//! Writes chat in groups: one transaction for all that arrived while the last one committed.
//!
//! A message is acknowledged after the commit; a retry with the same id gets the same answer.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{App, ChatAck, ChatError, Invalid, MEMBER_CHAT, Sender, member_author, viewer_author};
use crate::app::Recorder;
use crate::domain::chat::{self, Author, MESSAGE_CHARS_MAX};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{MessageId, ShowId};
use crate::domain::show::Show;
use crate::domain::text;
use crate::storage::Tx;

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
        for Waiting { sender, message_id, text, answer, .. } in waiting {
            let result = write_message(&mut tx, &mut recorder, &show, &sender, message_id, text).await;
            match result {
                Err(ChatError::Storage(error)) => return Err(error),
                result => answers.push((answer, result)),
            }
        }
        recorders.push(recorder);
    }
    app.commit(tx, recorders).await
}

/// Checks one message against the show, its author and the log, and records it.
async fn write_message(
    tx: &mut Tx,
    recorder: &mut Recorder,
    show: &Show,
    sender: &Sender,
    message_id: MessageId,
    text: String,
) -> Result<ChatAck, ChatError> {
    if let Some(known) = tx.find_chat_message(show.shop_id, show.id, message_id).await? {
        if known.author_id == sender.author_id() {
            return Ok(ChatAck { message_id, seq: known.seq, at: known.sent_at });
        }
        return Err(Invalid::field("/data/message_id", "duplicate").into());
    }
    let author = admit_author(tx, recorder, show, sender).await?;
    let author_id = author.id;
    let event = ShowEvent::ChatSent { message_id, author, text: Some(text) };
    let recorded = recorder.record(tx, event).await?;
    tx.insert_chat_message(show.shop_id, show.id, message_id, author_id, &recorded).await?;
    Ok(ChatAck { message_id, seq: recorded.seq, at: recorded.at })
}

/// The author as everybody will see them, if they may write now.
async fn admit_author(
    tx: &mut Tx,
    recorder: &Recorder,
    show: &Show,
    sender: &Sender,
) -> Result<Author, ChatError> {
    let (viewer, address_hash) = match sender {
        Sender::Member(caller) if caller.shop == show.shop_id => return Ok(member_author(caller)),
        Sender::Member(_) => return Err(ChatError::NotFound),
        Sender::Viewer { viewer, address_hash } => (viewer, address_hash),
    };
    if viewer.shop != show.shop_id {
        return Err(ChatError::NotFound);
    }
    if !show.status.is_open() {
        return Err(ChatError::ShowNotOpen);
    }
    // The time of the event, so that whoever hears of it knows when the pause of slow mode began.
    let now = recorder.at;
    if tx.is_banned(show.shop_id, viewer.id, address_hash, now).await? {
        return Err(ChatError::Banned);
    }
    let known = tx.find_show_viewer(show.id, viewer.id).await?.ok_or(ChatError::NameRequired)?;
    if let Some(until) = known.muted_until.filter(|until| *until > now) {
        return Err(ChatError::Muted((until - now).to_std().unwrap_or(Duration::ZERO)));
    }
    let pause = TimeDelta::seconds(show.slow_mode_secs);
    if !tx.take_chat_turn(show.id, viewer.id, now, now - pause).await? {
        let ready = known.last_chat_at.map_or(now, |at| at + pause);
        return Err(ChatError::SlowMode((ready - now).to_std().unwrap_or(Duration::ZERO)));
    }
    Ok(viewer_author(viewer.id, known.name))
}
