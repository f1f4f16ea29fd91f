//! Invitations: a link with a secret, told once, that makes one member.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{MemberError, require_owner, require_person};
use crate::app::sessions::{EMAIL_CHARS_MAX, SignInError, SignedIn, check_password, hash_token, is_email};
use crate::app::{App, Caller, Invalid};
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{
    INVITATION_DAYS, Invitation, InvitationState, MEMBERS_MAX, OPEN_INVITATIONS_MAX,
};
use crate::domain::member::{Member, Role};
use crate::domain::text;
use crate::storage::{self, Tx};

/// Whom a shop wants to invite.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// What the invited person becomes.
    pub role: Role,
    /// Where the link is sent, when mail is configured; the invited may sign in with another address.
    pub email: Option<String>,
}

/// Who accepts an invitation.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// The secret of the link.
    pub token: String,
    /// Name shown in chat.
    pub name: String,
    /// Name for signing in.
    pub email: String,
    /// At least eight characters.
    pub password: String,
}

/// What became of the mail with a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InvitationMail {
    /// No address was given.
    NotAsked,
    /// No mail server is configured; the link has to be sent by hand.
    NotConfigured,
    /// The mail server took it.
    Sent,
    /// The mail server did not take it; the link has to be sent by hand.
    Failed,
}

/// An invitation that was just made.
#[derive(Debug)]
pub struct MadeInvitation {
    /// As it is kept.
    pub invitation: Invitation,
    /// The link, which is told this once.
    pub url: String,
    /// What became of the mail.
    pub mail: InvitationMail,
}

/// What an invited person is told before deciding.
#[derive(Debug)]
pub struct Welcome {
    /// The invitation.
    pub invitation: Invitation,
    /// The shop that invites.
    pub shop_name: String,
    /// Its colour.
    pub brand_colour: String,
}

impl App {
    /// Invites somebody; the link is told once and mailed where an address and a mail server are there.
    ///
    /// # Errors
    /// Names the field at fault, or that the shop has as many invitations out as it may.
    pub async fn invite(&self, caller: &Caller, new: &NewInvitation) -> Result<MadeInvitation, MemberError> {
        let (invited_by, inviter_name) = require_person(caller)?;
        let email = new.email.as_deref().map(check_email).transpose()?;
        let token = self.new_token();
        let created_at = self.clock().now();
        let invitation = Invitation {
            id: self.clock().uuid().into(),
            shop_id: caller.shop,
            role: new.role,
            email,
            invited_by,
            inviter_name: inviter_name.to_owned(),
            created_at,
            expires_at: created_at + TimeDelta::days(INVITATION_DAYS),
        };
        let mut tx = self.db().write().await?;
        require_owner(&mut tx, caller, None).await?;
        if tx.count_members(caller.shop).await? >= MEMBERS_MAX
            || !tx.insert_invitation(&invitation, &hash_token(&token), OPEN_INVITATIONS_MAX).await?
        {
            return Err(MemberError::TooMany);
        }
        let detail = serde_json::json!({ "role": invitation.role });
        self.audit(&mut tx, caller, "invitation.create", &invitation.id.to_string(), detail).await?;
        tx.commit().await?;
        let url = format!("{}/invitation#token={token}", self.public_url());
        let mail = self.mail_invitation(&invitation, &url).await?;
        Ok(MadeInvitation { invitation, url, mail })
    }

    /// The invitations of the caller's shop that can be accepted, newest first.
    ///
    /// # Errors
    /// Refuses callers who may not change settings, and API keys.
    pub async fn list_invitations(&self, caller: &Caller) -> Result<Vec<Invitation>, MemberError> {
        require_person(caller)?;
        let mut tx = self.db().read().await?;
        Ok(tx.list_open_invitations(caller.shop, self.clock().now(), OPEN_INVITATIONS_MAX).await?)
    }

