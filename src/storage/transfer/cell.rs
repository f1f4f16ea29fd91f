//! One value on its way: read from either database, written for PostgreSQL's `copy`, summed up for
//! the comparison.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::plan::{Kind, Table};

/// A value that both databases hold, each in its own way.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Text(String),
    Integer(i64),
    Boolean(bool),
    Time(DateTime<Utc>),
    Id(Uuid),
    Bytes(Vec<u8>),
    Json(Value),
}

/// Reads each column of a row as the kind it has.
macro_rules! read_cells {
    ($row:expr, $table:expr) => {{
        let mut cells = Vec::with_capacity($table.columns.len());
        for (index, column) in $table.columns.iter().enumerate() {
            let cell = match column.kind {
                Kind::Text => $row.try_get::<Option<String>, _>(index)?.map(Cell::Text),
                Kind::Integer => $row.try_get::<Option<i64>, _>(index)?.map(Cell::Integer),
                Kind::Boolean => $row.try_get::<Option<bool>, _>(index)?.map(Cell::Boolean),
                Kind::Time => $row.try_get::<Option<DateTime<Utc>>, _>(index)?.map(Cell::Time),
                Kind::Id => $row.try_get::<Option<Uuid>, _>(index)?.map(Cell::Id),
                Kind::Bytes => $row.try_get::<Option<Vec<u8>>, _>(index)?.map(Cell::Bytes),
                Kind::Json => $row.try_get::<Option<Value>, _>(index)?.map(Cell::Json),
            };
            cells.push(cell.unwrap_or(Cell::Null));
        }
        Ok(cells)
    }};
}

/// The values of a row of SQLite.
pub(super) fn read_source(row: &SqliteRow, table: &Table) -> sqlx::Result<Vec<Cell>> {
    read_cells!(row, table)
}

/// The values of a row of PostgreSQL.
pub(super) fn read_target(row: &PgRow, table: &Table) -> sqlx::Result<Vec<Cell>> {
    read_cells!(row, table)
}

/// Appends a row in the text format of PostgreSQL's `copy`.
pub(super) fn write_row(cells: &[Cell], out: &mut String) {
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            out.push('\t');
        }
        match cell {
            Cell::Null => out.push_str("\\N"),
            Cell::Text(text) => write_escaped(text, out),
            Cell::Integer(number) => drop(write!(out, "{number}")),
            Cell::Boolean(is_so) => out.push(if *is_so { 't' } else { 'f' }),
            Cell::Time(at) => out.push_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Cell::Id(id) => drop(write!(out, "{id}")),
            // The backslash of the value is itself escaped.
            Cell::Bytes(bytes) => {
                out.push_str("\\\\x");
                out.push_str(&hex::encode(bytes));
            }
            Cell::Json(value) => write_escaped(&value.to_string(), out),
        }
    }
    out.push('\n');
}

fn write_escaped(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
}

/// What many rows come to, in whatever order they are added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How many.
    pub rows: u64,
    digest: u128,
}

impl Sum {
    /// Adds a row.
    pub fn add(&mut self, cells: &[Cell]) {
        let mut hasher = Sha256::new();
        for cell in cells {
            let (kind, bytes): (u8, Vec<u8>) = match cell {
                Cell::Null => (0, Vec::new()),
                Cell::Text(text) => (1, text.as_bytes().to_vec()),
                Cell::Integer(number) => (2, number.to_be_bytes().to_vec()),
                Cell::Boolean(is_so) => (3, vec![u8::from(*is_so)]),
                Cell::Time(at) => (4, at.timestamp_micros().to_be_bytes().to_vec()),
                Cell::Id(id) => (5, id.as_bytes().to_vec()),
                Cell::Bytes(bytes) => (6, bytes.clone()),
                Cell::Json(value) => (7, plain(value).into_bytes()),
            };
            hasher.update([kind]);
            // With its length, so that no two rows read the same.
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let half = digest.first_chunk().copied().unwrap_or_default();
        self.digest = self.digest.wrapping_add(u128::from_be_bytes(half));
        self.rows += 1;
    }
}

/// JSON in one spelling: `jsonb` orders names and writes numbers in its own way.
fn plain(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(plain).collect();
            format!("[{}]", values.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| *name);
            let fields: Vec<_> = fields
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), plain(value)))
                .collect();
            format!("{{{}}}", fields.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_written_as_copy_reads_them() {
        let mut text = String::new();
        write_row(
            &[
                Cell::Null,
                Cell::Text("a\\b\tc\nd\re".to_owned()),
                Cell::Integer(-7),
                Cell::Boolean(true),
                Cell::Time("2026-11-22T12:00:00.123Z".parse().unwrap()),
                Cell::Id(Uuid::from_u128(1)),
                Cell::Bytes(vec![0, 255]),
                Cell::Json(json!({ "a": "\n" })),
            ],
            &mut text,
        );
        assert_eq!(
            text,
            "\\N\ta\\\\b\\tc\\nd\\re\t-7\tt\t2026-11-22T12:00:00.123000Z\t\
             00000000-0000-0000-0000-000000000001\t\\\\x00ff\t{\"a\":\"\\\\n\"}\n"
        );
    }

    fn sum(rows: &[&[Cell]]) -> Sum {
        let mut sum = Sum::default();
        for row in rows {
            sum.add(row);
        }
        sum
    }

    #[test]
    fn sums_see_every_difference_but_the_order_of_rows() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let (a, b) = ([text("a"), text("b")], [text("ab"), text("")]);
        assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        assert_ne!(sum(&[&a]), sum(&[&b]));
        assert_ne!(sum(&[&a]), sum(&[&a, &a]));
        assert_ne!(sum(&[&[Cell::Null]]), sum(&[&[text("")]]));
        assert_ne!(sum(&[&[Cell::Integer(1)]]), sum(&[&[Cell::Boolean(true)]]));
    }

    #[test]
    fn json_is_the_same_in_any_spelling() {
        let read = |text: &str| plain(&serde_json::from_str(text).unwrap());
        assert_eq!(read(r#"{"b": [1, 2.5], "a": "\u00e8"}"#), read(r#"{"a":"è","b":[1,2.5]}"#));
        assert_ne!(read(r#"{"a":"1"}"#), read(r#"{"a":1}"#));
        assert_ne!(read("[1,2]"), read("[2,1]"));
    }
}
