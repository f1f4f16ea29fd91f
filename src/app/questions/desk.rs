//! What members do with questions: claim, answer, dismiss, each told to all who see the list.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{App, QuestionError};
use crate::app::chat::member_author;
use crate::app::{Caller, Invalid, Recorder};
use crate::domain::chat::REMOVAL_UNDO_SECS;
use crate::domain::event::ShowEvent;
use crate::domain::ids::{QuestionId, ShowId};
use crate::domain::member::Permission;
use crate::domain::question::{
    ANSWER_CHARS_MAX, Answer, CLAIM_SECS, Claim, OPEN_MAX, Question, QuestionStatus, Visibility,
};
use crate::domain::text;
use crate::storage::{self, NewAnswer, StoredQuestion, Tx};

/// An answer as a member writes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerDraft {
    /// Up to 300 characters; left out where everybody heard it in the show.
    #[serde(default)]
    pub text: Option<String>,
    /// Who sees it.
    pub visibility: Visibility,
}

impl AnswerDraft {
    /// The text as it is kept; a private answer has to have one.
    fn text(&self) -> Result<Option<String>, Invalid> {
        let refused = |error: text::TextError| Invalid::field("/text", error.code());
        match (self.text.as_deref().map(str::trim).unwrap_or_default(), self.visibility) {
            ("", Visibility::Public) => Ok(None),
            (text, _) => text::chat_line(text, ANSWER_CHARS_MAX).map(Some).map_err(refused),
        }
    }
}

