//! Anonymous viewers: a signed token instead of a row.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::App;
use crate::domain::ids::{ShopId, ViewerId};

/// A viewer of one shop, as proved by a token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The shop whose pages the viewer is on.
    pub shop: ShopId,
    /// Identity.
    pub id: ViewerId,
}

impl App {
    /// Makes a viewer of a shop and the token that proves it.
    #[must_use]
    pub fn create_viewer(&self, shop: ShopId) -> (Viewer, String) {
        let viewer = Viewer { shop, id: self.clock().uuid().into() };
        let mut token = [0; 48];
        token[..16].copy_from_slice(shop.as_uuid().as_bytes());
        token[16..32].copy_from_slice(viewer.id.as_uuid().as_bytes());
        let tag = self.viewer_mac(&token[..32]).finalize().into_bytes();
        token[32..].copy_from_slice(&tag[..16]);
        (viewer, BASE64_URL_SAFE_NO_PAD.encode(token))
    }

    /// The viewer whom a token proves; `None` for a token that is not ours.
    #[must_use]
    pub fn find_viewer(&self, token: &str) -> Option<Viewer> {
        let token: [u8; 48] = BASE64_URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (ids, tag) = token.split_at(32);
        // Half of the HMAC is 128 bits, which is what an unguessable token needs.
        self.viewer_mac(ids).verify_truncated_left(tag).ok()?;
        let (shop, id) = ids.split_at(16);
        Some(Viewer { shop: Uuid::from_slice(shop).ok()?.into(), id: Uuid::from_slice(id).ok()?.into() })
    }

    /// A salted hash of an address, so that a ban can hold without keeping the address.
    #[must_use]
    pub fn address_hash(&self, address: &[u8]) -> Vec<u8> {
        let mut mac = self.mac(b"address");
        mac.update(address);
        mac.finalize().into_bytes()[..16].to_vec()
    }

    fn viewer_mac(&self, ids: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac(b"viewer");
        mac.update(ids);
        mac
    }

    /// A keyed hash for one purpose; the prefix keeps purposes apart.
    pub(crate) fn mac(&self, purpose: &'static [u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(self.secret()).expect("HMAC takes keys of any length");
        mac.update(purpose);
        mac.update(b"\0");
        mac
    }
}
