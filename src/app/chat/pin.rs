//! The message on top of the chat: one at a time, shown to everybody until it is taken off.

use serde_json::json;

use super::{App, Caller, ChatError};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{MessageId, ShopId, ShowId};
use crate::domain::moderation::PinnedMessage;
use crate::storage::{self, Tx};

impl App {
    /// Puts a message on top of the chat, in the place of the one before it.
    ///
    /// # Errors
    /// When there is no such message, or it was removed. Pinning one twice changes nothing.
    pub async fn pin_message(&self, caller: &Caller, show: ShowId, id: MessageId) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let pinned = find_shown(&mut tx, caller.shop, show, id).await?.ok_or(ChatError::NotFound)?;
        if !tx.pin_message(caller.shop, show, id).await? {
            return Ok(());
        }
        self.audit(&mut tx, caller, "chat.pin", &id.to_string(), json!({ "show": show })).await?;
        let PinnedMessage { message_id, author, text } = pinned;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ChatPinned { message_id, author, text: Some(text) }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Takes a message off the top of the chat; one that is not there changes nothing.
    ///
    /// # Errors
    /// When there is no such show in the caller's shop.
    pub async fn unpin_message(&self, caller: &Caller, show: ShowId, id: MessageId) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        if !tx.unpin_message(caller.shop, show, id).await? {
            return Ok(());
        }
        self.audit(&mut tx, caller, "chat.unpin", &id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ChatUnpinned { message_id: id }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }
}

/// A message of the chat that was not removed.
pub(in crate::app) async fn find_shown(
    tx: &mut Tx,
    shop: ShopId,
    show: ShowId,
    id: MessageId,
) -> storage::Result<Option<PinnedMessage>> {
    let Some(message) = tx.find_chat_message(shop, show, id).await? else { return Ok(None) };
    let sent = tx.find_viewer_event(show, message.seq).await?;
    Ok(sent.and_then(|sent| match sent.event {
        ShowEvent::ChatSent { message_id, author, text } => {
            Some(PinnedMessage { message_id, author, text: text? })
        }
        _ => None,
    }))
}
