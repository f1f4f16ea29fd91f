//! Random schedules of commits, loads and looks: what is answered is never older than what was told.

use std::collections::{HashMap, VecDeque};

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use uuid::Uuid;

use super::*;

const VIEWERS: u128 = 4;

fn viewer(number: u128) -> ViewerId {
    Uuid::from_u128(number).into()
}

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
}

fn named(name: &str) -> Facts {
    Facts { name: Some(name.into()), ..Facts::default() }
}

fn known(viewers_max: usize) -> Known {
    Known::new(viewers_max, Arc::new(Room::new(1_000)))
}

#[track_caller]
fn facts(known: &Known, number: u128) -> Facts {
    match known.look(viewer(number)) {
        Look::Facts(facts) => facts,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_was_not_read_is_a_stranger_once_everybody_was() {
    let mut known = known(10);
    assert!(matches!(known.look(viewer(1)), Look::NotLoaded));
    let load = known.begin_load();
    assert!(known.finish_load(load, vec![(viewer(1), named("Marta"))], true));
    assert_eq!(facts(&known, 1).name.as_deref(), Some("Marta"));
    assert_eq!(facts(&known, 2), Facts::default());
}

#[test]
fn a_change_during_the_load_is_asked_for() {
    let mut known = known(10);
    let load = known.begin_load();
    known.change(viewer(1));
    assert!(known.finish_load(load, vec![(viewer(1), named("Prima"))], true));
    let Look::Ask(question) = known.look(viewer(1)) else { panic!("the row may be older") };
    known.answer(question, named("Dopo"));
    assert_eq!(facts(&known, 1).name.as_deref(), Some("Dopo"));
}

#[test]
fn an_answer_from_before_the_next_change_is_not_kept() {
    let mut known = known(10);
    let load = known.begin_load();
    known.finish_load(load, Vec::new(), true);
    known.change(viewer(1));
    let Look::Ask(question) = known.look(viewer(1)) else { panic!("it changed") };
    known.change(viewer(1));
    known.answer(question, named("Prima"));
    assert!(matches!(known.look(viewer(1)), Look::Ask(_)));
}

#[test]
fn messages_are_kept_in_whichever_order_they_are_told() {
    let mut known = known(10);
    let load = known.begin_load();
    known.finish_load(load, vec![(viewer(1), named("Marta"))], true);
    known.chat(viewer(1), at(9));
    known.chat(viewer(1), at(5));
    assert_eq!(facts(&known, 1).last_chat_at, Some(at(9)));
}

#[test]
fn those_for_whom_there_is_no_room_are_asked_for() {
    let mut known = known(1);
    let load = known.begin_load();
    known.finish_load(load, vec![(viewer(1), named("Una")), (viewer(2), named("Due"))], true);
    assert_eq!(facts(&known, 1).name.as_deref(), Some("Una"));
    let Look::Ask(question) = known.look(viewer(2)) else { panic!("there was no room") };
    known.answer(question, named("Due"));
    assert!(matches!(known.look(viewer(2)), Look::Ask(_)), "the room has not grown");
    assert!(matches!(known.look(viewer(3)), Look::Ask(_)), "nor is anybody known to be a stranger");
}

#[test]
fn one_newcomer_too_many_makes_strangers_asked_for() {
    let mut known = known(1);
    let load = known.begin_load();
    known.finish_load(load, vec![(viewer(1), named("Una"))], true);
    known.change(viewer(2));
    assert!(matches!(known.look(viewer(2)), Look::Ask(_)));
    assert_eq!(facts(&known, 1).name.as_deref(), Some("Una"));
}

#[test]
fn too_many_changes_during_a_load_make_it_count_no_more() {
    let mut known = known(1);
    let load = known.begin_load();
    known.change(viewer(1));
    known.change(viewer(2));
    assert!(!known.finish_load(load, vec![(viewer(2), named("Prima"))], true));
    assert!(matches!(known.look(viewer(2)), Look::NotLoaded));
}

#[test]
fn shows_share_the_room_and_give_it_back() {
    let room = Arc::new(Room::new(1));
    let (mut first, mut second) = (Known::new(10, Arc::clone(&room)), Known::new(10, room));
    for (known, is_kept) in [(&mut first, true), (&mut second, false)] {
        let load = known.begin_load();
        known.finish_load(load, vec![(viewer(1), named("Una"))], true);
        assert_eq!(matches!(known.look(viewer(1)), Look::Facts(_)), is_kept);
    }
    drop(first);
    let load = second.begin_load();
    second.finish_load(load, vec![(viewer(1), named("Una"))], true);
    assert_eq!(facts(&second, 1).name.as_deref(), Some("Una"));
}

/// One step of a schedule.
#[derive(Clone, Debug)]
enum Step {
    /// Commits a name; it is told of later, in any order.
    Name(u128),
    /// Commits a message.
    Chat(u128),
    /// Tells of one of the commits that wait.
    Tell(usize),
    BeginLoad,
    /// The load reads, at a moment of its own.
    ReadLoad,
    FinishLoad,
    /// Somebody looks and, when told to ask, puts the question.
    Look(u128),
    /// The database answers the oldest question.
    Read,
    /// The answer arrives.
    Answer,
    Doubt,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 0..VIEWERS;
    let step = prop_oneof![
        3 => number.clone().prop_map(Step::Name),
        3 => number.clone().prop_map(Step::Chat),
        6 => (0_usize..4).prop_map(Step::Tell),
        2 => Just(Step::BeginLoad),
        3 => Just(Step::ReadLoad),
        3 => Just(Step::FinishLoad),
        4 => number.prop_map(Step::Look),
        3 => Just(Step::Read),
        3 => Just(Step::Answer),
        1 => Just(Step::Doubt),
    ];
    proptest::collection::vec(step, 0..60)
}

type Rows = HashMap<ViewerId, Facts>;

#[derive(Clone, Copy)]
enum Told {
    Change(ViewerId),
    Chat(ViewerId, DateTime<Utc>),
}

/// A database, what was not told of yet, and reads under way.
struct World {
    known: Known,
    rows: Rows,
    untold: Vec<Told>,
    load: Option<(Load, Option<Rows>)>,
    questions: VecDeque<(Question, Option<Facts>)>,
    time: i64,
    /// The planted bug: what is told while everybody is being read is lost.
    is_deaf_while_loading: bool,
}

impl World {
    fn new(is_deaf_while_loading: bool) -> Self {
        Self {
            known: known(3),
            rows: Rows::new(),
            untold: Vec::new(),
            load: None,
            questions: VecDeque::new(),
            time: 0,
            is_deaf_while_loading,
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Name(number) => {
                self.time += 1;
                let name = self.time.to_string();
                self.rows.entry(viewer(number)).or_default().name = Some(name.into());
                self.untold.push(Told::Change(viewer(number)));
            }
            Step::Chat(number) => {
                self.time += 1;
                let Some(row) = self.rows.get_mut(&viewer(number)) else { return };
                row.last_chat_at = Some(at(self.time));
                self.untold.push(Told::Chat(viewer(number), at(self.time)));
            }
            Step::Tell(index) if index < self.untold.len() => {
                let told = self.untold.remove(index);
                if self.is_deaf_while_loading && matches!(self.known.state, State::Loading(_)) {
                    return;
                }
                match told {
                    Told::Change(viewer) => self.known.change(viewer),
                    Told::Chat(viewer, at) => self.known.chat(viewer, at),
                }
            }
            Step::BeginLoad if !self.known.is_loaded() => self.load = Some((self.known.begin_load(), None)),
            Step::Tell(_) | Step::BeginLoad => {}
            Step::ReadLoad => {
                if let Some((_, read @ None)) = &mut self.load {
                    *read = Some(self.rows.clone());
                }
            }
            Step::FinishLoad => {
                if let Some((load, Some(rows))) = self.load.take_if(|(_, read)| read.is_some()) {
                    self.known.finish_load(load, rows.into_iter().collect(), true);
                }
            }
            Step::Look(number) => {
                if let Look::Ask(question) = self.known.look(viewer(number)) {
                    self.questions.push_back((question, None));
                }
            }
            Step::Read => {
                let next = self.questions.iter_mut().find(|(_, read)| read.is_none());
                if let Some((question, read)) = next {
                    *read = Some(self.rows.get(&question.viewer).cloned().unwrap_or_default());
                }
            }
            Step::Answer => {
                if let Some((question, Some(facts))) = self.questions.pop_front_if(|(_, read)| read.is_some())
                {
                    self.known.answer(question, facts);
                }
            }
            Step::Doubt => self.known.doubt(),
        }
    }

    /// The first viewer of whom something is answered that is older than what was told.
    fn stale(&self) -> Option<(ViewerId, Facts)> {
        (0..VIEWERS).map(viewer).find_map(|viewer| {
            let is_told =
                |told: &Told| matches!(told, Told::Change(other) | Told::Chat(other, _) if *other == viewer);
            if self.untold.iter().any(is_told) {
                return None;
            }
            let Look::Facts(facts) = self.known.look(viewer) else { return None };
            let row = self.rows.get(&viewer).cloned().unwrap_or_default();
            (facts != row).then_some((viewer, facts))
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn what_is_answered_is_never_older_than_what_was_told(steps in steps()) {
        let mut world = World::new(false);
        for step in &steps {
            world.step(step);
            prop_assert!(world.stale().is_none(), "{:?} after {step:?}", world.stale());
        }
    }
}

#[test]
fn the_schedules_find_a_load_that_is_deaf_to_changes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let found = (0..4_000).any(|_| {
        let steps = steps().new_tree(&mut runner).expect("schedules can be made").current();
        let mut world = World::new(true);
        steps.iter().any(|step| {
            world.step(step);
            world.stale().is_some()
        })
    });
    assert!(found, "the check is blind");
}
