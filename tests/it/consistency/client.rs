//! One of the fifty: watches, perhaps writes, is cut off and comes back at another node.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use vetrina::domain::event::Audience;
use vetrina::protocol::Position;

use super::ground::Ground;
use super::history::{ClientHistory, Heard, Message};
use super::socket::{Entry, Pass, Socket, position_of};

/// Pause before another attempt, as clients keep one.
const RETRY: Duration = Duration::from_millis(25);
/// How long a second answer to the same message may take.
const TWIN_MAX: Duration = Duration::from_secs(5);

/// How a client behaves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Temper {
    /// How often its connection is cut.
    pub cuts: u32,
    /// Reads little and seldom.
    pub is_slow: bool,
}

/// Something to send until it is answered.
pub struct Command {
    /// Of the command, and of the message where it is one.
    pub id: String,
    pub frame: String,
    pub is_chat: bool,
    /// Is sent at two nodes at the same moment.
    pub is_twin: bool,
}

pub struct Client {
    ground: Arc<Ground>,
    pass: Pass,
    temper: Temper,
    luck: StdRng,
    history: ClientHistory,
    position: Option<Position>,
    todo: VecDeque<Command>,
    messages: Vec<Message>,
    twins: Vec<JoinHandle<Option<i64>>>,
    /// The message of each twin.
    twin_of: Vec<usize>,
}

/// Why a connection was left.
enum Left {
    Done,
    Cut,
    Ended,
}

impl Command {
    pub fn name(name: &str) -> Self {
        let frame = json!({ "id": "name", "type": "name.set", "data": { "name": name } }).to_string();
        Self { id: "name".to_owned(), frame, is_chat: false, is_twin: false }
    }

    pub fn chat(id: &str, text: &str, is_twin: bool) -> Self {
        let data = json!({ "message_id": id, "text": text });
        let frame = json!({ "id": id, "type": "chat.send", "data": data }).to_string();
        Self { id: id.to_owned(), frame, is_chat: true, is_twin }
    }
}

impl Client {
    pub fn new(ground: Arc<Ground>, name: String, pass: Pass, temper: Temper, luck: StdRng) -> Self {
        let is_member = matches!(pass, Pass::Member(_));
        let history = ClientHistory { name, is_member, heard: Vec::new() };
        let (position, todo) = (None, VecDeque::new());
        let (messages, twins, twin_of) = (Vec::new(), Vec::new(), Vec::new());
        Self { ground, pass, temper, luck, history, position, todo, messages, twins, twin_of }
    }

    /// Has it send these, one after the other.
    pub fn saying(mut self, todo: impl IntoIterator<Item = Command>) -> Self {
        self.todo.extend(todo);
        self
    }

    /// Attends until it has heard everything, or the time for that is over.
    pub async fn attend(mut self) -> (ClientHistory, Vec<Message>) {
        let ground = Arc::clone(&self.ground);
        tokio::select! {
            () = self.live() => {}
            () = ground.over() => {}
        }
        for command in self.todo.iter().filter(|command| command.is_chat) {
            match self.messages.iter_mut().find(|message| message.id == command.id) {
                Some(message) => message.is_given_up = true,
                None => self.messages.push(Message::given_up(&command.id)),
            }
        }
        for (twin, message) in self.twins.into_iter().zip(self.twin_of) {
            let ack = tokio::time::timeout(TWIN_MAX, twin).await.ok().and_then(Result::ok).flatten();
            self.messages[message].acks.extend(ack);
        }
        (self.history, self.messages)
    }

    async fn live(&mut self) {
        loop {
            let Some(mut socket) = self.enter().await else {
                tokio::time::sleep(RETRY).await;
                continue;
            };
            match self.stay(&mut socket).await {
                Left::Done => return,
                Left::Cut => socket.cut().await,
                Left::Ended => {}
            }
        }
    }

    /// Comes in at any node, where it was.
    async fn enter(&mut self) -> Option<Socket> {
        let address = self.ground.cluster.any(&mut self.luck)?;
        let (show, is_slow) = (self.ground.show, self.temper.is_slow);
        let entry = Entry { address, show, pass: &self.pass, after: self.position.as_ref(), is_slow };
        let (socket, greeting) = entry.enter().await?;
        let position = position_of(&greeting)?;
        let is_snapshot = greeting["t"] == "welcome";
        self.history.heard.push(if is_snapshot {
            Heard::Welcomed(position.clone())
        } else {
            Heard::Resumed(position.clone())
        });
        self.position = Some(position);
        Some(socket)
    }

