//! Reads product tables: Shopify's with its older and newer headings, and our own.
//!
//! The rows of one handle are its variants; the later ones leave title and option names empty.

use std::collections::HashMap;

use csv::StringRecord;

use super::draft::{Drafts, Head, Slot};
use super::field::{self, Markup};
use super::headings::{self, Column};
use super::{
    Context, FIELD_BYTES_MAX, FileError, Given, ImportFormat, Parsed, ParsedStock, ParsedVariant, ROWS_MAX,
    RowCode, RowError,
};
use crate::domain::product::OPTIONS_MAX;

/// How Shopify names the one variant of a product without choice.
const NO_CHOICE: (&str, &str) = ("Title", "Default Title");

/// Reads a table; without a format it is told from the headings.
pub(super) fn parse(
    text: &str,
    format: Option<ImportFormat>,
    context: &Context,
) -> Result<Parsed, FileError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(headings::delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let row = reader.headers().map_err(|_| FileError::Broken { line: 1 })?.clone();
    let format = format.map_or_else(|| headings::detect(&row), Ok)?;
    let table = Table { columns: headings::columns(format, &row), headings: &row, format, context };
    if !table.columns.contains_key(&Column::Title) {
        return Err(FileError::MissingColumn(if format == ImportFormat::Shopify {
            "Title"
        } else {
            "title"
        }));
    }
    let mut drafts = Drafts::default();
    for (number, record) in reader.records().enumerate() {
        if number == ROWS_MAX {
            return Err(FileError::TooManyRows);
        }
        let record = record.map_err(|error| FileError::Broken { line: line_of(text, error.position()) })?;
        let line = line_of(text, record.position());
        Row { table: &table, record: &record, line }.read(&mut drafts);
    }
    Ok(drafts.finish(format))
}

/// The line on which a record begins.
///
/// The reader's position still lies before the line breaks that it skips on its way to the record:
/// the second half of `\r\n`, and empty lines.
fn line_of(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|byte| **byte == b'\n');
    position.line() + breaks.count() as u64
}

struct Table<'a> {
    columns: HashMap<Column, usize>,
    headings: &'a StringRecord,
    format: ImportFormat,
    context: &'a Context,
}

struct Row<'a> {
    table: &'a Table<'a>,
    record: &'a StringRecord,
    line: u64,
}

