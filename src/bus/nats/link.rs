//! Keeps the connection to NATS and carries words over it, in their order.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, Message, Subscriber};
use futures_util::StreamExt;
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::peers::{Peers, Place};
use super::status::Status;
use super::wire::{self, Topic};
use super::{Nats, Word};
use crate::bus::settings::{Login, Settings, credentials_options};
use crate::bus::{Committed, News, Share};

/// The longest pause between two attempts to reach NATS.
const RETRY_MAX: Duration = Duration::from_secs(2);
/// How long one attempt may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause between two pings; NATS counts as gone when three in a row stay without an answer.
const PING_EVERY: Duration = Duration::from_secs(2);
/// How long a word may wait for the connection; then the others read the table.
const TELL_TIMEOUT: Duration = Duration::from_secs(1);
/// Words of other nodes that wait here; more are lost and found by their numbers.
const HEARD_MAX: usize = 4_096;
/// Pause between two looks at who is silent.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Pause between two lines about words that cannot be read.
const UNREADABLE_EVERY: Duration = Duration::from_mins(1);

/// One node's side of the conversation.
pub(super) struct Link<'a> {
    nats: &'a Nats,
    node: Uuid,
    /// The subjects of all words, of own transactions, of own signs of life and of changed members.
    subjects: [String; 4],
    /// Of the last own transaction and sign of life.
    number: u64,
    beat: u64,
    peers: Peers,
    /// What this node told last of who watches here, for those who come to NATS meanwhile.
    shares: Vec<Share>,
    /// Rings when NATS is reached.
    connected: Arc<Notify>,
    unreadable_at: Option<Instant>,
}

/// Why a conversation ended.
enum End {
    Stopping,
    /// The client gave up, which it is told never to do.
    Broken,
}

impl<'a> Link<'a> {
    pub fn new(nats: &'a Nats, cluster: &str, node: Uuid) -> Self {
        let own = |topic| wire::subject(cluster, topic, node);
        Self {
            nats,
            node,
            subjects: [
                wire::all_subjects(cluster),
                own(Topic::Commits),
                own(Topic::Beats),
                own(Topic::Members),
            ],
            number: 0,
            beat: 0,
            peers: Peers::default(),
            shares: Vec::new(),
            connected: Arc::default(),
            unreadable_at: None,
        }
    }

    /// Connects and talks until cancelled; what cannot be told is numbered all the same.
    pub async fn run(&mut self, words: &mut mpsc::Receiver<Word>, stopping: &CancellationToken) {
        while !stopping.is_cancelled() {
            match self.connect().await {
                Ok((client, mut heard)) => match self.talk(&client, &mut heard, words, stopping).await {
                    End::Stopping => return,
                    End::Broken => self.nats.status.note_failure("the connection ended"),
                },
                Err(reason) => self.nats.status.note_failure(&reason),
            }
            tokio::select! {
                () = tokio::time::sleep(RETRY_MAX) => {}
                () = stopping.cancelled() => return,
            }
        }
    }

    /// A client that goes on trying by itself, whether or not NATS is there yet.
    async fn connect(&self) -> Result<(Client, Subscriber), String> {
        let options =
            options(&self.nats.settings, Arc::clone(&self.nats.status), Arc::clone(&self.connected))?;
        let servers = self.nats.settings.servers.clone();
        let client = options.connect(servers).await.map_err(|error| error.to_string())?;
        let heard = client.subscribe(self.subjects[0].clone()).await.map_err(|error| error.to_string())?;
        Ok((client, heard))
    }

