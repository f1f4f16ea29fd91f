//! The buyer's page of an order, reached by an address that nobody can guess.
//!
//! Whoever has the address sees the order, so nothing in the answer names the buyer.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::OrdersError;
use crate::app::App;
use crate::domain::buyer_order::BuyerOrder;
use crate::domain::ids::OrderId;

/// Bytes of the HMAC in a token: 128 bits, which nobody guesses.
const TAG_BYTES: usize = 16;

impl App {
    /// The address of the buyer's page of an order.
    pub(in crate::app) fn order_url(&self, id: OrderId) -> String {
        format!("{}{}", self.public_url(), self.order_path(id))
    }

    /// The path of the buyer's page of an order; whoever has it sees the order.
    #[must_use]
    pub fn order_path(&self, id: OrderId) -> String {
        format!("/order/{}", self.order_token(id))
    }

    fn order_token(&self, id: OrderId) -> String {
        let mut token = [0; 16 + TAG_BYTES];
        token[..16].copy_from_slice(id.as_uuid().as_bytes());
        let tag = self.order_mac(id).finalize().into_bytes();
        token[16..].copy_from_slice(&tag[..TAG_BYTES]);
        BASE64_URL_SAFE_NO_PAD.encode(token)
    }

    /// The order that a token of ours names.
    pub(in crate::app) fn find_order_id(&self, token: &str) -> Option<OrderId> {
        let token: [u8; 16 + TAG_BYTES] = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (id, tag) = token.split_at(16);
        let id = OrderId::from(Uuid::from_slice(id).ok()?);
        // Compares in constant time, so no answer tells how much of a guess was right.
        self.order_mac(id).verify_truncated_left(tag).ok()?;
        Some(id)
    }

    fn order_mac(&self, id: OrderId) -> Hmac<Sha256> {
        let mut mac = self.mac(b"order");
        mac.update(id.as_uuid().as_bytes());
        mac
    }

    /// An order for whoever has its address, asked of the provider too while it waits for it.
    ///
    /// # Errors
    /// When the token is not of ours; the same for all that is wrong with one.
    pub async fn get_buyer_order(&self, token: &str) -> Result<BuyerOrder, OrdersError> {
        let id = self.find_order_id(token).ok_or(OrdersError::NotFound)?;
        let mut tx = self.db().read().await?;
        let order = tx.find_order_anywhere(id).await?.ok_or(OrdersError::NotFound)?;
        let shop = tx.find_shop(order.shop_id).await?.ok_or(OrdersError::NotFound)?;
        let contact = tx.find_shop_contact(order.shop_id).await?;
        drop(tx);
        let order = Box::pin(self.look_again(order)).await?;
        let withdrawal = Box::pin(self.withdrawal_right(&mut self.db().read().await?, &order)).await?;
        Ok(BuyerOrder {
            number: order.number.clone(),
            status: order.status,
            is_test: order.is_test,
            lines: order.line_views(),
            subtotal: order.money(order.amount_subtotal),
            shipping: order.shipping(),
            discount: order.money(order.parts.unwrap_or_default().discount),
            tax: order.money(order.parts.unwrap_or_default().tax),
            total: order.total(),
            refunded: order.money(order.amount_refunded),
            shop_name: shop.name,
            shop_email: contact.and_then(|contact| contact.email),
            brand_colour: shop.brand_colour,
            created_at: order.created_at,
            paid_at: order.paid_at,
            reserved_until: order.reserved_until,
            pay_url: order.pay_url(),
            shipment: order.shipment,
            withdrawal,
            shop_slug: shop.slug,
            data_url: format!("{}/data", self.order_path(order.id)),
        })
    }
}
