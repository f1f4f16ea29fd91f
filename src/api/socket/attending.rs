//! A socket that is in a show: commands in, replies out. Events pass it by, from hub to socket.

use std::sync::Arc;

use tokio::time::Instant;

use super::commands::Asked;
use super::greeting::send_off;
use super::jobs::{Job, Jobs};
use super::person::Person;
use crate::api::ApiState;
use crate::domain::ids::ProductId;
use crate::domain::problem::Code;
use crate::domain::show::Show;
use crate::hub::{Conversation, Line, Registration};
use crate::limits::Rate;
use crate::protocol::{CloseCode, Done, Refused, ServerFrame};

/// Frames that are no command, or none of this person's, before the socket is closed.
const BAD_FRAMES_MAX: u32 = 3;
/// Hearts of one socket in a second; more are not counted.
const HEARTS_PER_SEC: u32 = 5;

/// Understands the commands of one person in one show.
pub struct Attending {
    state: ApiState,
    show: Arc<Show>,
    person: Person,
    /// Made with the first command: most viewers only watch.
    jobs: Option<Arc<Jobs>>,
    hearts_due: Option<Instant>,
    bad_frames: u32,
    _registration: Registration,
}

impl Attending {
    /// Begins to listen to a person.
    pub const fn new(state: ApiState, show: Arc<Show>, person: Person, registration: Registration) -> Self {
        Self { state, show, person, jobs: None, hearts_due: None, bad_frames: 0, _registration: registration }
    }

    fn enqueue(&mut self, line: &mut Line<'_>, job: Job) {
        let jobs = self.jobs.get_or_insert_with(|| {
            let (state, show) = (self.state.clone(), Arc::clone(&self.show));
            Arc::new(Jobs::new(state, show, self.person.clone(), line.link()))
        });
        if jobs.push(job).is_err() {
            line.close(CloseCode::Flooding);
        }
    }

    fn count_opened(&self, products: &[ProductId]) -> Result<Done, Refused> {
        let Some(viewer) = self.person.viewer_id() else {
            return Err(Refused::new(Code::Forbidden, "only viewers are counted"));
        };
        let place = (self.show.shop_id, self.show.id);
        let counted = self.state.app.count_opened(place, viewer, products);
        counted.map(|()| Done::CardsOpened { opened: products.len() }).map_err(|wait| Refused {
            retry_ms: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
            ..Refused::new(Code::RateLimited, "this was said too often")
        })
    }

    /// An unknown type may be a newer client; what is no command or not allowed is counted.
    fn refuse(&mut self, line: &mut Line<'_>, id: String, refused: Refused) {
        let code = refused.code;
        self.state.hub.metrics().count_problem(code);
        reply(line, id, Err(refused));
        if code == Code::UnknownType {
            return;
        }
        if code == Code::Forbidden {
            let who = self.person.audit_id();
            tracing::warn!(show.id = %self.show.id, person.id = %who, "a socket asked for what is not its own");
        }
        self.bad_frames += 1;
        if self.bad_frames >= BAD_FRAMES_MAX {
            line.close(CloseCode::Policy);
        }
    }
}

impl Conversation for Attending {
    fn on_begin(&mut self, line: &mut Line<'_>) {
        if self.person.may_end() {
            line.call_in(self.state.hub.limits().member_recheck);
        }
    }

    fn on_text(&mut self, line: &mut Line<'_>, text: &str) {
        match Asked::read(text, &self.person) {
            Asked::Heart => {
                let rate = Rate::new(HEARTS_PER_SEC, HEARTS_PER_SEC);
                if rate.take(&mut self.hearts_due, Instant::now()).is_ok()
                    && let Some(subscription) = line.subscription()
                {
                    subscription.feed().add_heart();
                    self.state.app.count_heart(self.show.shop_id, self.show.id);
                }
            }
            Asked::Opened(id, products) => reply(line, id, self.count_opened(&products)),
            Asked::Ping(id) => {
                let server_time = self.state.app.clock().now();
                reply(line, id, Ok(Done::Pong { server_time }));
            }
            Asked::Work(id, work) => self.enqueue(line, Job::Command(id, work)),
            Asked::Refused(id, refused) => self.refuse(line, id, refused),
        }
    }

    fn on_refresh(&mut self, line: &mut Line<'_>) {
        self.enqueue(line, Job::Refresh);
    }

    /// Looks again whether a member still is one, and whether an overlay's key still works.
    fn on_time(&mut self, line: &mut Line<'_>) {
        line.call_in(self.state.hub.limits().member_recheck);
        self.enqueue(line, Job::Renew);
    }

    fn on_drain(&mut self, line: &mut Line<'_>) {
        send_off(&self.state, line);
    }
}

fn reply(line: &mut Line<'_>, id: String, result: Result<Done, Refused>) {
    line.send(ServerFrame::reply(id, result).to_json().as_bytes());
}
