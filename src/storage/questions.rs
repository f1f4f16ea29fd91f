//! Questions of viewers: asked, claimed, answered, dismissed.
//!
//! Callers that change one hold the show's lock, so that events tell of changes in their order.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Result, Tx, on_db};
use crate::domain::chat::Author;
use crate::domain::ids::{ProductId, QuestionId, ShopId, ShowId, ViewerId};
use crate::domain::member::Role;
use crate::domain::question::{Answer, Claim, PrivateAnswer, Question, QuestionStatus, Visibility};

/// A question with what members and the log need of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredQuestion {
    /// As everybody sees it; an answer that was given in private is in it all the same.
    pub question: Question,
    /// Who asked.
    pub viewer_id: ViewerId,
    /// Where it stands.
    pub status: QuestionStatus,
    /// Place of the event that tells its text.
    pub asked_seq: i64,
    /// Place of the event that tells its public answer.
    pub answered_seq: Option<i64>,
    /// When it was taken away.
    pub dismissed_at: Option<DateTime<Utc>>,
}

/// An answer that is about to be kept.
#[derive(Clone, Copy, Debug)]
pub struct NewAnswer<'a> {
    /// What is told.
    pub answer: &'a Answer,
    /// To whom.
    pub visibility: Visibility,
    /// Place of the event that tells it to viewers.
    pub seq: i64,
}

#[derive(sqlx::FromRow)]
struct QuestionRow {
    question_id: QuestionId,
    product_id: Option<ProductId>,
    viewer_id: ViewerId,
    author_name: String,
    status: QuestionStatus,
    body: Option<String>,
    asked_at: DateTime<Utc>,
    asked_seq: i64,
    told_votes: i64,
    claimed_by: Option<Uuid>,
    claimed_name: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    answered_by: Option<Uuid>,
    answered_name: Option<String>,
    answered_badge: Option<Role>,
    answer: Option<String>,
    answered_at: Option<DateTime<Utc>>,
    answered_seq: Option<i64>,
    dismissed_at: Option<DateTime<Utc>>,
}

impl From<QuestionRow> for StoredQuestion {
    fn from(row: QuestionRow) -> Self {
        let claim = match (row.claimed_by, row.claimed_name, row.claimed_at) {
            (Some(id), Some(name), Some(at)) => Some(Claim { id, name, at }),
            _ => None,
        };
        let answer = match (row.answered_by, row.answered_name, row.answered_at) {
            (Some(id), Some(name), Some(at)) => {
                let author = Author { id, name, badge: row.answered_badge };
                Some(Answer { author, text: row.answer, at })
            }
            _ => None,
        };
        let author = Author { id: row.viewer_id.as_uuid(), name: row.author_name, badge: None };
        let question = Question {
            id: row.question_id,
            product_id: row.product_id,
            author,
            text: row.body,
            asked_at: row.asked_at,
            // What events told, since a snapshot stands where they end.
            votes: row.told_votes,
            claim,
            answer,
        };
        Self {
            question,
            viewer_id: row.viewer_id,
            status: row.status,
            asked_seq: row.asked_seq,
            answered_seq: row.answered_seq,
            dismissed_at: row.dismissed_at,
        }
    }
}

