//! Answers of the sandbox's interface, in Stripe's shapes.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// An answer that can be kept and given again.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    /// Whether it repeats the answer to an earlier request.
    pub is_replay: bool,
}

impl Answer {
    pub fn ok(object: &Value) -> Self {
        Self { status: 200, body: object.to_string().into_bytes(), is_replay: false }
    }

    /// Refusals of bad input are forgotten, so that a repaired request may use the same key.
    pub const fn is_kept(&self) -> bool {
        self.status < 400
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], self.body).into_response();
        if self.is_replay {
            let replayed = axum::http::HeaderValue::from_static("true");
            response.headers_mut().insert("idempotent-replayed", replayed);
        }
        response
    }
}

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl Refusal {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, param: None, message: message.into() }
    }

    pub fn bad_key() -> Self {
        Self::new(401, "invalid_request_error", "The API key is not the one of this sandbox.")
    }

    pub fn unknown_address(path: &str) -> Self {
        Self::new(404, "invalid_request_error", format!("Unrecognized request URL ({path})."))
    }

    pub fn missing(object: &str, id: &str) -> Self {
        let message = format!("No such {object}: '{id}'");
        Self::new(404, "invalid_request_error", message).code("resource_missing").param("id")
    }

    pub fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self::new(400, "invalid_request_error", message).param(param)
    }

    pub fn unknown_parameter(param: &str) -> Self {
        let message = format!("Received unknown parameter: {param}");
        Self::new(400, "invalid_request_error", message).code("parameter_unknown").param(param)
    }

    pub fn not_open(status: &str) -> Self {
        let message = format!(
            "Only Checkout Sessions with a status in [\"open\"] can be expired. \
             This Checkout Session has a status of `{status}`."
        );
        Self::new(400, "invalid_request_error", message)
    }

    pub fn not_active() -> Self {
        let message = "This Checkout Session is no longer active.";
        Self::invalid("id", message).code("checkout_not_active_session")
    }

    /// What the page was asked does not fit how the session stands.
    pub fn out_of_place() -> Self {
        Self::new(400, "invalid_request_error", "This cannot happen to the session as it stands.")
    }

    pub fn already_refunded(payment: &str) -> Self {
        let message = format!("Payment {payment} has already been refunded.");
        Self::new(400, "invalid_request_error", message).code("charge_already_refunded")
    }

    pub fn disputed(payment: &str) -> Self {
        let message = format!("Payment {payment} has been charged back; cannot issue a refund.");
        Self::new(400, "invalid_request_error", message).code("charge_disputed")
    }

    pub fn declined() -> Self {
        Self::new(402, "card_error", "The card was declined.").code("card_declined")
    }

    pub fn key_reused() -> Self {
        let message = "Keys for idempotent requests can only be used with the same parameters \
                       they were first used with.";
        Self::new(400, "idempotency_error", message)
    }

    pub fn key_in_use() -> Self {
        let message = "Another request with this idempotency key is running.";
        Self::new(409, "invalid_request_error", message).code("idempotency_key_in_use")
    }

    pub fn failure() -> Self {
        Self::new(500, "api_error", "The sandbox could not reach its database.")
    }

    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }

    fn param(mut self, param: &str) -> Self {
        self.param = Some(param.to_owned());
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let error = json!({
            "error": {
                "type": refusal.kind,
                "code": refusal.code,
                "param": refusal.param,
                "message": refusal.message,
            }
        });
        Self { status: refusal.status, body: error.to_string().into_bytes(), is_replay: false }
    }
}
