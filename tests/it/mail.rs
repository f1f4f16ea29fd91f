//! Mail to buyers and to the shop: what it says, when it goes, and how it survives a bad server.

use std::path::PathBuf;

use chrono::TimeDelta;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::language::Language;
use vetrina::domain::mail::{MailKind, OrderMail};
use vetrina::domain::member::Role;
use vetrina::domain::order::OrderStatus;

use crate::support::server::Setup;
use crate::support::smtp::{Letter, SmtpServer, set_smtp};
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

const COMPLETED: &str = "checkout.session.completed";

/// A stall under a clock that stands still, whose mail goes to the server returned.
async fn stall_with_post() -> (Stall, SmtpServer) {
    let post = SmtpServer::start().await;
    let clock = Clock::manual(Clock::system().now());
    let mut setup = Setup { clock, ..Setup::default() };
    post.take_mail_of(&mut setup);
    (Stall::open_with(setup, 5).await, post)
}

/// Reserves in this language and pays as Anna.
async fn sell(stall: &Stall, buyer: &Buyer, accepted: &str) -> Value {
    let client = buyer.client.clone().with_header("accept-language", accepted);
    let buyer = Buyer { client, viewer: buyer.viewer };
    let checkout = stall.reserve(&buyer, 1).await;
    let page = stall.pay_page(&checkout).await;
    page.submit("pay", "&name=Anna%20%3Cb%3E%20Neri&email=anna%40example.it").await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    checkout
}

async fn order_mails(stall: &Stall, checkout: &Value) -> Vec<OrderMail> {
    let order = stall.order(checkout).await;
    let mut tx = stall.server.database.read().await.unwrap();
    tx.list_order_mails(stall.seed.shop, order.id).await.unwrap()
}

/// Waits until something is true of the mails of an order.
async fn mails_settle(
    stall: &Stall,
    checkout: &Value,
    is_so: impl Fn(&[OrderMail]) -> bool,
) -> Vec<OrderMail> {
    within("the mails to settle", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            let mails = order_mails(stall, checkout).await;
            if is_so(&mails) {
                return mails;
            }
            looks.tick().await;
        }
    })
    .await
}

fn kinds(mails: &[OrderMail]) -> Vec<MailKind> {
    mails.iter().map(|mail| mail.kind).collect()
}

fn all_sent(mails: &[OrderMail]) -> bool {
    !mails.is_empty() && mails.iter().all(|mail| mail.sent_at.is_some())
}

