//! Sends the sandbox's webhooks to this server's own endpoint, signed, until they are taken.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use reqwest::header::{CONTENT_TYPE, HOST};

use super::Sandbox;
use crate::payments::webhook;
use crate::storage::{self, SandboxDelivery};

/// How long the endpoint may take; Stripe waits about as long.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Sessions whose webhooks are sent at a time.
const CONCURRENT: usize = 4;
/// Webhooks of one round.
const BATCH: i64 = 100;
/// How long a node has for what one session has to tell before another one takes over.
const LEASE: TimeDelta = TimeDelta::minutes(1);
/// The longest pause between two attempts.
const PAUSE_SECS_MAX: i64 = 60;
/// How long after an event it is still sent again, as Stripe does.
const KEPT_TRYING: TimeDelta = TimeDelta::days(3);

pub(super) fn http_client() -> reqwest::Client {
    // The process has one TLS provider; whoever comes first installs it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .expect("the client's settings are constants that reqwest takes")
}

impl Sandbox {
    /// Sends the webhooks whose time has come; tells when the next one's has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliver_due(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.0.db.read().await?;
        let due = tx.list_due_sandbox_deliveries(self.0.clock.now(), BATCH).await?;
        drop(tx);
        let results: Vec<_> = futures_util::stream::iter(by_session(due))
            .map(|deliveries| self.deliver_in_turn(deliveries))
            .buffer_unordered(CONCURRENT)
            .collect()
            .await;
        results.into_iter().collect::<storage::Result<()>>()?;
        let mut tx = self.0.db.read().await?;
        tx.find_next_sandbox_delivery().await
    }

    /// Waits until there may be something to deliver.
    pub async fn wait_for_news(&self) {
        self.0.news.notified().await;
    }

    /// Sends what one session has to tell, one after the other, so that an order that was chosen holds.
    async fn deliver_in_turn(&self, deliveries: Vec<SandboxDelivery>) -> storage::Result<()> {
        for delivery in self.claim(deliveries).await? {
            self.deliver(delivery).await?;
        }
        Ok(())
    }

    /// Keeps those that no other node is sending; one transaction, so that a session's stay together.
    async fn claim(&self, deliveries: Vec<SandboxDelivery>) -> storage::Result<Vec<SandboxDelivery>> {
        let now = self.0.clock.now();
        let mut ours = Vec::with_capacity(deliveries.len());
        let mut tx = self.0.db.write().await?;
        for delivery in deliveries {
            if tx.claim_sandbox_delivery(&delivery.id, now, now + LEASE).await? {
                ours.push(delivery);
            }
        }
        tx.commit().await?;
        Ok(ours)
    }

    async fn deliver(&self, delivery: SandboxDelivery) -> storage::Result<()> {
        let now = self.0.clock.now();
        let failure = self.send(&delivery).await;
        let mut tx = self.0.db.write().await?;
        match failure {
            None => {
                tx.mark_sandbox_event_delivered(&delivery.event_id, now).await?;
                tx.delete_sandbox_delivery(&delivery.id).await?;
            }
            Some(cause) if now - delivery.created_at > KEPT_TRYING => {
                tracing::warn!(sandbox.event = delivery.event_id, cause, "a sandbox webhook was given up");
                tx.delete_sandbox_delivery(&delivery.id).await?;
            }
            Some(cause) => {
                tracing::warn!(sandbox.event = delivery.event_id, cause, "a sandbox webhook was not taken");
                tx.postpone_sandbox_delivery(&delivery.id, now + pause(delivery.attempts)).await?;
            }
        }
        tx.commit().await
    }

    /// Sends a webhook; tells why it was not taken.
    async fn send(&self, delivery: &SandboxDelivery) -> Option<String> {
        let signature = webhook::sign(&self.0.webhook_secrets[0], &delivery.body, self.0.clock.now());
        let sent = self
            .0
            .http
            .post(format!("{}/api/v1/webhooks/stripe", self.addresses().own))
            .header(HOST, self.host())
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .header("stripe-signature", signature)
            .body(delivery.body.clone())
            .send()
            .await;
        match sent {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(response.status().to_string()),
            Err(error) => Some(error.without_url().to_string()),
        }
    }
}

/// Puts together what belongs to one session, each in its order.
fn by_session(deliveries: Vec<SandboxDelivery>) -> Vec<Vec<SandboxDelivery>> {
    let mut sessions: Vec<Vec<SandboxDelivery>> = Vec::new();
    for delivery in deliveries {
        match sessions.iter_mut().find(|session| session[0].session_id == delivery.session_id) {
            Some(session) => session.push(delivery),
            None => sessions.push(vec![delivery]),
        }
    }
    sessions
}

/// One second, then twice as long each time, up to a minute.
fn pause(attempts: i64) -> TimeDelta {
    let doubled = 1i64 << attempts.clamp(0, 6);
    TimeDelta::seconds(doubled.min(PAUSE_SECS_MAX))
}

#[cfg(test)]
mod tests {
    use super::pause;

    #[test]
    fn pauses_grow_up_to_a_minute() {
        let secs: Vec<i64> = [0, 1, 5, 6, 1_000_000].map(|attempts| pause(attempts).num_seconds()).into();
        assert_eq!(secs, [1, 2, 32, 60, 60]);
    }
}
