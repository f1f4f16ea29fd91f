//! What the commands of one socket make the database do, one at a time so that messages keep their
//! order.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::commands::Work;
use super::person::Person;
use crate::api::ApiState;
use crate::domain::show::Show;
use crate::hub::Link;
use crate::protocol::{CloseCode, ServerFrame};

/// Commands of one socket that may wait for the one before.
const WAITING_MAX: usize = 16;

/// Work of one socket.
pub struct Jobs {
    state: ApiState,
    show: Arc<Show>,
    link: Link,
    queue: Mutex<Queue>,
}

struct Queue {
    /// As of the last look.
    person: Person,
    waiting: VecDeque<Job>,
    is_running: bool,
}

/// Something that takes a while.
pub enum Job {
    /// A command; the id names its reply.
    Command(String, Work),
    /// Looks whether a member still is one.
    Renew,
    /// The same, and tells the own state anew.
    Refresh,
}

/// More waits than one socket may have waiting.
#[derive(Debug)]
pub struct TooMany;

/// What a job came to.
enum Outcome {
    Reply(Bytes),
    Renewed(Person),
    /// Both: the person as of now, and what the person is told of it.
    Told(Person, Bytes),
    Close(CloseCode),
}

impl Jobs {
    /// The work of a person's socket.
    pub fn new(state: ApiState, show: Arc<Show>, person: Person, link: Link) -> Self {
        let queue = Queue { person, waiting: VecDeque::new(), is_running: false };
        Self { state, show, link, queue: Mutex::new(queue) }
    }

    /// Does a job after those before it.
    ///
    /// # Errors
    /// When as many wait as may.
    pub fn push(self: &Arc<Self>, job: Job) -> Result<(), TooMany> {
        let mut queue = self.queue();
        // The node's own wishes are few, and none of them may be lost.
        if matches!(job, Job::Command(..)) && queue.waiting.len() >= WAITING_MAX {
            return Err(TooMany);
        }
        queue.waiting.push_back(job);
        if !std::mem::replace(&mut queue.is_running, true) {
            drop(queue);
            tokio::spawn(Arc::clone(self).work());
        }
        Ok(())
    }

    /// Does what waits; ends when nothing does.
    async fn work(self: Arc<Self>) {
        while let Some((person, job)) = self.next() {
            // A task of its own: a panic ends this socket and nothing else.
            let (state, show) = (self.state.clone(), Arc::clone(&self.show));
            match tokio::spawn(run(state, show, person, job)).await {
                Ok(Outcome::Reply(text)) => self.link.send(text),
                Ok(Outcome::Renewed(person)) => self.queue().person = person,
                Ok(Outcome::Told(person, text)) => {
                    self.queue().person = person;
                    self.link.send(text);
                }
                Ok(Outcome::Close(code)) => self.link.close(code),
                Err(_) => {
                    self.state.hub.metrics().panics.add_one();
                    self.link.close(CloseCode::Internal);
                }
            }
        }
    }

    fn next(&self) -> Option<(Person, Job)> {
        let mut queue = self.queue();
        let job = queue.waiting.pop_front();
        queue.is_running = job.is_some();
        Some((queue.person.clone(), job?))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn run(state: ApiState, show: Arc<Show>, person: Person, job: Job) -> Outcome {
    match job {
        Job::Command(id, work) => match person.renewed(&state).await {
            Ok(person) => {
                let done = work.run(&state, show.id, &person).await;
                Outcome::Reply(ServerFrame::reply(id, done).to_json().into())
            }
            Err(code) => Outcome::Close(code),
        },
        Job::Renew => match person.renewed(&state).await {
            Ok(person) => Outcome::Renewed(person),
            Err(code) => Outcome::Close(code),
        },
        Job::Refresh => match refreshed(&state, &show, person).await {
            Ok((person, text)) => Outcome::Told(person, text),
            Err(code) => Outcome::Close(code),
        },
    }
}

/// The person as of now, and what is told of it; viewers stay who they are and cost no look.
async fn refreshed(state: &ApiState, show: &Show, person: Person) -> Result<(Person, Bytes), CloseCode> {
    let person = person.renewed(state).await?;
    let you = person.you(state, show).await?;
    Ok((person, ServerFrame::You(you).to_json().into()))
}
