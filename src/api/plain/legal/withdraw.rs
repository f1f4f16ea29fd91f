//! The function by which a buyer withdraws: choose, confirm, receipt (art. 11a of Directive
//! 2011/83/EU). Without scripts, for whoever has the order's address.

use std::fmt::Write;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::words::{Words, exemption, words};
use crate::api::ApiState;
use crate::api::buyer_orders::PRIVATE;
use crate::api::plain::html::Document;
use crate::api::plain::{asked, language_of, refuse, respond};
use crate::app::Refusal;
use crate::app::legal::{LegalError, WithdrawalRequest};
use crate::domain::buyer_order::BuyerOrder;
use crate::domain::language::Language;
use crate::domain::problem::Code;
use crate::domain::text::escaped_html as escaped;
use crate::domain::withdrawal::{NAME_CHARS_MAX, WithdrawalRight, WithdrawalView, WithdrawnLine};

/// The page of one order, which changes with each step.
struct Page<'a> {
    language: Language,
    token: &'a str,
    order: &'a BuyerOrder,
    right: &'a WithdrawalRight,
}

/// What the form holds so far.
#[derive(Default)]
struct Draft {
    key: String,
    name: String,
    email: String,
    lines: Vec<WithdrawnLine>,
}

/// The first step, and the receipts of what was withdrawn before.
pub(super) async fn show(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let order = match state.app.get_buyer_order(&token).await {
        Ok(order) => order,
        Err(error) => return refuse(language, error.into()),
    };
    let is_done = asked(query.as_deref(), "done").is_some();
    let notice = is_done.then(|| words(language).received);
    let draft = Draft { key: state.app.clock().uuid().to_string(), ..Draft::default() };
    first(language, &token, &order, &draft, notice, StatusCode::OK)
}

/// The first page with what was entered and what is wrong with it.
fn first(
    language: Language,
    token: &str,
    order: &BuyerOrder,
    draft: &Draft,
    notice: Option<&str>,
    status: StatusCode,
) -> Response {
    let nothing = WithdrawalRight {
        is_open: false,
        ends_at: None,
        url: String::new(),
        lines: Vec::new(),
        receipts: Vec::new(),
    };
    let right = order.withdrawal.as_ref().unwrap_or(&nothing);
    let page = Page { language, token, order, right };
    respond(status, &page.choose(draft, notice))
}

