//! What leaves a ring, what is joined, and what stays whole.

use super::super::websocket::text_of;
use super::*;
use crate::domain::chat::Author;
use serde_json::Value;
use uuid::Uuid;

fn at(secs: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap()
}

fn slow_mode(seq: i64) -> RecordedEvent {
    RecordedEvent { seq, at: at(seq), event: ShowEvent::ChatSlowModeChanged { secs: seq } }
}

fn chat(seq: i64, text: &str) -> RecordedEvent {
    let author = Author { id: Uuid::nil(), name: "Marta".to_owned(), badge: None };
    let message_id = Uuid::from_u128(7).into();
    let event = ShowEvent::ChatSent { message_id, author, text: Some(text.to_owned()) };
    RecordedEvent { seq, at: at(seq), event }
}

fn ring(events: impl IntoIterator<Item = RecordedEvent>) -> Ring {
    let mut ring = Ring::new(Audience::Viewers, 0);
    for event in events {
        assert!(ring.push(&event), "{event:?}");
    }
    ring
}

fn events(ring: &mut Ring, after: i64) -> Vec<Value> {
    let batch = ring.batch_after(after, true).unwrap().unwrap();
    let mut frame: Value = serde_json::from_slice(text_of(&batch.frame)).unwrap();
    assert_eq!(frame["t"], "events");
    serde_json::from_value(frame["events"].take()).unwrap()
}

#[test]
fn only_the_next_event_is_taken() {
    let mut ring = ring([slow_mode(1), slow_mode(2)]);
    assert!(!ring.push(&slow_mode(2)));
    assert!(!ring.push(&slow_mode(4)));
    assert!(ring.push(&slow_mode(3)));
    assert_eq!((ring.base(), ring.last_seq()), (0, 3));
}

#[test]
fn whoever_stands_at_the_same_place_gets_the_same_bytes() {
    let mut ring = ring((1..=3).map(slow_mode));
    let seqs: Vec<Value> = events(&mut ring, 1).iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(seqs, [2, 3]);
    let (first, second) =
        (ring.batch_after(1, true).unwrap().unwrap(), ring.batch_after(1, true).unwrap().unwrap());
    assert_eq!(first.frame.as_ptr(), second.frame.as_ptr());
    ring.push(&slow_mode(4));
    assert_eq!(events(&mut ring, 1).len(), 3);
    assert!(ring.batch_after(4, true).unwrap().is_none());
    assert!(ring.batch_after(9, true).unwrap().is_none());
}

#[test]
fn a_batch_has_an_end_but_holds_one_event_at_least() {
    let mut ring = ring((1..=3).map(|seq| chat(seq, &"x".repeat(40_000))));
    let batch = ring.batch_after(0, true).unwrap().unwrap();
    assert_eq!((batch.events, batch.last_seq), (1, 1));
    let mut large = Ring::new(Audience::Viewers, 0);
    large.push(&chat(1, &"x".repeat(200_000)));
    assert_eq!(large.batch_after(0, true).unwrap().unwrap().events, 1);
}

#[test]
fn old_events_leave_after_ten_minutes_and_five_thousand() {
    let mut ring = ring((1..=7_000).map(slow_mode));
    assert_eq!(ring.base(), 2_000, "one a second: the newest 5,000 stay");
    assert_eq!(ring.batch_after(1_999, true).err(), Some(Gone));
    assert!(ring.batch_after(2_000, true).unwrap().is_some());
    let mut crowded = ring_of_large_events();
    assert!(crowded.bytes_after(crowded.base()) <= BYTES_MAX);
    assert!(crowded.batch_after(0, true).is_err());
}

fn ring_of_large_events() -> Ring {
    ring((1..=200).map(|seq| chat(seq, &"x".repeat(200_000))))
}

