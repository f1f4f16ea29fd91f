//! An audience, the nodes that hold it, and which bound is nearest.

use super::chat::Cost;
use super::coefficients::{Coefficient, assumed as a, measured as m, set};
use super::shard::{self, write_us, writes_per_sec};

/// Bytes of a signal (hearts, number of viewers) beside what a packet has.
const SIGNAL_BYTES: f64 = 50.0;
/// Beyond this no number of nodes helps.
const NODES_MAX: u32 = 1_000;

/// Who watches, and on what machines.
#[derive(Clone, Copy, Debug)]
pub struct Audience {
    pub viewers: f64,
    pub shows: f64,
    /// Each viewer writes once in so many seconds.
    pub chat_every: f64,
    pub machine: Machine,
}

/// A node, and the machines of NATS and PostgreSQL.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    pub name: &'static str,
    pub cores: f64,
    pub gib: f64,
    pub gbit: f64,
    /// `VETRINA_SOCKETS_MAX`.
    pub sockets: f64,
}

/// The machine that most tables go by.
pub const SMALL: Machine = Machine {
    name: "small",
    cores: a::CORES.value,
    gib: a::MEMORY.value,
    gbit: a::LINE.value,
    sockets: set::SOCKETS.value,
};
/// Eight times as much of everything, and a line ten times as wide.
pub const LARGE: Machine = Machine {
    name: "large",
    cores: 8.0 * SMALL.cores,
    gib: 8.0 * SMALL.gib,
    gbit: 10.0 * SMALL.gbit,
    sockets: 8.0 * SMALL.sockets,
};

/// How much of one bound is used; more than 1 is too much.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub what: &'static str,
    pub part: f64,
    /// More nodes make it less.
    pub is_of_node: bool,
}

/// What nodes have to do for an audience.
#[derive(Clone, Debug)]
pub struct Load {
    pub nodes: f64,
    /// Cores, memory and line of each node.
    pub cores: f64,
    pub gib: f64,
    pub gbit: f64,
    /// Events of a show that each of its viewers gets in a second.
    pub events: f64,
    /// Viewers of a show in one hub thread.
    pub together: f64,
    /// Written in a second, by all.
    pub chat: f64,
    /// How long a message waits for its acknowledgement at most.
    pub turn_ms: f64,
    /// What NATS passes on.
    pub nats_gbit: f64,
    pub usages: Vec<Usage>,
}

/// How an audience is held.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Databases with nodes of their own, each with a part of the shops.
    pub installations: f64,
    /// Of each installation, without one to spare.
    pub nodes: u32,
    pub load: Load,
}

impl Audience {
    /// People who write as assumed, on small machines.
    pub const fn of(viewers: f64, shows: f64) -> Self {
        Self { viewers, shows, chat_every: a::CHAT.value, machine: SMALL }
    }

    /// The fewest nodes, of the fewest installations, that keep all bounds; where more of both do not
    /// help, what one installation would need.
    pub fn plan(self) -> Plan {
        let alone = self.in_one();
        let can_part = |parts: &f64| self.shows / parts >= 1.0;
        let parts = (1..).map(f64::from).take_while(can_part).map(|parts| self.in_parts(parts));
        parts.take(2_000).find(Plan::is_enough).unwrap_or(alone)
    }

    /// All of it in one installation.
    pub fn in_one(self) -> Plan {
        self.in_parts(1.0)
    }

    fn in_parts(self, installations: f64) -> Plan {
        let part = Self { viewers: self.viewers / installations, shows: self.shows / installations, ..self };
        let loads = || (1..=NODES_MAX).map(|nodes| (nodes, part.load(f64::from(nodes))));
        let (nodes, load) = loads()
            .find(|(_, load)| load.worst_of_node() <= 1.0)
            .or_else(|| {
                loads().min_by(|(_, one), (_, other)| one.worst_of_node().total_cmp(&other.worst_of_node()))
            })
            .expect("there is one node at least");
        Plan { installations, nodes, load }
    }

