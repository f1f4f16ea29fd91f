//! The arithmetic of the model, by cases that can be worked out by hand.

use super::model::cases::{Case, misses};
use super::model::chat::Cost;
use super::model::cluster::{Audience, LARGE};
use super::model::coefficients::measured::JOIN;
use super::model::tables::figure;
use super::model::{shard, storm};

const COST: Cost = Cost { commit: 2.0, message: 0.25 };
const FEW: Audience = Audience::of(30.0, 1.0);
const MANY: Audience = Audience::of(100_000.0, 1.0);

#[test]
fn a_quiet_show_costs_a_write_for_each_viewer_and_message() {
    let quiet = shard::play(100, 1.0, 0.0);
    let busy = 100.0 * shard::write_us(1.0) / 1e6;
    assert!((quiet.busy - busy).abs() < busy / 100.0, "{quiet:?} {busy}");
    assert!((quiet.chat_p50_ms - 0.43).abs() < 0.02, "half a pass: {quiet:?}");
    assert!((shard::writes_per_sec(100.0, 1.0) - 1.0).abs() < 1e-9);
}

#[test]
fn a_large_show_leaves_a_third_of_its_core() {
    let large = shard::play(10_000, 100.0, 0.0);
    assert!((0.6..0.68).contains(&large.busy), "{large:?}");
    let busy = 10_000.0 * shard::writes_per_sec(10_000.0, 100.0) * shard::write_us(12.0) / 1e6;
    assert!((large.busy - busy).abs() < 0.05, "the sum {busy} is what was played: {large:?}");
}

#[test]
fn a_pin_does_not_wait_for_the_pause() {
    let busy = shard::play(1_000, 100.0, 1.0);
    assert!(busy.pin_p99_ms < 20.0 && busy.chat_p50_ms > 20.0, "{busy:?}");
}

#[test]
fn groups_take_the_commit_off_the_messages() {
    assert!((COST.closed_loop(1.0) - 1_000.0 / 2.25).abs() < 1e-9);
    assert!((COST.closed_loop(4.0) - 800.0).abs() < 1e-9, "two commits and four messages take 5 ms");
    assert!((COST.most() - 256_000.0 / 66.0).abs() < 1e-6);
}

#[test]
fn nodes_take_turns_at_a_show() {
    assert!((COST.turn_ms(2_000.0, 10.0) - 40.0).abs() < 1e-9, "half of the time is messages");
    assert!((COST.transactions(2_000.0, 10.0) - 250.0).abs() < 1e-9);
    assert!((COST.transactions(5.0, 10.0) - 5.0).abs() < 1e-9, "each message by itself");
    assert!(COST.turn_ms(4_000.0, 10.0).is_infinite());
}

#[test]
fn a_few_are_back_within_half_a_second() {
    let few = storm::play(100, 1);
    assert!(few.all_secs <= 0.5 && (few.attempts - 1.0).abs() < 1e-9, "{few:?}");
}

#[test]
fn no_node_lets_in_more_than_its_limit() {
    let many = storm::play(20_000, 1);
    assert!(many.all_secs > 17.0, "18,000 wait for their turn: {many:?}");
    assert!(many.cores <= 3_000.0 * JOIN.value / 1e6, "{many:?}");
    assert!(many.attempts > 2.0, "{many:?}");
}

#[test]
fn several_share_the_load() {
    assert!(storm::play(10_000, 9).all_secs < storm::play(10_000, 1).all_secs);
}

#[test]
fn a_few_dozen_viewers_need_one_node() {
    let plan = FEW.plan();
    assert_eq!((plan.nodes, plan.is_enough()), (1, true));
    assert!(plan.load.cores < 0.01 && plan.load.nats_gbit == 0.0, "{plan:?}");
    assert!((plan.load.chat - 0.1).abs() < 1e-9);
}

#[test]
fn no_node_is_asked_for_more_than_its_bounds() {
    let plan = MANY.plan();
    assert!(plan.nodes >= 5, "20,000 sockets each: {plan:?}");
    let fewer = MANY.load(f64::from(plan.nodes - 1));
    assert!(fewer.usages.iter().any(|usage| usage.is_of_node && usage.part > 1.0), "{fewer:?}");
    assert!(plan.load.usages.iter().all(|usage| !usage.is_of_node || usage.part <= 1.0));
    assert!(plan.load.usages.is_sorted_by(|one, other| one.part >= other.part));
}

#[test]
fn small_shows_are_at_as_many_nodes_as_they_have_viewers() {
    let small = Audience::of(3_000.0, 100.0);
    assert!((small.spread(1.0) - 100.0).abs() < 1e-9);
    let here = small.spread(1_000.0);
    assert!((here - 3.0).abs() < 0.1, "each viewer at a place of their own: {here}");
}

#[test]
fn larger_machines_are_fewer() {
    let large = Audience { machine: LARGE, ..MANY }.plan();
    assert!(large.nodes * 4 < MANY.plan().nodes, "{large:?}");
}

#[test]
fn what_all_nodes_share_is_not_mended_by_more_of_them() {
    let shows = Audience::of(1_000_000.0, 33_333.0);
    let plan = shows.plan();
    assert!(plan.installations > 1.0 && plan.is_enough(), "{plan:?}");
    let alone = shows.in_one();
    assert!(alone.load.usages.iter().any(|usage| !usage.is_of_node && usage.part > 1.0), "{alone:?}");
}

#[test]
fn figures_have_three_digits() {
    assert_eq!([0.0, 0.001_234, 0.5, 12.345].map(figure), ["0", "0.00123", "0.5", "12.3"]);
    assert_eq!([100.0, 1_234.0, 33_333.0, 1e6].map(figure), ["100", "1,230", "33,300", "1,000,000"]);
    assert_eq!(figure(f64::INFINITY), "never");
}

#[test]
fn the_model_says_what_was_measured() {
    assert_eq!(misses(), Vec::<String>::new());
}

#[test]
fn an_error_is_a_part_of_what_was_measured() {
    let case = Case { what: "a case", measured: 4.0, model: 5.0, unit: "ms", bound: 0.25 };
    assert!((case.error() - 0.25).abs() < 1e-9);
}
