//! Erases a viewer: words and names go from every show, what is counted stays.

use super::{App, Asker, Caller, PrivacyError, unpin_forgotten};
use crate::app::questions::forget_texts;
use crate::app::{Recorder, Viewer};
use crate::domain::event::{Audience, ShowEvent};
use crate::domain::ids::{MessageId, ShopId, ShowId, ViewerId};
use crate::domain::personal_data::{BlockedOrder, ViewerErasure};
use crate::domain::privacy::{ErasureObstacle, Forgotten};
use crate::domain::question::QuestionStatus;
use crate::storage::{self, LoggedEvent, Tx, UnfinishedOrder};

/// Shows that are cleared before the list is read again.
const SHOWS_MAX: i64 = 200;
/// How often the list is read again: a viewer of 20,000 shows is none.
const ROUNDS_MAX: usize = 100;
/// Orders that are named as standing in the way.
const BLOCKED_MAX: i64 = 20;
/// Messages that were brought back in one show, of all viewers.
const RESTORED_MAX: i64 = 10_000;

impl App {
    /// What erasing the viewer behind a token would take away.
    ///
    /// # Errors
    /// When it is asked for too often.
    pub async fn preview_own_erasure(&self, viewer: Viewer) -> Result<ViewerErasure, PrivacyError> {
        self.admit(Asker::Person("viewer"), viewer.id.as_uuid())?;
        self.preview_viewer(viewer.shop, viewer.id).await
    }

    /// What erasing a viewer of the caller's shop would take away.
    ///
    /// # Errors
    /// When the caller is no owner.
    pub async fn preview_viewer_erasure(
        &self,
        caller: &Caller,
        viewer: ViewerId,
    ) -> Result<ViewerErasure, PrivacyError> {
        self.admit(Asker::Member(caller), viewer.as_uuid())?;
        self.preview_viewer(caller.shop, viewer).await
    }

    /// Erases the viewer behind a token from the token's shop. Once more changes nothing.
    ///
    /// # Errors
    /// While a payment or refund of the viewer is under way.
    pub async fn erase_own_viewer(&self, viewer: Viewer) -> Result<ViewerErasure, PrivacyError> {
        let asker = Asker::Person("viewer");
        self.admit(asker, viewer.id.as_uuid())?;
        self.erase(viewer.shop, viewer.id, asker).await
    }

    /// Erases a viewer from the caller's shop. Once more changes nothing.
    ///
    /// # Errors
    /// While a payment or refund of the viewer is under way, or when the caller is no owner.
    pub async fn erase_viewer(
        &self,
        caller: &Caller,
        viewer: ViewerId,
    ) -> Result<ViewerErasure, PrivacyError> {
        let asker = Asker::Member(caller);
        self.admit(asker, viewer.as_uuid())?;
        self.erase(caller.shop, viewer, asker).await
    }

    async fn preview_viewer(&self, shop: ShopId, viewer: ViewerId) -> Result<ViewerErasure, PrivacyError> {
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        let shows = tx.list_shows_of_viewer(shop, viewer, SHOWS_MAX).await?.len();
        let counts = tx.count_of_viewer(shop, viewer).await?;
        let unfinished = tx.list_unfinished_orders(shop, viewer, BLOCKED_MAX).await?;
        let ban = tx.find_ban(shop, viewer).await?;
        Ok(ViewerErasure {
            shows: i64::try_from(shows).unwrap_or(SHOWS_MAX),
            messages: counts.messages,
            questions: counts.questions,
            votes: counts.votes,
            orders: counts.orders,
            blocked: unfinished.into_iter().map(blocked).collect(),
            ban_until: ban.map(|ban| ban.expires_at).filter(|until| *until > now),
            erased_at: None,
        })
    }

    async fn erase(
        &self,
        shop: ShopId,
        viewer: ViewerId,
        asker: Asker<'_>,
    ) -> Result<ViewerErasure, PrivacyError> {
        let found = self.preview_viewer(shop, viewer).await?;
        if !found.blocked.is_empty() {
            return Err(PrivacyError::Blocked(found.blocked));
        }
        for _ in 0..ROUNDS_MAX {
            let shows = self.db().read().await?.list_shows_of_viewer(shop, viewer, SHOWS_MAX).await?;
            if shows.is_empty() {
                break;
            }
            for show in shows {
                Box::pin(self.erase_in_show(shop, show, viewer)).await?;
            }
        }
        self.unmark(shop, viewer).await?;
        let mut tx = self.db().write().await?;
        tx.sever_orders(shop, viewer).await?;
        self.audit_privacy(&mut tx, asker, shop, "viewer.erase", &viewer.to_string()).await?;
        tx.commit().await?;
        Ok(ViewerErasure { erased_at: Some(self.clock().now()), ..found })
    }

