//! One buyer's order, the provider's session for it and what is on its way between the two.

use vetrina::domain::order::OrderStatus;
use vetrina::domain::transition::Fact;

/// Where the provider's session stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Session {
    #[default]
    None,
    Open,
    /// Complete, the money is on its way.
    Pending,
    Paid,
    /// Complete, and the money will not come.
    Failed,
    Expired,
}

impl Session {
    /// What somebody learns who looks at it now.
    pub fn fact(self) -> Option<Fact> {
        match self {
            Self::None => None,
            Self::Open => Some(Fact::SessionOpen),
            Self::Pending => Some(Fact::SessionPending),
            Self::Paid => Some(Fact::SessionPaid),
            Self::Failed => Some(Fact::SessionFailed),
            Self::Expired => Some(Fact::SessionExpired),
        }
    }
}

/// One of the orders; its place says nothing, as buyers are alike.
#[expect(clippy::struct_excessive_bools, reason = "each is a message or a fact of its own, in any mixture")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    /// As stored, by its place in `OrderStatus::ALL`; none before the click.
    status: Option<u8>,
    /// The session's id is stored with the order.
    pub is_session_known: bool,
    /// What the provider has.
    pub session: Session,
    /// Every state the session was ever in, as bits.
    ///
    /// Each of them may be learnt now, later, again or never: as an answer, as a webhook or by a
    /// read that is old. So lost, repeated and overtaken news need no steps of their own.
    told: u8,
    /// A request to create is on its way; it may be performed any time, more than once or not at all.
    pub is_create_sent: bool,
    /// The same of a request to expire.
    pub is_expire_sent: bool,
    /// The provider refuses this request for good, whoever sends it.
    pub is_refused_for_good: bool,
    /// The frozen `expires_at` is too soon, so the provider makes no session any more.
    pub is_too_late: bool,
    /// One of our processes has heard a refusal; a crash forgets it.
    pub is_refusal_heard: bool,
    /// One of our processes has found no session in the list; a crash forgets it.
    pub is_none_found: bool,
    /// The provider gave the money back.
    pub is_money_back: bool,
}

impl Order {
    pub fn status(&self) -> Option<OrderStatus> {
        self.status.map(|place| OrderStatus::ALL[usize::from(place)])
    }

    pub fn set_status(&mut self, status: OrderStatus) {
        let place = OrderStatus::ALL.iter().position(|known| *known == status).unwrap();
        self.status = Some(place.try_into().unwrap());
    }

    pub fn is(&self, status: OrderStatus) -> bool {
        self.status() == Some(status)
    }

    /// The session moves on, and the world may hear of it.
    pub fn set_session(&mut self, session: Session) {
        self.session = session;
        self.told |= 1 << session as u8;
    }

    /// Whether the session was ever in this state.
    pub fn was(&self, session: Session) -> bool {
        self.told & (1 << session as u8) != 0
    }

    /// Everything that may be learnt of the session, old news included.
    pub fn news(&self) -> impl Iterator<Item = Fact> {
        let states = [Session::Open, Session::Pending, Session::Paid, Session::Failed, Session::Expired];
        let order = *self;
        states.into_iter().filter(move |state| order.was(*state)).filter_map(Session::fact)
    }

    /// Ended, and not by a sale or a refund.
    pub fn is_released(&self) -> bool {
        matches!(self.status(), Some(OrderStatus::Expired | OrderStatus::Failed | OrderStatus::CreateFailed))
    }

    /// Nothing is to be done: it ended as its session did.
    pub fn is_at_rest(&self) -> bool {
        let Some(status) = self.status() else { return true };
        let is_over = !status.holds_stock() && status != OrderStatus::RefundDue;
        let is_settled = status.is_sold() || status == OrderStatus::Refunded;
        let can_be_paid = matches!(self.session, Session::Open | Session::Pending);
        is_over && !can_be_paid && (self.session == Session::Paid) == is_settled
    }

    /// Forgets messages that can change nothing: the provider would repeat its answer or refuse.
    pub fn without_idle_messages(mut self) -> Self {
        self.is_create_sent &= self.session == Session::None;
        self.is_expire_sent &= matches!(self.session, Session::None | Session::Open);
        self
    }
}