#[tokio::test]
async fn a_sale_is_told_to_buyer_and_shop() {
    let (stall, post) = stall_with_post().await;
    stall.server.seed_member(stall.seed.shop, Role::Moderator).await;
    let member = stall.server.member_client(&stall.seed);
    let contact = json!({ "language": "en", "email": "ciao@bottega.example" });
    let kept = member.put("/api/v1/shop/contact", contact).await.expect(200);
    assert_eq!(kept, json!({ "language": "en", "email": "ciao@bottega.example", "is_mail_sent": true }));
    let checkout = sell(&stall, &stall.buyer(), "it-IT,it;q=0.9").await;
    assert_eq!(stall.order(&checkout).await.language, Language::Italian);

    let letter = post.letter("anna@example.it", "confermato").await;
    assert_eq!(letter.header("Subject"), "[TEST] Ordine TEST-1001 confermato – Bottega Aurora");
    assert_eq!(letter.from, "ordini@bottega.example");
    assert!(letter.header("From").contains("Bottega Aurora"), "{}", letter.header("From"));
    assert_eq!(letter.header("Reply-To"), "ciao@bottega.example");
    assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
    assert!(letter.header("Message-ID").ends_with("@bottega.example>"));
    let text = letter.part("text/plain");
    for words in ["PROVA", "Ciao Anna <b> Neri,", "1 × Vaso & \"Luna\": 49,90\u{a0}€", "Totale: 49,90\u{a0}€"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    let url = format!("{}?lang=it", checkout["order_url"].as_str().unwrap());
    assert!(text.contains(&url), "{text}");
    let html = letter.part("text/html");
    assert!(html.contains("Vaso &amp; &quot;Luna&quot;") && html.contains("Anna &lt;b&gt; Neri"), "{html}");
    assert!(!html.contains("<b>") && html.contains("lang=\"it\""), "{html}");

    let shop = post.letter(&stall.seed.member.email, "New order").await;
    assert_eq!(shop.header("Subject"), "[TEST] New order TEST-1001 – Bottega Aurora");
    let studio = format!("{}/studio/orders/{}", stall.server.url(""), checkout["id"].as_str().unwrap());
    assert!(shop.part("text/plain").contains(&studio));
    let mails = mails_settle(&stall, &checkout, all_sent).await;
    assert_eq!(kinds(&mails), [MailKind::OrderConfirmed, MailKind::ShopOrderPaid]);
    assert_eq!(post.letters().len(), 2, "moderators do not see orders");
}

#[tokio::test]
async fn a_payment_told_thrice_is_one_mail() {
    let (stall, post) = stall_with_post().await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let change = json!({ "customer_details": { "name": "Anna", "email": "anna@example.it" } });
    let bodies = [
        stall.session_event("evt_1", COMPLETED, &checkout, change.clone()).await,
        stall.session_event("evt_2", COMPLETED, &checkout, change).await,
    ];
    for body in [&bodies[0], &bodies[0], &bodies[1]] {
        stall.tell(body).await.expect(200);
    }
    mails_settle(&stall, &checkout, all_sent).await;
    stall.pass(TimeDelta::hours(1));
    let again = stall.tell(&bodies[1]).await;
    again.expect(200);
    let letters = post.letters();
    assert_eq!(letters.iter().filter(|letter| letter.to == "anna@example.it").count(), 1, "{letters:?}");
    assert_eq!(letters.len(), 2);
}

#[tokio::test]
async fn a_parcel_is_told_with_its_code() {
    let (stall, post) = stall_with_post().await;
    let checkout = sell(&stall, &stall.buyer(), "en").await;
    stall.pass(TimeDelta::milliseconds(1));
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/orders/{}/shipment", checkout["id"].as_str().unwrap());
    member.put(&path, json!({ "carrier": "BRT", "tracking_code": "1Z 999" })).await.expect(200);
    let letter = post.letter("anna@example.it", "is on its way").await;
    let text = letter.part("text/plain");
    assert!(text.contains("Carrier: BRT\n") || text.contains("Carrier: BRT\r\n"), "{text}");
    assert!(text.contains("Tracking code: 1Z 999"), "{text}");
    // A correction is on the order's page; nobody is written to twice.
    member.put(&path, json!({ "carrier": "BRT", "tracking_code": "1Z 998" })).await.expect(200);
    let mails = mails_settle(&stall, &checkout, all_sent).await;
    assert_eq!(kinds(&mails), [MailKind::OrderConfirmed, MailKind::ShopOrderPaid, MailKind::OrderShipped]);
}

#[tokio::test]
async fn a_failed_bank_debit_and_a_doubtful_order_are_told() {
    let (stall, post) = stall_with_post().await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    let buyer = json!({ "name": "Anna", "email": "anna@example.it" });
    let pending = json!({ "payment_status": "unpaid", "customer_details": buyer });
    let body = stall.session_event("evt_1", COMPLETED, &checkout, pending.clone()).await;
    stall.tell(&body).await.expect(200);
    let failed = "checkout.session.async_payment_failed";
    let body = stall.session_event("evt_2", failed, &checkout, pending).await;
    stall.tell(&body).await.expect(200);
    post.letter("anna@example.it", "failed").await;

    let other = stall.reserve(&stall.buyer(), 1).await;
    let change = json!({ "amount_subtotal": 1, "customer_details": buyer });
    let body = stall.session_event("evt_3", COMPLETED, &other, change).await;
    stall.tell(&body).await.expect(200);
    let letter = post.letter(&stall.seed.member.email, "va controllato").await;
    assert!(letter.part("text/plain").contains("un importo diverso"));
    let mails = mails_settle(&stall, &other, all_sent).await;
    assert_eq!(kinds(&mails), [MailKind::OrderConfirmed, MailKind::ShopOrderReview]);
}

#[tokio::test]
async fn money_given_back_is_told() {
    let (stall, post) = stall_with_post().await;
    let checkout = stall.reserve(&stall.buyer(), 5).await;
    let payment = stall.pay_unheard(&checkout).await;
    let expired = json!({ "status": "expired", "payment_status": "unpaid" });
    let body = stall.session_event("evt_1", "checkout.session.expired", &checkout, expired).await;
    stall.tell(&body).await.expect(200);
    stall.reserve(&stall.buyer(), 5).await;
    // Paid although it was closed, and the pieces are another's by now.
    let customer = json!({ "name": "Anna", "email": "anna@example.it" });
    let paid = json!({ "payment_intent": payment, "customer_details": customer });
    let body = stall.session_event("evt_2", COMPLETED, &checkout, paid).await;
    stall.tell(&body).await.expect(200);
    stall.reaches(&checkout, OrderStatus::Refunded).await;
    let letter = post.letter("anna@example.it", "Refund for order").await;
    assert!(letter.part("text/plain").contains("Refund: €249.50"), "{}", letter.part("text/plain"));
    let mails = mails_settle(&stall, &checkout, all_sent).await;
    assert_eq!(kinds(&mails), [MailKind::OrderRefunded]);
}

#[tokio::test]
async fn each_refund_is_told_with_its_amount() {
    let (stall, post) = stall_with_post().await;
    let checkout = sell(&stall, &stall.buyer(), "it").await;
    let member = stall.server.member_client(&stall.seed);
    let path = format!("/api/v1/orders/{}/refunds", checkout["id"].as_str().unwrap());
    for body in [json!({ "amount": 1_000 }), json!({})] {
        member.post(&path, body).await.expect(202);
        mails_settle(&stall, &checkout, all_sent).await;
    }
    let mails = mails_settle(&stall, &checkout, |mails| mails.len() == 4 && all_sent(mails)).await;
    let letters = post.letters();
    for amount in ["10,00", "39,90"] {
        let tells = |letter: &&Letter| {
            letter.to == "anna@example.it"
                && letter.header("Subject").contains("Rimborso per l’ordine")
                && letter.part("text/plain").contains(&format!("Rimborso: {amount}"))
        };
        assert_eq!(letters.iter().filter(tells).count(), 1, "{amount}: {letters:?}");
    }
    let told = kinds(&mails).iter().filter(|kind| **kind == MailKind::OrderRefunded).count();
    assert_eq!(told, 2);
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_again() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    set_smtp(&mut setup, address);
    let stall = Stall::open_with(setup, 5).await;
    let checkout = sell(&stall, &stall.buyer(), "it").await;
    attempted(&stall, 1).await;
    let mails = order_mails(&stall, &checkout).await;
    assert!(mails.iter().all(|mail| mail.sent_at.is_none() && mail.gave_up_at.is_none()));
    let post = SmtpServer::start_at(address).await;
    // A minute and its spread.
    stall.pass(TimeDelta::seconds(70));
    post.letter("anna@example.it", "confermato").await;
    mails_settle(&stall, &checkout, all_sent).await;
    assert_eq!(post.letters().len(), 2);
}

#[tokio::test]
async fn a_no_for_now_is_tried_again_and_a_no_for_good_is_not() {
    let (stall, post) = stall_with_post().await;
    post.refuse("RCPT TO:<anna@example.it>", "451 come back later");
    let checkout = sell(&stall, &stall.buyer(), "it").await;
    mails_settle(&stall, &checkout, |mails| mails.iter().any(|mail| mail.sent_at.is_some())).await;
    attempted(&stall, 1).await;
    post.refuse("RCPT TO:<anna@example.it>", "550 no such user anna@example.it");
    stall.pass(TimeDelta::seconds(70));
    let mails =
        mails_settle(&stall, &checkout, |mails| mails.iter().any(|mail| mail.gave_up_at.is_some())).await;
    let given_up: Vec<_> = mails.iter().filter(|mail| mail.gave_up_at.is_some()).collect();
    assert_eq!(given_up.len(), 1);
    assert_eq!((given_up[0].kind, given_up[0].sent_at), (MailKind::OrderConfirmed, None));
    let calls = post.connections();
    stall.pass(TimeDelta::days(3));
    // Another sale shows that the worker has looked again since.
    sell(&stall, &stall.buyer(), "it").await;
    post.letter(&stall.seed.member.email, "TEST-1002").await;
    assert_eq!(post.letters().iter().filter(|letter| letter.message.contains("TEST-1001")).count(), 1);
    assert!(post.connections() > calls);
}

#[tokio::test]
async fn a_server_that_never_takes_a_mail_is_given_up_after_days() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    set_smtp(&mut setup, nobody.local_addr().unwrap());
    drop(nobody);
    let stall = Stall::open_with(setup, 5).await;
    let checkout = sell(&stall, &stall.buyer(), "it").await;
    for attempt in 1..=9 {
        attempted(&stall, attempt).await;
        assert!(order_mails(&stall, &checkout).await.iter().all(|mail| mail.gave_up_at.is_none()));
        stall.pass(TimeDelta::hours(14));
    }
    mails_settle(&stall, &checkout, |mails| mails.iter().all(|mail| mail.gave_up_at.is_some())).await;
}

