//! Reads catalogue files of other systems and plans what they would change.
//!
//! Pure: bytes and a currency in, products and refused rows out. It knows neither the database nor
//! the network; pictures are only named here.
//! Invariant: a row is taken whole or refused with its line, never guessed at.

mod decode;
mod draft;
mod feed;
mod field;
mod google;
mod headings;
mod html;
mod plan;
mod table;

use chrono::{DateTime, Utc};
use ipnet::IpNet;

pub use plan::{Outcome, ProductChange, ProductPlan, ProductTexts, VariantChange, VariantValues, plan};

use super::column::text_enum;
use super::money::{Amount, Currency};
use super::product::Units;

/// Bytes of one file; ten times the export of a shop with a thousand products.
pub const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Rows of one file, or items of a feed; each product takes a transaction of its own.
pub const ROWS_MAX: usize = 20_000;
/// Bytes of one field; longer ones come from a quote that was never closed.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Characters of a refused value that are shown again, enough to find it.
const VALUE_CHARS_MAX: usize = 100;

text_enum! {
    /// What kind of file it is.
    ImportFormat {
        /// A product export of Shopify, with its older or newer headings.
        Shopify = "shopify",
        /// A product feed for Google Merchant Center, RSS 2.0.
        Google = "google",
        /// Our own table, one row for each variant.
        Vetrina = "vetrina",
    }
}

text_enum! {
    /// What is wrong with a row, or with the picture that a row names.
    RowCode {
        /// It has to hold something.
        Empty = "empty",
        /// More characters than the field takes.
        TooLong = "too_long",
        /// Control or direction characters.
        ForbiddenCharacters = "forbidden_characters",
        /// More cells than there are headings; a separator is probably not quoted.
        TooManyCells = "too_many_cells",
        /// No letters or digits that a URL could hold.
        UnusableHandle = "unusable_handle",
        /// Not a plain decimal number with the currency's places.
        NotAPrice = "not_a_price",
        /// The last of three decimals is not 0.
        PriceStep = "price_step",
        /// Above the highest price.
        PriceTooHigh = "price_too_high",
        /// The price is in another currency than the shop's.
        WrongCurrency = "wrong_currency",
        /// Not a whole number.
        NotACount = "not_a_count",
        /// More pieces than can be counted.
        CountTooHigh = "count_too_high",
        /// Fewer pieces than are reserved and sold.
        StockUnderCommitted = "stock_under_committed",
        /// Another variant has this SKU.
        SkuTaken = "sku_taken",
        /// Another row of the product has the same options.
        OptionsTaken = "options_taken",
        /// The product's options have another number than in the catalogue.
        OptionsDiffer = "options_differ",
        /// The product has as many variants or pictures as it may.
        LimitReached = "limit_reached",
        /// The product was changed by somebody else at the same moment; import once more.
        Conflict = "conflict",
        /// The row belongs to a product that was refused.
        ProductRefused = "product_refused",
        /// The picture's address cannot be read or is not http or https.
        UnusableAddress = "unusable_address",
        /// The picture lies on a private network.
        ForbiddenAddress = "forbidden_address",
    }
}

/// What a whole file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What kind of file it was.
    pub format: ImportFormat,
    /// In the order of their first rows.
    pub products: Vec<ParsedProduct>,
    /// Rows that are left out, in the order of the file.
    pub refused: Vec<RowError>,
}

/// A product as a file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedProduct {
    /// Where it begins in the file, counted from 1.
    pub line: u64,
    /// Its identity.
    pub handle: String,
    /// One line; a product that exists may leave it out.
    pub title: Option<String>,
    /// Plain text; `None` where the file has no such column.
    pub description: Option<String>,
    /// Names of the options; empty without choice.
    pub option_names: Vec<String>,
    /// In the order of the file.
    pub variants: Vec<ParsedVariant>,
    /// In the order of the file, each address once.
    pub images: Vec<ParsedImage>,
    /// Whether it is on offer there.
    pub is_published: bool,
    /// Pictures that were left out; the product goes in without them.
    pub notes: Vec<RowError>,
}

