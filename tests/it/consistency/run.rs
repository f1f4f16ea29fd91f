//! One run: fifty clients, the faults of a seed, and what of it breaks a promise.

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;
use vetrina::app::Viewer;
use vetrina::domain::event::Audience;

use super::client::{Client, Command, Temper};
use super::ground::{Goal, Ground};
use super::history::{ClientHistory, History, Message, Pins, Violation, violations};
use super::hosts;
use super::nodes::Cluster;
use super::plan::{self, FAULT_MAX, Fault};
use super::socket::Pass;

/// Viewers who only watch, viewers who write too, members who watch, members who write.
const WATCHING: usize = 38;
const WRITING: usize = 6;
const MEMBERS_WATCHING: usize = 2;
const MEMBERS_WRITING: usize = 4;
/// Messages of each; a viewer may send five in ten seconds, and one more is the same one again.
const MESSAGES: usize = 3;
const MEMBER_MESSAGES: usize = 10;
/// How often each of two members pins, and what the moderator does.
const PINS: usize = 5;
const MEASURES: usize = 6;
/// All writes that are to be acknowledged.
const WRITES: usize = WRITING * MESSAGES + MEMBERS_WRITING * MEMBER_MESSAGES + 2 * PINS;
/// How soon after the faults, and after the last write, everybody has everything.
const CONVERGED_WITHIN: Duration = Duration::from_secs(10);
/// How long those who write may take after the faults; a busy machine takes seconds for it.
const WRITTEN_WITHIN: Duration = Duration::from_secs(30);
/// Salted addresses are bytes to the database; all test clients come from one.
const ELSEWHERE: &[u8] = b"another address";

/// Everybody who takes part.
struct Cast {
    clients: Vec<JoinHandle<(ClientHistory, Vec<Message>)>>,
    pins: Vec<JoinHandle<Pins>>,
    moderator: JoinHandle<()>,
}

/// Plays a seed on a cluster, with a show of its own.
pub async fn play(cluster: &Arc<Cluster>, seed: u64) -> Vec<Violation> {
    let mut luck = StdRng::seed_from_u64(seed);
    let (home, shop) = (&cluster.home, &cluster.seed);
    let show = home.seed_live_show(shop).await;
    let products: Vec<_> = cluster.products.iter().map(|product| product.id).collect();
    home.seed_lineup(shop, show, &products).await;
    let (muted, _) = home.app.create_viewer(shop.shop);
    home.app.set_viewer_name(show, muted, ELSEWHERE, "Lucia").await.expect("a name");
    let ground = Ground::new(Arc::clone(cluster), show);
    let faults = plan::draw(&mut luck, cluster.frailty(), WRITES);
    let cast = cast(&ground, muted, &mut luck);
    let faults = faults.into_iter().map(|fault| befall(&ground, fault, luck.random()));
    futures_util::future::join_all(faults).await;
    ground.calm();
    conclude(&ground, cast, Instant::now() + WRITTEN_WITHIN).await
}

/// Lets a fault begin and end.
async fn befall(ground: &Ground, fault: Fault, luck: u64) {
    ground.written(fault.from).await;
    ground.cluster.harm(fault.kind, luck).await;
    let _ = tokio::time::timeout(FAULT_MAX, ground.written(fault.from + fault.lasts)).await;
    ground.cluster.heal(fault.kind).await;
}

fn cast(ground: &Arc<Ground>, muted: Viewer, luck: &mut StdRng) -> Cast {
    let mut clients = Vec::new();
    for number in 0..WATCHING + WRITING + MEMBERS_WATCHING + MEMBERS_WRITING {
        let is_member = number >= WATCHING + WRITING;
        let writes = match number {
            ..WATCHING => 0,
            _ if !is_member => MESSAGES,
            _ if number < WATCHING + WRITING + MEMBERS_WATCHING => 0,
            _ => MEMBER_MESSAGES,
        };
        let mut todo = messages(number, writes, luck);
        if writes > 0 && !is_member {
            todo.insert(0, Command::name(&format!("Marta {number}")));
        }
        let client = client(ground, number, is_member, luck).saying(todo);
        clients.push(tokio::spawn(client.attend()));
    }
    let mut luck = || StdRng::seed_from_u64(luck.random());
    let pins = ground.cluster.products.iter();
    let pins = pins.map(|product| tokio::spawn(hosts::pin(Arc::clone(ground), product.id, PINS, luck())));
    let pins = pins.collect();
    let moderator = tokio::spawn(hosts::moderate(Arc::clone(ground), muted.id, MEASURES, luck()));
    Cast { clients, pins, moderator }
}

fn client(ground: &Arc<Ground>, number: usize, is_member: bool, luck: &mut StdRng) -> Client {
    let (home, seed) = (&ground.cluster.home, &ground.cluster.seed);
    let (kind, pass) = if is_member {
        ("member", Pass::Member(seed.session.clone()))
    } else {
        ("viewer", Pass::Viewer(home.viewer_token(seed)))
    };
    let cuts = if luck.random_bool(0.4) { luck.random_range(1..=3) } else { 0 };
    let temper = Temper { cuts, is_slow: luck.random_bool(0.1) };
    let luck = StdRng::seed_from_u64(luck.random());
    Client::new(Arc::clone(ground), format!("{kind} {number}"), pass, temper, luck)
}

fn messages(number: usize, count: usize, luck: &mut StdRng) -> Vec<Command> {
    let message = |at| {
        let id = Uuid::from_u128(luck.random()).to_string();
        Command::chat(&id, &format!("ciao {at} da {number}"), luck.random_bool(0.2))
    };
    (0..count).map(message).collect()
}

/// Waits for those who write, says how far it went, and holds what everybody heard against it.
async fn conclude(ground: &Arc<Ground>, cast: Cast, written_by: Instant) -> Vec<Violation> {
    let app = &ground.cluster.home.app;
    let _ = tokio::time::timeout_at(written_by, ground.written(WRITES)).await;
    let moderated = tokio::time::timeout_at(written_by, cast.moderator).await;
    let last = app.find_last_seqs(ground.show).await.expect("the database reads").expect("the show is there");
    let by = Instant::now() + CONVERGED_WITHIN;
    ground.set_goal(Goal { seq: last.last_seq, member_seq: last.last_member_seq, by });
    let mut history = History { epoch: app.epoch().to_owned(), ..History::default() };
    for client in cast.clients {
        let (client, messages) = client.await.expect("clients do not panic");
        history.clients.push(client);
        history.messages.extend(messages);
    }
    for pins in cast.pins {
        history.pins.push(pins.await.expect("members who pin do not panic"));
    }
    for (at, audience) in [Audience::Viewers, Audience::Members].into_iter().enumerate() {
        let events = app.list_events_after(ground.show, audience, 0, 100_000).await;
        let events = events.expect("the database reads");
        history.table[at] =
            events.iter().map(|event| serde_json::to_value(event).expect("events are JSON")).collect();
    }
    let mut found = violations(&history);
    if moderated.is_err() {
        found.push(Violation::Unanswered("a measure of the moderator".to_owned()));
    }
    found
}
