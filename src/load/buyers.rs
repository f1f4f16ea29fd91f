//! The buyers of a run: checkouts at fixed times, each by a viewer with an address of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::error::LoadError;
use super::histogram::{Histogram, Latency};
use super::http::{Answer, post};
use super::plan::{Plan, Sources};
use super::target::Show;

/// Checkouts on their way at once; later ones wait, and their latency counts all the same.
const OUTSTANDING_MAX: usize = 500;
/// How long a checkout may take.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of an answer.
const ANSWER_BYTES_MAX: u64 = 256 * 1024;
/// A viewer may click once in three seconds, and so do these.
const VIEWER_PAUSE_SECS: f64 = 3.2;
/// The block of loopback addresses that buyers come from; an address may open one page a second.
const BLOCK: u8 = 1;

/// Those who buy.
#[derive(Debug)]
pub struct Buyers {
    plan: Arc<Plan>,
    sources: Sources,
    tokens: Vec<String>,
    variants: Vec<String>,
    ship_to: Option<String>,
}

/// What became of the checkouts.
#[derive(Debug, Default)]
pub struct Bought {
    /// Sent to the server.
    pub sent: u64,
    /// Pieces were set aside and a payment page is open or on its way.
    pub created: u64,
    /// The pieces were gone.
    pub sold_out: u64,
    /// Refusals by status and code.
    pub refused: BTreeMap<String, u64>,
    /// No answer, or one that says that the server failed.
    pub failed: u64,
    /// From the intended click to the answer, of all that were answered.
    pub latency: Histogram,
}

/// The part of the report.
#[derive(Debug, Serialize)]
pub struct BuyersReport {
    /// See [`Bought::sent`].
    pub sent: u64,
    /// See [`Bought::created`].
    pub created: u64,
    /// See [`Bought::sold_out`].
    pub sold_out: u64,
    /// See [`Bought::refused`].
    pub refused: BTreeMap<String, u64>,
    /// See [`Bought::failed`].
    pub failed: u64,
    /// See [`Bought::latency`].
    pub latency_ms: Latency,
}

impl Bought {
    /// As it is reported.
    #[must_use]
    pub fn report(self) -> BuyersReport {
        let Self { sent, created, sold_out, refused, failed, latency } = self;
        BuyersReport { sent, created, sold_out, refused, failed, latency_ms: latency.latency() }
    }
}

/// What the server said to one request.
struct Said {
    status: u16,
    code: String,
    body: Value,
}

impl Buyers {
    /// Makes as many viewers as so many checkouts a second need.
    ///
    /// # Errors
    /// When there is nothing to buy, or only for real money.
    pub async fn invite(plan: &Arc<Plan>, show: &Show, per_sec: f64) -> Result<Self, LoadError> {
        if !show.is_sandbox {
            return Err(LoadError::NotTestMoney);
        }
        if show.variants.is_empty() {
            return Err(LoadError::NothingToBuy);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 200 a second")]
        let count = (per_sec * VIEWER_PAUSE_SECS).ceil() as u32 + 1;
        let block = if plan.sources.count() > 0 { count } else { 0 };
        let mut buyers = Self {
            plan: Arc::clone(plan),
            sources: Sources::new(BLOCK, block),
            tokens: Vec::new(),
            variants: show.variants.clone(),
            ship_to: show.ship_to.clone(),
        };
        for number in 0..count as usize {
            let path = format!("/api/v1/shows/{}/viewers", plan.show);
            let said = buyers.ask(number, &path, "", "").await?;
            let refused = || LoadError::Refused {
                what: "a buyer's first visit".to_owned(),
                status: said.status,
                code: said.code.clone(),
            };
            buyers.tokens.push(said.body["token"].as_str().ok_or_else(refused)?.to_owned());
        }
        Ok(buyers)
    }

    /// Buys `per_sec` times a second from `begin` to `end`; a late answer delays no later click.
    pub async fn buy(
        self,
        per_sec: f64,
        (begin, end): (Instant, Instant),
        stop: CancellationToken,
    ) -> Bought {
        let buyers = Arc::new(self);
        let outstanding = Arc::new(Semaphore::new(OUTSTANDING_MAX));
        let mut clicks = JoinSet::new();
        let mut bought = Bought::default();
        for number in 0_u32.. {
            let intended = begin + Duration::from_secs_f64(f64::from(number) / per_sec);
            if intended >= end {
                break;
            }
            tokio::select! {
                () = tokio::time::sleep_until(intended.into()) => {}
                () = stop.cancelled() => break,
            }
            let permit = Arc::clone(&outstanding).acquire_owned().await.expect("nobody closes it");
            bought.sent += 1;
            let buyers = Arc::clone(&buyers);
            clicks.spawn(async move {
                let said = tokio::time::timeout(TIMEOUT, buyers.click(number)).await;
                drop(permit);
                (said.ok().and_then(Result::ok), intended.elapsed())
            });
            // What is answered is counted on the way, so that no list of them grows.
            while let Some(done) = clicks.try_join_next() {
                bought.count(done.ok());
            }
        }
        while let Some(done) = clicks.join_next().await {
            bought.count(done.ok());
        }
        bought
    }

    async fn click(&self, number: u32) -> std::io::Result<Said> {
        let at = number as usize % self.tokens.len();
        let variant = &self.variants[number as usize % self.variants.len()];
        let id = Uuid::from_u128(u128::from(self.plan.run) << 32 | u128::from(number));
        let headers = format!("authorization: Bearer {}\r\nidempotency-key: load-{id}\r\n", self.tokens[at]);
        let mut body = json!({ "lines": [{ "variant_id": variant, "units": 1 }] });
        if let Some(country) = &self.ship_to {
            body["ship_to"] = country.as_str().into();
        }
        let path = format!("/api/v1/shows/{}/checkouts", self.plan.show);
        self.ask(at, &path, &headers, &body.to_string()).await
    }

    /// One request on a connection of its own.
    async fn ask(&self, number: usize, path: &str, headers: &str, body: &str) -> std::io::Result<Said> {
        let mut stream = self.connect(number).await?;
        let headers = format!("{headers}connection: close\r\n");
        stream.write_all(post(&self.plan.host, path, &headers, body).as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.take(ANSWER_BYTES_MAX).read_to_end(&mut bytes).await?;
        let no_answer = || std::io::Error::other("the server's answer is no HTTP");
        let answer = Answer::read(&bytes).ok().flatten().ok_or_else(no_answer)?;
        let body = serde_json::from_slice(answer.body).unwrap_or_default();
        Ok(Said { status: answer.status, code: answer.code(), body })
    }

    async fn connect(&self, number: usize) -> std::io::Result<TcpStream> {
        let server = self.plan.server;
        let socket = if server.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        if let Some(source) = self.sources.of(number) {
            socket.bind(SocketAddr::from((source, 0)))?;
        }
        socket.connect(server).await
    }
}

impl Bought {
    fn count(&mut self, done: Option<(Option<Said>, Duration)>) {
        let Some((Some(said), latency)) = done else {
            self.failed += 1;
            return;
        };
        self.latency.record(latency);
        match (said.status, said.code.as_str()) {
            (201, _) => self.created += 1,
            (409, "sold_out") => self.sold_out += 1,
            // 503 is how the server says that it takes no more, in time.
            (500.., code) if code != "overloaded" => self.failed += 1,
            (status, code) => *self.refused.entry(format!("{status} {code}")).or_default() += 1,
        }
    }
}