/// A variant as a file describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedVariant {
    /// Where it begins in the file, counted from 1.
    pub line: u64,
    /// One value for each option name; with the handle its identity.
    pub option_values: Vec<String>,
    /// The shop's own number; `None` keeps what there is.
    pub sku: Option<String>,
    /// VAT included; `None` keeps what there is, and a fresh variant is not on sale without.
    pub price: Option<Amount>,
    /// A former price.
    pub compare_at: Given<Option<Amount>>,
    /// Pieces.
    pub stock: ParsedStock,
}

/// A picture as a file names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedImage {
    /// Its normalised address.
    pub url: String,
    /// Says what is seen.
    pub alt: String,
}

/// What a file says of a field that can also be emptied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given<T> {
    /// Nothing: the column is missing.
    Keep,
    /// This.
    Set(T),
}

/// What a file says of the pieces of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParsedStock {
    /// Nothing; a fresh variant has none.
    Keep,
    /// So many in all, reserved and sold ones included.
    Set(Units),
    /// So many for a fresh variant. A feed that only knows "in stock" must not overwrite a count.
    WhenFresh(Units),
}

/// A row, or a picture of it, that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Where the row begins in the file, counted from 1.
    pub line: u64,
    /// The product meant, where that can be told.
    pub handle: Option<String>,
    /// The heading as it stands in the file.
    pub column: Option<String>,
    /// What is wrong.
    pub code: RowCode,
    /// The beginning of the value.
    pub value: Option<String>,
}

impl RowError {
    /// Names a place and what is wrong with it.
    #[must_use]
    pub fn new(line: u64, code: RowCode) -> Self {
        Self { line, handle: None, column: None, code, value: None }
    }

    /// Adds the column and the value found in it, bounded.
    #[must_use]
    pub fn at(mut self, column: &str, value: &str) -> Self {
        self.column = Some(bounded(column));
        self.value = (!value.is_empty()).then(|| bounded(value));
        self
    }

    /// Adds the product meant.
    #[must_use]
    pub fn of(mut self, handle: &str) -> Self {
        self.handle = Some(handle.to_owned());
        self
    }
}

/// Why nothing of a file can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// More bytes than are taken.
    #[error("the file has more than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// More rows than are taken.
    #[error("the file has more than {ROWS_MAX} rows")]
    TooManyRows,
    /// Neither UTF-8 nor Windows-1252.
    #[error("the file is text neither in UTF-8 nor in Windows-1252")]
    UnknownEncoding,
    /// The headings belong to no format that is known.
    #[error("the file is no product table or feed that is known")]
    UnknownFormat,
    /// A column that nothing goes without.
    #[error("the file has no column {0}")]
    MissingColumn(&'static str),
    /// Not well-formed from a line on.
    #[error("the file is broken at line {line}")]
    Broken {
        /// Counted from 1.
        line: u64,
    },
}

/// What reading needs beside the bytes.
#[derive(Clone, Debug)]
pub struct Context {
    /// The currency of the shop and of all prices without one.
    pub currency: Currency,
    /// The time, for sales that a feed limits to some days.
    pub now: DateTime<Utc>,
    /// Private networks on which pictures may lie all the same.
    pub networks: Vec<IpNet>,
}

/// Reads a file; without a format it is told from the content.
///
/// # Errors
/// When nothing of it can be read; single bad rows are among the answer instead.
pub fn parse(bytes: &[u8], format: Option<ImportFormat>, context: &Context) -> Result<Parsed, FileError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(FileError::TooLarge);
    }
    let text = decode::text(bytes)?;
    let looks_like_xml = text.trim_start().starts_with('<');
    match format {
        Some(ImportFormat::Google) => google::parse(&text, context),
        None if looks_like_xml => google::parse(&text, context),
        Some(_) if looks_like_xml => Err(FileError::UnknownFormat),
        format => table::parse(&text, format, context),
    }
}

fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(VALUE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests;
