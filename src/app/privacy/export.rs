//! Gives a person, or an owner who was asked, all that is kept of them.

use super::{App, Asker, Caller, PrivacyError};
use crate::app::{Invalid, Viewer};
use crate::domain::erasure::BuyerScope;
use crate::domain::ids::{OrderId, ShopId, ShowId, ViewerId};
use crate::domain::personal_data::{
    BuyerData, BuyerOrderData, MESSAGES_MAX, ROWS_MAX, ViewerCounted, ViewerData,
};
use crate::storage::{self, Tx};

/// Shows that are gone through in one read.
const SHOWS: i64 = 200;

impl App {
    /// Everything kept of the viewer behind a token, in the token's shop.
    ///
    /// # Errors
    /// When it is asked for too often, or the cursor cannot be read.
    pub async fn export_own_viewer(
        &self,
        viewer: Viewer,
        cursor: Option<&str>,
    ) -> Result<ViewerData, PrivacyError> {
        let asker = Asker::Person("viewer");
        self.admit(asker, viewer.id.as_uuid())?;
        self.export(viewer.shop, viewer.id, cursor).await
    }

    /// Everything kept of a viewer in the caller's shop.
    ///
    /// # Errors
    /// When the caller is no owner, or the cursor cannot be read.
    pub async fn export_viewer(
        &self,
        caller: &Caller,
        viewer: ViewerId,
        cursor: Option<&str>,
    ) -> Result<ViewerData, PrivacyError> {
        let asker = Asker::Member(caller);
        self.admit(asker, viewer.as_uuid())?;
        let data = self.export(caller.shop, viewer, cursor).await?;
        self.note_export(asker, caller.shop, "viewer.export", &viewer.to_string()).await?;
        Ok(data)
    }

    /// Everything kept of the buyer of the order behind a secret address.
    ///
    /// # Errors
    /// When the token is not of ours, or it is asked for too often.
    pub async fn export_buyer(&self, token: &str) -> Result<BuyerData, PrivacyError> {
        let id = self.find_order_id(token).ok_or(PrivacyError::NotFound)?;
        self.admit(Asker::Person("buyer"), id.as_uuid())?;
        self.gather_orders(&[id]).await
    }

    /// Everything kept of the buyer of an order of the caller's shop, or of all orders under the same
    /// address.
    ///
    /// # Errors
    /// When there is no such order, or the caller is no owner.
    pub async fn export_order_buyer(
        &self,
        caller: &Caller,
        id: OrderId,
        scope: BuyerScope,
    ) -> Result<BuyerData, PrivacyError> {
        let asker = Asker::Member(caller);
        self.admit(asker, id.as_uuid())?;
        let ids = self.orders_in_scope(caller, id, scope).await?;
        let data = self.gather_orders(&ids).await?;
        self.note_export(asker, caller.shop, "order.export_buyer", &id.to_string()).await?;
        Ok(data)
    }

    async fn note_export(
        &self,
        asker: Asker<'_>,
        shop: ShopId,
        action: &str,
        subject: &str,
    ) -> Result<(), PrivacyError> {
        let mut tx = self.db().write().await?;
        self.audit_privacy(&mut tx, asker, shop, action, subject).await?;
        Ok(tx.commit().await?)
    }

    async fn export(
        &self,
        shop_id: ShopId,
        viewer: ViewerId,
        cursor: Option<&str>,
    ) -> Result<ViewerData, PrivacyError> {
        let after = cursor.map_or(Ok((uuid::Uuid::nil().into(), 0)), read_cursor)?;
        let _pass = self.export_gate().enter().await.ok_or(PrivacyError::Busy)?;
        let now = self.clock().now();
        let mut tx = self.db().read().await?;
        let shop = tx.find_shop(shop_id).await?.ok_or(PrivacyError::NotFound)?;
        let mut messages = tx.list_messages_of_viewer(shop_id, viewer, after, MESSAGES_MAX + 1).await?;
        let has_more = messages.len() > usize::try_from(MESSAGES_MAX).unwrap_or(usize::MAX);
        if has_more {
            messages.pop();
        }
        let last = messages.last().filter(|_| has_more);
        let next_cursor = last.map(|message| format!("{}:{}", message.show_id, message.seq));
        let data = ViewerData {
            exported_at: now,
            shop_name: shop.name,
            viewer_id: viewer,
            names: tx.list_names_of_viewer(shop_id, viewer).await?,
            messages,
            held: tx.list_held_of_viewer(shop_id, viewer).await?,
            questions: tx.list_questions_of_viewer(shop_id, viewer).await?,
            votes: tx.list_votes_of_viewer(shop_id, viewer).await?,
            ban: tx.find_ban(shop_id, viewer).await?.filter(|ban| ban.expires_at > now),
            orders: tx.list_orders_of_viewer(shop_id, viewer).await?,
            counted: self.counted_for(&mut tx, shop_id, viewer).await?,
            next_cursor,
        };
        let rows = [data.names.len(), data.held.len(), data.questions.len(), data.votes.len()];
        let rows = rows.into_iter().chain([data.orders.len(), data.counted.len()]);
        // A file that is silently cut short would be no answer to the question.
        if rows.into_iter().any(|rows| rows >= usize::try_from(ROWS_MAX).unwrap_or(usize::MAX)) {
            return Err(PrivacyError::TooMuch);
        }
        Ok(data)
    }

    /// What a viewer was counted for, found by the hash that stands for the viewer in each show.
    async fn counted_for(
        &self,
        tx: &mut Tx,
        shop: ShopId,
        viewer: ViewerId,
    ) -> storage::Result<Vec<ViewerCounted>> {
        let (mut after, mut counted) = (None, Vec::new());
        let rows_max = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
        while counted.len() < rows_max {
            let shows = tx.list_marked_shows(shop, after, SHOWS).await?;
            let Some(last) = shows.last() else { break };
            after = Some(*last);
            for show_id in shows {
                for about in tx.list_marks(show_id, self.reach_key(show_id, viewer)).await? {
                    let product_id = (about != show_id.as_uuid()).then(|| about.into());
                    counted.push(ViewerCounted { show_id, product_id });
                }
            }
        }
        Ok(counted)
    }

    async fn gather_orders(&self, ids: &[OrderId]) -> Result<BuyerData, PrivacyError> {
        let _pass = self.export_gate().enter().await.ok_or(PrivacyError::Busy)?;
        let mut tx = self.db().read().await?;
        let (mut orders, mut shop_name) = (Vec::with_capacity(ids.len()), String::new());
        for id in ids {
            let order = tx.find_order_anywhere(*id).await?.ok_or(PrivacyError::NotFound)?;
            let shop = tx.find_shop(order.shop_id).await?.ok_or(PrivacyError::NotFound)?;
            shop_name = shop.name;
            let erased_at = order.erased_at;
            let kept = tx.find_kept_of_buyer(order.shop_id, *id).await?;
            let order = self.order_view(&mut tx, order).await?;
            orders.push(BuyerOrderData { order, erased_at, kept });
        }
        Ok(BuyerData { exported_at: self.clock().now(), shop_name, orders })
    }
}

/// The place that a page of messages ended at.
fn read_cursor(cursor: &str) -> Result<(ShowId, i64), Invalid> {
    let place = cursor.split_once(':').and_then(|(show, seq)| Some((show.parse().ok()?, seq.parse().ok()?)));
    place.ok_or_else(|| Invalid::field("cursor", "out_of_range"))
}
