//! Reads what the sandbox remembers: single objects, and pages of them behind a cursor.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Sandbox;
use super::answer::Refusal;
use super::desk::Stop;
use super::form::Form;
use super::params;
use super::refunds::REFUND;
use super::session::Session;
use super::shapes::stored_refund_json;
use crate::domain::ids::ShopId;
use crate::storage::{
    self, SandboxEvent, SandboxEventFilter, SandboxObject, SandboxPage, SandboxSessionFilter, Tx,
};

/// Members on one page unless asked otherwise, as Stripe's.
const PAGE_DEFAULT: i64 = 10;
/// Members on one page at most, as Stripe's.
const PAGE_MAX: i64 = 100;
/// A time in seconds that no object reaches: the year 9999, so that times as text keep their order.
const FAR_FUTURE_SECS: i64 = 253_370_764_800;
/// Names of events that one list may ask for, as Stripe's.
const TYPES_MAX: usize = 20;

/// What can be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Look {
    Session,
    Sessions,
    Payment,
    Payments,
    Refund,
    Refunds,
    Event,
    Events,
    WebhookEndpoint,
    WebhookEndpoints,
    Account,
    Balance,
    Country,
}

/// A page's request with its numbers read.
struct PageQuery<'a> {
    page: SandboxPage<'a>,
    /// How many to give; one more is asked for, to know whether more follow.
    shown: usize,
}

impl Sandbox {
    /// Answers a request that changes nothing.
    pub(super) async fn look(&self, what: Look, id: &str, query: &Form) -> Result<Value, Stop> {
        match what {
            Look::Session => Ok(self.render(&self.read_session(id).await?)),
            Look::Sessions => self.list_sessions(query).await,
            Look::Payment => self.read_payment(id).await,
            Look::Payments => self.list_payments(query).await,
            Look::Refund => self.read_refund(id).await,
            Look::Refunds => self.list_refunds(query).await,
            Look::Event => self.read_event(id).await,
            Look::Events => self.list_events(query).await,
            Look::WebhookEndpoint => self.read_webhook_endpoint(id).await,
            Look::WebhookEndpoints => self.list_webhook_endpoints(query).await,
            Look::Account => Ok(self.account()),
            Look::Balance => Ok(self.balance()),
            Look::Country => Ok(self.country(id)?),
        }
    }

    /// A session as it is now, its clock considered.
    pub(super) async fn read_session(&self, id: &str) -> Result<Session, Stop> {
        let mut tx = self.0.db.write().await?;
        let session = self.lock(&mut tx, id).await?;
        tx.commit().await?;
        Ok(session)
    }

    async fn read_payment(&self, id: &str) -> Result<Value, Stop> {
        let mut tx = self.0.db.read().await?;
        let session = self.session_of_payment(&mut tx, id).await?;
        Ok(session.ok_or_else(|| Refusal::missing("payment_intent", id))?.payment_json())
    }

    async fn session_of_payment(&self, tx: &mut Tx, id: &str) -> storage::Result<Option<Session>> {
        let filter = SandboxSessionFilter { payment_intent_id: Some(id), ..SandboxSessionFilter::default() };
        let rows = tx.list_sandbox_sessions(filter, everything(1)).await?;
        Ok(rows.into_iter().next().and_then(Session::from_row))
    }

    async fn read_refund(&self, id: &str) -> Result<Value, Stop> {
        let mut tx = self.0.db.read().await?;
        let object = tx.find_sandbox_object(REFUND, id).await?;
        let shape = object.as_ref().and_then(stored_refund_json);
        Ok(shape.ok_or_else(|| Refusal::missing("refund", id))?)
    }

    /// The refunds of a session, the newest first, for its pay page.
    pub(super) async fn refunds_of(&self, session: &Session) -> storage::Result<Vec<SandboxObject>> {
        let mut tx = self.0.db.read().await?;
        tx.list_sandbox_objects(REFUND, Some(&session.id), everything(PAGE_MAX)).await
    }