impl Row<'_> {
    fn read(&self, drafts: &mut Drafts) {
        if self.record.iter().all(|cell| cell.trim().is_empty()) {
            return;
        }
        match self.check_shape().and_then(|()| self.handle()) {
            Ok(handle) => self.read_into(&handle, drafts),
            Err(error) => drafts.refuse(error),
        }
    }

    fn read_into(&self, handle: &str, drafts: &mut Drafts) {
        let (slot, is_first) = match drafts.find(handle) {
            Some(slot) => (slot, false),
            None => (drafts.begin(self.line, handle, self.head()), true),
        };
        if drafts.is_refused(slot) {
            // The first row was named with its own fault already.
            if !is_first {
                drafts.add_variant(slot, Err(RowError::new(self.line, RowCode::ProductRefused)));
            }
            return;
        }
        if !self.text(Column::Image).is_empty() {
            drafts.add_image(slot, self.image());
        }
        if self.is_variant(is_first, slot, drafts) {
            let option_names = drafts.product(slot).option_names.len();
            drafts.add_variant(slot, self.variant(option_names));
        }
    }

    fn check_shape(&self) -> Result<(), RowError> {
        if self.record.len() > self.table.headings.len() {
            let extra = &self.record[self.table.headings.len()];
            return Err(RowError::new(self.line, RowCode::TooManyCells).at("", extra));
        }
        match self.record.iter().position(|cell| cell.len() > FIELD_BYTES_MAX) {
            Some(index) => Err(RowError::new(self.line, RowCode::TooLong)
                .at(&self.table.headings[index], &self.record[index])),
            None => Ok(()),
        }
    }

    /// Only a title is required; a product without a handle gets one from it.
    fn handle(&self) -> Result<String, RowError> {
        let column = if self.text(Column::Handle).is_empty() { Column::Title } else { Column::Handle };
        let value = self.text(column);
        if value.is_empty() {
            return Err(self.error(Column::Title, RowCode::Empty));
        }
        field::handle(value).map_err(|code| self.error(column, code))
    }

    fn head(&self) -> Result<Head, RowError> {
        let title = match self.text(Column::Title) {
            "" => None,
            title => Some(field::title(title).map_err(|code| self.error(Column::Title, code))?),
        };
        let markup = if self.table.format == ImportFormat::Shopify { Markup::Html } else { Markup::Plain };
        let description = match self.cell(Column::Description) {
            Some(text) => {
                Some(field::description(text, markup).map_err(|code| self.error(Column::Description, code))?)
            }
            None => None,
        };
        let is_published = !self.text(Column::Published).eq_ignore_ascii_case("false")
            && matches!(self.text(Column::Status).to_ascii_lowercase().as_str(), "" | "active");
        Ok(Head { title, description, option_names: self.option_names()?, is_published })
    }

    fn option_names(&self) -> Result<Vec<String>, RowError> {
        if self.has_no_choice() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for n in 0..OPTIONS_MAX {
            let column = Column::OptionName(n);
            let name = field::short(self.text(column)).map_err(|code| self.error(column, code))?;
            match name {
                // A gap before this name, or a value without one.
                Some(_) if names.len() < n => {
                    return Err(self.error(Column::OptionName(n - 1), RowCode::Empty));
                }
                None if !self.text(Column::OptionValue(n)).is_empty() => {
                    return Err(self.error(column, RowCode::Empty));
                }
                name => names.extend(name),
            }
        }
        Ok(names)
    }

    fn has_no_choice(&self) -> bool {
        self.text(Column::OptionName(0)) == NO_CHOICE.0
            && self.text(Column::OptionValue(0)) == NO_CHOICE.1
            && self.text(Column::OptionName(1)).is_empty()
    }

    /// Whether the row describes a variant and not only one more picture.
    fn is_variant(&self, is_first: bool, slot: Slot, drafts: &Drafts) -> bool {
        let names_something = [Column::OptionValue(0), Column::Sku, Column::Price]
            .iter()
            .any(|column| !self.text(*column).is_empty());
        names_something || (is_first && drafts.product(slot).title.is_some())
    }

    fn variant(&self, option_names: usize) -> Result<ParsedVariant, RowError> {
        let price = |column| {
            field::price(self.text(column), self.table.context.currency)
                .map_err(|code| self.error(column, code))
        };
        let compare_at = match self.cell(Column::CompareAt) {
            // Some systems write 0.00 for "none".
            Some(_) => Given::Set(price(Column::CompareAt)?.filter(|amount| amount.minor() > 0)),
            None => Given::Keep,
        };
        let stock = field::count(self.text(Column::Stock)).map_err(|code| self.error(Column::Stock, code))?;
        Ok(ParsedVariant {
            line: self.line,
            option_values: self.option_values(option_names)?,
            sku: field::short(self.text(Column::Sku)).map_err(|code| self.error(Column::Sku, code))?,
            price: price(Column::Price)?,
            compare_at,
            stock: stock.map_or(ParsedStock::Keep, ParsedStock::Set),
        })
    }

    fn option_values(&self, option_names: usize) -> Result<Vec<String>, RowError> {
        if option_names == 0 && matches!(self.text(Column::OptionValue(0)), "" | "Default Title") {
            return Ok(Vec::new());
        }
        (0..OPTIONS_MAX)
            .filter_map(|n| {
                let column = Column::OptionValue(n);
                let value = field::short(self.text(column)).map_err(|code| self.error(column, code));
                match value {
                    Ok(None) if n < option_names => Some(Err(self.error(column, RowCode::Empty))),
                    Ok(Some(_)) if n >= option_names => Some(Err(self.error(column, RowCode::OptionsDiffer))),
                    value => value.transpose(),
                }
            })
            .collect()
    }

    fn image(&self) -> Result<super::ParsedImage, RowError> {
        field::image(self.text(Column::Image), self.text(Column::ImageAlt), &self.table.context.networks)
            .map_err(|code| self.error(Column::Image, code))
    }

    /// The cell of a column; `None` where the table has no such column.
    fn cell(&self, column: Column) -> Option<&str> {
        let index = *self.table.columns.get(&column)?;
        Some(self.record.get(index).unwrap_or_default())
    }

    fn text(&self, column: Column) -> &str {
        self.cell(column).unwrap_or_default().trim()
    }

    fn error(&self, column: Column, code: RowCode) -> RowError {
        let heading = self.table.columns.get(&column).map_or("", |index| &self.table.headings[*index]);
        RowError::new(self.line, code).at(heading, self.text(column))
    }
}
