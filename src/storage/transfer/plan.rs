//! Which tables there are, what their columns hold, and in which order they can be filled.
//!
//! All of it is read from the two schemas, so that no table can be forgotten.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{PgConnection, SqliteConnection};

use super::TransferError;

/// A table to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, the same in both databases.
    pub columns: Vec<Column>,
}

/// A column to be copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

/// What PostgreSQL's column holds; SQLite has fewer types and keeps some as others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Boolean,
    Time,
    Id,
    Bytes,
    Json,
}

impl Kind {
    /// The kind that a type of PostgreSQL is copied as; `None` for a type that nothing here knows.
    fn of(data_type: &str) -> Option<Self> {
        Some(match data_type {
            "text" => Self::Text,
            "bigint" => Self::Integer,
            "boolean" => Self::Boolean,
            "timestamp with time zone" => Self::Time,
            "uuid" => Self::Id,
            "bytea" => Self::Bytes,
            "jsonb" => Self::Json,
            _ => return None,
        })
    }
}

impl Table {
    /// The names of its columns, for a statement.
    pub fn column_list(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        names.join(", ")
    }
}

/// A name of the schema as a statement takes it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The tables of both databases, those first that others refer to.
///
/// Without the two that migrations fill: they speak of the schema and not of the shop.
///
/// # Errors
/// When the two schemas are not the same, or hold what cannot be copied.
pub(super) async fn read_plan(
    source: &mut SqliteConnection,
    target: &mut PgConnection,
) -> Result<Vec<Table>, TransferError> {
    let from: Vec<(String, String)> = sqlx::query_as(
        "select t.name, c.name from sqlite_schema t join pragma_table_info(t.name) c
         where t.type = 'table' and t.name not like 'sqlite!_%' escape '!'
             and t.name not in ('_sqlx_migrations', 'compatibility')
         order by t.name, c.cid",
    )
    .fetch_all(&mut *source)
    .await
    .map_err(TransferError::Source)?;
    let into: Vec<(String, String, String)> = sqlx::query_as(
        "select c.table_name::text, c.column_name::text, c.data_type::text from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
             and c.table_name not in ('_sqlx_migrations', 'compatibility')",
    )
    .fetch_all(&mut *target)
    .await
    .map_err(TransferError::Target)?;
    refuse_sequences(target).await?;
    let tables = same_tables(from, into)?;
    let references: Vec<(String, String)> = sqlx::query_as(
        "select t.name, f.\"table\" from sqlite_schema t join pragma_foreign_key_list(t.name) f
         where t.type = 'table'",
    )
    .fetch_all(source)
    .await
    .map_err(TransferError::Source)?;
    in_order(tables, &references)
}

/// Ids come from the program, so no sequence has to be set to where the copied rows end.
async fn refuse_sequences(target: &mut PgConnection) -> Result<(), TransferError> {
    let sequence: Option<String> = sqlx::query_scalar(
        "select sequence_name::text from information_schema.sequences
         where sequence_schema = current_schema() limit 1",
    )
    .fetch_optional(target)
    .await
    .map_err(TransferError::Target)?;
    sequence.map_or(Ok(()), |name| Err(TransferError::Schema(format!("the sequence {name}"))))
}

fn same_tables(
    from: Vec<(String, String)>,
    into: Vec<(String, String, String)>,
) -> Result<Vec<Table>, TransferError> {
    let mut types: BTreeMap<(String, String), String> = BTreeMap::new();
    for (table, column, data_type) in into {
        types.insert((table, column), data_type);
    }
    let mut tables: Vec<Table> = Vec::new();
    for key in from {
        let data_type = types.remove(&key).ok_or_else(|| differs(&key, "is in SQLite only"))?;
        let kind = Kind::of(&data_type).ok_or_else(|| differs(&key, &data_type))?;
        let (table, name) = key;
        let column = Column { name, kind };
        match tables.last_mut().filter(|last| last.name == table) {
            Some(last) => last.columns.push(column),
            None => tables.push(Table { name: table, columns: vec![column] }),
        }
    }
    match types.first_key_value() {
        Some((key, _)) => Err(differs(key, "is in PostgreSQL only")),
        None => Ok(tables),
    }
}

fn differs((table, column): &(String, String), what: &str) -> TransferError {
    TransferError::Schema(format!("the column {table}.{column} ({what})"))
}

/// Those first that others refer to.
fn in_order(mut tables: Vec<Table>, references: &[(String, String)]) -> Result<Vec<Table>, TransferError> {
    let mut placed: BTreeSet<String> = BTreeSet::new();
    let mut ordered = Vec::with_capacity(tables.len());
    while !tables.is_empty() {
        let is_ready = |table: &Table| {
            references
                .iter()
                .filter(|(child, _)| *child == table.name)
                .all(|(child, parent)| child == parent || placed.contains(parent))
        };
        let (ready, rest): (Vec<_>, Vec<_>) = tables.into_iter().partition(is_ready);
        if ready.is_empty() {
            let names: Vec<_> = rest.into_iter().map(|table| table.name).collect();
            return Err(TransferError::Schema(format!(
                "tables that refer to each other: {}",
                names.join(", ")
            )));
        }
        placed.extend(ready.iter().map(|table| table.name.clone()));
        ordered.extend(ready);
        tables = rest;
    }
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Table {
        Table { name: name.to_owned(), columns: Vec::new() }
    }

    fn order(names: &[&str], references: &[(&str, &str)]) -> Result<Vec<String>, TransferError> {
        let references: Vec<_> =
            references.iter().map(|(child, parent)| ((*child).to_owned(), (*parent).to_owned())).collect();
        let tables = in_order(names.iter().map(|name| table(name)).collect(), &references)?;
        Ok(tables.into_iter().map(|table| table.name).collect())
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let found = order(&["a", "b", "c"], &[("a", "b"), ("b", "c"), ("a", "c"), ("b", "b")]).unwrap();
        assert_eq!(found, ["c", "b", "a"]);
        assert!(order(&["a", "b"], &[("a", "b"), ("b", "a")]).is_err());
    }

    #[test]
    fn schemas_that_differ_are_refused() {
        let from = |names: &[(&str, &str)]| -> Vec<(String, String)> {
            names.iter().map(|(table, column)| ((*table).to_owned(), (*column).to_owned())).collect()
        };
        let into = |names: &[(&str, &str, &str)]| -> Vec<(String, String, String)> {
            let own = |text: &str| text.to_owned();
            names.iter().map(|(table, column, kind)| (own(table), own(column), own(kind))).collect()
        };
        let a = ("t", "a", "text");
        assert_eq!(same_tables(from(&[("t", "a")]), into(&[a])).unwrap().len(), 1);
        for (source, target) in [
            (from(&[("t", "a"), ("t", "b")]), into(&[a])),
            (from(&[("t", "a")]), into(&[a, ("t", "b", "text")])),
            (from(&[("t", "a")]), into(&[("t", "a", "money")])),
        ] {
            assert!(same_tables(source, target).is_err());
        }
    }
}
