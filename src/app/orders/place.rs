//! Asks the provider for the checkout session of a reservation, word for word at each repetition.

use std::time::Duration;

use super::settle::Learnt;
use crate::app::App;
use crate::domain::order::Order;
use crate::domain::transition::Fact;
use crate::payments::{CreateSession, ProviderError, Session};
use crate::storage;

/// How long a buyer's request waits for its turn at the provider before a worker takes over.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages of sessions that are searched for a lost one: 2,000 sessions of the last hour.
const PAGES_MAX: usize = 20;
/// How far back a search begins before the order was made, for clocks that disagree.
const SEARCH_MARGIN_SECS: i64 = 300;
/// How long after its end a session that was never seen may still show up in a list.
const LATE_SECS: i64 = 60;

/// What asking for a session brought.
#[derive(Debug)]
pub(in crate::app) enum Placed {
    /// There is one.
    Made(Box<Session>),
    /// There is none, and there will be none for this request.
    Refused,
    /// Not known yet.
    Unclear,
}

impl App {
    /// Asks for the session of an order that has just been reserved.
    pub(in crate::app) async fn place_first(&self, order: &Order) -> storage::Result<Placed> {
        let turns = &self.checkout_bounds().sessions_at_once;
        let Ok(turn) = tokio::time::timeout(TURN_TIMEOUT, turns.acquire()).await else {
            return Ok(Placed::Unclear);
        };
        let _turn = turn.expect("the semaphore is never closed");
        Ok(match self.ask(order).await {
            Ok(session) => Placed::Made(Box::new(session)),
            // Nobody has asked before, so a refusal means that there is no session.
            Err(ProviderError::Definite(_)) => Placed::Refused,
            Err(_) => Placed::Unclear,
        })
    }

    /// Asks once more for a session of which nothing is known: the first answer may have been lost.
    pub(in crate::app) async fn place_again(&self, order: &Order) -> Placed {
        let failure = match self.ask(order).await {
            Ok(session) => return Placed::Made(Box::new(session)),
            Err(failure) => failure,
        };
        let is_refusal = matches!(failure, ProviderError::Definite(_));
        let overdue = order.session_expires_at + chrono::TimeDelta::seconds(LATE_SECS);
        match self.search(order).await {
            Ok(Some(session)) => Placed::Made(Box::new(session)),
            // Refused now and in no list, or past the time at which it would have closed by itself.
            Ok(None) if is_refusal || self.clock().now() > overdue => Placed::Refused,
            Ok(None) | Err(_) => Placed::Unclear,
        }
    }

    /// Applies what asking brought; tells how the order stands then.
    pub(in crate::app) async fn settle_placed(
        &self,
        order: Order,
        placed: &Placed,
    ) -> storage::Result<Order> {
        let learnt = match placed {
            Placed::Made(session) => Learnt::from_session(session),
            Placed::Refused => Learnt::fact(Fact::SessionNeverMade),
            Placed::Unclear => return Ok(order),
        };
        Ok(self.apply(order.id, learnt).await?.unwrap_or(order))
    }

    async fn ask(&self, order: &Order) -> Result<Session, ProviderError> {
        let request: CreateSession = serde_json::from_value(order.session_request.clone())
            .map_err(|error| ProviderError::Unknown(error.to_string()))?;
        let answer = self.provider().create_session(&request, &order.session_key()).await;
        match &answer {
            Ok(_) => {}
            Err(error @ ProviderError::KeyMisused(_)) => {
                tracing::error!(order.id = %order.id, %error, "a frozen request was not repeated word for word");
            }
            Err(error) => tracing::warn!(order.id = %order.id, %error, "no checkout session for an order"),
        }
        answer
    }

    /// Looks for the session of an order among those made since.
    async fn search(&self, order: &Order) -> Result<Option<Session>, ProviderError> {
        let since = order.created_at.timestamp() - SEARCH_MARGIN_SECS;
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let page = self.provider().list_sessions(since, after.as_deref()).await?;
            after = page.sessions.last().map(|session| session.id.clone());
            if let Some(found) = page.sessions.into_iter().find(|session| session.order == Some(order.id)) {
                return Ok(Some(found));
            }
            if !page.has_more || after.is_none() {
                return Ok(None);
            }
        }
        Err(ProviderError::Unknown("too many sessions to search".to_owned()))
    }
}
