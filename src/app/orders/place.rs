//! Asks the provider for the checkout session of a reservation, word for word at each repetition.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::settle::{LEASE_SECS, Learnt};
use crate::app::App;
use crate::domain::order::{Order, OrderStatus};
use crate::domain::transition::Fact;
use crate::payments::{CreateSession, Provider, ProviderError, Session};
use crate::storage;

/// Sessions asked for under keys of their own before an order waits for the provider's list.
const ATTEMPTS_MAX: i64 = 3;
/// How long a buyer's request waits for its turn at the provider before a worker takes over.
const TURN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pages of sessions that are searched for a lost one: 2,000 sessions of the last hour.
const PAGES_MAX: usize = 20;
/// How far back a search begins before the order was made, for clocks that disagree.
const SEARCH_MARGIN_SECS: i64 = 300;
/// How long after its end a session that was never seen may still show up in a list.
const LATE_SECS: i64 = 60;

/// A backstop for sessions that nobody closes.
///
/// Stripe wants 30 minutes at least, also of a request that is repeated some minutes later.
const SESSION_MINUTES: i64 = 45;

/// When a session that is asked for now closes by itself; cut to the second, as the provider counts.
pub(in crate::app) fn session_end(now: DateTime<Utc>) -> DateTime<Utc> {
    let end = now + TimeDelta::minutes(SESSION_MINUTES);
    DateTime::from_timestamp(end.timestamp(), 0).unwrap_or(end)
}

/// What asking for a session brought.
#[derive(Debug)]
pub(in crate::app) enum Placed {
    /// There is one.
    Made(Box<Session>),
    /// There is none, and there will be none for this request; holds the provider's words.
    Refused(String),
    /// Not known yet.
    Unclear,
}

impl App {
    /// Asks for the session of an order that has just been reserved.
    pub(in crate::app) async fn place_first(&self, order: &Order) -> storage::Result<Placed> {
        let turns = self.checkout_bounds().session_turns.of(self.account_of(order.shop_id).await?);
        if tokio::time::timeout(TURN_TIMEOUT, turns.wait(self.bus().nodes())).await.is_err() {
            self.hand_over(order).await?;
            return Ok(Placed::Unclear);
        }
        let provider = self.provider_of(order.shop_id).await?;
        match ask(&provider, order).await {
            Ok(session) => Ok(Placed::Made(Box::new(session))),
            // Nobody has asked before, so a refusal means that there is no session.
            Err(ProviderError::Definite(error)) => Ok(Placed::Refused(error.to_string())),
            Err(failure @ ProviderError::StoredFailure(_)) => {
                self.place_unclear(&provider, order, failure).await
            }
            Err(_) => Ok(Placed::Unclear),
        }
    }

    /// Asks once more for a session of which nothing is known: the first answer may have been lost.
    pub(in crate::app) async fn place_again(&self, order: &Order) -> storage::Result<Placed> {
        let turns = self.checkout_bounds().session_turns.of(self.account_of(order.shop_id).await?);
        turns.wait(self.bus().nodes()).await;
        let provider = self.provider_of(order.shop_id).await?;
        match ask(&provider, order).await {
            Ok(session) => Ok(Placed::Made(Box::new(session))),
            Err(failure) => self.place_unclear(&provider, order, failure).await,
        }
    }

    /// Finds out whether a request that failed made a session all the same.
    async fn place_unclear(
        &self,
        provider: &Provider,
        order: &Order,
        failure: ProviderError,
    ) -> storage::Result<Placed> {
        let overdue = order.session_expires_at + TimeDelta::seconds(LATE_SECS);
        let Ok(found) = search(provider, order).await else { return Ok(Placed::Unclear) };
        if let Some(session) = found {
            return Ok(Placed::Made(Box::new(session)));
        }
        match failure {
            // Refused now and in no list.
            ProviderError::Definite(error) => Ok(Placed::Refused(error.to_string())),
            // Past the time at which it would have closed by itself.
            failure if self.clock().now() > overdue => Ok(Placed::Refused(failure.to_string())),
            ProviderError::StoredFailure(_) => self.place_anew(provider, order).await,
            _ => Ok(Placed::Unclear),
        }
    }

    /// Asks under a new key, since the old one answers with its stored failure for a day.
    ///
    /// Should the failed request have made a session after all, the reconciliation finds and closes
    /// it; were it paid first, it would be the order's.
    async fn place_anew(&self, provider: &Provider, order: &Order) -> storage::Result<Placed> {
        let Some(order) = self.begin_attempt(order).await? else { return Ok(Placed::Unclear) };
        Ok(match ask(provider, &order).await {
            Ok(session) => Placed::Made(Box::new(session)),
            Err(ProviderError::Definite(error)) => Placed::Refused(error.to_string()),
            Err(_) => Placed::Unclear,
        })
    }

    /// Freezes the request of an order's next attempt. `None` when it is not wanted any more.
    async fn begin_attempt(&self, order: &Order) -> storage::Result<Option<Order>> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let Some(mut current) = tx.lock_order(order.id).await? else { return Ok(None) };
        let is_wanted = current.status == OrderStatus::Reserved
            && current.attempt == order.attempt
            && current.attempt < ATTEMPTS_MAX;
        if !is_wanted {
            return Ok(None);
        }
        let expires_at = session_end(now);
        current.attempt += 1;
        current.session_expires_at = expires_at;
        current.session_request["expires_at"] = expires_at.timestamp().into();
        current.next_action_at = Some(now + TimeDelta::seconds(LEASE_SECS));
        current.updated_at = now;
        tx.update_order(&current, OrderStatus::Reserved).await?;
        tx.commit().await?;
        tracing::warn!(order.id = %order.id, attempt = current.attempt, "a session is asked for under a new key");
        Ok(Some(current))
    }

    /// Leaves an order to the workers, now.
    async fn hand_over(&self, order: &Order) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        tx.reschedule_order(order.id, self.clock().now()).await?;
        tx.commit().await?;
        self.payment_news().orders.notify_one();
        Ok(())
    }

    /// Applies what asking brought; tells how the order stands then.
    pub(in crate::app) async fn settle_placed(
        &self,
        order: Order,
        placed: &Placed,
    ) -> storage::Result<Order> {
        let learnt = match placed {
            Placed::Made(session) => Learnt::from_session(session),
            Placed::Refused(failure) => {
                Learnt { failure: Some(failure), ..Learnt::fact(Fact::SessionNeverMade) }
            }
            Placed::Unclear => return Ok(order),
        };
        Ok(self.apply(order.id, learnt).await?.unwrap_or(order))
    }
}

async fn ask(provider: &Provider, order: &Order) -> Result<Session, ProviderError> {
    if provider.is_live() == order.is_test || provider.mode() != order.provider {
        // The shop went live since the click; a worker lets the reservation go.
        return Err(ProviderError::Unknown("payments have changed since the order was made".to_owned()));
    }
    let request: CreateSession = serde_json::from_value(order.session_request.clone())
        .map_err(|error| ProviderError::Unknown(error.to_string()))?;
    let answer = provider.create_session(&request, &order.session_key()).await;
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
async fn search(provider: &Provider, order: &Order) -> Result<Option<Session>, ProviderError> {
    let since = order.created_at.timestamp() - SEARCH_MARGIN_SECS;
    let mut after: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let page = provider.list_sessions(since, after.as_deref()).await?;
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
