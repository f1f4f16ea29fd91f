//! The account behind the stand-in: what its keys may do, its endpoints, its state.

use reqwest::Method;
use serde_json::{Value, json};
use vetrina::payments::checks::{EVENTS_NEEDED, api_version};

use super::stand_in::Call;

/// What the stand-in knows of its account; by default everything is well.
pub struct StripeAccount {
    /// Keys that are not taken.
    pub refused_keys: Vec<String>,
    /// Keys of another account, which knows none of the sessions.
    pub foreign_keys: Vec<String>,
    /// Paths that need a permission which restricted keys lack.
    pub missing: Vec<&'static str>,
    /// What the account says of itself.
    pub account: Value,
    /// Webhook endpoints.
    pub endpoints: Vec<Value>,
    made: usize,
}

impl Default for StripeAccount {
    fn default() -> Self {
        Self {
            refused_keys: Vec::new(),
            foreign_keys: Vec::new(),
            missing: Vec::new(),
            account: json!({ "id": "acct_1", "object": "account", "charges_enabled": true,
                "default_currency": "eur", "country": "IT" }),
            endpoints: Vec::new(),
            made: 0,
        }
    }
}

impl StripeAccount {
    /// An endpoint that is as it should be.
    pub fn good_endpoint(url: &str) -> Value {
        json!({ "id": "we_0", "object": "webhook_endpoint", "url": url, "status": "enabled",
            "enabled_events": EVENTS_NEEDED, "api_version": api_version() })
    }

    /// The answer to what is asked of the account; `None` for what the script answers.
    pub fn answer(&mut self, call: &Call) -> Option<(u16, Value)> {
        let error = |status: u16, code: &str| {
            let kind = "invalid_request_error";
            Some((status, json!({ "error": { "type": kind, "code": code, "message": "no" } })))
        };
        if self.refused_keys.contains(&call.bearer) {
            return error(401, "api_key_expired");
        }
        if call.bearer.starts_with("rk_") && self.missing.iter().any(|path| call.path == *path) {
            return error(403, "more_permissions_required");
        }
        let field =
            |name: &str| call.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let is_get = call.method == Method::GET;
        let list = |data: &[Value]| json!({ "object": "list", "has_more": false, "data": data });
        match call.path.as_str() {
            "/v1/account" => Some((200, self.account.clone())),
            "/v1/country_specs/IT" => {
                Some((200, json!({ "id": "IT", "supported_payment_currencies": ["eur", "usd"] })))
            }
            "/v1/payment_intents" | "/v1/events" if is_get => Some((200, list(&[]))),
            "/v1/checkout/sessions" if field("mode") == Some("vetrina_check") => {
                error(400, "parameter_invalid")
            }
            "/v1/refunds" if field("payment_intent") == Some("pi_vetrina_check") => {
                error(404, "resource_missing")
            }
            "/v1/webhook_endpoints" if is_get => Some((200, list(&self.endpoints))),
            "/v1/webhook_endpoints" => {
                self.made += 1;
                let mut made = Self::good_endpoint(field("url").unwrap_or_default());
                made["id"] = format!("we_{}", self.made).into();
                self.endpoints.push(made.clone());
                made["secret"] = format!("whsec_made_{}", self.made).into();
                Some((200, made))
            }
            path if path.starts_with("/v1/webhook_endpoints/") && call.method == Method::DELETE => {
                self.endpoints.retain(|endpoint| !path.ends_with(endpoint["id"].as_str().unwrap_or("?")));
                Some((200, json!({ "deleted": true })))
            }
            path if path.starts_with("/v1/checkout/sessions/")
                && self.foreign_keys.contains(&call.bearer) =>
            {
                error(404, "resource_missing")
            }
            _ => None,
        }
    }
}
