//! Reads the items of an RSS document: direct children with their text, nothing else.
//!
//! Entities are never declared by the document, so none can grow; references within the text are
//! the five of XML, numbers, or left as they stand for the HTML that descriptions hold.

use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::reader::Reader;

use super::{FIELD_BYTES_MAX, FileError, ROWS_MAX};

/// Elements inside one another; a feed needs five.
const DEPTH_MAX: usize = 16;
/// Fields of one item that are kept; the format knows about eighty.
const FIELDS_MAX: usize = 200;

/// An item of a feed.
#[derive(Debug)]
pub(super) struct Item {
    /// Where it begins in the file, counted from 1.
    pub(super) line: u64,
    fields: Vec<Field>,
    /// A field had more bytes than are kept, so the item cannot be trusted.
    pub(super) too_long: Option<String>,
}

#[derive(Debug)]
struct Field {
    /// As it stands in the file, with its prefix.
    name: String,
    text: String,
}

impl Item {
    /// The first filled field of this local name, trimmed; with the feed's own prefix it comes first.
    pub(super) fn get(&self, local: &str) -> &str {
        let mut found = self.all(local).collect::<Vec<_>>();
        found.sort_by_key(|(name, _)| !name.contains(':'));
        found.first().map_or("", |(_, text)| *text)
    }

    /// All filled fields of this local name, trimmed, each with its name in the file.
    pub(super) fn all<'a>(&'a self, local: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.fields
            .iter()
            .filter(move |field| {
                field.name.rsplit(':').next() == Some(local) && !field.text.trim().is_empty()
            })
            .map(|field| (field.name.as_str(), field.text.trim()))
    }

    /// The name in the file of a field, for naming what is wrong.
    pub(super) fn name_of(&self, local: &str) -> String {
        self.all(local).next().map_or_else(|| format!("g:{local}"), |(name, _)| name.to_owned())
    }
}

/// The items of an RSS document.
///
/// # Errors
/// Refuses what is not well-formed, is no RSS, declares a document type or is too large.
pub(super) fn items(text: &str) -> Result<Vec<Item>, FileError> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    reader.config_mut().expand_empty_elements = true;
    let mut walk =
        Walk { lines: Lines { text, at: 0, line: 1 }, path: Vec::new(), items: Vec::new(), is_rss: false };
    loop {
        let at = reader.buffer_position();
        let event = reader
            .read_event()
            .map_err(|_| FileError::Broken { line: walk.lines.line_of(reader.error_position()) })?;
        match event {
            Event::Start(start) => walk.open(&start, at)?,
            Event::End(_) => {
                walk.path.pop();
            }
            Event::Text(text) => walk.push(&text.xml10_content()),
            Event::CData(text) => walk.push(&text.xml10_content()),
            Event::GeneralRef(reference) => walk.push(&resolve(&reference)),
            Event::DocType(_) => return Err(FileError::Broken { line: walk.lines.line_of(at) }),
            Event::Eof => break,
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    if !walk.is_rss {
        return Err(FileError::UnknownFormat);
    }
    // A document that breaks off has been cut; what came first must not pass for the whole.
    if !walk.path.is_empty() {
        return Err(FileError::Broken { line: walk.lines.line_of(u64::MAX) });
    }
    Ok(walk.items)
}

/// What stands for a reference in the text.
fn resolve(reference: &BytesRef<'_>) -> String {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => c.to_string(),
        _ => match &**reference {
            "lt" => "<".to_owned(),
            "gt" => ">".to_owned(),
            "amp" => "&".to_owned(),
            "quot" => "\"".to_owned(),
            "apos" => "'".to_owned(),
            name => format!("&{name};"),
        },
    }
}

struct Walk<'a> {
    lines: Lines<'a>,
    /// Names of the open elements.
    path: Vec<String>,
    items: Vec<Item>,
    is_rss: bool,
}

impl Walk<'_> {
    fn open(&mut self, start: &BytesStart<'_>, at: u64) -> Result<(), FileError> {
        if self.path.len() == DEPTH_MAX {
            return Err(FileError::Broken { line: self.lines.line_of(at) });
        }
        let name = start.name().0.to_owned();
        match (self.path.len(), name.as_str()) {
            (0, "rss") => self.is_rss = true,
            (2, "item") => {
                if self.items.len() == ROWS_MAX {
                    return Err(FileError::TooManyRows);
                }
                let line = self.lines.line_of(at);
                self.items.push(Item { line, fields: Vec::new(), too_long: None });
            }
            (3, _) if self.is_in_item() => {
                let item = self.items.last_mut().filter(|item| item.fields.len() < FIELDS_MAX);
                if let Some(item) = item {
                    item.fields.push(Field { name: name.clone(), text: String::new() });
                }
            }
            _ => {}
        }
        self.path.push(name);
        Ok(())
    }

    /// Adds text to the open field; what is nested deeper, such as the price of a shipping, is not its.
    fn push(&mut self, text: &str) {
        if self.path.len() != 4 || !self.is_in_item() {
            return;
        }
        let Some(item) = self.items.last_mut() else { return };
        let Some(field) = item.fields.last_mut().filter(|field| Some(&field.name) == self.path.last()) else {
            return;
        };
        if field.text.len() + text.len() > FIELD_BYTES_MAX {
            item.too_long = Some(field.name.clone());
        } else {
            field.text.push_str(text);
        }
    }

    fn is_in_item(&self) -> bool {
        self.is_rss && self.path.get(2).is_some_and(|name| name == "item")
    }
}

/// Counts lines up to rising offsets, each byte once.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.text.len());
        if offset > self.at {
            let lines = self.text.as_bytes()[self.at..offset].split(|byte| *byte == b'\n').count();
            self.line += lines as u64 - 1;
            self.at = offset;
        }
        self.line
    }
}
