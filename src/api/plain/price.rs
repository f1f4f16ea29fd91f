//! What pieces cost on the pages without scripts, and what an offer is held against.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::words::Words;
use crate::domain::language::Language;
use crate::domain::money::Money;
use crate::domain::offer::{OfferVariantView, OfferView};
use crate::domain::product::{ProductView, VariantView};

/// The prices of one moment.
pub(super) struct Prices<'a> {
    pub language: Language,
    pub offers: &'a [OfferView],
    pub now: DateTime<Utc>,
}

impl Prices<'_> {
    /// What one piece costs.
    pub fn of(&self, variant: &VariantView) -> Money {
        self.offer(variant).map_or(variant.price, |(offer, _)| offer.price)
    }

    /// The offer for a product that promises least: the lowest price before it, its time and pieces.
    pub fn note(&self, product: &ProductView, words: &Words) -> String {
        let offers = product.variants.iter().filter(|variant| variant.on_sale);
        let least =
            offers.filter_map(|variant| self.offer(variant)).min_by_key(|(_, covered)| covered.lowest.amount);
        let Some((offer, covered)) = least else { return self.reduction_note(product) };
        let mut note = self.lowest_note(covered.lowest, covered.lowest_days, covered.percent);
        if let Some(ends_at) = offer.ends_at {
            let minutes = (ends_at - self.now).num_minutes().max(0) + 1;
            let _ = write!(note, "<br>{} {minutes}", words.offer_minutes);
        }
        if let Some(left) = offer.units_left {
            let _ = write!(note, "<br>{} {left}", words.offer_units);
        }
        format!("<p><small>{note}</small></p>")
    }

    /// What the catalogue's own price is reduced from, of the variants the one that promises least.
    fn reduction_note(&self, product: &ProductView) -> String {
        let on_sale = product.variants.iter().filter(|variant| variant.on_sale);
        let Some(least) = on_sale.filter_map(|variant| variant.reduction).min_by_key(|one| one.lowest.amount)
        else {
            return String::new();
        };
        format!("<p><small>{}</small></p>", self.lowest_note(least.lowest, least.lowest_days, least.percent))
    }

    fn lowest_note(&self, lowest: Money, days: i64, percent: i64) -> String {
        let mut note =
            format!("{} <s>{}</s>", lowest_price(days, self.language), self.language.money(lowest));
        if percent > 0 {
            let _ = write!(note, " −{percent}\u{a0}%");
        }
        note
    }

    fn offer(&self, variant: &VariantView) -> Option<(&OfferView, &OfferVariantView)> {
        self.offers.iter().find_map(|offer| Some((offer, offer.covers(variant.id, variant.price, self.now)?)))
    }
}

/// What the price beside an offer's is.
fn lowest_price(days: i64, language: Language) -> String {
    match (days, language) {
        (1, Language::Italian) => "Prezzo più basso dell’ultimo giorno:".to_owned(),
        (_, Language::Italian) => format!("Prezzo più basso degli ultimi {days} giorni:"),
        (1, Language::English) => "Lowest price of the last day:".to_owned(),
        (_, Language::English) => format!("Lowest price of the last {days} days:"),
    }
}
