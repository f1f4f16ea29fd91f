//! The payment page beside the video: whether there can be one, and what a browser opens it with.

use super::{Provider, checks, sandbox};
use crate::domain::checkout::{CheckoutUi, ClientSecret, EmbeddedCheckout};

/// Where Stripe keeps its script, one folder for each release of its interface.
const SCRIPTS: &str = "https://js.stripe.com";

impl Provider {
    /// Where a buyer pays who would like to pay there: without a key for browsers, in a tab of its own.
    #[must_use]
    pub const fn ui_for(&self, wanted: CheckoutUi) -> CheckoutUi {
        if self.can_embed() { wanted } else { CheckoutUi::Hosted }
    }

    /// Whether payment pages can be shown beside the video.
    #[must_use]
    pub const fn can_embed(&self) -> bool {
        match self {
            Self::Sandbox { .. } => true,
            Self::Stripe { publishable_key, .. } => publishable_key.is_some(),
        }
    }

    /// How a browser shows the page of an open session; `None` once the key for browsers is gone.
    #[must_use]
    pub fn embed(&self, session_id: &str, client_secret: &ClientSecret) -> Option<EmbeddedCheckout> {
        let client_secret = client_secret.clone();
        match self {
            Self::Sandbox { .. } => Some(EmbeddedCheckout {
                client_secret,
                publishable_key: None,
                account: None,
                script_url: None,
                sandbox_url: Some(sandbox::pay_path(session_id)),
            }),
            Self::Stripe { publishable_key, .. } => Some(EmbeddedCheckout {
                client_secret,
                publishable_key: Some(publishable_key.clone()?),
                account: self.connected_account().map(str::to_owned),
                script_url: Some(script_url(checks::api_version())),
                sandbox_url: None,
            }),
        }
    }
}

/// The script that speaks a version of the interface, such as `2026-09-30.endive`: both have one name.
fn script_url(api_version: &str) -> String {
    let release = api_version.split_once('.').map_or("v3", |(_, release)| release);
    format!("{SCRIPTS}/{release}/stripe.js")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_of_the_release_that_is_spoken() {
        assert_eq!(script_url("2026-09-30.endive"), "https://js.stripe.com/endive/stripe.js");
        assert_eq!(script_url("2024-06-20"), "https://js.stripe.com/v3/stripe.js");
        let (_, release) = checks::api_version().split_once('.').unwrap();
        assert!(script_url(checks::api_version()).contains(release));
    }
}
