//! Where the buyer pays: on the provider's own page, or on one beside the video.

use serde::{Deserialize, Serialize};

use super::column::text_enum;

text_enum! {
    /// Where the buyer pays.
    #[derive(Default)]
    CheckoutUi {
        /// On the provider's page, in a tab of its own.
        #[default]
        Hosted = "hosted",
        /// On a page beside the video.
        Embedded = "embedded",
    }
}

text_enum! {
    /// Where a payment in a tab of its own leads to afterwards.
    #[derive(Default)]
    CheckoutReturn {
        /// To the show's page.
        #[default]
        Show = "show",
        /// To the order's page: a show on another site's page keeps its viewer where no tab reads it.
        Order = "order",
    }
}

/// What a browser opens an embedded payment page with; whoever has it can pay the order.
///
/// It is told to the buyer who made the checkout and to nobody else, and it is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema)]
#[serde(transparent)]
#[sqlx(transparent)]
#[schema(value_type = String)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Takes the provider's text as it is.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

/// How the buyer's browser shows the payment page beside the video.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EmbeddedCheckout {
    /// Opens this one payment page.
    pub client_secret: ClientSecret,
    /// Names the account to the provider's script.
    pub publishable_key: Option<String>,
    /// The connected account that the money is for, where it is not the key's own.
    pub account: Option<String>,
    /// The provider's script, to be loaded now and not before.
    pub script_url: Option<String>,
    /// The sandbox's page, to be framed instead of a script; on this server's own address.
    pub sandbox_url: Option<String>,
}
