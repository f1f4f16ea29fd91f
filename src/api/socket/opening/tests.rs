//! Who begins without waiting, and who has to.

use serde_json::Value;

use super::*;
use crate::api::socket::person::Door;
use crate::app::Viewer;
use crate::app::testing::World;
use crate::hub::{Hub, text_of};
use crate::limits::Limits;

struct Stage {
    world: World,
    state: ApiState,
    show: Arc<Show>,
}

impl Stage {
    async fn open() -> Self {
        let world = World::open().await;
        let state = ApiState { app: world.app.clone(), hub: Hub::start(Limits::default()).expect("threads") };
        let show = state.app.get_show(world.show).await.unwrap();
        Self { world, state, show }
    }

    /// A stage that somebody has entered already.
    async fn entered() -> (Self, Opening) {
        let stage = Self::open().await;
        let first = open(&stage.state, &stage.show, &stage.stranger(), None).await.unwrap();
        (stage, first)
    }

    fn stranger(&self) -> Person {
        person(self.state.app.create_viewer(self.show.shop_id).0)
    }

    fn open_now(&self, person: &Person, after: Option<&str>) -> Option<Result<Opening, CloseCode>> {
        open_now(&self.state, &self.show, person, after)
    }

    #[track_caller]
    fn first_frame(&self, person: &Person, after: Option<&str>) -> Value {
        let opening = self.open_now(person, after).expect("nothing has to be read").expect("it is open");
        serde_json::from_slice(text_of(&opening.first)).unwrap()
    }

    fn position(&self, seq: i64) -> String {
        format!("{}:{seq}", self.state.app.epoch())
    }
}

fn person(viewer: Viewer) -> Person {
    Person::Viewer { viewer, address_hash: b"elsewhere".to_vec() }
}

#[tokio::test]
async fn the_first_has_to_wait_and_the_next_do_not() {
    let stage = Stage::open().await;
    assert!(stage.open_now(&stage.stranger(), None).is_none());
    let _first = open(&stage.state, &stage.show, &stage.stranger(), None).await.unwrap();
    let reads = stage.state.app.database_begun();
    let last = stage.state.hub.feed(stage.show.id).unwrap().last().viewers;
    for after in [None, Some("nonsense".to_owned()), Some("00000000:1".to_owned())] {
        let welcome = stage.first_frame(&stage.stranger(), after.as_deref());
        assert_eq!((&welcome["t"], &welcome["position"]), (&"welcome".into(), &stage.position(last).into()));
    }
    let resumed = stage.first_frame(&stage.stranger(), Some(&stage.position(last)));
    assert_eq!((&resumed["t"], &resumed["position"]), (&"resumed".into(), &stage.position(last).into()));
    assert_eq!(stage.state.app.database_begun(), reads);
}

#[tokio::test]
async fn what_the_table_decides_is_not_decided_at_once() {
    let (stage, _first) = Stage::entered().await;
    for seq in [0, 99] {
        assert!(stage.open_now(&stage.stranger(), Some(&stage.position(seq))).is_none(), "{seq}");
    }
    let caller = stage.world.owner.clone();
    let door = Door::Session("made-up".to_owned());
    assert!(stage.open_now(&Person::Member { caller, door }, None).is_none());
    let changed = stage.world.named("Marta").await;
    assert!(stage.open_now(&person(changed), None).is_none(), "the name has to be read");
    open(&stage.state, &stage.show, &person(changed), None).await.unwrap();
    assert_eq!(stage.first_frame(&person(changed), None)["you"]["name"], "Marta");
}

#[tokio::test]
async fn an_old_snapshot_is_not_given_out() {
    let (stage, _first) = Stage::entered().await;
    let feed = stage.state.hub.feed(stage.show.id).unwrap();
    let mut shared = feed.snapshot.lock().await;
    let young = shared.take().unwrap();
    let read_at = young.read_at.checked_sub(SNAPSHOT_AGE_MAX * 2).unwrap();
    let [show, shop, chat] = [&young.show, &young.shop, &young.chat].map(Clone::clone);
    *shared = Some(Arc::new(SharedSnapshot { seqs: young.seqs, read_at, show, shop, chat }));
    drop(shared);
    assert!(stage.open_now(&stage.stranger(), None).is_none());
    assert!(open(&stage.state, &stage.show, &stage.stranger(), None).await.is_ok());
    assert!(stage.open_now(&stage.stranger(), None).is_some(), "it was read anew");
}

#[tokio::test]
async fn who_was_sent_away_is_told_so_at_once() {
    let (stage, _first) = Stage::entered().await;
    let troll = stage.world.named("Troll").await;
    stage.state.app.ban_viewer(&stage.world.owner, stage.show.id, troll.id).await.unwrap();
    // What is remembered of people counts for a moment, in which a slow machine may not get so far.
    for _ in 0..100 {
        let sent_away = open(&stage.state, &stage.show, &person(troll), None).await.err();
        assert_eq!(sent_away, Some(CloseCode::Banned));
        if let Some(opened) = stage.open_now(&person(troll), None) {
            assert_eq!(opened.err(), Some(CloseCode::Banned));
            return;
        }
    }
    panic!("the ban is read again and again");
}
