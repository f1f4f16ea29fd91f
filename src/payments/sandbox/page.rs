//! The sandbox's pay page: plain HTML that works without scripts and never asks for a card.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use subtle::ConstantTimeEq;

use super::Sandbox;
use super::answer::Answer;
use super::desk::{Operation, Stop};
use super::form::Form;
use super::session::{Line, Session};
use super::words::Language;
use crate::domain::money::Currency;
use crate::domain::text;

const STYLE: &str = include_str!("pay.css");
/// Bytes of the page's form; its two fields are bounded below that.
const FORM_BYTES_MAX: usize = 8 * 1024;
/// Characters of a buyer's name.
const NAME_CHARS_MAX: usize = 100;
/// Characters of an e-mail address (RFC 5321).
const EMAIL_CHARS_MAX: usize = 254;
/// Nothing but our own style sheet and our own form.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/pay/{id}", get(show).post(submit))
        .route("/pay.css", get(style))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// What the page tells beside the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    None,
    Declined,
    Invalid,
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
        .into_response()
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let language = language(&query, &headers);
    let notice = match query.text(&["notice"]) {
        Some("declined") => Notice::Declined,
        Some("invalid") => Notice::Invalid,
        _ => Notice::None,
    };
    match sandbox.read_session(&id).await {
        Ok(session) => render(&sandbox, &session, language, notice).await,
        Err(stop) => refuse(stop),
    }
}

async fn submit(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let language = language(&query, &headers);
    let form = Form::parse(&body).unwrap_or_default();
    let token = form.text(&["token"]).unwrap_or_default();
    if !bool::from(token.as_bytes().ct_eq(sandbox.form_token(&id).as_bytes())) {
        return again(&id, language, None);
    }
    let session = match sandbox.read_session(&id).await {
        Ok(session) => session,
        Err(stop) => return refuse(stop),
    };
    match form.text(&["action"]) {
        Some("pay") => pay(&sandbox, &session, &form, language).await,
        Some("decline") => again(&id, language, Some("declined")),
        Some("expire") => {
            let _ = sandbox.perform(None, &Operation::ExpireSession(id.clone())).await;
            again(&id, language, None)
        }
        Some("cancel") => match session.data.cancel_url.as_deref() {
            Some(url) => Redirect::to(url).into_response(),
            None => again(&id, language, None),
        },
        _ => again(&id, language, None),
    }
}

async fn pay(sandbox: &Sandbox, session: &Session, form: &Form, language: Language) -> Response {
    let Some(confirmation) = confirmation(form) else { return again(&session.id, language, Some("invalid")) };
    let answer = sandbox.perform(None, &Operation::Confirm(session.id.clone(), confirmation)).await;
    if answer.status == 200 {
        return Redirect::to(&session.data.success_url).into_response();
    }
    // Whoever was faster, the page tells how the session stands.
    again(&session.id, language, None)
}

/// What the buyer entered, checked; both fields may be empty.
fn confirmation(form: &Form) -> Option<Form> {
    let mut confirmation = url::form_urlencoded::Serializer::new(String::new());
    for (name, chars_max) in [("name", NAME_CHARS_MAX), ("email", EMAIL_CHARS_MAX)] {
        let value = form.text(&[name]).unwrap_or_default().trim();
        if value.is_empty() {
            continue;
        }
        let value = text::line(value, chars_max).ok()?;
        if name == "email" && !value.contains('@') {
            return None;
        }
        confirmation.append_pair(&format!("billing_details[{name}]"), &value);
    }
    Form::parse(confirmation.finish().as_bytes())
}

/// Back to the page by GET, so that reloading it sends nothing twice.
fn again(id: &str, language: Language, notice: Option<&str>) -> Response {
    let notice = notice.map(|notice| format!("&notice={notice}")).unwrap_or_default();
    Redirect::to(&format!("/sandbox/pay/{}?lang={}{notice}", escape(id), language.tag())).into_response()
}

fn language(query: &Form, headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::choose(query.text(&["lang"]), accepted.unwrap_or_default())
}

fn refuse(stop: Stop) -> Response {
    let status = StatusCode::from_u16(Answer::from(stop).status).unwrap_or(StatusCode::NOT_FOUND);
    page(status, Language::English, "404", "<main><p class=\"notice\">404</p></main>")
}

