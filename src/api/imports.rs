//! The import's endpoint.

use axum::extract::{Request, State};
use serde::Deserialize;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::{Query, body, check_media_type};
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::app::imports::{Import, ImportMode, ImportReport};
use crate::domain::import::{FILE_BYTES_MAX, ImportFormat};
use crate::domain::money::Currency;

/// Types under which browsers and programs send tables and feeds.
///
/// Windows calls a table by the name of its spreadsheet program.
const MEDIA_TYPES: [&str; 6] = [
    "text/csv",
    "application/csv",
    "application/vnd.ms-excel",
    "application/xml",
    "text/xml",
    "application/octet-stream",
];

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(import_catalogue))
}

/// What kind of file is sent.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FormatParam {
    /// Told from the content.
    #[default]
    Auto,
    /// A product export of Shopify.
    Shopify,
    /// A product feed for Google Merchant Center.
    Google,
    /// Our own table.
    Vetrina,
}

impl FormatParam {
    const fn into_format(self) -> Option<ImportFormat> {
        match self {
            Self::Auto => None,
            Self::Shopify => Some(ImportFormat::Shopify),
            Self::Google => Some(ImportFormat::Google),
            Self::Vetrina => Some(ImportFormat::Vetrina),
        }
    }
}

/// How a file is imported.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
struct ImportParams {
    /// What kind of file it is.
    #[serde(default)]
    format: FormatParam,
    /// Whether it changes anything.
    mode: ImportMode,
    /// Currency of prices without one; it has to be the shop's, which it is where it is missing.
    #[param(value_type = Option<String>, example = "EUR")]
    currency: Option<String>,
}

/// Imports a catalogue file, or tells what importing it would change.
#[utoipa::path(post, path = "/imports", tag = "catalogue", params(ImportParams),
    request_body(content = Vec<u8>, content_type = "text/csv"),
    responses((status = 200, body = ImportReport), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn import_catalogue(
    State(state): State<ApiState>,
    caller: Caller,
    Query(params): Query<ImportParams>,
    request: Request,
) -> Result<axum::Json<ImportReport>, Problem> {
    check_media_type(request.headers(), &MEDIA_TYPES)?;
    let currency = match params.currency.as_deref() {
        Some(code) => {
            Some(Currency::parse(code).ok_or_else(|| Problem::field("currency", "unsupported_currency"))?)
        }
        None => None,
    };
    let bytes = body(request, FILE_BYTES_MAX).await?;
    let import = Import { format: params.format.into_format(), mode: params.mode, currency, bytes };
    Ok(axum::Json(state.app.import_catalogue(&caller, import).await?))
}
