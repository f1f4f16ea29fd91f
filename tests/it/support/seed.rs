//! A shop with an owner, products and a show to begin a test with.

use serde_json::json;
use vetrina::app::Caller;
use vetrina::app::shows::NewShow;
use vetrina::domain::checkout_settings::CheckoutSettings;
use vetrina::domain::ids::{ProductId, ShopId, ShowId};
use vetrina::domain::member::{Member, Permission, Role};
use vetrina::domain::money::Currency;
use vetrina::domain::product::Product;
use vetrina::domain::show::ShowStatus;
use vetrina::storage::Shop;

use super::http::Client;
use super::server::TestServer;

/// A shop and those who speak for it.
pub struct Seed {
    pub shop: ShopId,
    pub member: Member,
    pub owner: Caller,
    /// The token of the owner's session cookie.
    pub session: String,
}

impl TestServer {
    /// Makes a shop with an owner who is signed in.
    pub async fn seed_shop(&self) -> Seed {
        let shop = ShopId::from(self.clock.uuid());
        let row = Shop {
            id: shop,
            slug: format!("shop-{shop}"),
            name: "Bottega Aurora".to_owned(),
            tagline: "Fatto a mano".to_owned(),
            currency: Currency::EUR,
            brand_colour: "#7a3b2e".to_owned(),
            is_demo: false,
            checkout: CheckoutSettings::default(),
        };
        let mut tx = self.database.write().await.expect("the database writes");
        assert!(tx.insert_shop(&row, self.clock.now()).await.expect("a shop can be made"));
        tx.commit().await.expect("the shop is kept");
        self.seed_member(shop, Role::Owner).await
    }

    /// Adds a signed-in member to a shop.
    pub async fn seed_member(&self, shop: ShopId, role: Role) -> Seed {
        let email = format!("{role}-{}@example.com", self.clock.uuid());
        let name = format!("Giulia {role}");
        let member = self.app.create_member(shop, role, &name, &email, None).await.expect("a member");
        let link = self.app.create_sign_in_token(member.id).await.expect("a link");
        let session = self.app.sign_in_with_link(&link).await.expect("the link works").token;
        let owner = Caller::member(shop, member.id, role, name);
        Seed { shop, member, owner, session }
    }

    /// A show that is live.
    pub async fn seed_live_show(&self, seed: &Seed) -> ShowId {
        self.seed_live_show_called(seed, "Serata d'autunno").await
    }

    /// A show with a title of its own that is live.
    pub async fn seed_live_show_called(&self, seed: &Seed, title: &str) -> ShowId {
        let new: NewShow = serde_json::from_value(json!({ "title": title })).expect("a show");
        let show = self.app.create_show(&seed.owner, new).await.expect("a show can be made").summary.id;
        self.app.set_show_status(&seed.owner, show, ShowStatus::Live).await.expect("a draft can go live");
        show
    }

    /// A product with one variant.
    pub async fn seed_product(&self, seed: &Seed, title: &str, stock: i64) -> Product {
        let new = json!({
            "title": title,
            "variants": [{ "price": { "amount": 4990, "currency": "EUR" }, "stock": stock }],
        });
        let new = serde_json::from_value(new).expect("a product");
        self.app.create_product(&seed.owner, &new).await.expect("a product can be made")
    }

    /// Puts products into the lineup of a show.
    pub async fn seed_lineup(&self, seed: &Seed, show: ShowId, products: &[ProductId]) {
        self.app.set_lineup(&seed.owner, show, products).await.expect("the lineup can be set");
    }

    /// A client signed in as the seed's member.
    pub fn member_client(&self, seed: &Seed) -> Client {
        self.client().with_session(&seed.session)
    }

    /// A client with an API key that may do these things.
    pub async fn key_client(&self, seed: &Seed, scopes: &[Permission]) -> Client {
        let key = self.app.create_api_key(seed.shop, "test", scopes).await.expect("a key can be made");
        self.client().with_bearer(&key)
    }

    /// The token of a fresh viewer.
    pub fn viewer_token(&self, seed: &Seed) -> String {
        self.app.create_viewer(seed.shop).1
    }
}
