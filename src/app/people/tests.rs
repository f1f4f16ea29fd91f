//! The memory over a real database: within its bounds, beyond them, and when a commit is in doubt.

use super::shelf::Bounds;
use super::*;
use crate::app::testing::World;

impl World {
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
        let world = World::with(People::new(bounds)).await;
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
    let world = World::open().await;
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
    let world = World::open().await;
    let viewer = world.named("Una").await;
    world.state(viewer).await;
    world.app.keep_people(|show| show == world.show);
    assert!(world.is_known(viewer));
    world.app.keep_people(|_| false);
    assert!(!world.is_known(viewer) && world.app.people().shop(world.owner.shop).is_none());
}
