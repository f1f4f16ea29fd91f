//! Takes statements of withdrawal, and tells members which of them wait for their money.

use std::net::IpAddr;

use chrono::{NaiveDate, TimeDelta};

use super::LegalError;
use crate::app::checkout::network;
use crate::app::orders::{OrdersError, order_changed};
use crate::app::{App, Caller, Invalid};
use crate::domain::ids::OrderId;
use crate::domain::language::Language;
use crate::domain::legal;
use crate::domain::mail::{LegalMailKind, MailRecipient};
use crate::domain::member::Permission;
use crate::domain::money::Amount;
use crate::domain::order::{ORDER_LINES_MAX, Order, OrderStatus, OrderView};
use crate::domain::text;
use crate::domain::withdrawal::{
    CLICK_KEY_CHARS_MAX, NAME_CHARS_MAX, Withdrawal, WithdrawalRight, WithdrawalView, WithdrawnLine, owed,
    refund_due_at, refund_target,
};
use crate::storage::{self, AuditEntry, NewLegalMail, OpenWithdrawal, Tx};

/// Withdrawals that are listed at once, the most urgent ones.
const OPEN_MAX: i64 = 100;
/// Characters of an order's number, `TEST-` included.
const NUMBER_CHARS_MAX: usize = 30;

/// What a buyer confirms.
#[derive(Clone, Debug)]
pub struct WithdrawalRequest {
    /// Names the click, so that a repetition is the same withdrawal.
    pub key: String,
    /// Who makes the statement.
    pub name: String,
    /// Where the receipt shall go too.
    pub email: Option<String>,
    /// Which pieces.
    pub lines: Vec<WithdrawnLine>,
    /// The language of the page, and of the receipt.
    pub language: Language,
}

/// Withdrawals whose money has not gone back.
#[derive(Clone, Debug)]
pub struct OpenWithdrawals {
    /// The most urgent first, at most 100.
    pub items: Vec<OpenWithdrawal>,
    /// How many of them are past their time.
    pub overdue: usize,
}

impl App {
    /// What the buyer of an order may take back of it; `None` before it was paid.
    pub(in crate::app) async fn withdrawal_right(
        &self,
        tx: &mut Tx,
        order: &Order,
    ) -> storage::Result<Option<WithdrawalRight>> {
        if order.paid_at.is_none() {
            return Ok(None);
        }
        let rights = tx.get_order_rights(order.shop_id, order.id).await?;
        let earlier = tx.list_withdrawals(order.shop_id, order.id).await?;
        let url = format!("{}/withdrawal", self.order_path(order.id));
        Ok(Some(WithdrawalRight::of(order, &rights, &earlier, url, self.clock().now())))
    }

    /// Takes pieces of an order back for whoever has its address; the same click is one withdrawal.
    ///
    /// # Errors
    /// When the token is not of ours, the period is over, or not so many pieces are left.
    pub async fn withdraw(
        &self,
        token: &str,
        request: &WithdrawalRequest,
    ) -> Result<WithdrawalView, LegalError> {
        let id = self.find_order_id(token).ok_or(LegalError::NotFound)?;
        let statement = check(request)?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let mut order = tx.lock_order(id).await?.ok_or(LegalError::NotFound)?;
        if let Some(earlier) = tx.find_withdrawal_by_click(id, &request.key).await? {
            return Ok(earlier.view(&order));
        }
        let shop = order.shop_id;
        if !tx.get_order_rights(shop, id).await?.allow(&order, now) {
            return Err(LegalError::Closed);
        }
        for (index, line) in request.lines.iter().enumerate() {
            let position = i64::try_from(line.line).unwrap_or(i64::MAX);
            if !tx.withdraw_units(shop, id, position, line.units).await? {
                return Err(Invalid::field(format!("/lines/{index}"), "out_of_range").into());
            }
            order.lines[line.line].withdrawn_units += line.units;
        }
        let earlier = tx.list_withdrawals(shop, id).await?;
        let earlier = earlier.iter().map(|one| one.refund_target).max().unwrap_or(Amount::ZERO);
        let amount = owed(&order, &request.lines);
        let withdrawal = Withdrawal {
            id: self.clock().uuid(),
            at: now,
            language: request.language,
            lines: request.lines.clone(),
            amount,
            refund_target: refund_target(&order, earlier, amount),
            refund_due_at: refund_due_at(now),
            ..statement
        };
        // The order is locked and the click was looked for, so nothing can be there.
        if !tx.insert_withdrawal(shop, id, &request.key, &withdrawal).await? {
            return Err(LegalError::Closed);
        }
        self.record_withdrawal(tx, &mut order, &withdrawal).await?;
        Ok(withdrawal.view(&order))
    }

