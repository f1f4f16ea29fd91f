//! The figures of a show: who watched, what was on screen, what was bought, and how far people went.

mod funnel;
mod kept;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use vetrina::clock::Clock;
use vetrina::domain::ids::ShowId;
use vetrina::domain::member::{Permission, Role};
use vetrina::domain::order::OrderStatus;
use vetrina::domain::show::ShowStatus;

use crate::support::server::Setup;
use crate::support::stall::{Buyer, Stall};
use crate::support::within;

fn path(show: ShowId) -> String {
    format!("/api/v1/shows/{show}/figures")
}

impl Stall {
    /// The figures as a member sees them.
    async fn figures(&self) -> Value {
        self.server.member_client(&self.seed).get(&path(self.show)).await.expect(200)
    }

    /// Waits until something is so in the figures.
    async fn shows_figures(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let member = self.server.member_client(&self.seed);
        within(what, async {
            let mut looks = tokio::time::interval(Duration::from_millis(100));
            loop {
                let figures = member.get(&path(self.show)).await.expect(200);
                if is_so(&figures) {
                    return figures;
                }
                looks.tick().await;
            }
        })
        .await
    }

    async fn move_to(&self, status: ShowStatus) {
        self.server.app.set_show_status(&self.seed.owner, self.show, status).await.unwrap();
    }

    /// Pins the one product.
    async fn pin(&self) {
        self.server.app.feature_product(&self.seed.owner, self.show, self.product.id).await.unwrap();
    }

    /// A paid order of a new buyer.
    async fn sale(&self, units: i64) -> (Buyer, Value) {
        let buyer = self.buyer();
        let checkout = self.reserve(&buyer, units).await;
        self.pay(&checkout).await;
        self.reaches(&checkout, OrderStatus::Paid).await;
        (buyer, checkout)
    }
}

fn money(amount: i64) -> Value {
    json!({ "amount": amount, "currency": "EUR" })
}

#[tokio::test]
async fn people_who_stay_are_counted_once_and_the_most_at_once_are_kept() {
    let stall = Stall::open(1).await;
    let tokens = [(); 3].map(|()| stall.server.viewer_token(&stall.seed));
    let mut sockets = Vec::new();
    for token in &tokens {
        sockets.push(stall.server.viewer_socket(stall.show, token).await.0);
    }
    // Members are no audience.
    let (_host, _) = stall.server.member_socket(stall.show, &stall.seed.session).await;
    let is_full = |figures: &Value| figures["viewers"]["peak"] == 3 && figures["totals"]["viewers"] == 3;
    stall.shows_figures("three viewers at once", is_full).await;
    for mut leaving in sockets.drain(1..) {
        let _ = leaving.stream.close(None).await;
    }
    let alone = async { while sockets[0].expect("signal").await["viewers"] != 1 {} };
    within("two of them to have left", alone).await;
    // One who comes back is known; one who is new is one more, once both were there for long enough.
    let (_back, _) = stall.server.viewer_socket(stall.show, &tokens[1]).await;
    let (_fresh, _) = stall.server.viewer_socket(stall.show, &stall.server.viewer_token(&stall.seed)).await;
    let figures = stall.shows_figures("a fourth viewer", |told| told["totals"]["viewers"] == 4).await;
    assert_eq!(figures["viewers"]["peak"], 3, "{figures}");
    assert_eq!(figures["ends_at"], Value::Null);
    stall.move_to(ShowStatus::Ended).await;
    let over = stall.figures().await;
    assert_eq!((&over["viewers"]["peak"], &over["totals"]["viewers"]), (&json!(3), &json!(4)));
    assert!(over["ends_at"].is_string());
}

#[tokio::test]
async fn viewers_stand_at_their_moment_and_holes_stay_holes() {
    let clock = Clock::manual("2026-11-21T20:00:00Z".parse().unwrap());
    let stall = Stall::open_with(Setup { clock: clock.clone(), ..Setup::default() }, 1).await;
    let line = |figures: &Value| figures["viewers"]["counts"].clone();
    assert_eq!(line(&stall.figures().await), json!([null]));
    let (_one, _) = stall.server.viewer_socket(stall.show, &stall.server.viewer_token(&stall.seed)).await;
    stall.shows_figures("one viewer", |told| line(told) == json!([1])).await;
    let (_two, _) = stall.server.viewer_socket(stall.show, &stall.server.viewer_token(&stall.seed)).await;
    stall.shows_figures("two in the same stretch", |told| line(told) == json!([2])).await;
    clock.advance(TimeDelta::seconds(20));
    let figures = stall.shows_figures("a later stretch", |told| line(told)[2] == 2).await;
    assert_eq!(line(&figures), json!([2, null, 2]));
    assert_eq!(
        (&figures["viewers"]["every_secs"], &figures["viewers"]["from"]),
        (&json!(10), &figures["starts_at"])
    );
    clock.advance(TimeDelta::hours(2));
    let later = stall.figures().await;
    assert_eq!(later["viewers"]["every_secs"], 30, "a long show is told in fewer points");
    assert_eq!((&line(&later)[0], &later["viewers"]["peak"]), (&json!(2), &json!(2)));
    assert!(line(&later).as_array().unwrap().len() <= 360);
}

