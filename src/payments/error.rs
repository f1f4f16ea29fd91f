//! What may come of asking the provider: above all, whether anything was done.

use std::fmt;

use crate::domain::payment_account::PauseReason;

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It refused; nothing was done and a repetition would be refused too.
    #[error("the payment provider refused: {0}")]
    Definite(ApiError),
    /// The session is paid or closed already.
    #[error("the checkout session is not open: {0}")]
    NotOpen(ApiError),
    /// One key was used for two different requests: a bug of ours.
    #[error("the idempotency key was used for another request: {0}")]
    KeyMisused(ApiError),
    /// It failed, keeps this failure and repeats it for the key; whether anything was done is unknown.
    #[error("the payment provider repeats a failure it has stored: {0}")]
    StoredFailure(ApiError),
    /// No answer, or none that says what happened; the same request may be repeated.
    #[error("the payment provider gave no usable answer: {0}")]
    Unknown(String),
}

impl ProviderError {
    /// The provider took too long.
    pub(super) fn no_answer_in_time() -> Self {
        Self::Unknown("no answer in time".to_owned())
    }

    /// Why the key itself is of no use, if that is what the provider says.
    #[must_use]
    pub fn key_fault(&self) -> Option<PauseReason> {
        let Self::Definite(error) = self else { return None };
        error.key_fault()
    }
}

/// A refusal in the provider's own words; unknown codes pass as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
pub struct ApiError {
    /// HTTP status.
    #[serde(skip)]
    pub status: u16,
    /// It was given before, for the same idempotency key.
    #[serde(skip)]
    pub is_replay: bool,
    /// Such as `invalid_request_error`.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Such as `amount_too_small`.
    #[serde(default)]
    pub code: Option<String>,
    /// For the shop, not for buyers.
    #[serde(default)]
    pub message: Option<String>,
    /// The parameter at fault.
    #[serde(default)]
    pub param: Option<String>,
}

impl ApiError {
    /// Reads the provider's error object; an unreadable one keeps its status.
    #[must_use]
    pub fn parse(status: u16, body: &[u8]) -> Self {
        #[derive(serde::Deserialize)]
        struct Body {
            error: ApiError,
        }
        let parsed = serde_json::from_slice::<Body>(body).map(|body| body.error).unwrap_or_default();
        Self { status, ..parsed }
    }

    /// Whether it refuses the key and not what was asked; with another key it may be granted.
    #[must_use]
    pub fn is_about_the_key(&self) -> bool {
        self.key_fault().is_some()
    }

    fn key_fault(&self) -> Option<PauseReason> {
        match (self.status, self.code.as_deref()) {
            (401, _) => Some(PauseReason::KeyRefused),
            (403, Some("account_invalid")) => Some(PauseReason::AccountRefused),
            _ => None,
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.code.as_deref().unwrap_or("-");
        let param = self.param.as_deref().unwrap_or("-");
        let message = self.message.as_deref().unwrap_or_default();
        write!(f, "{} {} code={code} param={param} {message}", self.status, self.kind)
    }
}

impl From<ApiError> for ProviderError {
    fn from(error: ApiError) -> Self {
        match error.status {
            // Somebody else uses the key at this moment, or too many ask: nothing is decided.
            409 | 429 => Self::Unknown(error.to_string()),
            _ if error.kind == "idempotency_error" => Self::KeyMisused(error),
            400..=499 => Self::Definite(error),
            500..=599 if error.is_replay => Self::StoredFailure(error),
            _ => Self::Unknown(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_client_error_is_definite() {
        let definite = |status: u16, kind: &str| {
            let body = serde_json::json!({ "error": { "type": kind } }).to_string();
            matches!(
                ProviderError::from(ApiError::parse(status, body.as_bytes())),
                ProviderError::Definite(_)
            )
        };
        assert!(definite(400, "invalid_request_error"));
        assert!(definite(402, "card_error"));
        assert!(definite(401, "invalid_request_error"));
        assert!(!definite(409, "invalid_request_error"));
        assert!(!definite(429, "rate_limit_error"));
        assert!(!definite(500, "api_error"));
        assert!(!definite(400, "idempotency_error"));
    }

    #[test]
    fn a_failure_is_stored_only_when_the_provider_says_so() {
        let failed = ApiError::parse(500, b"{}");
        assert!(matches!(ProviderError::from(failed.clone()), ProviderError::Unknown(_)));
        let stored = ProviderError::from(ApiError { is_replay: true, ..failed });
        assert!(matches!(stored, ProviderError::StoredFailure(_)));
        let refused = ApiError { is_replay: true, ..ApiError::parse(400, b"{}") };
        assert!(matches!(ProviderError::from(refused), ProviderError::Definite(_)));
    }

    #[test]
    fn unreadable_errors_keep_their_status() {
        let error = ApiError::parse(400, b"<html>");
        assert_eq!((error.status, error.kind.as_str()), (400, ""));
    }
}