    /// Tells of a withdrawal in the transaction that makes it, and commits.
    async fn record_withdrawal(
        &self,
        mut tx: Tx,
        order: &mut Order,
        withdrawal: &Withdrawal,
    ) -> storage::Result<()> {
        let about = withdrawal.id.to_string();
        let mut recipients = vec![(LegalMailKind::WithdrawalReceipt, MailRecipient::Buyer)];
        if withdrawal.email.is_some() {
            recipients.push((LegalMailKind::WithdrawalReceipt, MailRecipient::Stated));
        }
        for member in crate::app::mail::shop_recipients(&mut tx, order.shop_id).await? {
            recipients.push((LegalMailKind::ShopWithdrawal, member));
        }
        for (kind, recipient) in recipients {
            self.queue_legal_mail(&mut tx, order, kind, recipient, &about).await?;
        }
        let detail = serde_json::json!({
            "withdrawal": withdrawal.id, "lines": withdrawal.lines, "amount": withdrawal.amount,
        });
        tx.append_audit(AuditEntry {
            id: self.clock().uuid(),
            shop: order.shop_id,
            at: withdrawal.at,
            actor: "buyer",
            action: "order.withdraw",
            subject: &order.id.to_string(),
            detail,
        })
        .await?;
        order.updated_at = withdrawal.at;
        tx.update_order(order, order.status).await?;
        let mut recorder = self.recorder(order.shop_id, order.show_id);
        let event = order_changed(&mut tx, order).await?;
        recorder.record(&mut tx, event).await?;
        self.commit(tx, [recorder]).await?;
        self.mail_news().notify_one();
        Ok(())
    }

    /// Queues one mail about a withdrawal or an order's page.
    async fn queue_legal_mail(
        &self,
        tx: &mut Tx,
        order: &Order,
        kind: LegalMailKind,
        recipient: MailRecipient,
        about: &str,
    ) -> storage::Result<()> {
        let (id, at) = (self.clock().uuid(), self.clock().now());
        let (shop, order) = (order.shop_id, order.id);
        tx.insert_legal_mail(&NewLegalMail { id, shop, order, kind, recipient, about, at }).await
    }

    /// Sends the way to an order's page to its buyer, when number and address belong together.
    ///
    /// The answer is the same whether they do. A mail goes out once an hour at most for each order.
    ///
    /// # Errors
    /// When there is no such shop, or the address of the network asked too often.
    pub async fn ask_for_order_link(
        &self,
        slug: Option<&str>,
        number: &str,
        email: &str,
        address: IpAddr,
    ) -> Result<(), LegalError> {
        let now = self.clock().now();
        self.legal_bounds().links_of_address.take(network(address), now).map_err(LegalError::RateLimited)?;
        let shop = self.find_legal_notice(slug).await?.shop.id;
        let number = number.trim().trim_start_matches('#').to_uppercase();
        if number.chars().count() > NUMBER_CHARS_MAX {
            return Ok(());
        }
        let mut tx = self.db().write().await?;
        if let Some(id) = tx.find_order_id_by_number(shop, &number).await?
            && let Some(order) = tx.find_order(shop, id).await?
            && order.paid_at.is_some()
            && is_buyer(&order, email)
        {
            let hour = now.format("%Y-%m-%dT%H").to_string();
            self.queue_legal_mail(&mut tx, &order, LegalMailKind::OrderLink, MailRecipient::Buyer, &hour)
                .await?;
        }
        tx.commit().await?;
        self.mail_news().notify_one();
        Ok(())
    }

    /// Withdrawals of the caller's shop whose money has not gone back.
    ///
    /// # Errors
    /// When the caller may not see orders.
    pub async fn list_open_withdrawals(&self, caller: &Caller) -> Result<OpenWithdrawals, LegalError> {
        caller.require(Permission::Orders)?;
        let now = self.clock().now();
        let items = self.db().read().await?.list_open_withdrawals(caller.shop, OPEN_MAX).await?;
        let overdue = items.iter().filter(|item| item.refund_due_at < now).count();
        Ok(OpenWithdrawals { items, overdue })
    }