impl App {
    /// Says that the caller is about to answer a question.
    ///
    /// Another member's claim stands for five minutes unless the caller takes it over.
    ///
    /// # Errors
    /// When another member has it, or it is open no more. Claiming one's own again changes nothing.
    pub async fn claim_question(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
        takes_over: bool,
    ) -> Result<(), QuestionError> {
        let (mut tx, mut recorder, known) = self.begin_at_desk(caller, show, id).await?;
        let author = member_author(caller);
        if known.status != QuestionStatus::Open {
            return Err(QuestionError::Settled);
        }
        if known.question.claim.as_ref().is_some_and(|claim| claim.id == author.id) {
            return Ok(());
        }
        let claim = Claim { id: author.id, name: author.name, at: recorder.at };
        let kept = TimeDelta::seconds(CLAIM_SECS);
        let stale = if takes_over { claim.at + kept } else { claim.at - kept };
        if !may_claim(&known, stale) || !tx.claim_question(caller.shop, show, id, &claim, stale).await? {
            return Err(QuestionError::Claimed(claimer(&known)));
        }
        let detail = json!({ "show": show, "takes_over": takes_over });
        self.audit(&mut tx, caller, "question.claim", &id.to_string(), detail).await?;
        let claimed = ShowEvent::QuestionClaimed { question_id: id, claim: Some(claim) };
        recorder.record(&mut tx, claimed).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Gives a question back that the caller was about to answer.
    ///
    /// # Errors
    /// When another member has it. Giving back what nobody has changes nothing.
    pub async fn release_question(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
    ) -> Result<(), QuestionError> {
        let (mut tx, mut recorder, known) = self.begin_at_desk(caller, show, id).await?;
        if known.question.claim.is_none() {
            return Ok(());
        }
        if !tx.release_question(caller.shop, show, id, member_author(caller).id).await? {
            return Err(QuestionError::Claimed(claimer(&known)));
        }
        recorder.record(&mut tx, ShowEvent::QuestionClaimed { question_id: id, claim: None }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Answers an open question, for everybody or for the one who asked.
    ///
    /// # Errors
    /// When another member is about to, it is open no more, or the text cannot be used.
    pub async fn answer_question(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
        draft: &AnswerDraft,
    ) -> Result<(), QuestionError> {
        let text = draft.text()?;
        let (mut tx, mut recorder, known) = self.begin_at_desk(caller, show, id).await?;
        let author = member_author(caller);
        if known.status != QuestionStatus::Open {
            return Err(QuestionError::Settled);
        }
        let is_free = may_claim(&known, recorder.at - TimeDelta::seconds(CLAIM_SECS));
        if !is_free && !has_claimed(&known, author.id) {
            return Err(QuestionError::Claimed(claimer(&known)));
        }
        let answer = Answer { author, text, at: recorder.at };
        let public = (draft.visibility == Visibility::Public).then(|| answer.clone());
        let told = ShowEvent::QuestionAnswered { question_id: id, answer: public };
        let seq = recorder.record(&mut tx, told).await?.seq;
        let new = NewAnswer { answer: &answer, visibility: draft.visibility, seq };
        if !tx.answer_question(caller.shop, show, id, new).await? {
            return Err(QuestionError::Settled);
        }
        let detail = json!({ "show": show, "visibility": draft.visibility });
        self.audit(&mut tx, caller, "question.answer", &id.to_string(), detail).await?;
        if draft.visibility == Visibility::Private {
            let viewer_id = known.viewer_id;
            tx.set_has_answers(caller.shop, show, viewer_id).await?;
            recorder.change_viewer(viewer_id);
            let private = ShowEvent::QuestionAnsweredPrivately { question_id: id, viewer_id, answer };
            recorder.record(&mut tx, private).await?;
        }
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Takes a question away, with its public answer; the texts leave the log at once and can be
    /// brought back for ten minutes.
    ///
    /// # Errors
    /// When it was answered in private. Dismissing one twice changes nothing.
    pub async fn dismiss_question(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
    ) -> Result<(), QuestionError> {
        let (mut tx, mut recorder, known) = self.begin_at_desk(caller, show, id).await?;
        if known.status == QuestionStatus::Dismissed {
            return Ok(());
        }
        if !tx.dismiss_question(caller.shop, show, id, recorder.at).await? {
            return Err(QuestionError::Settled);
        }
        forget_texts(&mut tx, show, &known).await?;
        self.audit(&mut tx, caller, "question.dismiss", &id.to_string(), json!({ "show": show })).await?;
        recorder.record(&mut tx, ShowEvent::QuestionDismissed { question_id: id }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Brings a dismissed question back as it was.
    ///
    /// # Errors
    /// When its text is gone, or as many are open as may be.
    pub async fn restore_question(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
    ) -> Result<(), QuestionError> {
        let (mut tx, mut recorder, known) = self.begin_at_desk(caller, show, id).await?;
        let Some(dismissed_at) = known.dismissed_at else { return Ok(()) };
        let in_time = recorder.at - dismissed_at <= TimeDelta::seconds(REMOVAL_UNDO_SECS);
        if !in_time || known.question.text.is_none() {
            return Err(QuestionError::UndoTooLate);
        }
        let (open, _) = tx.count_open_questions(caller.shop, show, known.viewer_id).await?;
        if known.question.answer.is_none() && open >= OPEN_MAX {
            return Err(QuestionError::Full);
        }
        self.audit(&mut tx, caller, "question.restore", &id.to_string(), json!({ "show": show })).await?;
        let question = Question { claim: None, ..known.question };
        let seq = recorder.record(&mut tx, ShowEvent::QuestionAsked { question }).await?.seq;
        tx.restore_question(caller.shop, show, id, seq).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Sets whether viewers may ask.
    ///
    /// # Errors
    /// When there is no such show in the caller's shop.
    pub async fn set_takes_questions(
        &self,
        caller: &Caller,
        show: ShowId,
        takes_questions: bool,
    ) -> Result<(), QuestionError> {
        caller.require(Permission::Moderate)?;
        let mut tx = self.db().write().await?;
        let known = tx.lock_show(caller.shop, show).await?.ok_or(QuestionError::NotFound)?;
        if known.takes_questions == takes_questions {
            return Ok(());
        }
        tx.set_takes_questions(caller.shop, show, takes_questions).await?;
        let detail = json!({ "takes_questions": takes_questions });
        self.audit(&mut tx, caller, "question.intake", &show.to_string(), detail).await?;
        let mut recorder = self.recorder(caller.shop, show);
        recorder.record(&mut tx, ShowEvent::QuestionIntakeChanged { takes_questions }).await?;
        Ok(self.commit(tx, [recorder]).await?)
    }

    /// Begins work on a question of the caller's shop.
    async fn begin_at_desk(
        &self,
        caller: &Caller,
        show: ShowId,
        id: QuestionId,
    ) -> Result<(Tx, Recorder, StoredQuestion), QuestionError> {
        caller.require(Permission::Moderate)?;
        let mut tx = self.db().write().await?;
        tx.lock_show(caller.shop, show).await?.ok_or(QuestionError::NotFound)?;
        let known = tx.find_question(caller.shop, show, id).await?.ok_or(QuestionError::NotFound)?;
        Ok((tx, self.recorder(caller.shop, show), known))
    }
}

/// Whether nobody is about to answer, or somebody who began before a moment.
fn may_claim(known: &StoredQuestion, stale: DateTime<Utc>) -> bool {
    known.question.claim.as_ref().is_none_or(|claim| claim.at <= stale)
}

fn has_claimed(known: &StoredQuestion, member: Uuid) -> bool {
    known.question.claim.as_ref().is_some_and(|claim| claim.id == member)
}

fn claimer(known: &StoredQuestion) -> String {
    known.question.claim.as_ref().map(|claim| claim.name.clone()).unwrap_or_default()
}

/// Takes the texts of a question out of the events that tell them.
pub(in crate::app) async fn forget_texts(
    tx: &mut Tx,
    show: ShowId,
    known: &StoredQuestion,
) -> storage::Result<()> {
    let mut question = known.question.clone();
    question.text = None;
    question.claim = None;
    let answer = question.answer.as_mut().map(|answer| {
        answer.text = None;
        answer.clone()
    });
    // The event of a question that was brought back tells its answer too.
    let is_one_event = known.answered_seq == Some(known.asked_seq);
    if !is_one_event {
        question.answer = None;
    }
    let question_id = question.id;
    tx.rewrite_event(show, known.asked_seq, &ShowEvent::QuestionAsked { question }).await?;
    if let Some(seq) = known.answered_seq.filter(|_| !is_one_event) {
        tx.rewrite_event(show, seq, &ShowEvent::QuestionAnswered { question_id, answer }).await?;
    }
    Ok(())
}
