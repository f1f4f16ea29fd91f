//! How long what is known of people is kept, what is taken out of it, and what has to stay.
//!
//! The one place that says what an event loses when a person is forgotten: the table and every
//! node's memory go by it. Totals, prices and times stay.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::column::text_enum;
use super::ids::{OrderId, ViewerId};
use super::problem::FieldError;

/// Years for which the books are kept, counted from the end of the year of the last entry (art. 2220
/// of the Italian civil code).
pub const BOOKS_YEARS: i32 = 10;
/// Days after which the provider's own account of a handled webhook is emptied: it repeats a failed
/// delivery for three days, and who looks for a fault does so within a week.
pub const PROVIDER_NEWS_DAYS: i64 = 7;

/// How long a shop keeps what is known of people; each within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Days for which names, messages and questions of viewers stay in shows and replays: 7 to 1,095.
    pub chat_days: i64,
    /// Days for which the hash of a viewer's address stays after the last message: 1 to 90.
    pub address_days: i64,
    /// Days for which it stays known who began an order that was never paid: 7 to 365.
    pub unpaid_days: i64,
    /// Days for which it stays known which member did what: 90 to 3,650.
    pub audit_days: i64,
}

impl Default for Retention {
    /// A year of replays, a month of addresses, a season of abandoned orders, two years of who did what.
    fn default() -> Self {
        Self { chat_days: 365, address_days: 30, unpaid_days: 90, audit_days: 730 }
    }
}

impl Retention {
    /// The same, if every period is within its bounds (art. 5(1)(e) GDPR asks for a limit).
    ///
    /// # Errors
    /// Names every period that is not.
    pub fn checked(self) -> Result<Self, Vec<FieldError>> {
        let periods = [
            ("/chat_days", self.chat_days, 7..=1_095),
            ("/address_days", self.address_days, 1..=90),
            ("/unpaid_days", self.unpaid_days, 7..=365),
            ("/audit_days", self.audit_days, 90..=3_650),
        ];
        let wrong = periods.into_iter().filter(|(_, days, bounds)| !bounds.contains(days));
        let errors: Vec<_> = wrong.map(|(field, ..)| FieldError::new(field, "out_of_range")).collect();
        if errors.is_empty() { Ok(self) } else { Err(errors) }
    }
}

/// Orders that were paid before this moment are in no books any more that have to be kept.
#[must_use]
pub fn books_end(now: DateTime<Utc>) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(now.year() - BOOKS_YEARS, 1, 1).unwrap_or_default();
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// What the books keep of a buyer who was erased: the party to the sale, and the country that its
/// tax depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct KeptOfBuyer {
    /// Name given at checkout.
    pub name: Option<String>,
    /// Where the goods went: two capital letters (ISO 3166-1).
    pub country: Option<String>,
}

text_enum! {
    /// What has to be done with an order before its buyer can be erased.
    ErasureObstacle {
        /// A payment is under way.
        Payment = "payment",
        /// The goods are to be sent.
        Delivery = "delivery",
        /// Money is on its way back.
        Refund = "refund",
        /// Pieces were withdrawn from, and their money has not gone back.
        Withdrawal = "withdrawal",
        /// The buyer's bank decides about the payment.
        Dispute = "dispute",
        /// A person has to look at it.
        Review = "review",
    }
}

/// What is taken out of a show's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgotten {
    /// Everything of one viewer.
    Viewer(ViewerId),
    /// The name of one order's buyer.
    Buyer(OrderId),
    /// All viewers' words and names, and buyers' names, up to this place.
    Until(i64),
}

impl Forgotten {
    /// What an event that is concerned holds somewhere in its text; none concerns all of them.
    #[must_use]
    pub fn needle(self) -> Option<String> {
        match self {
            Self::Viewer(viewer) => Some(viewer.to_string()),
            Self::Buyer(order) => Some(order.to_string()),
            Self::Until(_) => None,
        }
    }

    /// Takes it out of an event's data; whether anything changed.
    pub fn forget(self, seq: i64, kind: &str, data: &mut Value) -> bool {
        // What tells of an erasure has to name whom, or nobody else would forget.
        if matches!(kind, "author.erased" | "viewer.erased" | "buyer.erased") {
            return false;
        }
        let before = data.clone();
        match self {
            Self::Viewer(viewer) => forget_viewer(data, &viewer.to_string()),
            Self::Buyer(_) => forget_buyer(data),
            Self::Until(until) if seq <= until => forget_everybody(kind, data),
            Self::Until(_) => {}
        }
        *data != before
    }
}

