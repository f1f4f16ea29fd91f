//! Sends the mail that waits, again and again until it is out or given up.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use tokio_util::sync::CancellationToken;

use super::address_of;
use super::draft::{Draft, Subject, Terms};
use super::words::words;
use crate::app::App;
use crate::app::legal::instructions;
use crate::domain::language::Language;
use crate::domain::legal::LegalSettings;
use crate::domain::mail::MailRecipient;
use crate::mail::{Letter, SendError};
use crate::storage::{self, DueMail, Shop, StoredMail, Tx};

/// Mails of one round.
pub(super) const MAILS_BATCH: i64 = 64;
/// Mails sent at a time; providers allow few connections of one customer.
pub(super) const MAILS_AT_ONCE: usize = 4;
/// How long a worker has for a mail before another one may take it; longer than sending can take.
pub(super) const LEASE_SECS: i64 = 5 * 60;
/// Pauses between the attempts, in seconds; after the last one a mail is given up, after two days.
const PAUSES_SECS: [i64; 9] = [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 43_200, 43_200];
/// The longest the worker waits before it looks again, for what other nodes wrote.
const WAIT_SECS_MAX: i64 = 30;
/// How long the worker waits after a failure of the database.
const WAIT_SECS_FAILED: i64 = 5;

/// What became of one attempt.
enum Outcome {
    Sent,
    /// There is nobody to send it to any more.
    Pointless(&'static str),
    Failed(SendError),
}

/// Sends mail until it is cancelled; a letter begun is finished.
pub async fn run_mail_worker(app: App, cancel: CancellationToken) {
    while !cancel.is_cancelled() {
        let next = app.send_due_mails().await;
        let now = app.clock().now();
        let latest = now + TimeDelta::seconds(WAIT_SECS_MAX);
        let until = match next {
            Ok(next) => next.map_or(latest, |at| at.min(latest)),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the mail worker has to wait");
                now + TimeDelta::seconds(WAIT_SECS_FAILED)
            }
        };
        tokio::select! {
            () = cancel.cancelled() => {}
            () = app.mail_news().notified() => {}
            () = app.clock().sleep_until(until) => {}
        }
    }
}

impl App {
    /// Sends the mails whose time has come; tells when the next one's has.
    async fn send_due_mails(&self) -> storage::Result<Option<DateTime<Utc>>> {
        let mut tx = self.db().read().await?;
        let due = tx.list_due_mails(self.clock().now(), MAILS_BATCH).await?;
        drop(tx);
        futures_util::stream::iter(due)
            .for_each_concurrent(MAILS_AT_ONCE, |due| async move {
                if let Err(error) = self.send_due(due).await {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(mail.id = %due.id, error, "a mail has to wait");
                }
            })
            .await;
        let next_legal = self.send_due_legal_mails().await?;
        let mut tx = self.db().read().await?;
        let next = tx.find_next_mail().await?;
        Ok(next.into_iter().chain(next_legal).min())
    }

    /// Takes a mail from the other nodes for a while and tries to send it.
    async fn send_due(&self, due: DueMail) -> storage::Result<()> {
        let until = self.clock().now() + TimeDelta::seconds(LEASE_SECS);
        let mut tx = self.db().write().await?;
        let claimed = tx.claim_mail(due, until).await?;
        tx.commit().await?;
        let Some(mail) = claimed else { return Ok(()) };
        let outcome = self.attempt(&mail).await?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        match outcome {
            Outcome::Sent => tx.finish_mail(mail.id, now).await?,
            Outcome::Pointless(why) => {
                tracing::info!(mail.id = %mail.id, order.id = %mail.order_id, why, "a mail is dropped");
                tx.give_up_mail(mail.id, now).await?;
            }
            Outcome::Failed(error) => self.note_failure(&mut tx, &mail, &error, now).await?,
        }
        tx.commit().await
    }

    /// Has a failed mail tried again later, or gives it up.
    async fn note_failure(
        &self,
        tx: &mut Tx,
        mail: &StoredMail,
        error: &SendError,
        now: DateTime<Utc>,
    ) -> storage::Result<()> {
        let (id, order, attempts) = (mail.id, mail.order_id, mail.attempts);
        if let Some(at) = self.next_attempt(attempts, error, now) {
            tracing::warn!(mail.id = %id, order.id = %order, attempts, %error, "a mail is tried again later");
            tx.retry_mail(id, at).await
        } else {
            tracing::error!(mail.id = %id, order.id = %order, attempts, %error, "a mail is given up");
            tx.give_up_mail(id, now).await
        }
    }

