//! A run from the first viewer to the report.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::Rng;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::buyers::{Bought, Buyers};
use super::engine::Order;
use super::error::LoadError;
use super::fleet::{Fleet, LOOK_EVERY};
use super::ground::Ground;
use super::options::LoadOptions;
use super::pins::{PinBoard, PinCount, pin};
use super::plan::{Plan, Storm};
use super::process::Process;
use super::progress::{Progress, grouped};
use super::report::{DatabaseReport, Report};
use super::slow::Watch;
use super::summary::{Findings, Measured, Samples, per_sec};
use super::tally::Traffic;

/// How long viewers may take beyond the ramp; one that is refused waits and tries again.
const JOIN_GRACE: Duration = Duration::from_secs(30);
/// How long everybody may take to hear the last event.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(10);
/// From the order to begin to the first message, so that all threads have heard it.
const LEAD: Duration = Duration::from_millis(100);
/// Rest between the last join and the look at the memory of idle viewers.
const REST: Duration = Duration::from_secs(1);
/// At most one of so many viewers looks at each single event.
const CHECK_EVERY_MAX: usize = 64;
/// Viewers who look at each single event, where there are enough.
const CHECKERS: usize = 256;

/// Loads a server and answers what it did with it.
///
/// `program` is this program itself, for the demo server. `stop` ends the run early, with a report.
///
/// # Errors
/// Says why there is no report.
pub async fn run(
    options: &LoadOptions,
    program: &Path,
    stop: CancellationToken,
) -> Result<Report, LoadError> {
    options.check()?;
    let sockets = options.viewers + options.slow;
    let mut ground = Ground::prepare(&options.target, program, sockets.into()).await?;
    let plan = Arc::new(plan(options, &mut ground)?);
    let buyers = match options.buyers {
        0.0 => None,
        per_sec => Some(Buyers::invite(&plan, &ground.show, per_sec).await?),
    };
    let before = ground.usage();
    let fleet = Fleet::start(&plan, &mut ground.rng)?;
    let slow = (options.slow > 0).then(|| Watch::begin(ground.api.clone()));
    let mut run = Run { options, ground, plan, progress: Progress::begin(), fleet, slow, stop };
    run.gather().await?;
    let idle = run.ground.usage();
    let measured = run.measure(buyers).await?;
    let settled = run.settle().await;
    if measured.pins.sent > 0 {
        run.put_back().await;
    }
    let tally = std::mem::take(&mut run.fleet).finish();
    let Run { ground, plan, stop, .. } = run;
    let is_stopped = stop.is_cancelled();
    let samples = Samples { before, idle };
    Ok(Findings { options, ground, plan, tally, samples, measured, settled, is_stopped }.report())
}

fn plan(options: &LoadOptions, ground: &mut Ground) -> Result<Plan, LoadError> {
    let show = &ground.show;
    if options.chat > 0.0 && !matches!(show.status.as_str(), "live" | "paused") {
        return Err(LoadError::NotOpen(show.status.clone()));
    }
    if options.pins > 0.0 && ground.api.has_key() && show.products.is_empty() {
        return Err(LoadError::NoProducts);
    }
    let (writers, writer_pause) = options.writers(show.slow_mode_secs)?;
    let viewers = options.viewers as usize;
    Ok(Plan {
        server: ground.target.address,
        host: ground.target.host.clone(),
        show: show.id.clone(),
        sources: ground.sources(&options.target, options.viewers + options.slow),
        run: ground.rng.random(),
        origin: Instant::now(),
        threads: options.target.threads as usize,
        viewers,
        writers,
        writer_pause,
        slow: options.slow as usize,
        check_every: (viewers / CHECKERS).clamp(1, CHECK_EVERY_MAX),
        ramp: options.ramp(),
        chat_per_sec: options.chat,
        chat_chars: options.chat_chars.into(),
        storm: options.storm.map(|at| Storm {
            after: Duration::from_secs(at),
            spread: Duration::from_secs(options.storm_spread),
        }),
        cycles: None,
        pins: PinBoard::default(),
    })
}

struct Run<'a> {
    options: &'a LoadOptions,
    ground: Ground,
    plan: Arc<Plan>,
    progress: Progress,
    fleet: Fleet,
    slow: Option<Watch>,
    stop: CancellationToken,
}

/// What goes on beside the viewers.
struct Beside {
    pins: Option<AbortOnDropHandle<PinCount>>,
    buyers: Option<AbortOnDropHandle<Bought>>,
}

