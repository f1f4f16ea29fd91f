//! The chat writer: one transaction for all that arrived while the last one committed.

use super::coefficients::set::GROUP;

/// What a transaction and a message in it take, in ms.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    pub commit: f64,
    pub message: f64,
}

impl Cost {
    /// Messages a second of so many writers who write again once they are answered.
    ///
    /// Who was answered writes again while the next group is under way, so it takes two transactions
    /// until everybody has had a turn.
    pub fn closed_loop(self, writers: f64) -> f64 {
        let transactions = if writers > 1.0 { 2.0 } else { 1.0 };
        writers * 1_000.0 / (transactions * self.commit + writers * self.message)
    }

    /// The most that goes through, in messages a second.
    pub fn most(self) -> f64 {
        GROUP.value * 1_000.0 / (self.commit + GROUP.value * self.message)
    }

    /// Transactions a second of so many nodes that write `per_sec` messages to one show together; they
    /// take turns at its row, and each takes along what came meanwhile.
    pub fn transactions(self, per_sec: f64, nodes: f64) -> f64 {
        per_sec.min(nodes * 1_000.0 / self.turn_ms(per_sec, nodes))
    }

    /// How long it takes until each node has had a turn, in ms; endless beyond [`Cost::most`].
    pub fn turn_ms(self, per_sec: f64, nodes: f64) -> f64 {
        let room = 1.0 - per_sec * self.message / 1_000.0;
        if room <= 0.0 { f64::INFINITY } else { nodes * self.commit / room }
    }
}
