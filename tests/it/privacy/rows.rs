//! Every cell of the database, whichever it is.

use sqlx::AssertSqlSafe;
use vetrina::storage::Database;

use crate::support::server::TestServer;

/// What one row holds in one column.
#[derive(Clone, Debug)]
pub struct Cell {
    pub table: String,
    pub column: String,
    /// As text, in small letters; bytes that are no text come as they can.
    pub text: String,
    /// The same bytes in hexadecimal, for ids that are stored as bytes.
    pub hex: String,
}

impl Cell {
    /// Where it is, as `table.column`.
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    pub fn holds(&self, needle: &str) -> bool {
        self.text.contains(&needle.to_lowercase())
    }
}

async fn pairs(database: &Database, sql: String) -> Vec<(String, String)> {
    match database {
        Database::Sqlite { writer, .. } => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(writer).await.expect("the query runs")
        }
        Database::Postgres { pool, .. } => {
            sqlx::query_as(AssertSqlSafe(sql)).fetch_all(&pool.current()).await.expect("the query runs")
        }
    }
}

/// Every column of every table: its table and its name.
pub async fn columns(database: &Database) -> Vec<(String, String)> {
    let sql = if database.is_postgres() {
        "select cast(table_name as text), cast(column_name as text) from information_schema.columns
         where table_schema = 'public' and table_name <> '_sqlx_migrations' order by 1, 2"
    } else {
        "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite%' and m.name <> '_sqlx_migrations' order by 1, 2"
    };
    pairs(database, sql.to_owned()).await
}

/// Every cell that is not empty.
pub async fn cells(server: &TestServer) -> Vec<Cell> {
    let database = &server.database;
    let mut cells = Vec::new();
    for (table, column) in columns(database).await {
        let sql = if database.is_postgres() {
            // Bytes are no text; asking for their type keeps both in one statement.
            format!(
                "select case when pg_typeof(\"{column}\")::text = 'bytea'
                     then right(cast(\"{column}\" as text), -2)
                     else encode(convert_to(cast(\"{column}\" as text), 'UTF8'), 'hex') end,
                     replace(cast(\"{column}\" as text), '-', '')
                 from \"{table}\" where \"{column}\" is not null"
            )
        } else {
            format!(
                "select hex(\"{column}\"), lower(hex(\"{column}\")) from \"{table}\" where \"{column}\" is not null"
            )
        };
        for (bytes, hex) in pairs(database, sql).await {
            let bytes = hex::decode(&bytes).expect("it is hexadecimal");
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            cells.push(Cell { table: table.clone(), column: column.clone(), text, hex });
        }
    }
    cells
}

/// Where a text stands, each place once.
pub fn places(cells: &[Cell], needle: &str) -> Vec<String> {
    let mut places: Vec<String> = cells.iter().filter(|cell| cell.holds(needle)).map(Cell::place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

/// Where an id stands, as text or as bytes.
pub fn places_of_id(cells: &[Cell], id: uuid::Uuid) -> Vec<String> {
    let (text, bytes) = (id.to_string(), id.simple().to_string());
    let mut places: Vec<String> =
        cells.iter().filter(|cell| cell.holds(&text) || cell.hex.contains(&bytes)).map(Cell::place).collect();
    places.sort_unstable();
    places.dedup();
    places
}