/// Waits until every mail of the server was tried this often and waits for more.
async fn attempted(stall: &Stall, attempts: i64) {
    let waits_until = stall.server.clock.now() + TimeDelta::seconds(30);
    within("the attempts", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            let (least, next) = attempts_of(stall).await;
            let is_rescheduled = next.is_some_and(|next| next > waits_until);
            if least.is_some_and(|least| least >= attempts) && is_rescheduled && is_settled(stall).await {
                return;
            }
            looks.tick().await;
        }
    })
    .await;
}

/// The fewest attempts of a mail that is neither sent nor given up, and when the next one is due.
async fn attempts_of(stall: &Stall) -> (Option<i64>, Option<chrono::DateTime<chrono::Utc>>) {
    use vetrina::storage::Database;
    let sql = "select min(attempts), min(next_attempt_at) from mails where next_attempt_at is not null";
    match &stall.server.database {
        Database::Sqlite { readers, .. } => sqlx::query_as(sql).fetch_one(readers).await.unwrap(),
        Database::Postgres { pool, .. } => sqlx::query_as(sql).fetch_one(&pool.current()).await.unwrap(),
    }
}

/// Whether no mail is held by a worker, whose lease is five minutes and no pause is.
async fn is_settled(stall: &Stall) -> bool {
    use vetrina::storage::Database;
    let lease = stall.server.clock.now() + TimeDelta::minutes(5);
    let sql = "select count(*) from mails where next_attempt_at = $1";
    let (held,): (i64,) = match &stall.server.database {
        Database::Sqlite { readers, .. } => sqlx::query_as(sql).bind(lease).fetch_one(readers).await.unwrap(),
        Database::Postgres { pool, .. } => {
            sqlx::query_as(sql).bind(lease).fetch_one(&pool.current()).await.unwrap()
        }
    };
    held == 0
}

