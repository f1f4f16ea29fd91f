//! One hub thread with one show: passes over its viewers, played write by write.
//!
//! As in `src/hub`: a pass gives each viewer in one write what is there when it gets to them, looks for
//! more every 5 ms on the way, and is followed by a pause when the show is busy. What sells waits for
//! no pause.

use super::coefficients::measured::{DELIVERY, WRITE};
use super::coefficients::set::{DELIVERIES_FREE, PAUSE};

/// How old the look at a show may get during a pass.
const LOOK_AGAIN: u64 = 5_000_000;
/// Viewers served between two looks at the clock.
const CLOCK_EVERY: usize = 32;
/// How long is played.
const SECS: u64 = 10;
const SEC: u64 = 1_000_000_000;

/// What viewers of a shard notice, and what it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Of a core, deliveries alone.
    pub busy: f64,
    pub chat_p50_ms: f64,
    pub pin_p50_ms: f64,
    pub pin_p99_ms: f64,
}

/// Plays a show: chat at fixed times, and pins at others.
pub fn play(viewers: usize, chat_per_sec: f64, pins_per_sec: f64) -> Outcome {
    let arrivals = arrivals(chat_per_sec, pins_per_sec);
    let pause = pause_ms((chat_per_sec + pins_per_sec) * viewers as f64) as u64 * 1_000_000;
    let (mut has, mut now, mut busy) = (vec![0_usize; viewers], 0, 0);
    let (mut began, mut ended) = (0, 0);
    let (mut chat, mut pins) = (Vec::new(), Vec::new());
    let mut served = 0;
    while let Some(first) = arrivals.get(served) {
        now = now.max(first.at);
        // A pass that takes longer than the pause leaves time for everything else.
        let next = if pause == 0 { ended } else { (began + pause).max(ended + (ended - began) / 2) };
        let urgent = arrivals[served..].iter().find(|arrival| arrival.is_pin).map_or(u64::MAX, |pin| pin.at);
        now = now.max(next.min(urgent));
        began = now;
        let (mut known, mut looked) = (known(&arrivals, now), now);
        let first_known = known;
        for (count, has) in has.iter_mut().enumerate() {
            if count % CLOCK_EVERY == CLOCK_EVERY - 1 && now - looked >= LOOK_AGAIN {
                (known, looked) = (self::known(&arrivals, now), now);
            }
            if *has < known {
                let cost = write_us((known - *has) as f64) * 1_000.0;
                now += cost as u64;
                busy += cost as u64;
                for arrival in &arrivals[*has..known] {
                    let late = if arrival.is_pin { &mut pins } else { &mut chat };
                    late.push(now - arrival.at);
                }
                *has = known;
            }
        }
        ended = now;
        served = first_known;
    }
    Outcome {
        busy: busy as f64 / now.max(SECS * SEC) as f64,
        chat_p50_ms: percentile_ms(&mut chat, 0.5),
        pin_p50_ms: percentile_ms(&mut pins, 0.5),
        pin_p99_ms: percentile_ms(&mut pins, 0.99),
    }
}

/// CPU of one write with so many messages, in µs.
pub fn write_us(messages: f64) -> f64 {
    WRITE.value + DELIVERY.value * messages
}

/// The pause between passes at so many deliveries a second, in ms.
pub fn pause_ms(deliveries: f64) -> f64 {
    match deliveries / DELIVERIES_FREE.value {
        busy if busy < 1.0 => 0.0,
        busy if busy < 2.0 => PAUSE.value * 0.4,
        _ => PAUSE.value,
    }
}

/// Time between the beginnings of two passes that write so many messages each, in ms.
pub fn period_ms(viewers: f64, messages: f64, pause_ms: f64) -> f64 {
    let pass = viewers * write_us(messages) / 1_000.0;
    if pause_ms == 0.0 { pass } else { pause_ms.max(pass * 1.5) }
}

/// Writes a second to each viewer of a show that has so many events.
pub fn writes_per_sec(viewers: f64, events_per_sec: f64) -> f64 {
    let pause = pause_ms(viewers * events_per_sec);
    // A pass takes along what came during the one before it; a few turns settle it.
    let period = (0..20)
        .fold(pause, |period, _| period_ms(viewers, (events_per_sec * period / 1_000.0).max(1.0), pause));
    if period == 0.0 { events_per_sec } else { events_per_sec.min(1_000.0 / period) }
}

#[derive(Clone, Copy)]
struct Arrival {
    at: u64,
    is_pin: bool,
}

fn arrivals(chat_per_sec: f64, pins_per_sec: f64) -> Vec<Arrival> {
    let fixed = |per_sec: f64, offset: f64, is_pin| {
        let count = (per_sec * SECS as f64) as usize;
        // Pins drift against the chat, so that they meet a pass at every point.
        (0..count).map(move |n| {
            let at = (n as f64 + offset * n as f64 % 1.0) / per_sec * SEC as f64;
            Arrival { at: at as u64, is_pin }
        })
    };
    let mut arrivals: Vec<Arrival> =
        fixed(chat_per_sec, 0.0, false).chain(fixed(pins_per_sec, 0.618, true)).collect();
    arrivals.sort_by_key(|arrival| arrival.at);
    arrivals
}

fn known(arrivals: &[Arrival], now: u64) -> usize {
    arrivals.partition_point(|arrival| arrival.at <= now)
}

fn percentile_ms(times: &mut [u64], part: f64) -> f64 {
    if times.is_empty() {
        return 0.0;
    }
    let at = ((times.len() - 1) as f64 * part).round() as usize;
    let (_, time, _) = times.select_nth_unstable(at);
    *time as f64 / 1e6
}