    async fn read_event(&self, id: &str) -> Result<Value, Stop> {
        let mut tx = self.0.db.read().await?;
        let event = tx.find_sandbox_event(id).await?;
        Ok(event.as_ref().and_then(event_json).ok_or_else(|| Refusal::missing("event", id))?)
    }

    async fn list_sessions(&self, query: &Form) -> Result<Value, Stop> {
        params::check_page(query, &["payment_intent", "status"])?;
        let status = query.text(&["status"]);
        if status.is_some_and(|status| !matches!(status, "open" | "complete" | "expired")) {
            return Err(Refusal::invalid("status", "Must be open, complete or expired.").into());
        }
        let PageQuery { page, shown } = read_page(query)?;
        let mut tx = self.0.db.read().await?;
        if let Some(after) = page.after {
            let cursor = tx.find_sandbox_session(after).await?;
            cursor.ok_or_else(|| Refusal::missing("checkout.session", after))?;
        }
        let filter = SandboxSessionFilter {
            payment_intent_id: query.text(&["payment_intent"]),
            status,
            ..SandboxSessionFilter::default()
        };
        let rows = tx.list_sandbox_sessions(filter, page).await?;
        let has_more = rows.len() > shown;
        let sessions = rows.into_iter().take(shown).filter_map(Session::from_row);
        Ok(list("/v1/checkout/sessions", has_more, sessions.map(|session| self.render(&session))))
    }

    async fn list_payments(&self, query: &Form) -> Result<Value, Stop> {
        params::check_page(query, &[])?;
        let PageQuery { page, shown } = read_page(query)?;
        let mut tx = self.0.db.read().await?;
        let after = match page.after {
            None => None,
            Some(payment) => {
                let session = self.session_of_payment(&mut tx, payment).await?;
                Some(session.ok_or_else(|| Refusal::missing("payment_intent", payment))?.id)
            }
        };
        let filter = SandboxSessionFilter { has_payment: Some(true), ..SandboxSessionFilter::default() };
        let page = SandboxPage { after: after.as_deref(), ..page };
        let rows = tx.list_sandbox_sessions(filter, page).await?;
        let has_more = rows.len() > shown;
        let sessions = rows.into_iter().take(shown).filter_map(Session::from_row);
        Ok(list("/v1/payment_intents", has_more, sessions.map(|session| session.payment_json())))
    }

    async fn list_refunds(&self, query: &Form) -> Result<Value, Stop> {
        params::check_page(query, &["payment_intent"])?;
        let PageQuery { page, shown } = read_page(query)?;
        let mut tx = self.0.db.read().await?;
        self.check_cursor(&mut tx, REFUND, page.after).await?;
        let session = match query.text(&["payment_intent"]) {
            None => None,
            Some(payment) => {
                let session = self.session_of_payment(&mut tx, payment).await?;
                Some(session.ok_or_else(|| Refusal::missing("payment_intent", payment))?.id)
            }
        };
        let objects = tx.list_sandbox_objects(REFUND, session.as_deref(), page).await?;
        let has_more = objects.len() > shown;
        Ok(list("/v1/refunds", has_more, objects.iter().take(shown).filter_map(stored_refund_json)))
    }

    async fn list_events(&self, query: &Form) -> Result<Value, Stop> {
        params::check_page(query, &["type", "types[#]", "delivery_success"])?;
        let PageQuery { page, shown } = read_page(query)?;
        let mut kinds = query.list_texts(&["types"]);
        kinds.extend(query.text(&["type"]).map(str::to_owned));
        if kinds.len() > TYPES_MAX || kinds.iter().any(|kind| kind.contains([',', '%', '*'])) {
            return Err(Refusal::invalid("types", "Send at most 20 full names of events.").into());
        }
        let kinds = (!kinds.is_empty()).then(|| format!(",{},", kinds.join(",")));
        let is_delivered = query.flag(&["delivery_success"]);
        if query.has(&["delivery_success"]) && is_delivered.is_none() {
            return Err(Refusal::invalid("delivery_success", "Invalid boolean.").into());
        }
        let mut tx = self.0.db.read().await?;
        if let Some(after) = page.after {
            let cursor = tx.find_sandbox_event(after).await?;
            cursor.ok_or_else(|| Refusal::missing("event", after))?;
        }
        let filter = SandboxEventFilter { kinds: kinds.as_deref(), is_delivered };
        let events = tx.list_sandbox_events(filter, page).await?;
        let has_more = events.len() > shown;
        Ok(list("/v1/events", has_more, events.iter().take(shown).filter_map(event_json)))
    }

