//! One decision for each column of the database, and a person who is looked for in all of them.

use std::collections::BTreeSet;

use serde_json::json;
use vetrina::domain::event::Audience;

use super::rows::{cells, columns, places, places_of_id};
use super::{Person, id, order_path, sell, ship, token, until};
use crate::support::server::TestServer;
use crate::support::stall::Stall;

/// What a column is to the people in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    /// Says nothing of anybody who watches or buys: things, amounts, times, settings, ids of them.
    Thing,
    /// A viewer's: erased or cut loose with the viewer, and with `chat_days` or sooner.
    Viewer,
    /// A buyer's: erased or cut loose with the buyer, when the books may, or with `unpaid_days`.
    Buyer,
    /// What the books keep of a buyer for ten years (art. 2220 of the civil code), and no longer.
    Books,
    /// A ban: stays for its 30 days, also after an erasure, or nobody could be sent away.
    Ban,
    /// A random name of a session, payment or click; leads to a person at the provider alone.
    Provider,
    /// Gone within a day or a week, and with the buyer.
    Passing,
    /// Of the shop's own people.
    Member,
    /// Who did what: ids alone, for `audit_days`.
    Audit,
}

use Decision::{Audit, Ban, Books, Buyer, Member, Passing, Provider, Thing, Viewer};

