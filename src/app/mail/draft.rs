//! Writes a mail twice: as plain text and as simple HTML, from the same parts.

use std::fmt::Write;

use super::words::{Words, message, review, subject, words};
use crate::domain::language::Language;
use crate::domain::mail::MailKind;
use crate::domain::money::{Amount, Money};
use crate::domain::order::Order;
use crate::domain::text::escaped_html as escaped;

/// What a mail is about.
pub(super) struct Subject<'a> {
    pub kind: MailKind,
    pub order: &'a Order,
    /// What went back with the refund that it tells of.
    pub refunded: Option<Amount>,
    pub shop_name: &'a str,
    pub language: Language,
    /// Where the order can be seen.
    pub url: &'a str,
    /// Who sells and how to withdraw, for the mails that confirm the contract.
    pub terms: &'a Terms,
}

/// What a buyer gets in writing with the confirmation (art. 51(7) Codice del consumo).
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// The instructions on withdrawal, with the seller in them.
    pub instructions: Vec<String>,
    /// Pages with their names.
    pub links: Vec<(&'static str, String)>,
}

/// A mail before it takes a form.
pub(super) struct Draft {
    pub subject: String,
    language: Language,
    /// Above everything else, where the money is test money.
    warning: Option<&'static str>,
    hello: String,
    paragraphs: Vec<&'static str>,
    title: String,
    /// Items with their amounts, the total last.
    rows: Vec<(String, String)>,
    /// Further facts with their names.
    facts: Vec<(&'static str, String)>,
    link: (&'static str, String),
    /// Below the link, with a title.
    instructions: Option<(&'static str, Vec<String>)>,
    /// Pages about the seller, at the end.
    links: Vec<(&'static str, String)>,
    shop_name: String,
}

impl Draft {
    pub fn of(about: &Subject) -> Self {
        let &Subject { kind, order, language, .. } = about;
        let words = words(language);
        let mut paragraphs = vec![message(kind, language)];
        if kind == MailKind::ShopOrderReview {
            paragraphs.extend(order.review.map(|reason| review(reason, language)));
        }
        let line = subject(kind, language).replace("{}", &order.number);
        let test = if order.is_test { "[TEST] " } else { "" };
        Self {
            subject: format!("{test}{line} – {}", about.shop_name),
            language,
            warning: order.is_test.then_some(words.test),
            hello: hello(about, words),
            paragraphs,
            title: format!("{} {}", words.order, order.number),
            rows: rows(order, language, words),
            facts: facts(about, words),
            link: (
                if kind.is_for_buyer() { words.see_order } else { words.open_studio },
                about.url.to_owned(),
            ),
            instructions: (kind == MailKind::OrderConfirmed)
                .then(|| (words.withdrawal, about.terms.instructions.clone())),
            links: if kind.is_for_buyer() { about.terms.links.clone() } else { Vec::new() },
            shop_name: about.shop_name.to_owned(),
        }
    }

    /// The mail for readers of plain text.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        if let Some(warning) = self.warning {
            text.push(format!("*** {warning} ***\n\n"));
        }
        text.push(format!("{}\n\n", self.hello));
        for paragraph in &self.paragraphs {
            text.push(format!("{paragraph}\n\n"));
        }
        text.push(format!("{}\n", self.title));
        for (name, amount) in &self.rows {
            text.push(format!("{name}: {amount}\n"));
        }
        text.push("\n".to_owned());
        for (name, fact) in &self.facts {
            text.push(format!("{name}: {fact}\n"));
        }
        let (name, url) = &self.link;
        text.push(format!("{name}:\n{url}\n\n"));
        if let Some((title, paragraphs)) = &self.instructions {
            text.push(format!("{title}\n\n{}\n\n", paragraphs.join("\n\n")));
        }
        for (name, url) in &self.links {
            text.push(format!("{name}: {url}\n"));
        }
        text.push(format!("\n-- \n{}\n", self.shop_name));
        text.concat()
    }

    /// The mail as HTML without pictures, scripts or anything from elsewhere.
    pub fn html(&self) -> String {
        let mut body = Vec::new();
        if let Some(warning) = self.warning {
            body.push(format!(
                "<p style=\"margin:0 0 16px;padding:8px 12px;background:#ffd84d;color:#2a2100;font-weight:bold\">{}</p>",
                escaped(warning)
            ));
        }
        for paragraph in std::iter::once(self.hello.as_str()).chain(self.paragraphs.iter().copied()) {
            body.push(format!("<p style=\"margin:0 0 12px\">{}</p>", escaped(paragraph)));
        }
        body.push(format!("<h2 style=\"margin:24px 0 8px;font-size:18px\">{}</h2>", escaped(&self.title)));
        body.push("<table style=\"width:100%;border-collapse:collapse\">".to_owned());
        for (name, amount) in &self.rows {
            body.push(format!(
                "<tr><td style=\"padding:6px 0;border-bottom:1px solid #ddd\">{}</td>\
                 <td style=\"padding:6px 0 6px 12px;border-bottom:1px solid #ddd;text-align:right;white-space:nowrap\">{}</td></tr>",
                escaped(name),
                escaped(amount)
            ));
        }
        body.push("</table>".to_owned());
        for (name, fact) in &self.facts {
            body.push(format!(
                "<p style=\"margin:12px 0 0\">{}: <strong>{}</strong></p>",
                escaped(name),
                escaped(fact)
            ));
        }
        let (name, url) = &self.link;
        body.push(format!(
            "<p style=\"margin:24px 0\"><a href=\"{}\">{}</a></p>",
            escaped(url),
            escaped(name)
        ));
        self.push_terms(&mut body);
        body.push(format!("<p style=\"margin:0;color:#666\">{}</p>", escaped(&self.shop_name)));
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1d1a17\">\
             <div style=\"max-width:560px;margin:0 auto\">{}</div></body></html>",
            self.language,
            escaped(&self.subject),
            body.concat()
        )
    }
}

impl Draft {
    /// What the law wants in writing, in smaller letters.
    fn push_terms(&self, body: &mut Vec<String>) {
        if let Some((title, paragraphs)) = &self.instructions {
            body.push(format!("<h2 style=\"margin:24px 0 8px;font-size:16px\">{}</h2>", escaped(title)));
            for paragraph in paragraphs {
                body.push(format!("<p style=\"margin:0 0 8px;font-size:14px\">{}</p>", escaped(paragraph)));
            }
        }
        for (name, url) in &self.links {
            let link = format!("<a href=\"{}\">{}</a>", escaped(url), escaped(name));
            body.push(format!("<p style=\"margin:0 0 4px;font-size:14px\">{link}</p>"));
        }
    }
}

fn hello(about: &Subject, words: &Words) -> String {
    let name = about.order.buyer.as_ref().and_then(|buyer| buyer.name.as_deref());
    match name.filter(|_| about.kind.is_for_buyer()) {
        Some(name) => format!("{} {name},", words.hello_name),
        None => words.hello.to_owned(),
    }
}

fn rows(order: &Order, language: Language, words: &Words) -> Vec<(String, String)> {
    let money = |amount: Amount| language.money(Money::new(amount, order.currency));
    let mut rows: Vec<(String, String)> = order
        .lines
        .iter()
        .map(|line| {
            let mut name = format!("{} × {}", line.units.get(), line.title);
            if !line.variant_title.is_empty() {
                let _ = write!(name, ", {}", line.variant_title);
            }
            (name, line.unit_amount.checked_times(line.units).map(money).unwrap_or_default())
        })
        .collect();
    if let Some(shipping) = order.shipping() {
        let method = shipping.method.map(|method| format!(" ({method})")).unwrap_or_default();
        rows.push((format!("{}{method}", words.shipping), language.money(shipping.price)));
    }
    let discount = order.parts.unwrap_or_default().discount.minor();
    if discount != 0 {
        rows.push((words.discount.to_owned(), money(Amount::from_minor(-discount))));
    }
    rows.push((words.total.to_owned(), language.money(order.total())));
    rows
}

fn facts(about: &Subject, words: &Words) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    let named = |name: &'static str, fact: Option<&String>| fact.map(|fact| (name, fact.clone()));
    match (about.kind, &about.order.shipment) {
        (MailKind::OrderShipped, Some(shipment)) => {
            facts.extend(named(words.carrier, shipment.carrier.as_ref()));
            facts.extend(named(words.tracking_code, shipment.tracking_code.as_ref()));
        }
        (MailKind::ShopOrderPaid | MailKind::ShopOrderReview, _) => {
            let name = about.order.buyer.as_ref().and_then(|buyer| buyer.name.as_ref());
            facts.extend(named(words.buyer, name));
        }
        _ => {}
    }
    if let Some(amount) = about.refunded {
        facts.push((words.refunded, about.language.money(about.order.money(amount))));
    }
    if matches!(about.kind, MailKind::OrderConfirmed | MailKind::ShopOrderPaid) {
        facts.extend(about.order.delivery.as_ref().map(|to| (words.deliver_to, to.lines().join(", "))));
    }
    facts
}
