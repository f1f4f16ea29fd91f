//! Sends the mail about withdrawals, by the same rules as the mail about orders.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;

use super::worker::{LEASE_SECS, MAILS_AT_ONCE, MAILS_BATCH};
use crate::app::App;
use crate::storage::{self, DueMail};

impl App {
    /// Sends the mails whose time has come; tells when the next one's has.
    pub(super) async fn send_due_legal_mails(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let due = tx.list_due_legal_mails(self.clock().now(), MAILS_BATCH).await?;
        drop(tx);
        futures_util::stream::iter(due)
            .for_each_concurrent(MAILS_AT_ONCE, |due| async move {
                if let Err(error) = self.send_due_legal(due).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(mail.id = %due.id, error, "a mail about a withdrawal has to wait");
                }
            })
            .await;
        let mut tx = self.db().read().await?;
        tx.find_next_legal_mail().await
    }

    /// Takes a mail from the other nodes for a while and tries to send it.
    async fn send_due_legal(&self, due: DueMail) -> storage::Result<()> {
        let until = self.clock().now() + TimeDelta::seconds(LEASE_SECS);
        let mut tx = self.db().write().await?;
        let claimed = tx.claim_legal_mail(due, until).await?;
        tx.commit().await?;
        let Some(mail) = claimed else { return Ok(()) };
        let (id, attempts) = (mail.id, mail.attempts);
        let sent = match self.write_legal_letter(&mail).await? {
            Ok(letter) => self.mailer().send(&letter).await.map_err(Some),
            Err(why) => {
                tracing::info!(mail.id = %id, order.id = %mail.order_id, why, "a mail is dropped");
                Err(None)
            }
        };
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        match sent {
            Ok(()) => tx.finish_legal_mail(id, now).await?,
            Err(error) => {
                let again_at = error.as_ref().and_then(|error| self.next_attempt(attempts, error, now));
                if let Some(error) = error {
                    tracing::warn!(mail.id = %id, attempts, %error, "a mail about a withdrawal was not sent");
                }
                tx.put_off_legal_mail(id, again_at, now).await?;
            }
        }
        tx.commit().await
    }
}
