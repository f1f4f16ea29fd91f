//! A socket that has not said who it is: waits for the hello and finds out.

use std::net::IpAddr;
use std::sync::Arc;

use super::attending::Attending;
use super::opening::{self, Opening};
use super::person::Person;
use crate::api::ApiState;
use crate::domain::show::Show;
use crate::hub::{Conversation, Line, Link};
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
        // Nothing more is read meanwhile, so commands behind the hello wait for the one who answers.
        line.pause();
        let (state, link) = (self.state.clone(), line.link());
        tokio::spawn(async move {
            if let Err(code) = begin(state, arrival, hello, &link).await {
                link.close(code);
            }
        });
    }

    fn on_drain(&mut self, line: &mut Line<'_>) {
        send_off(&self.state, line);
    }
}

/// Begins the socket of whoever sent a hello.
async fn begin(state: ApiState, arrival: Arrival, hello: Hello, link: &Link) -> Result<(), CloseCode> {
    let Arrival { show, session, address } = arrival;
    let person = Person::identify(&state, &show, &hello, session, address).await?;
    // Registered first, so that a ban between the look and the subscription is not missed.
    let registration = state.hub.register(person.viewer_id(), link.clone());
    let registration = registration.map_err(|_| CloseCode::Flooding)?;
    let Opening { first, subscription } =
        opening::open(&state, &show, &person, hello.after.as_deref()).await?;
    let attending = Attending::new(state, show, person, registration);
    link.begin(Box::new(attending), subscription, first);
    Ok(())
}

/// Tells a client when to come back, spread so that not all come at once, and closes.
pub fn send_off(state: &ApiState, line: &mut Line<'_>) {
    let retry = state.app.clock().jitter(state.hub.limits().drain_spread);
    line.send(crate::protocol::ServerFrame::drain(retry).to_json().as_bytes());
    line.close(CloseCode::Restart);
}