/// Every table with its columns; a column without a decision fails the test.
const DECISIONS: &[(&str, &[(Decision, &str)])] = &[
    ("api_keys", &[(Thing, "id shop_id name token_hash scopes created_at revoked_at")]),
    ("audit_log", &[(Audit, "id shop_id at actor action subject detail")]),
    ("bans", &[(Ban, "shop_id viewer_id address_hash banned_at expires_at")]),
    (
        "chat_messages",
        &[(Thing, "shop_id show_id message_id seq sent_at removed_at"), (Viewer, "author_id removed_text")],
    ),
    ("compatibility", &[(Thing, "id program_min")]),
    ("featured_products", &[(Thing, "shop_id show_id product_id featured_seq")]),
    ("heart_counts", &[(Thing, "shop_id show_id at_ms hearts")]),
    ("idempotency_keys", &[(Passing, "scope key request_hash status body created_at")]),
    (
        "held_messages",
        &[
            (Thing, "shop_id show_id message_id reason status decided_at held_at held_seq"),
            (Viewer, "viewer_id author_name body"),
        ],
    ),
    ("image_files", &[(Thing, "image_id size content_type bytes")]),
    (
        "images",
        &[(
            Thing,
            "id shop_id product_id position alt status source_url failure width height created_at fetch_attempts next_fetch_at",
        )],
    ),
    ("instance", &[(Thing, "id epoch secret created_at backup_made_at restored_at")]),
    // Of the shop's own people; the address goes with the invitation.
    (
        "invitations",
        &[
            (Thing, "id shop_id role token_hash created_at expires_at accepted_at revoked_at"),
            (Member, "email invited_by inviter_name"),
        ],
    ),
    ("leases", &[(Thing, "name held_until")]),
    (
        "legal_mails",
        &[(
            Thing,
            "id shop_id order_id kind recipient about created_at attempts next_attempt_at sent_at gave_up_at",
        )],
    ),
    ("lineup_entries", &[(Thing, "shop_id show_id product_id position")]),
    (
        "links",
        &[(
            Thing,
            "id shop_id code show_id product_id variant_id source label overlay_key_id clicks created_at expires_at withdrawn_at",
        )],
    ),
    (
        "mails",
        &[(
            Thing,
            "id shop_id order_id kind recipient refund created_at attempts next_attempt_at sent_at gave_up_at",
        )],
    ),
    ("member_sessions", &[(Member, "token_hash shop_id member_id created_at expires_at")]),
    ("members", &[(Member, "id shop_id email name role password_hash created_at signed_out_at")]),
    ("offer_buyers", &[(Thing, "offer_id units"), (Viewer, "viewer_id")]),
    ("offer_variants", &[(Thing, "offer_id variant_id full_price lowest_price lowest_days")]),
    (
        "offers",
        &[(
            Thing,
            "id shop_id show_id product_id price starts_at ends_at units units_per_buyer units_taken units_sold ended_at end_reason is_void",
        )],
    ),
    ("one_time_tokens", &[(Member, "token_hash purpose member_id show_id expires_at")]),
    (
        "order_lines",
        &[(
            Thing,
            "order_id position shop_id product_id variant_id title variant_title sku units unit_amount restocked_units offer_id withdrawal_exemption withdrawn_units",
        )],
    ),
    ("order_transitions", &[(Thing, "order_id n from_status to_status cause at")]),
    (
        "orders",
        &[
            (
                Thing,
                "id shop_id show_id number status is_test provider currency amount_subtotal amount_total attempt",
            ),
            (
                Thing,
                "session_request session_expires_at reserved_until release_reason review next_action_at created_at",
            ),
            (Thing, "updated_at paid_at language carrier shipped_at amount_refunded dispute amount_shipping"),
            (Thing, "amount_discount amount_tax shipping_method link_id was_informed delivered_on erased_at"),
            (Provider, "idempotency_key request_hash session_id payment_intent_id"),
            (Viewer, "viewer_id"),
            (Buyer, "buyer delivery failure tracking_code search_text session_url session_secret"),
            (Books, "kept"),
        ],
    ),
    ("overlay_keys", &[(Thing, "id shop_id name source token_hash created_at seen_at revoked_at")]),
    (
        "payment_accounts",
        &[(
            Thing,
            "shop_id mode kind key_hint secret_key webhook_secret previous_webhook_secret webhook_endpoint_id connected_account verified_at live_confirmed_at version created_at updated_at publishable_key signature_refused_at",
        )],
    ),
    ("payment_pauses", &[(Thing, "account reason since next_attempt_at")]),
    ("price_changes", &[(Thing, "variant_id at price")]),
    (
        "products",
        &[(
            Thing,
            "id shop_id handle title description option_names status search_text version created_at updated_at withdrawal_exemption",
        )],
    ),
    (
        "provider_events",
        &[
            (Thing, "account event_id type livemode received_at attempts next_attempt_at handled_at outcome"),
            (Passing, "body"),
        ],
    ),
    ("question_votes", &[(Thing, "shop_id show_id question_id"), (Viewer, "viewer_id")]),
    (
        "questions",
        &[
            (
                Thing,
                "shop_id show_id question_id product_id status asked_at asked_seq votes told_votes claimed_at",
            ),
            (Thing, "answered_badge answered_at answered_seq dismissed_at"),
            (Viewer, "viewer_id author_name body answer"),
            (Member, "claimed_by claimed_name answered_by answered_name"),
        ],
    ),
    ("reach_counts", &[(Thing, "shop_id show_id about_id viewers")]),
    // A keyed hash of one show and one viewer.
    ("reach_marks", &[(Thing, "shop_id show_id about_id"), (Viewer, "viewer_key")]),
    ("reconciliations", &[(Thing, "scope listed_until")]),
    ("recordings", &[(Thing, "shop_id show_id source starts_at updated_at")]),
    (
        "refunds",
        &[
            (Thing, "id shop_id order_id n cause amount status failure next_action_at created_at updated_at"),
            (Provider, "payment_intent_id provider_refund_id"),
            (Buyer, "note"),
            (Audit, "requested_by"),
        ],
    ),
    // Rows go when the reservation ends, and nobody is erased before.
    ("reservation_slots", &[(Thing, "shop_id product_id order_id"), (Viewer, "viewer_id")]),
    // The sandbox plays the provider: test money alone.
    ("sandbox_deliveries", &[(Provider, "id event_id session_id position attempts next_attempt_at")]),
    (
        "sandbox_events",
        &[(Provider, "id kind session_id number created_at deliveries delivered_at"), (Buyer, "body")],
    ),
    ("sandbox_objects", &[(Provider, "id kind session_id data created_at")]),
    ("sandbox_requests", &[(Provider, "idempotency_key params_hash status body created_at")]),
    ("sandbox_sessions", &[(Provider, "id status payment_intent_id created_at expires_at"), (Buyer, "data")]),
    (
        "shops",
        &[(
            Thing,
            "id slug name tagline currency brand_colour is_demo last_order_number created_at language contact_email checkout embed_sites legal informs_buyers retention moderation",
        )],
    ),
    ("show_events", &[(Thing, "shop_id show_id audience seq at_ms type"), (Viewer, "data")]),
    (
        "show_viewers",
        &[
            (Thing, "shop_id show_id"),
            (
                Viewer,
                "viewer_id name name_skeleton address_hash last_chat_at muted_until has_answers has_spoken has_held",
            ),
        ],
    ),
    (
        "shows",
        &[(
            Thing,
            "id shop_id slug title description status is_rehearsal video starts_at started_at ended_at replay_published_at slow_mode_secs last_seq last_member_seq created_at updated_at takes_questions sync_offset_ms forgotten_seq forgotten_member_seq is_chat_locked pinned_message_id",
        )],
    ),
    ("stray_sessions", &[(Provider, "session_id shop_id order_id provider next_action_at created_at")]),
    (
        "variants",
        &[(
            Thing,
            "id shop_id product_id position sku option_values option_key price compare_at on_sale available reserved sold updated_at lowest_before lowest_days",
        )],
    ),
    ("viewer_counts", &[(Thing, "shop_id show_id at_ms viewers")]),
    (
        "withdrawals",
        &[
            (Thing, "id shop_id order_id click_key at language lines amount refund_target refund_due_at"),
            (Buyer, "name email"),
        ],
    ),
];

