//! Draws the pay page: plain HTML that works without scripts and never asks for a card.

use std::fmt::Write;

use super::language::Language;
use super::session::{Line, Session, Stage, Totals};
use super::words::Words;
use crate::domain::money::Money;
pub(super) use crate::domain::text::escaped_html as escape;
use crate::payments::session::from_provider;
use crate::storage::SandboxObject;

/// What the page tells beside the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Declined,
    Invalid,
    NoCode,
}

impl Notice {
    /// The word in the page's address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Declined => "declined",
            Self::Invalid => "invalid",
            Self::NoCode => "no_code",
        }
    }

    /// Reads that word.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Declined, Self::Invalid, Self::NoCode].into_iter().find(|notice| notice.name() == name)
    }

    const fn words(self, words: &Words) -> &'static str {
        match self {
            Self::Declined => words.declined,
            Self::Invalid => words.invalid,
            Self::NoCode => words.no_code,
        }
    }
}

/// Everything that the page shows.
pub(super) struct View<'a> {
    pub session: &'a Session,
    pub language: Language,
    pub notice: Option<Notice>,
    pub shop: &'a str,
    pub refunds: &'a [SandboxObject],
    pub token: &'a str,
}

impl View<'_> {
    /// The page.
    pub fn html(&self) -> String {
        let words = self.language.words();
        let body = format!(
            "<main><header>{head}</header>{bill}{notice}{rest}</main>{frame}",
            // A session that was made for no shop of ours has nobody to name.
            head = match self.shop {
                "" => format!("<h1>{}</h1>", words.title),
                shop => format!("<p class=\"to\">{}</p><h1>{}</h1>", words.pay_to, escape(shop)),
            },
            bill = self.bill(),
            notice = self.notice.map(|notice| alert(notice.words(words))).unwrap_or_default(),
            rest = match (self.session.status.as_str(), self.session.data.stage) {
                ("open", Stage::Bank) => self.bank(),
                ("open", _) => format!("{}{}", self.choices(), self.payment()),
                ("complete", _) => self.complete(),
                _ => self.expired(),
            },
            frame = if self.session.is_embedded() { self.framed() } else { String::new() },
        );
        document(self.language, words.title, &body)
    }

    /// What a page beside a video has besides: a way out of its frame, and the news for the page around it.
    ///
    /// In a tab of its own, what comes after paying can be tried too.
    fn framed(&self) -> String {
        format!(
            "<p class=\"apart\"><a href=\"/sandbox/pay/{id}?lang={tag}\" target=\"_blank\" rel=\"noopener\">{words}</a></p>\
             <script src=\"/sandbox/embedded.js\" data-session=\"{id}\" data-status=\"{status}\"></script>",
            id = escape(&self.session.id),
            tag = self.language.tag(),
            words = self.language.words().own_tab,
            status = escape(&self.session.status),
        )
    }

    pub(super) fn money(&self, amount: i64) -> String {
        let read = from_provider(amount, &self.session.data.currency);
        let money = read.map(|(amount, currency)| self.language.money(Money::new(amount, currency)));
        money.unwrap_or_else(|| amount.to_string())
    }

    fn bill(&self) -> String {
        let words = self.language.words();
        let data = &self.session.data;
        let lines: String = data.lines.iter().map(|line| self.line(line)).collect();
        let Totals { discount, shipping, tax, total, .. } = data.totals();
        let mut extras = String::new();
        let mut extra = |label: &str, amount: String| {
            let _ = write!(
                extras,
                "<p class=\"extra\"><span>{label}</span> <span class=\"amount\">{amount}</span></p>"
            );
        };
        if let Some(code) = &data.code {
            extra(&format!("{} {}", words.discount, escape(code)), format!("−{}", self.money(discount)));
        }
        if data.shipping().is_some() {
            extra(words.shipping, self.shipping_price(shipping));
        }
        if data.wants.tax {
            extra(words.tax, self.money(tax));
        }
        format!(
            "<ul class=\"lines\">{lines}</ul>{extras}\
             <p class=\"total\"><span>{word}</span> <strong>{total}</strong></p>",
            word = words.total,
            total = self.money(total),
        )
    }

    fn line(&self, line: &Line) -> String {
        let description = line
            .description
            .as_ref()
            .map(|text| format!("<span class=\"variant\">{}</span>", escape(text)))
            .unwrap_or_default();
        format!(
            "<li><span class=\"what\">{name}{description}</span> <span class=\"units\">× {units}</span> \
             <span class=\"amount\">{amount}</span></li>",
            name = escape(&line.name),
            units = line.quantity,
            amount = self.money(line.amount()),
        )
    }

    pub(super) fn shipping_price(&self, amount: i64) -> String {
        if amount == 0 { self.language.words().free.to_owned() } else { self.money(amount) }
    }

    fn expired(&self) -> String {
        let url = self.session.data.cancel_url.as_deref();
        format!("{}{}", alert(self.language.words().expired), self.back(url))
    }

    pub(super) fn back(&self, url: Option<&str>) -> String {
        url.map(|url| {
            format!("<p><a class=\"back\" href=\"{}\">{}</a></p>", escape(url), self.language.words().back)
        })
        .unwrap_or_default()
    }
}

/// A text that screen readers tell at once.
pub(super) fn alert(text: &str) -> String {
    format!("<p class=\"notice\" role=\"alert\">{text}</p>")
}

/// A page with the banner around its body.
pub(super) fn document(language: Language, title: &str, body: &str) -> String {
    let words = language.words();
    let other = language.other();
    format!(
        "<!doctype html><html lang=\"{tag}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
         <link rel=\"stylesheet\" href=\"/sandbox/pay.css\"></head>\
         <body><p class=\"stripes\"><strong>{test_mode}</strong></p>{body}\
         <footer><a href=\"?lang={other_tag}\" hreflang=\"{other_tag}\" lang=\"{other_tag}\">{other_language}</a>\
         </footer></body></html>",
        tag = language.tag(),
        test_mode = words.test_mode,
        other_tag = other.tag(),
        other_language = words.other_language,
    )
}
