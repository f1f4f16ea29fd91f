//! What buyers, the provider, the bank, the network and our workers may do next.
//!
//! Left out: sessions asked for under a second key, which the random schedules play.

use vetrina::domain::order::OrderStatus;
use vetrina::domain::transition::{Decision, Fact};

use super::order::{Order, Session};
use super::state::{STOCK, State};

/// Who goes on with orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Worker {
    /// As the program does.
    Real,
    /// Frees the pieces when the own timer ends, without closing the session first.
    FreesByItself,
    /// Takes a session of which nothing was heard for one that was never made.
    ForgetsUnknown,
    /// Takes a session for never made that is in no list yet, although no request was refused.
    TrustsList,
}

/// What is explored.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    pub buyers: usize,
    pub worker: Worker,
    /// The table of states.
    pub decide: fn(OrderStatus, Fact) -> Decision,
}

/// One step; which order takes it is seen in the state that follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Begin,
    Click { is_refused_for_good: bool },
    AskForSession,
    CreatePerformed,
    CreateLost,
    TooLateToCreate,
    SearchAfterRefusal,
    HearNoneFound,
    Learn(Fact),
    EndReservation,
    AskToExpire,
    ExpirePerformed,
    ExpireLost,
    Pay,
    PayDelayed,
    BankPays,
    BankRefuses,
    EndsByItself,
    PaidAllTheSame,
    GiveMoneyBack,
    Send,
    Crash,
    Planted,
}

impl Step {
    /// Whether it needs no buyer, no accident and no loss: these steps alone have to lead to rest.
    pub fn is_progress(self) -> bool {
        !matches!(
            self,
            Self::Click { .. }
                | Self::CreateLost
                | Self::ExpireLost
                | Self::Pay
                | Self::PayDelayed
                | Self::EndsByItself
                | Self::PaidAllTheSame
                | Self::Crash
                | Self::Send
        )
    }
}

impl Model {
    /// Before the first click.
    pub fn begin(&self) -> State {
        State { orders: vec![Order::default(); self.buyers], available: STOCK, reserved: 0, sold: 0 }
    }

    /// Every step that is possible, with what follows; steps that change nothing are left out.
    pub fn steps(&self, state: &State) -> Vec<(Step, State)> {
        let mut steps = Vec::new();
        for place in 0..state.orders.len() {
            // Equal orders do the same, and they stand side by side.
            if place > 0 && state.orders[place] == state.orders[place - 1] {
                continue;
            }
            let mut next = Next { model: self, from: state, place, steps: &mut steps };
            next.buyer_and_bank();
            next.provider();
            next.learning();
            next.worker();
        }
        let mut crashed = state.clone();
        for order in &mut crashed.orders {
            order.is_refusal_heard = false;
            order.is_none_found = false;
        }
        steps.push((Step::Crash, crashed));
        for (_, next) in &mut steps {
            for order in &mut next.orders {
                *order = order.without_idle_messages();
            }
            next.orders.sort_unstable();
        }
        steps.retain(|(_, next)| next != state);
        steps
    }
}

/// Collects what one order may do next.
struct Next<'a> {
    model: &'a Model,
    from: &'a State,
    place: usize,
    steps: &'a mut Vec<(Step, State)>,
}

