//! What was seen and done in one run, and what of it breaks a promise.
//!
//! A pure function over histories, so that it can be shown what it has to find.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use vetrina::domain::event::Audience;
use vetrina::protocol::Position;

/// Everything that is held against everything else.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// The one history of the database.
    pub epoch: String,
    /// The table's events of viewers and of members, in its order.
    pub table: [Vec<Value>; 2],
    pub clients: Vec<ClientHistory>,
    pub messages: Vec<Message>,
    pub pins: Vec<Pins>,
}

/// One client, over all of its connections.
#[derive(Clone, Debug)]
pub struct ClientHistory {
    pub name: String,
    pub is_member: bool,
    pub heard: Vec<Heard>,
}

/// What a server said to a client.
#[derive(Clone, Debug)]
pub enum Heard {
    /// `welcome`: whatever was heard before is replaced by a snapshot of this place.
    Welcomed(Position),
    /// `resumed`: it goes on behind this place.
    Resumed(Position),
    Told(Audience, Value),
    /// A command was refused for a reason that no fault gives.
    Refused(String),
}

/// A chat message that somebody tried to send, as often as it took.
#[derive(Clone, Debug)]
pub struct Message {
    pub id: String,
    /// Its place, each time that it was acknowledged.
    pub acks: Vec<i64>,
    /// The author went on asking and was never answered.
    pub is_given_up: bool,
}

impl Message {
    /// One that was sent and not answered yet.
    pub fn sent(id: &str) -> Self {
        Self { id: id.to_owned(), acks: Vec::new(), is_given_up: false }
    }

    /// One that was never sent, because the author waited for others till the end.
    pub fn given_up(id: &str) -> Self {
        Self { is_given_up: true, ..Self::sent(id) }
    }
}

/// A product that one member put on screen again and again.
#[derive(Clone, Debug)]
pub struct Pins {
    pub product: String,
    pub attempts: usize,
    pub acks: usize,
}

/// A broken promise. Names and places say where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The table itself lacks an event.
    TableHole(Audience, i64),
    Hole(String, Audience, i64),
    Repeat(String, Audience, i64),
    /// An event came after one that stands behind it.
    Swapped(String, Audience, i64),
    /// It was told otherwise than the table has it.
    Altered(String, Audience, i64),
    /// It was told and is not in the table.
    Invented(String, Audience, i64),
    /// Something other than chat of viewers was left out of a crowded chat.
    LeftOut(String, i64),
    /// A viewer heard what only members may.
    Overheard(String, i64),
    ForeignEpoch(String, String),
    /// A client that could have gone on was given a snapshot.
    SentBack(String),
    /// A client was let on from another place than its own.
    Misplaced(String),
    /// The newest events never came.
    Behind(String, Audience, i64),
    Refused(String, String),
    /// An acknowledged message is not in the table.
    Lost(String),
    Doubled(String),
    /// A message stands elsewhere than was acknowledged.
    Moved(String),
    /// A message that nobody sent.
    Forged(String),
    Unanswered(String),
    /// More pins were acknowledged than recorded, or more recorded than asked for.
    Pinned(String, usize),
}

/// Every broken promise of a run.
pub fn violations(history: &History) -> Vec<Violation> {
    let mut found = Vec::new();
    check_table(history, &mut found);
    check_messages(history, &mut found);
    for pins in &history.pins {
        let is_pin = |event: &&Value| {
            event["type"] == "product.featured" && event["data"]["product_id"] == pins.product.as_str()
        };
        let recorded = history.table[0].iter().filter(is_pin).count();
        if !(pins.acks..=pins.attempts).contains(&recorded) {
            found.push(Violation::Pinned(pins.product.clone(), recorded));
        }
    }
    for client in &history.clients {
        Walk::new(history, client, &mut found).go();
    }
    found
}

fn seq_of(event: &Value) -> i64 {
    event["seq"].as_i64().unwrap_or_default()
}

fn check_table(history: &History, found: &mut Vec<Violation>) {
    for (audience, events) in [Audience::Viewers, Audience::Members].into_iter().zip(&history.table) {
        for (expected, event) in (1..).zip(events) {
            if seq_of(event) != expected {
                found.push(Violation::TableHole(audience, expected));
                break;
            }
        }
    }
}

/// Acknowledged: once, where it was said to be. Not acknowledged: at most once.
fn check_messages(history: &History, found: &mut Vec<Violation>) {
    let mut places: HashMap<&str, Vec<i64>> = HashMap::new();
    for event in history.table[0].iter().filter(|event| event["type"] == "chat.sent") {
        let id = event["data"]["message_id"].as_str().unwrap_or_default();
        places.entry(id).or_default().push(seq_of(event));
    }
    for message in &history.messages {
        let stored = places.remove(message.id.as_str()).unwrap_or_default();
        match stored[..] {
            [] if !message.acks.is_empty() => found.push(Violation::Lost(message.id.clone())),
            [place] if message.acks.iter().any(|ack| *ack != place) => {
                found.push(Violation::Moved(message.id.clone()));
            }
            [] | [_] => {}
            _ => found.push(Violation::Doubled(message.id.clone())),
        }
        if message.is_given_up {
            found.push(Violation::Unanswered(message.id.clone()));
        }
    }
    found.extend(places.into_keys().map(|id| Violation::Forged(id.to_owned())));
}

