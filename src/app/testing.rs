//! An application over a database of its own, for tests of what cannot be seen from outside.

use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

use super::people::People;
use super::{App, Caller, Viewer};
use crate::bus::Bus;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::member::Role;
use crate::domain::money::Currency;
use crate::domain::show::ShowStatus;
use crate::storage::{Database, Shop};

/// Where viewers come from; a server would hash their addresses.
const ADDRESS: &[u8] = b"an address";

/// An application with a live show; its folder goes with it.
pub(crate) struct World {
    pub app: App,
    pub owner: Caller,
    pub show: ShowId,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl World {
    /// With the usual memory.
    pub async fn open() -> Self {
        Self::with(People::default()).await
    }

    /// With another memory.
    pub async fn with(people: People) -> Self {
        #[derive(clap::Parser)]
        struct Arguments {
            #[command(flatten)]
            config: Config,
        }
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Clock::system();
        let folder = std::env::temp_dir().join(format!("vetrina-test-{}", clock.uuid()));
        let arguments = ["vetrina", "--data", folder.to_str().unwrap()];
        let config = <Arguments as clap::Parser>::parse_from(arguments).config;
        let url = format!("sqlite://{}", folder.join("vetrina.db").display());
        let db = Database::open(&url).await.unwrap();
        let shop = ShopId::from(clock.uuid());
        let row = Shop {
            id: shop,
            slug: "bottega".to_owned(),
            name: "Bottega Aurora".to_owned(),
            tagline: String::new(),
            currency: Currency::EUR,
            brand_colour: "#7a3b2e".to_owned(),
            is_demo: false,
            checkout: CheckoutSettings::default(),
        };
        let mut tx = db.write().await.unwrap();
        assert!(tx.insert_shop(&row, clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        let mut app = App::new(db, Bus::local(), clock, config).await.unwrap();
        app.set_listen_address("127.0.0.1:1".parse().unwrap());
        Arc::get_mut(&mut app.0).expect("nobody else has it yet").people = people;
        let owner = Caller::member(shop, Uuid::from_u128(1).into(), Role::Owner, "Giulia".to_owned());
        let new = serde_json::from_value(serde_json::json!({ "title": "Serata" })).unwrap();
        let show = app.create_show(&owner, new).await.unwrap().summary.id;
        app.set_show_status(&owner, show, ShowStatus::Live).await.unwrap();
        Self { app, owner, show, folder }
    }

    /// A viewer who has given a name.
    pub async fn named(&self, name: &str) -> Viewer {
        let viewer = self.app.create_viewer(self.owner.shop).0;
        self.app.set_viewer_name(self.show, viewer, ADDRESS, name).await.unwrap();
        viewer
    }
}
