//! People who work for a shop, and what each may do.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::ids::{MemberId, ShopId};

text_enum! {
    /// What a member is in a shop.
    Role {
        /// May do everything.
        Owner = "owner",
        /// Runs shows and keeps the catalogue.
        Host = "host",
        /// Keeps the chat in order.
        Moderator = "moderator",
    }
}

text_enum! {
    /// One thing that a member or an API key may do; the names are an API key's scopes.
    Permission {
        /// Change products, stock, pictures; import.
        Catalogue = "catalogue",
        /// Make, plan and run shows, pin products.
        Shows = "shows",
        /// Remove messages, mute, ban, slow mode.
        Moderate = "moderate",
        /// See orders and totals.
        Orders = "orders",
        /// Give money back, end reservations.
        Refunds = "refunds",
        /// Members, keys, settings.
        Settings = "settings",
    }
}

impl Role {
    /// What this role may do.
    #[must_use]
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Owner => Permission::ALL,
            Self::Host => &[
                Permission::Catalogue,
                Permission::Shows,
                Permission::Moderate,
                Permission::Orders,
                Permission::Refunds,
            ],
            Self::Moderator => &[Permission::Moderate],
        }
    }

    /// Whether this role may do it.
    #[must_use]
    pub fn may(self, permission: Permission) -> bool {
        self.permissions().contains(&permission)
    }
}

/// A person of a shop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Identity.
    pub id: MemberId,
    /// The shop worked for.
    pub shop_id: ShopId,
    /// Name for signing in.
    pub email: String,
    /// Name shown in chat.
    pub name: String,
    /// What the member is.
    pub role: Role,
    /// When the membership began.
    pub created_at: DateTime<Utc>,
}

/// A member as the studio shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MemberView {
    /// Identity.
    pub id: MemberId,
    /// Name shown in chat.
    pub name: String,
    /// Name for signing in.
    pub email: String,
    /// What the member is.
    pub role: Role,
}

impl From<&Member> for MemberView {
    fn from(member: &Member) -> Self {
        Self { id: member.id, name: member.name.clone(), email: member.email.clone(), role: member.role }
    }
}
