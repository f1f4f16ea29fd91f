//! What a preview of a show or product tells: the data behind Open Graph and Twitter cards.

use crate::app::App;
use crate::app::shows::{ShowError, ShowRef};
use crate::domain::ids::VariantId;
use crate::domain::language::Language;
use crate::domain::money::{Currency, Money};
use crate::domain::show::ShowStatus;
use crate::domain::video;
use crate::storage::{CardProduct, CardSubject};

/// What a preview tells of a show, and of one product in it where the address names one.
#[derive(Clone, Debug)]
pub struct Card {
    /// Of the shop's texts.
    pub language: Language,
    /// The shop's name.
    pub shop: String,
    /// Whether it is test money.
    pub is_test: bool,
    /// The show's title.
    pub show: String,
    /// The show's own words.
    pub description: String,
    /// Where the show stands.
    pub status: ShowStatus,
    /// The product that the address names.
    pub product: Option<CardProduct>,
    /// The product's price.
    pub price: Option<Money>,
    /// The full address of a picture.
    pub image_url: Option<String>,
}

impl App {
    /// What a preview of a show's page tells.
    ///
    /// # Errors
    /// When there is none that people may know of.
    pub async fn find_card(
        &self,
        show: &ShowRef,
        handle: Option<&str>,
        variant: Option<VariantId>,
    ) -> Result<Card, ShowError> {
        let show = self.find_public_show(show).await?;
        let mut tx = self.db().read().await?;
        let shop = tx.find_shop(show.shop_id).await?.ok_or(ShowError::NotFound)?;
        let contact = tx.find_shop_contact(shop.id).await?.ok_or(ShowError::NotFound)?;
        let subject = CardSubject { handle, variant };
        let product = tx.find_card_product(shop.id, show.id, subject).await?;
        drop(tx);
        let is_test = !self.provider_of(shop.id).await?.is_live();
        let picture = product.as_ref().and_then(|product| product.image_id);
        let picture = picture.map(|image| format!("/images/{image}/large.jpg"));
        let poster = video::poster(&show.video);
        // Without a product of its own the card shows the show, as far as that has a picture.
        let image = if handle.is_some() { picture.or(poster) } else { poster.or(picture) };
        let product = product.filter(|_| handle.is_some());
        Ok(Card {
            language: contact.language,
            shop: shop.name,
            is_test,
            show: show.title,
            description: show.description,
            status: show.status,
            price: product.as_ref().and_then(|product| price(product, shop.currency)),
            product,
            image_url: image.map(|path| format!("{}{path}", self.public_url())),
        })
    }
}

fn price(product: &CardProduct, currency: Currency) -> Option<Money> {
    product.price.map(|amount| Money::new(amount, currency))
}