    /// Notes on which day the last parcel of an order arrived, which begins the period of withdrawal.
    ///
    /// # Errors
    /// When there is no such order, it is not sent, the day cannot be, or the caller may not.
    pub async fn set_delivered_on(
        &self,
        caller: &Caller,
        id: OrderId,
        day: Option<NaiveDate>,
    ) -> Result<OrderView, OrdersError> {
        caller.require(Permission::Orders)?;
        let mut tx = self.db().write().await?;
        let order = tx.lock_order(id).await?.filter(|order| order.shop_id == caller.shop);
        let order = order.ok_or(OrdersError::NotFound)?;
        if order.status != OrderStatus::Shipped {
            return Err(OrdersError::Moved(order.status));
        }
        // A day begins fourteen hours before UTC's somewhere, and twelve after it elsewhere.
        let first = (order.created_at - TimeDelta::hours(12)).date_naive();
        let last = (self.clock().now() + TimeDelta::hours(14)).date_naive();
        if day.is_some_and(|day| !(first..=last).contains(&day)) {
            return Err(Invalid::field("/delivered_on", "out_of_range").into());
        }
        tx.set_delivered_on(caller.shop, id, day).await?;
        let detail = serde_json::json!({ "delivered_on": day });
        self.audit(&mut tx, caller, "order.delivered", &id.to_string(), detail).await?;
        tx.commit().await?;
        self.get_order(caller, id).await
    }
}

/// Whether an address is the one that the order's buyer gave, however its letters are written.
fn is_buyer(order: &Order, email: &str) -> bool {
    let known = order.buyer.as_ref().and_then(|buyer| buyer.email.as_deref()).unwrap_or_default();
    !known.trim().is_empty() && known.trim().to_lowercase() == email.trim().to_lowercase()
}

/// The statement as it is kept, but for what the order says.
fn check(request: &WithdrawalRequest) -> Result<Withdrawal, Invalid> {
    let mut invalid = Invalid::default();
    let is_key = |key: &str| {
        (1..=CLICK_KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
    };
    if !is_key(&request.key) {
        invalid.push("/key", "out_of_range");
    }
    let name = text::line(&request.name, NAME_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push("/name", error.code());
        String::new()
    });
    let email = request.email.as_deref().map(str::trim).unwrap_or_default();
    let email = legal::email(email).unwrap_or_else(|| {
        invalid.push("/email", "not_an_email");
        String::new()
    });
    check_lines(&request.lines, &mut invalid);
    invalid.into_result()?;
    Ok(Withdrawal {
        id: uuid::Uuid::nil(),
        at: chrono::DateTime::UNIX_EPOCH,
        name,
        email: Some(email).filter(|email| !email.is_empty()),
        language: request.language,
        lines: Vec::new(),
        amount: Amount::ZERO,
        refund_target: Amount::ZERO,
        refund_due_at: chrono::DateTime::UNIX_EPOCH,
    })
}

/// Lines are named once each, with at least one piece.
fn check_lines(lines: &[WithdrawnLine], invalid: &mut Invalid) {
    if lines.is_empty() {
        invalid.push("/lines", "empty");
    }
    if lines.len() > ORDER_LINES_MAX {
        invalid.push("/lines", "too_many");
        return;
    }
    for (index, line) in lines.iter().enumerate() {
        if lines[..index].iter().any(|earlier| earlier.line == line.line) {
            invalid.push(format!("/lines/{index}/line"), "duplicate");
        }
        if line.units < 1 {
            invalid.push(format!("/lines/{index}/units"), "out_of_range");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refuses(change: impl FnOnce(&mut WithdrawalRequest), expected: &[&str]) {
        let mut request = WithdrawalRequest {
            key: "k".to_owned(),
            name: "Anna Bianchi".to_owned(),
            email: None,
            lines: vec![WithdrawnLine { line: 0, units: 1 }],
            language: Language::Italian,
        };
        change(&mut request);
        let errors = check(&request).err().unwrap_or_default().0;
        let found: Vec<_> = errors.iter().map(|error| format!("{} {}", error.pointer, error.code)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn every_wrong_field_of_a_statement_is_named() {
        refuses(|_| {}, &[]);
        refuses(|request| request.email = Some(" a@b.it ".into()), &[]);
        refuses(|request| request.key = String::new(), &["/key out_of_range"]);
        refuses(|request| request.key = "k".repeat(65), &["/key out_of_range"]);
        refuses(|request| request.name = " ".into(), &["/name empty"]);
        refuses(|request| request.email = Some("nobody".into()), &["/email not_an_email"]);
        refuses(|request| request.lines.clear(), &["/lines empty"]);
        refuses(
            |request| request.lines = vec![WithdrawnLine { line: 0, units: 1 }; 21],
            &["/lines too_many"],
        );
        refuses(
            |request| {
                request.lines =
                    vec![WithdrawnLine { line: 0, units: 1 }, WithdrawnLine { line: 0, units: 0 }];
            },
            &["/lines/1/line duplicate", "/lines/1/units out_of_range"],
        );
    }
}
