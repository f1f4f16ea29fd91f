//! The commands of the program.

mod data;

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use tokio_util::sync::CancellationToken;

pub use self::data::DataError;
use crate::app::App;
use crate::bus::Bus;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::member::{Permission, Role};
use crate::load::{LoadError, LoadOptions, SoakOptions};
use crate::server::{Server, StartError, stop_signal};
use crate::storage::{Database, Existing};
use crate::{api, telemetry};

/// Live selling that belongs to the shop.
#[derive(Debug, Parser)]
#[command(name = "vetrina", version, about, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server; this is what happens without a command.
    Serve(Box<Config>),
    /// Runs the server with a shop to look at, whose data stays in a folder `demo` of its own.
    Demo {
        #[command(flatten)]
        config: Box<Config>,
        /// Prints one line of JSON for scripts instead of a text.
        #[arg(long)]
        json: bool,
    },
    /// Brings the database's schema up to date and ends; with `--from` moves a database to PostgreSQL.
    Migrate {
        #[command(flatten)]
        config: Box<Config>,
        /// The SQLite database to move, `sqlite://<path>`; no server may use it.
        #[arg(id = "move_from", long = "from")]
        from: Option<String>,
        /// An empty PostgreSQL database, `postgres://…`; by default the configured one.
        #[arg(id = "move_to", long = "to", requires = "move_from")]
        to: Option<String>,
    },
    /// Copies the embedded database into one file, while a server uses it.
    Backup {
        #[command(flatten)]
        config: Box<Config>,
        /// The file to write, which must not exist, or a folder for a file named after the time.
        target: PathBuf,
        /// In a folder: how many backups stay; the oldest are deleted.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        keep: Option<u32>,
    },
    /// Puts a backup in the place of the embedded database; no server may use it.
    Restore {
        #[command(flatten)]
        config: Box<Config>,
        /// What `backup` wrote.
        file: PathBuf,
        /// Moves a database that is there aside instead of refusing.
        #[arg(long)]
        replace: bool,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Asks a running server whether it is ready; for container health checks.
    Healthcheck(Box<Config>),
    /// Shows what a server holds: plays viewers, writers, a host and buyers, and prints what came of it.
    #[command(args_conflicts_with_subcommands = true)]
    Load {
        #[command(flatten)]
        options: Box<LoadOptions>,
        #[command(subcommand)]
        mode: Option<LoadMode>,
    },
    /// Adds a member to the shop and prints a sign-in link's token.
    Member {
        #[command(flatten)]
        config: Box<Config>,
        /// Name for signing in.
        #[arg(long)]
        email: String,
        /// Name shown in chat.
        #[arg(long)]
        name: String,
        /// `owner`, `host` or `moderator`.
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// Makes an API key for the shop and prints it once.
    Key {
        #[command(flatten)]
        config: Box<Config>,
        /// What it is for.
        #[arg(long)]
        name: String,
        /// `catalogue`, `shows`, `moderate`, `orders`, `settings`; several with commas.
        #[arg(long, value_delimiter = ',', required = true, value_parser = parse_permission)]
        scopes: Vec<Permission>,
    },
}

#[derive(Debug, Subcommand)]
enum LoadMode {
    /// Opens and cuts connections by the thousand; fails when the server is larger afterwards.
    Soak(Box<SoakOptions>),
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The server did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] crate::storage::Error),
    /// The application could not be put together.
    #[error(transparent)]
    App(#[from] crate::app::StartError),
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] crate::storage::OpenError),
    /// A member could not be added.
    #[error(transparent)]
    Member(#[from] crate::app::sessions::SignInError),
    /// The demo could not be made.
    #[error(transparent)]
    Demo(#[from] crate::demo::DemoError),
    /// A show or shop could not be had.
    #[error(transparent)]
    Show(#[from] crate::app::shows::ShowError),
    /// There is no report of a load run, or a bad one.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Data was not copied, brought back or moved.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The server asked is not ready.
    #[error("the server at {0} is not ready")]
    NotReady(String),
}

impl Cli {
    /// Carries the command out.
    ///
    /// # Errors
    /// Says why it could not.
    pub async fn run(self) -> Result<(), CommandError> {
        telemetry::init_logs();
        match self.command {
            None => serve(self.config).await,
            Some(Command::Serve(config)) => serve(*config).await,
            Some(Command::Demo { config, json }) => demo(*config, json).await,
            Some(Command::Migrate { config, from, to }) => Ok(data::migrate(&config, from, to).await?),
            Some(Command::Backup { config, target, keep }) => Ok(data::back_up(&config, target, keep).await?),
            Some(Command::Restore { config, file, replace }) => {
                let existing = if replace { Existing::MoveAside } else { Existing::Keep };
                Ok(data::restore(&config, &file, existing).await?)
            }
            Some(Command::Openapi) => {
                println!("{}", openapi_text());
                Ok(())
            }
            Some(Command::Healthcheck(config)) => check_health(&config).await,
            Some(Command::Load { options, mode: None }) => load(&options).await,
            Some(Command::Load { mode: Some(LoadMode::Soak(options)), .. }) => soak(&options).await,
            Some(Command::Member { config, email, name, role }) => {
                add_member(*config, &email, &name, role).await
            }
            Some(Command::Key { config, name, scopes }) => add_key(*config, &name, &scopes).await,
        }
    }
}

/// The OpenAPI document as it is committed and served.
#[must_use]
pub fn openapi_text() -> String {
    api::openapi().to_pretty_json().expect("the document holds only strings, numbers and lists")
}

async fn serve(config: Config) -> Result<(), CommandError> {
    let server = Server::bind(config, Clock::system()).await?;
    if server.app().needs_setup().await? {
        let token = server.app().create_setup_token().await?;
        println!("Open this link once to set up your shop (it works for 24 hours):");
        println!("  {}/setup#token={token}", server.app().public_url());
    }
    server.run(stop_signal()).await;
    Ok(())
}

async fn demo(mut config: Config, json: bool) -> Result<(), CommandError> {
    if config.database_url.is_none() {
        config.data.push("demo");
    }
    let server = Server::bind(config, Clock::system()).await?;
    let app = server.app();
    let access = crate::demo::seed(app).await?;
    let token = app.create_sign_in_token(access.member).await?;
    let url = app.public_url();
    let viewer_url = format!("{url}/show/{}", access.show_slug);
    let studio_url = format!("{url}/sign-in#token={token}");
    if json {
        let told = serde_json::json!({
            "base_url": url,
            "viewer_url": viewer_url,
            "studio_url": studio_url,
            "api_key": app.create_api_key(access.shop, "demo", Permission::ALL).await?,
            "shop_id": access.shop,
            "show_id": access.show,
        });
        println!("{told}");
    } else {
        println!("The demo shop is open. Watch and buy as often as you like; all money is test money:");
        println!("  {viewer_url}");
        println!("Run the show from the studio (the link signs in once and works for 24 hours):");
        println!("  {studio_url}");
    }
    server.run(stop_signal()).await;
    Ok(())
}

async fn load(options: &LoadOptions) -> Result<(), CommandError> {
    let report = crate::load::run(options, &own_program()?, stop_token()).await?;
    tell(&report, options.target.json, report.broken_promise())
}

async fn soak(options: &SoakOptions) -> Result<(), CommandError> {
    let report = crate::load::soak(options, &own_program()?, stop_token()).await?;
    tell(&report, options.target.json, report.broken_promise())
}

/// Prints a report, and fails when it shows a broken promise.
fn tell<R>(report: &R, json: bool, broken: Option<String>) -> Result<(), CommandError>
where
    // Both kinds of reports are for people and for programs.
    R: std::fmt::Display + serde::Serialize,
{
    if json {
        println!("{}", serde_json::to_string(report).expect("reports hold only texts and numbers"));
    } else {
        print!("{report}");
    }
    broken.map_or(Ok(()), |broken| Err(LoadError::Broken(broken).into()))
}

fn own_program() -> Result<std::path::PathBuf, CommandError> {
    Ok(std::env::current_exe().map_err(LoadError::System)?)
}

/// Is cancelled when somebody asks this program to end.
fn stop_token() -> CancellationToken {
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        stop_signal().await;
        told.cancel();
    });
    stop
}

