//! Looks at an account before a shop relies on it, by calls that change nothing.
//!
//! A permission is tried by a request that would be refused anyway: who lacks it hears so first.
//! Invariant: each call has its limit in time, and none of them makes or moves anything.

use std::time::Duration;

use serde::Deserialize;
use stripe_client_core::{RequestBuilder, StripeMethod};

use super::Provider;
use super::error::ProviderError;
use super::transport::Scope;
use crate::config::Secret;
use crate::domain::money::Currency;
use crate::domain::payment_account::{CheckName, Finding, FindingCode};

/// How long one call of a check may take; up to four of them follow each other.
const CALL_TIMEOUT: Duration = Duration::from_secs(5);
/// Endpoints of an account that are looked through; Stripe allows sixteen.
const ENDPOINTS_MAX: u32 = 100;

/// The events that are acted upon.
pub const EVENTS_NEEDED: [&str; 11] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
];

/// What a shop needs of an account.
#[derive(Clone, Copy, Debug)]
pub struct Needs<'a> {
    /// Currency of its prices.
    pub currency: Currency,
    /// Where its events are to be sent.
    pub webhook_url: &'a str,
}

/// An endpoint that was made.
#[derive(Debug)]
pub struct NewEndpoint {
    /// The provider's name of it.
    pub id: String,
    /// Signs its events; told only now.
    pub secret: Secret,
}

#[derive(Deserialize)]
struct Account {
    charges_enabled: Option<bool>,
    default_currency: Option<String>,
    country: Option<String>,
}

#[derive(Deserialize)]
struct CountrySpec {
    #[serde(default)]
    supported_payment_currencies: Vec<String>,
}

#[derive(Deserialize)]
struct EndpointList {
    data: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    id: String,
    url: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    enabled_events: Vec<String>,
    api_version: Option<String>,
}

#[derive(Deserialize)]
struct MadeEndpoint {
    id: String,
    secret: String,
}

#[derive(serde::Serialize)]
struct CreateEndpoint<'a> {
    url: &'a str,
    enabled_events: [&'static str; EVENTS_NEEDED.len()],
    api_version: &'static str,
    description: &'static str,
    /// Sends what happens in connected accounts instead of the key's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    connect: Option<bool>,
}

/// The version of the interface that is compiled in.
#[must_use]
pub fn api_version() -> &'static str {
    stripe_client_core::VERSION.as_str()
}

impl Provider {
    /// Asks for a sign that the key is taken.
    ///
    /// # Errors
    /// When it is not, or nobody answers in time.
    pub async fn probe(&self) -> Result<(), ProviderError> {
        match self.ask(&list("/checkout/sessions", 1), Scope::Account).await {
            // The key is known; what it may do is another question.
            Err(ProviderError::Definite(error))
                if error.status == 403 && ProviderError::Definite(error.clone()).key_fault().is_none() =>
            {
                Ok(())
            }
            answer => answer.map(drop),
        }
    }

