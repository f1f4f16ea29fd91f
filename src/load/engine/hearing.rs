//! What a viewer does with what it hears: counts, checks the order, measures.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::line::{Link, Stage};
use super::viewer::{Context, End, Person};
use crate::load::scan;

/// The id of the command that takes a name.
const NAME: &str = "n";
/// The id of the command that writes a message.
pub const MESSAGE: &str = "m";

/// What a latency is of.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Pin,
    Chat,
}

impl Person {
    /// Takes a message of the server.
    ///
    /// # Errors
    /// When this was the last one that was waited for.
    pub fn hear(&mut self, text: &[u8], link: &mut Link, cx: &mut Context<'_>) -> Result<(), End> {
        if cx.plan.is_slow(self.number) {
            self.skim(text);
            return Ok(());
        }
        if scan::is_events(text) {
            self.on_events(text, link, cx);
        } else if scan::is_kind(text, b"welcome") {
            return self.on_opening(text, true, link, cx);
        } else if scan::is_kind(text, b"resumed") {
            return self.on_opening(text, false, link, cx);
        } else if scan::is_kind(text, b"reply") {
            self.on_reply(text, cx);
        } else if scan::is_kind(text, b"drain") {
            let drain: Value = serde_json::from_slice(text).unwrap_or_default();
            self.drain = drain["retry_ms"].as_u64().map(Duration::from_millis);
        }
        // Signals, the own state and what later servers add are not counted.
        Ok(())
    }

    /// A reader that was slow only wants to know how far it got.
    fn skim(&mut self, text: &[u8]) {
        if let Some((_, last)) = scan::is_events(text).then(|| scan::span(text)).flatten() {
            self.seq = Some(last);
        } else if let Some((epoch, seq)) = scan::position(text) {
            self.move_to(epoch, seq);
        }
    }

    fn on_opening(
        &mut self,
        text: &[u8],
        is_snapshot: bool,
        link: &mut Link,
        cx: &mut Context<'_>,
    ) -> Result<(), End> {
        let (epoch, seq) = scan::position(text).ok_or(End::Fault)?;
        let has_been_here = self.seq.is_some();
        let took = cx.now - link.begun;
        if let Some(cut_at) = self.cut_at.take() {
            cx.tally.storm.back.record(cx.now - cut_at);
            cx.tally.storm.handshakes.record(took);
        }
        if !has_been_here {
            cx.tally.joined += 1;
            cx.tally.joins.record(took);
        } else if is_snapshot {
            cx.tally.snapshots += 1;
        } else if !self.stands_at(epoch, seq) {
            // It asked for what follows one place and is told that another one comes first.
            return Err(End::Fault);
        }
        self.move_to(epoch, seq);
        self.attempts = 0;
        if cx.plan.cycles.is_some() {
            return Err(End::Done);
        }
        link.stage = Stage::Online;
        link.online_at = cx.now;
        cx.tally.online += 1;
        if self.number < cx.plan.writers && !self.is_named {
            let name = format!("Load {:08x} {}", cx.plan.run, self.number);
            link.write(&json!({ "id": NAME, "type": "name.set", "data": { "name": name } }), cx.rng);
        }
        Ok(())
    }

    fn on_events(&mut self, text: &[u8], link: &Link, cx: &mut Context<'_>) {
        let Some((first, last)) = scan::span(text) else {
            cx.tally.unreadable += 1;
            return;
        };
        let is_checker = self.number.is_multiple_of(cx.plan.check_every);
        let (has_featured, has_left_out) = (scan::has_featured(text), scan::has_left_out(text));
        if !is_checker && !has_featured && !has_left_out {
            return self.count(first, last, cx);
        }
        for (seq, event) in scan::events(text) {
            match has_left_out.then(|| scan::left_out_from(event)).flatten() {
                Some(from) => self.pass_over(from, seq, cx),
                None => self.count(seq, seq, cx),
            }
            if has_featured {
                measure_pin(seq, event, link, cx);
            }
            if is_checker {
                measure_chat(event, link, cx);
            }
        }
    }