#[tokio::test]
async fn sales_and_pins_stand_at_their_minute() {
    let clock = Clock::manual("2026-11-21T20:00:30Z".parse().unwrap());
    let stall = Stall::open_with(Setup { clock: clock.clone(), ..Setup::default() }, 9).await;
    let start: DateTime<Utc> = clock.now();
    stall.sale(1).await;
    clock.advance(TimeDelta::seconds(60));
    stall.pin().await;
    clock.advance(TimeDelta::seconds(60));
    stall.sale(2).await;
    let (_, checkout) = stall.sale(1).await;
    let member = stall.server.member_client(&stall.seed);
    let refund = format!("/api/v1/orders/{}/refunds", checkout["id"].as_str().unwrap());
    member.post(&refund, json!({ "amount": 1000 })).await.expect(202);
    let refunded = |figures: &Value| figures["totals"]["refunded"] == money(1000);
    let figures = stall.shows_figures("the refund", refunded).await;
    assert_eq!(figures["sales"]["every_secs"], 60);
    let expected = json!([
        { "at": "2026-11-21T20:00:00Z", "orders": 1, "units": 1, "total": money(4990) },
        { "at": "2026-11-21T20:02:00Z", "orders": 2, "units": 3, "total": money(14_970) },
    ]);
    assert_eq!(figures["sales"]["bars"], expected);
    let pinned = json!([{ "at": start + TimeDelta::seconds(60), "product_id": stall.product.id }]);
    assert_eq!(figures["pins"], pinned);
    let totals = &figures["totals"];
    assert_eq!((&totals["orders"], &totals["units"]), (&json!(3), &json!(4)));
    assert_eq!(totals["total"], money(19_960), "what was given back is told beside it");
    // Its product was on screen in this show, whenever it was bought.
    assert_eq!((&totals["direct_orders"], &totals["direct_total"]), (&json!(3), &money(19_960)));

    stall.move_to(ShowStatus::Ended).await;
    clock.advance(TimeDelta::seconds(60));
    let replay = json!({ "recording": { "kind": "demo" }, "is_published": true });
    member.put(&format!("/api/v1/shows/{}/replay", stall.show), replay).await.expect(200);
    stall.sale(1).await;
    let over = stall.figures().await;
    assert_eq!(over["sales"]["bars"], expected, "the evening stays as it was");
    let totals = &over["totals"];
    assert_eq!((&totals["orders"], &totals["later_orders"]), (&json!(4), &json!(1)));
    assert_eq!(totals["later_total"], money(4990));
}

#[tokio::test]
async fn what_was_on_screen_before_the_show_is_told_as_of_its_beginning() {
    let clock = Clock::manual("2026-11-21T20:00:00Z".parse().unwrap());
    let stall = Stall::open_with(Setup { clock: clock.clone(), ..Setup::default() }, 1).await;
    let (server, seed) = (&stall.server, &stall.seed);
    let member = server.member_client(seed);
    let made = member.post("/api/v1/shows", json!({ "title": "Domani" })).await.expect(201);
    let show: ShowId = serde_json::from_value(made["id"].clone()).unwrap();
    let other = server.seed_product(seed, "Piatto", 1).await;
    server.seed_lineup(seed, show, &[stall.product.id, other.id]).await;
    let draft = member.get(&path(show)).await.expect(200);
    assert_eq!((&draft["starts_at"], &draft["viewers"]["peak"]), (&Value::Null, &json!(0)));
    assert_eq!((&draft["sales"]["bars"], &draft["totals"]["orders"]), (&json!([]), &json!(0)));
    for product in [stall.product.id, other.id] {
        server.app.feature_product(&seed.owner, show, product).await.unwrap();
        clock.advance(TimeDelta::seconds(30));
    }
    server.app.set_show_status(&seed.owner, show, ShowStatus::Live).await.unwrap();
    let figures = member.get(&path(show)).await.expect(200);
    assert_eq!(figures["pins"], json!([{ "at": figures["starts_at"], "product_id": other.id }]));
}

#[tokio::test]
async fn figures_are_for_those_who_see_the_sales() {
    let stall = Stall::open(1).await;
    let (server, seed, at) = (&stall.server, &stall.seed, path(stall.show));
    server.client().get(&at).await.expect_problem(401, "unauthenticated");
    stall.buyer().client.get(&at).await.expect_problem(401, "unauthenticated");
    for role in [Role::Host, Role::Moderator] {
        let member = server.seed_member(seed.shop, role).await;
        server.member_client(&member).get(&at).await.expect(200);
    }
    server.key_client(seed, &[Permission::Orders]).await.get(&at).await.expect(200);
    let key = server.key_client(seed, &[Permission::Catalogue, Permission::Settings]).await;
    key.get(&at).await.expect_problem(403, "forbidden");
    let stranger = server.seed_shop().await;
    server.member_client(&stranger).get(&at).await.expect_problem(404, "not_found");
    let missing = path(server.clock.uuid().into());
    server.member_client(seed).get(&missing).await.expect_problem(404, "not_found");
}