    /// Whether a session belongs to this account.
    ///
    /// # Errors
    /// When the key is refused, or nobody answers in time.
    pub async fn find_session(&self, id: &str) -> Result<bool, ProviderError> {
        let request = RequestBuilder::new(StripeMethod::Get, format!("/checkout/sessions/{id}"));
        match self.ask(&request, Scope::Account).await {
            Ok(_) => Ok(true),
            Err(ProviderError::Definite(error)) if matches!(error.status, 400 | 404) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Looks at everything that the provider can tell; one finding for each step.
    pub async fn inspect(&self, needs: Needs<'_>) -> Vec<Finding> {
        let accepted = match self.probe().await {
            Ok(()) => Finding::fine(CheckName::Accepted),
            Err(error) => Finding::new(CheckName::Accepted, failure_code(&error)),
        };
        if accepted.code != FindingCode::Fine {
            let skipped = CheckName::ALL
                .iter()
                .filter(|check| !is_local(**check) && **check != CheckName::Accepted)
                .map(|check| Finding::new(*check, FindingCode::NotReached));
            return std::iter::once(accepted).chain(skipped).collect();
        }
        let (permissions, account, endpoints) =
            tokio::join!(self.try_permissions(), self.look_at_account(needs.currency), self.endpoints());
        let mut findings = vec![accepted];
        findings.extend(permissions);
        findings.extend(account);
        findings.extend(judge_endpoints(endpoints.as_deref(), needs.webhook_url));
        findings
    }

    /// Makes a webhook endpoint at this address and removes those that stood there before.
    ///
    /// The secret of an older one is told by nobody, so it cannot be taken over.
    ///
    /// # Errors
    /// When the provider refuses or does not answer; then nothing was removed.
    pub async fn create_endpoint(&self, url: &str, connect: bool) -> Result<NewEndpoint, ProviderError> {
        let older = self.endpoints().await.unwrap_or_default();
        let body = CreateEndpoint {
            url,
            enabled_events: EVENTS_NEEDED,
            api_version: api_version(),
            description: "Vetrina",
            connect: connect.then_some(true),
        };
        let request = RequestBuilder::new(StripeMethod::Post, "/webhook_endpoints").form(&body);
        let made: MadeEndpoint = read(&self.ask(&request, Scope::Own).await?)?;
        for endpoint in older.iter().filter(|endpoint| endpoint.url == url && endpoint.id != made.id) {
            let path = format!("/webhook_endpoints/{}", endpoint.id);
            let removed = self.ask(&RequestBuilder::new(StripeMethod::Delete, path), Scope::Own).await;
            if let Err(error) = removed {
                // It goes on sending events that nobody believes, which does no harm.
                tracing::warn!(endpoint = endpoint.id, %error, "an older webhook endpoint could not be removed");
            }
        }
        Ok(NewEndpoint { id: made.id, secret: Secret::new(&made.secret) })
    }

    async fn try_permissions(&self) -> [Finding; 4] {
        // Neither a mode nor a payment of this name exists.
        let session = form("/checkout/sessions", &[("mode", "vetrina_check")]);
        let refund = form("/refunds", &[("payment_intent", "pi_vetrina_check")]);
        let (payments, events) = (list("/payment_intents", 1), list("/events", 1));
        let (session, refund, payments, events) = tokio::join!(
            self.ask(&session, Scope::Account),
            self.ask(&refund, Scope::Account),
            self.ask(&payments, Scope::Account),
            self.ask(&events, Scope::Account),
        );
        [
            permission(CheckName::CheckoutSessions, &session),
            permission(CheckName::Refunds, &refund),
            permission(CheckName::PaymentIntents, &payments),
            permission(CheckName::Events, &events),
        ]
    }

    async fn look_at_account(&self, currency: Currency) -> [Finding; 2] {
        let answer = self.ask(&RequestBuilder::new(StripeMethod::Get, "/account"), Scope::Account).await;
        let account: Account = match answer.and_then(|body| read(&body)) {
            Ok(account) => account,
            Err(error) => {
                let code = unseen_code(&error);
                return [CheckName::Charges, CheckName::Currency].map(|check| Finding::new(check, code));
            }
        };
        let charges = match account.charges_enabled {
            Some(true) => FindingCode::Fine,
            Some(false) => FindingCode::ChargesDisabled,
            None => FindingCode::NotVisible,
        };
        [Finding::new(CheckName::Charges, charges), self.look_at_currency(&account, currency).await]
    }

    async fn look_at_currency(&self, account: &Account, currency: Currency) -> Finding {
        let wanted = currency.as_str().to_ascii_lowercase();
        let Some(own) = account.default_currency.as_ref().map(|own| own.to_ascii_lowercase()) else {
            return Finding::new(CheckName::Currency, FindingCode::NotVisible);
        };
        if own == wanted {
            return Finding::fine(CheckName::Currency);
        }
        let code = match self.currencies_of(account).await {
            Some(taken) if !taken.contains(&wanted) => FindingCode::CurrencyUnsupported,
            _ => FindingCode::CurrencyConverted,
        };
        Finding::new(CheckName::Currency, code).with([own.to_ascii_uppercase()])
    }

    /// The currencies that accounts of this country take, where the provider tells.
    async fn currencies_of(&self, account: &Account) -> Option<Vec<String>> {
        let country =
            account.country.as_ref().filter(|code| code.bytes().all(|b| b.is_ascii_alphabetic()))?;
        let request = RequestBuilder::new(StripeMethod::Get, format!("/country_specs/{country}"));
        let spec: CountrySpec = read(&self.ask(&request, Scope::Account).await.ok()?).ok()?;
        Some(spec.supported_payment_currencies).filter(|taken| !taken.is_empty())
    }

    async fn endpoints(&self) -> Result<Vec<Endpoint>, ProviderError> {
        let body = self.ask(&list("/webhook_endpoints", ENDPOINTS_MAX), Scope::Own).await?;
        read::<EndpointList>(&body).map(|list| list.data)
    }

    async fn ask(&self, request: &RequestBuilder, scope: Scope) -> Result<bytes::Bytes, ProviderError> {
        self.client().transport().ask_once(request, scope, CALL_TIMEOUT).await
    }
}

/// Whether a step is judged without the provider.
const fn is_local(check: CheckName) -> bool {
    matches!(check, CheckName::Key | CheckName::WebhookSecret | CheckName::LastEvent | CheckName::Embedding)
}

fn list(path: &str, limit: u32) -> RequestBuilder {
    RequestBuilder::new(StripeMethod::Get, path).query(&std::collections::BTreeMap::from([("limit", limit)]))
}

fn form(path: &str, fields: &[(&str, &str)]) -> RequestBuilder {
    let fields: std::collections::BTreeMap<_, _> = fields.iter().copied().collect();
    RequestBuilder::new(StripeMethod::Post, path).form(&fields)
}

fn read<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| ProviderError::Unknown(error.to_string()))
}

