//! Money on its way back: refunds that the shop asks for, disputes that the buyer opens.
//!
//! A refund succeeds at once unless the pay page was told otherwise, or the request carries
//! `metadata[sandbox]=pending`; a pending one is ended on the pay page.

use serde_json::Value;

use super::Sandbox;
use super::answer::Refusal;
use super::create::read_metadata;
use super::desk::Stop;
use super::form::Form;
use super::session::{Dispute, Ending, Session};
use super::shapes::{Refund, refund_json};
use crate::storage::{SandboxObject, Tx};

/// The kind under which refunds are kept.
pub(super) const REFUND: &str = "refund";
/// Reasons that Stripe takes.
const REASONS: [&str; 3] = ["duplicate", "fraudulent", "requested_by_customer"];

impl Sandbox {
    /// Gives money back.
    pub(super) async fn create_refund(&self, tx: &mut Tx, form: &Form) -> Result<Value, Stop> {
        let payment = form.text(&["payment_intent"]).unwrap_or_default();
        let missing = || Refusal::missing("payment_intent", payment);
        let id = tx.find_sandbox_session_by_payment(payment).await?.ok_or_else(missing)?;
        let mut session = self.lock(tx, &id).await?;
        let amount = check_refund(&session, payment, form)?;
        let reason = form.text(&["reason"]).map(str::to_owned);
        if reason.as_deref().is_some_and(|reason| !REASONS.contains(&reason)) {
            return Err(Refusal::invalid("reason", "Invalid reason.").into());
        }
        let metadata = read_metadata(form)?;
        let waits =
            session.data.do_refunds_wait || metadata.get("sandbox").is_some_and(|how| how == "pending");
        let refund = Refund {
            amount,
            currency: session.data.currency.clone(),
            payment_intent: payment.to_owned(),
            status: if waits { "pending" } else { "succeeded" }.to_owned(),
            reason,
            metadata,
        };
        let object = SandboxObject {
            id: self.id("re_local"),
            kind: REFUND.to_owned(),
            session_id: Some(session.id.clone()),
            data: serde_json::to_value(&refund).expect("a refund holds only texts and numbers"),
            created_at: self.0.clock.now(),
        };
        tx.insert_sandbox_object(&object).await?;
        session.data.refunded += amount;
        let shape = refund_json(&object.id, &refund, object.created_at);
        self.announce(tx, &mut session, "refund.created", shape.clone()).await?;
        tx.update_sandbox_session(&session.to_row()).await?;
        Ok(shape)
    }

    /// Ends a refund that was pending.
    pub(super) async fn end_refund(
        &self,
        tx: &mut Tx,
        session: &mut Session,
        id: &str,
        ending: Ending,
    ) -> Result<(), Stop> {
        let found = tx.find_sandbox_object(REFUND, id).await?;
        let mut object = found
            .filter(|object| object.session_id.as_deref() == Some(&session.id))
            .ok_or_else(|| Refusal::missing("refund", id))?;
        let refund: Option<Refund> = serde_json::from_value(object.data).ok();
        let mut refund =
            refund.filter(|refund| refund.status == "pending").ok_or_else(Refusal::out_of_place)?;
        let kinds: &[&str] = match ending {
            Ending::Good => &["refund.updated"],
            Ending::Bad => &["refund.failed", "refund.updated"],
        };
        if ending == Ending::Bad {
            session.data.refunded -= refund.amount;
        }
        let status = if ending == Ending::Good { "succeeded" } else { "failed" };
        status.clone_into(&mut refund.status);
        object.data = serde_json::to_value(&refund).expect("a refund holds only texts and numbers");
        tx.update_sandbox_object(&object).await?;
        let shape = refund_json(id, &refund, object.created_at);
        for kind in kinds {
            self.announce(tx, session, kind, shape.clone()).await?;
        }
        Ok(())
    }

    /// Lets the buyer ask their bank for the money back.
    pub(super) async fn open_dispute(&self, tx: &mut Tx, session: &mut Session) -> Result<(), Stop> {
        if !session.is_paid() || session.data.dispute.is_some() {
            return Err(Refusal::out_of_place().into());
        }
        let dispute = Dispute {
            id: self.id("du_local"),
            status: "needs_response".to_owned(),
            created: self.0.clock.now().timestamp(),
        };
        let shape = session.dispute_json(&dispute);
        session.data.dispute = Some(dispute);
        self.announce(tx, session, "charge.dispute.created", shape.clone()).await?;
        self.announce(tx, session, "charge.dispute.funds_withdrawn", shape).await?;
        Ok(())
    }

    /// Decides the dispute for the shop or for the buyer.
    pub(super) async fn end_dispute(
        &self,
        tx: &mut Tx,
        session: &mut Session,
        ending: Ending,
    ) -> Result<(), Stop> {
        let open = session.data.dispute.as_mut().filter(|dispute| dispute.status == "needs_response");
        let dispute = open.ok_or_else(Refusal::out_of_place)?;
        let status = if ending == Ending::Good { "won" } else { "lost" };
        status.clone_into(&mut dispute.status);
        let dispute = dispute.clone();
        let shape = session.dispute_json(&dispute);
        if ending == Ending::Good {
            self.announce(tx, session, "charge.dispute.funds_reinstated", shape.clone()).await?;
        }
        self.announce(tx, session, "charge.dispute.closed", shape).await?;
        Ok(())
    }
}

/// The amount to give back, when the payment allows it.
fn check_refund(session: &Session, payment: &str, form: &Form) -> Result<i64, Refusal> {
    if !session.is_paid() {
        let message = format!("Payment {payment} has no successful charge to refund.");
        return Err(Refusal::invalid("payment_intent", message));
    }
    if session.data.dispute.as_ref().is_some_and(|dispute| dispute.status != "won") {
        return Err(Refusal::disputed(payment));
    }
    let left = session.data.refundable();
    if left == 0 {
        return Err(Refusal::already_refunded(payment));
    }
    if !form.has(&["amount"]) {
        return Ok(left);
    }
    let amount = form.number(&["amount"]).filter(|amount| *amount > 0);
    let amount = amount.ok_or_else(|| Refusal::invalid("amount", "Invalid positive integer."))?;
    if amount > left {
        let message =
            format!("Refund amount ({amount}) is greater than unrefunded amount on payment ({left}).");
        return Err(Refusal::invalid("amount", message).code("amount_too_large"));
    }
    Ok(amount)
}
