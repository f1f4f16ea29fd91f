//! Who asks, and what they may do.

use crate::domain::ids::{ApiKeyId, MemberId, ShopId};
use crate::domain::member::{Permission, Role};

/// A member or an API key that acts for a shop; made by authentication only.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The shop acted for; every use case is scoped by it.
    pub shop: ShopId,
    /// Who acts.
    pub holder: Holder,
    permissions: Vec<Permission>,
}

/// Who stands behind a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A person, signed in.
    Member {
        /// Identity.
        id: MemberId,
        /// What the member is in the shop.
        role: Role,
        /// Name shown in chat.
        name: String,
    },
    /// A program.
    Key {
        /// Identity.
        id: ApiKeyId,
        /// Name the shop gave it.
        name: String,
    },
}

/// The caller may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this needs the permission {0}")]
pub struct Forbidden(pub Permission);

impl Caller {
    /// A signed-in member.
    #[must_use]
    pub fn member(shop: ShopId, id: MemberId, role: Role, name: String) -> Self {
        Self { shop, holder: Holder::Member { id, role, name }, permissions: role.permissions().to_vec() }
    }

    /// An API key with its scopes.
    #[must_use]
    pub fn key(shop: ShopId, id: ApiKeyId, name: String, permissions: Vec<Permission>) -> Self {
        Self { shop, holder: Holder::Key { id, name }, permissions }
    }

    /// What the caller may do.
    #[must_use]
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// Goes on only when the caller may do it.
    ///
    /// # Errors
    /// Names the missing permission.
    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        if self.permissions.contains(&permission) { Ok(()) } else { Err(Forbidden(permission)) }
    }

    /// How the audit log names the caller.
    #[must_use]
    pub fn audit_name(&self) -> String {
        match &self.holder {
            Holder::Member { id, .. } => format!("member:{id}"),
            Holder::Key { id, .. } => format!("key:{id}"),
        }
    }
}