/// What a failed call says of the key.
fn failure_code(error: &ProviderError) -> FindingCode {
    use crate::domain::payment_account::PauseReason;
    match error.key_fault() {
        Some(PauseReason::KeyRefused) => FindingCode::KeyRefused,
        Some(PauseReason::AccountRefused) => FindingCode::AccountRefused,
        None => FindingCode::NoAnswer,
    }
}

/// The same where a refusal only means that the key may not look.
fn unseen_code(error: &ProviderError) -> FindingCode {
    match error {
        ProviderError::Definite(error) if matches!(error.status, 403 | 404) => FindingCode::NotVisible,
        error => failure_code(error),
    }
}

fn permission(check: CheckName, answer: &Result<bytes::Bytes, ProviderError>) -> Finding {
    let code = match answer {
        Err(ProviderError::Definite(error)) => match error.status {
            403 => FindingCode::PermissionMissing,
            401 => FindingCode::KeyRefused,
            // It looked at what was asked, so asking was allowed.
            _ => FindingCode::Fine,
        },
        Ok(_) | Err(ProviderError::NotOpen(_) | ProviderError::KeyMisused(_)) => FindingCode::Fine,
        Err(ProviderError::Unknown(_) | ProviderError::StoredFailure(_)) => FindingCode::NoAnswer,
    };
    Finding::new(check, code)
}

fn judge_endpoints(endpoints: Result<&[Endpoint], &ProviderError>, url: &str) -> [Finding; 3] {
    const CHECKS: [CheckName; 3] =
        [CheckName::WebhookEndpoint, CheckName::WebhookEvents, CheckName::WebhookVersion];
    let endpoints = match endpoints {
        Ok(endpoints) => endpoints,
        Err(error) => {
            let code = unseen_code(error);
            return CHECKS.map(|check| Finding::new(check, code));
        }
    };
    // Of several at one address the best one counts.
    let at_url = || endpoints.iter().filter(|endpoint| endpoint.url.trim_end_matches('/') == url);
    let Some(endpoint) = at_url().find(|endpoint| endpoint.status == "enabled").or_else(|| at_url().next())
    else {
        let missing = Finding::new(CHECKS[0], FindingCode::EndpointMissing).with([url.to_owned()]);
        let skipped = |check| Finding::new(check, FindingCode::NotReached);
        return [missing, skipped(CHECKS[1]), skipped(CHECKS[2])];
    };
    let is_enabled = endpoint.status == "enabled";
    let status = if is_enabled { FindingCode::Fine } else { FindingCode::EndpointDisabled };
    let sends = |event: &str| endpoint.enabled_events.iter().any(|sent| sent == event || sent == "*");
    let missing: Vec<String> =
        EVENTS_NEEDED.iter().filter(|event| !sends(event)).map(|event| (*event).to_owned()).collect();
    let events = if missing.is_empty() { FindingCode::Fine } else { FindingCode::EventsMissing };
    let version = match endpoint.api_version.as_deref() {
        Some(version) if version == api_version() => Finding::fine(CHECKS[2]),
        version => Finding::new(CHECKS[2], FindingCode::VersionDiffers)
            .with([version.unwrap_or("-").to_owned(), api_version().to_owned()]),
    };
    [Finding::new(CHECKS[0], status), Finding::new(CHECKS[1], events).with(missing), version]
}

