//! The one shape in which HTTP requests are refused (RFC 9457).

use std::borrow::Cow;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::app::Refusal;
use crate::domain::problem::{Code, FieldError};

/// A refused request, ready to be sent.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    /// Where HTTP tells cases apart that clients treat alike.
    status: Option<StatusCode>,
    extra: Map<String, Value>,
}

/// The body of a refusal, for the OpenAPI document.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem, `urn:vetrina:problem:<code>`.
    #[serde(rename = "type")]
    kind: String,
    /// The kind in English.
    title: String,
    /// The HTTP status once more.
    status: u16,
    /// What to change, in English.
    detail: String,
    /// Stable; clients translate it.
    code: Code,
    /// Names this request in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Members that some codes add, such as `checkout_id`.
    #[serde(flatten)]
    #[schema(ignore)]
    extra: Map<String, Value>,
}

impl Problem {
    /// A refusal with a sentence that says what to change.
    pub fn new(code: Code, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            status: None,
            extra: Map::new(),
        }
    }

    /// A single field is at fault.
    pub fn field(pointer: impl Into<String>, code: &'static str) -> Self {
        let mut problem = Self::new(Code::Invalid, "some fields are not valid");
        problem.errors.push(FieldError::new(pointer, code));
        problem
    }

    /// No such thing; the same bytes whether it is missing or another shop's.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is nothing here")
    }

    /// Says when to come back.
    #[must_use]
    pub const fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Answers with another status than the code's usual one.
    #[must_use]
    pub const fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }

    /// Adds a member that a client acts on.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(name.to_owned(), value.into());
        self
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// The response that carries it; the edge calls this with the request's id.
    #[must_use]
    pub fn into_response_for(self, request_id: Option<String>) -> Response {
        let status = self.status.unwrap_or(status(self.code));
        let body = ProblemBody {
            kind: format!("urn:vetrina:problem:{}", self.code),
            title: self.code.as_str().replace('_', " "),
            status: status.as_u16(),
            detail: self.detail.into_owned(),
            code: self.code,
            request_id,
            errors: self.errors,
            extra: self.extra,
        };
        let body = serde_json::to_vec(&body).expect("a problem holds only strings and numbers");
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        if let Some(wait) = self.retry_after {
            let secs = wait.as_millis().div_ceil(1000).max(1);
            let value = HeaderValue::from_str(&secs.to_string()).expect("digits are a header value");
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}

impl IntoResponse for Problem {
    /// Leaves the problem among the extensions, so that the edge can add the request's id.
    fn into_response(self) -> Response {
        let mut response = self.status.unwrap_or(status(self.code)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl<E: Refusal + 'static> From<E> for Problem {
    fn from(error: E) -> Self {
        let code = error.code();
        let detail = match code {
            Code::Internal => {
                tracing::error!(error = &error as &dyn std::error::Error, "a request failed by our fault");
                Cow::Borrowed("something went wrong on our side")
            }
            Code::Unavailable => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the database is away");
                Cow::Borrowed("the database is away for a moment")
            }
            _ => Cow::Owned(error.to_string()),
        };
        Self {
            code,
            detail,
            errors: error.fields(),
            retry_after: error.retry_after(),
            status: None,
            extra: error.members(),
        }
    }
}

/// The HTTP status of each code.
const fn status(code: Code) -> StatusCode {
    match code {
        Code::Malformed | Code::BadRequest | Code::UnknownType | Code::IdempotencyKeyRequired => {
            StatusCode::BAD_REQUEST
        }
        Code::Unauthenticated | Code::WrongCredentials | Code::LinkExpired => StatusCode::UNAUTHORIZED,
        Code::Forbidden | Code::ForeignOrigin | Code::Muted | Code::Banned | Code::LinksNotAllowed => {
            StatusCode::FORBIDDEN
        }
        Code::NotFound | Code::NotInLineup => StatusCode::NOT_FOUND,
        Code::InvitationExpired | Code::InvitationUsed | Code::InvitationRevoked => StatusCode::GONE,
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::Timeout => StatusCode::REQUEST_TIMEOUT,
        Code::Stale => StatusCode::PRECONDITION_FAILED,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::UnknownHost => StatusCode::MISDIRECTED_REQUEST,
        Code::Invalid
        | Code::IdempotencyKeyReused
        | Code::UnknownFormat
        | Code::MissingColumn
        | Code::ExportTooLarge
        | Code::UnreadableImage
        | Code::NameRequired
        | Code::NameReserved => StatusCode::UNPROCESSABLE_ENTITY,
        Code::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
        Code::RateLimited | Code::SlowMode | Code::Duplicate => StatusCode::TOO_MANY_REQUESTS,
        Code::Overloaded | Code::Unavailable | Code::PaymentsUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Code::Conflict
        | Code::IdempotencyInProgress
        | Code::AlreadySetUp
        | Code::EmailTaken
        | Code::LastOwner
        | Code::HandleTaken
        | Code::SlugTaken
        | Code::SkuTaken
        | Code::OptionsTaken
        | Code::LimitReached
        | Code::HasOrders
        | Code::HasReservations
        | Code::StockUnderCommitted
        | Code::IllegalTransition
        | Code::UndoTooLate
        | Code::SoldOut
        | Code::WithdrawalClosed
        | Code::ErasureBlocked
        | Code::NotSelling
        | Code::ProductUnavailable
        | Code::ReservationExists
        | Code::PriceChanged
        | Code::OfferNotReduced
        | Code::OfferRepeated
        | Code::OfferRunning
        | Code::OfferUndoTooLate
        | Code::NotRefundable
        | Code::Disputed
        | Code::OrderNotPaid
        | Code::OrderInReview
        | Code::SealingKeyRequired
        | Code::LiveNeedsHttps
        | Code::LiveNotConfirmed
        | Code::LiveNotReady
        | Code::OrdersUnfinished
        | Code::PaymentKeyRefused
        | Code::PaymentProviderRefused
        | Code::NameTaken
        | Code::ChatLocked
        | Code::ReviewFull
        | Code::MessageSettled
        | Code::QuestionsClosed
        | Code::QuestionsFull
        | Code::QuestionsWaiting
        | Code::QuestionClaimed
        | Code::QuestionSettled
        | Code::Rehearsal
        | Code::ShowNotOpen => StatusCode::CONFLICT,
    }
}
