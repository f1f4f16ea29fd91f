//! Invitations to a shop; their secrets are stored as hashes only.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::{InvitationId, MemberId, ShopId};
use crate::domain::invitation::{Invitation, InvitationState};
use crate::domain::member::Role;

/// An invitation with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredInvitation {
    /// As the shop made it.
    pub invitation: Invitation,
    /// Whether it can still be accepted, and if not, why.
    pub state: InvitationState,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: InvitationId,
    shop_id: ShopId,
    role: Role,
    email: Option<String>,
    invited_by: MemberId,
    inviter_name: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<InvitationRow> for Invitation {
    fn from(row: InvitationRow) -> Self {
        let InvitationRow {
            id, shop_id, role, email, invited_by, inviter_name, created_at, expires_at, ..
        } = row;
        Self { id, shop_id, role, email, invited_by, inviter_name, created_at, expires_at }
    }
}

impl Tx {
    /// Keeps an invitation unless the shop has `most` that are open. False means that it has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_invitation(
        &mut self,
        invitation: &Invitation,
        token_hash: &[u8],
        most: i64,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into invitations
                 (id, shop_id, role, email, token_hash, invited_by, inviter_name, created_at, expires_at)
             select $1, $2, $3, $4, $5, $6, $7, $8, $9
             where (select count(*) from invitations where shop_id = $2 and accepted_at is null
                 and revoked_at is null and expires_at > $8) < $10",
        )
        .bind(invitation.id)
        .bind(invitation.shop_id)
        .bind(invitation.role)
        .bind(invitation.email.as_deref())
        .bind(token_hash)
        .bind(invitation.invited_by)
        .bind(&invitation.inviter_name)
        .bind(invitation.created_at)
        .bind(invitation.expires_at)
        .bind(most)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// The invitations of a shop that can be accepted, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_open_invitations(
        &mut self,
        shop: ShopId,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Invitation>> {
        let rows: Vec<InvitationRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, role, email, invited_by, inviter_name, created_at, expires_at,
                 accepted_at, revoked_at
             from invitations
             where shop_id = $1 and accepted_at is null and revoked_at is null and expires_at > $2
             order by id desc limit $3",
        )
        .bind(shop)
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?);
        Ok(rows.into_iter().map(Invitation::from).collect())
    }

    /// The invitation with this token and what became of it; the token alone names the shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_invitation(
        &mut self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<StoredInvitation>> {
        let row: Option<InvitationRow> = on_db!(self, |db| sqlx::query_as(
            "select id, shop_id, role, email, invited_by, inviter_name, created_at, expires_at,
                 accepted_at, revoked_at
             from invitations where token_hash = $1",
        )
        .bind(token_hash)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|row| {
            let state = InvitationState::of(row.accepted_at, row.revoked_at, row.expires_at, now);
            StoredInvitation { invitation: row.into(), state }
        }))
    }

    /// Uses an invitation up: of several who try at once only one gets it.
    ///
    /// # Errors
    /// When the database fails; `None` when it cannot be accepted any more.
    pub async fn accept_invitation(
        &mut self,
        token_hash: &[u8],
        now: DateTime<Utc>,
    ) -> Result<Option<Invitation>> {
        let row: Option<InvitationRow> = on_db!(self, |db| sqlx::query_as(
            "update invitations set accepted_at = $2, email = null
             where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2
             returning id, shop_id, role, email, invited_by, inviter_name, created_at, expires_at,
                 accepted_at, revoked_at",
        )
        .bind(token_hash)
        .bind(now)
        .fetch_optional(db)
        .await?);
        Ok(row.map(Invitation::from))
    }

    /// Takes an invitation back. False means that there was none to take back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitation(
        &mut self,
        shop: ShopId,
        id: InvitationId,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update invitations set revoked_at = $3, email = null
             where shop_id = $1 and id = $2 and accepted_at is null and revoked_at is null",
        )
        .bind(shop)
        .bind(id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Takes back whatever invitations a member has out, so that nobody comes in by somebody who left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_invitations_of(
        &mut self,
        shop: ShopId,
        member: MemberId,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update invitations set revoked_at = $3, email = null
             where shop_id = $1 and invited_by = $2 and accepted_at is null and revoked_at is null",
        )
        .bind(shop)
        .bind(member)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Forgets invitations that ended before `until`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_old_invitations(&mut self, until: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("delete from invitations where expires_at <= $1")
            .bind(until)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }
}