    async fn stay(&mut self, socket: &mut Socket) -> Left {
        let mut frames_left = (self.temper.cuts > 0).then(|| self.luck.random_range(0..25));
        let mut goal = self.ground.goal();
        let mut ask_at = Some(Instant::now());
        loop {
            if self.is_done() {
                return Left::Done;
            }
            if frames_left == Some(0) {
                self.temper.cuts -= 1;
                return Left::Cut;
            }
            if ask_at.is_some_and(|at| at <= Instant::now()) {
                ask_at = None;
                if self.ask(socket).await.is_none() {
                    return Left::Ended;
                }
            }
            tokio::select! {
                frame = socket.hear() => {
                    let Some(frame) = frame else { return Left::Ended };
                    frames_left = frames_left.map(|left: u32| left - 1);
                    if let Some(pause) = self.hear(frame) {
                        ask_at = Some(Instant::now() + pause);
                    }
                    self.dawdle().await;
                }
                _ = goal.changed() => {}
                () = until(ask_at) => {}
            }
        }
    }

    fn is_done(&self) -> bool {
        let Some(position) = &self.position else { return false };
        self.todo.is_empty() && self.ground.is_reached(position)
    }

    /// Sends what is next to be sent; it may be the second time.
    async fn ask(&mut self, socket: &mut Socket) -> Option<()> {
        let Some(command) = self.todo.front_mut() else { return Some(()) };
        let is_twin = std::mem::take(&mut command.is_twin);
        let (id, frame) = (command.id.clone(), command.frame.clone());
        if command.is_chat && self.messages.last().is_none_or(|message| message.id != id) {
            self.messages.push(Message::sent(&id));
        }
        let side = if is_twin { self.beside().await } else { None };
        if let Some(mut side) = side {
            side.say(&frame).await?;
            self.twin_of.push(self.messages.len() - 1);
            self.twins.push(tokio::spawn(async move {
                loop {
                    let reply = side.hear().await?;
                    if reply["id"] == id.as_str() {
                        return reply["ok"]["seq"].as_i64();
                    }
                }
            }));
        }
        socket.say(&frame).await
    }

    /// A second socket of the same person.
    async fn beside(&mut self) -> Option<Socket> {
        let address = self.ground.cluster.any(&mut self.luck)?;
        let entry = Entry { address, show: self.ground.show, pass: &self.pass, after: None, is_slow: false };
        entry.enter().await.map(|(socket, _)| socket)
    }

    /// Takes a frame; how long to wait before the next thing is sent, if it was an answer.
    fn hear(&mut self, mut frame: Value) -> Option<Duration> {
        let audience = match frame["t"].as_str() {
            Some("events") => Audience::Viewers,
            Some("member_events") => Audience::Members,
            Some("reply") => return self.take_reply(&frame),
            _ => return None,
        };
        let Value::Array(events) = frame["events"].take() else { return None };
        for event in events {
            let seq = event["seq"].as_i64().unwrap_or_default();
            if let Some(position) = &mut self.position {
                match audience {
                    Audience::Viewers => position.seq = seq,
                    Audience::Members => position.member_seq = Some(seq),
                }
            }
            self.history.heard.push(Heard::Told(audience, event));
        }
        None
    }

    fn take_reply(&mut self, reply: &Value) -> Option<Duration> {
        let command = self.todo.front().filter(|command| reply["id"] == command.id.as_str())?;
        if reply["ok"].is_object() {
            if command.is_chat {
                self.messages.last_mut()?.acks.push(reply["ok"]["seq"].as_i64()?);
                self.ground.note_write(Some(command.id.clone()));
            }
            self.todo.pop_front();
            return Some(Duration::ZERO);
        }
        let code = reply["problem"]["code"].as_str().unwrap_or_default();
        // Everything else is no fault's doing.
        if !matches!(code, "unavailable" | "overloaded") {
            self.history.heard.push(Heard::Refused(code.to_owned()));
            self.todo.pop_front();
        }
        Some(RETRY)
    }

    /// A slow one looks away for a while, until the faults are over.
    async fn dawdle(&mut self) {
        if self.temper.is_slow && !self.ground.is_calm() && self.luck.random_range(0..4) == 0 {
            let pause = self.luck.random_range(20..300);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }
}

async fn until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}