    /// Counts messages that the server says it left out of a crowded chat.
    fn pass_over(&mut self, first: i64, last: i64, cx: &mut Context<'_>) {
        self.count(first, last, cx);
        let left_out = (last - first + 1).unsigned_abs();
        cx.tally.deliveries -= left_out;
        cx.tally.left_out += left_out;
    }

    /// Counts a run of events against the newest one before.
    fn count(&mut self, first: i64, last: i64, cx: &mut Context<'_>) {
        let before = self.seq.unwrap_or(first - 1);
        cx.tally.deliveries += (last - first + 1).unsigned_abs();
        cx.tally.lost += u64::try_from(first - before - 1).unwrap_or(0);
        cx.tally.repeated += u64::try_from(before.min(last) - first + 1).unwrap_or(0);
        self.seq = Some(before.max(last));
    }

    fn on_reply(&mut self, text: &[u8], cx: &mut Context<'_>) {
        let reply: Value = serde_json::from_slice(text).unwrap_or_default();
        let writing = &mut cx.tally.writing;
        if reply["ok"].is_null() {
            let code = reply["problem"]["code"].as_str().unwrap_or("unreadable");
            *writing.refused.entry(code.to_owned()).or_default() += 1;
        } else if reply["id"] == NAME {
            self.is_named = true;
            writing.named += 1;
        } else {
            writing.acknowledged += 1;
        }
    }
}

fn measure_chat(event: &[u8], link: &Link, cx: &mut Context<'_>) {
    if let Some(stamp) = scan::message_stamp(event, cx.plan.run) {
        note(Kind::Chat, cx.plan.origin + Duration::from_micros(stamp.us), link, cx);
    }
}

fn measure_pin(seq: i64, event: &[u8], link: &Link, cx: &mut Context<'_>) {
    let product = scan::featured_product(event);
    if let Some(intended) = product.and_then(|product| cx.plan.pins.intended(seq, product)) {
        note(Kind::Pin, intended, link, cx);
    }
}

