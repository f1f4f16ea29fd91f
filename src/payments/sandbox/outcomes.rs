//! What may happen on the pay page: every way in which a payment can end, and what comes after.

use super::Sandbox;
use super::amounts::Unit;
use super::answer::Refusal;
use super::buyer::Buyer;
use super::desk::Stop;
use super::news::News;
use super::session::{Ending, Session, Stage, percent_off};
use crate::storage::Tx;

/// One press of a button.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Pay(Buyer),
    /// Pays this session and a second one of the same order.
    PayTwice(Buyer),
    /// The bank wants the buyer to confirm.
    AskBank(Buyer),
    BankSays(Ending),
    /// A payment that takes days.
    Debit(Buyer),
    DebitEnds(Ending),
    Expire,
    ChooseShipping(usize),
    UseCode(String),
    DropCode,
    /// Makes and pays a second session after the first.
    PayAgain,
    OpenDispute,
    DisputeEnds(Ending),
    /// Whether the next refunds stay pending.
    LetRefunds(RefundPace),
    RefundEnds(String, Ending),
    /// Only the choice of how the shop hears of things.
    Nothing,
}

/// How fast refunds are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefundPace {
    AtOnce,
    Waiting,
}

impl Sandbox {
    /// Lets something happen to a session, or says why it cannot.
    pub(super) async fn act(&self, id: &str, act: Act, news: Option<News>) -> Result<Session, Stop> {
        let mut tx = self.0.db.write().await?;
        let mut session = self.lock(&mut tx, id).await?;
        session.data.news = news.unwrap_or(session.data.news);
        self.apply(&mut tx, &mut session, act).await?;
        tx.update_sandbox_session(&session.to_row()).await?;
        tx.commit().await?;
        self.0.news.notify_one();
        Ok(session)
    }

    async fn apply(&self, tx: &mut Tx, session: &mut Session, act: Act) -> Result<(), Stop> {
        match act {
            Act::Nothing => Ok(()),
            Act::OpenDispute => self.open_dispute(tx, session).await,
            Act::DisputeEnds(ending) => self.end_dispute(tx, session, ending).await,
            Act::RefundEnds(id, ending) => self.end_refund(tx, session, &id, ending).await,
            Act::LetRefunds(pace) => {
                session.data.do_refunds_wait = pace == RefundPace::Waiting;
                Ok(())
            }
            Act::DebitEnds(ending) if session.is_pending() => self.end_debit(tx, session, ending).await,
            Act::PayAgain if session.is_paid() => self.pay_again(tx, session).await,
            Act::DebitEnds(_) | Act::PayAgain => Err(Refusal::out_of_place().into()),
            act if session.is_open() => self.apply_to_open(tx, session, act).await,
            _ => Err(Refusal::not_active().into()),
        }
    }

    async fn apply_to_open(&self, tx: &mut Tx, session: &mut Session, act: Act) -> Result<(), Stop> {
        match act {
            Act::Pay(buyer) => self.pay(tx, session, buyer).await,
            Act::PayTwice(buyer) => {
                self.pay(tx, session, buyer).await?;
                self.pay_again(tx, session).await
            }
            Act::AskBank(buyer) => {
                session.data.buyer = buyer;
                session.data.stage = Stage::Bank;
                Ok(())
            }
            Act::BankSays(_) if session.data.stage != Stage::Bank => Err(Refusal::out_of_place().into()),
            Act::BankSays(Ending::Good) => {
                let buyer = session.data.buyer.clone();
                self.pay(tx, session, buyer).await
            }
            Act::BankSays(Ending::Bad) => {
                session.data.stage = Stage::Form;
                Ok(())
            }
            Act::Debit(buyer) => {
                session.complete(self.id("pi_local"), buyer);
                self.tell(tx, session, "checkout.session.completed").await
            }
            Act::Expire => Ok(self.close(tx, session).await?),
            Act::ChooseShipping(choice) if choice < session.data.shipping_options.len() => {
                session.data.shipping_choice = choice;
                Ok(())
            }
            Act::UseCode(code) => use_code(session, &code),
            Act::DropCode => {
                session.data.code = None;
                Ok(())
            }
            _ => Err(Refusal::out_of_place().into()),
        }
    }

    /// Takes the money and tells so.
    pub(super) async fn pay(&self, tx: &mut Tx, session: &mut Session, buyer: Buyer) -> Result<(), Stop> {
        session.pay(self.id("pi_local"), buyer);
        self.tell(tx, session, "checkout.session.completed").await
    }

    async fn end_debit(&self, tx: &mut Tx, session: &mut Session, ending: Ending) -> Result<(), Stop> {
        session.end_debit(ending);
        let kind = match ending {
            Ending::Good => "checkout.session.async_payment_succeeded",
            Ending::Bad => "checkout.session.async_payment_failed",
        };
        self.tell(tx, session, kind).await
    }

    /// Pays for the same order again, as after a lost answer or with two windows.
    async fn pay_again(&self, tx: &mut Tx, session: &Session) -> Result<(), Stop> {
        let mut second = session.again(self.id("cs_test_local"), self.0.clock.now());
        tx.insert_sandbox_session(&second.to_row()).await?;
        let buyer = second.data.buyer.clone();
        self.pay(tx, &mut second, buyer).await?;
        tx.update_sandbox_session(&second.to_row()).await?;
        Ok(())
    }

    /// Announces the session as it stands.
    async fn tell(&self, tx: &mut Tx, session: &mut Session, kind: &str) -> Result<(), Stop> {
        let shape = self.render(session);
        Ok(self.announce(tx, session, kind, shape).await?)
    }
}

fn use_code(session: &mut Session, code: &str) -> Result<(), Stop> {
    let code = code.trim().to_ascii_uppercase();
    if !session.data.wants.codes || percent_off(&code).is_none() {
        return Err(Refusal::invalid("code", "No such promotion code.").into());
    }
    let before = session.data.code.replace(code);
    let total = session.data.totals().total;
    let checked = Unit::find(&session.data.currency).map_or(Ok(()), |unit| unit.check_total(total));
    if checked.is_err() {
        session.data.code = before;
    }
    Ok(checked?)
}
