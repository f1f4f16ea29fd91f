//! Finds out who is behind a socket, and what that person is told of themselves.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use crate::api::ApiState;
use crate::api::edge::client::subscriber;
use crate::app::chat::{ChatError, Sender, ViewerState};
use crate::app::overlays::Overlay;
use crate::app::{Caller, Holder, Refusal, Viewer};
use crate::domain::ids::ViewerId;
use crate::domain::problem::Code;
use crate::domain::show::Show;
use crate::hub::Whose;
use crate::protocol::{CloseCode, Hello, SocketRole, You};

/// Who is behind a socket, as proved by the first frame.
#[derive(Clone, Debug)]
pub enum Person {
    /// Watches, chats and buys.
    Viewer {
        /// As proved by the token.
        viewer: Viewer,
        /// So that a ban holds for the next viewer from there too.
        address_hash: Vec<u8>,
    },
    /// Works for the shop.
    Member {
        /// As of the last look.
        caller: Caller,
        /// What lets the member in.
        door: Door,
    },
    /// Only watches, for a picture that is sent elsewhere.
    Overlay(Overlay),
}

/// What lets a member in, and stops doing so when it ends.
#[derive(Clone, Debug)]
pub enum Door {
    /// The session of this token.
    Session(String),
    /// A ticket that was used up then.
    Ticket(DateTime<Utc>),
}

impl Person {
    /// Identifies whoever sent the first frame; the server decides the role, never the client.
    ///
    /// # Errors
    /// The code to close with.
    pub async fn identify(
        state: &ApiState,
        show: &Show,
        hello: &Hello,
        session: Option<String>,
        address: IpAddr,
    ) -> Result<Self, CloseCode> {
        if let Some(token) = &hello.token {
            return Self::identify_viewer(state, show, token, address);
        }
        if let Some(key) = &hello.overlay_key {
            let overlay = state.app.find_overlay(key).await.map_err(|error| close_code(&error))?;
            let overlay = overlay.filter(|overlay| overlay.shop == show.shop_id);
            return overlay.map(Self::Overlay).ok_or(CloseCode::SessionEnded);
        }
        let (caller, door) = match (&hello.ticket, session) {
            (Some(ticket), _) => {
                // Taken before the look, so that what ends between both is not missed.
                let door = Door::Ticket(state.app.clock().now());
                (state.app.take_socket_ticket(ticket, show.id).await, door)
            }
            (None, Some(token)) => (state.app.find_session_caller(&token).await, Door::Session(token)),
            (None, None) => return Err(CloseCode::SessionEnded),
        };
        let caller = caller.map_err(|error| close_code(&error))?;
        let caller = caller.filter(|caller| caller.shop == show.shop_id).ok_or(CloseCode::SessionEnded)?;
        Ok(Self::Member { caller, door })
    }

    /// Identifies a viewer by the token alone, which needs no database.
    ///
    /// # Errors
    /// The code to close with.
    pub fn identify_viewer(
        state: &ApiState,
        show: &Show,
        token: &str,
        address: IpAddr,
    ) -> Result<Self, CloseCode> {
        let viewer = state.app.find_viewer(token).filter(|viewer| viewer.shop == show.shop_id);
        let viewer = viewer.ok_or(CloseCode::SessionEnded)?;
        let address_hash = state.app.address_hash(subscriber(address).to_string().as_bytes());
        // Nobody learns of a draft from here; its id was not guessed either.
        if show.is_public() { Ok(Self::Viewer { viewer, address_hash }) } else { Err(CloseCode::Policy) }
    }

    /// Looks again whether a member still is one and an overlay's key still works; viewers have
    /// nothing that could end.
    ///
    /// # Errors
    /// The code to close with. While the database is away the last look counts.
    pub async fn renewed(self, state: &ApiState) -> Result<Self, CloseCode> {
        let (caller, door) = match self {
            Self::Viewer { .. } => return Ok(self),
            Self::Overlay(overlay) => {
                return match state.app.is_overlay_valid(overlay).await {
                    Ok(true) => Ok(self),
                    Ok(false) => Err(CloseCode::SessionEnded),
                    Err(error) if error.is_unavailable() => Ok(self),
                    Err(error) => Err(close_code(&error)),
                };
            }
            Self::Member { caller, door } => (caller, door),
        };
        let found = match &door {
            Door::Session(token) => state.app.find_session_caller(token).await,
            Door::Ticket(since) => state.app.find_caller_again(&caller, *since).await,
        };
        match found {
            Ok(Some(found)) if found.shop == caller.shop => Ok(Self::Member { caller: found, door }),
            Ok(_) => Err(CloseCode::SessionEnded),
            Err(error) if error.is_unavailable() => Ok(Self::Member { caller, door }),
            Err(error) => Err(close_code(&error)),
        }
    }

    /// The viewer's id.
    #[must_use]
    pub const fn viewer_id(&self) -> Option<ViewerId> {
        match self {
            Self::Viewer { viewer, .. } => Some(viewer.id),
            Self::Member { .. } | Self::Overlay(_) => None,
        }
    }

