//! Votes for questions, which are written together and told of together.

use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::ids::{QuestionId, ShopId, ShowId, ViewerId};
use crate::domain::question::{QuestionStatus, QuestionVotes};

/// A question after votes for it were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct VotedQuestion {
    /// Which.
    pub question_id: QuestionId,
    /// All its votes.
    pub votes: i64,
    /// Where it stands; only an open one takes votes.
    pub status: QuestionStatus,
}

impl Tx {
    /// Counts votes for open questions of a show, each viewer once for each question, and answers
    /// the questions as they are then.
    ///
    /// The votes are sorted, so that two nodes that write the same ones cannot wait for each other.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_question_votes(
        &mut self,
        shop: ShopId,
        show: ShowId,
        votes: &[(QuestionId, ViewerId)],
    ) -> Result<Vec<VotedQuestion>> {
        debug_assert!(votes.is_sorted(), "two nodes could wait for each other");
        let pairs: Vec<[String; 2]> = votes
            .iter()
            .map(|(question, viewer)| {
                [question.as_uuid(), viewer.as_uuid()].map(|id| id.simple().to_string())
            })
            .collect();
        let counted: Vec<(QuestionId,)> = on_db!(
            self,
            "insert into question_votes (shop_id, show_id, question_id, viewer_id)
             select q.shop_id, q.show_id, q.question_id, unhex(v.value ->> 1) from json_each($3) v
             join questions q on q.show_id = $2 and q.question_id = unhex(v.value ->> 0)
             where q.shop_id = $1 and q.status = 'open' order by v.key
             on conflict do nothing returning question_id",
            "insert into question_votes (shop_id, show_id, question_id, viewer_id)
             select q.shop_id, q.show_id, q.question_id, cast(v.value ->> 1 as uuid)
             from jsonb_array_elements($3) with ordinality as v (value, place)
             join questions q on q.show_id = $2 and q.question_id = cast(v.value ->> 0 as uuid)
             where q.shop_id = $1 and q.status = 'open' order by v.place
             on conflict do nothing returning question_id",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(show).bind(Json(pairs)).fetch_all(db).await?
        );
        let mut questions: Vec<QuestionId> = votes.iter().map(|(question, _)| *question).collect();
        questions.dedup();
        let mut voted = Vec::with_capacity(questions.len());
        for question in questions {
            let count = counted.iter().filter(|(counted,)| *counted == question).count();
            let count = i64::try_from(count).expect("votes of a group are counted in hundreds");
            voted.extend(self.add_votes(shop, show, question, count).await?);
        }
        Ok(voted)
    }

    async fn add_votes(
        &mut self,
        shop: ShopId,
        show: ShowId,
        question: QuestionId,
        count: i64,
    ) -> Result<Option<VotedQuestion>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "update questions set votes = votes + $4 where shop_id = $1 and show_id = $2 and question_id = $3
             returning question_id, votes, status",
        )
        .bind(shop)
        .bind(show)
        .bind(question)
        .bind(count)
        .fetch_optional(db)
        .await?))
    }

    /// Shows with votes that viewers were not told of, up to a bound.
    ///
    /// It names no shop: a node asks for all shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_untold_votes(&mut self, limit: i64) -> Result<Vec<(ShopId, ShowId)>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select distinct shop_id, show_id from questions where votes <> told_votes limit $1",
        )
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// Notes the votes of a show's questions as told, and answers those that were not; nobody is
    /// told of questions that are shown no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_untold_votes(&mut self, shop: ShopId, show: ShowId) -> Result<Vec<QuestionVotes>> {
        let rows: Vec<VotedQuestion> = on_db!(self, |db| sqlx::query_as(
            "update questions set told_votes = votes
             where shop_id = $1 and show_id = $2 and votes <> told_votes
             returning question_id, votes, status",
        )
        .bind(shop)
        .bind(show)
        .fetch_all(db)
        .await?);
        let is_shown =
            |row: &VotedQuestion| matches!(row.status, QuestionStatus::Open | QuestionStatus::Answered);
        let shown = rows.into_iter().filter(is_shown);
        Ok(shown.map(|row| QuestionVotes { question_id: row.question_id, votes: row.votes }).collect())
    }
}