#[test]
fn viewers_of_a_crowded_chat_get_a_sample_and_members_all() {
    let mut ring = Ring::new(Audience::Viewers, 0).showing_at_most(2);
    for seq in 1..=5 {
        let RecordedEvent { event, .. } = chat(seq, "ciao");
        assert!(ring.push(&RecordedEvent { seq, at: at(0), event }));
    }
    ring.push(&RecordedEvent { seq: 6, at: at(0), event: ShowEvent::ChatSlowModeChanged { secs: 5 } });
    let RecordedEvent { event, .. } = chat(7, "ciao");
    ring.push(&RecordedEvent { seq: 7, at: at(0), event });
    assert_eq!(ring.take_left_out(), 5);
    let mut sample = |after| {
        let batch = ring.batch_after(after, false).unwrap().unwrap();
        let frame: Value = serde_json::from_slice(text_of(&batch.frame)).unwrap();
        let events = frame["events"].as_array().unwrap().clone();
        assert_eq!((batch.events, batch.last_seq), (events.len() as u64, 7));
        let told = |event: &Value| {
            (event["type"].as_str().unwrap().to_owned(), event["seq"].clone(), event["data"]["from"].clone())
        };
        events.iter().map(told).collect::<Vec<_>>()
    };
    let told = |kind: &str, seq: i64, from: Option<i64>| (kind.to_owned(), seq.into(), from.into());
    let last = [told("chat.slow_mode_changed", 6, None), told("chat.left_out", 7, Some(7))];
    // One person writes all of it, so half of the budget is kept for others.
    let first = [told("chat.sent", 1, None), told("chat.left_out", 5, Some(2))];
    assert_eq!(sample(0), [&first[..], &last].concat());
    assert_eq!(sample(3), [&[told("chat.left_out", 5, Some(4))][..], &last].concat());
    assert_eq!(events(&mut ring, 0).len(), 7, "members get all");
}

#[test]
fn bytes_are_counted_from_any_position() {
    let ring = ring((1..=3).map(slow_mode));
    let one = ring.bytes_after(2);
    assert!(one > 0);
    assert_eq!(ring.bytes_after(0), 3 * one);
    assert_eq!(ring.bytes_after(3), 0);
    assert_eq!(ring.bytes_after(-1), u64::MAX);
}

fn removed(seq: i64) -> RecordedEvent {
    let event = ShowEvent::ChatRemoved { message_id: Uuid::from_u128(7).into() };
    RecordedEvent { seq, at: at(seq), event }
}

fn restored(seq: i64) -> RecordedEvent {
    let message_id = Uuid::from_u128(7).into();
    let event = ShowEvent::ChatRestored { message_id, text: Some("segreto".to_owned()) };
    RecordedEvent { seq, at: at(seq), event }
}

#[test]
fn a_removed_text_is_gone_from_the_ring_and_comes_back_with_the_undo() {
    let mut ring = ring([chat(1, "segreto")]);
    assert_eq!(events(&mut ring, 0)[0]["data"]["text"], "segreto");
    ring.push(&removed(2));
    let batch = ring.batch_after(0, true).unwrap().unwrap();
    assert!(!std::str::from_utf8(text_of(&batch.frame)).unwrap().contains("segreto"));
    assert_eq!(events(&mut ring, 0)[0]["data"]["text"], Value::Null);
    ring.push(&restored(3));
    assert_eq!(events(&mut ring, 0)[0]["data"]["text"], "segreto");
    ring.push(&removed(4));
    let batch = ring.batch_after(0, true).unwrap().unwrap();
    assert!(!std::str::from_utf8(text_of(&batch.frame)).unwrap().contains("segreto"));
}

#[test]
fn a_removed_text_leaves_the_top_of_the_chat_too() {
    let mut ring = ring([chat(1, "addio")]);
    let ShowEvent::ChatSent { message_id, author, text } = chat(1, "addio").event else { unreachable!() };
    ring.push(&RecordedEvent {
        seq: 2,
        at: at(2),
        event: ShowEvent::ChatPinned { message_id, author, text },
    });
    assert_eq!(events(&mut ring, 0)[1]["data"]["text"], "addio");
    ring.push(&RecordedEvent { seq: 3, at: at(3), event: ShowEvent::ChatRemoved { message_id } });
    assert!(events(&mut ring, 0).iter().all(|event| event["data"]["text"].is_null()));
}

