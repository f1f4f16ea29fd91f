//! What only members are shown when their socket begins.

use serde::Serialize;
use serde_json::Value;

use super::person::close_code;
use crate::api::ApiState;
use crate::app::Caller;
use crate::app::chat::{MutedViewer, NamedViewer};
use crate::domain::moderation::HeldMessage;
use crate::domain::order::{OrderSummary, Sales};
use crate::domain::show::Show;
use crate::protocol::CloseCode;

/// The part of a snapshot for members.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct MemberSnapshot {
    /// What the show has sold.
    pub sales: Sales,
    /// Its newest orders, newest first.
    pub orders: Vec<OrderSummary>,
    /// Who may not write for a time.
    pub muted: Vec<MutedViewer>,
    /// Who was sent away.
    pub banned: Vec<NamedViewer>,
    /// Messages that wait for a moderator, the oldest first.
    pub held: Vec<HeldMessage>,
}

/// Reads the members' part.
///
/// # Errors
/// The code to close with.
pub async fn snapshot(state: &ApiState, show: &Show, caller: &Caller) -> Result<Value, CloseCode> {
    let restrained = state.app.list_restrained(caller, show.id).await;
    let (muted, banned) = restrained.map_err(|error| close_code(&error))?;
    let held = state.app.list_held(caller, show.id).await.map_err(|error| close_code(&error))?;
    let sales = state.app.show_sales(caller.shop, show.id).await.map_err(|error| close_code(&error))?;
    let orders = state.app.recent_orders(caller.shop, show.id).await.map_err(|error| close_code(&error))?;
    let snapshot = MemberSnapshot { sales, orders, muted, banned, held };
    Ok(serde_json::to_value(snapshot).expect("snapshots hold only strings, numbers and lists"))
}
