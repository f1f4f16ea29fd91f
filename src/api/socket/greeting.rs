//! A socket that has not said who it is: waits for the hello and finds out.

use std::net::IpAddr;
use std::sync::Arc;

use super::attending::Attending;
use super::opening::{self, Opening};
use super::person::Person;
use crate::api::ApiState;
use crate::domain::show::Show;
use crate::hub::{Conversation, Line, Link, Registration};
use crate::protocol::{CloseCode, Hello};

/// Waits for a hello.
pub struct Greeting {
    state: ApiState,
    arrival: Option<Arrival>,
}

/// Who comes, as far as the handshake tells.
pub struct Arrival {
    /// The show that was asked for.
    pub show: Arc<Show>,
    /// The session cookie of a member on our own pages.
    pub session: Option<String>,
    /// Where the client is.
    pub address: IpAddr,
}

impl Greeting {
    /// Waits for the hello of somebody who came.
    pub const fn new(state: ApiState, arrival: Arrival) -> Self {
        Self { state, arrival: Some(arrival) }
    }
}

impl Conversation for Greeting {
    fn on_text(&mut self, line: &mut Line<'_>, text: &str) {
        let (Some(hello), Some(arrival)) = (Hello::parse(text), self.arrival.take()) else {
            return line.close(CloseCode::Policy);
        };
        let arrived = Arrived { state: self.state.clone(), arrival, hello };
        match arrived.begin_now(line) {
            Ok(None) => {}
            Ok(Some(waiting)) => {
                // Nothing more is read meanwhile, so commands behind the hello wait for the one who
                // answers.
                line.pause();
                let link = line.link();
                tokio::spawn(async move {
                    if let Err(code) = waiting.begin(&link).await {
                        link.close(code);
                    }
                });
            }
            Err(code) => line.close(code),
        }
    }

    fn on_drain(&mut self, line: &mut Line<'_>) {
        send_off(&self.state, line);
    }
}

/// Somebody who said hello.
struct Arrived {
    state: ApiState,
    arrival: Arrival,
    hello: Hello,
}

/// Somebody who said hello and for whom something has to be read first.
enum Waiting {
    /// Not known yet.
    Somebody(Arrived),
    /// Known, and noted.
    Known(Arrived, Person, Registration),
}

impl Arrived {
    /// Begins the socket at once where all that it needs is in memory.
    ///
    /// # Errors
    /// The code to close with.
    fn begin_now(self, line: &mut Line<'_>) -> Result<Option<Waiting>, CloseCode> {
        let Some(token) = &self.hello.token else { return Ok(Some(Waiting::Somebody(self))) };
        let Arrival { show, address, .. } = &self.arrival;
        let person = Person::identify_viewer(&self.state, show, token, *address)?;
        let registration = self.register(&person, line.link())?;
        match opening::open_now(&self.state, show, &person, self.hello.after.as_deref()) {
            Some(opened) => {
                let Opening { first, subscription } = opened?;
                let attending = Attending::new(self.state, self.arrival.show, person, registration);
                line.begin(Box::new(attending), subscription, first);
                Ok(None)
            }
            None => Ok(Some(Waiting::Known(self, person, registration))),
        }
    }

    /// Notes the socket before its state is looked up, so that a ban between both is not missed.
    fn register(&self, person: &Person, link: Link) -> Result<Registration, CloseCode> {
        self.state.hub.register(person.whose(), link).map_err(|_| CloseCode::Flooding)
    }
}

impl Waiting {
    /// Begins the socket of whoever sent a hello.
    ///
    /// # Errors
    /// The code to close with.
    async fn begin(self, link: &Link) -> Result<(), CloseCode> {
        let (arrived, person, registration) = match self {
            Self::Somebody(mut arrived) => {
                let session = arrived.arrival.session.take();
                let Arrived { state, arrival: Arrival { show, address, .. }, hello } = &arrived;
                let person = Person::identify(state, show, hello, session, *address).await?;
                let registration = arrived.register(&person, link.clone())?;
                (arrived, person, registration)
            }
            Self::Known(arrived, person, registration) => (arrived, person, registration),
        };
        let Arrived { state, arrival: Arrival { show, .. }, hello } = arrived;
        let Opening { first, subscription } =
            opening::open(&state, &show, &person, hello.after.as_deref()).await?;
        let attending = Attending::new(state, show, person, registration);
        link.begin(Box::new(attending), subscription, first);
        Ok(())
    }
}

/// Tells a client when to come back, spread so that not all come at once, and closes.
pub fn send_off(state: &ApiState, line: &mut Line<'_>) {
    let retry = state.app.clock().jitter(state.hub.limits().drain_spread);
    line.send(crate::protocol::ServerFrame::drain(retry).to_json().as_bytes());
    line.close(CloseCode::Restart);
}
