//! Members, their sessions, one-time links and API keys; secrets are stored as hashes only.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Result, Tx, on_db};
use crate::domain::column::text_enum;
use crate::domain::ids::{ApiKeyId, MemberId, ShopId, ShowId};
use crate::domain::member::{Member, Permission, Role};

text_enum! {
    /// What a one-time token opens.
    TokenPurpose {
        /// The set-up page of a fresh installation.
        Setup = "setup",
        /// A session for one member.
        SignIn = "sign_in",
        /// One socket of one member.
        Socket = "socket",
    }
}

/// A token that works once.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OneTimeToken {
    /// Whom it signs in.
    pub member_id: Option<MemberId>,
    /// The show a socket ticket is for.
    pub show_id: Option<ShowId>,
}

/// A member with what signing in needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who it is.
    pub member: Member,
    /// Argon2id in PHC form; none until a password was set.
    pub password_hash: Option<String>,
}

/// An API key as it is checked.
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// Identity.
    pub id: ApiKeyId,
    /// The shop acted for.
    pub shop_id: ShopId,
    /// Name the shop gave it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Permission>,
}

#[derive(sqlx::FromRow)]
struct MemberRow {
    id: MemberId,
    shop_id: ShopId,
    email: String,
    name: String,
    role: Role,
    password_hash: Option<String>,
    created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: ApiKeyId,
    shop_id: ShopId,
    name: String,
    scopes: Json<Vec<Permission>>,
}

impl MemberRow {
    fn into_credentials(self) -> Credentials {
        let Self { id, shop_id, email, name, role, password_hash, created_at } = self;
        Credentials { member: Member { id, shop_id, email, name, role, created_at }, password_hash }
    }
}

impl Tx {
    /// Adds a member. False means that the e-mail address is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_member(&mut self, member: &Member, password_hash: Option<&str>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into members (id, shop_id, email, name, role, password_hash, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
        )
        .bind(member.id)
        .bind(member.shop_id)
        .bind(&member.email)
        .bind(&member.name)
        .bind(member.role)
        .bind(password_hash)
        .bind(member.created_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The member who signs in with this address, in lower case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_credentials(&mut self, email: &str) -> Result<Option<Credentials>> {
        let row: Option<MemberRow> = on_db!(self, |db| {
            sqlx::query_as(
            "select id, shop_id, email, name, role, password_hash, created_at from members where email = $1",
        )
        .bind(email)
        .fetch_optional(db)
        .await?
        });
        Ok(row.map(MemberRow::into_credentials))
    }

    /// A member by id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_member(&mut self, shop: ShopId, id: MemberId) -> Result<Option<Credentials>> {
        let row: Option<MemberRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, email, name, role, password_hash, created_at
             from members where shop_id = $1 and id = $2",
        )
        .bind(shop)
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(MemberRow::into_credentials))
    }

    /// A member by id alone, for tokens that name nothing else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_member_anywhere(&mut self, id: MemberId) -> Result<Option<Member>> {
        let row: Option<MemberRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, email, name, role, password_hash, created_at from members where id = $1",
        )
        .bind(id)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|row| row.into_credentials().member))
    }

    /// All members of a shop, the oldest first; a shop has a handful.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_members(&mut self, shop: ShopId) -> Result<Vec<Member>> {
        let rows: Vec<MemberRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, email, name, role, password_hash, created_at
             from members where shop_id = $1 order by id limit 1000",
        )
        .bind(shop)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(|row| row.into_credentials().member).collect())
    }

    /// Sets a member's password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password_hash(&mut self, shop: ShopId, id: MemberId, hash: &str) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update members set password_hash = $3 where shop_id = $1 and id = $2"
        )
        .bind(shop)
        .bind(id)
        .bind(hash)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Opens a session for a member. False means that the member left meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_session(
        &mut self,
        member: &Member,
        token_hash: &[u8],
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(
            self,
            "insert into member_sessions (token_hash, shop_id, member_id, created_at, expires_at)
             select $1, shop_id, id, $4, $5 from members where shop_id = $2 and id = $3",
            "insert into member_sessions (token_hash, shop_id, member_id, created_at, expires_at)
             select $1, shop_id, id, $4, $5 from members where shop_id = $2 and id = $3 for key share",
            |sql, db| sqlx::query(sql)
                .bind(token_hash)
                .bind(member.shop_id)
                .bind(member.id)
                .bind(now)
                .bind(expires_at)
                .execute(db)
                .await?
                .rows_affected()
        );
        Ok(rows == 1)
    }

    /// The member whose session this is, unless it has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session_member(
        &mut self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<Member>> {
        let row: Option<MemberRow> = on_db!(self, |db| sqlx::query_as(
            "select m.id, m.shop_id, m.email, m.name, m.role, m.password_hash, m.created_at
             from member_sessions s join members m on m.shop_id = s.shop_id and m.id = s.member_id
             where s.token_hash = $1 and s.expires_at > $2",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|row| row.into_credentials().member))
    }

    /// Ends one session; tells whose it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_session(&mut self, token_hash: &[u8]) -> Result<Option<(ShopId, MemberId)>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "delete from member_sessions where token_hash = $1 returning shop_id, member_id",
        )
        .bind(token_hash)
        .fetch_optional(db)
        .await?))
    }

    /// Drops sessions and one-time tokens whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_expired_tokens(&mut self, now: DateTime<Utc>) -> Result<()> {
        for sql in [
            "delete from member_sessions where expires_at <= $1",
            "delete from one_time_tokens where expires_at <= $1",
        ] {
            on_db!(self, |db| sqlx::query(sql).bind(now).execute(db).await.map(drop)?);
        }
        Ok(())
    }

    /// Keeps a one-time token until it is used or expires.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_one_time_token(
        &mut self,
        purpose: TokenPurpose,
        token_hash: &[u8],
        opens: &OneTimeToken,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into one_time_tokens (token_hash, purpose, member_id, show_id, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(token_hash)
        .bind(purpose)
        .bind(opens.member_id)
        .bind(opens.show_id)
        .bind(expires_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Uses up a token: only the first caller gets what it opens.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_one_time_token(
        &mut self,
        purpose: TokenPurpose,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<OneTimeToken>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "delete from one_time_tokens where token_hash = $1 and purpose = $2 and expires_at > $3
             returning member_id, show_id",
        )
        .bind(token_hash)
        .bind(purpose)
        .bind(now)
        .fetch_optional(db)
        .await?))
    }

    /// Adds an API key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_api_key(
        &mut self,
        key: &ApiKey,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into api_keys (id, shop_id, name, token_hash, scopes, created_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.id)
        .bind(key.shop_id)
        .bind(&key.name)
        .bind(token_hash)
        .bind(Json(&key.scopes))
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// The key with this token, unless it was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_api_key(&mut self, token_hash: &[u8]) -> Result<Option<ApiKey>> {
        let row: Option<ApiKeyRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, name, scopes from api_keys where token_hash = $1 and revoked_at is null",
        )
        .bind(token_hash)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|row| ApiKey { id: row.id, shop_id: row.shop_id, name: row.name, scopes: row.scopes.0 }))
    }

    /// Makes a key useless. False means that there was none to revoke.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_api_key(&mut self, shop: ShopId, id: ApiKeyId, now: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update api_keys set revoked_at = $3 where shop_id = $1 and id = $2 and revoked_at is null",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }
}