async fn render(sandbox: &Sandbox, session: &Session, language: Language, notice: Notice) -> Response {
    let shop = sandbox.shop_name(session).await.unwrap_or_default();
    let words = language.words();
    let currency = session.data.currency.to_ascii_uppercase();
    let decimals = Currency::parse(&currency).map_or(2, Currency::decimals);
    let money = |minor: i64| language.money(minor, &currency, decimals);
    let lines: String = session.data.lines.iter().map(|line| line_html(line, &money)).collect();
    let total = money(session.data.amount());
    let body = format!(
        "<main>\
         <header><p class=\"to\">{pay_to}</p><h1>{shop}</h1></header>\
         <ul class=\"lines\">{lines}</ul>\
         <p class=\"total\"><span>{total_word}</span> <strong>{total}</strong></p>\
         {rest}\
         </main>",
        pay_to = words.pay_to,
        shop = escape(&shop),
        total_word = words.total,
        rest = if session.is_open() {
            form_html(sandbox, session, language, notice, &total)
        } else {
            closed_html(session, language)
        },
    );
    page(StatusCode::OK, language, words.title, &body)
}

fn line_html(line: &Line, money: &impl Fn(i64) -> String) -> String {
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
        amount = money(line.amount()),
    )
}

fn form_html(
    sandbox: &Sandbox,
    session: &Session,
    language: Language,
    notice: Notice,
    total: &str,
) -> String {
    let words = language.words();
    let notice = match notice {
        Notice::None => String::new(),
        Notice::Declined => alert(words.declined),
        Notice::Invalid => alert(words.invalid),
    };
    let field = |name: &str, label: &str, kind: &str, chars_max: usize| {
        format!(
            "<label for=\"{name}\">{label} <small>({optional})</small></label>\
             <input id=\"{name}\" name=\"{name}\" type=\"{kind}\" maxlength=\"{chars_max}\" \
             autocomplete=\"{name}\">",
            optional = words.optional,
        )
    };
    format!(
        "{notice}\
         <form method=\"post\" action=\"/sandbox/pay/{id}?lang={tag}\">\
         <input type=\"hidden\" name=\"token\" value=\"{token}\">\
         {name}{email}\
         <button class=\"pay\" name=\"action\" value=\"pay\">{pay} {total}</button>\
         <p class=\"hint\">{no_card}</p>\
         <fieldset><legend>{try_else}</legend>\
         <button name=\"action\" value=\"decline\" formnovalidate>{decline}</button>\
         <button name=\"action\" value=\"expire\" formnovalidate>{expire}</button>\
         </fieldset>\
         <button class=\"cancel\" name=\"action\" value=\"cancel\" formnovalidate>{cancel}</button>\
         </form>",
        id = escape(&session.id),
        tag = language.tag(),
        token = sandbox.form_token(&session.id),
        name = field("name", words.name, "text", NAME_CHARS_MAX),
        email = field("email", words.email, "email", EMAIL_CHARS_MAX),
        pay = words.pay,
        no_card = words.no_card,
        try_else = words.try_else,
        decline = words.decline,
        expire = words.expire,
        cancel = words.cancel,
    )
}

fn closed_html(session: &Session, language: Language) -> String {
    let words = language.words();
    let (text, url) = if session.status == "complete" {
        (words.paid, Some(&session.data.success_url))
    } else {
        (words.expired, session.data.cancel_url.as_ref())
    };
    let back = url
        .map(|url| format!("<p><a class=\"back\" href=\"{}\">{}</a></p>", escape(url), words.back))
        .unwrap_or_default();
    format!("{}{back}", alert(text))
}

fn alert(text: &str) -> String {
    format!("<p class=\"notice\" role=\"alert\">{text}</p>")
}

fn page(status: StatusCode, language: Language, title: &str, body: &str) -> Response {
    let words = language.words();
    let other = language.other();
    let html = format!(
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
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

/// Makes a text safe inside elements and quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(escape("<b a=\"'&\">"), "&lt;b a=&quot;&#39;&amp;&quot;&gt;");
    }
}
