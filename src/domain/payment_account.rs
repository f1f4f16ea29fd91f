//! Whose keys take a shop's money, what is wrong with them and what to do about it.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::column::text_enum;
use super::ids::ShopId;
use super::show::PaymentsMode;

text_enum! {
    /// Which money a key moves.
    KeyMode {
        /// Test money.
        Test = "test",
        /// Real money.
        Live = "live",
    }
}

text_enum! {
    /// How much a key may do.
    KeyKind {
        /// Everything (`sk_…`).
        Secret = "secret",
        /// What it was made for (`rk_…`).
        Restricted = "restricted",
    }
}

text_enum! {
    /// Whose keys take a shop's money.
    KeySource {
        /// Nobody's: the built-in sandbox.
        Sandbox = "sandbox",
        /// Those of the installation's configuration.
        Installation = "installation",
        /// The shop's own.
        Shop = "shop",
    }
}

text_enum! {
    /// Why an account sells nothing at the moment.
    PauseReason {
        /// The provider does not know the key any more.
        KeyRefused = "key_refused",
        /// The key may no longer act for the connected account.
        AccountRefused = "account_refused",
    }
}

text_enum! {
    /// One thing that the check looks at.
    CheckName {
        /// The key can be read and belongs to a mode.
        Key = "key",
        /// The provider takes the key.
        Accepted = "accepted",
        /// The key may open checkout sessions.
        CheckoutSessions = "checkout_sessions",
        /// The key may give money back.
        Refunds = "refunds",
        /// The key may read payments.
        PaymentIntents = "payment_intents",
        /// The key may read events.
        Events = "events",
        /// The account may take money.
        Charges = "charges",
        /// The account takes the shop's currency.
        Currency = "currency",
        /// The provider knows our webhook endpoint.
        WebhookEndpoint = "webhook_endpoint",
        /// The endpoint is switched on and sends every event that is needed.
        WebhookEvents = "webhook_events",
        /// The endpoint speaks the version that is spoken here.
        WebhookVersion = "webhook_version",
        /// The signing secret is known here.
        WebhookSecret = "webhook_secret",
        /// An event arrived with a good signature.
        LastEvent = "last_event",
        /// Payment pages can be shown beside the video.
        Embedding = "embedding",
    }
}

text_enum! {
    /// How one look ended.
    CheckOutcome {
        /// As it should be.
        Ok = "ok",
        /// It works, yet somebody should look at it.
        Warning = "warning",
        /// Nothing can be sold like this.
        Failed = "failed",
        /// Not looked at, because an earlier step failed.
        Skipped = "skipped",
    }
}

text_enum! {
    /// What a look found, and so what to do.
    FindingCode {
        /// As it should be.
        Fine = "fine",
        /// An earlier step failed.
        NotReached = "not_reached",
        /// The stored key cannot be opened with this installation's sealing key.
        KeyUnreadable = "key_unreadable",
        /// The provider answered 401.
        KeyRefused = "key_refused",
        /// The key may not act for the connected account.
        AccountRefused = "account_refused",
        /// The provider did not answer in time, or not in a way that tells.
        NoAnswer = "no_answer",
        /// The restricted key lacks a permission.
        PermissionMissing = "permission_missing",
        /// The key may not see it, so a person has to look.
        NotVisible = "not_visible",
        /// The account cannot take money yet.
        ChargesDisabled = "charges_disabled",
        /// The account cannot take the shop's currency.
        CurrencyUnsupported = "currency_unsupported",
        /// The money will be exchanged into the account's own currency.
        CurrencyConverted = "currency_converted",
        /// No endpoint has our address.
        EndpointMissing = "endpoint_missing",
        /// The endpoint is switched off.
        EndpointDisabled = "endpoint_disabled",
        /// The endpoint lacks events.
        EventsMissing = "events_missing",
        /// The endpoint sends another version of the interface.
        VersionDiffers = "version_differs",
        /// No signing secret is stored.
        SecretMissing = "secret_missing",
        /// No event has arrived yet.
        NoEventYet = "no_event_yet",
        /// The last event had a signature that no stored secret makes.
        SignatureRefused = "signature_refused",
        /// No key for browsers is stored, so payment pages open in a tab of their own.
        PublishableKeyMissing = "publishable_key_missing",
    }
}

text_enum! {
    /// What an owner should know of the way money is taken, as long as it is so.
    PaymentWarning {
        /// Real people reach the shop, yet the sandbox takes the money.
        SandboxInPublic = "sandbox_in_public",
        /// Stored keys cannot be opened with this installation's sealing key.
        KeyUnreadable = "key_unreadable",
    }
}

text_enum! {
    /// What is still missing before a shop can take real money.
    LiveObstacle {
        /// The shop is not reached by https.
        NotHttps = "not_https",
        /// No live key is stored.
        NoLiveKey = "no_live_key",
        /// The live key has not passed a check.
        NotChecked = "not_checked",
        /// No signing secret of the live endpoint is stored.
        NoWebhookSecret = "no_webhook_secret",
    }
}

