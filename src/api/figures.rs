//! The figures of a show for its shop: viewers and sales over time, pins, funnels.

use axum::extract::State;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiState;
use super::extract::Path;
use super::problem::{Problem, ProblemBody};
use crate::app::Caller;
use crate::domain::figures::ShowFigures;
use crate::domain::ids::ShowId;

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_figures))
}

/// How many watched and what was sold, over time and by product, on air and after; it grows by a point
/// in ten seconds, so there is no use in asking more often.
#[utoipa::path(get, path = "/shows/{show}/figures", tag = "shows", params(("show" = ShowId, Path)),
    responses((status = 200, body = ShowFigures), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
async fn get_figures(
    State(state): State<ApiState>,
    caller: Caller,
    Path(show): Path<ShowId>,
) -> Result<axum::Json<ShowFigures>, Problem> {
    Ok(axum::Json(state.app.show_figures(&caller, show).await?))
}