/// Follows one client through what it heard.
struct Walk<'a> {
    history: &'a History,
    client: &'a ClientHistory,
    found: &'a mut Vec<Violation>,
    /// Where it stands in both streams; members alone stand in the second.
    places: [Option<i64>; 2],
    /// What was jumped over and may still come too late.
    skipped: [HashSet<i64>; 2],
}

impl<'a> Walk<'a> {
    fn new(history: &'a History, client: &'a ClientHistory, found: &'a mut Vec<Violation>) -> Self {
        Self { history, client, found, places: [None; 2], skipped: [HashSet::new(), HashSet::new()] }
    }

    fn go(mut self) {
        for heard in &self.client.heard {
            match heard {
                Heard::Welcomed(position) => {
                    if self.places[0].is_some() {
                        self.found.push(Violation::SentBack(self.name()));
                    }
                    self.stand(position);
                }
                Heard::Resumed(position) => {
                    if self.places != [Some(position.seq), position.member_seq] {
                        self.found.push(Violation::Misplaced(self.name()));
                    }
                    self.stand(position);
                }
                Heard::Told(audience, event) => self.hear(*audience, event),
                Heard::Refused(code) => self.found.push(Violation::Refused(self.name(), code.clone())),
            }
        }
        for (at, audience) in [Audience::Viewers, Audience::Members].into_iter().enumerate() {
            let last = self.history.table[at].last().map_or(0, seq_of);
            let listens = audience == Audience::Viewers || self.client.is_member;
            if listens && self.places[at].is_none_or(|place| place < last) {
                let place = self.places[at].unwrap_or(-1);
                self.found.push(Violation::Behind(self.name(), audience, place));
            }
        }
    }

    fn name(&self) -> String {
        self.client.name.clone()
    }

    fn stand(&mut self, position: &Position) {
        if position.epoch != self.history.epoch {
            self.found.push(Violation::ForeignEpoch(self.name(), position.epoch.clone()));
        }
        self.places = [Some(position.seq), position.member_seq];
        self.skipped.iter_mut().for_each(HashSet::clear);
    }

    fn hear(&mut self, audience: Audience, event: &Value) {
        let at = usize::from(audience == Audience::Members);
        let seq = seq_of(event);
        let Some(place) = self.places[at] else {
            self.found.push(Violation::Overheard(self.name(), seq));
            return;
        };
        let is_run = event["type"] == "chat.left_out";
        let first = if is_run { event["data"]["from"].as_i64().unwrap_or_default() } else { seq };
        if first <= place {
            let was_skipped = self.skipped[at].remove(&first);
            let kind = if was_skipped { Violation::Swapped } else { Violation::Repeat };
            self.found.push(kind(self.name(), audience, first));
        } else if first > place + 1 {
            self.found.push(Violation::Hole(self.name(), audience, place + 1));
            self.skipped[at].extend(place + 1..first);
        }
        self.places[at] = Some(seq.max(place));
        if is_run { self.check_run(first, seq) } else { self.compare(audience, at, event) }
    }

    /// A run that is left out holds chat of viewers and nothing else.
    fn check_run(&mut self, first: i64, last: i64) {
        for seq in first..=last {
            let is_chat = self.recorded(0, seq).is_some_and(|event| {
                event["type"] == "chat.sent" && event["data"]["author"]["badge"].is_null()
            });
            if !is_chat {
                self.found.push(Violation::LeftOut(self.name(), seq));
            }
        }
    }

    fn compare(&mut self, audience: Audience, at: usize, event: &Value) {
        let seq = seq_of(event);
        let Some(recorded) = self.recorded(at, seq) else {
            self.found.push(Violation::Invented(self.name(), audience, seq));
            return;
        };
        // A message that was removed later had its text when it was told.
        let is_emptied = recorded["type"] == "chat.sent" && recorded["data"]["text"].is_null();
        let is_same = if is_emptied {
            let mut told = event.clone();
            told["data"]["text"] = Value::Null;
            told == *recorded
        } else {
            event == recorded
        };
        if !is_same {
            self.found.push(Violation::Altered(self.name(), audience, seq));
        }
    }

    fn recorded(&self, at: usize, seq: i64) -> Option<&'a Value> {
        let index = usize::try_from(seq - 1).ok()?;
        self.history.table[at].get(index)
    }
}
