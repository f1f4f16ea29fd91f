//! Draws the public pages about a shop.

use std::fmt::Write;

use super::privacy::privacy;
use super::words::{Words, words};
use crate::api::plain::html::Document;
use crate::app::legal::{LegalNotice, instructions};
use crate::domain::language::Language;
use crate::domain::legal::Bilingual;
use crate::domain::text::escaped_html as escaped;

/// A page that everybody may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PublicPage {
    /// Who sells.
    Seller,
    /// The terms of sale.
    Terms,
    /// What is kept of people.
    Privacy,
    /// The right of withdrawal.
    Withdrawal,
}

impl PublicPage {
    const ALL: [Self; 4] = [Self::Seller, Self::Terms, Self::Withdrawal, Self::Privacy];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.as_str() == text)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Seller => "seller",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
            Self::Withdrawal => "withdrawal",
        }
    }

    const fn title(self, words: &Words) -> &'static str {
        match self {
            Self::Seller => words.seller,
            Self::Terms => words.terms,
            Self::Privacy => words.privacy,
            Self::Withdrawal => words.withdrawal,
        }
    }
}

/// The links to all of them, for the foot of any page.
pub(in crate::api::plain) fn links(shop: &str, language: Language) -> String {
    let words = words(language);
    let link = |page: PublicPage| {
        format!(
            "<li><a href=\"/legal/{}?shop={}&amp;lang={language}\">{}</a></li>",
            page.as_str(),
            escaped(shop),
            page.title(words)
        )
    };
    let items: String = PublicPage::ALL.into_iter().map(link).collect();
    format!("<nav aria-label=\"{}\"><ul class=\"legal\">{items}</ul></nav>", words.legal)
}

/// One of the pages, before it is drawn.
pub(super) struct LegalPage<'a> {
    pub language: Language,
    pub page: PublicPage,
    pub about: &'a LegalNotice,
    /// What became of the form on it.
    pub notice: Option<&'a str>,
}

impl LegalPage<'_> {
    pub fn document(&self) -> Document {
        let words = words(self.language);
        let content = match self.page {
            PublicPage::Seller => self.seller(words),
            PublicPage::Terms => self.terms(words),
            PublicPage::Privacy => self.privacy(words),
            PublicPage::Withdrawal => self.withdrawal(words),
        };
        let notice =
            self.notice.map(|text| format!("<p class=\"notice\" role=\"status\">{}</p>", escaped(text)));
        let (shop, title) = (&self.about.shop, self.page.title(words));
        let body = format!(
            "<main class=\"legal-page\"><p><a href=\"/?lang={}\">{}</a></p><h1>{title}</h1>{}{content}</main>",
            self.language,
            escaped(&shop.name),
            notice.unwrap_or_default(),
        );
        let title = format!("{title} – {}", shop.name);
        Document::page(self.language, title, self.about.is_test, shop.slug.clone(), body)
    }

    fn seller(&self, words: &Words) -> String {
        let seller = &self.about.legal.seller;
        let mail = |address: &str| format!("<a href=\"mailto:{0}\">{0}</a>", escaped(address));
        let call = |number: &str| {
            let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            format!("<a href=\"tel:{digits}\">{}</a>", escaped(number))
        };
        let facts = [
            (words.name, escaped(&seller.name)),
            (words.address, lines(&seller.address)),
            (words.vat_number, escaped(&seller.vat_number)),
            (words.tax_code, escaped(&seller.tax_code)),
            (words.rea, escaped(&seller.rea)),
            (words.email, if seller.email.is_empty() { String::new() } else { mail(&seller.email) }),
            (words.pec, if seller.pec.is_empty() { String::new() } else { mail(&seller.pec) }),
            (words.phone, if seller.phone.is_empty() { String::new() } else { call(&seller.phone) }),
        ];
        let mut rows = String::new();
        for (name, fact) in facts.iter().filter(|(_, fact)| !fact.is_empty()) {
            let _ = write!(rows, "<dt>{name}</dt><dd>{fact}</dd>");
        }
        if rows.is_empty() {
            return format!("<p>{}</p>", words.seller_missing);
        }
        format!("<dl>{rows}</dl>")
    }

    fn terms(&self, words: &Words) -> String {
        let own = self.shops_text(&self.about.legal.terms);
        let written = if own.is_empty() { format!("<p>{}</p>", words.terms_missing) } else { own };
        format!(
            "{written}<h2>{}</h2><p>{}</p><p>{}</p><p>{}</p>",
            words.how_you_buy, words.reservation, words.prices, words.warranty
        )
    }

    fn privacy(&self, words: &Words) -> String {
        let legal = &self.about.legal;
        let own = self.shops_text(&legal.privacy);
        let own = if own.is_empty() { own } else { format!("<h2>{}</h2>{own}", words.shop_adds) };
        let seller = [legal.seller.name.as_str(), &legal.seller.address, &legal.seller.email];
        let seller: Vec<_> = seller.into_iter().filter(|part| !part.is_empty()).collect();
        let seller = match seller.as_slice() {
            [] => escaped(&self.about.shop.name),
            parts => escaped(&parts.join(", ").replace('\n', ", ")),
        };
        format!(
            "<p><strong>{}</strong> {seller}</p>{}{own}",
            words.controller,
            privacy(self.about, self.language)
        )
    }

    fn withdrawal(&self, words: &Words) -> String {
        let legal = &self.about.legal;
        let mut text = String::new();
        for paragraph in instructions(legal, self.language) {
            let _ = write!(text, "<p>{}</p>", escaped(&paragraph));
        }
        let own = self.shops_text(&legal.returns);
        let own = if own.is_empty() { own } else { format!("<h2>{}</h2>{own}", words.shop_adds) };
        format!(
            "{text}<h2>{exempt_title}</h2><p>{exempt}</p>{own}\
             <section class=\"card\"><h2 id=\"way\">{withdraw_here}</h2><p>{way}</p>\
             <form method=\"post\" action=\"?shop={shop}&amp;lang={language}\" aria-labelledby=\"way\">\
             <label for=\"number\">{number}</label>\
             <input id=\"number\" name=\"number\" required maxlength=\"30\" autocomplete=\"off\">\
             <label for=\"email\">{email}</label>\
             <input id=\"email\" name=\"email\" type=\"email\" required maxlength=\"254\" autocomplete=\"email\">\
             <button>{send}</button></form></section>",
            exempt_title = words.exempt_title,
            exempt = words.exempt_text,
            withdraw_here = words.withdraw_here,
            way = words.way,
            shop = escaped(&self.about.shop.slug),
            language = self.language,
            number = words.order_number,
            email = words.buyer_email,
            send = words.send_link,
        )
    }

    /// What the shop wrote, in paragraphs, marked with the language that it is in.
    fn shops_text(&self, both: &Bilingual) -> String {
        let (text, language) = both.read(self.language);
        let mut html = String::new();
        for paragraph in text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()) {
            let _ = write!(html, "<p>{}</p>", lines(paragraph));
        }
        if html.is_empty() || language == self.language {
            return html;
        }
        format!("<div lang=\"{language}\">{html}</div>")
    }
}

/// A text with its line breaks.
fn lines(text: &str) -> String {
    escaped(text).replace('\n', "<br>")
}