    async fn list_webhook_endpoints(&self, query: &Form) -> Result<Value, Stop> {
        params::check_page(query, &[])?;
        let PageQuery { page, shown } = read_page(query)?;
        let mut tx = self.0.db.read().await?;
        self.check_cursor(&mut tx, "webhook_endpoint", page.after).await?;
        let objects = tx.list_sandbox_objects("webhook_endpoint", None, page).await?;
        let has_more = objects.len() > shown;
        Ok(list("/v1/webhook_endpoints", has_more, objects.into_iter().take(shown).map(|object| object.data)))
    }

    async fn check_cursor(&self, tx: &mut Tx, kind: &str, after: Option<&str>) -> Result<(), Stop> {
        if let Some(after) = after {
            let cursor = tx.find_sandbox_object(kind, after).await?;
            cursor.ok_or_else(|| Refusal::missing(kind, after))?;
        }
        Ok(())
    }

    /// The name of the shop that asked for a session, for its pay page.
    pub(super) async fn shop_name(&self, session: &Session) -> storage::Result<String> {
        let id = session.data.metadata.get("shop").and_then(|id| ShopId::from_str(id).ok());
        let mut tx = self.0.db.read().await?;
        let shop = match id {
            Some(id) => tx.find_shop(id).await?,
            None => None,
        };
        Ok(shop.map(|shop| shop.name).unwrap_or_default())
    }
}

fn event_json(event: &SandboxEvent) -> Option<Value> {
    serde_json::from_slice(&event.body).ok()
}

fn list(url: &str, has_more: bool, members: impl Iterator<Item = Value>) -> Value {
    let data: Vec<Value> = members.collect();
    json!({ "object": "list", "url": url, "has_more": has_more, "data": data })
}

/// The newest of all times.
pub(super) fn everything(limit: i64) -> SandboxPage<'static> {
    SandboxPage { from: DateTime::UNIX_EPOCH, before: at(FAR_FUTURE_SECS), after: None, limit }
}

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(secs.clamp(0, FAR_FUTURE_SECS), 0).unwrap_or_default()
}

fn read_page(query: &Form) -> Result<PageQuery<'_>, Refusal> {
    let number = |path: &[&str]| match (query.has(path), query.number(path)) {
        (true, None) => Err(Refusal::invalid(path[0], "Invalid integer.")),
        (_, number) => Ok(number),
    };
    let shown = number(&["limit"])?.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&shown) {
        return Err(Refusal::invalid("limit", "A page has 1 to 100 members."));
    }
    // Times are whole seconds here and milliseconds in the database, so `gt` and `lte` step over one.
    let next = |secs: Option<i64>| secs.map(|secs| secs.saturating_add(1));
    let from = number(&["created", "gte"])?.max(next(number(&["created", "gt"])?));
    let before = [number(&["created", "lt"])?, next(number(&["created", "lte"])?)];
    let before = before.into_iter().flatten().min();
    let page = SandboxPage {
        from: at(from.unwrap_or_default()),
        before: at(before.unwrap_or(FAR_FUTURE_SECS)),
        after: query.text(&["starting_after"]),
        limit: shown + 1,
    };
    Ok(PageQuery { page, shown: usize::try_from(shown).unwrap_or_default() })
}
