//! Holds docs/scaling.md against the model that it tells of, and the model against the program's limits.

use std::path::PathBuf;

use vetrina::limits::Limits;

use self::model::coefficients::{Coefficient, set};

mod arithmetic;
#[path = "../../../benches/simulation/model/mod.rs"]
mod model;

fn page() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/scaling.md")
}

#[test]
fn the_page_has_the_tables_of_the_model() {
    let text = std::fs::read_to_string(page()).expect("the page is there");
    let mut made = text.clone();
    for (name, table) in model::tables::named() {
        let begin = format!("<!-- simulation: {name} -->\n");
        let (before, rest) = made.split_once(&begin).unwrap_or_else(|| panic!("{name} has a place"));
        let (_, after) = rest.split_once("<!-- end -->").expect("a table has an end");
        made = [before, &begin, &table, "<!-- end -->", after].concat();
    }
    if std::env::var_os("VETRINA_UPDATE").is_some() {
        std::fs::write(page(), made).expect("the page can be written");
        return;
    }
    assert!(made == text, "run VETRINA_UPDATE=1 cargo test --test it scaling and commit docs/scaling.md");
}

#[test]
fn the_model_goes_by_the_limits_of_the_program() {
    let limits = Limits::default();
    let count = |count: usize| f64::from(u32::try_from(count).expect("a limit is no large number"));
    same(&set::SOCKETS, count(limits.sockets_max));
    same(&set::HANDSHAKES, limits.handshakes_per_sec.into());
    same(&set::HANDSHAKES_AT_ONCE, limits.handshakes_burst.into());
    same(&set::CHAT_SHOWN, limits.chat_shown_per_sec.into());
    same(&set::PAUSE, limits.pacing.pauses[1].as_secs_f64() * 1e3);
    same(&set::DELIVERIES_FREE, f64::from(u32::try_from(limits.pacing.deliveries_free).expect("few")));
    same(&set::PING_EVERY, limits.ping_every.as_secs_f64());
    same(&set::SIGNAL_EVERY, limits.signal_every.as_secs_f64());
    same(&set::RING_EVENTS, limits.resume_events.into());
}

#[track_caller]
fn same(coefficient: &Coefficient, limit: f64) {
    assert!((coefficient.value - limit).abs() < 1e-9, "{coefficient:?} is {limit}");
}
