//! The receipt on a durable medium, the shop's notice, and the link for who lost the way.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::language::Language;

use super::{sell, statement, tell_all, token};
use crate::support::http::Answer;
use crate::support::server::Setup;
use crate::support::smtp::SmtpServer;
use crate::support::stall::Stall;

/// A stall under a clock that stands still, whose mail goes to the server returned.
async fn stall_with_post() -> (Stall, SmtpServer) {
    let post = SmtpServer::start().await;
    let clock = Clock::manual(Clock::system().now());
    let mut setup = Setup { clock, ..Setup::default() };
    post.take_mail_of(&mut setup);
    (Stall::open_with(setup, 5).await, post)
}

#[tokio::test]
async fn buyer_and_shop_get_it_in_writing_with_date_and_time() {
    let (stall, post) = stall_with_post().await;
    tell_all(&stall).await;
    let checkout = sell(&stall, 2).await;
    let path = format!("/api/v1/buyer-orders/{}/withdrawals", token(&stall, &checkout));
    let mut body = statement("k", 1);
    body["email"] = json!("anna.neri@example.org");
    stall.server.client().post(&path, body.clone()).await.expect(201);
    stall.server.client().post(&path, body).await.expect(201);

    let at = Language::Italian.moment(stall.server.clock.now());
    for to in ["anna@example.it", "anna.neri@example.org"] {
        let letter = post.letter(to, "Ricevuta del recesso").await;
        let text = letter.part("text/plain");
        for words in [
            at.as_str(),
            "Anna Neri",
            "1 × Vaso & \"Luna\"",
            "recedo dal contratto",
            "49,90\u{a0}€",
            "Via Roma 1, 00184 Roma RM",
            "PROVA",
        ] {
            assert!(text.contains(words), "{words} in {text}");
        }
        assert!(letter.part("text/html").contains("Vaso &amp; &quot;Luna&quot;"));
    }
    let shop = post.letter(&stall.seed.member.email, "Recesso dall’ordine").await;
    assert!(shop.part("text/plain").contains("/studio/orders/"), "{}", shop.part("text/plain"));
    let receipts = post.letters().into_iter().filter(|letter| letter.header("Subject").contains("Ricevuta"));
    assert_eq!(receipts.count(), 2, "a repetition is no second receipt");
}

#[tokio::test]
async fn the_confirmation_brings_the_instructions_and_the_seller() {
    let (stall, post) = stall_with_post().await;
    tell_all(&stall).await;
    sell(&stall, 1).await;
    let letter = post.letter("anna@example.it", "confirmed").await;
    let text = letter.part("text/plain");
    for words in
        ["within 14 days", "Bottega Aurora di Anna Rossi", "You bear the direct cost", "/legal/terms?shop="]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
}

async fn ask(stall: &Stall, number: &str, email: &str) -> Answer {
    let fields = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("number", number), ("email", email)])
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let client = stall.server.client().with_header("accept-language", "en");
    client.send_bytes(Method::POST, "/legal/withdrawal", kind, fields.into_bytes()).await
}

fn said(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.bytes).into_owned()
}

#[tokio::test]
async fn who_lost_the_link_gets_it_by_mail_and_learns_nothing_else() {
    let (stall, post) = stall_with_post().await;
    let checkout = sell(&stall, 1).await;
    post.letter("anna@example.it", "confirmed").await;
    let number = checkout["number"].as_str().unwrap();
    let wrong = ask(&stall, number, "bruno@example.it").await;
    let missing = ask(&stall, "TEST-9999", "anna@example.it").await;
    let right = ask(&stall, &number.to_lowercase(), " anna@EXAMPLE.it ").await;
    let again = ask(&stall, number, "anna@example.it").await;
    for answer in [&wrong, &missing, &again] {
        assert_eq!((answer.status, said(answer)), (right.status, said(&right)));
    }
    assert_eq!(right.status, 200);
    let letter = post.letter("anna@example.it", "The page of your order").await;
    let url = format!("{}?lang=en", checkout["order_url"].as_str().unwrap());
    assert!(letter.part("text/plain").contains(&url), "{}", letter.part("text/plain"));
    stall.pass(TimeDelta::hours(1));
    ask(&stall, number, "anna@example.it").await;
    let second = |letters: usize| letters == 2;
    crate::support::within("the second link", async {
        let mut looks = tokio::time::interval(std::time::Duration::from_millis(20));
        loop {
            let links = post.letters();
            let links = links.iter().filter(|letter| letter.header("Subject").contains("The page of your"));
            if second(links.count()) {
                return;
            }
            looks.tick().await;
        }
    })
    .await;
}

#[tokio::test]
async fn who_tries_numbers_has_to_wait() {
    let stall = Stall::at(crate::support::server::TestServer::start_alone(still()).await, 1).await;
    for _ in 0..5 {
        assert_eq!(ask(&stall, "1", "a@b.it").await.status, 200);
    }
    let refused = ask(&stall, "1", "a@b.it").await;
    assert_eq!(refused.status, 429);
    assert!(said(&refused).contains("Too many tries"));
    stall.pass(TimeDelta::seconds(31));
    assert_eq!(ask(&stall, "1", "a@b.it").await.status, 200);
}

fn still() -> Setup {
    Setup { clock: Clock::manual(Clock::system().now()), ..Setup::default() }
}

#[tokio::test]
async fn members_see_who_withdrew_and_the_log_says_so() {
    let stall = Stall::open_still(3).await;
    let checkout = sell(&stall, 1).await;
    let path = format!("/api/v1/buyer-orders/{}/withdrawals", token(&stall, &checkout));
    stall.server.client().post(&path, statement("k", 1)).await.expect(201);
    let member = stall.server.member_client(&stall.seed);
    let order = member.get(&super::order_path(&checkout)).await.expect(200);
    let withdrawal = &order["withdrawals"][0];
    assert_eq!((&withdrawal["name"], &withdrawal["email"]), (&json!("Anna Neri"), &Value::Null));
    let names = stall.event_names(vetrina::domain::event::Audience::Members).await;
    assert!(names.iter().any(|name| name == "order.changed"), "{names:?}");
    // What everybody may see tells nothing of it.
    let public = stall.event_names(vetrina::domain::event::Audience::Viewers).await;
    assert!(public.iter().all(|name| !name.starts_with("order.")), "{public:?}");
}
