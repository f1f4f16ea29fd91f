//! Open Graph and Twitter cards: what messengers and social networks show of an address.

use std::fmt::Write;

use crate::app::links::Card;
use crate::domain::language::Language;
use crate::domain::show::ShowStatus;
use crate::domain::text::escaped_html as escaped;

/// Characters of a description; networks show less.
const DESCRIPTION_CHARS_MAX: usize = 200;

/// The head of a page: its title and what a preview of it tells. `url` is the full address.
#[must_use]
pub fn tags(card: &Card, url: &str) -> String {
    let mut tags = Tags(format!("<title>{}</title>", escaped(&page_title(card))));
    let description = description(card);
    let title = card.product.as_ref().map_or(&card.show, |product| &product.title);
    tags.name("description", &description);
    tags.property("og:type", if card.product.is_some() { "product" } else { "website" });
    tags.property("og:site_name", &card.shop);
    tags.property("og:title", title);
    tags.property("og:description", &description);
    tags.property("og:url", url);
    tags.property(
        "og:locale",
        match card.language {
            Language::Italian => "it_IT",
            Language::English => "en_GB",
        },
    );
    tags.name("twitter:card", if card.image_url.is_some() { "summary_large_image" } else { "summary" });
    tags.name("twitter:title", title);
    tags.name("twitter:description", &description);
    if let Some(image) = &card.image_url {
        tags.property("og:image", image);
        tags.property("og:image:alt", title);
        tags.name("twitter:image", image);
        tags.name("twitter:image:alt", title);
    }
    price(card, &mut tags);
    tags.0
}

fn price(card: &Card, tags: &mut Tags) {
    let (Some(product), Some(price)) = (&card.product, card.price) else { return };
    let is_there = product.available > 0;
    tags.property("product:price:amount", &price.decimal());
    tags.property("product:price:currency", price.currency.as_str());
    tags.property("product:availability", if is_there { "in stock" } else { "out of stock" });
    tags.name("twitter:label1", words(card.language).price);
    tags.name("twitter:data1", &card.language.money(price));
}

fn page_title(card: &Card) -> String {
    match &card.product {
        Some(product) => format!("{} · {}", product.title, card.shop),
        None => format!("{} · {}", card.show, card.shop),
    }
}

/// Price and state first, because networks cut the end.
fn description(card: &Card) -> String {
    let words = words(card.language);
    let mut parts = Vec::new();
    if card.is_test {
        parts.push(words.test.to_owned());
    }
    if let Some(price) = card.price {
        parts.push(card.language.money(price));
    }
    if card.product.as_ref().is_some_and(|product| product.available == 0) {
        parts.push(words.sold_out.to_owned());
    }
    let state = words.state(card.status);
    parts.push(if card.product.is_some() { format!("{state}: {}", card.show) } else { state.to_owned() });
    let text = card.product.as_ref().map_or(&card.description, |product| &product.description);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    parts.extend(Some(text).filter(|text| !text.is_empty()));
    shortened(&parts.join(" · "))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION_CHARS_MAX {
        return text.to_owned();
    }
    let cut: String = text.chars().take(DESCRIPTION_CHARS_MAX - 1).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
}

/// Elements of a head, each value escaped.
struct Tags(String);

impl Tags {
    fn property(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "<meta property=\"{name}\" content=\"{}\">", escaped(value));
    }

    fn name(&mut self, name: &str, value: &str) {
        let _ = write!(self.0, "<meta name=\"{name}\" content=\"{}\">", escaped(value));
    }
}

/// The texts of one language.
struct Words {
    price: &'static str,
    sold_out: &'static str,
    test: &'static str,
    live: &'static str,
    soon: &'static str,
    over: &'static str,
}

impl Words {
    const fn state(&self, status: ShowStatus) -> &'static str {
        match status {
            ShowStatus::Live | ShowStatus::Paused => self.live,
            ShowStatus::Draft | ShowStatus::Scheduled => self.soon,
            ShowStatus::Ended => self.over,
        }
    }
}

const fn words(language: Language) -> &'static Words {
    match language {
        Language::Italian => &Words {
            price: "Prezzo",
            sold_out: "Esaurito",
            test: "PROVA",
            live: "In diretta ora",
            soon: "Presto in diretta",
            over: "Dalla diretta",
        },
        Language::English => &Words {
            price: "Price",
            sold_out: "Sold out",
            test: "TEST",
            live: "Live now",
            soon: "Live soon",
            over: "From the show",
        },
    }
}