/// Measures one event at one viewer.
fn note(kind: Kind, intended: Instant, link: &Link, cx: &mut Context<'_>) {
    // What was sent while the viewer was away is a replay: late, but not by the server's doing.
    if intended < link.online_at {
        return;
    }
    let latency = cx.now.saturating_duration_since(intended);
    match kind {
        Kind::Pin => cx.tally.pins.record(latency),
        Kind::Chat => cx.tally.chat.record(latency),
    }
    if let (Some(storm), Some(traffic)) = (cx.plan.storm, cx.traffic) {
        let begin = traffic.begin + storm.after;
        if (begin..begin + storm.spread).contains(&intended) {
            cx.tally.storm.latency.record(latency);
        }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::super::viewer::Viewer;
    use super::*;
    use crate::load::message::MessageStamp;
    use crate::load::plan::Plan;
    use crate::load::tally::Tally;

    fn events(seqs: &[i64]) -> String {
        let events =
            seqs.iter().map(|seq| format!(r#"{{"seq":{seq},"at":"","type":"chat.removed","data":{{}}}}"#));
        format!(r#"{{"t":"events","events":[{}]}}"#, events.collect::<Vec<_>>().join(","))
    }

    /// What a viewer of this number counts who is told these messages.
    fn heard(plan: &Plan, number: usize, messages: &[String]) -> (Tally, Result<(), End>) {
        let (mut tally, mut rng, now) = (Tally::default(), StdRng::seed_from_u64(1), Instant::now());
        let mut viewer = Viewer::new(number);
        let mut link = Link::at(Stage::Hello, now);
        let mut cx = Context { plan, tally: &mut tally, rng: &mut rng, now, traffic: None };
        let mut hear = |text: &String| viewer.person.hear(text.as_bytes(), &mut link, &mut cx);
        let end = messages.iter().try_for_each(&mut hear);
        (tally, end)
    }

    fn opening(kind: &str, position: &str) -> String {
        format!(r#"{{"t":"{kind}","position":"{position}"}}"#)
    }

    #[test]
    fn holes_and_repeats_are_counted_whether_each_event_is_looked_at_or_not() {
        let plan = Plan::example();
        for number in [0, 1] {
            let messages = [
                opening("welcome", "e:4"),
                events(&[5]),
                events(&[6, 7, 8]),
                // 9 and 10 are missing.
                events(&[11, 12]),
                // 12 comes again.
                events(&[12, 13]),
            ];
            let (tally, end) = heard(&plan, number, &messages);
            assert_eq!(end, Ok(()));
            let counts = (tally.deliveries, tally.lost, tally.repeated, tally.unreadable);
            assert_eq!(counts, (8, 2, 1, 0), "viewer {number}");
            assert_eq!((tally.joined, tally.online, tally.snapshots), (1, 1, 0));
        }
    }

    #[test]
    fn a_hole_inside_a_frame_is_found_by_those_who_look_at_each_event() {
        let messages = [opening("welcome", "e:0"), events(&[1, 3, 4])];
        assert_eq!(heard(&Plan::example(), 2, &messages).0.lost, 1);
    }

    #[test]
    fn what_is_said_to_be_left_out_is_not_lost() {
        let left_out = |from: i64, seq: i64| {
            let run = format!(r#"{{"from":{from},"count":{}}}"#, seq - from + 1);
            format!(
                r#"{{"t":"events","events":[{{"seq":{seq},"at":"","type":"chat.left_out","data":{run}}}]}}"#
            )
        };
        for number in [0, 1] {
            let messages = [opening("welcome", "e:4"), left_out(5, 9), events(&[10]), left_out(12, 13)];
            let tally = heard(&Plan::example(), number, &messages).0;
            let counts = (tally.deliveries, tally.left_out, tally.lost, tally.repeated);
            assert_eq!(counts, (1, 7, 1, 0), "viewer {number}: only 11 is nowhere");
        }
    }

    #[test]
    fn frames_without_an_event_are_a_fault() {
        let messages = [opening("welcome", "e:0"), r#"{"t":"events","events":[]}"#.to_owned()];
        assert_eq!(heard(&Plan::example(), 0, &messages).0.unreadable, 1);
        let (_, end) = heard(&Plan::example(), 0, &[opening("welcome", "nowhere")]);
        assert_eq!(end, Err(End::Fault));
    }

    #[test]
    fn a_viewer_who_comes_back_goes_on_where_it_was() {
        let again = |kind, position| {
            let messages = [opening("welcome", "e:0"), events(&[1, 2]), opening(kind, position)];
            heard(&Plan::example(), 0, &messages)
        };
        let (tally, end) = again("resumed", "e:2");
        assert_eq!((end, tally.joined, tally.snapshots), (Ok(()), 1, 0));
        let (tally, end) = again("welcome", "e:40");
        assert_eq!((end, tally.joined, tally.snapshots, tally.lost), (Ok(()), 1, 1, 0));
        assert_eq!(again("resumed", "e:1").1, Err(End::Fault), "two events would come again");
        assert_eq!(again("resumed", "f:2").1, Err(End::Fault), "another history");
    }

    #[test]
    fn what_was_sent_before_a_viewer_came_is_no_latency() {
        let mut plan = Plan::example();
        plan.origin = Instant::now().checked_sub(Duration::from_secs(9)).unwrap();
        let message = |seq: i64, us| {
            let id = MessageStamp { run: plan.run, thread: 0, number: 1, us }.id();
            format!(
                r#"{{"t":"events","events":[{{"seq":{seq},"type":"chat.sent","data":{{"message_id":"{id}"}}}}]}}"#
            )
        };
        let messages = [opening("welcome", "e:0"), message(1, 1_000_000), message(2, 60_000_000)];
        let (tally, _) = heard(&plan, 0, &messages);
        assert_eq!((tally.deliveries, tally.chat.count()), (2, 1));
    }
}