/// Names an account with the provider: the installation's, or one of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountName {
    /// The one of the installation's configuration, or the sandbox.
    Installation,
    /// One of a shop's own.
    Shop(ShopId, KeyMode),
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Installation => f.write_str("installation"),
            Self::Shop(shop, mode) => write!(f, "shop:{shop}:{mode}"),
        }
    }
}

impl AccountName {
    /// Reads what `Display` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "installation" {
            return Some(Self::Installation);
        }
        let (shop, mode) = text.strip_prefix("shop:")?.split_once(':')?;
        Some(Self::Shop(shop.parse().ok()?, KeyMode::parse(mode)?))
    }
}

/// Which money a key moves and how much it may do; `None` for what is no secret key.
#[must_use]
pub fn classify_key(key: &str) -> Option<(KeyMode, KeyKind)> {
    match key.get(..8)? {
        "sk_test_" => Some((KeyMode::Test, KeyKind::Secret)),
        "rk_test_" => Some((KeyMode::Test, KeyKind::Restricted)),
        "sk_live_" => Some((KeyMode::Live, KeyKind::Secret)),
        "rk_live_" => Some((KeyMode::Live, KeyKind::Restricted)),
        _ => None,
    }
}

/// Characters of a key; Stripe's have about a hundred.
pub const KEY_CHARS_MAX: usize = 255;
/// Characters of a key behind the letters that tell its mode, at least.
const KEY_BODY_CHARS_MIN: usize = 5;

/// Which money's pages a key for browsers opens; `None` for what is no such key.
#[must_use]
pub fn publishable_mode(key: &str) -> Option<KeyMode> {
    let mode = match key.get(..8)? {
        "pk_test_" => KeyMode::Test,
        "pk_live_" => KeyMode::Live,
        _ => return None,
    };
    let is_plain = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_plain && (8 + KEY_BODY_CHARS_MIN..=KEY_CHARS_MAX).contains(&key.len())).then_some(mode)
}

/// What one look of the check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Finding {
    /// What was looked at.
    pub check: CheckName,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// What was found; clients have words for it and say what to do.
    pub code: FindingCode,
    /// The same in English, with what to do.
    pub detail: String,
    /// Names that belong to it, such as the events that are missing.
    pub values: Vec<String>,
}

impl Finding {
    /// All is well.
    #[must_use]
    pub fn fine(check: CheckName) -> Self {
        Self::new(check, FindingCode::Fine)
    }

    /// Notes what was found; the outcome follows from it.
    #[must_use]
    pub fn new(check: CheckName, code: FindingCode) -> Self {
        let detail = code.words().to_owned();
        Self { check, outcome: code.outcome(), code, detail, values: Vec::new() }
    }

    /// Adds the names that belong to it.
    #[must_use]
    pub fn with(mut self, values: impl IntoIterator<Item = String>) -> Self {
        self.values.extend(values);
        self
    }
}

impl FindingCode {
    /// How bad it is.
    #[must_use]
    pub const fn outcome(self) -> CheckOutcome {
        match self {
            Self::Fine => CheckOutcome::Ok,
            Self::NotReached => CheckOutcome::Skipped,
            Self::NotVisible
            | Self::CurrencyConverted
            | Self::VersionDiffers
            | Self::NoEventYet
            | Self::PublishableKeyMissing
            | Self::SignatureRefused => CheckOutcome::Warning,
            Self::KeyUnreadable
            | Self::KeyRefused
            | Self::AccountRefused
            | Self::NoAnswer
            | Self::PermissionMissing
            | Self::ChargesDisabled
            | Self::CurrencyUnsupported
            | Self::EndpointMissing
            | Self::EndpointDisabled
            | Self::EventsMissing
            | Self::SecretMissing => CheckOutcome::Failed,
        }
    }

    /// Why selling pauses when a key in use is found like this.
    #[must_use]
    pub const fn pause_reason(self) -> Option<PauseReason> {
        match self {
            Self::KeyRefused => Some(PauseReason::KeyRefused),
            Self::AccountRefused => Some(PauseReason::AccountRefused),
            _ => None,
        }
    }

    /// What was found and what to do, for those who read the interface without the studio.
    const fn words(self) -> &'static str {
        match self {
            Self::Fine => "as it should be",
            Self::NotReached => "not looked at, because an earlier step failed",
            Self::KeyUnreadable => {
                "the stored key cannot be opened: start the server with the secret key it was stored under, \
                 or enter the payment key again"
            }
            Self::KeyRefused => "Stripe does not take this key: make one in its dashboard and enter it",
            Self::AccountRefused => {
                "the key may not act for the connected account: connect it again or correct the account's id"
            }
            Self::NoAnswer => "Stripe did not answer in time: check again in a minute",
            Self::PermissionMissing => {
                "the restricted key lacks this permission: add it in Stripe's dashboard, the key stays the same"
            }
            Self::NotVisible => "the key may not see this: look it up in Stripe's dashboard",
            Self::ChargesDisabled => {
                "the account cannot take money yet: answer Stripe's open questions in its dashboard"
            }
            Self::CurrencyUnsupported => "the account cannot take the shop's currency",
            Self::CurrencyConverted => {
                "the account pays out in another currency: Stripe exchanges the money for a fee"
            }
            Self::EndpointMissing => {
                "Stripe has no webhook endpoint with this shop's address: let it be made here"
            }
            Self::EndpointDisabled => {
                "the webhook endpoint is switched off: switch it on in Stripe's dashboard"
            }
            Self::EventsMissing => {
                "the webhook endpoint does not send these events: add them, or let the endpoint be made here"
            }
            Self::VersionDiffers => {
                "the webhook endpoint speaks another version: let the endpoint be made here"
            }
            Self::SecretMissing => {
                "the endpoint's signing secret is not known here: enter it, or let the endpoint be made here"
            }
            Self::NoEventYet => "no event has arrived yet: the first purchase brings one",
            Self::PublishableKeyMissing => {
                "payment pages open in a new tab: enter the publishable key to show them beside the video"
            }
            Self::SignatureRefused => {
                "the last event was not signed with a known secret: enter the endpoint's signing secret again"
            }
        }
    }
}