/// Either of the two steps: what was chosen is shown again, what was confirmed is taken.
pub(super) async fn take(
    State(state): State<ApiState>,
    RawQuery(query): RawQuery,
    Path(token): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let language = language_of(query.as_deref(), &headers);
    let order = match state.app.get_buyer_order(&token).await {
        Ok(order) => order,
        Err(error) => return refuse(language, error.into()),
    };
    let Some(right) = order.withdrawal.as_ref() else {
        return first(language, &token, &order, &Draft::default(), None, StatusCode::CONFLICT);
    };
    let draft = read(std::str::from_utf8(&body).ok(), right);
    let text = words(language);
    let step = asked(std::str::from_utf8(&body).ok(), "step").unwrap_or_default();
    if step == "change" {
        return first(language, &token, &order, &draft, None, StatusCode::OK);
    }
    let again = |notice, status| first(language, &token, &order, &draft, Some(notice), status);
    if draft.lines.is_empty() {
        return again(text.no_pieces, StatusCode::UNPROCESSABLE_ENTITY);
    }
    if step != "confirm" {
        if draft.name.trim().is_empty() {
            return again(text.no_name, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let page = Page { language, token: &token, order: &order, right };
        return respond(StatusCode::OK, &page.confirm(&draft));
    }
    let request = WithdrawalRequest {
        key: draft.key.clone(),
        name: draft.name.clone(),
        email: Some(draft.email.clone()).filter(|email| !email.trim().is_empty()),
        lines: draft.lines.clone(),
        language,
    };
    match state.app.withdraw(&token, &request).await {
        Ok(_) => {
            let place = format!("/order/{token}/withdrawal?lang={language}&done");
            (StatusCode::SEE_OTHER, PRIVATE, [(header::LOCATION, place)]).into_response()
        }
        Err(error) => again(why(&error, text), error_status(&error)),
    }
}

/// What a refusal is called on the page.
fn why(error: &LegalError, words: &Words) -> &'static str {
    let is_about = |field: &str| error.fields().iter().any(|error| error.pointer.starts_with(field));
    match error.code() {
        Code::WithdrawalClosed => words.closed,
        Code::Invalid if is_about("/lines") => words.taken,
        Code::Invalid if is_about("/email") => words.bad_email,
        Code::Invalid if is_about("/name") => words.no_name,
        _ => words.try_again,
    }
}

fn error_status(error: &LegalError) -> StatusCode {
    match error.code() {
        Code::WithdrawalClosed => StatusCode::CONFLICT,
        Code::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Code::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Code::NotFound => StatusCode::NOT_FOUND,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a form says; lines that the order does not have are not looked for.
fn read(form: Option<&str>, right: &WithdrawalRight) -> Draft {
    let field = |name: &str| asked(form, name).unwrap_or_default();
    let line = |line: usize| {
        let units: i64 = field(&format!("u-{line}")).parse().ok()?;
        (units > 0).then_some(WithdrawnLine { line, units })
    };
    let name = field("name").chars().take(NAME_CHARS_MAX).collect::<String>();
    Draft {
        key: field("key"),
        name: name.trim().to_owned(),
        email: field("email").trim().to_owned(),
        lines: (0..right.lines.len()).filter_map(line).collect(),
    }
}

impl Page<'_> {
    /// Which pieces, and who.
    fn choose(&self, draft: &Draft, notice: Option<&str>) -> Document {
        let words = words(self.language);
        let notice = notice.map(|text| format!("<p class=\"notice\" role=\"status\">{}</p>", escaped(text)));
        let mut body = notice.unwrap_or_default();
        for receipt in &self.right.receipts {
            body.push_str(&self.receipt(receipt, words));
        }
        if self.right.is_open {
            let until = match self.right.ends_at {
                Some(at) => format!("{} {}", words.until, self.language.moment(at)),
                None => words.until_unknown.to_owned(),
            };
            let _ = write!(body, "<p>{until}</p>{}", self.form(draft, words));
        } else if self.right.receipts.is_empty() || self.right.lines.iter().any(|line| line.units > 0) {
            let _ = write!(body, "<p>{}</p>", words.closed);
        } else {
            let _ = write!(body, "<p>{}</p>", words.nothing_left);
        }
        self.document(&body, words)
    }

    fn form(&self, draft: &Draft, words: &Words) -> String {
        let mut lines = String::new();
        for (at, (bought, line)) in self.order.lines.iter().zip(&self.right.lines).enumerate() {
            let title = [bought.title.as_str(), bought.variant_title.as_str()].join(" ");
            let title = escaped(title.trim());
            let note =
                line.exemption.map(|why| format!("<p><small>{}</small></p>", exemption(why, self.language)));
            let note = note.unwrap_or_default();
            if line.units == 0 {
                let _ = write!(lines, "<li><strong>{title}</strong> × {}{note}</li>", bought.units);
                continue;
            }
            let chosen = draft.lines.iter().find(|chosen| chosen.line == at);
            // All pieces of a fresh form, since that is what most people come for.
            let chosen = match chosen {
                Some(chosen) => chosen.units,
                None if draft.lines.is_empty() && draft.name.is_empty() => line.units,
                None => 0,
            };
            let option = |units: i64| {
                let mark = if units == chosen { " selected" } else { "" };
                format!("<option value=\"{units}\"{mark}>{units}</option>")
            };
            let options: String = (0..=line.units).map(option).collect();
            let _ = write!(
                lines,
                "<li><label for=\"u-{at}\"><strong>{title}</strong> · {pieces}</label>\
                 <select id=\"u-{at}\" name=\"u-{at}\">{options}</select>{note}</li>",
                pieces = words.pieces,
            );
        }
        format!(
            "<form method=\"post\" action=\"{action}\"><h2>{choose}</h2><ul class=\"pieces\">{lines}</ul>\
             <label for=\"name\">{your_name}</label>\
             <input id=\"name\" name=\"name\" required maxlength=\"{NAME_CHARS_MAX}\" autocomplete=\"name\" value=\"{name}\">\
             <label for=\"email\">{your_email}</label>\
             <input id=\"email\" name=\"email\" type=\"email\" maxlength=\"254\" autocomplete=\"email\" value=\"{email}\" aria-describedby=\"hint\">\
             <p id=\"hint\"><small>{hint}</small></p>\
             <input type=\"hidden\" name=\"key\" value=\"{key}\">\
             <button name=\"step\" value=\"check\">{go_on}</button></form>",
            action = self.action(),
            choose = words.choose,
            your_name = words.your_name,
            name = escaped(&draft.name),
            your_email = words.your_email,
            email = escaped(&draft.email),
            hint = words.email_hint,
            key = escaped(&draft.key),
            go_on = words.go_on,
        )
    }

    /// The whole statement, with the button that makes it.
    fn confirm(&self, draft: &Draft) -> Document {
        let words = words(self.language);
        let mut goods = String::new();
        let mut fields = String::new();
        for line in &draft.lines {
            let Some(bought) = self.order.lines.get(line.line) else { continue };
            let title = [bought.title.as_str(), bought.variant_title.as_str()].join(" ");
            let _ = write!(goods, "<li>{} × {}</li>", line.units, escaped(title.trim()));
            let _ =
                write!(fields, "<input type=\"hidden\" name=\"u-{}\" value=\"{}\">", line.line, line.units);
        }
        for (name, value) in [("name", &draft.name), ("email", &draft.email), ("key", &draft.key)] {
            let _ = write!(fields, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escaped(value));
        }
        let email = if draft.email.is_empty() { words.email_hint.to_owned() } else { escaped(&draft.email) };
        let body = format!(
            "<h2>{check}</h2><p>{statement}</p><ul>{goods}</ul>\
             <dl><dt>{name_word}</dt><dd>{name}</dd><dt>{receipt}</dt><dd>{email}</dd></dl>\
             <form method=\"post\" action=\"{action}\">{fields}\
             <button name=\"step\" value=\"confirm\">{confirm}</button>\
             <button class=\"quiet\" name=\"step\" value=\"change\">{change}</button></form>",
            check = words.check,
            statement = words.statement,
            name_word = words.your_name,
            name = escaped(&draft.name),
            receipt = words.receipt,
            action = self.action(),
            confirm = words.confirm,
            change = words.change,
        );
        self.document(&body, words)
    }

    fn receipt(&self, receipt: &WithdrawalView, words: &Words) -> String {
        let mut goods = String::new();
        for line in &receipt.lines {
            let title = [line.title.as_str(), line.variant_title.as_str()].join(" ");
            let _ = write!(goods, "<li>{} × {}</li>", line.units, escaped(title.trim()));
        }
        let refund = if receipt.is_settled {
            words.settled.to_owned()
        } else {
            format!("{} {}", words.refund_by, self.language.day(receipt.refund_due_at))
        };
        format!(
            "<section class=\"card\"><h2>{title}</h2><dl><dt>{at_word}</dt><dd><time datetime=\"{iso}\">{at}</time></dd>\
             <dt>{goods_word}</dt><dd><ul>{goods}</ul></dd><dt>{amount_word}</dt><dd>{amount} · {refund}</dd></dl>\
             <p><small>{mail}</small></p></section>",
            title = words.receipt,
            at_word = words.received_at,
            iso = receipt.at.to_rfc3339(),
            at = self.language.moment(receipt.at),
            goods_word = words.goods,
            amount_word = words.amount,
            amount = self.language.money(receipt.amount),
            mail = words.mail_follows,
        )
    }

    fn action(&self) -> String {
        format!("/order/{}/withdrawal?lang={}", escaped(self.token), self.language)
    }

    fn document(&self, content: &str, words: &Words) -> Document {
        let order = self.order;
        let title = format!("{} {}", words.order, order.number);
        let body = format!(
            "<main class=\"legal-page\"><p>{shop} · <a href=\"/order/{token}?lang={language}\">{back}</a></p>\
             <h1>{heading}</h1><p>{title}</p>{content}</main>",
            shop = escaped(&order.shop_name),
            token = escaped(self.token),
            language = self.language,
            back = words.back_to_order,
            heading = words.withdrawal,
            title = escaped(&title),
        );
        let title = format!("{} · {title} – {}", words.withdrawal, order.shop_name);
        Document::page(self.language, title, order.is_test, order.shop_slug.clone(), body)
    }
}
