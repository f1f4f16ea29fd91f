//! What every use-case error can tell the edge.

use std::time::Duration;

use super::Forbidden;
use crate::domain::problem::{Code, FieldError};
use crate::storage;

/// A refusal or failure of a use case, told without HTTP.
///
/// `Display` is what the caller may read, unless the code says that it is our fault.
pub trait Refusal: std::error::Error {
    /// The stable code.
    fn code(&self) -> Code;

    /// The fields at fault.
    fn fields(&self) -> Vec<FieldError> {
        Vec::new()
    }

    /// When it may work.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// Further members that a client acts on, such as the id of what is in the way.
    fn members(&self) -> serde_json::Map<String, serde_json::Value> {
        serde_json::Map::new()
    }
}

impl Refusal for Forbidden {
    fn code(&self) -> Code {
        Code::Forbidden
    }
}

impl Refusal for storage::Error {
    fn code(&self) -> Code {
        if self.is_unavailable() { Code::Unavailable } else { Code::Internal }
    }

    fn retry_after(&self) -> Option<Duration> {
        self.is_unavailable().then_some(Duration::from_secs(2))
    }
}

/// One or more fields have values that are not allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("some fields are not valid")]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    /// A single field.
    #[must_use]
    pub fn field(pointer: impl Into<String>, code: &'static str) -> Self {
        Self(vec![FieldError::new(pointer, code)])
    }

    /// Notes a field and goes on, so that one answer names all of them.
    pub fn push(&mut self, pointer: impl Into<String>, code: &'static str) {
        self.0.push(FieldError::new(pointer, code));
    }

    /// Ends the checks.
    ///
    /// # Errors
    /// When a field was noted.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl Refusal for Invalid {
    fn code(&self) -> Code {
        Code::Invalid
    }

    fn fields(&self) -> Vec<FieldError> {
        self.0.clone()
    }
}
