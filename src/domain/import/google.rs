//! Reads product feeds for Google Merchant Center.
//!
//! Items of one `g:item_group_id` are the variants of a product; the attributes that all of them
//! have are its options.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::draft::{Drafts, Head};
use super::feed::{self, Item};
use super::field::{self, Markup};
use super::{Context, FileError, Given, ImportFormat, Parsed, ParsedStock, ParsedVariant, RowCode, RowError};
use crate::domain::money::Amount;
use crate::domain::product::{OPTIONS_MAX, Units};

/// Attributes that tell variants apart, and how the option is called.
const OPTIONS: [(&str, &str); 4] =
    [("color", "Color"), ("size", "Size"), ("pattern", "Pattern"), ("material", "Material")];

/// Reads a feed.
pub(super) fn parse(text: &str, context: &Context) -> Result<Parsed, FileError> {
    let items = feed::items(text)?;
    let mut drafts = Drafts::default();
    let options = options(&items);
    for item in &items {
        let entry = Entry { item, context, options: options.get(group(item)).map_or(&[], Vec::as_slice) };
        entry.read(&mut drafts);
    }
    Ok(drafts.finish(ImportFormat::Google))
}

fn group(item: &Item) -> &str {
    item.get("item_group_id")
}

/// The attributes that every item of a group has; one that some lack could not tell them apart.
fn options(items: &[Item]) -> HashMap<&str, Vec<(&'static str, &'static str)>> {
    let mut options: HashMap<&str, Vec<(&'static str, &'static str)>> = HashMap::new();
    for item in items.iter().filter(|item| !group(item).is_empty()) {
        options
            .entry(group(item))
            .or_insert_with(|| OPTIONS.to_vec())
            .retain(|(attribute, _)| !item.get(attribute).is_empty());
    }
    for group in options.values_mut() {
        group.truncate(OPTIONS_MAX);
    }
    options
}

struct Entry<'a> {
    item: &'a Item,
    context: &'a Context,
    options: &'a [(&'static str, &'static str)],
}

impl Entry<'_> {
    fn read(&self, drafts: &mut Drafts) {
        if let Some(name) = &self.item.too_long {
            return drafts.refuse(RowError::new(self.item.line, RowCode::TooLong).at(name, ""));
        }
        let handle = match self.handle() {
            Ok(handle) => handle,
            Err(error) => return drafts.refuse(error),
        };
        let slot = match drafts.find(&handle) {
            Some(slot) if drafts.is_refused(slot) => {
                return drafts.add_variant(slot, Err(RowError::new(self.item.line, RowCode::ProductRefused)));
            }
            Some(slot) => slot,
            None => drafts.begin(self.item.line, &handle, self.head()),
        };
        if drafts.is_refused(slot) {
            return;
        }
        for local in ["image_link", "additional_image_link"] {
            for (name, url) in self.item.all(local) {
                let image = field::image(url, "", &self.context.networks);
                drafts
                    .add_image(slot, image.map_err(|code| RowError::new(self.item.line, code).at(name, url)));
            }
        }
        drafts.add_variant(slot, self.variant());
    }

    /// The group, else the id, the last part of the link, the title: the first that can be a handle.
    fn handle(&self) -> Result<String, RowError> {
        let link = self.item.get("link");
        let page = url::Url::parse(link).ok().and_then(|url| {
            url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).map(str::to_owned)
        });
        [group(self.item), self.item.get("id"), page.as_deref().unwrap_or_default(), self.item.get("title")]
            .into_iter()
            .find_map(|value| field::handle(value).ok())
            .ok_or_else(|| self.error("id", RowCode::UnusableHandle))
    }

    fn head(&self) -> Result<Head, RowError> {
        let title = field::title(self.item.get("title")).map_err(|code| self.error("title", code))?;
        let description = field::description(self.item.get("description"), Markup::Html)
            .map_err(|code| self.error("description", code))?;
        Ok(Head {
            title: Some(title),
            description: Some(description),
            option_names: self.options.iter().map(|(_, name)| (*name).to_owned()).collect(),
            is_published: true,
        })
    }

    fn variant(&self) -> Result<ParsedVariant, RowError> {
        let regular = self.price("price")?;
        let sale = if self.is_sale_on() { self.price("sale_price")? } else { None };
        let (price, compare_at) = match sale {
            Some(sale) => (Some(sale), regular),
            None => (regular, None),
        };
        let option_values =
            self.options.iter().map(|(attribute, _)| self.short(attribute)).collect::<Result<Vec<_>, _>>()?;
        Ok(ParsedVariant {
            line: self.item.line,
            option_values: option_values.into_iter().flatten().collect(),
            sku: self.short("id")?,
            price,
            compare_at: Given::Set(compare_at),
            stock: self.stock(),
        })
    }

    fn short(&self, local: &str) -> Result<Option<String>, RowError> {
        field::short(self.item.get(local)).map_err(|code| self.error(local, code))
    }

    /// A price such as `105.29 USD`; without a code it is in the shop's currency.
    fn price(&self, local: &str) -> Result<Option<Amount>, RowError> {
        let value = self.item.get(local);
        let is_code = |part: &&str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (codes, numbers): (Vec<&str>, Vec<&str>) = value.split_whitespace().partition(is_code);
        if codes.iter().any(|code| !code.eq_ignore_ascii_case(self.context.currency.as_str())) {
            return Err(self.error(local, RowCode::WrongCurrency));
        }
        field::price(&numbers.join(" "), self.context.currency).map_err(|code| self.error(local, code))
    }

    /// A sale price may hold for some days only: `2026-11-20T00:00+0100/2026-11-30T23:59+0100`.
    fn is_sale_on(&self) -> bool {
        let days = self.item.get("sale_price_effective_date");
        if days.is_empty() {
            return true;
        }
        let Some((from, to)) = days.split_once('/') else { return false };
        match (moment(from), moment(to)) {
            (Some(from), Some(to)) => (from..=to).contains(&self.context.now),
            // A reduction that nobody can date must not be shown.
            _ => false,
        }
    }

    /// A feed knows whether there are pieces, not how many; one can be sold without overselling.
    fn stock(&self) -> ParsedStock {
        let availability = self.item.get("availability").to_ascii_lowercase().replace(' ', "_");
        ParsedStock::WhenFresh(Units::new(i64::from(availability == "in_stock")).unwrap_or(Units::ZERO))
    }

    fn error(&self, local: &str, code: RowCode) -> RowError {
        RowError::new(self.item.line, code).at(&self.item.name_of(local), self.item.get(local))
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    ["%Y-%m-%dT%H:%M%z", "%Y-%m-%dT%H:%M:%S%z"]
        .iter()
        .find_map(|format| DateTime::parse_from_str(text, format).ok())
        .map(|moment| moment.to_utc())
}
