//! Reads frames of events without taking them apart.
//!
//! A client that parsed all JSON would measure its parser. Quotes inside of texts are escaped, so
//! the patterns looked for here stand only where the server's own encoding puts them.

use memchr::memmem;

use super::message::MessageStamp;

/// How each event begins; no other object of the wire has `seq` as its first field.
const EVENT: &[u8] = br#"{"seq":"#;
const FEATURED: &[u8] = br#""type":"product.featured""#;
const LEFT_OUT: &[u8] = br#""type":"chat.left_out""#;
const FROM: &[u8] = br#""from":"#;
const PRODUCT: &[u8] = br#""product_id":""#;
const MESSAGE: &[u8] = br#""message_id":""#;
const POSITION: &[u8] = br#""position":""#;
/// Characters of an id on the wire.
const ID_CHARS: usize = 36;

/// Whether a frame carries events for viewers.
#[must_use]
pub fn is_events(frame: &[u8]) -> bool {
    is_kind(frame, b"events")
}

/// Whether a frame is of a kind; the server writes the kind first.
#[must_use]
pub fn is_kind(frame: &[u8], kind: &[u8]) -> bool {
    frame
        .strip_prefix(br#"{"t":""#)
        .and_then(|rest| rest.strip_prefix(kind))
        .is_some_and(|rest| rest.starts_with(b"\""))
}

/// The first and the last `seq` of a frame of events without those that stand for others.
#[must_use]
pub fn span(frame: &[u8]) -> Option<(i64, i64)> {
    let first = memmem::find(frame, EVENT)?;
    let last = memmem::rfind(frame, EVENT)?;
    let (first, last) = (seq(&frame[first..])?, seq(&frame[last..])?);
    (first <= last).then_some((first, last))
}

/// Each event of a frame with its `seq`; what cannot be read is left out.
pub fn events(frame: &[u8]) -> impl Iterator<Item = (i64, &[u8])> {
    let begins = memmem::find_iter(frame, EVENT);
    let ends = memmem::find_iter(frame, EVENT).skip(1).chain([frame.len()]);
    begins.zip(ends).filter_map(|(begin, end)| {
        let event = &frame[begin..end];
        Some((seq(event)?, event))
    })
}

/// Whether a frame says that messages of a crowded chat were left out.
#[must_use]
pub fn has_left_out(frame: &[u8]) -> bool {
    memmem::find(frame, LEFT_OUT).is_some()
}

/// The first message of a run that was left out; the event's own `seq` is the last one.
#[must_use]
pub fn left_out_from(event: &[u8]) -> Option<i64> {
    memmem::find(event, LEFT_OUT)?;
    number(&event[memmem::find(event, FROM)? + FROM.len()..])
}

/// Whether a frame tells of a product that came on screen.
#[must_use]
pub fn has_featured(frame: &[u8]) -> bool {
    memmem::find(frame, FEATURED).is_some()
}

/// The product that an event brought on screen.
#[must_use]
pub fn featured_product(event: &[u8]) -> Option<&str> {
    memmem::find(event, FEATURED)?;
    id_after(event, PRODUCT)
}

/// When a chat message of this run was meant to be sent; `None` for anything else.
#[must_use]
pub fn message_stamp(event: &[u8], run: u32) -> Option<MessageStamp> {
    MessageStamp::parse(id_after(event, MESSAGE)?).filter(|stamp| stamp.run == run)
}

/// Epoch and `seq` of the position in a `welcome` or `resumed` frame.
#[must_use]
pub fn position(frame: &[u8]) -> Option<(&str, i64)> {
    let rest = &frame[memmem::find(frame, POSITION)? + POSITION.len()..];
    let end = memchr::memchr(b'"', rest)?;
    let mut parts = std::str::from_utf8(&rest[..end]).ok()?.split(':');
    let (epoch, seq) = (parts.next()?, parts.next()?);
    Some((epoch, seq.parse().ok()?))
}

fn seq(event: &[u8]) -> Option<i64> {
    number(event.strip_prefix(EVENT)?)
}

fn number(digits: &[u8]) -> Option<i64> {
    let length = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&digits[..length]).ok()?.parse().ok()
}