    /// Takes an invitation back; its link lets nobody in any more.
    ///
    /// # Errors
    /// When there is none to take back.
    pub async fn revoke_invitation(&self, caller: &Caller, id: InvitationId) -> Result<(), MemberError> {
        let mut tx = self.db().write().await?;
        require_owner(&mut tx, caller, None).await?;
        if !tx.revoke_invitation(caller.shop, id, self.clock().now()).await? {
            return Err(MemberError::NotFound);
        }
        let nothing = serde_json::json!({});
        self.audit(&mut tx, caller, "invitation.revoke", &id.to_string(), nothing).await?;
        Ok(tx.commit().await?)
    }

    /// Who invites whom, for whoever holds the link.
    ///
    /// # Errors
    /// When the invitation is unknown or cannot be accepted any more.
    pub async fn find_welcome(&self, token: &str) -> Result<Welcome, MemberError> {
        let mut tx = self.db().read().await?;
        let invitation = self.find_open(&mut tx, token).await?;
        let shop = tx.find_shop(invitation.shop_id).await?.ok_or(MemberError::NotFound)?;
        Ok(Welcome { invitation, shop_name: shop.name, brand_colour: shop.brand_colour })
    }

    /// Makes a member of whoever holds the link, and signs that member in.
    ///
    /// Of several who try at once only one comes in.
    ///
    /// # Errors
    /// When the invitation cannot be accepted any more, a field is not allowed, or the shop is full.
    pub async fn accept_invitation(&self, new: &NewMember) -> Result<SignedIn, MemberError> {
        let mut tx = self.db().read().await?;
        // Looked at first, so that a made-up link costs no hashing.
        let open = self.find_open(&mut tx, &new.token).await?;
        drop(tx);
        let member = self.new_member(open.shop_id, open.role, &new.name, &new.email, "")?;
        check_password(&new.password, "/password")?;
        let hash = self.hash_password(&new.password).await?;
        let mut tx = self.db().write().await?;
        // With the owners locked, an inviter who is just being removed takes the link along.
        tx.lock_owners(open.shop_id, None).await?;
        if tx.accept_invitation(&hash_token(&new.token), self.clock().now()).await?.is_none() {
            let state = self.find_open(&mut tx, &new.token).await;
            return Err(state.err().unwrap_or(MemberError::Expired));
        }
        if !tx.insert_invited_member(&member, &hash, MEMBERS_MAX).await? {
            let is_full = tx.count_members(open.shop_id).await? >= MEMBERS_MAX;
            return Err(if is_full { MemberError::TooMany } else { SignInError::EmailTaken.into() });
        }
        self.audit_joined(&mut tx, &member, &open).await?;
        tx.commit().await?;
        Ok(self.open_session(member).await?)
    }

    async fn audit_joined(&self, tx: &mut Tx, member: &Member, open: &Invitation) -> storage::Result<()> {
        let caller = crate::app::sessions::member_caller(member);
        let detail = serde_json::json!({ "role": member.role, "invited_by": open.invited_by });
        self.audit(tx, &caller, "invitation.accept", &open.id.to_string(), detail).await
    }

    /// The invitation behind a token, as long as it can be accepted.
    async fn find_open(&self, tx: &mut Tx, token: &str) -> Result<Invitation, MemberError> {
        let found = tx.find_invitation(&hash_token(token), self.clock().now()).await?;
        let found = found.ok_or(MemberError::NotFound)?;
        match found.state {
            InvitationState::Open => Ok(found.invitation),
            InvitationState::Used => Err(MemberError::Used),
            InvitationState::Revoked => Err(MemberError::Revoked),
            InvitationState::Expired => Err(MemberError::Expired),
        }
    }
}

fn check_email(email: &str) -> Result<String, Invalid> {
    let email = text::line(email, EMAIL_CHARS_MAX).unwrap_or_default().to_lowercase();
    if is_email(&email) { Ok(email) } else { Err(Invalid::field("/email", "not_an_email")) }
}
