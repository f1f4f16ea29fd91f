//! Everything the model says, as tables of docs/scaling.md.

use std::fmt::Write;

use super::cases;
use super::cluster::{Audience, LARGE, Plan};
use super::coefficients::{Coefficient, assumed, measured, set};
use super::storm;

/// Shops as they are, and one show that grows.
const ONE_SHOW: [f64; 6] = [30.0, 300.0, 3_000.0, 10_000.0, 100_000.0, 1_000_000.0];
/// The same people in shows of thirty.
const OF_A_SHOW: f64 = 30.0;
const MANY_SHOWS: [f64; 4] = [300.0, 10_000.0, 100_000.0, 1_000_000.0];
/// As if a show of a million took 200 messages a second and refused the rest, which it does not do.
const BOUNDED_CHAT_SECS: f64 = 5_000.0;
/// Bounds that are named for each audience.
const NEAREST: usize = 3;

/// Each table with its name.
pub fn named() -> Vec<(&'static str, String)> {
    let one = ONE_SHOW.map(|viewers| Audience::of(viewers, 1.0));
    let many = MANY_SHOWS.map(|viewers| Audience::of(viewers, (viewers / OF_A_SHOW).round()));
    let bounded = Audience { chat_every: BOUNDED_CHAT_SECS, ..Audience::of(1_000_000.0, 1.0) };
    let large = Audience { machine: LARGE, ..bounded };
    let changed = [bounded, large, Audience { machine: LARGE, ..many[3] }];
    vec![
        ("cases", compared()),
        ("measured", coefficients(measured::ALL)),
        ("set", coefficients(set::ALL)),
        ("assumed", coefficients(assumed::ALL)),
        ("one show", plans(&one)),
        ("many shows", plans(&many)),
        ("changed", plans(&changed)),
        ("nearest bounds", bounds(&[&one[..], &many[..], &changed[..]].concat())),
        ("a node dies", storms(&one)),
    ]
}

fn compared() -> String {
    let mut table = "| case | measured | model | off by |\n|---|---|---|---|\n".to_owned();
    for case in cases::all() {
        let (measured, model) = (figure(case.measured), figure(case.model));
        row(&mut table, &[case.what, &format!("{measured} {}", case.unit), &model, &percent(case.error())]);
    }
    table
}

fn coefficients(all: &[Coefficient]) -> String {
    let mut table = "| what | figure | from |\n|---|---|---|\n".to_owned();
    for Coefficient { name, value, unit, source } in all {
        row(&mut table, &[name, &format!("{} {unit}", figure(*value)), source]);
    }
    table
}

fn plans(audiences: &[Audience]) -> String {
    let mut table = "| viewers | shows | machines | installations | nodes in all | with one to spare \
                     | of each node: cores | GiB | Gbit/s | pin to viewer p99 ms | chat written/s \
                     | acknowledged within ms | NATS Gbit/s |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for audience in audiences {
        let plan = audience.plan();
        let load = &plan.load;
        row(
            &mut table,
            &[
                &figure(audience.viewers),
                &figure(audience.shows),
                audience.machine.name,
                &figure(plan.installations),
                &figure(plan.installations * f64::from(plan.nodes)),
                &figure(plan.with_spare()),
                &figure(load.cores),
                &figure(load.gib),
                &figure(load.gbit),
                &figure(load.pin_p99_ms()),
                &figure(load.chat * plan.installations),
                &figure(load.turn_ms),
                &figure(load.nats_gbit),
            ],
        );
    }
    table
}

fn bounds(audiences: &[Audience]) -> String {
    let mut table =
        "| viewers | shows | a viewer writes once in | machines | nearest, in one installation | second \
                     | third | all hold with |\n|---|---|---|---|---|---|---|---|\n"
            .to_owned();
    for audience in audiences {
        let plan = audience.plan();
        let alone = audience.in_one();
        let nearest = |at: usize| {
            let usage = alone.load.usages[at];
            format!("{}: {} %", usage.what, figure(usage.part * 100.0))
        };
        let [first, second, third] = std::array::from_fn::<_, NEAREST, _>(nearest);
        let (viewers, shows) = (figure(audience.viewers), figure(audience.shows));
        let (chat, machine) = (format!("{} s", figure(audience.chat_every)), audience.machine.name);
        let cells = [&viewers, &shows, &chat, machine, &first, &second, &third, &holds_with(&plan)];
        row(&mut table, &cells);
    }
    table
}

fn holds_with(plan: &Plan) -> String {
    match plan {
        plan if !plan.is_enough() => "not as it is, see below".to_owned(),
        Plan { installations, nodes: 1, .. } if *installations < 2.0 => "one node".to_owned(),
        Plan { installations, nodes, .. } if *installations < 2.0 => format!("{nodes} nodes"),
        Plan { installations, nodes, .. } => format!("{} installations of {nodes}", figure(*installations)),
    }
}

fn storms(audiences: &[Audience]) -> String {
    let mut table =
        "| viewers | nodes before | come back | half are back after s | all after s | attempts each \
                     | cores for it, at most |\n|---|---|---|---|---|---|---|\n"
            .to_owned();
    for audience in audiences {
        let nodes = audience.plan().nodes + 1;
        let lost = audience.viewers / f64::from(nodes);
        let storm = storm::play(lost.ceil() as u32, nodes - 1);
        row(
            &mut table,
            &[
                &figure(audience.viewers),
                &nodes.to_string(),
                &figure(lost.ceil()),
                &figure(storm.half_secs),
                &figure(storm.all_secs),
                &figure(storm.attempts),
                &figure(storm.cores),
            ],
        );
    }
    table
}

fn row(table: &mut String, cells: &[&str]) {
    writeln!(table, "| {} |", cells.join(" | ")).expect("a string takes all text");
}

fn percent(part: f64) -> String {
    format!("{:+.0} %", part * 100.0)
}

/// Three digits that count, with commas between thousands.
pub fn figure(value: f64) -> String {
    if !value.is_finite() {
        return "never".to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = 2 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits);
    let rounded = (value * scale).round() / scale;
    if rounded >= 1_000.0 {
        return with_commas(rounded as u64);
    }
    let text = format!("{rounded:.*}", digits.clamp(0, 6) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

fn with_commas(value: u64) -> String {
    let digits = value.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
