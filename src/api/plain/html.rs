//! Draws the pages without scripts.

use std::fmt::Write;

use chrono::{DateTime, Utc};

use super::legal::{exemption, links};
use super::price::Prices;
use super::words::{Words, show_status, status, words};
use crate::domain::buyer_order::BuyerOrder;
use crate::domain::checkout_settings::DeliveryZone;
use crate::domain::language::Language;
use crate::domain::link::LinkCode;
use crate::domain::order::OrderStatus;
use crate::domain::product::{ProductView, VariantView};
use crate::domain::show::{ShopView, ShowSummary, ShowView};
use crate::domain::text::escaped_html as escaped;

/// Seconds after which a page that waits for the payment provider asks again.
const WAITING_SECS: u32 = 3;

/// A page before it is written.
pub(super) struct Document {
    language: Language,
    title: String,
    is_test: bool,
    /// Loads the page again after so many seconds.
    refresh_secs: Option<u32>,
    /// What the address keeps when the language is changed, as a query.
    way: String,
    /// URL part of the shop whose terms hold; none where no shop is known.
    shop: Option<String>,
    body: String,
}

impl Document {
    /// A page of one sentence.
    pub fn notice(language: Language, text: &str) -> Self {
        let body = format!("<main><p>{}</p><p><a href=\"/?plain\">Vetrina</a></p></main>", escaped(text));
        let (title, way) = ("Vetrina".to_owned(), String::new());
        Self { language, title, is_test: false, refresh_secs: None, way, shop: None, body }
    }

    /// A page about a shop or an order that stands still.
    pub fn page(language: Language, title: String, is_test: bool, shop: String, body: String) -> Self {
        let way = format!("shop={shop}");
        Self { language, title, is_test, refresh_secs: None, way, shop: Some(shop), body }
    }

    pub fn html(&self) -> String {
        let words = words(self.language);
        let (other, other_name) = match self.language {
            Language::Italian => (Language::English, "English"),
            Language::English => (Language::Italian, "Italiano"),
        };
        let way = if self.way.is_empty() { String::new() } else { format!("&amp;{}", escaped(&self.way)) };
        let refresh =
            self.refresh_secs.map(|secs| format!("<meta http-equiv=\"refresh\" content=\"{secs}\">"));
        let banner =
            if self.is_test { format!("<p class=\"test\">{}</p>", words.test_mode) } else { String::new() };
        let legal = self.shop.as_deref().map(|shop| links(shop, self.language)).unwrap_or_default();
        format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">{refresh}\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\
             <link rel=\"stylesheet\" href=\"/plain.css\"></head><body>{banner}{body}\
             <footer>{legal}<p><a href=\"?plain&amp;lang={other}{way}\" hreflang=\"{other}\" lang=\"{other}\">{other_name}</a></p>\
             </footer></body></html>",
            language = self.language,
            refresh = refresh.unwrap_or_default(),
            title = escaped(&self.title),
            body = self.body,
        )
    }
}

/// The shop and its shows.
pub(super) struct StorefrontPage<'a> {
    pub language: Language,
    pub shop: &'a ShopView,
    pub shows: &'a [ShowSummary],
    /// Why a link led here.
    pub notice: Option<&'a str>,
}

impl StorefrontPage<'_> {
    pub fn document(&self) -> Document {
        let item = |show: &ShowSummary| {
            format!(
                "<li><a href=\"/show/{}?plain&amp;lang={}\">{}</a> <small>{}</small></li>",
                escaped(&show.slug),
                self.language,
                escaped(&show.title),
                show_status(show.status, self.language),
            )
        };
        let items: String = self.shows.iter().map(item).collect();
        let body = format!(
            "<main><h1>{}</h1>{}<p>{}</p><h2>{}</h2><ul>{items}</ul></main>",
            escaped(&self.shop.name),
            notice(self.notice),
            escaped(&self.shop.tagline),
            words(self.language).shows,
        );
        let title = self.shop.name.clone();
        Document {
            language: self.language,
            title,
            is_test: self.shop.is_test,
            refresh_secs: None,
            way: String::new(),
            shop: Some(self.shop.slug.clone()),
            body,
        }
    }
}

/// Something that went otherwise than expected, above all else.
fn notice(text: Option<&str>) -> String {
    let notice = |text| format!("<p class=\"notice\" role=\"alert\">{}</p>", escaped(text));
    text.map(notice).unwrap_or_default()
}

/// A show and what it sells.
pub(super) struct ShowPage<'a> {
    pub language: Language,
    pub shop: &'a ShopView,
    pub show: &'a ShowView,
    /// Proves the viewer who buys.
    pub token: &'a str,
    /// Makes the key of one click.
    pub make_key: &'a dyn Fn() -> String,
    /// When it is drawn.
    pub now: DateTime<Utc>,
    /// Why the last click came to nothing, or why a link led here.
    pub notice: Option<&'a str>,
    /// The link through which the buyer came.
    pub link: Option<&'a LinkCode>,
    /// The same and the product as a query.
    pub way: &'a str,
}

