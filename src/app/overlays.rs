//! Overlays: pages that OBS lays over a picture, each with a key that reads what viewers see.
//!
//! A key opens the socket of the shop's public shows and makes the links that its overlay shows;
//! it can do nothing else, and it is useless within seconds after it was revoked.

use chrono::TimeDelta;

use super::links::{LABEL_CHARS_MAX, LinkError};
use super::sessions::hash_token;
use super::shows::ShowRef;
use super::{App, Caller, Invalid};
use crate::domain::ids::{OverlayKeyId, ProductId, ShopId, ShowId};
use crate::domain::language::Language;
use crate::domain::link::{Link, LinkCode, LinkSource, OVERLAY_KEYS_MAX, OverlayKey};
use crate::domain::member::Permission;
use crate::domain::show::Show;
use crate::domain::text;
use crate::storage;

/// What the tokens of overlays begin with, so that they are known for what they are.
const KEY_PREFIX: &str = "vo_";
/// How exactly it is noted when an overlay was seen.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// An overlay that proved itself by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// The key.
    pub key: OverlayKeyId,
    /// Whose shows it watches.
    pub shop: ShopId,
    source: LinkSource,
}

impl App {
    /// Makes a key for an overlay; its token is told once.
    ///
    /// # Errors
    /// Names the field at fault, or that the shop has as many as it may.
    pub async fn create_overlay_key(
        &self,
        caller: &Caller,
        name: &str,
        source: LinkSource,
    ) -> Result<(OverlayKey, String), LinkError> {
        caller.require(Permission::Shows)?;
        let name =
            text::line(name, LABEL_CHARS_MAX).map_err(|error| Invalid::field("/name", error.code()))?;
        let token = format!("{KEY_PREFIX}{}", self.new_token());
        let created_at = self.clock().now();
        let id = OverlayKeyId::from(self.clock().uuid());
        let key = OverlayKey { id, shop_id: caller.shop, name, source, created_at, seen_at: None };
        let mut tx = self.db().write().await?;
        if !tx.insert_overlay_key(&key, &hash_token(&token), OVERLAY_KEYS_MAX).await? {
            return Err(LinkError::TooMany);
        }
        let detail = serde_json::json!({ "source": source });
        self.audit(&mut tx, caller, "overlay.create", &id.to_string(), detail).await?;
        tx.commit().await?;
        Ok((key, token))
    }

    /// The shop's overlay keys that work, newest first; never more than [`OVERLAY_KEYS_MAX`].
    ///
    /// # Errors
    /// Refuses callers who have no part in shows.
    pub async fn list_overlay_keys(&self, caller: &Caller) -> Result<Vec<OverlayKey>, LinkError> {
        caller.require(Permission::Shows)?;
        Ok(self.db().read().await?.list_overlay_keys(caller.shop, OVERLAY_KEYS_MAX).await?)
    }

    /// Makes a key useless; sockets that were opened with it are closed at their next look.
    ///
    /// # Errors
    /// When there is none to revoke, or the caller has no part in shows.
    pub async fn revoke_overlay_key(&self, caller: &Caller, id: OverlayKeyId) -> Result<(), LinkError> {
        caller.require(Permission::Shows)?;
        let mut tx = self.db().write().await?;
        if !tx.revoke_overlay_key(caller.shop, id, self.clock().now()).await? {
            return Err(LinkError::NotFound);
        }
        self.audit(&mut tx, caller, "overlay.revoke", &id.to_string(), serde_json::json!({})).await?;
        Ok(tx.commit().await?)
    }

    /// The overlay behind a token; none after the key was revoked.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_overlay(&self, token: &str) -> storage::Result<Option<Overlay>> {
        if !token.starts_with(KEY_PREFIX) {
            return Ok(None);
        }
        let found = self.db().read().await?.find_overlay_key(&hash_token(token)).await?;
        let Some(key) = found else { return Ok(None) };
        let now = self.clock().now();
        if key.seen_at.is_none_or(|seen| now - seen >= SEEN_EVERY) {
            let mut tx = self.db().write().await?;
            tx.note_overlay_key(key.id, now).await?;
            tx.commit().await?;
        }
        Ok(Some(Overlay { key: key.id, shop: key.shop_id, source: key.source }))
    }

    /// Whether an overlay's key still works.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_overlay_valid(&self, overlay: Overlay) -> storage::Result<bool> {
        self.db().read().await?.is_overlay_key_valid(overlay.shop, overlay.key).await
    }

    /// The language of a shop's own texts.
    ///
    /// # Errors
    /// When the shop is gone.
    pub async fn shop_language(&self, shop: ShopId) -> Result<Language, LinkError> {
        let contact = self.db().read().await?.find_shop_contact(shop).await?;
        Ok(contact.ok_or(LinkError::NotFound)?.language)
    }

    /// A show of the overlay's shop, by its id or URL part; `None` asks for the one of this moment:
    /// the newest on air, else the next one.
    ///
    /// # Errors
    /// When there is none that viewers may see.
    pub async fn overlay_show(&self, overlay: Overlay, show: Option<&ShowRef>) -> Result<Show, LinkError> {
        let mut tx = self.db().read().await?;
        let found = match show {
            Some(ShowRef::Id(id)) => tx.find_show(*id).await?,
            Some(ShowRef::Slug(slug)) => tx.find_show_by_slug(overlay.shop, slug).await?,
            None => match tx.find_current_show(overlay.shop).await? {
                Some(id) => tx.find_show(id).await?,
                None => None,
            },
        };
        found.filter(|show| show.shop_id == overlay.shop && show.is_public()).ok_or(LinkError::NotFound)
    }

    /// The link that an overlay shows for a product of a show; the first time it is made.
    ///
    /// # Errors
    /// When the show or the product in it is not there, or the shop has as many links as it may.
    pub async fn overlay_link(
        &self,
        overlay: Overlay,
        show: ShowId,
        product: ProductId,
    ) -> Result<Link, LinkError> {
        self.overlay_show(overlay, Some(&ShowRef::Id(show))).await?;
        let mut tx = self.db().read().await?;
        if let Some(link) = tx.find_overlay_link(overlay.key, show, product).await? {
            return Ok(link);
        }
        drop(tx);
        let mut tx = self.db().write().await?;
        if tx.find_lineup_handle(overlay.shop, show, product).await?.is_none() {
            return Err(LinkError::NotFound);
        }
        let link = Link {
            id: self.clock().uuid().into(),
            shop_id: overlay.shop,
            code: LinkCode::from_random(self.clock().random()),
            show_id: Some(show),
            product_id: Some(product),
            variant_id: None,
            source: overlay.source,
            label: String::new(),
            overlay_key_id: Some(overlay.key),
            clicks: 0,
            created_at: self.clock().now(),
            expires_at: None,
            withdrawn_at: None,
        };
        // Another window of the same overlay may have been faster; then its link is the one.
        let made = self.insert_link(&mut tx, link).await?;
        let made = match made {
            Some(link) => link,
            None => tx.find_overlay_link(overlay.key, show, product).await?.ok_or(LinkError::NoCode)?,
        };
        tx.commit().await?;
        Ok(made)
    }
}
