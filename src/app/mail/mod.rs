//! Mail about orders: queued with the change it tells of, written and sent by a worker.
//!
//! A mail is rendered when it is sent, so it tells the newest tracking code and the address that
//! buyer or member has then. Invariant: one mail for each order, kind, recipient and refund; only a crash
//! between the server's answer and our note of it sends one twice, under the same `Message-ID`.

mod draft;
mod invitation;
mod legal;
mod words;
mod worker;

pub use worker::run_mail_worker;

use super::App;
use crate::domain::ids::{RefundId, ShopId};
use crate::domain::mail::{MailKind, MailRecipient, mails_due};
use crate::domain::member::Permission;
use crate::domain::order::{Buyer, Order};
use crate::storage::{self, NewMail, Tx};

/// Members who are written to about one order, the first ones of the shop.
const MEMBERS_MAX: usize = 10;

impl App {
    /// Queues the mails that a change of an order gives rise to, in the transaction of the change.
    pub(in crate::app) async fn queue_mails(
        &self,
        tx: &mut Tx,
        before: &Order,
        after: &Order,
    ) -> storage::Result<()> {
        for kind in mails_due(before, after) {
            self.queue_mail(tx, after, kind, None).await?;
        }
        Ok(())
    }

    /// Queues the mail to the buyer that tells of money which went back.
    pub(in crate::app) async fn queue_refund_mail(
        &self,
        tx: &mut Tx,
        order: &Order,
        refund: RefundId,
    ) -> storage::Result<()> {
        self.queue_mail(tx, order, MailKind::OrderRefunded, Some(refund)).await
    }

    /// Queues one mail about an order to all whom it concerns; a repetition adds nothing.
    async fn queue_mail(
        &self,
        tx: &mut Tx,
        order: &Order,
        kind: MailKind,
        refund: Option<RefundId>,
    ) -> storage::Result<()> {
        let recipients = if kind.is_for_buyer() {
            let has_address = address_of(order.buyer.as_ref()).is_some();
            has_address.then_some(MailRecipient::Buyer).into_iter().collect()
        } else {
            shop_recipients(tx, order.shop_id).await?
        };
        let (shop, at) = (order.shop_id, self.clock().now());
        for recipient in recipients {
            let id = self.clock().uuid();
            tx.insert_mail(NewMail { id, shop, order: order.id, kind, recipient, refund, at }).await?;
        }
        Ok(())
    }
}

/// The members who may see orders.
pub(in crate::app) async fn shop_recipients(
    tx: &mut Tx,
    shop: ShopId,
) -> storage::Result<Vec<MailRecipient>> {
    let members = tx.list_members(shop).await?;
    let concerned = members.iter().filter(|member| member.role.may(Permission::Orders));
    Ok(concerned.take(MEMBERS_MAX).map(|member| MailRecipient::Member(member.id)).collect())
}

/// Where a buyer gets mail.
pub(in crate::app) fn address_of(buyer: Option<&Buyer>) -> Option<&str> {
    buyer.and_then(|buyer| buyer.email.as_deref()).filter(|address| !address.trim().is_empty())
}
