//! One type per id, so that a product's id is never taken for a variant's.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The bare value, for what works on any id.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A shop; every query is scoped by one.
    ShopId,
    /// A person who works for a shop.
    MemberId,
    /// A key with which another program acts for a shop.
    ApiKeyId,
    /// A product of the catalogue.
    ProductId,
    /// One buyable form of a product.
    VariantId,
    /// A picture of a product.
    ImageId,
    /// A live sale.
    ShowId,
    /// An anonymous watching person, made on first contact.
    ViewerId,
    /// A chat message; the client makes it, so that a retry is never a second message.
    MessageId,
    /// A question of a viewer; the client makes it, so that a retry is never a second question.
    QuestionId,
    /// An order, from the reservation on.
    OrderId,
    /// Money on its way back.
    RefundId,
    /// A shoppable link.
    LinkId,
    /// A key with which an overlay watches a shop's shows.
    OverlayKeyId,
    /// A temporary price in a show.
    OfferId,
    /// An invitation to work for a shop.
    InvitationId,
}
