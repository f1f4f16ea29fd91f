//! Who works for a shop and as what; people alone change that, no API key does.
//!
//! Each change locks the shop's owners first, so that two who act at once do so one after the other.
//! Invariant: a shop has an owner, and nobody who lost the right to invite has invitations out.

mod account;
mod error;
mod invitations;

pub use self::error::MemberError;
pub use self::invitations::{InvitationMail, MadeInvitation, NewInvitation, NewMember, Welcome};

use super::{App, Caller, Forbidden, Holder};
use crate::domain::ids::MemberId;
use crate::domain::member::{Member, Permission, Role};
use crate::storage::Tx;

impl App {
    /// The members of the caller's shop, the oldest first.
    ///
    /// # Errors
    /// Refuses callers who may not change settings, and API keys.
    pub async fn list_members(&self, caller: &Caller) -> Result<Vec<Member>, MemberError> {
        require_person(caller)?;
        Ok(self.db().read().await?.list_members(caller.shop).await?)
    }

    /// Gives a member another role; it holds at once, also in open sockets.
    ///
    /// Who does not own the shop any more has no invitations out.
    ///
    /// # Errors
    /// When there is no such member, or nobody would own the shop.
    pub async fn change_role(
        &self,
        caller: &Caller,
        id: MemberId,
        role: Role,
    ) -> Result<Member, MemberError> {
        let mut tx = self.db().write().await?;
        require_owner(&mut tx, caller, Some(id)).await?;
        let found = tx.find_member(caller.shop, id).await?.ok_or(MemberError::NotFound)?.member;
        if found.role == role {
            return Ok(found);
        }
        if !tx.set_member_role(caller.shop, id, role).await? {
            return Err(MemberError::LastOwner);
        }
        if role != Role::Owner {
            tx.revoke_invitations_of(caller.shop, id, self.clock().now()).await?;
        }
        let detail = serde_json::json!({ "from": found.role, "to": role });
        self.audit(&mut tx, caller, "member.role", &id.to_string(), detail).await?;
        tx.commit().await?;
        self.tell_member(caller.shop, id);
        Ok(Member { role, ..found })
    }

    /// Removes a member: sessions and sockets end at once, and invitations the member has out.
    ///
    /// # Errors
    /// When there is no such member, or nobody would own the shop.
    pub async fn remove_member(&self, caller: &Caller, id: MemberId) -> Result<(), MemberError> {
        let mut tx = self.db().write().await?;
        require_owner(&mut tx, caller, Some(id)).await?;
        let found = tx.find_member(caller.shop, id).await?.ok_or(MemberError::NotFound)?.member;
        if !tx.delete_member(caller.shop, id).await? {
            return Err(MemberError::LastOwner);
        }
        tx.revoke_invitations_of(caller.shop, id, self.clock().now()).await?;
        let detail = serde_json::json!({ "role": found.role });
        self.audit(&mut tx, caller, "member.remove", &id.to_string(), detail).await?;
        tx.commit().await?;
        self.tell_member(caller.shop, id);
        Ok(())
    }
}

/// Goes on only for a person who may change settings: a key that made members would be worth more
/// than its scopes.
fn require_person(caller: &Caller) -> Result<(MemberId, &str), Forbidden> {
    caller.require(Permission::Settings)?;
    match &caller.holder {
        Holder::Member { id, name, .. } => Ok((*id, name)),
        Holder::Key { .. } => Err(Forbidden(Permission::Settings)),
    }
}

/// Locks the owners, and goes on only when the caller still is one of them.
async fn require_owner(tx: &mut Tx, caller: &Caller, with: Option<MemberId>) -> Result<(), MemberError> {
    let (me, _) = require_person(caller)?;
    let owners = tx.lock_owners(caller.shop, with).await?;
    if owners.contains(&me) { Ok(()) } else { Err(Forbidden(Permission::Settings).into()) }
}