    /// What so many nodes have to do, viewers spread over them at random.
    pub fn load(self, nodes: f64) -> Load {
        let Self { viewers, shows, .. } = self;
        let of_show = viewers / shows;
        let own = viewers / nodes;
        let shows_here = self.spread(nodes);
        let together = own / self.machine.cores / self.spread(nodes * self.machine.cores);
        let chat = viewers / self.chat_every;
        let other_events = viewers * a::STOCK.value / a::BUY.value + shows * a::HOST.value;
        let events = (chat / shows).min(set::CHAT_SHOWN.value) + other_events / shows;
        let writes = writes_per_sec(together, events);
        let signals = (of_show / a::HEART.value)
            .min(1.0 / set::SIGNAL_EVERY.value)
            .min(set::SIGNALS.value / (own / shows_here));
        let joins = own / a::STAY.value;

        let cost = if nodes > 1.0 { POSTGRES } else { SQLITE };
        let (mut cpu, nats_bytes) = self.talk(nodes, chat, other_events, shows_here, cost);
        cpu += own * ((writes + signals) * m::WRITE.value + events * m::DELIVERY.value);
        cpu += own / set::PING_EVERY.value * m::PING.value + joins * m::JOIN.value;
        let line = own * (events * m::EVENT.value + writes * a::PACKET.value)
            + own * signals * (SIGNAL_BYTES + a::PACKET.value)
            + own / set::PING_EVERY.value * a::PACKET.value
            + joins * m::SNAPSHOT.value;
        let ring = (events * a::SHOW.value).min(set::RING_EVENTS.value) * m::EVENT.value;
        let gib = (own * (m::VIEWER.value + a::KERNEL.value) * 1_024.0 + shows_here * ring) / 2_f64.powi(30)
            + a::PROCESS.value / 1_024.0;
        let mut load = Load {
            nodes,
            cores: cpu / 1e6,
            gib,
            gbit: line * 8.0 / 1e9,
            events,
            together,
            chat,
            turn_ms: cost.turn_ms(chat / shows, nodes.min(of_show)),
            nats_gbit: nats_bytes * 8.0 / 1e9,
            usages: Vec::new(),
        };
        load.usages = load.usages_of(own, shows_here, cost, self.machine);
        load.usages.sort_by(|one, other| other.part.total_cmp(&one.part));
        load
    }

    /// What it costs a node that all of them tell one another: CPU in µs, and bytes out of NATS, in a
    /// second.
    fn talk(self, nodes: f64, chat: f64, other_events: f64, shows_here: f64, cost: Cost) -> (f64, f64) {
        if nodes <= 1.0 {
            return (0.0, 0.0);
        }
        let of_show = self.viewers / self.shows;
        let chat_words = self.shows * cost.transactions(chat / self.shows, nodes.min(of_show));
        let words = chat_words + other_events;
        let further = (chat - chat_words).max(0.0);
        let cpu = words * (m::HEAR.value + m::TELL.value / nodes)
            + further * (m::HEAR_EVENT.value + m::TELL_EVENT.value / nodes)
            + nodes * shows_here * a::SHARE_CPU.value;
        let beats = nodes * (m::BEAT.value + shows_here * a::SHARE.value);
        let events = words * m::WORD.value + (chat + other_events) * m::WORD_EVENT.value;
        (cpu, (events + beats) * nodes)
    }

    /// Shows that have viewers at one of so many places.
    pub fn spread(self, places: f64) -> f64 {
        self.shows * (1.0 - (1.0 - 1.0 / places).powf(self.viewers / self.shows))
    }
}

impl Load {
    fn usages_of(&self, own: f64, shows_here: f64, cost: Cost, machine: Machine) -> Vec<Usage> {
        let node = |what, part| Usage { what, part, is_of_node: true };
        let all = |what, part| Usage { what, part, is_of_node: false };
        // Half a pass on the way is caught up by the urgent one behind it, as `shard` plays it.
        let pin_ms = 1.25 * self.together * write_us(1.0) / 1_000.0;
        let line = machine.gbit * a::LINE_USED.value;
        let mut usages = vec![
            node("cores of a node", self.cores / (machine.cores * a::CPU_USED.value)),
            node("line of a node", self.gbit / line),
            node("memory of a node", self.gib / (machine.gib * a::MEMORY_USED.value)),
            node("sockets of a node", own / machine.sockets),
            node("time of a pin to the last viewer", pin_ms / a::PIN.value),
            all("chat in the database", self.chat / cost.most() / a::DATABASE_USED.value),
        ];
        if self.nodes > 1.0 {
            usages.extend([
                all(
                    "connections of PostgreSQL",
                    (self.nodes + 1.0) * set::CONNECTIONS.value / a::CLUSTER_CONNECTIONS.value,
                ),
                all("line of NATS", self.nats_gbit / line),
                all("heads of shows asked of PostgreSQL", self.nodes * shows_here / a::POLLED_ROWS.value),
            ]);
        }
        usages
    }

    /// The most that is used of a bound that more nodes would relieve.
    fn worst_of_node(&self) -> f64 {
        let of_node = self.usages.iter().filter(|usage| usage.is_of_node);
        of_node.map(|usage| usage.part).fold(0.0, f64::max)
    }

    /// From the click to 99 of 100 viewers, as `shard` plays it.
    pub fn pin_p99_ms(&self) -> f64 {
        let others = self.events - a::HOST.value;
        shard::play(self.together.ceil() as usize, others, 1.0).pin_p99_ms
    }
}

impl Plan {
    /// No bound is broken.
    pub fn is_enough(&self) -> bool {
        self.load.usages.iter().all(|usage| usage.part <= 1.0)
    }

    /// One more in each installation, so that any one may fail; the smallest shops live without.
    pub fn with_spare(&self) -> f64 {
        self.installations * f64::from(self.nodes + 1)
    }
}

/// What chat costs in each database.
pub const SQLITE: Cost = cost(&m::SQLITE_COMMIT, &m::SQLITE_MESSAGE);
pub const POSTGRES: Cost = cost(&m::POSTGRES_COMMIT, &m::POSTGRES_MESSAGE);

const fn cost(commit: &Coefficient, message: &Coefficient) -> Cost {
    Cost { commit: commit.value, message: message.value }
}