#[tokio::test]
async fn every_column_has_a_decision_and_every_decision_a_column() {
    let server = TestServer::start().await;
    let decided = DECISIONS.iter().flat_map(|(table, columns)| {
        let names = columns.iter().flat_map(|(_, names)| names.split_whitespace());
        names.map(move |name| ((*table).to_owned(), name.to_owned()))
    });
    let decided: Vec<(String, String)> = decided.collect();
    let unique: BTreeSet<_> = decided.iter().cloned().collect();
    assert_eq!(decided.len(), unique.len(), "a column has one decision");
    let stored: BTreeSet<_> = columns(&server.database).await.into_iter().collect();
    let undecided: Vec<_> = stored.difference(&unique).collect();
    assert!(undecided.is_empty(), "say what becomes of {undecided:?} when a person is erased");
    let gone: Vec<_> = unique.difference(&stored).collect();
    assert!(gone.is_empty(), "these columns are no more: {gone:?}");
}

/// What the person types, says and is told; nothing else in the database holds it.
const NEEDLES: [&str; 9] = [
    "zefirina",
    "frase-",
    "domanda-",
    "risposta-",
    "quaglia",
    "424242",
    "ginepro",
    "track-quaglia",
    "nota-quaglia",
];

const TYPED: &str = "&name=Ginevra%20Quaglia&email=ginevra%40quaglia.example&phone=%2B39%20424242\
                     &line1=Via%20del%20Ginepro%207&postal_code=53100&city=Siena&state=SI&country=IT";

