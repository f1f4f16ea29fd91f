//! Keeping the chat in order: remove, mute, ban, slow mode, each with its undo.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::json;

use super::{App, Caller, ChatError, Invalid};
use crate::domain::chat::{BAN_DAYS, MUTE_SECS_MAX, REMOVAL_UNDO_SECS};
use crate::domain::event::ShowEvent;
use crate::domain::ids::{MessageId, ShowId, ViewerId};
use crate::domain::member::Permission;
use crate::domain::show::{SLOW_MODE_SECS_MAX, Show};
use crate::storage::Tx;

/// Muted and banned viewers that a member is shown at once.
const LISTED_MAX: i64 = 200;

/// A viewer who may not write for a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct MutedViewer {
    /// Who.
    pub viewer_id: ViewerId,
    /// The name shown.
    pub name: String,
    /// Until when.
    pub until: DateTime<Utc>,
}

/// A viewer by id and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct NamedViewer {
    /// Who.
    pub viewer_id: ViewerId,
    /// The name shown.
    pub name: String,
}

impl App {
    /// Takes a message away; its text leaves the log at once and can be brought back for ten minutes.
    ///
    /// # Errors
    /// When there is no such message. Removing one twice changes nothing.
    pub async fn remove_message(
        &self,
        caller: &Caller,
        show: ShowId,
        id: MessageId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let message = tx.find_chat_message(caller.shop, show, id).await?.ok_or(ChatError::NotFound)?;
        if message.removed_at.is_some() {
            return Ok(());
        }
        let sent = tx.find_viewer_event(show, message.seq).await?.ok_or(ChatError::NotFound)?;
        let ShowEvent::ChatSent { message_id, author, text } = sent.event else {
            return Err(ChatError::NotFound);
        };
        tx.mark_removed(show, id, &text.unwrap_or_default(), self.clock().now()).await?;
        let emptied = ShowEvent::ChatSent { message_id, author, text: None };
        tx.rewrite_event(show, message.seq, &emptied).await?;
        tx.clear_repeated_texts(show, id).await?;
        self.audit(&mut tx, caller, "chat.remove", &id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        if tx.unpin_message(caller.shop, show, id).await? {
            recorder.record(&mut tx, ShowEvent::ChatUnpinned { message_id }).await?;
        }
        recorder.record(&mut tx, ShowEvent::ChatRemoved { message_id }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Brings a removed message back.
    ///
    /// # Errors
    /// When its text is gone.
    pub async fn restore_message(
        &self,
        caller: &Caller,
        show: ShowId,
        id: MessageId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let message = tx.find_chat_message(caller.shop, show, id).await?.ok_or(ChatError::NotFound)?;
        let Some(removed_at) = message.removed_at else { return Ok(()) };
        let in_time = self.clock().now() - removed_at <= TimeDelta::seconds(REMOVAL_UNDO_SECS);
        let text = message.removed_text.filter(|_| in_time).ok_or(ChatError::UndoTooLate)?;
        let sent = tx.find_viewer_event(show, message.seq).await?.ok_or(ChatError::NotFound)?;
        let ShowEvent::ChatSent { message_id, author, .. } = sent.event else {
            return Err(ChatError::NotFound);
        };
        tx.mark_restored(show, id).await?;
        let refilled = ShowEvent::ChatSent { message_id, author, text: Some(text.clone()) };
        tx.rewrite_event(show, message.seq, &refilled).await?;
        self.audit(&mut tx, caller, "chat.restore", &id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ChatRestored { message_id, text: Some(text) }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Mutes a viewer for 10 seconds to a day.
    ///
    /// # Errors
    /// When the show does not know the viewer.
    pub async fn mute_viewer(
        &self,
        caller: &Caller,
        show: ShowId,
        viewer_id: ViewerId,
        secs: i64,
    ) -> Result<(), ChatError> {
        caller.require(Permission::Moderate)?;
        if !(10..=MUTE_SECS_MAX).contains(&secs) {
            return Err(Invalid::field("/secs", "out_of_range").into());
        }
        let mut tx = self.begin_moderation(caller, show).await?;
        let until = self.clock().now() + TimeDelta::seconds(secs);
        let name = viewer_name(&mut tx, show, viewer_id).await?;
        tx.set_muted_until(caller.shop, show, viewer_id, Some(until)).await?;
        self.audit(
            &mut tx,
            caller,
            "viewer.mute",
            &viewer_id.to_string(),
            json!({ "show": show, "secs": secs }),
        )
        .await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ViewerMuted { viewer_id, name, until }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Lets a muted viewer write again.
    ///
    /// # Errors
    /// When the show does not know the viewer.
    pub async fn unmute_viewer(
        &self,
        caller: &Caller,
        show: ShowId,
        viewer_id: ViewerId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let name = viewer_name(&mut tx, show, viewer_id).await?;
        tx.set_muted_until(caller.shop, show, viewer_id, None).await?;
        self.audit(&mut tx, caller, "viewer.unmute", &viewer_id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ViewerUnmuted { viewer_id, name }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Sends a viewer away from the shop for 30 days.
    ///
    /// # Errors
    /// When the show does not know the viewer.
    pub async fn ban_viewer(
        &self,
        caller: &Caller,
        show: ShowId,
        viewer_id: ViewerId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let now = self.clock().now();
        let name = viewer_name(&mut tx, show, viewer_id).await?;
        tx.insert_ban(caller.shop, show, viewer_id, now, now + TimeDelta::days(BAN_DAYS)).await?;
        self.audit(&mut tx, caller, "viewer.ban", &viewer_id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ViewerBanned { viewer_id, name }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Lifts a ban; lifting none changes nothing.
    ///
    /// # Errors
    /// When the show does not know the viewer.
    pub async fn unban_viewer(
        &self,
        caller: &Caller,
        show: ShowId,
        viewer_id: ViewerId,
    ) -> Result<(), ChatError> {
        let mut tx = self.begin_moderation(caller, show).await?;
        let name = viewer_name(&mut tx, show, viewer_id).await?;
        if !tx.delete_ban(caller.shop, viewer_id).await? {
            return Ok(());
        }
        self.audit(&mut tx, caller, "viewer.unban", &viewer_id.to_string(), json!({ "show": show })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ViewerUnbanned { viewer_id, name }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Sets the pause that viewers keep between two messages; 0 is off.
    ///
    /// # Errors
    /// Refuses more than five minutes.
    pub async fn set_slow_mode(&self, caller: &Caller, show: ShowId, secs: i64) -> Result<(), ChatError> {
        caller.require(Permission::Moderate)?;
        if !(0..=SLOW_MODE_SECS_MAX).contains(&secs) {
            return Err(Invalid::field("/secs", "out_of_range").into());
        }
        let mut tx = self.begin_moderation(caller, show).await?;
        tx.set_slow_mode(caller.shop, show, secs).await?;
        self.audit(&mut tx, caller, "chat.slow_mode", &show.to_string(), json!({ "secs": secs })).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::ChatSlowModeChanged { secs }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Who is muted and who is banned, for the members of a show.
    ///
    /// # Errors
    /// Refuses callers who do not moderate.
    pub async fn list_restrained(
        &self,
        caller: &Caller,
        show: ShowId,
    ) -> Result<(Vec<MutedViewer>, Vec<NamedViewer>), ChatError> {
        caller.require(Permission::Moderate)?;
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        tx.find_show(show).await?.filter(|show| show.shop_id == caller.shop).ok_or(ChatError::NotFound)?;
        let muted = tx.list_muted(show, now, LISTED_MAX).await?;
        let banned = tx.list_banned(show, now, LISTED_MAX).await?;
        let muted = muted.into_iter().map(|viewer| MutedViewer {
            viewer_id: viewer.viewer_id,
            name: viewer.name,
            until: viewer.muted_until.unwrap_or(now),
        });
        let banned = banned.into_iter().map(|v| NamedViewer { viewer_id: v.viewer_id, name: v.name });
        Ok((muted.collect(), banned.collect()))
    }

    /// Begins a measure in a show of the caller's shop.
    pub(super) async fn begin_moderation(&self, caller: &Caller, show: ShowId) -> Result<Tx, ChatError> {
        Ok(self.begin_in_show(caller, show).await?.0)
    }

    /// Begins a measure in a show of the caller's shop, where it matters how the show stands.
    pub(super) async fn begin_in_show(&self, caller: &Caller, show: ShowId) -> Result<(Tx, Show), ChatError> {
        caller.require(Permission::Moderate)?;
        let mut tx = self.db().write().await?;
        let show = tx.lock_show(caller.shop, show).await?.ok_or(ChatError::NotFound)?;
        Ok((tx, show))
    }
}

async fn viewer_name(tx: &mut Tx, show: ShowId, viewer: ViewerId) -> Result<String, ChatError> {
    Ok(tx.find_show_viewer(show, viewer).await?.ok_or(ChatError::NotFound)?.name)
}
