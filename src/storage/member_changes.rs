//! Changes among the members of a shop, which keeps one owner at least.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{MemberId, ShopId};
use crate::domain::member::{Member, Role};

impl Tx {
    /// The owners of a shop, locked with the member who is about to change, so that what is decided
    /// by them still holds when it is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lock_owners(&mut self, shop: ShopId, with: Option<MemberId>) -> Result<Vec<MemberId>> {
        // In the order of their ids, so that two who change each other wait and do not block.
        let rows: Vec<(MemberId, Role)> = on_db!(
            self,
            "select id, role from members where shop_id = $1 and (role = 'owner' or id = $2) order by id",
            "select id, role from members where shop_id = $1 and (role = 'owner' or id = $2) order by id
             for update",
            |sql, db| sqlx::query_as(sql).bind(shop).bind(with).fetch_all(db).await?
        );
        Ok(rows.into_iter().filter(|(_, role)| *role == Role::Owner).map(|(id, _)| id).collect())
    }

    /// Adds a member unless the shop has `most`. False means that it has, or that the e-mail address
    /// is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_invited_member(
        &mut self,
        member: &Member,
        password_hash: &str,
        most: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into members (id, shop_id, email, name, role, password_hash, created_at)
             select $1, $2, $3, $4, $5, $6, $7
             where (select count(*) from members where shop_id = $2) < $8
             on conflict do nothing",
        )
        .bind(member.id)
        .bind(member.shop_id)
        .bind(&member.email)
        .bind(&member.name)
        .bind(member.role)
        .bind(password_hash)
        .bind(member.created_at)
        .bind(most)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// How many members a shop has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_members(&mut self, shop: ShopId) -> Result<i64> {
        let (count,): (i64,) =
            on_db!(self, |db| sqlx::query_as("select count(*) from members where shop_id = $1")
                .bind(shop)
                .fetch_one(db)
                .await?);
        Ok(count)
    }

    /// Gives a member another role, unless nobody would own the shop. False means that nobody would,
    /// or that there is no such member.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_member_role(&mut self, shop: ShopId, id: MemberId, role: Role) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update members set role = $3
             where shop_id = $1 and id = $2 and ($3 = 'owner' or exists (
                 select 1 from members other
                 where other.shop_id = $1 and other.id <> $2 and other.role = 'owner'))",
        )
        .bind(shop)
        .bind(id)
        .bind(role)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Removes a member with all that let them in, unless nobody would own the shop. False means that
    /// nobody would, or that there is no such member.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_member(&mut self, shop: ShopId, id: MemberId) -> Result<bool> {
        // What refers to the member goes first; where the guard then says no, all of it comes back
        // with the transaction.
        for sql in [
            "delete from member_sessions where shop_id = $1 and member_id = $2",
            "delete from one_time_tokens where member_id in
                 (select id from members where shop_id = $1 and id = $2)",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(shop).bind(id).execute(db).await.map(drop)?);
        }
        let rows = on_db!(self, |db| sqlx::query(
            "delete from members
             where shop_id = $1 and id = $2 and exists (
                 select 1 from members other
                 where other.shop_id = $1 and other.id <> $2 and other.role = 'owner')",
        )
        .bind(shop)
        .bind(id)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Gives a member another name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_member_name(&mut self, shop: ShopId, id: MemberId, name: &str) -> Result<()> {
        on_db!(self, |db| sqlx::query("update members set name = $3 where shop_id = $1 and id = $2")
            .bind(shop)
            .bind(id)
            .bind(name)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Ends what let a member in before now: sessions, but for one that is kept, and tickets that
    /// were not used yet; sockets that were opened with a ticket end at their next look.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(
        &mut self,
        shop: ShopId,
        id: MemberId,
        keep: Option<&[u8]>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "delete from member_sessions where shop_id = $1 and member_id = $2
             and token_hash <> $3",
        )
        .bind(shop)
        .bind(id)
        // No hash is empty, so without one to keep all of them go.
        .bind(keep.unwrap_or_default())
        .execute(db)
        .await
        .map(drop)?);
        on_db!(self, |db| sqlx::query(
            "delete from one_time_tokens where member_id = $1 and purpose = 'socket'"
        )
        .bind(id)
        .execute(db)
        .await
        .map(drop)?);
        on_db!(self, |db| sqlx::query(
            "update members set signed_out_at = $3 where shop_id = $1 and id = $2"
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// A member whose way in was opened at `since` and was not ended after it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_member_since(
        &mut self,
        shop: ShopId,
        id: MemberId,
        since: DateTime<Utc>,
    ) -> Result<Option<Member>> {
        let is_in: Option<(MemberId,)> = on_db!(self, |db| sqlx::query_as(
            "select id from members
             where shop_id = $1 and id = $2 and (signed_out_at is null or signed_out_at < $3)",
        )
        .bind(shop)
        .bind(id)
        .bind(since)
        .fetch_optional(db)
        .await?);
        match is_in {
            Some((id,)) => Ok(self.find_member(shop, id).await?.map(|found| found.member)),
            None => Ok(None),
        }
    }
}
