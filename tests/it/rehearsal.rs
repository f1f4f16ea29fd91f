//! Rehearsals: nothing is sold in one, and nothing of it is kept.

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use vetrina::clock::Clock;
use vetrina::domain::ids::ShowId;
use vetrina::domain::show::ShowStatus;
use vetrina::storage::Database;

use crate::support::stall::Stall;

/// A stall whose product is also in the lineup of a rehearsal that is on air.
struct Stage {
    stall: Stall,
    show: ShowId,
}

impl Stage {
    async fn set_up() -> Self {
        let stall = Stall::open(5).await;
        let member = stall.server.member_client(&stall.seed);
        let made = json!({ "title": "Prova generale", "is_rehearsal": true });
        let made = member.post("/api/v1/shows", made).await.expect(201);
        let show: ShowId = serde_json::from_value(made["id"].clone()).unwrap();
        stall.server.seed_lineup(&stall.seed, show, &[stall.product.id]).await;
        stall.server.app.set_show_status(&stall.seed.owner, show, ShowStatus::Live).await.unwrap();
        Self { stall, show }
    }

    /// How many rows name the show, by table, of those tables that have any.
    async fn traces(&self) -> Vec<(String, i64)> {
        let mut found = Vec::new();
        for table in self.tables().await {
            let rows = self.count(&table).await;
            if rows > 0 {
                found.push((table, rows));
            }
        }
        found
    }

    async fn tables(&self) -> Vec<String> {
        const SQLITE: &str = "select m.name from sqlite_master m, pragma_table_info(m.name) c
            where m.type = 'table' and c.name = 'show_id' order by m.name";
        const POSTGRES: &str = "select table_name::text from information_schema.columns
            where table_schema = current_schema() and column_name = 'show_id' order by 1";
        match &self.stall.server.database {
            Database::Sqlite { writer, .. } => sqlx::query_scalar(SQLITE).fetch_all(writer).await.unwrap(),
            Database::Postgres { pool, .. } => {
                sqlx::query_scalar(POSTGRES).fetch_all(&pool.current()).await.unwrap()
            }
        }
    }

    async fn count(&self, table: &str) -> i64 {
        let sql = AssertSqlSafe(format!("select count(*) from {table} where show_id = $1"));
        let show = self.show;
        match &self.stall.server.database {
            Database::Sqlite { writer, .. } => {
                sqlx::query_scalar(sql).bind(show).fetch_one(writer).await.unwrap()
            }
            Database::Postgres { pool, .. } => {
                sqlx::query_scalar(sql).bind(show).fetch_one(&pool.current()).await.unwrap()
            }
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/shows/{}{rest}", self.show)
    }
}

#[tokio::test]
async fn nothing_is_sold_or_set_aside_in_a_rehearsal() {
    let stage = Stage::set_up().await;
    let Stage { stall, .. } = &stage;
    let buyer = stall.buyer().client.with_header("idempotency-key", "k");
    let lines = json!({ "lines": [{ "variant_id": stall.variant(), "units": 1 }] });
    buyer.post(&stage.path("/checkouts"), lines).await.expect_problem(409, "rehearsal");
    assert_eq!(stall.counts().await, (5, 0, 0));
}

#[tokio::test]
async fn a_rehearsal_that_ends_leaves_nothing_behind() {
    let stage = Stage::set_up().await;
    let Stage { stall, show } = &stage;
    let (server, product) = (&stall.server, stall.product.id);
    let member = server.member_client(&stall.seed);
    let (mut socket, _) = server.member_socket(*show, &stall.seed.session).await;
    let said = socket.chat(Clock::system().uuid(), "Si sente?").await;
    assert!(said["ok"].is_object(), "{said}");
    let pin = stage.path(&format!("/featured-products/{product}"));
    member.request(reqwest::Method::PUT, &pin, None).await.expect(200);
    let price = json!({ "amount": 3990, "currency": "EUR" });
    let offer = json!({ "product_id": product, "price": price, "secs": 600 });
    member.post(&stage.path("/offers"), offer).await.expect(201);
    let link = json!({ "show_id": show, "source": "instagram" });
    let link = member.post("/api/v1/links", link).await.expect(201);

    let tables: Vec<String> = stage.traces().await.into_iter().map(|(table, _)| table).collect();
    for table in ["chat_messages", "featured_products", "lineup_entries", "links", "offers", "show_events"] {
        assert!(tables.iter().any(|found| found == table), "{table} is not among {tables:?}");
    }
    let ended = member.put(&stage.path("/status"), json!({ "status": "ended" })).await.expect(200);
    assert_eq!(ended["status"], "ended");
    socket.expect_event("show.ended").await;

    assert_eq!(stage.traces().await, []);
    member.get(&stage.path("")).await.expect_problem(404, "not_found");
    let gone = format!("/api/v1/links/{}", link["id"].as_str().unwrap());
    member.get(&gone).await.expect_problem(404, "not_found");
    // The offer was no price of anything.
    let lowest = member.get(&format!("/api/v1/products/{product}/lowest-prices")).await.expect(200);
    assert_eq!(lowest["variants"][0]["lowest"]["amount"], 4990);
    let listed = member.get("/api/v1/shows").await.expect(200);
    let ids: Vec<&Value> = listed["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [&json!(stall.show)]);
}