    /// What is told in writing of the contract, as it stands now.
    fn terms(&self, shop: &Shop, legal: &LegalSettings, language: Language) -> Terms {
        let words = words(language);
        let pages = [
            ("seller", words.seller),
            ("terms", words.terms),
            ("withdrawal", words.withdrawal),
            ("privacy", words.privacy),
        ];
        Terms {
            instructions: instructions(legal, language),
            links: pages.map(|(page, name)| (name, self.legal_url(page, shop, language))).to_vec(),
        }
    }

    async fn attempt(&self, mail: &StoredMail) -> storage::Result<Outcome> {
        let letter = match self.write_letter(mail).await? {
            Ok(letter) => letter,
            Err(why) => return Ok(Outcome::Pointless(why)),
        };
        Ok(match self.mailer().send(&letter).await {
            Ok(()) => Outcome::Sent,
            Err(error) => Outcome::Failed(error),
        })
    }

    /// When a failed mail is tried again; `None` when it is not.
    pub(super) fn next_attempt(
        &self,
        attempts: i64,
        error: &SendError,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let failures = usize::try_from(attempts).unwrap_or(usize::MAX);
        let pause = PAUSES_SECS.get(failures.saturating_sub(1)).filter(|_| error.may_pass())?;
        // A tenth more or less to come, so that mails which failed together do not return together.
        let spread = self.clock().jitter(Duration::from_secs(pause.unsigned_abs() / 10));
        Some(now + TimeDelta::seconds(*pause) + TimeDelta::from_std(spread).unwrap_or_default())
    }

    /// Writes a mail as of now, or says why nobody is to get it.
    async fn write_letter(&self, mail: &StoredMail) -> storage::Result<Result<Letter, &'static str>> {
        let mut tx = self.db().read().await?;
        let Some(order) = tx.find_order(mail.shop_id, mail.order_id).await? else {
            return Ok(Err("the order is gone"));
        };
        let (shop, contact) = (tx.find_shop(mail.shop_id).await?, tx.find_shop_contact(mail.shop_id).await?);
        let (Some(shop), Some(contact)) = (shop, contact) else { return Ok(Err("the shop is gone")) };
        let (to, language) = match MailRecipient::parse(&mail.recipient) {
            Some(MailRecipient::Buyer) => {
                let Some(address) = address_of(order.buyer.as_ref()) else {
                    return Ok(Err("the buyer's address is gone"));
                };
                (address.to_owned(), order.language)
            }
            Some(MailRecipient::Member(id)) => {
                let Some(member) = tx.find_member(mail.shop_id, id).await? else {
                    return Ok(Err("the member is gone"));
                };
                (member.member.email, contact.language)
            }
            Some(MailRecipient::Stated) | None => return Ok(Err("the recipient cannot be read")),
        };
        let refunded = match mail.refund.parse() {
            Ok(refund) => tx.find_refund_anywhere(refund).await?.map(|refund| refund.amount),
            Err(_) => None,
        };
        let legal = tx.find_shop_legal(mail.shop_id).await?.unwrap_or_default();
        drop(tx);
        let terms = self.terms(&shop, &legal, language);
        let url = if mail.kind.is_for_buyer() {
            format!("{}?lang={language}", self.order_url(order.id))
        } else {
            format!("{}/studio/orders/{}", self.public_url(), order.id)
        };
        let (kind, shop_name) = (mail.kind, shop.name.as_str());
        let subject =
            Subject { kind, order: &order, refunded, shop_name, language, url: &url, terms: &terms };
        let draft = Draft::of(&subject);
        Ok(Ok(Letter {
            id: mail.id,
            to,
            from_name: shop.name.clone(),
            reply_to: contact.email.filter(|_| mail.kind.is_for_buyer()),
            text: draft.text(),
            html: draft.html(),
            subject: draft.subject,
            written_at: self.clock().now(),
        }))
    }
}
