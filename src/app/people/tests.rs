//! The memory over a real database: within its bounds, beyond them, and when a commit is in doubt.

use std::path::PathBuf;

use uuid::Uuid;

use super::shelf::Bounds;
use super::*;
use crate::app::Caller;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::checkout_settings::CheckoutSettings;
use crate::domain::member::Role;
use crate::domain::money::Currency;
use crate::domain::show::ShowStatus;
use crate::storage::{Database, Shop};

const ADDRESS: &[u8] = b"an address";

/// An application with a live show; its folder goes with it.
struct World {
    app: App,
    owner: Caller,
    show: ShowId,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl World {
    async fn with(bounds: Bounds) -> Self {
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
        Arc::get_mut(&mut app.0).expect("nobody else has it yet").people = People::new(bounds);
        let owner = Caller::member(shop, Uuid::from_u128(1).into(), Role::Owner, "Giulia".to_owned());
        let new = serde_json::from_value(serde_json::json!({ "title": "Serata" })).unwrap();
        let show = app.create_show(&owner, new).await.unwrap().summary.id;
        app.set_show_status(&owner, show, ShowStatus::Live).await.unwrap();
        Self { app, owner, show, folder }
    }

    async fn named(&self, name: &str) -> Viewer {
        let viewer = self.app.create_viewer(self.owner.shop).0;
        self.app.set_viewer_name(self.show, viewer, ADDRESS, name).await.unwrap();
        viewer
    }

    async fn state(&self, viewer: Viewer) -> ViewerState {
        self.app.viewer_state(self.show, viewer, b"another").await.unwrap()
    }

    fn is_known(&self, viewer: Viewer) -> bool {
        self.app.find_known_viewer(self.show, viewer, b"another").is_some()
    }
}

#[tokio::test]
async fn whatever_is_kept_everybody_is_told_the_same() {
    let enough = Bounds { shows: 10, viewers: 10, viewers_total: 10 };
    let bounds = [
        (enough, 3),
        (Bounds { viewers: 1, ..enough }, 1),
        (Bounds { viewers_total: 1, ..enough }, 1),
        (Bounds { shows: 0, ..enough }, 0),
    ];
    for (bounds, kept) in bounds {
        let world = World::with(bounds).await;
        let viewers = [world.named("Una").await, world.named("Due").await, world.named("Tre").await];
        let (app, owner, show) = (&world.app, &world.owner, world.show);
        app.mute_viewer(owner, show, viewers[1].id, 600).await.unwrap();
        app.ban_viewer(owner, show, viewers[2].id).await.unwrap();
        for _ in 0..2 {
            let states =
                [world.state(viewers[0]).await, world.state(viewers[1]).await, world.state(viewers[2]).await];
            assert_eq!(
                states.each_ref().map(|state| state.name.as_deref()),
                [Some("Una"), Some("Due"), Some("Tre")]
            );
            assert_eq!(states.each_ref().map(|state| state.muted_until.is_some()), [false, true, false]);
            assert_eq!(states.each_ref().map(|state| state.is_banned), [false, false, true]);
        }
        assert_eq!(viewers.iter().filter(|viewer| world.is_known(**viewer)).count(), kept, "{bounds:?}");
        app.unmute_viewer(owner, show, viewers[1].id).await.unwrap();
        app.unban_viewer(owner, show, viewers[2].id).await.unwrap();
        assert!(world.state(viewers[1]).await.muted_until.is_none());
        assert!(!world.state(viewers[2]).await.is_banned);
    }
}

#[tokio::test]
async fn a_commit_that_may_have_happened_has_the_show_read_again() {
    let world = World::with(Bounds::default()).await;
    let viewer = world.named("Una").await;
    let commit = || vec![world.app.recorder(world.owner.shop, world.show).committed];
    world.state(viewer).await;
    assert!(world.is_known(viewer));
    Unsure::new(world.app.people(), commit()).happened();
    assert!(world.is_known(viewer));
    drop(Unsure::new(world.app.people(), commit()));
    assert!(!world.is_known(viewer));
    assert_eq!(world.state(viewer).await.name.as_deref(), Some("Una"));
}

#[tokio::test]
async fn shows_that_nobody_watches_are_forgotten() {
    let world = World::with(Bounds::default()).await;
    let viewer = world.named("Una").await;
    world.state(viewer).await;
    world.app.keep_people(|show| show == world.show);
    assert!(world.is_known(viewer));
    world.app.keep_people(|_| false);
    assert!(!world.is_known(viewer) && world.app.people().shop(world.owner.shop).is_none());
}