    /// Takes a viewer out of one show, in one transaction with the events that tell of it.
    async fn erase_in_show(&self, shop: ShopId, show: ShowId, viewer: ViewerId) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        // A show that is gone took everything with it.
        let Some(_) = tx.lock_show(shop, show).await? else { return Ok(()) };
        let mut recorder = self.recorder(shop, show);
        take_back_restored(&mut tx, &mut recorder, shop, show, viewer).await?;
        self.dismiss_questions(&mut tx, &mut recorder, shop, show, viewer).await?;
        let forgotten = Forgotten::Viewer(viewer);
        self.forget_in_log(&mut tx, show, Audience::Viewers, forgotten).await?;
        let is_known_to_members = self.forget_in_log(&mut tx, show, Audience::Members, forgotten).await?;
        tx.sever_viewer(shop, show, viewer, self.clock().now()).await?;
        unpin_forgotten(&mut tx, &mut recorder, shop, show).await?;
        recorder.change_viewer(viewer);
        recorder.record(&mut tx, ShowEvent::AuthorErased { author_id: viewer.as_uuid() }).await?;
        if is_known_to_members {
            recorder.record(&mut tx, ShowEvent::ViewerErased { viewer_id: viewer }).await?;
        }
        self.commit(tx, [recorder]).await
    }

    /// Deletes the hashes by which a viewer was counted once in each show; the figures stay. Whoever
    /// goes on watching is counted anew.
    async fn unmark(&self, shop: ShopId, viewer: ViewerId) -> storage::Result<()> {
        let mut after = None;
        loop {
            let shows = self.db().read().await?.list_marked_shows(shop, after, SHOWS_MAX).await?;
            let Some(last) = shows.last() else { return Ok(()) };
            after = Some(*last);
            let mut tx = self.db().write().await?;
            for show in shows {
                tx.delete_marks(show, self.reach_key(show, viewer)).await?;
            }
            tx.commit().await?;
        }
    }

    /// Takes a viewer's questions away for good; an answer often repeats what was asked, so it goes too.
    async fn dismiss_questions(
        &self,
        tx: &mut Tx,
        recorder: &mut Recorder,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
    ) -> storage::Result<()> {
        for question_id in tx.list_question_ids_of_viewer(shop, show, viewer).await? {
            let Some(known) = tx.find_question(shop, show, question_id).await? else { continue };
            // Those that viewers do not see have no text in their log but under the asker's id.
            if matches!(known.status, QuestionStatus::Open | QuestionStatus::Answered) {
                forget_texts(tx, show, &known).await?;
                recorder.record(tx, ShowEvent::QuestionDismissed { question_id }).await?;
            }
            tx.sever_question(shop, show, question_id, self.clock().now()).await?;
        }
        Ok(())
    }
}

/// Empties the events that brought messages of a viewer back: they name the message and no author.
async fn take_back_restored(
    tx: &mut Tx,
    recorder: &mut Recorder,
    shop: ShopId,
    show: ShowId,
    viewer: ViewerId,
) -> storage::Result<()> {
    let mut emptied: Vec<LoggedEvent> = Vec::new();
    for mut event in tx.list_restored_chat(show, RESTORED_MAX).await? {
        let id = event.data["message_id"].as_str().and_then(|id| id.parse::<MessageId>().ok());
        let Some(id) = id else { continue };
        let Some(message) = tx.find_chat_message(shop, show, id).await? else { continue };
        if message.author_id != viewer.as_uuid() {
            continue;
        }
        event.data["text"] = serde_json::Value::Null;
        emptied.push(event);
        if message.removed_at.is_none() {
            // Pages and memories know the message by its id.
            recorder.record(tx, ShowEvent::ChatRemoved { message_id: id }).await?;
        }
    }
    tx.rewrite_logged(show, Audience::Viewers, &emptied).await
}

fn blocked(order: UnfinishedOrder) -> BlockedOrder {
    let obstacle =
        if order.status.holds_stock() { ErasureObstacle::Payment } else { ErasureObstacle::Refund };
    BlockedOrder { number: order.number, obstacles: vec![obstacle] }
}