fn id_after<'a>(event: &'a [u8], field: &[u8]) -> Option<&'a str> {
    let begin = memmem::find(event, field)? + field.len();
    std::str::from_utf8(event.get(begin..begin + ID_CHARS)?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::domain::chat::Author;
    use crate::domain::event::{RecordedEvent, ShowEvent};

    /// A frame in the server's own encoding, with texts that try to look like events.
    fn frame(events: &[ShowEvent]) -> String {
        let events: Vec<String> = (7..)
            .zip(events)
            .map(|(seq, event)| {
                let at = "2026-11-22T09:00:00Z".parse().unwrap();
                serde_json::to_string(&RecordedEvent { seq, at, event: event.clone() }).unwrap()
            })
            .collect();
        format!(r#"{{"t":"events","events":[{}]}}"#, events.join(","))
    }

    fn chat(id: Uuid, text: &str) -> ShowEvent {
        let author = Author { id: Uuid::nil(), name: r#""type":"product.featured""#.to_owned(), badge: None };
        ShowEvent::ChatSent { message_id: id.into(), author, text: Some(text.to_owned()) }
    }

    #[test]
    fn every_event_is_found_and_no_text_passes_for_one() {
        let stamp = MessageStamp { run: 0xfeed_beef, thread: 3, number: 70_000, us: 1_234_567 };
        let product = Uuid::from_u128(5);
        let frame = frame(&[
            chat(stamp.id(), r#"{"seq":99,"type":"product.featured"} "message_id":"x""#),
            ShowEvent::ProductFeatured { product_id: product.into(), featured: vec![product.into()] },
            chat(Uuid::from_u128(9), r#"{"seq":1}"#),
        ]);
        let frame = frame.as_bytes();
        assert!(is_events(frame) && has_featured(frame));
        assert_eq!(span(frame), Some((7, 9)));
        let found: Vec<_> = events(frame).collect();
        assert_eq!(found.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [7, 8, 9]);
        assert_eq!(message_stamp(found[0].1, stamp.run), Some(stamp));
        assert_eq!(message_stamp(found[0].1, 1), None, "another run's");
        assert_eq!(message_stamp(found[2].1, stamp.run), None);
        assert_eq!(featured_product(found[0].1), None);
        assert_eq!(featured_product(found[1].1), Some(product.to_string().as_str()));
        let plain = super::tests::frame(&[chat(stamp.id(), "ciao")]);
        assert!(!has_featured(plain.as_bytes()));
    }

    #[test]
    fn runs_that_were_left_out_are_found() {
        let run = br#"{"seq":12,"at":"x","type":"chat.left_out","data":{"from":9,"count":4}}"#;
        assert!(has_left_out(run));
        assert_eq!(left_out_from(run), Some(9));
        let plain = frame(&[chat(Uuid::from_u128(1), r#""type":"chat.left_out","from":1"#)]);
        assert!(!has_left_out(plain.as_bytes()));
        assert_eq!(left_out_from(plain.as_bytes()), None);
    }

    #[test]
    fn frames_are_told_apart_by_their_kind() {
        assert!(is_kind(br#"{"t":"signal","viewers":3}"#, b"signal"));
        assert!(!is_events(br#"{"t":"member_events","events":[]}"#));
        assert!(!is_events(br#"{"t":"events_later"}"#));
        assert_eq!(span(br#"{"t":"events","events":[]}"#), None);
    }

    #[test]
    fn positions_are_read_from_openings() {
        let welcome = json!({ "t": "welcome", "position": "ab12:41", "server_time": "x" }).to_string();
        assert_eq!(position(welcome.as_bytes()), Some(("ab12", 41)));
        assert_eq!(position(br#"{"t":"resumed","position":"ab12:41:7"}"#), Some(("ab12", 41)));
        assert_eq!(position(br#"{"t":"welcome","position":"ab12"}"#), None);
        assert_eq!(position(br#"{"t":"welcome"}"#), None);
    }
}
