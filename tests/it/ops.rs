//! Holds the files for running Vetrina against the program: its options, its version, its database.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use clap::CommandFactory;
use sqlx::Connection;
use vetrina::cli::Cli;
use vetrina::clock::Clock;
use vetrina::storage::Database;

use crate::support::server::TestServer;

/// Where the table of variables stands in docs/operations.md.
const TABLE: [&str; 2] = ["<!-- variables: begin -->\n", "<!-- variables: end -->"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every option of every command that has a variable, those of the server first.
fn options() -> Vec<clap::Arg> {
    let program = Cli::command();
    let (server, others): (Vec<_>, Vec<_>) =
        program.get_subcommands().partition(|command| command.get_name() == "serve");
    let mut seen = BTreeSet::new();
    let all = server.into_iter().chain(others).flat_map(clap::Command::get_arguments);
    all.filter(|option| option.get_env().is_some_and(|name| seen.insert(name.to_owned()))).cloned().collect()
}

fn variable(option: &clap::Arg) -> &str {
    option.get_env().and_then(std::ffi::OsStr::to_str).expect("options are chosen by their variable")
}

fn table() -> String {
    let mut table = "| variable | default | what it is |\n|---|---|---|\n".to_owned();
    for option in options() {
        let default: Vec<_> = option.get_default_values().iter().filter_map(|value| value.to_str()).collect();
        let help = option.get_help().map(ToString::to_string).unwrap_or_default().replace('|', "\\|");
        // A flag's default is that it is not set.
        let default = match default.as_slice() {
            [] | ["false"] => String::new(),
            values => format!("`{}`", values.join(",")),
        };
        let name = variable(&option);
        writeln!(table, "| `{name}` | {default} | {help} |").expect("a string takes all text");
    }
    table
}

#[test]
fn the_manual_lists_every_variable() {
    let page = read("docs/operations.md");
    let (before, rest) = page.split_once(TABLE[0]).expect("the page has a place for the table");
    let (found, after) = rest.split_once(TABLE[1]).expect("the table has an end");
    let table = table();
    if std::env::var_os("VETRINA_UPDATE").is_some() {
        let page = [before, TABLE[0], &table, TABLE[1], after].concat();
        std::fs::write(root().join("docs/operations.md"), page).expect("the page can be written");
        return;
    }
    assert!(found == table, "run VETRINA_UPDATE=1 cargo test --test it ops and commit docs/operations.md");
}

#[test]
fn every_variable_has_the_name_of_its_option() {
    for option in options() {
        let name = variable(&option);
        let flag = name.trim_start_matches("VETRINA_").to_lowercase().replace('_', "-");
        let is_of_load = name == "VETRINA_LOAD_KEY";
        assert!(is_of_load || option.get_long() == Some(flag.as_str()), "{name} is {:?}", option.get_long());
    }
}

/// The names of variables in a text, complete ones only.
fn names(text: &str) -> BTreeSet<&str> {
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(|c: char| !is_part(c))
        .filter(|word| word.starts_with("VETRINA_") && !word.ends_with('_'))
        .collect()
}

#[test]
fn files_for_running_it_set_what_exists() {
    let mut known: BTreeSet<String> = options().iter().map(|option| variable(option).to_owned()).collect();
    // build.rs reads it.
    known.insert("VETRINA_WEB_DIST".to_owned());
    let folder = std::fs::read_dir(root().join("deploy")).expect("the folder exists");
    let mut files: Vec<PathBuf> = folder.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.is_file());
    files.extend(
        ["docker-compose.yml", "Dockerfile", "docs/operations.md", "README.md"].map(|name| root().join(name)),
    );
    assert!(files.len() > 8, "{files:?}");
    let mut unknown = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the file is text");
        let missing = names(&text).into_iter().filter(|name| !known.contains(*name));
        unknown.extend(missing.map(|name| format!("{}: {name}", file.display())));
    }
    assert!(unknown.is_empty(), "no option has this variable: {unknown:#?}");
}

/// Runs the backup script once against the database of a URL.
fn script(action: &str, target: &Path, url: &url::Url) -> Output {
    let password = target.with_file_name("password");
    std::fs::write(&password, url.password().unwrap_or("none")).expect("the file can be written");
    Command::new("sh")
        .arg(root().join("deploy/backup.sh"))
        .args([action.as_ref(), target.as_os_str()])
        .env("BACKUP_EVERY_HOURS", "0")
        .env("BACKUP_PASSWORD_FILE", password)
        .env("PGHOST", url.host_str().expect("the cluster has an address"))
        .env("PGPORT", url.port().unwrap_or(5432).to_string())
        .env("PGUSER", url.username())
        .env("PGDATABASE", url.path().trim_start_matches('/'))
        .output()
        .expect("there is a shell")
}

#[track_caller]
fn said(output: &Output, succeeds: bool) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.success(), succeeds, "{text}");
    text
}

async fn connect(url: &url::Url) -> sqlx::PgConnection {
    sqlx::PgConnection::connect(url.as_str()).await.expect("PostgreSQL answers")
}

async fn words(connection: &mut sqlx::PgConnection) -> Vec<String> {
    sqlx::query_scalar("select word from witness order by word").fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn a_dump_comes_back_as_another_history_and_the_old_one_stays() {
    let mut server = TestServer::start().await;
    if !matches!(server.database, Database::Postgres { .. }) {
        println!("skipped: dumps are made of PostgreSQL");
        return;
    }
    let version = Command::new("pg_dump").arg("--version").output();
    if !version.is_ok_and(|output| output.status.success()) {
        println!("skipped: pg_dump is not installed");
        return;
    }
    let url = url::Url::parse(&server.database_url).unwrap();
    let folder = std::env::temp_dir().join(format!("vetrina-dumps-{}", Clock::system().uuid())).join("kept");
    std::fs::create_dir_all(&folder).unwrap();
    let epoch = server.app.epoch().to_owned();
    let mut connection = connect(&url).await;
    let made = "create table witness (word text); insert into witness values ('before')";
    sqlx::raw_sql(made).execute(&mut connection).await.unwrap();
    said(&script("postgres", &folder, &url), true);
    let mut dumps = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let dump = dumps.find(|path| path.extension().is_some_and(|end| end == "dump")).unwrap();
    sqlx::raw_sql("insert into witness values ('since')").execute(&mut connection).await.unwrap();

    let refused = said(&script("restore", &dump, &url), false);
    assert!(refused.contains("FAILED; the database is what it was"), "{refused}");
    assert_eq!(words(&mut connection).await, ["before", "since"]);

    server.begin_stop();
    server.stopped().await;
    let end = "select pg_terminate_backend(pid) from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    sqlx::raw_sql(end).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let told = said(&script("restore", &dump, &url), true);
    let mut connection = connect(&url).await;
    assert_eq!(words(&mut connection).await, ["before"]);
    let restored: String =
        sqlx::query_scalar("select epoch from instance").fetch_one(&mut connection).await.unwrap();
    assert!(restored != epoch && restored.len() == epoch.len(), "{restored} after {epoch}");

    let aside = told.split("is called ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
    let mut old = url.clone();
    old.set_path(aside);
    let mut before = connect(&old).await;
    assert_eq!(words(&mut before).await, ["before", "since"]);
    before.close().await.unwrap();
    let drop = sqlx::AssertSqlSafe(format!("drop database {aside}"));
    sqlx::raw_sql(drop).execute(&mut connection).await.unwrap();
    std::fs::remove_dir_all(folder.parent().unwrap()).unwrap();
}
