//! A database file that may not grow, and room again.

use vetrina::app::StorageError;
use vetrina::domain::checkout_settings::CheckoutSettings;
use vetrina::domain::ids::ShopId;
use vetrina::domain::money::Currency;
use vetrina::storage::{Database, Shop};

use crate::support::server::TestServer;

/// Makes shops until one does not fit.
async fn fill(server: &TestServer) -> StorageError {
    for _ in 0..1_000 {
        if let Err(error) = add_shop(server).await {
            return error;
        }
    }
    panic!("a thousand shops found room");
}

async fn add_shop(server: &TestServer) -> Result<(), StorageError> {
    let id = ShopId::from(server.clock.uuid());
    let shop = Shop {
        id,
        slug: format!("shop-{id}"),
        name: "Bottega Aurora".to_owned(),
        tagline: "Fatto a mano".to_owned(),
        currency: Currency::EUR,
        brand_colour: "#7a3b2e".to_owned(),
        is_demo: false,
        checkout: CheckoutSettings::default(),
    };
    let mut tx = server.database.write().await?;
    assert!(tx.insert_shop(&shop, server.clock.now()).await?);
    tx.commit().await
}

#[tokio::test]
async fn a_full_disk_is_an_outage_that_ends_by_itself() {
    let server = TestServer::start().await;
    let Database::Sqlite { writer, .. } = &server.database else {
        println!("skipped: PostgreSQL looks after its own disk");
        return;
    };
    let pages: i64 = sqlx::query_scalar("pragma page_count").fetch_one(writer).await.unwrap();
    let bound = sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"));
    sqlx::query(bound).execute(writer).await.unwrap();
    let refusal = fill(&server).await;
    assert!(refusal.is_unavailable(), "{refusal}");
    sqlx::query("pragma max_page_count = 1000000").execute(writer).await.unwrap();
    add_shop(&server).await.unwrap();
}