/// Somebody leaves a trace wherever a trace can be left; answers the person and the order.
async fn leave_traces(stall: &Stall) -> (Person, serde_json::Value) {
    let member = stall.server.member_client(&stall.seed);
    let settings = json!({
        "zones": [{ "countries": ["IT"], "rates": [{ "name": "Corriere", "price": 590, "free_from": null, "min_days": null, "max_days": null }] }],
        "asks_for_phone": true, "takes_promotion_codes": false, "automatic_tax": false,
    });
    member.put("/api/v1/shop/checkout", settings).await.expect(200);
    let mut person = Person::come(stall, "Zefirina").await;
    let messages = |n: u128| format!("/api/v1/shows/{}/messages/{}/removal", stall.show, id(n));
    person.say(1, "frase-uno").await;
    person.say(2, "frase-due").await;
    member.put(&messages(2), json!({})).await.expect(204);
    member.delete(&messages(2)).await.expect(204);
    person.say(3, "frase-tre").await;
    member.put(&messages(3), json!({})).await.expect(204);
    let questions = |n: u128, what: &str| format!("/api/v1/shows/{}/questions/{}/{what}", stall.show, id(n));
    person.is_held(4, "frase-trattenuta").await;
    person.is_held(5, "frase-rifiutata").await;
    let refusal = format!("/api/v1/shows/{}/held-messages/{}/refusal", stall.show, id(5));
    member.put(&refusal, json!({})).await.expect(204);
    let pin = format!("/api/v1/shows/{}/pinned-messages/{}", stall.show, id(1));
    member.put(&pin, json!({})).await.expect(204);
    for (n, visibility) in [(11, "public"), (12, "private")] {
        person.ask(n, &format!("domanda-{n}")).await;
        let answer = json!({ "text": format!("risposta-{n} per Zefirina"), "visibility": visibility });
        member.put(&questions(n, "answer"), answer).await.expect(204);
    }
    person.ask(13, "domanda-13").await;
    let restrain = |what: &str| format!("/api/v1/shows/{}/viewers/{}/{what}", stall.show, person.viewer.id);
    member.put(&restrain("mute"), json!({ "secs": 60 })).await.expect(204);
    member.delete(&restrain("mute")).await.expect(204);
    let checkout = buy(stall, &person).await;
    give_back(stall, &checkout).await;
    (person, checkout)
}

/// Two pieces are bought and sent.
async fn buy(stall: &Stall, person: &Person) -> serde_json::Value {
    let path = format!("/api/v1/shows/{}/checkouts", stall.show);
    let client = person.client.clone().with_header("idempotency-key", "click");
    let lines = json!([{ "variant_id": stall.variant(), "units": 2 }]);
    let checkout = client.post(&path, json!({ "lines": lines, "ship_to": "IT" })).await.expect(201);
    stall.pay_page(&checkout).await.submit("pay", TYPED).await;
    stall.reaches(&checkout, vetrina::domain::order::OrderStatus::Paid).await;
    ship(stall, &checkout).await;
    checkout
}

/// One piece is withdrawn from, and everything is given back.
async fn give_back(stall: &Stall, checkout: &serde_json::Value) {
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/buyer-orders/{}/withdrawals", token(stall, checkout));
    let statement = json!({ "key": "k", "name": "Ginevra Quaglia", "email": "altra@quaglia.example",
        "lines": [{ "line": 0, "units": 1 }], "language": "it" });
    stall.server.client().post(&path, statement).await.expect(201);
    let refund = member.clone().with_header("idempotency-key", "refund");
    let note = json!({ "amount": 9_980, "note": "nota-quaglia" });
    refund.post(&format!("{}/refunds", order_path(checkout)), note).await.expect(202);
    until("the money to go back", async || {
        let order = member.get(&order_path(checkout)).await.expect(200);
        order["refunds"][0]["status"] == "succeeded"
    })
    .await;
    until("the provider's news to be handled", async || {
        let cells = cells(&stall.server).await;
        let count = |column: &str| {
            cells.iter().filter(|cell| cell.table == "provider_events" && cell.column == column).count()
        };
        count("event_id") == count("handled_at") && count("event_id") > 1
    })
    .await;
}

