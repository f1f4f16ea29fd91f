//! What has to hold at every moment, and how a schedule comes to its end.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use vetrina::app::orders::do_due_payment_work;
use vetrina::domain::order::{Order, OrderStatus};

use super::{Play, World, tell};
use crate::support::books::compare;

/// Rounds in which everything has to come to rest.
const ROUNDS_MAX: usize = 400;

impl World {
    /// What has to hold at every moment: I1 to I4.
    pub(super) async fn check_promises(&self, play: &Play) -> Result<(), String> {
        let breaches = self.app.audit_stock().await.expect("the audit runs");
        if !breaches.is_empty() {
            return Err(format!("the counters disagree with the orders: {breaches:?}"));
        }
        let orders = self.orders(play).await;
        let books = self.ledger.books();
        for order in orders {
            let is_freed = matches!(
                order.status,
                OrderStatus::Expired | OrderStatus::Failed | OrderStatus::CreateFailed
            );
            let id = order.id.to_string();
            let open = books.sessions.iter().find(|session| session.order == id && session.status == "open");
            if let (true, Some(session)) = (is_freed, open) {
                return Err(format!(
                    "{} is {} but {} could still be paid",
                    order.id, order.status, session.id
                ));
            }
        }
        Ok(())
    }

    /// Troubles end, time passes, and everything has to settle.
    pub(super) async fn come_to_rest(&mut self, play: &Play) -> Result<(), String> {
        {
            let mut books = self.ledger.books();
            (books.is_down, books.faults) = (false, 0);
            for index in 0..books.sessions.len() {
                books.settle(index, self.rng.random_bool(0.6));
            }
            books.settle_refunds();
        }
        for round in 0..ROUNDS_MAX {
            // Some webhooks arrive late, the others never.
            let event = self.ledger.books().events.pop();
            if let Some(event) = event.filter(|_| !play.loses_webhooks || self.rng.random_bool(0.5)) {
                tell(&self.app, &event).await;
            }
            do_due_payment_work(&self.app).await.expect("the work is done");
            if round % 20 == 0 {
                self.app.reconcile_sessions().await.expect("the lists are compared");
            }
            self.check_promises(play).await?;
            if self.is_at_rest(play).await {
                return Ok(());
            }
            let minutes = if round < 100 { 3 } else { 120 };
            self.clock.advance(TimeDelta::minutes(minutes));
            let mut books = self.ledger.books();
            books.pass_time();
            books.settle_refunds();
        }
        let orders = self.orders(play).await;
        let stuck: Vec<_> = orders.iter().map(|order| (&order.id, order.status, &order.session_id)).collect();
        let due = self.due().await;
        let books = self.ledger.books();
        let sessions: Vec<_> =
            books.sessions.iter().map(|s| (&s.id, &s.order, s.status, s.payment_status)).collect();
        Err(format!("not everything came to rest: due {due:?}, {stuck:?}, {sessions:?}, {:?}", books.refunds))
    }

    async fn is_at_rest(&self, play: &Play) -> bool {
        let is_open = self.ledger.books().sessions.iter().any(|session| session.status == "open");
        let orders = self.orders(play).await;
        let is_held = orders.iter().any(|order| order.status.holds_stock());
        !is_open && !is_held && self.due().await == [None; 4] && self.is_all_known(&orders)
    }

    /// When orders, refunds, stray sessions and events wait for a worker.
    async fn due(&self) -> [Option<DateTime<Utc>>; 4] {
        let mut tx = self.server.database.read().await.expect("the database reads");
        [
            tx.find_next_order_action().await.expect("the query runs"),
            tx.find_next_refund_action().await.expect("the query runs"),
            tx.find_next_stray_action().await.expect("the query runs"),
            tx.find_next_provider_event().await.expect("the query runs"),
        ]
    }

    /// Whether the books have heard of every payment that the ledger has.
    fn is_all_known(&self, orders: &[Order]) -> bool {
        let books = self.ledger.books();
        books.sessions.iter().filter(|session| session.payment_status == "paid").all(|session| {
            let payment = session.payment.as_deref().unwrap_or_default();
            let is_own = orders.iter().any(|order| order.session_id.as_ref() == Some(&session.id));
            is_own || books.refunded(payment) == session.amount
        })
    }

    /// I6: every paid session was fulfilled, once, or its money went back.
    pub(super) async fn check_end(&mut self, play: &Play) -> Result<(), String> {
        let orders = self.orders(play).await;
        let (paid, refunds) = {
            let books = self.ledger.books();
            (books.paid_sessions(), books.refunds.len())
        };
        compare(&self.server.database, &orders, &paid).await?;
        self.counted.orders += orders.len() as u64;
        self.counted.refunds += refunds as u64;
        for order in &orders {
            match order.status {
                OrderStatus::Paid => self.counted.paid += 1,
                OrderStatus::Expired => self.counted.expired += 1,
                _ => {}
            }
        }
        Ok(())
    }
}
