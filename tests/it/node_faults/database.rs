//! PostgreSQL goes away under three nodes that are at work.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::buyer::{Bought, Buyer};
use super::crowd::Crowd;
use super::writer::{Speaker, Told, Writer, check_chat};
use super::{BACK_WITHIN, Nodes, WELL_WITHIN, comes_true, number};
use crate::support::within;

/// Pieces, more than there are buyers.
const STOCK: i64 = 100;
const VIEWERS: usize = 30;
const BUYERS: usize = 9;
/// How long PostgreSQL stays away, in seconds.
const AWAY_SECS: usize = 8;

/// People at all nodes who go on whatever happens.
struct Scene {
    nodes: Nodes,
    crowd: Crowd,
    writers: Vec<Writer>,
    speakers: Vec<Speaker>,
    buying: Vec<JoinHandle<Bought>>,
}

impl Scene {
    async fn open() -> Option<Self> {
        let nodes = Nodes::open(STOCK).await?;
        let crowd = Crowd::gather(&nodes, VIEWERS).await;
        let mut speakers = Vec::new();
        for node in nodes.living() {
            speakers.push(Speaker::at(&nodes, node).await);
        }
        let every = Duration::from_millis(200);
        let writers = nodes.living().map(|node| Writer::begin(&nodes, node, every)).collect();
        let buying = (0..BUYERS).map(|number| begin_buying(&nodes, number)).collect();
        let head = nodes.head().await;
        comes_true("some chat to be heard", BACK_WITHIN, async || crowd.has_heard(head + 10)).await;
        Some(Self { nodes, crowd, writers, speakers, buying })
    }

    /// Waits until each node knows, and holds what it says then, until the time is over.
    async fn is_refused_clearly(&mut self, gone: Instant) {
        let nodes = &self.nodes;
        for node in nodes.living() {
            let is_unready = async || nodes.client(node).get("/readyz").await.status.as_u16() == 503;
            comes_true("the node to notice", BACK_WITHIN, is_unready).await;
        }
        let away = Duration::from_secs(number("VETRINA_AWAY_SECS", AWAY_SECS) as u64);
        let mut rounds = tokio::time::interval(Duration::from_millis(500));
        loop {
            rounds.tick().await;
            for node in nodes.living() {
                let reply = self.speakers[node].say().await;
                assert_eq!(reply["problem"]["code"], "unavailable", "{reply}");
                assert!(reply["problem"]["retry_ms"].as_u64().is_some_and(|ms| ms > 0), "{reply}");
                let click = Buyer::new(nodes).click(nodes.addresses[node]).await.expect("the node lives");
                assert!(click.headers.contains_key("retry-after"), "{click:?}");
                click.expect_problem(503, "unavailable");
                nodes.client(node).get("/healthz").await.expect(200);
                assert_eq!(nodes.metric(node, "database_away").await, 1);
            }
            if gone.elapsed() >= away {
                break;
            }
        }
        self.sockets_stay();
    }

    /// All is well at every node soon after the database is back, and nothing acknowledged is missing.
    async fn heals(mut self, back: Instant) {
        let mut told = Told::new();
        for node in self.nodes.living() {
            let speaker = &mut self.speakers[node];
            comes_true("the node to take chat", WELL_WITHIN, async || {
                let reply = speaker.say().await;
                let seq = reply["ok"]["seq"].as_i64();
                told.extend(seq.map(|seq| (reply["id"].as_str().unwrap_or_default().to_owned(), seq)));
                seq.is_some()
            })
            .await;
            let click = Buyer::new(&self.nodes).click(self.nodes.addresses[node]).await;
            click.expect("the node lives").expect(201);
            self.nodes.client(node).get("/readyz").await.expect(200);
        }
        self.crowd.hears_all(&self.nodes, WELL_WITHIN).await;
        println!("all was well after {:?}", back.elapsed());
        assert!(back.elapsed() < WELL_WITHIN, "it took {:?}", back.elapsed());
        for buying in self.buying.drain(..) {
            let bought = within("a buyer to be answered", buying).await.expect("buyers do not panic");
            assert_eq!(bought.answer.status, 201, "{:?}", bought.answer);
            assert_eq!(bought.cut_off, 0, "every node answered");
        }
        for writer in self.writers.drain(..) {
            told.extend(writer.end().await);
        }
        self.crowd.hears_all(&self.nodes, BACK_WITHIN).await;
        self.sockets_stay();
        check_chat(&self.nodes, &told).await;
        self.crowd.check(&self.nodes).await;
        let (available, reserved, sold) = self.nodes.stall.stored_counts().await;
        let taken = i64::try_from(BUYERS + self.nodes.addresses.len()).expect("a few");
        assert_eq!((available, reserved, sold), (STOCK - taken, taken, 0));
    }

    fn sockets_stay(&self) {
        assert_eq!((self.crowd.count_in(), self.crowd.count_returns()), (VIEWERS, 0));
    }
}

/// They come one after the other, so that some of them meet the outage.
fn begin_buying(nodes: &Nodes, number: usize) -> JoinHandle<Bought> {
    let (buyer, first) = (Buyer::new(nodes), nodes.addresses[number % nodes.addresses.len()]);
    tokio::spawn(async move {
        let mut turns = tokio::time::interval(Duration::from_secs(1));
        for _ in 0..number {
            turns.tick().await;
        }
        buyer.buy(first).await
    })
}

#[tokio::test]
async fn three_nodes_outlive_a_postgresql_that_is_stopped() {
    let Some(mut scene) = Box::pin(Scene::open()).await else { return };
    scene.nodes.postgres.stop().await;
    scene.is_refused_clearly(Instant::now()).await;
    scene.nodes.postgres.start_again().await;
    scene.heals(Instant::now()).await;
}

#[tokio::test]
async fn three_nodes_outlive_a_postgresql_that_is_killed() {
    let Some(mut scene) = Box::pin(Scene::open()).await else { return };
    scene.nodes.postgres.kill().await;
    scene.is_refused_clearly(Instant::now()).await;
    scene.nodes.postgres.start_again().await;
    scene.heals(Instant::now()).await;
}