impl Tx {
    /// Sets whether viewers may ask in a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_takes_questions(&mut self, shop: ShopId, show: ShowId, takes: bool) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update shows set takes_questions = $3 where shop_id = $1 and id = $2"
        )
        .bind(shop)
        .bind(show)
        .bind(takes)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Whether a product that is for sale stands in the lineup of a show.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_in_lineup(&mut self, shop: ShopId, show: ShowId, product: ProductId) -> Result<bool> {
        let row: Option<(ProductId,)> = on_db!(self, |db| sqlx::query_as(
            "select e.product_id from lineup_entries e join products p on p.id = e.product_id
             where e.shop_id = $1 and e.show_id = $2 and e.product_id = $3 and p.status = 'active'",
        )
        .bind(shop)
        .bind(show)
        .bind(product)
        .fetch_optional(db)
        .await?);
        Ok(row.is_some())
    }

    /// How many open questions a show has, and how many of them are a viewer's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_open_questions(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
    ) -> Result<(i64, i64)> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select count(*), count(case when viewer_id = $3 then 1 end) from questions
             where shop_id = $1 and show_id = $2 and status = 'open'",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .fetch_one(db)
        .await?))
    }

    /// Keeps a question that was just told of, with the vote of the one who asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        question: &Question,
        seq: i64,
    ) -> Result<()> {
        on_db!(self, |db| {
            sqlx::query(
            "insert into questions (shop_id, show_id, question_id, product_id, viewer_id, author_name, status,
             body, asked_at, asked_seq, votes, told_votes)
             values ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, $10, $10)",
        )
        .bind(shop)
        .bind(show)
        .bind(question.id)
        .bind(question.product_id)
        .bind(viewer)
        .bind(&question.author.name)
        .bind(&question.text)
        .bind(question.asked_at)
        .bind(seq)
        .bind(question.votes)
        .execute(db)
        .await
        .map(drop)?;
        });
        on_db!(self, |db| sqlx::query(
            "insert into question_votes (shop_id, show_id, question_id, viewer_id) values ($1, $2, $3, $4)",
        )
        .bind(shop)
        .bind(show)
        .bind(question.id)
        .bind(viewer)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// A question by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
    ) -> Result<Option<StoredQuestion>> {
        let row: Option<QuestionRow> = on_db!(self, |db| sqlx::query_as(
            "select question_id, product_id, viewer_id, author_name, status, body, asked_at, asked_seq,
             told_votes, claimed_by, claimed_name, claimed_at, answered_by, answered_name, answered_badge,
             answer, answered_at, answered_seq, dismissed_at
             from questions where shop_id = $1 and show_id = $2 and question_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(StoredQuestion::from))
    }

    /// What everybody sees of the questions of a show: the open ones and the newest answered ones,
    /// in the order they were asked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_questions(
        &mut self,
        shop: ShopId,
        show: ShowId,
        open_max: i64,
        answered_max: i64,
    ) -> Result<Vec<Question>> {
        let rows: Vec<QuestionRow> = on_db!(self, |db| sqlx::query_as(
            "select question_id, product_id, viewer_id, author_name, status, body, asked_at, asked_seq,
             told_votes, claimed_by, claimed_name, claimed_at, answered_by, answered_name, answered_badge,
             answer, answered_at, answered_seq, dismissed_at
             from questions where shop_id = $1 and show_id = $2 and (question_id in
             (select question_id from questions where show_id = $2 and status = 'open'
             order by asked_seq limit $3) or question_id in
             (select question_id from questions where show_id = $2 and status = 'answered'
             order by answered_at desc, asked_seq desc limit $4))
             order by asked_seq",
        )
        .bind(shop)
        .bind(show)
        .bind(open_max)
        .bind(answered_max)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|row| StoredQuestion::from(row).question).collect())
    }

    /// Notes who is about to answer an open question, unless another does who began after `stale`;
    /// whoever takes it over passes a `stale` that lies ahead. False means that nothing was noted.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        claim: &Claim,
        stale: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update questions set claimed_by = $4, claimed_name = $5, claimed_at = $6
             where shop_id = $1 and show_id = $2 and question_id = $3 and status = 'open'
             and (claimed_by is null or claimed_at <= $7)",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(claim.id)
        .bind(&claim.name)
        .bind(claim.at)
        .bind(stale)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Gives a claimed question back. False means that `by` had not claimed it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        by: Uuid,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| {
            sqlx::query(
            "update questions set claimed_by = null, claimed_name = null, claimed_at = null
             where shop_id = $1 and show_id = $2 and question_id = $3 and status = 'open' and claimed_by = $4",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(by)
        .execute(db)
        .await?
        .rows_affected()
        });
        Ok(rows == 1)
    }

    /// Keeps the answer to an open question. False means that it is open no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        new: NewAnswer<'_>,
    ) -> Result<bool> {
        let status = match new.visibility {
            Visibility::Public => QuestionStatus::Answered,
            Visibility::Private => QuestionStatus::AnsweredPrivately,
        };
        let rows = on_db!(self, |db| sqlx::query(
            "update questions set status = $4, answer = $5, answered_by = $6, answered_name = $7,
             answered_badge = $8, answered_at = $9, answered_seq = $10, claimed_by = null,
             claimed_name = null, claimed_at = null
             where shop_id = $1 and show_id = $2 and question_id = $3 and status = 'open'",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(status)
        .bind(&new.answer.text)
        .bind(new.answer.author.id)
        .bind(&new.answer.author.name)
        .bind(new.answer.author.badge)
        .bind(new.answer.at)
        .bind(new.seq)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Notes that a viewer has a private answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_has_answers(&mut self, shop: ShopId, show: ShowId, viewer: ViewerId) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update show_viewers set has_answers = $4
             where shop_id = $1 and show_id = $2 and viewer_id = $3",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(true)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The newest private answers of a viewer, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_private_answers(
        &mut self,
        shop: ShopId,
        show: ShowId,
        viewer: ViewerId,
        limit: i64,
    ) -> Result<Vec<PrivateAnswer>> {
        let rows: Vec<QuestionRow> = on_db!(self, |db| sqlx::query_as(
            "select question_id, product_id, viewer_id, author_name, status, body, asked_at, asked_seq,
             told_votes, claimed_by, claimed_name, claimed_at, answered_by, answered_name, answered_badge,
             answer, answered_at, answered_seq, dismissed_at from questions
             where shop_id = $1 and show_id = $2 and viewer_id = $3 and status = 'answered_privately'
             order by answered_seq desc limit $4",
        )
        .bind(shop)
        .bind(show)
        .bind(viewer)
        .bind(limit)
        .fetch_all(db)
        .await?);
        let answers = rows.into_iter().rev().map(|row| StoredQuestion::from(row).question);
        Ok(answers
            .filter_map(|question| {
                let Question { id: question_id, product_id, text, answer, .. } = question;
                Some(PrivateAnswer { question_id, product_id, text: text?, answer: answer? })
            })
            .collect())
    }

    /// Takes away a question that is open or was answered for everybody. False means that it is neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dismiss_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update questions set status = 'dismissed', dismissed_at = $4, claimed_by = null,
             claimed_name = null, claimed_at = null
             where shop_id = $1 and show_id = $2 and question_id = $3 and status in ('open', 'answered')",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Brings a dismissed question back as it was, told of by another event from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn restore_question(
        &mut self,
        shop: ShopId,
        show: ShowId,
        id: QuestionId,
        seq: i64,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update questions set status = case when answered_at is null then 'open' else 'answered' end,
             dismissed_at = null, asked_seq = $4,
             answered_seq = case when answered_at is null then null else $4 end
             where shop_id = $1 and show_id = $2 and question_id = $3 and status = 'dismissed'",
        )
        .bind(shop)
        .bind(show)
        .bind(id)
        .bind(seq)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Forgets the texts of questions that were dismissed before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn purge_dismissed_questions(&mut self, before: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update questions set body = null, answer = null
             where dismissed_at < $1 and dismissed_at is not null and body is not null",
        )
        .bind(before)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }
}