/// Every place in which one of the needles has to be found before, or the test would see nothing.
const BEFORE: [&str; 17] = [
    "chat_messages.removed_text",
    "held_messages.author_name",
    "held_messages.body",
    "idempotency_keys.body",
    "orders.buyer",
    "orders.delivery",
    "orders.search_text",
    "orders.tracking_code",
    "provider_events.body",
    "questions.answer",
    "questions.author_name",
    "questions.body",
    "refunds.note",
    "sandbox_sessions.data",
    "show_events.data",
    "show_viewers.name",
    "withdrawals.email",
];

#[tokio::test]
async fn who_is_erased_is_found_in_no_column_but_where_the_law_wants_it() {
    let stall = Stall::open(5).await;
    let (mut person, checkout) = leave_traces(&stall).await;
    let before = cells(&stall.server).await;
    let found: BTreeSet<String> = NEEDLES.iter().flat_map(|needle| places(&before, needle)).collect();
    for place in BEFORE {
        assert!(found.contains(place), "nothing was left in {place}: {found:?}");
    }
    let confirmed = json!({ "confirmed": true });
    let path = format!("/api/v1/buyer-orders/{}/erasure", token(&stall, &checkout));
    stall.server.client().put(&path, confirmed.clone()).await.expect(200);
    person.client.put("/api/v1/viewers/me/erasure", confirmed.clone()).await.expect(200);
    person.socket.expect_event("author.erased").await;

    let after = cells(&stall.server).await;
    for needle in NEEDLES {
        let expected: &[&str] = if needle == "quaglia" { &["orders.kept"] } else { &[] };
        assert_eq!(places(&after, needle), expected, "{needle} is still there");
    }
    // The events that tell of the erasure name a random id that leads nowhere any more.
    let left = places_of_id(&after, person.viewer.id.as_uuid());
    assert_eq!(left, ["audit_log.subject", "show_events.data"]);
    let named: Vec<String> = stall
        .event_names(Audience::Viewers)
        .await
        .into_iter()
        .zip(stall.events(Audience::Viewers).await)
        .filter(|(_, event)| serde_json::to_string(event).unwrap().contains(&person.viewer.id.to_string()))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(named, ["author.erased"]);
    // Totals stay.
    assert_eq!(stall.counts().await.2, 2, "the sale is counted");
    let order = stall.order(&checkout).await;
    assert_eq!((order.total().amount.minor(), order.lines[0].withdrawn_units), (10_570, 1));

    // Once more changes nothing.
    stall.server.client().put(&path, confirmed.clone()).await.expect(200);
    person.client.put("/api/v1/viewers/me/erasure", confirmed).await.expect(200);
    let events = stall.event_names(Audience::Viewers).await;
    assert_eq!(events.iter().filter(|name| *name == "author.erased").count(), 1);
    let events = stall.event_names(Audience::Members).await;
    assert_eq!(events.iter().filter(|name| *name == "buyer.erased").count(), 1);
}

#[tokio::test]
async fn another_buyer_of_the_same_show_keeps_everything() {
    let stall = Stall::open(5).await;
    let one = Person::come(&stall, "Zefirina").await;
    let other = Person::come(&stall, "Luca").await;
    sell(&stall, &other.buyer(), 1, "&name=Luca%20Neri&email=luca%40example.it").await;
    let mine = sell(&stall, &one.buyer(), 1, "&name=Ginevra%20Quaglia&email=g%40quaglia.example").await;
    ship(&stall, &mine).await;
    let before = places(&cells(&stall.server).await, "luca");
    let confirmed = json!({ "confirmed": true });
    let path = format!("/api/v1/buyer-orders/{}/erasure", token(&stall, &mine));
    stall.server.client().put(&path, confirmed.clone()).await.expect(200);
    one.client.put("/api/v1/viewers/me/erasure", confirmed).await.expect(200);
    let after = places(&cells(&stall.server).await, "luca");
    let gone: Vec<_> = before.iter().filter(|place| !after.contains(place)).collect();
    assert!(gone.is_empty() && !before.is_empty(), "{gone:?}");
}