impl ShowPage<'_> {
    pub fn document(&self) -> Document {
        let words = words(self.language);
        let products: String = self.show.lineup.iter().map(|product| self.product(product, words)).collect();
        let products = if products.is_empty() {
            format!("<p>{}</p>", words.nothing_for_sale)
        } else {
            format!("<ul class=\"products\">{products}</ul>")
        };
        let body = format!(
            "<main><p><a href=\"/?plain&amp;lang={language}\">{shop}</a></p><h1>{title}</h1>{notice}\
             <p>{video}</p><h2>{heading}</h2>{products}</main>",
            language = self.language,
            shop = escaped(&self.shop.name),
            title = escaped(&self.show.summary.title),
            notice = notice(self.notice),
            video = words.video_needs_scripts,
            heading = words.products,
        );
        let title = format!("{} – {}", self.show.summary.title, self.shop.name);
        Document {
            language: self.language,
            title,
            is_test: self.shop.is_test,
            refresh_secs: None,
            way: self.way.to_owned(),
            shop: Some(self.shop.slug.clone()),
            body,
        }
    }

    fn product(&self, product: &ProductView, words: &Words) -> String {
        let offered: Vec<&VariantView> = product.variants.iter().filter(|variant| variant.on_sale).collect();
        let free: Vec<&VariantView> =
            offered.iter().copied().filter(|variant| variant.available > 0).collect();
        let picture = product.images.first().map(|image| {
            format!(
                "<img src=\"{}\" alt=\"\" width=\"96\" height=\"96\" loading=\"lazy\">",
                escaped(&image.small_url)
            )
        });
        let exempt =
            product.exemption.map(|why| format!("<p><small>{}</small></p>", exemption(why, self.language)));
        let prices = self.prices();
        let price = offered.iter().map(|variant| prices.of(variant)).min_by_key(|price| price.amount);
        let price = price.map(|price| self.language.money(price)).unwrap_or_default();
        let form = if free.is_empty() {
            format!("<p class=\"gone\">{}</p>", words.gone)
        } else {
            self.form(product, &free, words)
        };
        format!(
            "<li>{picture}<div><h3>{title}</h3><p class=\"price\">{price} <small>{vat}</small></p>{offer}{exempt}{form}</div></li>",
            picture = picture.unwrap_or_default(),
            title = escaped(&product.title),
            vat = words.vat,
            offer = prices.note(product, words),
            exempt = exempt.unwrap_or_default(),
        )
    }

    fn prices(&self) -> Prices<'_> {
        Prices { language: self.language, offers: &self.show.offers, now: self.now }
    }

    fn form(&self, product: &ProductView, free: &[&VariantView], words: &Words) -> String {
        let id = product.id;
        let prices = self.prices();
        // With the price as it is shown, so that nobody pays more than that.
        let value = |variant: &VariantView| format!("{}.{}", variant.id, prices.of(variant).amount.minor());
        let option = |variant: &&VariantView| {
            format!(
                "<option value=\"{}\">{} · {} ({} {})</option>",
                value(variant),
                escaped(&variant.option_values.join(" / ")),
                self.language.money(prices.of(variant)),
                words.left,
                variant.available,
            )
        };
        let variant = if let [only] = free {
            format!("<input type=\"hidden\" name=\"variant\" value=\"{}\">", value(only))
        } else {
            format!(
                "<label for=\"v-{id}\">{}</label><select id=\"v-{id}\" name=\"variant\">{}</select>",
                words.variant,
                free.iter().map(option).collect::<String>(),
            )
        };
        let link = self.link.map(|code| format!("<input type=\"hidden\" name=\"link\" value=\"{code}\">"));
        format!(
            "<form method=\"post\" action=\"?plain&amp;lang={language}\">\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\
             <input type=\"hidden\" name=\"key\" value=\"{key}\">{link}{variant}{delivery}\
             <button>{buy}<span class=\"hidden\"> {title}</span></button></form>",
            language = self.language,
            token = escaped(self.token),
            key = escaped(&(self.make_key)()),
            link = link.unwrap_or_default(),
            delivery = self.delivery(&id.to_string(), words),
            buy = words.buy,
            title = escaped(&product.title),
        )
    }

    /// Asks for the country where the price depends on it, and names the price where it does not.
    fn delivery(&self, id: &str, words: &Words) -> String {
        let cheapest = |zone: &DeliveryZone| {
            let price = zone.rates.iter().map(|rate| rate.price).min_by_key(|price| price.amount);
            price.map(|price| self.language.money(price)).unwrap_or_default()
        };
        match self.shop.delivery.zones.as_slice() {
            [] => String::new(),
            [zone] => format!("<p><small>{} {}</small></p>", words.shipping_from, cheapest(zone)),
            zones => {
                let mut options = String::new();
                for zone in zones {
                    for country in &zone.countries {
                        let _ = write!(
                            options,
                            "<option value=\"{country}\">{country} · {}</option>",
                            cheapest(zone)
                        );
                    }
                }
                format!(
                    "<label for=\"c-{id}\">{}</label><select id=\"c-{id}\" name=\"ship_to\">{options}</select>",
                    words.ship_to
                )
            }
        }
    }
}

