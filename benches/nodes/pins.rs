//! How long a pin takes to viewers of another node, against those of the node that took it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use crate::measure::percentile;
use crate::peer::Peer;
use crate::servers::Nats;
use crate::{JOINS_PER_SEC, REST, Size};

/// Pause between two pins, far more than one takes.
const EVERY: Duration = Duration::from_millis(100);
/// How long a node may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// One pin: whether the viewers' own node took it, when it was sent and when it was answered.
struct Pin {
    is_own: bool,
    sent: Instant,
    answered: Instant,
}

/// A member's way to one node.
struct Host {
    base: String,
    key: String,
    http: reqwest::Client,
}

pub fn run(size: Size, database: &str, nats: &Nats) {
    println!("\npin to viewer: {} viewers of one node, pins by the nodes in turn", size.viewers);
    println!(
        "{:<30}{:>16}{:>12}{:>10}{:>10}{:>10}",
        "", "answer p50 ms", "seen p50", "p99 ms", "ratio p50", "p99"
    );
    let other = Peer::start("0,1", database, &nats.url());
    let mut own = Peer::start("0,1", database, &nats.url());
    own.crowd.join(size.viewers, JOINS_PER_SEC);
    own.crowd.watch(REST, |_| false);
    let hosts = [Host::of(&own), Host::of(&other)];
    let refills = refills(&hosts[0]);
    let count = size.pins * 2;
    let pins = std::thread::spawn(move || pin(&hosts, count));
    let expected = count * size.viewers;
    let limit = EVERY * u32::try_from(count).expect("few") + ANSWER_WITHIN;
    own.crowd.watch(limit, |crowd| crowd.tally.featured.len() >= expected);
    let pins = pins.join().expect("the pins were made");
    // Each pin is answered before the next one is sent, so their order is that of the events.
    let seqs: BTreeSet<i64> = own.crowd.tally.featured.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(seqs.len(), count, "each pin is an event");
    let by_seq: BTreeMap<i64, &Pin> = seqs.into_iter().zip(&pins).collect();
    let mut reference = None;
    for (name, is_own) in [("taken by the viewers' own node", true), ("by another node, by NATS", false)] {
        let whose = |pin: &&Pin| pin.is_own == is_own;
        let since = |pin: &Pin, at: Instant| {
            u32::try_from(at.saturating_duration_since(pin.sent).as_micros()).unwrap_or(u32::MAX)
        };
        let mut answers: Vec<u32> = pins.iter().filter(whose).map(|pin| since(pin, pin.answered)).collect();
        let seen = own.crowd.tally.featured.iter().map(|(seq, at)| (by_seq[seq], *at));
        let mut seen: Vec<u32> = seen.filter(|(pin, _)| whose(pin)).map(|(pin, at)| since(pin, at)).collect();
        let millis = |times: &mut [u32], percent| percentile(times, percent).as_secs_f64() * 1e3;
        let answer = millis(&mut answers, 50.0);
        let (p50, p99) = (millis(&mut seen, 50.0), millis(&mut seen, 99.0));
        let (p50_of_own, p99_of_own) = *reference.get_or_insert((p50, p99));
        println!(
            "{name:<30}{answer:>16.2}{p50:>12.2}{p99:>10.2}{:>10.2}{:>10.2}",
            p50 / p50_of_own,
            p99 / p99_of_own
        );
    }
    let missing = expected - own.crowd.tally.featured.len().min(expected);
    let refilled = self::refills(&Host::of(&own)) - refills;
    println!("{missing} missing, {} out of order, {refilled} reads of the table", own.crowd.tally.wrong);
}

impl Host {
    fn of(peer: &Peer) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER_WITHIN).build();
        Self {
            base: format!("http://127.0.0.1:{}/api/v1/shows/{}", peer.port, peer.show),
            key: peer.key.clone(),
            http: http.expect("a client can be made"),
        }
    }

    async fn products(&self) -> Vec<String> {
        let answer = self.http.get(&self.base).send().await.expect("the node answers");
        let bytes = answer.bytes().await.expect("the answer has an end");
        let page: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
        let lineup = page["show"]["lineup"].as_array().expect("a show has a lineup");
        lineup.iter().map(|product| product["id"].as_str().expect("an id").to_owned()).collect()
    }
}

/// Pins by the hosts in turn, two products in turn, at fixed times.
fn pin(hosts: &[Host; 2], count: usize) -> Vec<Pin> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        // Both are asked, so that connections are open before anything is measured.
        let products = hosts[1].products().await;
        assert_eq!(products, hosts[0].products().await, "both nodes have the show");
        let start = Instant::now() + EVERY;
        let mut pins = Vec::new();
        // More products than fit on the screen, so that each pin is a change.
        for (number, product) in (0..count).zip(products.iter().cycle()) {
            let host = &hosts[number % 2];
            tokio::time::sleep_until((start + EVERY * u32::try_from(number).expect("few")).into()).await;
            let request = host.http.put(format!("{}/featured-products/{product}", host.base));
            let sent = Instant::now();
            let answer = request.bearer_auth(&host.key).send().await.expect("the node answers");
            assert!(answer.status().is_success(), "{}", answer.status());
            pins.push(Pin { is_own: number % 2 == 0, sent, answered: Instant::now() });
        }
        pins
    })
}

/// How often a node read events from the table because no word had told of them.
fn refills(host: &Host) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let text = runtime.expect("a runtime").block_on(async {
        let (base, _) = host.base.split_once("/api").expect("an address of the API");
        let answer = host.http.get(format!("{base}/metrics")).send().await.expect("the node answers");
        answer.text().await.expect("the answer has an end")
    });
    let line = text.lines().find_map(|line| line.strip_prefix("vetrina_refills_total "));
    line.and_then(|count| count.parse().ok()).expect("a count")
}
