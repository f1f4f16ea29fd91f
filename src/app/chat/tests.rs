//! Messages that the writer finds together: they wait until it begins, so that they are one group.

use futures_util::future::join_all;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::app::testing::World;
use crate::domain::moderation::{HELD_MAX, HeldMessage, HeldStatus, HoldReason};

/// Somebody's message.
struct Said<'a> {
    viewer: Viewer,
    id: u128,
    text: &'a str,
}

/// Hands messages over, then lets the writer find them.
async fn say(world: &World, said: &[Said<'_>]) -> Vec<Result<ChatAck, ChatError>> {
    let sending = join_all(said.iter().map(|said| {
        let sender = Sender::Viewer { viewer: said.viewer, address_hash: b"another".to_vec() };
        world.app.send_chat(world.show, sender, Uuid::from_u128(said.id).into(), said.text)
    }));
    tokio::pin!(sending);
    assert!(futures_util::poll!(&mut sending).is_pending(), "nobody writes yet");
    let cancel = CancellationToken::new();
    let writer = tokio::spawn(run_chat_writer(world.app.clone(), cancel.clone()));
    let results = sending.await;
    cancel.cancel();
    writer.await.unwrap();
    results
}

#[tokio::test]
async fn messages_of_a_group_stand_in_the_log_in_the_order_they_came() {
    let world = World::open().await;
    let (una, due) = (world.named("Una").await, world.named("Due").await);
    let before = world.app.find_last_seqs(world.show).await.unwrap().unwrap().last_seq;
    let said = [
        Said { viewer: una, id: 1, text: "Buonasera a tutti \"amici\"" },
        Said { viewer: due, id: 2, text: "Che bella 🧣 la sciarpa è verde?" },
        Said { viewer: una, id: 3, text: "Quanto costa?" },
    ];
    let acks: Vec<ChatAck> = say(&world, &said).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(acks.iter().map(|ack| ack.seq.unwrap() - before).collect::<Vec<_>>(), [1, 2, 3]);
    let audience = crate::domain::event::Audience::Viewers;
    let events = world.app.list_events_after(world.show, audience, before, 10).await.unwrap();
    let texts: Vec<_> = events
        .iter()
        .map(|event| match &event.event {
            crate::domain::event::ShowEvent::ChatSent { author, text, .. } => {
                (author.name.as_str(), text.as_deref().unwrap())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let names = ["Una", "Due", "Una"];
    assert_eq!(texts, names.into_iter().zip(said.iter().map(|said| said.text)).collect::<Vec<_>>());
    let again = say(&world, &said[1..2]).await;
    assert_eq!(again[0].as_ref().unwrap(), &acks[1], "a retry later has the first one's place");
}

#[tokio::test]
async fn a_retry_beside_its_message_has_one_place_and_an_id_of_somebody_else_none() {
    let world = World::open().await;
    let (una, due) = (world.named("Una").await, world.named("Due").await);
    let said = [
        Said { viewer: una, id: 1, text: "Una volta" },
        Said { viewer: una, id: 1, text: "Una volta" },
        Said { viewer: due, id: 1, text: "Lo stesso numero" },
    ];
    let results = say(&world, &said).await;
    assert_eq!(results[0].as_ref().unwrap(), results[1].as_ref().unwrap());
    let Err(refused) = &results[2] else { panic!("an id is one message's") };
    assert_eq!(refused.code(), Code::Invalid);
    assert_eq!(refused.fields()[0].pointer, "/data/message_id");
}

#[tokio::test]
async fn slow_mode_lets_one_message_of_a_group_through() {
    let world = World::open().await;
    let una = world.named("Una").await;
    let said = [(1, "Uno"), (2, "Due")].map(|(id, text)| Said { viewer: una, id, text });
    assert!(say(&world, &said).await.iter().all(Result::is_ok), "without it nobody waits");
    world.app.set_slow_mode(&world.owner, world.show, 30).await.unwrap();
    let other = world.named("Altra").await;
    let said = [(11, "Tre"), (12, "Quattro")].map(|(id, text)| Said { viewer: other, id, text });
    let results = say(&world, &said).await;
    assert!(results[0].is_ok());
    assert!(matches!(results[1], Err(ChatError::SlowMode(wait)) if wait == Duration::from_secs(30)));
}

#[tokio::test]
async fn who_is_refused_leaves_the_others_of_the_group_alone() {
    let world = World::open().await;
    let (una, due, tre) = (world.named("Una").await, world.named("Due").await, world.named("Tre").await);
    let (nameless, _) = world.app.create_viewer(world.owner.shop);
    world.app.mute_viewer(&world.owner, world.show, una.id, 600).await.unwrap();
    world.app.ban_viewer(&world.owner, world.show, due.id).await.unwrap();
    let said = [una, due, nameless, tre];
    let said: Vec<Said> =
        (1..).zip(said).map(|(id, viewer)| Said { viewer, id, text: "Buonasera" }).collect();
    let codes: Vec<_> = say(&world, &said)
        .await
        .into_iter()
        .map(|result| result.map_err(|error| error.code()).err())
        .collect();
    assert_eq!(codes, [Some(Code::Muted), Some(Code::Banned), Some(Code::NameRequired), None]);
}

#[tokio::test]
async fn as_many_messages_wait_as_somebody_can_read() {
    let world = World::open().await;
    let una = world.named("Una").await;
    let held = |n: i64| {
        let author = Author { id: Uuid::from_u128(7), name: "Altra".to_owned(), badge: None };
        let message_id = Uuid::from_u128(1_000 + u128::from(n.unsigned_abs())).into();
        (HeldMessage { message_id, author, text: Some("merda".to_owned()), reason: HoldReason::Word }, n)
    };
    let rows: Vec<_> = (1..=HELD_MAX).map(held).collect();
    let mut tx = world.app.db().write().await.unwrap();
    tx.insert_held(world.owner.shop, world.show, world.app.clock().now(), &rows).await.unwrap();
    tx.commit().await.unwrap();
    let said = [(1, "che merda"), (2, "Bella")].map(|(id, text)| Said { viewer: una, id, text });
    let results = say(&world, &said).await;
    assert!(matches!(results[0], Err(ChatError::ReviewFull)), "{results:?}");
    assert!(results[1].as_ref().is_ok_and(|ack| ack.seq.is_some()), "who says nothing bad goes on");
    let mut tx = world.app.db().write().await.unwrap();
    let (message, at) = (Uuid::from_u128(1_001).into(), world.app.clock().now());
    assert!(tx.settle_held(world.owner.shop, world.show, message, HeldStatus::Refused, at).await.unwrap());
    assert!(!tx.settle_held(world.owner.shop, world.show, message, HeldStatus::Approved, at).await.unwrap());
    tx.commit().await.unwrap();
    let results = say(&world, &[Said { viewer: una, id: 3, text: "che merda!" }]).await;
    assert!(results[0].as_ref().is_ok_and(|ack| ack.seq.is_none()), "{results:?}");
}
