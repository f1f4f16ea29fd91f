//! Writes and sends the mail about withdrawals; the mail worker calls it.

use std::fmt::Write;

use super::words::{Words, contact, subject, words};
use crate::app::App;
use crate::app::mail::address_of;
use crate::domain::language::Language;
use crate::domain::legal::LegalSettings;
use crate::domain::mail::{LegalMailKind, MailRecipient};
use crate::domain::order::Order;
use crate::domain::text::escaped_html as escaped;
use crate::domain::withdrawal::Withdrawal;
use crate::mail::Letter;
use crate::storage::{self, Shop, StoredLegalMail};

/// A letter before it takes a form.
struct Draft<'a> {
    words: &'static Words,
    language: Language,
    shop: &'a Shop,
    is_test: bool,
    subject: String,
    message: &'static str,
    facts: Vec<(&'static str, String)>,
    link: (&'static str, String),
}

impl App {
    /// Writes a mail as of now, or says why nobody is to get it.
    pub(in crate::app) async fn write_legal_letter(
        &self,
        mail: &StoredLegalMail,
    ) -> storage::Result<Result<Letter, &'static str>> {
        let mut tx = self.db().read().await?;
        let Some(order) = tx.find_order(mail.shop_id, mail.order_id).await? else {
            return Ok(Err("the order is gone"));
        };
        let (shop, contact) = (tx.find_shop(mail.shop_id).await?, tx.find_shop_contact(mail.shop_id).await?);
        let (Some(shop), Some(contact)) = (shop, contact) else { return Ok(Err("the shop is gone")) };
        let withdrawals = tx.list_withdrawals(mail.shop_id, mail.order_id).await?;
        let withdrawal = withdrawals.iter().find(|withdrawal| withdrawal.id.to_string() == mail.about);
        let language = withdrawal.map_or(order.language, |withdrawal| withdrawal.language);
        let (to, language) = match MailRecipient::parse(&mail.recipient) {
            Some(MailRecipient::Buyer) => {
                let Some(address) = address_of(order.buyer.as_ref()) else {
                    return Ok(Err("the buyer's address is gone"));
                };
                (address.to_owned(), language)
            }
            Some(MailRecipient::Stated) => {
                let Some(address) = withdrawal.and_then(|withdrawal| withdrawal.email.clone()) else {
                    return Ok(Err("no address was given"));
                };
                (address, language)
            }
            Some(MailRecipient::Member(id)) => {
                let Some(member) = tx.find_member(mail.shop_id, id).await? else {
                    return Ok(Err("the member is gone"));
                };
                (member.member.email, contact.language)
            }
            None => return Ok(Err("the recipient cannot be read")),
        };
        drop(tx);
        let legal = self.legal_of(mail.shop_id).await?;
        let draft = self.draft_legal(mail.kind, &shop, &order, withdrawal, &legal, language);
        Ok(Ok(Letter {
            id: mail.id,
            to,
            from_name: shop.name.clone(),
            reply_to: contact.email.filter(|_| mail.kind != LegalMailKind::ShopWithdrawal),
            text: draft.text(),
            html: draft.html(),
            subject: draft.subject,
            written_at: self.clock().now(),
        }))
    }

    fn draft_legal<'a>(
        &self,
        kind: LegalMailKind,
        shop: &'a Shop,
        order: &Order,
        withdrawal: Option<&Withdrawal>,
        legal: &LegalSettings,
        language: Language,
    ) -> Draft<'a> {
        let words = words(language);
        let mut facts = vec![(words.order, order.number.clone())];
        if let Some(withdrawal) = withdrawal {
            facts.extend(statement(order, withdrawal, language, words));
        }
        let is_for_shop = kind == LegalMailKind::ShopWithdrawal;
        if kind == LegalMailKind::WithdrawalReceipt && !legal.returns_to().is_empty() {
            facts.push((words.send_back, legal.returns_to().replace('\n', ", ")));
        }
        if !is_for_shop && !contact(legal).is_empty() {
            facts.push((words.seller, contact(legal)));
        }
        let test = if order.is_test { "[TEST] " } else { "" };
        let link = if is_for_shop {
            (words.open_studio, format!("{}/studio/orders/{}", self.public_url(), order.id))
        } else {
            (words.see_order, format!("{}?lang={language}", self.order_url(order.id)))
        };
        let line = subject(kind, language).replace("{}", &order.number);
        Draft {
            words,
            language,
            shop,
            is_test: order.is_test,
            subject: format!("{test}{line} – {}", shop.name),
            message: match kind {
                LegalMailKind::WithdrawalReceipt => words.received,
                LegalMailKind::OrderLink => words.link,
                LegalMailKind::ShopWithdrawal => words.shop,
            },
            facts,
            link,
        }
    }
}

/// What was stated and when, which makes a mail a receipt.
fn statement(
    order: &Order,
    withdrawal: &Withdrawal,
    language: Language,
    words: &Words,
) -> Vec<(&'static str, String)> {
    let mut goods = String::new();
    for line in withdrawal.view(order).lines {
        let title = [line.title.as_str(), line.variant_title.as_str()].join(" ");
        let separator = if goods.is_empty() { "" } else { "; " };
        let _ = write!(goods, "{separator}{} × {}", line.units, title.trim());
    }
    vec![
        (words.received_at, language.moment(withdrawal.at)),
        (words.name, withdrawal.name.clone()),
        (words.goods, format!("{goods}. {}", words.statement)),
        (words.amount, language.money(order.money(withdrawal.amount))),
        (words.refund_by, language.day(withdrawal.refund_due_at)),
    ]
}

impl Draft<'_> {
    fn text(&self) -> String {
        let mut text = String::new();
        if self.is_test {
            let _ = write!(text, "*** {} ***\n\n", self.words.test);
        }
        let _ = write!(text, "{}\n\n{}\n\n", self.words.hello, self.message);
        for (name, fact) in &self.facts {
            let _ = writeln!(text, "{name}: {fact}");
        }
        let (name, url) = &self.link;
        let _ = write!(text, "\n{name}:\n{url}\n\n-- \n{}\n", self.shop.name);
        text
    }

    fn html(&self) -> String {
        let mut body = String::new();
        let paragraph = |body: &mut String, words: &str| {
            let _ = write!(body, "<p style=\"margin:0 0 12px\">{words}</p>");
        };
        if self.is_test {
            let _ = write!(
                body,
                "<p style=\"margin:0 0 16px;padding:8px 12px;background:#ffd84d;color:#2a2100;font-weight:bold\">{}</p>",
                escaped(self.words.test)
            );
        }
        paragraph(&mut body, &escaped(self.words.hello));
        paragraph(&mut body, &escaped(self.message));
        for (name, fact) in &self.facts {
            paragraph(&mut body, &format!("{}: <strong>{}</strong>", escaped(name), escaped(fact)));
        }
        let (name, url) = &self.link;
        let _ = write!(
            body,
            "<p style=\"margin:24px 0\"><a href=\"{}\">{}</a></p><p style=\"margin:0;color:#666\">{}</p>",
            escaped(url),
            escaped(name),
            escaped(&self.shop.name)
        );
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1d1a17\">\
             <div style=\"max-width:560px;margin:0 auto\">{body}</div></body></html>",
            self.language,
            escaped(&self.subject),
        )
    }
}