/// What a check of an account found, step by step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CheckReport {
    /// Which money the checked key moves.
    pub mode: KeyMode,
    /// When it was looked.
    pub at: DateTime<Utc>,
    /// Whether nothing failed.
    pub is_passed: bool,
    /// One entry for each step, in the order in which to mend them.
    pub findings: Vec<Finding>,
}

/// How a shop's money is taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PaymentAccountView {
    /// Whose keys are in use.
    pub source: KeySource,
    /// Who takes the money.
    pub payments: PaymentsMode,
    /// Whether it is real money.
    pub is_live: bool,
    /// Why nothing is sold at the moment, if so.
    pub pause: Option<PauseView>,
    /// What an owner should know.
    pub warnings: Vec<PaymentWarning>,
    /// Where the provider sends the events of the shop's own keys.
    pub webhook_url: String,
    /// Whether keys can be stored here at all.
    pub can_store_keys: bool,
    /// What is missing before real money can be taken; empty when it can, or is.
    pub live_obstacles: Vec<LiveObstacle>,
    /// The shop's own keys, told only to those who may change them.
    pub keys: Vec<KeysView>,
}

/// Why and since when nothing is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PauseView {
    /// Why.
    pub reason: PauseReason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When the provider is asked again.
    pub next_attempt_at: DateTime<Utc>,
}

/// Stored keys, as far as anybody may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct KeysView {
    /// Which money they move.
    pub mode: KeyMode,
    /// How much they may do.
    pub kind: KeyKind,
    /// The last four characters.
    pub key_hint: String,
    /// The account acted for, where it is not the key's own.
    pub connected_account: Option<String>,
    /// The key that browsers may see; without it payment pages open in a tab of their own.
    pub publishable_key: Option<String>,
    /// Whether a signing secret is stored.
    pub has_webhook_secret: bool,
    /// Whether the secret before it is still believed.
    pub has_previous_webhook_secret: bool,
    /// When a check last passed.
    pub verified_at: Option<DateTime<Utc>>,
    /// When an owner said that real money may be taken.
    pub live_confirmed_at: Option<DateTime<Utc>>,
    /// When the last event with a good signature arrived.
    pub last_event_at: Option<DateTime<Utc>>,
    /// Whether these are in use.
    pub is_active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_by_their_first_letters() {
        let check = |key: &str, expected| assert_eq!(classify_key(key), expected, "{key}");
        check("sk_test_1", Some((KeyMode::Test, KeyKind::Secret)));
        check("rk_test_1", Some((KeyMode::Test, KeyKind::Restricted)));
        check("sk_live_1", Some((KeyMode::Live, KeyKind::Secret)));
        check("rk_live_1", Some((KeyMode::Live, KeyKind::Restricted)));
        for key in ["", "sk_test", "pk_live_1", "whsec_12345", "sk_prod_1", "èèèèèèèè"] {
            check(key, None);
        }
    }

    #[test]
    fn keys_for_browsers_are_told_from_secret_ones() {
        let check = |key: &str, expected| assert_eq!(publishable_mode(key), expected, "{key}");
        check("pk_test_12345", Some(KeyMode::Test));
        check("pk_live_12345", Some(KeyMode::Live));
        for key in [
            "",
            "pk_test_",
            "pk_test_1234",
            "sk_test_12345",
            "pk_test_1234 5",
            "pk_test_è1234",
            "pk_prod_12345",
        ] {
            check(key, None);
        }
        check(&format!("pk_test_{}", "a".repeat(KEY_CHARS_MAX)), None);
    }

    #[test]
    fn accounts_are_read_as_they_were_written() {
        let shop = ShopId::from(uuid::Uuid::from_u128(7));
        for name in [
            AccountName::Installation,
            AccountName::Shop(shop, KeyMode::Test),
            AccountName::Shop(shop, KeyMode::Live),
        ] {
            assert_eq!(AccountName::parse(&name.to_string()), Some(name));
        }
        for text in ["", "acct_1", "shop:", "shop:1:test", &format!("shop:{shop}:prod")] {
            assert_eq!(AccountName::parse(text), None, "{text}");
        }
    }
}
