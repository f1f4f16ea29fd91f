//! What may happen in one step of a schedule.

use std::net::{IpAddr, Ipv4Addr};

use chrono::TimeDelta;
use rand::Rng;
use vetrina::app::checkout::{CheckoutLine, CheckoutRequest};
use vetrina::app::orders::{RefundRequest, do_due_payment_work};
use vetrina::domain::checkout::{CheckoutReturn, CheckoutUi};
use vetrina::domain::language::Language;
use vetrina::domain::money::Amount;
use vetrina::domain::order::{OrderStatus, ReleaseReason};

use super::{Play, Worker, World, tell};

impl World {
    pub(super) async fn click(&mut self, play: &mut Play) {
        let (viewer, request) = if !play.clicks.is_empty() && self.rng.random_bool(0.25) {
            // The answer did not arrive, so the browser asks again.
            play.clicks[self.rng.random_range(0..play.clicks.len())].clone()
        } else {
            let viewer = play.viewers[self.rng.random_range(0..play.viewers.len())];
            let both = self.rng.random_bool(0.2);
            let first = self.rng.random_range(0..play.variants.len());
            let wanted = if both { &play.variants[..] } else { &play.variants[first..=first] };
            let lines = wanted
                .iter()
                .map(|&variant_id| CheckoutLine {
                    variant_id,
                    units: if self.rng.random_bool(0.2) { 2 } else { 1 },
                    seen_price: None,
                })
                .collect();
            let idempotency_key = self.clock.uuid().to_string();
            let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let request = CheckoutRequest {
                show: self.show,
                idempotency_key,
                lines,
                ship_to: None,
                address,
                language: Language::Italian,
                ui: CheckoutUi::default(),
                returns_to: CheckoutReturn::default(),
                is_plain: false,
                link: None,
            };
            play.clicks.push((viewer, request.clone()));
            (viewer, request)
        };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(
            async move { drop(Box::pin(app.create_checkout(viewer, &request)).await) },
        ))
        .await;
    }

    /// A buyer who has a payment page open uses it, also when our side has moved on.
    pub(super) fn pay(&mut self) {
        let mut books = self.ledger.books();
        if books.sessions.is_empty() {
            return;
        }
        let index = self.rng.random_range(0..books.sessions.len());
        if self.rng.random_bool(0.25) {
            books.settle(index, self.rng.random_bool(0.6));
        } else {
            books.pay(index, self.rng.random_bool(0.25));
        }
    }

    /// A webhook arrives: any of those that wait, once or more often, or never.
    pub(super) async fn deliver(&mut self, play: &Play) {
        let event = {
            let mut books = self.ledger.books();
            if books.events.is_empty() {
                return;
            }
            let index = self.rng.random_range(0..books.events.len());
            if self.rng.random_bool(0.2) { books.events[index].clone() } else { books.events.remove(index) }
        };
        if play.loses_webhooks && self.rng.random_bool(0.3) {
            return;
        }
        let count = if self.rng.random_bool(0.15) { 3 } else { 1 };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move {
            let calls = (0..count).map(|_| tell(&app, &event));
            futures_util::future::join_all(calls).await;
        }))
        .await;
    }

    /// A buyer looks at the own checkout.
    pub(super) async fn come_back(&mut self, play: &Play) {
        let Some((viewer, order)) = self.any_checkout(play).await else { return };
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(app.get_checkout(viewer, order).await) })).await;
    }

    pub(super) async fn give_up(&mut self, play: &Play) {
        let Some((viewer, order)) = self.any_checkout(play).await else { return };
        let (app, owner) = (self.app.clone(), self.seed.owner.clone());
        let is_buyer = self.rng.random_bool(0.7);
        self.perhaps_crash(Box::pin(async move {
            if is_buyer {
                drop(app.cancel_checkout(viewer, order).await);
            } else {
                drop(app.release_order(&owner, order).await);
            }
        }))
        .await;
    }

    pub(super) async fn refund(&mut self, play: &Play) {
        let Some((_, order)) = self.any_checkout(play).await else { return };
        let (app, owner) = (self.app.clone(), self.seed.owner.clone());
        let amount = self.rng.random_bool(0.5).then(|| Amount::from_minor(1_000));
        let request = RefundRequest { amount, ..RefundRequest::default() };
        self.perhaps_crash(Box::pin(async move { drop(app.refund_order(&owner, order, &request).await) }))
            .await;
    }

    pub(super) async fn work(&mut self, play: &Play) {
        if play.worker == Worker::FreesByItself {
            self.free_by_the_timer(play).await;
        }
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(do_due_payment_work(&app).await) })).await;
    }

    pub(super) async fn compare(&mut self) {
        let app = self.app.clone();
        self.perhaps_crash(Box::pin(async move { drop(app.reconcile_sessions().await) })).await;
    }

    pub(super) fn move_clock(&mut self) {
        let secs = match self.rng.random_range(0..10) {
            0..4 => self.rng.random_range(1..60),
            4..7 => self.rng.random_range(60..1_200),
            7..9 => self.rng.random_range(1_200..7_200),
            // Somebody corrects the machine's clock.
            _ => -self.rng.random_range(1..240),
        };
        self.clock.advance(TimeDelta::seconds(secs));
        self.ledger.books().pass_time();
    }

    pub(super) fn trouble(&mut self) {
        let mut books = self.ledger.books();
        books.is_down = self.rng.random_bool(0.25);
        books.faults = [0, 10, 40, 70][self.rng.random_range(0..4)];
    }

    /// The planted bug: what lapses by our timer is free, whatever the provider would say.
    async fn free_by_the_timer(&self, play: &Play) {
        let now = self.clock.now();
        for order in self.orders(play).await {
            if order.status != OrderStatus::Open || order.reserved_until.is_none_or(|until| until > now) {
                continue;
            }
            let mut tx = self.server.database.write().await.expect("the database writes");
            let mut order = tx.lock_order(order.id).await.expect("the query runs").expect("an order");
            order.status = OrderStatus::Expired;
            order.release_reason = Some(ReleaseReason::Expired);
            (order.reserved_until, order.next_action_at) = (None, None);
            assert!(tx.update_order(&order, OrderStatus::Open).await.expect("the query runs"));
            tx.free_stock(&order).await.expect("the pieces are there");
            tx.delete_reservation_slots(order.id).await.expect("the query runs");
            tx.commit().await.expect("it lasts");
        }
    }
}
