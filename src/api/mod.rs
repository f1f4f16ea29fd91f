//! The edge: HTTP and socket requests in, use cases called, answers out. It decides nothing.

pub mod extract;
pub mod problem;

mod auth;

use crate::app::App;

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// The use cases.
    pub app: App,
}