    /// Whose socket it is, for what is told to all sockets of one person.
    #[must_use]
    pub const fn whose(&self) -> Whose {
        match self {
            Self::Viewer { viewer, .. } => Whose::Viewer(viewer.id),
            Self::Member { caller: Caller { holder: Holder::Member { id, .. }, .. }, .. } => {
                Whose::Member(*id)
            }
            Self::Member { .. } | Self::Overlay(_) => Whose::Nobody,
        }
    }

    /// Whether it is somebody who may lose the right to be here.
    #[must_use]
    pub const fn may_end(&self) -> bool {
        !matches!(self, Self::Viewer { .. })
    }

    /// Names the person in the log of the server.
    #[must_use]
    pub fn audit_id(&self) -> String {
        match (self, self.sender()) {
            (Self::Overlay(overlay), _) => format!("overlay:{}", overlay.key),
            (_, sender) => sender.map(|sender| sender.author_id().to_string()).unwrap_or_default(),
        }
    }

    /// The member's rights.
    #[must_use]
    pub const fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Viewer { .. } | Self::Overlay(_) => None,
            Self::Member { caller, .. } => Some(caller),
        }
    }

    /// As an author of messages; overlays write none.
    #[must_use]
    pub fn sender(&self) -> Option<Sender> {
        match self.clone() {
            Self::Viewer { viewer, address_hash } => Some(Sender::Viewer { viewer, address_hash }),
            Self::Member { caller, .. } => Some(Sender::Member(caller)),
            Self::Overlay(_) => None,
        }
    }

    /// What the person is told of themselves.
    ///
    /// # Errors
    /// The code to close with, for a viewer who was sent away or a database that fails.
    pub async fn you(&self, state: &ApiState, show: &Show) -> Result<You, CloseCode> {
        match self {
            Self::Viewer { viewer, address_hash } => {
                let known = state.app.viewer_state(show.id, *viewer, address_hash).await;
                let known = known.map_err(|error: ChatError| close_code(&error))?;
                if known.is_banned {
                    return Err(CloseCode::Banned);
                }
                let held = if known.may_hold {
                    state.app.held_checkouts(*viewer, show.id).await.map_err(|error| close_code(&error))?
                } else {
                    Vec::new()
                };
                let answers = if known.has_answers {
                    let answers = state.app.private_answers(*viewer, show.id).await;
                    answers.map_err(|error| close_code(&error))?
                } else {
                    Vec::new()
                };
                let reviewed = if known.has_held {
                    let reviewed = state.app.own_held_messages(*viewer, show.id).await;
                    reviewed.map_err(|error| close_code(&error))?
                } else {
                    Vec::new()
                };
                Ok(You { held, answers, reviewed, ..viewer_you(*viewer, known) })
            }
            Self::Member { caller, .. } => Ok(member_you(caller)),
            Self::Overlay(_) => Ok(OVERLAY_YOU),
        }
    }

    /// What a viewer is told of themselves, when that is known without asking the database; or the
    /// code to close with.
    #[must_use]
    pub fn you_now(&self, state: &ApiState, show: &Show) -> Option<Result<You, CloseCode>> {
        let Self::Viewer { viewer, address_hash } = self else { return None };
        let known = state.app.find_known_viewer(show.id, *viewer, address_hash)?;
        if known.is_banned {
            return Some(Err(CloseCode::Banned));
        }
        // Checkouts change too often and hold too much to be kept; private answers and messages that
        // were held are few.
        let is_all = !known.may_hold && !known.has_answers && !known.has_held;
        is_all.then(|| Ok(viewer_you(*viewer, known)))
    }
}

const OVERLAY_YOU: You = You {
    viewer_id: None,
    member_id: None,
    name: None,
    role: SocketRole::Overlay,
    muted_until: None,
    chat_ready_at: None,
    held: Vec::new(),
    answers: Vec::new(),
    reviewed: Vec::new(),
};

/// What needs no question to the database.
fn viewer_you(viewer: Viewer, known: ViewerState) -> You {
    You {
        viewer_id: Some(viewer.id),
        member_id: None,
        name: known.name,
        role: SocketRole::Viewer,
        muted_until: known.muted_until,
        chat_ready_at: known.chat_ready_at,
        held: Vec::new(),
        answers: Vec::new(),
        reviewed: Vec::new(),
    }
}

fn member_you(caller: &Caller) -> You {
    let (member_id, name, role) = match &caller.holder {
        Holder::Member { id, role, name } => (Some(*id), name.clone(), (*role).into()),
        // Keys have no sockets; were there one, it would be no more than a moderator's.
        Holder::Key { name, .. } => (None, name.clone(), SocketRole::Moderator),
    };
    You {
        viewer_id: None,
        member_id,
        name: Some(name),
        role,
        muted_until: None,
        chat_ready_at: None,
        held: Vec::new(),
        answers: Vec::new(),
        reviewed: Vec::new(),
    }
}

/// The close code for a use case that failed before a socket could begin.
pub fn close_code(error: &impl Refusal) -> CloseCode {
    match error.code() {
        Code::Unavailable | Code::Overloaded => CloseCode::Overloaded,
        Code::NotFound => CloseCode::Policy,
        code => {
            tracing::error!(code = %code, error = %error, "a socket could not begin");
            CloseCode::Internal
        }
    }
}