/// Whether an event can hold something of a viewer or a buyer, so that its age matters.
#[must_use]
pub fn tells_of_people(kind: &str) -> bool {
    matches!(kind, "chat.sent" | "chat.pinned" | "chat.restored" | "question.asked" | "question.answered")
        || matches!(kind, "question.answered_privately" | "viewer.muted" | "viewer.unmuted")
        || matches!(kind, "viewer.banned" | "viewer.unbanned")
        || ["order.", "message."].iter().any(|group| kind.starts_with(group))
}

/// Takes a viewer out of whatever names them: the id becomes nobody's, the name beside it empty, and
/// every text of the event goes. It holds for events of later versions too.
fn forget_viewer(data: &mut Value, id: &str) {
    if holds(data, id) {
        unname(data, id);
        forget_texts(data);
    }
}

fn holds(data: &Value, id: &str) -> bool {
    match data {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| holds(item, id)),
        Value::Object(fields) => fields.values().any(|value| holds(value, id)),
        _ => false,
    }
}

fn unname(data: &mut Value, id: &str) {
    match data {
        Value::Array(items) => items.iter_mut().for_each(|item| unname(item, id)),
        Value::Object(fields) => {
            let is_named = fields.values().any(|value| value == id);
            if is_named {
                unname_fields(fields, id);
            }
            fields.values_mut().for_each(|value| unname(value, id));
        }
        _ => {}
    }
}

fn unname_fields(fields: &mut Map<String, Value>, id: &str) {
    for (name, value) in fields {
        if value == id {
            *value = nobody();
        } else if name == "name" && value.is_string() {
            *value = "".into();
        }
    }
}

fn forget_texts(data: &mut Value) {
    match data {
        Value::Array(items) => items.iter_mut().for_each(forget_texts),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == "text" {
                    *value = Value::Null;
                } else {
                    forget_texts(value);
                }
            }
        }
        _ => {}
    }
}

fn forget_buyer(data: &mut Value) {
    if let Some(name) = data.pointer_mut("/order/buyer_name") {
        *name = Value::Null;
    }
}

/// Takes out viewers and buyers by the events that can hold them; members' own words stay.
fn forget_everybody(kind: &str, data: &mut Value) {
    match kind {
        "chat.sent" | "chat.pinned" | "message.held"
            if data.pointer("/author/badge").is_none_or(Value::is_null) =>
        {
            forget_author(data.pointer_mut("/author"));
            forget_texts(data);
        }
        "chat.restored" | "question.answered" => forget_texts(data),
        "question.asked" => {
            forget_author(data.pointer_mut("/question/author"));
            forget_texts(data);
        }
        "question.answered_privately"
        | "viewer.muted"
        | "viewer.unmuted"
        | "viewer.banned"
        | "viewer.unbanned"
        | "message.approved"
        | "message.refused" => {
            for (field, nothing) in [("/viewer_id", nobody()), ("/name", "".into())] {
                if let Some(value) = data.pointer_mut(field) {
                    *value = nothing;
                }
            }
            forget_texts(data);
        }
        kind if kind.starts_with("order.") => forget_buyer(data),
        _ => {}
    }
}

fn forget_author(author: Option<&mut Value>) {
    if let Some(author) = author.and_then(Value::as_object_mut) {
        author.insert("id".to_owned(), nobody());
        author.insert("name".to_owned(), "".into());
    }
}

