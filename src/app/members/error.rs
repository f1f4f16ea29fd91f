//! Why members, invitations and accounts were not changed.

use std::time::Duration;

use crate::app::sessions::SignInError;
use crate::app::{Forbidden, Invalid, Refusal};
use crate::domain::problem::{Code, FieldError};
use crate::storage;

/// Why members, invitations and accounts were not changed.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// No such member or invitation.
    #[error("there is nothing here")]
    NotFound,
    /// Nobody would own the shop.
    #[error("a shop keeps one owner at least; make somebody else an owner first")]
    LastOwner,
    /// The shop has as many members, or invitations out, as it may.
    #[error("the shop has as many as it may have")]
    TooMany,
    /// The invitation's week is over.
    #[error("this invitation is too old; ask for another one")]
    Expired,
    /// Somebody joined with the invitation.
    #[error("this invitation was used already")]
    Used,
    /// The shop took the invitation back.
    #[error("this invitation was taken back")]
    Revoked,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Signing in, or the password, was refused.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for MemberError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::LastOwner => Code::LastOwner,
            Self::TooMany => Code::LimitReached,
            Self::Expired => Code::InvitationExpired,
            Self::Used => Code::InvitationUsed,
            Self::Revoked => Code::InvitationRevoked,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::SignIn(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            Self::SignIn(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::SignIn(error) => error.retry_after(),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}
