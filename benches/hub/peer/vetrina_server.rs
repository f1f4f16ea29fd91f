//! Vetrina as in production, with one hub thread; events are handed to its bus, because no database
//! commits as many as a hub delivers.

use std::sync::Arc;

use vetrina::domain::event::ShowEvent;
use vetrina::limits::Pacing;

use super::{Publisher, obey};
use crate::measure::micros;
use crate::node::Node;

impl Publisher for Node {
    fn publish(&self, seq: i64, text_bytes: usize, is_pin: bool) {
        // Like a product on screen it waits for nothing, and it has room for a time.
        let pin = || ShowEvent::ChatSlowModeChanged { secs: micros() };
        Node::publish(self, seq, [if is_pin { pin() } else { self.chat(text_bytes) }]);
    }
}

/// Serves until the input ends.
pub fn run(pacing: Pacing) {
    let node = Arc::new(Node::start(&[], pacing));
    let (port, base, manner) = (node.address.port(), node.base, node.manner());
    let publisher: Arc<dyn Publisher> = Arc::<Node>::clone(&node);
    obey(port, base, &manner, &publisher);
    node.clear();
    std::process::exit(0);
}
