//! How the shop hears of what happened: at once, late, twice, the wrong way round, or never.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Sandbox;
use super::session::Session;
use crate::storage::{self, SandboxEvent, Tx};

/// What becomes of a session's next webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum News {
    /// They are sent at once.
    #[default]
    Now,
    /// Half a minute later, while the buyer is still on the page.
    HalfMinute,
    /// Two minutes later, when the buyer is long back.
    TwoMinutes,
    /// They are never sent, yet stay in the list of events.
    Never,
    /// Each is sent twice.
    Twice,
    /// Each waits for the next, which is then sent before it.
    Reversed,
}

impl News {
    /// Every choice, in the order of the page.
    pub const ALL: [Self; 6] =
        [Self::Now, Self::HalfMinute, Self::TwoMinutes, Self::Never, Self::Twice, Self::Reversed];

    /// The word of the page's form.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::HalfMinute => "half_minute",
            Self::TwoMinutes => "two_minutes",
            Self::Never => "never",
            Self::Twice => "twice",
            Self::Reversed => "reversed",
        }
    }

    /// Reads that word.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|news| news.name() == name)
    }
}

impl Sandbox {
    /// Writes an event that the delivery sends once this transaction is committed.
    ///
    /// The caller writes the session afterwards, which counts its events.
    pub(super) async fn announce(
        &self,
        tx: &mut Tx,
        session: &mut Session,
        kind: &str,
        object: Value,
    ) -> storage::Result<()> {
        let now = self.0.clock.now();
        session.data.events += 1;
        let id = self.id("evt_local");
        let body = json!({
            "id": id,
            "object": "event",
            "api_version": stripe_client_core::VERSION.as_str(),
            "created": now.timestamp(),
            "data": { "object": object },
            "livemode": false,
            "pending_webhooks": 1,
            "request": { "id": null, "idempotency_key": null },
            "type": kind,
        });
        let event = SandboxEvent {
            id,
            kind: kind.to_owned(),
            session_id: session.id.clone(),
            number: session.data.events,
            body: body.to_string().into_bytes(),
            created_at: now,
            deliveries: 0,
        };
        tx.insert_sandbox_event(&event).await?;
        let has_released = tx.release_sandbox_deliveries(&event.session_id, event.number, now).await?;
        let (times, at) = match session.data.news {
            News::Never => return Ok(()),
            News::Reversed if !has_released => (1, None),
            News::Twice => (2, Some(now)),
            News::HalfMinute => (1, Some(now + TimeDelta::seconds(30))),
            News::TwoMinutes => (1, Some(now + TimeDelta::seconds(120))),
            News::Now | News::Reversed => (1, Some(now)),
        };
        for _ in 0..times {
            tx.insert_sandbox_delivery(&self.id("dl_local"), &event, at).await?;
        }
        Ok(())
    }
}
