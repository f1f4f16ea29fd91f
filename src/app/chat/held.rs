//! Messages that wait for a moderator, the rules that make them wait, and the lock of the chat.

use chrono::TimeDelta;
use serde_json::json;

use super::{App, Caller, ChatError, Invalid, Viewer, viewer_author};
use crate::app::Recorder;
use crate::domain::chat::REMOVAL_UNDO_SECS;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{MessageId, ShopId, ShowId};
use crate::domain::member::Permission;
use crate::domain::moderation::{
    HELD_MAX, HeldMessage, HeldStatus, ModerationRules, OwnHeldMessage, WORD_CHARS_MAX, WORDS_MAX,
};
use crate::domain::text;
use crate::storage::{self, StoredHeld, Tx};

/// Of a viewer's messages that were held the newest are told: those that wait, and some that were
/// just decided on.
const OWN_MAX: i64 = 10;

impl App {
    /// Shows a message that waited, in the place it has now.
    ///
    /// # Errors
    /// When there is none, or it was refused. Approving one twice changes nothing.
    pub async fn approve_message(
        &self,
        caller: &Caller,
        show: ShowId,
        id: MessageId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let mut recorder = self.recorder(caller.shop, show);
        let Some(held) = settle(&mut tx, &recorder, caller.shop, id, HeldStatus::Approved).await? else {
            return Ok(());
        };
        let author = viewer_author(held.viewer_id, held.author_name.clone());
        let sent = ShowEvent::ChatSent { message_id: id, author, text: held.body.clone() };
        let recorded = recorder.record(&mut tx, sent).await?;
        let message = (id, held.viewer_id.as_uuid(), &recorded);
        tx.insert_chat_messages(caller.shop, show, &[message]).await?;
        tx.set_has_spoken(show, held.viewer_id).await?;
        self.audit(&mut tx, caller, "message.approve", &id.to_string(), json!({ "show": show })).await?;
        recorder
            .record(&mut tx, ShowEvent::MessageApproved { message_id: id, viewer_id: held.viewer_id })
            .await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Does not show a message that waited; its text leaves the log at once and can be brought back
    /// for ten minutes.
    ///
    /// # Errors
    /// When there is none, or it was approved. Refusing one twice changes nothing.
    pub async fn refuse_message(
        &self,
        caller: &Caller,
        show: ShowId,
        id: MessageId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let mut recorder = self.recorder(caller.shop, show);
        let Some(held) = settle(&mut tx, &recorder, caller.shop, id, HeldStatus::Refused).await? else {
            return Ok(());
        };
        self.audit(&mut tx, caller, "message.refuse", &id.to_string(), json!({ "show": show })).await?;
        recorder
            .record(&mut tx, ShowEvent::MessageRefused { message_id: id, viewer_id: held.viewer_id })
            .await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Has a message wait again that was refused within ten minutes.
    ///
    /// # Errors
    /// When it was shown, its text is gone, as many wait as may, or the show is over. One that waits
    /// changes nothing.
    pub async fn return_message(
        &self,
        caller: &Caller,
        show: ShowId,
        id: MessageId,
    ) -> Result<(), ChatError> {
        let (mut tx, known) = self.begin_in_show(caller, show).await?;
        let held = tx.find_held(caller.shop, show, id).await?.ok_or(ChatError::NotFound)?;
        match held.status {
            HeldStatus::Held => return Ok(()),
            HeldStatus::Approved => return Err(ChatError::Settled),
            HeldStatus::Refused if !known.status.is_open() => return Err(ChatError::ShowNotOpen),
            HeldStatus::Refused => {}
        }
        let mut recorder = self.recorder(caller.shop, show);
        let after = recorder.at - TimeDelta::seconds(REMOVAL_UNDO_SECS);
        let seq = recorder.record(&mut tx, ShowEvent::MessageHeld(held.view())).await?.seq;
        if !tx.return_held(caller.shop, show, id, after, seq).await? {
            let waiting = tx.list_held(caller.shop, show, HELD_MAX).await?.len();
            let is_full = i64::try_from(waiting).is_ok_and(|waiting| waiting >= HELD_MAX);
            return Err(if is_full { ChatError::ReviewFull } else { ChatError::UndoTooLate });
        }
        self.audit(&mut tx, caller, "message.return", &id.to_string(), json!({ "show": show })).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// What a viewer is told of messages of theirs that were held, the newest ones, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_held_messages(
        &self,
        viewer: Viewer,
        show: ShowId,
    ) -> Result<Vec<OwnHeldMessage>, ChatError> {
        let mut tx = self.db().read().await?;
        Ok(tx.list_own_held(viewer.shop, show, viewer.id, OWN_MAX).await?)
    }

    /// Messages that wait, for the members of a show, the oldest first.
    ///
    /// # Errors
    /// Refuses callers who do not moderate.
    pub async fn list_held(&self, caller: &Caller, show: ShowId) -> Result<Vec<HeldMessage>, ChatError> {
        caller.require(Permission::Moderate)?;
        let held = self.db().read().await?.list_held(caller.shop, show, HELD_MAX).await?;
        Ok(held.iter().map(StoredHeld::view).collect())
    }

    /// Lets only members write, or everybody again; asking for how it is changes nothing.
    ///
    /// # Errors
    /// When there is no such show in the caller's shop.
    pub async fn set_chat_locked(
        &self,
        caller: &Caller,
        show: ShowId,
        is_locked: bool,
    ) -> Result<(), ChatError> {
        let (mut tx, known) = self.begin_in_show(caller, show).await?;
        if known.is_chat_locked == is_locked {
            return Ok(());
        }
        tx.set_chat_locked(caller.shop, show, is_locked).await?;
        let detail = json!({ "is_locked": is_locked });
        self.audit(&mut tx, caller, "chat.lock", &show.to_string(), detail).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ChatLockChanged { is_locked }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// What the caller's shop holds for review.
    ///
    /// # Errors
    /// When the caller may not see settings.
    pub async fn get_moderation_rules(&self, caller: &Caller) -> Result<ModerationRules, ChatError> {
        caller.require(Permission::Settings)?;
        Ok(self.db().read().await?.get_moderation_rules(caller.shop).await?)
    }

    /// Changes what the caller's shop holds for review; messages that wait go on waiting.
    ///
    /// # Errors
    /// Names the words that are not allowed; or the caller may not change settings.
    pub async fn set_moderation_rules(
        &self,
        caller: &Caller,
        rules: ModerationRules,
    ) -> Result<ModerationRules, ChatError> {
        caller.require(Permission::Settings)?;
        if rules.words.len() > WORDS_MAX {
            return Err(Invalid::field("/words", "too_many").into());
        }
        let words = rules.words.iter().enumerate().map(|(at, word)| {
            text::line(word, WORD_CHARS_MAX)
                .map_err(|error| Invalid::field(format!("/words/{at}"), error.code()))
        });
        let words = words.collect::<Result<Vec<_>, _>>()?;
        let rules = ModerationRules { words, ..rules };
        let mut tx = self.db().write().await?;
        tx.set_moderation_rules(caller.shop, &rules).await?;
        let detail = json!({ "words": rules.words.len(), "holds_first": rules.holds_first });
        self.audit(&mut tx, caller, "shop.moderation", &caller.shop.to_string(), detail).await?;
        tx.commit().await?;
        Ok(rules)
    }
}

/// Refuses what nobody decided on when a show ends; nobody looks any more.
pub(in crate::app) async fn refuse_waiting(
    tx: &mut Tx,
    recorder: &mut Recorder,
    shop: ShopId,
    show: ShowId,
) -> storage::Result<()> {
    let refused = tx.refuse_waiting(shop, show, recorder.at).await?;
    let events =
        refused.iter().map(|&(message_id, viewer_id)| ShowEvent::MessageRefused { message_id, viewer_id });
    recorder.record_all(tx, events.collect()).await?;
    Ok(())
}

/// Settles a message that waits and takes its text out of the members' log; none when it was
/// settled like this before.
async fn settle(
    tx: &mut Tx,
    recorder: &Recorder,
    shop: ShopId,
    id: MessageId,
    status: HeldStatus,
) -> Result<Option<StoredHeld>, ChatError> {
    let show = recorder.show();
    let held = tx.find_held(shop, show, id).await?.ok_or(ChatError::NotFound)?;
    if held.status == status {
        return Ok(None);
    }
    if !tx.settle_held(shop, show, id, status, recorder.at).await? {
        return Err(ChatError::Settled);
    }
    let emptied = HeldMessage { text: None, ..held.view() };
    tx.rewrite_event(show, held.held_seq, &ShowEvent::MessageHeld(emptied)).await?;
    Ok(Some(held))
}