    async fn talk(
        &mut self,
        client: &Client,
        heard: &mut Subscriber,
        words: &mut mpsc::Receiver<Word>,
        stopping: &CancellationToken,
    ) -> End {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! {
                word = words.recv() => match word {
                    Some(word) => self.tell(client, word).await,
                    None => return End::Stopping,
                },
                message = heard.next() => match message {
                    Some(message) => {
                        let known = self.peers.len();
                        self.hear(&message);
                        // A newcomer is greeted, so that nobody waits for the next beat.
                        if self.peers.len() > known {
                            self.greet(client).await;
                        }
                    }
                    None => return End::Broken,
                },
                () = self.connected.notified() => self.greet(client).await,
                _ = looks.tick() => self.look(),
                () = stopping.cancelled() => {
                    while let Ok(word) = words.try_recv() {
                        self.tell(client, word).await;
                    }
                    self.tell_last_beat(client).await;
                    let _ = tokio::time::timeout(TELL_TIMEOUT, client.flush()).await;
                    return End::Stopping;
                }
            }
        }
    }

    async fn tell(&mut self, client: &Client, word: Word) {
        match word {
            Word::Committed(committed) => {
                self.number += 1 + self.nats.tally.skipped.swap(0, Ordering::Relaxed);
                let is_told = self.tell_commit(client, &committed).await;
                let tally = &self.nats.tally;
                count(if is_told { &tally.told } else { &tally.untold });
            }
            Word::Members(changed) => {
                self.publish(client, &self.subjects[3], wire::encode_members(&changed)).await;
            }
            Word::Audience(shares) => {
                self.number += self.nats.tally.skipped.swap(0, Ordering::Relaxed);
                self.tell_audience(client, &shares).await;
                // Hearts are told once.
                self.shares = shares.iter().map(|share| Share { hearts: 0, ..*share }).collect();
            }
        }
    }

    async fn tell_commit(&self, client: &Client, committed: &Committed) -> bool {
        let word = wire::encode_commit(committed, self.number, client.max_payload());
        self.publish(client, &self.subjects[1], word).await
    }

    /// Says once more what this node said last.
    async fn greet(&mut self, client: &Client) {
        let shares = std::mem::take(&mut self.shares);
        self.tell_audience(client, &shares).await;
        self.shares = shares;
    }

    async fn tell_audience(&mut self, client: &Client, shares: &[Share]) {
        // A node without shows lives as well.
        let first = shares.chunks(wire::SHARES_MAX).next().unwrap_or_default();
        self.tell_beat(client, first).await;
        for more in shares.chunks(wire::SHARES_MAX).skip(1) {
            self.tell_beat(client, more).await;
        }
    }

    async fn tell_beat(&mut self, client: &Client, shares: &[Share]) {
        self.beat += 1;
        let word = wire::encode_beat(self.beat, self.number, shares);
        self.publish(client, &self.subjects[2], word).await;
    }

    /// Has the others leave this node out at once; who does not hear it notices the silence.
    async fn tell_last_beat(&mut self, client: &Client) {
        self.beat += 1;
        let word = wire::encode_last_beat(self.beat, self.number);
        self.publish(client, &self.subjects[2], word).await;
    }

    /// Hands a word over; while there is no connection it would only wait and come too late.
    async fn publish(&self, client: &Client, subject: &str, word: Vec<u8>) -> bool {
        if client.connection_state() != State::Connected {
            return false;
        }
        let published = client.publish(subject.to_owned(), word.into());
        matches!(tokio::time::timeout(TELL_TIMEOUT, published).await, Ok(Ok(())))
    }

    fn hear(&mut self, message: &Message) {
        let Some((topic, node)) = wire::read_subject(&message.subject) else {
            // A newer version may speak of more; what this one has to know it also says the old way.
            count(&self.nats.tally.unreadable);
            return;
        };
        if node == self.node {
            // Own words come back as a sign that they reach the others; the hub has them already.
            if topic == Topic::Beats {
                self.nats.status.note_echo();
            }
            return;
        }
        let place = match topic {
            Topic::Commits => self.hear_commit(node, &message.payload),
            Topic::Beats => self.hear_beat(node, &message.payload),
            // It has no number: one that is lost is made up for by the sockets' own look.
            Topic::Members => self.hear_members(&message.payload),
        };
        count(&self.nats.tally.heard);
        self.nats.tally.nodes.store(self.peers.len() as u64, Ordering::Relaxed);
        if place == Place::Gap {
            count(&self.nats.tally.gaps);
            self.pass_on(News::Lost);
        }
    }

    fn hear_commit(&mut self, node: Uuid, payload: &[u8]) -> Place {
        let Ok(word) = wire::decode_commit(node, payload) else { return self.note_unreadable() };
        let place = self.peers.note_commit(node, word.number, Instant::now());
        if place != Place::Repeated {
            let show = word.committed.show;
            self.pass_on(News::Committed(Arc::new(word.committed)));
            if let Some(heads) = word.untold {
                self.pass_on(News::Grown(show, heads));
            }
        }
        place
    }

    fn hear_beat(&mut self, node: Uuid, payload: &[u8]) -> Place {
        let Ok(word) = wire::decode_beat(payload) else { return self.note_unreadable() };
        let place = self.peers.note_beat(node, word.beat, word.number, Instant::now());
        if place != Place::Repeated {
            self.pass_on(News::Audience(node, word.shares));
        }
        if word.is_last {
            self.peers.remove(node);
            self.pass_on(News::Silent(node));
        }
        place
    }

    fn hear_members(&mut self, payload: &[u8]) -> Place {
        let Ok(changed) = wire::decode_members(payload) else { return self.note_unreadable() };
        self.pass_on(News::Members(Arc::new(changed)));
        Place::Next
    }

    /// It may have been anything, also of a version that knows more than this one.
    fn note_unreadable(&mut self) -> Place {
        count(&self.nats.tally.unreadable);
        if self.unreadable_at.is_none_or(|at| at.elapsed() >= UNREADABLE_EVERY) {
            self.unreadable_at = Some(Instant::now());
            tracing::warn!("a word on NATS cannot be read; what it was about is read from the database");
        }
        Place::Gap
    }

    fn look(&mut self) {
        self.nats.status.check();
        for node in self.peers.take_silent(Instant::now()) {
            self.pass_on(News::Silent(node));
        }
        self.nats.tally.nodes.store(self.peers.len() as u64, Ordering::Relaxed);
    }

    fn pass_on(&self, news: News) {
        let _ = self.nats.news.send(news);
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn options(
    settings: &Settings,
    status: Arc<Status>,
    connected: Arc<Notify>,
) -> Result<ConnectOptions, String> {
    let options = match &settings.login {
        Login::None => ConnectOptions::new(),
        Login::Password { user, password } => {
            ConnectOptions::with_user_and_password(user.clone(), password.reveal().to_owned())
        }
        Login::Token(token) => ConnectOptions::with_token(token.reveal().to_owned()),
        Login::Credentials(text) => credentials_options(text).map_err(|error| error.to_string())?,
    };
    let options = match &settings.ca_file {
        Some(path) => options.add_root_certificates(path.clone()),
        None => options,
    };
    Ok(options
        .name("vetrina")
        .require_tls(settings.needs_tls)
        .retry_on_initial_connect()
        .max_reconnects(None)
        // The configured addresses are those that certificates and networks were made for.
        .ignore_discovered_servers()
        .connection_timeout(CONNECT_TIMEOUT)
        .ping_interval(PING_EVERY)
        .subscription_capacity(HEARD_MAX)
        .reconnect_delay_callback(|attempts| match u32::try_from(attempts) {
            Ok(attempts @ 0..8) => (Duration::from_millis(25) * 2_u32.pow(attempts)).min(RETRY_MAX),
            _ => RETRY_MAX,
        })
        .event_callback(move |event| {
            if matches!(event, Event::Connected) {
                connected.notify_one();
            }
            note(&status, &event);
            std::future::ready(())
        }))
}

/// Notes what the client tells of its connection; that it is well, own words show.
fn note(status: &Status, event: &Event) {
    match event {
        // The client hears of an end itself, and what a slow consumer lost is found by its number.
        Event::Connected | Event::Draining | Event::Closed | Event::LameDuckMode | Event::SlowConsumer(_) => {
        }
        Event::Disconnected => status.note_failure("disconnected"),
        Event::ServerError(error) => status.note_failure(&error.to_string()),
        Event::ClientError(error) => status.note_failure(&error.to_string()),
    }
}
