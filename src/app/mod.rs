//! The use cases: each changes rows and appends events in one transaction, commits, then publishes.
//!
//! REST handlers and socket commands call the same methods; authorisation is decided here.
//! It knows neither axum nor sockets.

mod access;
pub mod chat;
pub mod checkout;
pub mod checkout_settings;
pub mod contact;
mod database_time;
pub mod embed;
mod error;
pub mod fetch;
pub mod figures;
mod gate;
mod hearts;
pub mod housekeeping;
pub mod idempotency;
pub mod images;
pub mod imports;
pub mod legal;
mod limiter;
pub mod links;
mod log;
pub mod mail;
pub mod members;
pub mod offers;
pub mod orders;
pub mod overlays;
pub mod page;
pub mod payment_accounts;
mod people;
pub mod privacy;
pub mod products;
pub mod questions;
pub mod replays;
pub mod sessions;
pub mod setup;
pub mod shows;
#[cfg(test)]
pub(crate) mod testing;
mod viewers;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

pub use access::{Caller, Forbidden, Holder};
pub use database_time::run_database_time;
pub use error::{Invalid, Refusal};
pub use figures::run_reach_writer;
pub use hearts::run_heart_counter;
pub use links::run_click_writer;
pub use mail::run_mail_worker;
pub use offers::run_offer_worker;
pub use orders::run_payment_workers;
pub use viewers::Viewer;

pub use crate::storage::Error as StorageError;

use crate::bus::{Bus, Committed, MembersChanged};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::event::{RecordedEvent, ShowEvent};
use crate::domain::ids::{MemberId, ShopId, ShowId, ViewerId};
use crate::mail::{ConfigError as MailConfigError, Mailer};
use crate::payments::{self, Provider};
use crate::storage::{self, AuditEntry, Database, Tx};

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    db: Database,
    bus: Bus,
    clock: Clock,
    config: Config,
    started_at: DateTime<Utc>,
    epoch: String,
    lost: Option<orders::LostTime>,
    node: Uuid,
    people: people::People,
    hearts: hearts::HeartCounts,
    reach: figures::Reach,
    secret: Vec<u8>,
    password_gate: sessions::PasswordGate,
    chat_limiter: chat::ChatLimiter,
    chat_queue: chat::ChatQueue,
    desk: questions::Desk,
    pictures: images::Pictures,
    import_gate: gate::Gate,
    public_url: std::sync::OnceLock<String>,
    provider: Arc<Provider>,
    accounts: payment_accounts::Accounts,
    checkout: checkout::Bounds,
    payment_news: orders::News,
    export_gate: gate::Gate,
    mailer: Mailer,
    mail_news: tokio::sync::Notify,
    clicks: links::Clicks,
    offer_news: tokio::sync::Notify,
    legal: legal::Bounds,
    privacy: privacy::Bounds,
}