impl Next<'_> {
    fn order(&self) -> &Order {
        &self.from.orders[self.place]
    }

    fn when(&mut self, is_possible: bool, step: Step, change: impl FnOnce(&mut Order)) {
        if is_possible {
            let mut state = self.from.clone();
            change(&mut state.orders[self.place]);
            self.steps.push((step, state));
        }
    }

    fn learn(&mut self, is_possible: bool, step: Step, fact: Fact, note: impl FnOnce(&mut Order)) {
        if is_possible {
            let mut state = self.from.clone();
            note(&mut state.orders[self.place]);
            state.apply(self.place, fact, self.model.decide);
            self.steps.push((step, state));
        }
    }

    fn buyer_and_bank(&mut self) {
        let order = *self.order();
        for is_refused_for_good in [false, true] {
            if order.status().is_none() && self.from.available > 0 {
                let mut state = self.from.clone();
                state.available -= 1;
                state.reserved += 1;
                state.orders[self.place].set_status(OrderStatus::Reserved);
                state.orders[self.place].is_refused_for_good = is_refused_for_good;
                self.steps.push((Step::Click { is_refused_for_good }, state));
            }
        }
        let (is_open, is_pending) = (order.session == Session::Open, order.session == Session::Pending);
        let has_ended = matches!(order.session, Session::Expired | Session::Failed);
        self.when(is_open, Step::Pay, |order| order.set_session(Session::Paid));
        self.when(is_open, Step::PayDelayed, |order| order.set_session(Session::Pending));
        self.when(is_pending, Step::BankPays, |order| order.set_session(Session::Paid));
        self.when(is_pending, Step::BankRefuses, |order| order.set_session(Session::Failed));
        // By hand in the provider's dashboard, or a bank that changes its mind.
        self.when(has_ended, Step::PaidAllTheSame, |order| order.set_session(Session::Paid));
    }

    fn provider(&mut self) {
        let order = *self.order();
        let makes_none = order.is_refused_for_good || order.is_too_late;
        self.when(order.is_create_sent, Step::CreatePerformed, |order| {
            if makes_none {
                order.is_refusal_heard = true;
            } else {
                order.set_session(Session::Open);
            }
        });
        self.when(order.is_create_sent, Step::CreateLost, |order| order.is_create_sent = false);
        let is_clicked = order.status().is_some() && order.session == Session::None;
        self.when(is_clicked, Step::TooLateToCreate, |order| order.is_too_late = true);
        let is_open = order.session == Session::Open;
        // Of a session that is not open it tells so, and reading it is one of the old news.
        self.when(order.is_expire_sent && is_open, Step::ExpirePerformed, |order| {
            order.set_session(Session::Expired);
        });
        self.when(order.is_expire_sent, Step::ExpireLost, |order| order.is_expire_sent = false);
        self.when(is_open, Step::EndsByItself, |order| order.set_session(Session::Expired));
    }

    fn learning(&mut self) {
        let order = *self.order();
        for fact in order.news() {
            self.learn(true, Step::Learn(fact), fact, |order| order.is_session_known = true);
        }
        let step = Step::Learn(Fact::MoneyReturned);
        self.learn(order.is_money_back, step, Fact::MoneyReturned, |_| ());
        self.when(order.is_refusal_heard, Step::SearchAfterRefusal, |order| {
            order.is_refusal_heard = false;
            order.is_none_found = order.session == Session::None;
        });
        self.learn(order.is_none_found, Step::HearNoneFound, Fact::SessionNeverMade, |order| {
            order.is_none_found = false;
        });
    }

    fn worker(&mut self) {
        let order = *self.order();
        let is_reserved = order.is(OrderStatus::Reserved);
        let is_releasing = order.is(OrderStatus::Releasing);
        let asks = is_reserved || is_releasing && !order.is_session_known;
        self.when(asks, Step::AskForSession, |order| order.is_create_sent = true);
        let is_clicked = order.status().is_some();
        self.learn(is_clicked, Step::EndReservation, Fact::ReleaseAsked, |_| ());
        let closes = is_releasing && order.is_session_known;
        self.when(closes, Step::AskToExpire, |order| order.is_expire_sent = true);
        let owes = order.is(OrderStatus::RefundDue);
        self.when(owes, Step::GiveMoneyBack, |order| order.is_money_back = true);
        self.learn(order.is(OrderStatus::Paid), Step::Send, Fact::GoodsSent, |_| ());
        let holds = is_reserved || is_releasing || order.is(OrderStatus::Open);
        let is_unknown = is_releasing && !order.is_session_known;
        let planted = match self.model.worker {
            Worker::Real => None,
            Worker::FreesByItself => holds.then_some(Fact::SessionExpired),
            Worker::ForgetsUnknown => is_unknown.then_some(Fact::SessionNeverMade),
            Worker::TrustsList => {
                (is_unknown && order.session == Session::None).then_some(Fact::SessionNeverMade)
            }
        };
        if let Some(fact) = planted {
            self.learn(true, Step::Planted, fact, |_| ());
        }
    }
}
