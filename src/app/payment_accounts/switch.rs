//! Whether other keys may take over while buyers are paying.

use super::keys::refused;
use super::{PaymentAccountError, active_name};
use crate::app::App;
use crate::domain::ids::ShopId;
use crate::domain::payment_account::{AccountName, KeyMode};
use crate::domain::show::PaymentsMode;
use crate::payments::Provider;
use crate::storage::Tx;

/// What was unfinished when a change was judged: no order, or one with its session, if that is known.
pub(super) type Unfinished = Option<Option<String>>;

impl App {
    /// Goes on only when other keys know the orders that are not at their end.
    ///
    /// A session can be closed and read by its own account alone; with the keys of another one its
    /// pieces could never become free, or money could come that nobody hears of. The new keys prove
    /// that they belong to the same account by reading a session of it.
    pub(super) async fn check_switch(
        &self,
        shop: ShopId,
        next: &Provider,
    ) -> Result<Unfinished, PaymentAccountError> {
        let current = self.provider_of(shop).await?;
        // Test reservations are dropped when nobody can pay them any more.
        let is_dropped = !current.is_live() && (next.is_live() || next.mode() == PaymentsMode::Sandbox);
        if current.mode() == PaymentsMode::Sandbox || is_dropped {
            return Ok(None);
        }
        let mode = if current.is_live() { KeyMode::Live } else { KeyMode::Test };
        let mut tx = self.db().read().await?;
        let unfinished = tx.find_unfinished_session(shop, mode).await?;
        drop(tx);
        match &unfinished {
            // With a refused key these could never come to their end, so they must not bar the way.
            Some(None) if self.can_take_money(shop).await? => {
                return Err(PaymentAccountError::OrdersUnfinished);
            }
            None | Some(None) => {}
            Some(Some(session)) => match next.find_session(session).await {
                Ok(true) => {}
                Ok(false) => return Err(PaymentAccountError::OrdersUnfinished),
                Err(error) => return Err(refused(error)),
            },
        }
        Ok(unfinished)
    }

    /// Goes on only when nobody began to buy since the change was judged.
    pub(super) async fn check_still(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        is_judged: bool,
        unfinished: &Unfinished,
    ) -> Result<(), PaymentAccountError> {
        if !is_judged || unfinished.is_some() {
            return Ok(());
        }
        let active = tx.find_active_payment_keys(shop).await?;
        let is_stripe = active.is_some() || self.provider().mode() == PaymentsMode::Stripe;
        let is_live = match active_name(shop, active.as_ref()) {
            AccountName::Installation => self.provider().is_live(),
            AccountName::Shop(_, mode) => mode == KeyMode::Live,
        };
        // Test money may be let go, so only real money holds a change up here.
        if is_stripe && is_live && tx.find_unfinished_session(shop, KeyMode::Live).await?.is_some() {
            return Err(PaymentAccountError::OrdersUnfinished);
        }
        Ok(())
    }
}