impl Run<'_> {
    /// Waits until all viewers are in and the writers have names.
    async fn gather(&mut self) -> Result<(), LoadError> {
        let (viewers, writers, slow) =
            (u64::from(self.options.viewers), self.plan.writers as u64, u64::from(self.options.slow));
        let deadline = Instant::now() + self.plan.ramp + JOIN_GRACE;
        let mut looks = tokio::time::interval(LOOK_EVERY);
        while !self.stop.is_cancelled() && Instant::now() < deadline {
            looks.tick().await;
            self.fleet.check()?;
            let (joined, named) = (self.fleet.sum(|live| &live.joined), self.fleet.sum(|live| &live.named));
            if joined >= viewers && named >= writers && self.fleet.sum(|live| &live.stalled) >= slow {
                break;
            }
            self.progress.line(|| format!("{} of {} viewers in", grouped(joined), grouped(viewers)));
        }
        if self.stop.is_cancelled() {
            return Ok(());
        }
        self.check_gathered(writers)?;
        self.progress.say(&format!("{} viewers in", grouped(self.fleet.sum(|live| &live.joined))));
        // Not a wait for a fact: what is measured is the rest itself.
        tokio::time::sleep(REST).await;
        Ok(())
    }

    fn check_gathered(&mut self, writers: u64) -> Result<(), LoadError> {
        let named = self.fleet.sum(|live| &live.named);
        let is_empty = self.fleet.sum(|live| &live.joined) == 0;
        if !is_empty && (writers == 0 || named > 0) {
            return Ok(());
        }
        let list = |counts: &std::collections::BTreeMap<String, u64>| {
            let counts: Vec<String> =
                counts.iter().map(|(what, count)| format!("{count} × {what}")).collect();
            if counts.is_empty() { "no answer".to_owned() } else { counts.join(", ") }
        };
        let tally = std::mem::take(&mut self.fleet).finish();
        Err(if is_empty {
            LoadError::NobodyIn(list(&tally.refusals))
        } else {
            LoadError::Names { named, needed: writers, refused: list(&tally.writing.refused) }
        })
    }

    /// Has everybody act, and watches.
    async fn measure(&mut self, buyers: Option<Buyers>) -> Result<Measured, LoadError> {
        let begin = Instant::now() + LEAD;
        let end = begin + Duration::from_secs(self.options.duration);
        let deliveries = self.fleet.sum(|live| &live.deliveries);
        let database = self.ground.api.database().await;
        let (server, own) = (self.ground.usage(), Process::own().usage());
        self.fleet.tell(Order::Begin(Traffic { begin, end }));
        let beside = self.start_beside(buyers, (begin, end));
        self.look_on(end).await?;
        let took = begin.elapsed();
        let deliveries = self.fleet.sum(|live| &live.deliveries) - deliveries;
        let server = server.zip(self.ground.usage());
        let own = own.zip(Process::own().usage());
        let (pins, bought) = beside.finish().await;
        let closings = match self.slow.take() {
            Some(slow) => slow.finish().await,
            None => None,
        };
        let database = database.zip(self.ground.api.database().await).map(|(before, after)| DatabaseReport {
            reads: after.reads - before.reads,
            writes: after.writes - before.writes,
        });
        Ok(Measured { took, deliveries, server, own, pins, bought, closings, database })
    }

    fn start_beside(&self, buyers: Option<Buyers>, times: (Instant, Instant)) -> Beside {
        let Self { options, ground, plan, stop, .. } = self;
        let products: Vec<String> = ground.show.products.iter().take(2).cloned().collect();
        let has_pins = options.pins > 0.0 && ground.api.has_key();
        Beside {
            pins: has_pins.then(|| {
                let host =
                    pin(Arc::clone(plan), ground.api.clone(), products, options.pins, times, stop.clone());
                AbortOnDropHandle::new(tokio::spawn(host))
            }),
            buyers: buyers.map(|buyers| {
                AbortOnDropHandle::new(tokio::spawn(buyers.buy(options.buyers, times, stop.clone())))
            }),
        }
    }

    async fn look_on(&mut self, end: Instant) -> Result<(), LoadError> {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let (mut seen, mut seen_at) = (self.fleet.sum(|live| &live.deliveries), Instant::now());
        while Instant::now() < end && !self.stop.is_cancelled() {
            tokio::select! {
                _ = looks.tick() => {}
                () = self.stop.cancelled() => {}
            }
            self.fleet.check()?;
            let fleet = &self.fleet;
            self.progress.line(|| {
                let deliveries = fleet.sum(|live| &live.deliveries);
                let per_sec = per_sec(deliveries - seen, seen_at.elapsed());
                (seen, seen_at) = (deliveries, Instant::now());
                format!(
                    "{} viewers in, {per_sec:.0} deliveries a second, {} lost or repeated",
                    grouped(fleet.sum(|live| &live.online)),
                    fleet.sum(|live| &live.faults)
                )
            });
        }
        Ok(())
    }

    /// Waits until everybody has heard everything; whether they have.
    async fn settle(&mut self) -> bool {
        let Ok(show) = self.ground.api.show().await else { return false };
        self.fleet.tell(Order::Settle(show.seq));
        let timeout = SETTLE_TIMEOUT + self.plan.storm.map_or(Duration::ZERO, |storm| storm.spread);
        let settled = self.fleet.wait_for(timeout, |fleet| fleet.sum(|live| &live.behind) == 0).await;
        settled.unwrap_or(false)
    }

    /// Puts back on screen what was there before; a refusal is no failure of the run.
    async fn put_back(&self) {
        let before = &self.ground.show.featured;
        for product in self.ground.show.products.iter().take(2).filter(|pinned| !before.contains(pinned)) {
            let _ = self.ground.api.unfeature(product).await;
        }
        // The last one put there is the primary one.
        for product in before.iter().rev() {
            let _ = self.ground.api.feature(product).await;
        }
    }
}

impl Beside {
    async fn finish(self) -> (PinCount, Option<Bought>) {
        async fn of<T>(task: Option<AbortOnDropHandle<T>>) -> Option<T> {
            Some(task?.await.expect("tasks of a run do not panic"))
        }
        (of(self.pins).await.unwrap_or_default(), of(self.buyers).await)
    }
}