/// Why the application cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// Payments cannot be taken with these settings.
    #[error(transparent)]
    Payments(#[from] payments::ConfigError),
    /// Mail cannot be sent with these settings.
    #[error(transparent)]
    Mail(#[from] MailConfigError),
    /// The key that seals payment keys cannot be used.
    #[error(transparent)]
    Seal(#[from] payments::seal::SealError),
}

impl App {
    /// Puts the application together over an open database.
    ///
    /// # Errors
    /// When the installation's own row cannot be read or written, or the settings of payments or
    /// mail are unusable.
    pub async fn new(db: Database, bus: Bus, clock: Clock, config: Config) -> Result<Self, StartError> {
        database_time::begin_database_time(&db, &clock).await?;
        let started_at = clock.now();
        let mut tx = db.write().await?;
        let epoch = hex::encode(clock.random::<4>());
        let instance = tx.get_or_create_instance(&epoch, &clock.random::<32>(), clock.now()).await?;
        tx.commit().await?;
        let pictures = images::Pictures::new(fetch::Fetcher::new(config.image_networks.clone()));
        let sessions_per_second = config.stripe.sessions_per_second;
        let mailer = Mailer::open(&config)?;
        let provider = Provider::open(&config, &clock, &db, &instance.secret)?;
        let accounts = payment_accounts::Accounts::new(&config, &db, &clock)?;
        let node = clock.uuid();
        let lost = orders::LostTime::of(&instance);
        Ok(Self(Arc::new(Inner {
            db,
            bus,
            clock,
            config,
            started_at,
            epoch: instance.epoch,
            lost,
            node,
            people: people::People::default(),
            hearts: hearts::HeartCounts::default(),
            reach: figures::Reach::new(),
            secret: instance.secret,
            password_gate: sessions::PasswordGate::new(),
            chat_limiter: chat::ChatLimiter::default(),
            chat_queue: chat::ChatQueue::new(),
            desk: questions::Desk::new(),
            pictures,
            import_gate: imports::gate(),
            public_url: std::sync::OnceLock::new(),
            provider: Arc::new(provider),
            accounts,
            checkout: checkout::Bounds::new(sessions_per_second),
            payment_news: orders::News::default(),
            export_gate: orders::export_gate(),
            mailer,
            mail_news: tokio::sync::Notify::new(),
            clicks: links::Clicks::new(),
            offer_news: tokio::sync::Notify::new(),
            legal: legal::Bounds::new(),
            privacy: privacy::Bounds::new(),
        })))
    }

    /// The clock everything is timed by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// When this process began.
    #[must_use]
    pub fn started_at(&self) -> DateTime<Utc> {
        self.0.started_at
    }

    /// The configuration it was started with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The address under which people reach this server, without a slash at its end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        self.0.public_url.get().expect("the server sets its address before it takes requests")
    }

    /// Sets the public address once the port is known; a configured one wins.
    pub fn set_listen_address(&self, address: std::net::SocketAddr) {
        let url = match &self.0.config.public_url {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => format!("http://{address}"),
        };
        self.0.provider.set_addresses(address, &url);
        let _ = self.0.public_url.set(url);
    }

    /// The installation's own provider; whom a shop uses, [`App::provider_of`] tells.
    #[must_use]
    pub fn provider(&self) -> &Arc<Provider> {
        &self.0.provider
    }

    /// Whether people reach this server by TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url().starts_with("https://")
    }

    /// Whether an `Origin` header names our own pages.
    #[must_use]
    pub fn is_own_origin(&self, origin: &str) -> bool {
        url::Url::parse(self.public_url()).is_ok_and(|url| url.origin().ascii_serialization() == origin)
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn check_database(&self) -> storage::Result<()> {
        self.0.db.read().await?.commit().await
    }

    /// The bus, for hubs that listen.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.0.bus
    }

    /// Whether other processes may write to the database beside this one.
    #[must_use]
    pub fn is_database_shared(&self) -> bool {
        self.0.db.is_postgres()
    }

    /// Names this history of events; positions of another one mean nothing here.
    #[must_use]
    pub fn epoch(&self) -> &str {
        &self.0.epoch
    }

    /// Whether the database did not answer lately.
    #[must_use]
    pub fn is_database_away(&self) -> bool {
        self.0.db.is_away()
    }

    /// The time of which a restored database knows nothing.
    pub(in crate::app) fn lost_time(&self) -> Option<orders::LostTime> {
        self.0.lost
    }

    /// How many transactions were begun since the start.
    #[must_use]
    pub fn database_begun(&self) -> storage::Begun {
        self.0.db.begun()
    }

    /// Names this process among those that share the bus.
    pub(crate) fn node(&self) -> Uuid {
        self.0.node
    }

    /// What is kept in memory of the people of watched shows.
    pub(crate) fn people(&self) -> &people::People {
        &self.0.people
    }

    /// Hearts that were not written yet.
    pub(crate) fn heart_counts(&self) -> &hearts::HeartCounts {
        &self.0.hearts
    }

    /// People who were not counted in a funnel yet.
    pub(crate) fn reach(&self) -> &figures::Reach {
        &self.0.reach
    }

    /// The key that viewer tokens and hashes are made with.
    pub(crate) fn secret(&self) -> &[u8] {
        &self.0.secret
    }

    /// What is kept of shops' own payment accounts.
    pub(crate) fn accounts(&self) -> &payment_accounts::Accounts {
        &self.0.accounts
    }

    /// Bounds what buyers may ask of the payment provider.
    pub(crate) fn checkout_bounds(&self) -> &checkout::Bounds {
        &self.0.checkout
    }

    /// Wakes the payment workers.
    pub(crate) fn payment_news(&self) -> &orders::News {
        &self.0.payment_news
    }

    /// Bounds how many order files are made at a time.
    pub(crate) fn export_gate(&self) -> &gate::Gate {
        &self.0.export_gate
    }

    /// Where letters are handed over.
    pub(crate) fn mailer(&self) -> &Mailer {
        &self.0.mailer
    }

    /// Wakes the mail worker.
    pub(crate) fn mail_news(&self) -> &tokio::sync::Notify {
        &self.0.mail_news
    }

    /// Clicks on links that are not written yet.
    pub(crate) fn clicks(&self) -> &links::Clicks {
        &self.0.clicks
    }

    /// Wakes the worker that ends offers.
    pub(crate) fn offer_news(&self) -> &tokio::sync::Notify {
        &self.0.offer_news
    }

    /// Bounds the work that passwords make.
    pub(crate) fn password_gate(&self) -> &sessions::PasswordGate {
        &self.0.password_gate
    }

    /// How much each viewer wrote lately.
    pub(crate) fn chat_limiter(&self) -> &chat::ChatLimiter {
        &self.0.chat_limiter
    }

    /// The way to the chat writer.
    pub(crate) fn chat_queue(&self) -> &chat::ChatQueue {
        &self.0.chat_queue
    }

    /// What questions share: their bounds and the way to the writer of votes.
    pub(crate) fn desk(&self) -> &questions::Desk {
        &self.0.desk
    }

    /// What pictures share: their bounds, the fetcher, the worker's bell.
    pub(crate) fn pictures(&self) -> &images::Pictures {
        &self.0.pictures
    }

    /// Bounds how many files are imported at a time.
    pub(crate) fn import_gate(&self) -> &gate::Gate {
        &self.0.import_gate
    }

    /// Writes down who did what, in the transaction that does it.
    pub(crate) async fn audit(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        action: &str,
        subject: &str,
        detail: serde_json::Value,
    ) -> storage::Result<()> {
        let actor = caller.audit_name();
        let (id, at) = (self.clock().uuid(), self.clock().now());
        tx.append_audit(AuditEntry { id, shop: caller.shop, at, actor: &actor, action, subject, detail })
            .await
    }

    /// What strangers may ask of terms and withdrawals.
    fn legal_bounds(&self) -> &legal::Bounds {
        &self.0.legal
    }

    /// What people may ask for of what is kept of them.
    fn privacy_bounds(&self) -> &privacy::Bounds {
        &self.0.privacy
    }

    /// The database, for the use cases and background work.
    pub(crate) fn db(&self) -> &Database {
        &self.0.db
    }

    /// Begins the collection of one show's events inside a transaction.
    pub(crate) fn recorder(&self, shop: ShopId, show: ShowId) -> Recorder {
        let committed = Committed {
            node: self.0.node,
            shop,
            show,
            events: Vec::new(),
            viewers: Vec::new(),
            is_deleted: false,
        };
        Recorder { committed, at: self.0.clock.now() }
    }

    /// Commits, then tells this node's memory of people and rings the bus for what was recorded.
    pub(crate) async fn commit(
        &self,
        tx: Tx,
        recorders: impl IntoIterator<Item = Recorder>,
    ) -> storage::Result<()> {
        let commits = recorders.into_iter().map(|recorder| recorder.committed);
        let unsure = people::Unsure::new(self.people(), commits.filter(|told| !told.is_empty()).collect());
        tx.commit().await?;
        for committed in unsure.happened() {
            // Memory first: whoever is closed or refreshed by the bell looks there.
            self.people().hear(&committed);
            self.0.bus.publish(committed);
        }
        Ok(())
    }

    /// Has the sockets of a member look again, after the commit of what changed.
    pub(crate) fn tell_member(&self, shop: ShopId, member: MemberId) {
        self.0.bus.tell_members(MembersChanged { shop, members: vec![member] });
    }
}