/// An order as whoever has its address sees it.
pub(super) struct OrderPage<'a> {
    pub language: Language,
    pub order: &'a BuyerOrder,
    pub now: DateTime<Utc>,
    /// The buyer comes from the payment page and is done there.
    pub is_returned: bool,
}

impl OrderPage<'_> {
    pub fn document(&self) -> Document {
        let (words, order) = (words(self.language), self.order);
        // Who has just paid may be faster than the provider's news of it.
        let is_settling = self.is_returned && order.status == OrderStatus::Open;
        let shown = if is_settling { OrderStatus::Processing } else { order.told_status() };
        let is_waiting = is_settling || order.status == OrderStatus::Reserved;
        let contact = order.shop_email.as_ref().map(|email| {
            format!(
                "<p>{} <a href=\"mailto:{email}\">{email}</a></p>",
                words.write_to,
                email = escaped(email)
            )
        });
        let body = format!(
            "<main><p>{shop}</p><h1>{word} {number}</h1><p class=\"status\" role=\"status\">{status}</p>{pay}\
             <table>{rows}</table>{withdrawal}<p><a href=\"?plain&amp;lang={language}\">{again}</a></p>\
             <p><a href=\"{data_url}?lang={language}\">{your_data}</a></p>\
             <p><small>{keep}</small></p>{contact}</main>",
            shop = escaped(&order.shop_name),
            word = words.order,
            number = escaped(&order.number),
            status = status(shown, self.language),
            pay = if is_settling { String::new() } else { self.pay(words) },
            rows = self.rows(words),
            withdrawal = self.withdrawal(words),
            language = self.language,
            again = words.look_again,
            data_url = escaped(&order.data_url),
            your_data = words.your_data,
            keep = words.keep_address,
            contact = contact.unwrap_or_default(),
        );
        Document {
            language: self.language,
            title: format!("{} {} – {}", words.order, order.number, order.shop_name),
            is_test: order.is_test,
            refresh_secs: is_waiting.then_some(WAITING_SECS),
            way: String::new(),
            shop: Some(order.shop_slug.clone()),
            body,
        }
    }

    /// The way to withdraw, and to the receipts of it (art. 11a Directive 2011/83/EU).
    fn withdrawal(&self, words: &Words) -> String {
        let Some(right) = &self.order.withdrawal else { return String::new() };
        let name = match (right.is_open, right.receipts.is_empty()) {
            (true, _) => words.withdraw_here,
            (false, false) => words.receipts,
            (false, true) => return String::new(),
        };
        format!("<p><a href=\"{}?lang={}\">{name}</a></p>", escaped(&right.url), self.language)
    }

    fn pay(&self, words: &Words) -> String {
        let Some(url) = &self.order.pay_url else { return String::new() };
        let left = self.order.reserved_until.map(|until| (until - self.now).num_minutes().max(0));
        let left = left.map(|minutes| format!("<p>{} {minutes}</p>", words.minutes_left)).unwrap_or_default();
        format!(
            "{left}<p><a class=\"button\" href=\"{}\">{} {}</a></p><p><small>{}</small></p>",
            escaped(url),
            words.pay,
            self.language.money(self.order.total),
            words.pay_hint,
        )
    }

    fn rows(&self, words: &Words) -> String {
        let order = self.order;
        let mut rows = String::new();
        let mut row = |name: &str, amount: String| {
            let _ = write!(rows, "<tr><th scope=\"row\">{}</th><td>{amount}</td></tr>", escaped(name));
        };
        for line in &order.lines {
            let title = [line.title.as_str(), line.variant_title.as_str()].join(" ");
            row(&format!("{} × {}", line.units, title.trim()), self.language.money(line.unit_amount));
        }
        if let Some(shipping) = &order.shipping {
            row(words.shipping, self.language.money(shipping.price));
        }
        if order.discount.amount.minor() > 0 {
            row(words.discount, format!("−{}", self.language.money(order.discount)));
        }
        row(words.total, self.language.money(order.total));
        if order.refunded.amount.minor() > 0 {
            row(words.refunded, format!("−{}", self.language.money(order.refunded)));
        }
        rows
    }
}
