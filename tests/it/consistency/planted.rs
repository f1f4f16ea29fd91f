//! The checker is shown each kind of fault and has to find it.

use serde_json::{Value, json};
use vetrina::domain::event::Audience::{Members, Viewers};
use vetrina::protocol::Position;

use super::history::{ClientHistory, Heard, History, Message, Pins, Violation, violations};

fn chat(seq: i64) -> Value {
    let data = json!({ "message_id": format!("m{seq}"), "author": { "badge": null }, "text": "ciao" });
    json!({ "seq": seq, "at": "2027-01-15T08:00:00Z", "type": "chat.sent", "data": data })
}

fn pin(seq: i64) -> Value {
    json!({ "seq": seq, "type": "product.featured", "data": { "product_id": "vase" } })
}

fn muted(seq: i64) -> Value {
    json!({ "seq": seq, "type": "viewer.muted", "data": {} })
}

fn position(seq: i64, member_seq: Option<i64>) -> Position {
    Position { epoch: "ab12".to_owned(), seq, member_seq }
}

fn told(event: Value) -> Heard {
    Heard::Told(Viewers, event)
}

/// A run without fault: four messages and a pin, one viewer who came back, one member.
fn sound() -> History {
    let viewers: Vec<Value> = [1, 2, 3, 4].map(chat).into_iter().chain([pin(5)]).collect();
    let mut heard = vec![Heard::Welcomed(position(1, None)), told(chat(2)), told(chat(3))];
    heard.extend([Heard::Resumed(position(3, None)), told(chat(4)), told(pin(5))]);
    let viewer = ClientHistory { name: "viewer".to_owned(), is_member: false, heard };
    let mut heard = vec![Heard::Welcomed(position(3, Some(0))), told(chat(4))];
    heard.extend([Heard::Told(Members, muted(1)), told(pin(5))]);
    let member = ClientHistory { name: "member".to_owned(), is_member: true, heard };
    let message = |seq| Message { id: format!("m{seq}"), acks: vec![seq], is_given_up: false };
    History {
        epoch: "ab12".to_owned(),
        table: [viewers, vec![muted(1)]],
        clients: vec![viewer, member],
        messages: (1..=4).map(message).collect(),
        pins: vec![Pins { product: "vase".to_owned(), attempts: 2, acks: 1 }],
    }
}

#[track_caller]
fn check(plant: impl FnOnce(&mut History), expected: &Violation) {
    let mut history = sound();
    plant(&mut history);
    let found = violations(&history);
    assert!(found.contains(expected), "{expected:?} in {found:?}");
}

fn heard(history: &mut History) -> &mut Vec<Heard> {
    &mut history.clients[0].heard
}

fn viewer() -> String {
    "viewer".to_owned()
}

#[test]
fn a_sound_run_breaks_no_promise() {
    assert_eq!(violations(&sound()), []);
    let mut history = sound();
    // Nobody knows whether it was stored; both are right.
    history.messages[3].acks.clear();
    history.messages.push(Message { id: "m9".to_owned(), acks: Vec::new(), is_given_up: false });
    // Two clients asked at once, and a moderator removed it later.
    history.messages[1].acks.push(2);
    history.table[0][1]["data"]["text"] = Value::Null;
    // A crowded chat.
    let run = json!({ "seq": 3, "type": "chat.left_out", "data": { "from": 3, "count": 1 } });
    heard(&mut history).splice(2..3, [told(run)]);
    assert_eq!(violations(&history), []);
}

#[test]
fn faults_of_order_are_found() {
    check(|history| drop(heard(history).remove(2)), &Violation::Misplaced(viewer()));
    check(|history| drop(heard(history).remove(1)), &Violation::Hole(viewer(), Viewers, 2));
    check(|history| heard(history).insert(2, told(chat(2))), &Violation::Repeat(viewer(), Viewers, 2));
    check(|history| heard(history).insert(4, told(chat(3))), &Violation::Repeat(viewer(), Viewers, 3));
    check(|history| heard(history).swap(1, 2), &Violation::Swapped(viewer(), Viewers, 2));
    check(|history| drop(heard(history).pop()), &Violation::Behind(viewer(), Viewers, 4));
    check(
        |history| drop(history.clients[1].heard.remove(2)),
        &Violation::Behind("member".into(), Members, 0),
    );
    check(|history| drop(history.table[0].remove(2)), &Violation::TableHole(Viewers, 3));
}

#[test]
fn faults_of_place_are_found() {
    let foreign = Position { epoch: "cd34".to_owned(), ..position(3, None) };
    let expected = Violation::ForeignEpoch(viewer(), "cd34".to_owned());
    check(|history| heard(history)[3] = Heard::Resumed(foreign), &expected);
    check(|h| heard(h)[3] = Heard::Resumed(position(2, None)), &Violation::Misplaced(viewer()));
    check(|h| heard(h)[3] = Heard::Welcomed(position(3, None)), &Violation::SentBack(viewer()));
    check(|h| heard(h).push(Heard::Told(Members, muted(1))), &Violation::Overheard(viewer(), 1));
}

#[test]
fn faults_of_content_are_found() {
    let altered = |history: &mut History| {
        let mut event = chat(2);
        event["data"]["text"] = json!("addio");
        heard(history)[1] = told(event);
    };
    check(altered, &Violation::Altered(viewer(), Viewers, 2));
    let emptied = |history: &mut History| {
        let mut event = chat(2);
        event["data"]["text"] = Value::Null;
        heard(history)[1] = told(event);
    };
    check(emptied, &Violation::Altered(viewer(), Viewers, 2));
    check(|history| heard(history).push(told(chat(6))), &Violation::Invented(viewer(), Viewers, 6));
    let run = json!({ "seq": 5, "type": "chat.left_out", "data": { "from": 4, "count": 2 } });
    check(|history| drop(heard(history).splice(4..6, [told(run)])), &Violation::LeftOut(viewer(), 5));
}

#[test]
fn faults_of_messages_and_pins_are_found() {
    let lost = |history: &mut History| {
        history.messages.push(Message { id: "m9".to_owned(), acks: vec![4], is_given_up: false });
    };
    check(lost, &Violation::Lost("m9".to_owned()));
    let doubled = |history: &mut History| history.table[0][2]["data"]["message_id"] = json!("m2");
    check(doubled, &Violation::Doubled("m2".to_owned()));
    check(doubled, &Violation::Lost("m3".to_owned()));
    check(|history| history.messages[1].acks.push(3), &Violation::Moved("m2".to_owned()));
    check(|history| drop(history.messages.remove(0)), &Violation::Forged("m1".to_owned()));
    check(|history| history.messages[0].is_given_up = true, &Violation::Unanswered("m1".to_owned()));
    check(|history| history.pins[0].acks = 2, &Violation::Pinned("vase".to_owned(), 1));
    check(|history| history.pins[0].attempts = 0, &Violation::Pinned("vase".to_owned(), 1));
    let refused = Heard::Refused("forbidden".to_owned());
    check(|h| heard(h).push(refused), &Violation::Refused(viewer(), "forbidden".to_owned()));
}