#[tokio::test]
async fn a_crash_after_sending_repeats_the_same_message() {
    let (stall, post) = stall_with_post().await;
    let checkout = sell(&stall, &stall.buyer(), "it").await;
    mails_settle(&stall, &checkout, all_sent).await;
    // As a crash leaves it between the server's answer and the note of it.
    stall
        .sql("update mails set sent_at = null, next_attempt_at = created_at where recipient = 'buyer'")
        .await;
    let told = within("the repetition", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
        loop {
            // Nothing wakes the worker but its own look, which may have begun just before the crash.
            // Once a worker has the letter its lease must not run out while it sends.
            if attempts_of(&stall).await.1.is_some_and(|due| due <= stall.server.clock.now()) {
                stall.pass(TimeDelta::seconds(30));
            }
            let letters = post.letters();
            let told: Vec<_> = letters.into_iter().filter(|letter| letter.to == "anna@example.it").collect();
            if told.len() == 2 {
                return told;
            }
            looks.tick().await;
        }
    })
    .await;
    assert_eq!(told[0].header("Message-ID"), told[1].header("Message-ID"));
}

#[tokio::test]
async fn without_a_server_letters_are_files() {
    let setup = Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() };
    let folder: PathBuf = setup.config.data.join("mail");
    let stall = Stall::open_with(setup, 5).await;
    let checkout = sell(&stall, &stall.buyer(), "de").await;
    mails_settle(&stall, &checkout, all_sent).await;
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(names.len(), 2);
    let texts: Vec<_> = names.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert!(texts.iter().any(|text| text.contains("To: anna@example.it")), "{texts:?}");
    assert_eq!(stall.order(&checkout).await.language, Language::English);
}

#[tokio::test]
async fn a_buyer_without_an_address_gets_no_mail() {
    let (stall, post) = stall_with_post().await;
    let checkout = stall.reserve(&stall.buyer(), 1).await;
    stall.pay(&checkout).await;
    stall.reaches(&checkout, OrderStatus::Paid).await;
    let mails = mails_settle(&stall, &checkout, all_sent).await;
    assert_eq!(kinds(&mails), [MailKind::ShopOrderPaid]);
    assert_eq!(post.letters().len(), 1);
}

#[tokio::test]
async fn the_contact_is_the_owners_to_change() {
    let stall = Stall::open_still(1).await;
    let owner = stall.server.member_client(&stall.seed);
    let path = "/api/v1/shop/contact";
    let unset = json!({ "language": "it", "email": null, "is_mail_sent": false });
    assert_eq!(owner.get(path).await.expect(200), unset);
    for email in ["bottega", "a@b", "a b@example.it", &format!("{}@example.it", "a".repeat(250))] {
        let problem = owner.put(path, json!({ "language": "it", "email": email })).await;
        let problem = problem.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0], json!({ "pointer": "/email", "code": "not_an_email" }));
    }
    owner.put(path, json!({ "language": "de", "email": null })).await.expect_problem(422, "invalid");
    let host = stall.server.seed_member(stall.seed.shop, Role::Host).await;
    let host = stall.server.member_client(&host);
    host.get(path).await.expect_problem(403, "forbidden");
    host.put(path, json!({ "language": "it", "email": null })).await.expect_problem(403, "forbidden");
}
