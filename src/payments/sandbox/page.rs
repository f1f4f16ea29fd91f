//! The sandbox's pay page over HTTP: which button was pressed, and where the buyer goes next.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use subtle::ConstantTimeEq;

use super::Sandbox;
use super::answer::Answer;
use super::buyer::Buyer;
use super::desk::Stop;
use super::form::Form;
use super::language::Language;
use super::news::News;
use super::outcomes::{Act, RefundPace};
use super::session::{Ending, Session};
use super::view::{self, Notice, View};

const STYLE: &str = include_str!("pay.css");
const SCRIPT: &str = include_str!("embedded.js");
/// Bytes of the page's form; its fields are bounded below that.
const FORM_BYTES_MAX: usize = 8 * 1024;
/// Nothing but our own style sheet and our own form, in a window of its own.
const POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// The same beside the video of a page of ours, which a script of ours tells when the buyer is done.
const EMBEDDED_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; \
                               base-uri 'none'; frame-ancestors 'self'";

pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/pay/{id}", get(show).post(submit))
        .route("/pay.css", get(style))
        .route("/embedded.js", get(script))
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// What a button asks for.
enum Step {
    Act(Box<Act>),
    Decline,
    Leave,
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], STYLE)
        .into_response()
}

async fn script() -> Response {
    let kind = (header::CONTENT_TYPE, "text/javascript; charset=utf-8");
    ([kind, (header::CACHE_CONTROL, "max-age=300")], SCRIPT).into_response()
}

async fn show(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let language = language(&query, &headers);
    let notice = query.text(&["notice"]).and_then(Notice::parse);
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
    match read_step(&form, &session) {
        Ok(Step::Act(act)) => {
            let news = form.text(&["news"]).and_then(News::parse);
            perform(&sandbox, &session, *act, news, language).await
        }
        Ok(Step::Decline) => again(&id, language, Some(Notice::Declined)),
        Ok(Step::Leave) => match session.data.cancel_url.as_deref() {
            Some(url) => Redirect::to(url).into_response(),
            None => again(&id, language, None),
        },
        Err(notice) => again(&id, language, Some(notice)),
    }
}

/// Reads the pressed button; what follows a colon names what it is about.
fn read_step(form: &Form, session: &Session) -> Result<Step, Notice> {
    let buyer = || Buyer::from_page(form, &session.data.wants).ok_or(Notice::Invalid);
    let pressed = form.text(&["action"]).unwrap_or_default();
    let (name, about) = pressed.split_once(':').unwrap_or((pressed, ""));
    Ok(Step::Act(Box::new(match name {
        "pay" => Act::Pay(buyer()?),
        "twice" => Act::PayTwice(buyer()?),
        "bank" => Act::AskBank(buyer()?),
        "bank_confirm" => Act::BankSays(Ending::Good),
        "bank_refuse" => Act::BankSays(Ending::Bad),
        "debit" => Act::Debit(buyer()?),
        "debit_arrive" => Act::DebitEnds(Ending::Good),
        "debit_fail" => Act::DebitEnds(Ending::Bad),
        "expire" => Act::Expire,
        "shipping" => Act::ChooseShipping(about.parse().map_err(|_| Notice::Invalid)?),
        "use_code" => Act::UseCode(form.text(&["code"]).unwrap_or_default().to_owned()),
        "drop_code" => Act::DropCode,
        "pay_again" => Act::PayAgain,
        "dispute" => Act::OpenDispute,
        "dispute_win" => Act::DisputeEnds(Ending::Good),
        "dispute_lose" => Act::DisputeEnds(Ending::Bad),
        "refunds_wait" => Act::LetRefunds(RefundPace::Waiting),
        "refunds_at_once" => Act::LetRefunds(RefundPace::AtOnce),
        "refund_arrive" => Act::RefundEnds(about.to_owned(), Ending::Good),
        "refund_fail" => Act::RefundEnds(about.to_owned(), Ending::Bad),
        "decline" => return Ok(Step::Decline),
        "cancel" => return Ok(Step::Leave),
        _ => Act::Nothing,
    })))
}

async fn perform(
    sandbox: &Sandbox,
    session: &Session,
    act: Act,
    news: Option<News>,
    language: Language,
) -> Response {
    let is_payment = matches!(act, Act::Pay(_) | Act::PayTwice(_) | Act::BankSays(Ending::Good));
    let notice = match &act {
        Act::BankSays(Ending::Bad) => Some(Notice::Declined),
        _ => None,
    };
    let is_code = matches!(act, Act::UseCode(_));
    match sandbox.act(&session.id, act, news).await {
        Ok(session) => match session.after_url().filter(|_| is_payment) {
            Some(url) => Redirect::to(&url).into_response(),
            None => again(&session.id, language, notice),
        },
        Err(Stop::Refused(_)) if is_code => again(&session.id, language, Some(Notice::NoCode)),
        // Whoever was faster, the page tells how the session stands.
        Err(Stop::Refused(_)) => again(&session.id, language, None),
        Err(stop) => refuse(stop),
    }
}

/// Back to the page by GET, so that reloading it sends nothing twice.
fn again(id: &str, language: Language, notice: Option<Notice>) -> Response {
    let notice = notice.map(|notice| format!("&notice={}", notice.name())).unwrap_or_default();
    let id = view::escape(id);
    Redirect::to(&format!("/sandbox/pay/{id}?lang={}{notice}", language.tag())).into_response()
}

fn language(query: &Form, headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::choose(query.text(&["lang"]), accepted.unwrap_or_default())
}

fn refuse(stop: Stop) -> Response {
    let status = StatusCode::from_u16(Answer::from(stop).status).unwrap_or(StatusCode::NOT_FOUND);
    let words = format!("<main><p class=\"notice\">{}</p></main>", status.as_u16());
    page(status, &view::document(Language::English, status.as_str(), &words), POLICY)
}

async fn render(
    sandbox: &Sandbox,
    session: &Session,
    language: Language,
    notice: Option<Notice>,
) -> Response {
    let (Ok(shop), Ok(refunds)) = (sandbox.shop_name(session).await, sandbox.refunds_of(session).await)
    else {
        return page(
            StatusCode::INTERNAL_SERVER_ERROR,
            &view::document(Language::English, "500", "<main><p class=\"notice\">500</p></main>"),
            POLICY,
        );
    };
    let token = sandbox.form_token(&session.id);
    let html = View { session, language, notice, shop: &shop, refunds: &refunds, token: &token }.html();
    page(StatusCode::OK, &html, if session.is_embedded() { EMBEDDED_POLICY } else { POLICY })
}

fn page(status: StatusCode, html: &str, policy: &str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html.to_owned()).into_response()
}