/// Opens the application without a server, for commands that change a thing and end.
async fn open_app(config: Config) -> Result<App, CommandError> {
    let database = Database::open(&config.database_url()).await?;
    let listen = config.listen;
    let app = App::new(database, Bus::local(), Clock::system(), config).await?;
    app.set_listen_address(listen);
    Ok(app)
}

async fn add_member(config: Config, email: &str, name: &str, role: Role) -> Result<(), CommandError> {
    let app = open_app(config).await?;
    let (shop, _) = app.storefront().await?;
    let member = app.create_member(shop.id, role, name, email, None).await?;
    let token = app.create_sign_in_token(member.id).await?;
    println!("{} signs in once with this link (it works for 24 hours):", member.name);
    println!("  {}/sign-in#token={token}", app.public_url());
    Ok(())
}

async fn add_key(config: Config, name: &str, scopes: &[Permission]) -> Result<(), CommandError> {
    let app = open_app(config).await?;
    let (shop, _) = app.storefront().await?;
    println!("{}", app.create_api_key(shop.id, name, scopes).await?);
    Ok(())
}

/// Asks the server at the configured address, by loopback where it listens everywhere.
async fn check_health(config: &Config) -> Result<(), CommandError> {
    let mut address = config.listen;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let url = format!("http://{address}/readyz");
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build();
    let answer = match client {
        Ok(client) => client.get(&url).send().await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) if answer.status().is_success() => Ok(()),
        _ => Err(CommandError::NotReady(url)),
    }
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("{text:?} is no role"))
}

fn parse_permission(text: &str) -> Result<Permission, String> {
    Permission::parse(text).ok_or_else(|| format!("{text:?} is no scope"))
}
