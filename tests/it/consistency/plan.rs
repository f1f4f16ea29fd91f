//! What a seed draws: which faults befall the cluster, and when.

use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;

/// Something that goes wrong for a while.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// Begins after so many writes were acknowledged.
    pub from: usize,
    /// Ends after so many more, or after [`FAULT_MAX`].
    pub lasts: usize,
}

/// How long a fault lasts at most: nothing is acknowledged while everything is in its way.
pub const FAULT_MAX: Duration = Duration::from_millis(400);

/// What goes wrong; nodes are told by their number.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// What a node hears by the bus is lost, late, repeated and overtaken.
    Storm(usize, Storm),
    /// A node's connection to the bus ends, and it gets no other.
    BusCut(usize),
    /// A node dies and is started again.
    Death(usize),
    /// A node's connections to the database end, and it gets no others.
    DatabaseCut(usize),
}

/// How many of a hundred words fare so.
#[derive(Clone, Copy, Debug)]
pub struct Storm {
    pub lost: u8,
    pub late: u8,
    pub twice: u8,
    pub overtaken: u8,
}

/// What can go wrong in a cluster.
#[derive(Clone, Copy, Debug)]
pub struct Frailty {
    pub nodes: usize,
    pub has_bus: bool,
    /// From this node on nodes can die.
    pub mortal_from: usize,
    /// The same nodes can lose their database.
    pub has_wires: bool,
}

/// The faults of a seed, over so many writes.
pub fn draw(luck: &mut StdRng, frailty: Frailty, writes: usize) -> Vec<Fault> {
    let count = luck.random_range(1..=3);
    (0..count).filter_map(|_| draw_one(luck, frailty, writes)).collect()
}

fn draw_one(luck: &mut StdRng, frailty: Frailty, writes: usize) -> Option<Fault> {
    let any = luck.random_range(0..frailty.nodes);
    let mortal = luck.random_range(frailty.mortal_from..frailty.nodes);
    let kind = match luck.random_range(0..100) {
        0..60 if frailty.has_bus => Kind::Storm(any, draw_storm(luck)),
        60..75 if frailty.has_bus => Kind::BusCut(any),
        75..87 if frailty.has_wires => Kind::DatabaseCut(mortal),
        87.. => Kind::Death(mortal),
        _ => return None,
    };
    // Some come so late that nothing is written after them: then no later word tells of a lost one.
    let from = luck.random_range(0..writes);
    Some(Fault { kind, from, lasts: luck.random_range(writes / 10..writes / 2) })
}

fn draw_storm(luck: &mut StdRng) -> Storm {
    let lost = [0, 1, 10, 30, 50, 100][luck.random_range(0..6)];
    Storm {
        lost,
        late: luck.random_range(0..30),
        twice: luck.random_range(0..30),
        overtaken: luck.random_range(0..30),
    }
}
