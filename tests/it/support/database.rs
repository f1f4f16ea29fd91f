//! A database of PostgreSQL for each test, copied from one that has the tables already.

use std::hash::{DefaultHasher, Hash, Hasher};

use sqlx::{Connection, PgConnection};
use tokio::sync::OnceCell;
use vetrina::clock::Clock;
use vetrina::storage::Database;

/// The database that others are copied from.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// A database made for one test inside the cluster that `VETRINA_TEST_DATABASE` names.
pub struct PostgresDatabase {
    cluster: String,
    name: String,
    pub url: String,
}

impl PostgresDatabase {
    /// One whose tables are there, as every start but the first finds it; none where the tests have
    /// no PostgreSQL.
    pub async fn create() -> Option<Self> {
        let database = Self::plan()?;
        let template = TEMPLATE.get_or_init(|| template(&database.cluster)).await;
        run_sql(&database.cluster, format!("create database {} template {template}", database.name)).await;
        Some(database)
    }

    /// One without tables.
    pub async fn create_empty() -> Option<Self> {
        let database = Self::plan()?;
        run_sql(&database.cluster, format!("create database {}", database.name)).await;
        Some(database)
    }

    fn plan() -> Option<Self> {
        let cluster = std::env::var("VETRINA_TEST_DATABASE").ok()?;
        assert!(cluster.starts_with("postgres"), "VETRINA_TEST_DATABASE is a postgres:// address");
        let name = format!("vetrina_{}", Clock::system().uuid().simple());
        let mut url = url::Url::parse(&cluster).expect("VETRINA_TEST_DATABASE is a URL");
        url.set_path(&name);
        Some(Self { cluster, name, url: url.into() })
    }

    /// Blocks until it is gone, on a thread of its own because the test's runtime is ending.
    pub fn drop_database(self) {
        let work = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let drop = format!("drop database if exists {} with (force)", self.name);
            runtime.expect("a runtime starts").block_on(run_sql(&self.cluster, drop));
        };
        let _ = std::thread::spawn(work).join();
    }
}

/// The name of the template, which is made where no run of these migrations has left one.
async fn template(cluster: &str) -> String {
    let name = format!("vetrina_template_{:016x}", migrations());
    let mut connection = PgConnection::connect(cluster).await.expect("PostgreSQL answers");
    let found = sqlx::query("select 1 from pg_database where datname = $1").bind(&name);
    if found.fetch_optional(&mut connection).await.expect("a list of databases").is_some() {
        return name;
    }
    let made = PostgresDatabase::create_empty().await.expect("there is a PostgreSQL");
    Database::open(&made.url).await.expect("the tables are made").close().await;
    let rename = format!("alter database {} rename to {name}", made.name);
    if let Err(error) = sqlx::raw_sql(sqlx::AssertSqlSafe(rename)).execute(&mut connection).await {
        // Another run was faster.
        let code = error.as_database_error().and_then(|error| error.code().map(String::from));
        assert_eq!(code.as_deref(), Some("42P04"), "{error}");
        run_sql(cluster, format!("drop database {}", made.name)).await;
    }
    name
}

/// Changes with any migration.
fn migrations() -> u64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    let files = std::fs::read_dir(folder).expect("there are migrations");
    let mut files: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        std::fs::read(file).expect("a migration can be read").hash(&mut hasher);
    }
    hasher.finish()
}

async fn run_sql(url: &str, sql: String) {
    let mut connection = PgConnection::connect(url).await.expect("PostgreSQL answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.expect("the statement runs");
    let _ = connection.close().await;
}