#[test]
fn older_events_from_the_table_lose_what_was_removed_since() {
    let mut ring = Ring::new(Audience::Viewers, 2);
    ring.push(&removed(3));
    ring.push_front(&[slow_mode(1), chat(2, "segreto")]);
    assert_eq!((ring.base(), ring.last_seq()), (0, 3));
    let all = events(&mut ring, 0);
    assert_eq!(all[1]["data"]["text"], Value::Null);
    assert_eq!(
        ring.bytes_after(0),
        ring.bytes_after(1) + serde_json::to_vec(&slow_mode(1)).unwrap().len() as u64
    );
    ring.push_front(&[slow_mode(1)]);
    assert_eq!(ring.base(), 0, "what does not fit the beginning is passed over");
}

fn written(ring: &mut Ring, after: i64) -> String {
    let batch = ring.batch_after(after, true).unwrap().unwrap();
    String::from_utf8_lossy(&batch.frame).into_owned()
}

#[test]
fn an_erased_viewer_leaves_the_events_before_and_nobody_else_does() {
    let (anna, bea) = (uuid::Uuid::from_u128(0xa), uuid::Uuid::from_u128(0xb));
    let said = |seq, id: uuid::Uuid, text: &str| RecordedEvent {
        seq,
        at: DateTime::UNIX_EPOCH,
        event: ShowEvent::ChatSent {
            message_id: uuid::Uuid::from_u128(u128::from(seq.unsigned_abs())).into(),
            author: crate::domain::chat::Author { id, name: format!("name of {text}"), badge: None },
            text: Some(text.to_owned()),
        },
    };
    let told = |seq, event| RecordedEvent { seq, at: DateTime::UNIX_EPOCH, event };
    let mut ring = Ring::new(Audience::Viewers, 1);
    for event in [
        said(2, anna, "sea"),
        said(3, bea, "hill"),
        told(4, ShowEvent::AuthorErased { author_id: anna }),
        said(5, anna, "lake"),
    ] {
        assert!(ring.push(&event));
    }
    let frame = written(&mut ring, 1);
    assert!(!frame.contains("sea"), "{frame}");
    assert!(frame.contains("name of hill") && frame.contains("lake"), "{frame}");
    // What is read from the table may be older than the erasure.
    ring.push_front(&[said(1, anna, "river")]);
    assert!(!written(&mut ring, 0).contains("river"));
    assert!(ring.push(&told(6, ShowEvent::ChatExpired { until_seq: 3 })));
    let frame = written(&mut ring, 0);
    assert!(!frame.contains("hill") && frame.contains("lake"), "{frame}");
}

#[test]
fn an_erased_buyer_leaves_the_members_events() {
    let order = uuid::Uuid::from_u128(7);
    let json = serde_json::json!({ "order": { "id": order, "buyer_name": "Anna Neri", "total": 49 } });
    let later = crate::domain::event::LaterEvent {
        audience: Audience::Members,
        kind: "order.paid".to_owned(),
        data: json,
    };
    let mut ring = Ring::new(Audience::Members, 0);
    let at = DateTime::UNIX_EPOCH;
    assert!(ring.push(&RecordedEvent { seq: 1, at, event: ShowEvent::Later(later) }));
    assert!(written(&mut ring, 0).contains("Anna Neri"));
    let erased = ShowEvent::BuyerErased { order_id: order.into() };
    assert!(ring.push(&RecordedEvent { seq: 2, at, event: erased }));
    let frame = written(&mut ring, 0);
    assert!(!frame.contains("Anna Neri") && frame.contains("49"), "{frame}");
}
