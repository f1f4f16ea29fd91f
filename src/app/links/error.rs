//! Why something about a link or an overlay did not happen.

use std::time::Duration;

use crate::app::{Forbidden, Invalid, Refusal};
use crate::domain::problem::{Code, FieldError};
use crate::storage;

/// Why something about a link or an overlay did not happen.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// No such link, overlay, show or product in this shop.
    #[error("there is nothing here")]
    NotFound,
    /// The shop has as many links or overlays as it may.
    #[error("the shop has as many of these as it may")]
    TooMany,
    /// No free code was found in several tries.
    #[error("no free code was found")]
    NoCode,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for LinkError {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::NotFound,
            Self::TooMany => Code::LimitReached,
            Self::NoCode => Code::Internal,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        match self {
            Self::Invalid(error) => error.fields(),
            _ => Vec::new(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}