/// The id of nobody: all zeros.
fn nobody() -> Value {
    Uuid::nil().to_string().into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::event::ShowEvent;

    const ANNA: &str = "0193a0a0-0000-7000-8000-00000000000a";
    const HOST: &str = "0193a0a0-0000-7000-8000-00000000000b";
    const ORDER: &str = "0193a0a0-0000-7000-8000-00000000000c";
    const THING: &str = "0193a0a0-0000-7000-8000-00000000000d";
    const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

    fn anna() -> Forgotten {
        Forgotten::Viewer(ANNA.parse().unwrap())
    }

    fn question(id: &str, name: &str, text: Option<&str>, answer: Option<&str>) -> Value {
        json!({ "question": {
            "id": THING, "product_id": null, "author": { "id": id, "name": name, "badge": null }, "text": text,
            "asked_at": "2026-11-23T20:00:00Z", "votes": 3, "claim": null,
            "answer": { "author": { "id": HOST, "name": "Bea", "badge": "host" }, "text": answer,
                "at": "2026-11-23T20:01:00Z" },
        } })
    }

    fn chat(id: &str, name: &str, badge: Option<&str>, text: Option<&str>) -> Value {
        json!({ "message_id": THING, "author": { "id": id, "name": name, "badge": badge }, "text": text })
    }

    #[track_caller]
    fn check(forgotten: Forgotten, kind: &str, before: &Value, after: &Value) {
        let mut data = before.clone();
        assert_eq!(forgotten.forget(5, kind, &mut data), before != after, "{kind}");
        assert_eq!(data, *after, "{kind}");
        assert!(!forgotten.forget(5, kind, &mut data), "{kind} is forgotten once");
        let tagged = json!({ "type": kind, "data": data });
        assert!(serde_json::from_value::<ShowEvent>(tagged).is_ok(), "{kind} can be read");
    }

    #[test]
    fn a_viewer_leaves_every_event_that_names_them() {
        let sent = chat(ANNA, "Anna", None, Some("Ciao"));
        check(anna(), "chat.sent", &sent, &chat(NOBODY, "", None, None));
        let asked = question(ANNA, "Anna", Some("Mine?"), Some("Yours, Anna"));
        check(anna(), "question.asked", &asked, &question(NOBODY, "", None, None));
        let muted = |id, name| json!({ "viewer_id": id, "name": name, "until": "2026-11-23T20:00:00Z" });
        check(anna(), "viewer.muted", &muted(ANNA, "Anna"), &muted(NOBODY, ""));
        let answered = |id, text: Option<&str>| {
            json!({ "question_id": THING, "viewer_id": id,
                "answer": { "author": { "id": HOST, "name": "Bea", "badge": "host" }, "text": text,
                    "at": "2026-11-23T20:00:00Z" } })
        };
        check(anna(), "question.answered_privately", &answered(ANNA, Some("No")), &answered(NOBODY, None));
    }

    #[test]
    fn others_words_stay_and_the_word_of_the_erasure_too() {
        let other = chat(HOST, "Bea", None, Some("Ciao Anna"));
        check(anna(), "chat.sent", &other, &other);
        let told = json!({ "author_id": ANNA });
        check(anna(), "author.erased", &told, &told);
    }

    #[test]
    fn what_a_later_version_tells_of_a_viewer_goes_too() {
        let mut data = json!({ "singer": { "who": ANNA, "name": "Anna" }, "song": { "text": "la la" } });
        assert!(anna().forget(1, "chat.sung", &mut data));
        assert_eq!(data, json!({ "singer": { "who": NOBODY, "name": "" }, "song": { "text": null } }));
    }

    #[test]
    fn with_time_all_viewers_go_and_members_stay() {
        let until = Forgotten::Until(5);
        check(until, "chat.sent", &chat(ANNA, "Anna", None, Some("Ciao")), &chat(NOBODY, "", None, None));
        let host = chat(HOST, "Bea", Some("host"), Some("Benvenuti"));
        check(until, "chat.sent", &host, &host);
        check(
            until,
            "question.asked",
            &question(ANNA, "Anna", Some("?"), Some("!")),
            &question(NOBODY, "", None, None),
        );
        let unbanned = |id, name| json!({ "viewer_id": id, "name": name });
        check(until, "viewer.unbanned", &unbanned(ANNA, "Anna"), &unbanned(NOBODY, ""));
        let mut late = chat(ANNA, "Anna", None, Some("Ciao"));
        assert!(!until.forget(6, "chat.sent", &mut late), "it is not old enough");
    }

    #[test]
    fn a_buyers_name_leaves_the_log_and_amounts_stay() {
        let buyer = Forgotten::Buyer(ORDER.parse().unwrap());
        assert_eq!(buyer.needle().as_deref(), Some(ORDER));
        for forgotten in [buyer, Forgotten::Until(9)] {
            let mut data = json!({ "order": { "id": ORDER, "buyer_name": "Anna Neri", "total": 4900 } });
            assert!(forgotten.forget(9, "order.paid", &mut data));
            assert_eq!(data, json!({ "order": { "id": ORDER, "buyer_name": null, "total": 4900 } }));
        }
    }

    #[test]
    fn periods_have_bounds() {
        let shop = Retention::default();
        assert_eq!(shop.checked(), Ok(shop));
        let wrong = Retention { chat_days: 6, address_days: 91, unpaid_days: 366, audit_days: 89 };
        let fields: Vec<_> = wrong.checked().unwrap_err().into_iter().map(|error| error.pointer).collect();
        assert_eq!(fields, ["/chat_days", "/address_days", "/unpaid_days", "/audit_days"]);
        assert_eq!(serde_json::from_str::<Retention>("{}").unwrap(), shop);
    }

    #[test]
    fn books_are_kept_to_the_end_of_the_tenth_year() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(books_end(at("2036-12-31T23:59:59Z")), at("2026-01-01T00:00:00Z"));
        assert_eq!(books_end(at("2037-01-01T00:00:00Z")), at("2027-01-01T00:00:00Z"));
    }
}
