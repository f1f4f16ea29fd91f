//! Knows the headings of product tables and what their columns mean.

use std::collections::HashMap;

use csv::StringRecord;

use super::{FileError, ImportFormat};

/// What a column means, whatever its heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Handle,
    Title,
    Description,
    Published,
    Status,
    OptionName(usize),
    OptionValue(usize),
    Sku,
    Price,
    CompareAt,
    Stock,
    Image,
    ImageAlt,
}

/// Headings of Shopify's exports in lower case: those used until 2024, then those used since.
const SHOPIFY_HEADINGS: [(&str, Column); 29] = [
    ("handle", Column::Handle),
    ("url handle", Column::Handle),
    ("title", Column::Title),
    ("body (html)", Column::Description),
    ("body html", Column::Description),
    ("description", Column::Description),
    ("published", Column::Published),
    ("published on online store", Column::Published),
    ("status", Column::Status),
    ("option1 name", Column::OptionName(0)),
    ("option1 value", Column::OptionValue(0)),
    ("option2 name", Column::OptionName(1)),
    ("option2 value", Column::OptionValue(1)),
    ("option3 name", Column::OptionName(2)),
    ("option3 value", Column::OptionValue(2)),
    ("variant sku", Column::Sku),
    ("sku", Column::Sku),
    ("variant price", Column::Price),
    ("price", Column::Price),
    ("variant compare at price", Column::CompareAt),
    ("compare-at price", Column::CompareAt),
    ("compare at price", Column::CompareAt),
    ("variant inventory qty", Column::Stock),
    ("inventory quantity", Column::Stock),
    ("image src", Column::Image),
    ("product image url", Column::Image),
    ("image url", Column::Image),
    ("image alt text", Column::ImageAlt),
    ("image alt", Column::ImageAlt),
];

/// Headings of our own table.
const VETRINA_HEADINGS: [(&str, Column); 15] = [
    ("handle", Column::Handle),
    ("title", Column::Title),
    ("description", Column::Description),
    ("option1_name", Column::OptionName(0)),
    ("option1_value", Column::OptionValue(0)),
    ("option2_name", Column::OptionName(1)),
    ("option2_value", Column::OptionValue(1)),
    ("option3_name", Column::OptionName(2)),
    ("option3_value", Column::OptionValue(2)),
    ("sku", Column::Sku),
    ("price", Column::Price),
    ("compare_at", Column::CompareAt),
    ("stock", Column::Stock),
    ("image", Column::Image),
    ("image_alt", Column::ImageAlt),
];

/// Headings that only Shopify writes.
const SHOPIFY_MARKS: [&str; 9] = [
    "url handle",
    "body (html)",
    "option1 name",
    "variant sku",
    "variant price",
    "variant inventory qty",
    "inventory quantity",
    "image src",
    "product image url",
];

/// The separator that the heading line has most of; Italian spreadsheets write semicolons.
pub(super) fn delimiter(text: &str) -> u8 {
    let heading = text.lines().next().unwrap_or_default();
    let count = |delimiter: u8| heading.matches(char::from(delimiter)).count();
    // The last of equals wins, and the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| count(*delimiter)).unwrap_or(b',')
}

/// Tells the format from the headings.
pub(super) fn detect(headings: &StringRecord) -> Result<ImportFormat, FileError> {
    let has = |name: &str| headings.iter().any(|heading| key(heading) == name);
    if SHOPIFY_MARKS.iter().any(|mark| has(mark)) {
        Ok(ImportFormat::Shopify)
    } else if has("title") || has("handle") {
        Ok(ImportFormat::Vetrina)
    } else {
        Err(FileError::UnknownFormat)
    }
}

fn key(heading: &str) -> String {
    heading.trim().to_lowercase()
}

/// Where each known column stands; of two alike the first one counts.
pub(super) fn columns(format: ImportFormat, headings: &StringRecord) -> HashMap<Column, usize> {
    let known: &[(&str, Column)] =
        if format == ImportFormat::Shopify { &SHOPIFY_HEADINGS } else { &VETRINA_HEADINGS };
    let mut columns = HashMap::new();
    for (index, heading) in headings.iter().enumerate() {
        let heading = key(heading);
        if let Some((_, column)) = known.iter().find(|(name, _)| *name == heading) {
            columns.entry(*column).or_insert(index);
        }
    }
    columns
}