#[cfg(test)]
mod tests {
    use super::super::error::ApiError;
    use super::*;

    const URL: &str = "https://shop.example/api/v1/webhooks/stripe/1";

    fn endpoint(url: &str, status: &str, events: &[&str], version: Option<&str>) -> Endpoint {
        Endpoint {
            id: "we_1".to_owned(),
            url: url.to_owned(),
            status: status.to_owned(),
            enabled_events: events.iter().map(|event| (*event).to_owned()).collect(),
            api_version: version.map(str::to_owned),
        }
    }

    #[track_caller]
    fn check(endpoints: &[Endpoint], expected: [FindingCode; 3]) {
        let found = judge_endpoints(Ok(endpoints), URL).map(|finding| finding.code);
        assert_eq!(found, expected);
    }

    #[test]
    fn endpoints_are_judged_by_address_status_events_and_version() {
        use FindingCode::{
            EndpointDisabled, EndpointMissing, EventsMissing, Fine, NotReached, VersionDiffers,
        };
        let ours = Some(api_version());
        check(&[], [EndpointMissing, NotReached, NotReached]);
        check(
            &[endpoint("https://other.example", "enabled", &["*"], ours)],
            [EndpointMissing, NotReached, NotReached],
        );
        check(&[endpoint(URL, "enabled", &["*"], ours)], [Fine, Fine, Fine]);
        check(&[endpoint(URL, "enabled", &EVENTS_NEEDED, ours)], [Fine, Fine, Fine]);
        check(
            &[endpoint(URL, "disabled", &EVENTS_NEEDED[1..], None)],
            [EndpointDisabled, EventsMissing, VersionDiffers],
        );
        let both = [endpoint(URL, "disabled", &[], None), endpoint(URL, "enabled", &["*"], ours)];
        check(&both, [Fine, Fine, Fine]);
        let found = judge_endpoints(Ok(&[endpoint(URL, "enabled", &EVENTS_NEEDED[1..], ours)]), URL);
        assert_eq!(found[1].values, [EVENTS_NEEDED[0]]);
    }

    fn refused(status: u16, code: &str) -> ProviderError {
        ProviderError::from(ApiError { status, code: Some(code.to_owned()), ..ApiError::default() })
    }

    #[test]
    fn a_permission_is_missing_only_when_the_provider_says_so() {
        let of = |answer| permission(CheckName::Refunds, &answer).code;
        assert_eq!(of(Ok(bytes::Bytes::new())), FindingCode::Fine);
        assert_eq!(of(Err(refused(400, "parameter_invalid"))), FindingCode::Fine);
        assert_eq!(of(Err(refused(404, "resource_missing"))), FindingCode::Fine);
        assert_eq!(of(Err(refused(403, ""))), FindingCode::PermissionMissing);
        assert_eq!(of(Err(refused(401, ""))), FindingCode::KeyRefused);
        assert_eq!(of(Err(refused(429, ""))), FindingCode::NoAnswer);
        assert_eq!(of(Err(refused(500, ""))), FindingCode::NoAnswer);
    }

    #[test]
    fn what_the_key_may_not_see_is_told_apart_from_what_is_wrong() {
        assert_eq!(unseen_code(&refused(403, "")), FindingCode::NotVisible);
        assert_eq!(unseen_code(&refused(404, "")), FindingCode::NotVisible);
        assert_eq!(unseen_code(&refused(401, "")), FindingCode::KeyRefused);
        assert_eq!(unseen_code(&refused(500, "")), FindingCode::NoAnswer);
    }
}