/// Appends events of one show and keeps them for the bus until the commit.
pub(crate) struct Recorder {
    committed: Committed,
    at: DateTime<Utc>,
}

impl Recorder {
    /// The show whose events it appends.
    pub(crate) const fn show(&self) -> ShowId {
        self.committed.show
    }

    /// Appends an event to the log inside the transaction.
    pub(crate) async fn record(&mut self, tx: &mut Tx, event: ShowEvent) -> storage::Result<RecordedEvent> {
        let recorded = tx.append_event(self.committed.shop, self.committed.show, self.at, event).await?;
        self.committed.events.push(recorded.clone());
        Ok(recorded)
    }

    /// Appends events of one audience inside the transaction, in their order.
    pub(crate) async fn record_all(
        &mut self,
        tx: &mut Tx,
        events: Vec<ShowEvent>,
    ) -> storage::Result<Vec<RecordedEvent>> {
        let recorded = tx.append_events(self.committed.shop, self.committed.show, self.at, events).await?;
        self.committed.events.extend_from_slice(&recorded);
        Ok(recorded)
    }

    /// Notes that the state of a viewer changes in a way that no event tells.
    pub(crate) fn change_viewer(&mut self, viewer: ViewerId) {
        self.committed.viewers.push(viewer);
    }

    /// Notes that the show is deleted.
    pub(crate) const fn delete_show(&mut self) {
        self.committed.is_deleted = true;
    }
}
