//! How fast and how small the hub is, as ratios against peers measured in the same run.
//!
//! `cargo bench --bench hub` runs all of it, `cargo bench --bench hub -- idle rate` parts; the
//! parts are `idle`, `rate`, `busy`, `sustained`, `pins`, `stalled`, `storm`. `VIEWERS=2000` makes it
//! smaller. Each peer is a process of its own on one core; its viewers are in this process on the
//! other. The peers: Vetrina (`vetrina-0` without pauses between its passes), a bare poll loop that
//! writes one prebuilt frame (`bare-50` every 50 ms at most), and a chat on axum and
//! `tokio::sync::broadcast` as its example has it. On loopback a sender's CPU includes the receiver's
//! TCP path, so only ratios carry over to other machines.

#![expect(clippy::cast_precision_loss, reason = "figures are printed with few digits")]

#[path = "../support/crowd.rs"]
mod crowd;
#[path = "../support/measure.rs"]
mod measure;
#[expect(dead_code, reason = "the bench of several nodes does more with a node")]
#[path = "../support/node.rs"]
mod node;
mod parts;
mod peer;
mod storm;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    if first.as_deref() == Some("peer") {
        let kind = arguments.next().expect("which peer");
        return peer::run(&kind);
    }
    let chosen: Vec<String> = first.into_iter().chain(arguments).collect();
    measure::stay_on("1");
    parts::run(&chosen);
}
