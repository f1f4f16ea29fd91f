//! Tells every node's hub what has been committed.
//!
//! A doorbell: it may lose, repeat or reorder, because the event log is the truth and a hub fills
//! what it misses from there. It knows what travels and not what an event means.

mod nats;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::nats::Nats;
pub use self::settings::ConfigError;
use self::settings::Settings;
use crate::config::Config;
use crate::domain::event::RecordedEvent;
use crate::domain::ids::{MemberId, ShopId, ShowId, ViewerId};

/// News waiting for a hub that is busy; a hub that falls behind more reads the table instead.
const NEWS_MAX: usize = 4_096;

/// What one transaction committed of one show.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The node that did it, so that it need not take its own word.
    pub node: Uuid,
    /// Whose show it is.
    pub shop: ShopId,
    /// The show.
    pub show: ShowId,
    /// In the order of the transaction; both audiences may be among them.
    pub events: Vec<RecordedEvent>,
    /// Viewers whose own state changed in a way that no event tells.
    pub viewers: Vec<ViewerId>,
    /// The show is no more.
    pub is_deleted: bool,
}

impl Committed {
    /// Whether there is anything to tell.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.events.is_empty() && self.viewers.is_empty() && !self.is_deleted
    }
}

/// The newest events of a show, where only their places are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heads {
    /// For viewers; 0 tells nothing.
    #[serde(default)]
    pub viewers: i64,
    /// For members; 0 tells nothing.
    #[serde(default)]
    pub members: i64,
}

/// What one node has to tell of the audience of one show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The show.
    pub show: ShowId,
    /// People who watch it there.
    #[serde(default)]
    pub viewers: u32,
    /// Hearts that were sent there since the node last told.
    #[serde(default)]
    pub hearts: u32,
}

/// Members whose rights, name or ways in changed; no event tells of it, so their sockets look again.
///
/// It may be lost: they look every few seconds anyway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembersChanged {
    /// Whose members they are or were.
    pub shop: ShopId,
    /// Who; one or a handful.
    pub members: Vec<MemberId>,
}

/// What a node hears.
#[derive(Clone, Debug)]
pub enum News {
    /// A transaction of this node or of another one.
    Committed(Arc<Committed>),
    /// A show has events up to here, which did not come along.
    Grown(ShowId, Heads),
    /// Members of a shop changed.
    Members(Arc<MembersChanged>),
    /// Who watches at another node; each share replaces the one before it.
    Audience(Uuid, Arc<[Share]>),
    /// A node is not heard of any more.
    Silent(Uuid),
    /// Words of another node were lost or cannot be read; nobody knows what they were about.
    Lost,
}

/// Whether a node hears of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is not told of any others.
    Alone,
    /// What it says comes back to it, so the others hear it too.
    Up,
    /// It hears nothing, for so long by now.
    Down(Duration),
}

/// What the bus has done since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Words of this node that were handed over.
    pub told: u64,
    /// Words of this node that nobody was told, because the bus was away or too slow.
    pub untold: u64,
    /// Words of other nodes.
    pub heard: u64,
    /// Times at which words of other nodes were found to be missing.
    pub gaps: u64,
    /// Words that this version cannot read.
    pub unreadable: u64,
    /// Times at which NATS could not be reached, or went away.
    pub failures: u64,
    /// Other nodes that are heard of at the moment.
    pub nodes: u64,
}

/// The configured bus; cheap to clone.
#[derive(Clone, Debug)]
pub enum Bus {
    /// Within this process.
    Local(broadcast::Sender<News>),
    /// Between all nodes, by NATS.
    Nats(Arc<Nats>),
}

impl Bus {
    /// The bus of the configuration; it tells other nodes once [`Bus::run`] runs.
    ///
    /// # Errors
    /// When what is configured can be no way to NATS.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        Ok(match Settings::read(config)? {
            Some(settings) => Self::Nats(Arc::new(Nats::new(settings))),
            None => Self::local(),
        })
    }

    /// A bus for a single node.
    #[must_use]
    pub fn local() -> Self {
        Self::Local(broadcast::channel(NEWS_MAX).0)
    }

    /// Rings; nobody listening is no failure.
    pub fn publish(&self, committed: Committed) {
        match self {
            Self::Local(news) => {
                let _ = news.send(News::Committed(Arc::new(committed)));
            }
            Self::Nats(nats) => nats.publish(committed),
        }
    }

    /// Rings for the sockets of members who changed.
    pub fn tell_members(&self, changed: MembersChanged) {
        match self {
            Self::Local(news) => {
                let _ = news.send(News::Members(Arc::new(changed)));
            }
            Self::Nats(nats) => nats.tell_members(changed),
        }
    }

    /// Tells the other nodes who watches here. That is also how they know that this node lives and
    /// whether they have heard all of its words, so it is to be told each [`Bus::BEAT`].
    pub fn tell_audience(&self, shares: Vec<Share>) {
        match self {
            Self::Local(_) => {}
            Self::Nats(nats) => nats.tell_audience(shares),
        }
    }

    /// How often a node tells who watches there.
    pub const BEAT: Duration = Duration::from_secs(1);

    /// Listens from now on.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<News> {
        match self {
            Self::Local(news) => news.subscribe(),
            Self::Nats(nats) => nats.subscribe(),
        }
    }

    /// Whether there may be other nodes.
    #[must_use]
    pub const fn reaches_others(&self) -> bool {
        matches!(self, Self::Nats(_))
    }

    /// Whether the other nodes are heard at the moment.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match self {
            Self::Local(_) => Standing::Alone,
            Self::Nats(nats) => nats.standing(),
        }
    }

    /// Nodes that are known to be at work, this one included. Others are heard of within
    /// [`Bus::BEAT`] of their start; while NATS is away only this one is known.
    #[must_use]
    pub fn nodes(&self) -> u32 {
        u32::try_from(self.counts().nodes).unwrap_or(u32::MAX).saturating_add(1)
    }

    /// What it has done since the start.
    #[must_use]
    pub fn counts(&self) -> Counts {
        match self {
            Self::Local(_) => Counts::default(),
            Self::Nats(nats) => nats.counts(),
        }
    }

    /// Carries words between this node and the others of its cluster, which share one history of
    /// events, until cancelled. Where NATS is away it goes on trying.
    pub async fn run(self, cluster: String, node: Uuid, stopping: CancellationToken) {
        match self {
            Self::Local(_) => {}
            Self::Nats(nats) => nats.run(&cluster, node, &stopping).await,
        }
    }
}
