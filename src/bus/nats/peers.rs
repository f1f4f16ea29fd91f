//! The other nodes of the cluster: whether all of their words were heard, and whether they live.
//!
//! NATS keeps the words of one node in their order, so a number that is skipped is a word lost.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// How long a node may say nothing; it says something each second.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// Nodes that are kept apart; a cluster has a few, and anybody on NATS can invent more.
const PEERS_MAX: usize = 1_000;

/// The other nodes.
#[derive(Debug, Default)]
pub(super) struct Peers(HashMap<Uuid, Peer>);

#[derive(Debug)]
struct Peer {
    /// The last transaction that was heard of, or known to be lost.
    number: u64,
    beat: u64,
    heard_at: Instant,
}

/// What a word means beside what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It follows the one before it.
    Next,
    /// Others were lost before it.
    Gap,
    /// It was heard before, or something newer was.
    Repeated,
}

impl Peers {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Notes a transaction of a node.
    pub fn note_commit(&mut self, node: Uuid, number: u64, now: Instant) -> Place {
        let Some(peer) = self.peer(node, now) else { return Place::Gap };
        if number <= peer.number {
            return Place::Repeated;
        }
        let place = if number == peer.number + 1 { Place::Next } else { Place::Gap };
        peer.number = number;
        place
    }

    /// Notes a sign of life of a node, with the number of its last transaction.
    pub fn note_beat(&mut self, node: Uuid, beat: u64, number: u64, now: Instant) -> Place {
        let Some(peer) = self.peer(node, now) else { return Place::Gap };
        if beat <= peer.beat {
            return Place::Repeated;
        }
        peer.beat = beat;
        if number <= peer.number {
            return Place::Next;
        }
        peer.number = number;
        Place::Gap
    }

    /// Takes out a node that said that it ends.
    pub fn remove(&mut self, node: Uuid) {
        self.0.remove(&node);
    }

    /// Takes out the nodes that have been silent for too long.
    pub fn take_silent(&mut self, now: Instant) -> Vec<Uuid> {
        let is_silent = |_: &Uuid, peer: &mut Peer| now.duration_since(peer.heard_at) > SILENCE_MAX;
        self.0.extract_if(is_silent).map(|(node, _)| node).collect()
    }

    /// A node that is heard of for the first time has said nothing yet, so that whatever it said
    /// before counts as lost.
    fn peer(&mut self, node: Uuid, now: Instant) -> Option<&mut Peer> {
        if self.0.len() >= PEERS_MAX && !self.0.contains_key(&node) {
            return None;
        }
        let peer = self.0.entry(node).or_insert(Peer { number: 0, beat: 0, heard_at: now });
        peer.heard_at = now;
        Some(peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: Uuid = Uuid::from_u128(1);

    #[test]
    fn a_lost_word_leaves_a_gap_in_the_numbers() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        assert_eq!(peers.note_commit(NODE, 1, now), Place::Next);
        assert_eq!(peers.note_commit(NODE, 2, now), Place::Next);
        assert_eq!(peers.note_commit(NODE, 2, now), Place::Repeated);
        assert_eq!(peers.note_commit(NODE, 4, now), Place::Gap);
        assert_eq!(peers.note_commit(NODE, 3, now), Place::Repeated, "it was read from the table");
        assert_eq!(peers.note_commit(NODE, 5, now), Place::Next);
        assert_eq!(peers.note_commit(Uuid::from_u128(2), 1, now), Place::Next, "each counts by itself");
        assert_eq!(peers.note_commit(Uuid::from_u128(3), 7, now), Place::Gap, "six were never heard");
    }

    #[test]
    fn a_beat_finds_the_last_word_lost() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        assert_eq!(peers.note_beat(NODE, 1, 0, now), Place::Next);
        assert_eq!(peers.note_commit(NODE, 1, now), Place::Next);
        assert_eq!(peers.note_beat(NODE, 2, 1, now), Place::Next);
        assert_eq!(peers.note_beat(NODE, 2, 1, now), Place::Repeated);
        assert_eq!(peers.note_beat(NODE, 3, 2, now), Place::Gap);
        assert_eq!(peers.note_beat(NODE, 4, 2, now), Place::Next, "it is told once");
    }

    #[test]
    fn a_silent_node_is_given_up() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        let other = Uuid::from_u128(2);
        peers.note_beat(NODE, 1, 0, now);
        peers.note_beat(other, 1, 0, now + SILENCE_MAX);
        assert!(peers.take_silent(now + SILENCE_MAX).is_empty());
        assert_eq!(peers.take_silent(now + SILENCE_MAX * 2), [NODE]);
        assert_eq!(peers.len(), 1);
    }

    #[test]
    fn invented_nodes_do_not_fill_the_memory() {
        let (mut peers, now) = (Peers::default(), Instant::now());
        for node in 0..2_000 {
            peers.note_beat(Uuid::from_u128(node), 1, 0, now);
        }
        assert_eq!(peers.len(), PEERS_MAX);
    }
}
