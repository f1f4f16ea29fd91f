//! Everything that can be set from outside, in one struct.
//!
//! Each option is a flag and a `VETRINA_*` variable; the names in both are the same.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::limits::{Limits, Pacing};

/// Settings of a running server.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "VETRINA_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Folder for the embedded database.
    #[arg(long, env = "VETRINA_DATA", default_value = "data")]
    pub data: PathBuf,

    /// `sqlite://<path>` or `postgres://…`; by default an SQLite file in the data folder.
    #[arg(long, env = "VETRINA_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,

    /// File that holds the password of PostgreSQL's user, so that it need not stand in the address.
    ///
    /// It is read once, at the start; a password in the address goes before it.
    #[arg(
        long = "database-password-file",
        env = "VETRINA_DATABASE_PASSWORD_FILE",
        value_name = "DATABASE_PASSWORD_FILE",
        value_parser = secret_of_file
    )]
    pub database_password: Option<Secret>,

    /// Address under which people reach this server, such as `https://live.shop.it`.
    ///
    /// By default `http://` and the address listened on.
    #[arg(long, env = "VETRINA_PUBLIC_URL")]
    pub public_url: Option<Url>,

    /// Networks of reverse proxies whose `X-Forwarded-For` is believed, such as `10.0.0.0/8`.
    #[arg(long, env = "VETRINA_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<ipnet::IpNet>,

    /// Private networks from which pictures of an import may be fetched, such as `10.0.0.0/8`.
    ///
    /// By default only the public internet is asked, and only by https.
    #[arg(long, env = "VETRINA_IMAGE_NETWORKS", value_delimiter = ',')]
    pub image_networks: Vec<ipnet::IpNet>,

    /// Lets a plain-http server listen on an address that is not loopback.
    ///
    /// Set it when a proxy in front speaks TLS, or on a trusted local network.
    #[arg(long, env = "VETRINA_ALLOW_PLAIN_HTTP")]
    pub allow_plain_http: bool,

    /// Minutes that pieces stay set aside for a buyer once the payment page exists.
    #[arg(long, env = "VETRINA_RESERVE_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=30))]
    pub reserve_minutes: u32,

    /// Seals the payment keys that shops enter in the studio; at least 32 characters.
    ///
    /// With the embedded database one is made in the data folder when it is first needed.
    #[arg(long = "secret-key", env = "VETRINA_SECRET_KEY", hide_env_values = true)]
    pub sealing_key: Option<Secret>,

    /// File that holds the sealing key, instead of the variable.
    #[arg(long = "secret-key-file", env = "VETRINA_SECRET_KEY_FILE")]
    pub sealing_key_file: Option<PathBuf>,

    /// How Stripe is reached; without a key the built-in sandbox takes test money.
    #[command(flatten)]
    pub stripe: StripeConfig,

    /// How the nodes of a cluster hear of each other; without an address this node is alone.
    #[command(flatten)]
    pub nats: NatsConfig,

    /// How mail is sent; without an SMTP address letters are written as files in the data folder.
    #[command(flatten)]
    pub mail: MailConfig,

    /// How much clients may ask of this node.
    #[command(flatten)]
    pub limits: LimitsConfig,
}

/// The limits that depend on the machine and on where its viewers come from.
///
/// An office, a school or a carrier's network may show itself as one address.
#[derive(Clone, Debug, clap::Args)]
pub struct LimitsConfig {
    /// Open sockets of this node; more viewers are told to come back later.
    #[arg(long, env = "VETRINA_SOCKETS_MAX", default_value_t = Limits::default().sockets_max)]
    pub sockets_max: usize,

    /// Open sockets of one address.
    #[arg(long, env = "VETRINA_SOCKETS_PER_ADDRESS", default_value_t = Limits::default().sockets_per_address)]
    pub sockets_per_address: usize,

    /// Open sockets of one viewer, who may have several tabs.
    #[arg(long, env = "VETRINA_SOCKETS_PER_VIEWER", default_value_t = Limits::default().sockets_per_viewer)]
    pub sockets_per_viewer: usize,

    /// New sockets of this node in a second, twice as many at once; those beyond are told to come back
    /// later, and those inside keep their pace.
    #[arg(
        long,
        env = "VETRINA_HANDSHAKES_PER_SEC",
        default_value_t = Limits::default().handshakes_per_sec,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub handshakes_per_sec: u32,

    /// Open HTTP connections of one address that is no trusted proxy.
    #[arg(long, env = "VETRINA_CONNECTIONS_PER_ADDRESS", default_value_t = Limits::default().connections_per_address)]
    pub connections_per_address: usize,

    /// Requests of one address in a second, once its burst is used up.
    #[arg(
        long,
        env = "VETRINA_REQUESTS_PER_SEC",
        default_value_t = Limits::default().requests_per_sec,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub requests_per_sec: u32,

    /// Requests that one address may send at once.
    #[arg(
        long,
        env = "VETRINA_REQUESTS_BURST",
        default_value_t = Limits::default().requests_burst,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000)
    )]
    pub requests_burst: u32,

    /// Threads that own sockets; one for each core unless told otherwise.
    #[arg(
        long,
        env = "VETRINA_HUB_THREADS",
        value_parser = clap::value_parser!(u16).range(1..=256)
    )]
    pub hub_threads: Option<u16>,

    /// The longest that a chat message of a busy show waits for others, in milliseconds; products on
    /// screen, prices and stock never wait.
    #[arg(
        long,
        env = "VETRINA_BATCH_MS",
        default_value_t = 50,
        value_parser = clap::value_parser!(u16).range(0..=1_000)
    )]
    pub batch_ms: u16,

    /// Chat messages a second that viewers of a show are shown; 0 shows all.
    #[arg(
        long,
        env = "VETRINA_CHAT_SHOWN_PER_SEC",
        default_value_t = Limits::default().chat_shown_per_sec
    )]
    pub chat_shown_per_sec: u32,

    /// Newest events of a show that are kept in memory for those who come back, whatever their age;
    /// 5,000 messages take about 2 MiB.
    #[arg(
        long,
        env = "VETRINA_RESUME_EVENTS",
        default_value_t = Limits::default().resume_events,
        value_parser = clap::value_parser!(u32).range(100..=50_000)
    )]
    pub resume_events: u32,
}

impl LimitsConfig {
    /// These limits, and the usual ones for everything else.
    #[must_use]
    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            sockets_max: self.sockets_max,
            // Some connections beside the sockets, as many as usual.
            connections_max: self
                .sockets_max
                .saturating_add(usual.connections_max.saturating_sub(usual.sockets_max)),
            sockets_per_address: self.sockets_per_address,
            sockets_per_viewer: self.sockets_per_viewer,
            handshakes_per_sec: self.handshakes_per_sec,
            handshakes_burst: self.handshakes_per_sec * 2,
            connections_per_address: self.connections_per_address,
            requests_per_sec: self.requests_per_sec,
            requests_burst: self.requests_burst,
            shards: self.hub_threads.map_or(usual.shards, usize::from),
            pacing: Pacing::up_to(Duration::from_millis(self.batch_ms.into())),
            chat_shown_per_sec: self.chat_shown_per_sec,
            resume_events: self.resume_events,
            ..usual
        }
    }
}

/// Settings for the bus between nodes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct NatsConfig {
    /// `nats://host:4222` or `tls://host:4222`, also with `user:password@`; several by comma.
    ///
    /// Needed where several servers share one database.
    #[arg(long = "nats-url", env = "VETRINA_NATS_URL", value_delimiter = ',', hide_env_values = true)]
    pub urls: Vec<Secret>,

    /// User to sign in to NATS as.
    #[arg(long = "nats-user", env = "VETRINA_NATS_USER")]
    pub user: Option<String>,

    /// Password of that user.
    #[arg(long = "nats-password", env = "VETRINA_NATS_PASSWORD", hide_env_values = true)]
    pub password: Option<Secret>,

    /// File that holds the password, instead of the variable.
    #[arg(long = "nats-password-file", env = "VETRINA_NATS_PASSWORD_FILE")]
    pub password_file: Option<PathBuf>,

    /// Token to sign in to NATS with, instead of a user.
    #[arg(long = "nats-token", env = "VETRINA_NATS_TOKEN", hide_env_values = true)]
    pub token: Option<Secret>,

    /// File that holds the token, instead of the variable.
    #[arg(long = "nats-token-file", env = "VETRINA_NATS_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,

    /// Credentials file (`.creds`) to sign in to NATS with, instead of a user or token.
    #[arg(long = "nats-credentials-file", env = "VETRINA_NATS_CREDENTIALS_FILE")]
    pub credentials_file: Option<PathBuf>,

    /// Certificates (PEM) of whoever signed that of NATS; without it the machine's own list counts.
    ///
    /// With it every word travels by TLS.
    #[arg(long = "nats-ca-file", env = "VETRINA_NATS_CA_FILE")]
    pub ca_file: Option<PathBuf>,
}

/// Settings for sending mail.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct MailConfig {
    /// `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`.
    ///
    /// Without it letters are written as `.eml` files into the folder `mail` of the data folder.
    #[arg(long = "smtp-url", env = "VETRINA_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Secret>,

    /// File that holds the SMTP address, instead of the variable.
    #[arg(long = "smtp-url-file", env = "VETRINA_SMTP_URL_FILE")]
    pub smtp_url_file: Option<PathBuf>,

    /// The sender, such as `orders@shop.example` or `Shop <orders@shop.example>`; needed for SMTP.
    #[arg(long = "mail-from", env = "VETRINA_MAIL_FROM")]
    pub from: Option<String>,
}

/// Settings for taking payments by Stripe.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct StripeConfig {
    /// Secret or restricted key (`sk_…`, `rk_…`); live keys need an https public URL.
    #[arg(long = "stripe-secret-key", env = "VETRINA_STRIPE_SECRET_KEY", hide_env_values = true)]
    pub secret_key: Option<Secret>,

    /// File that holds the key, instead of the variable.
    #[arg(long = "stripe-secret-key-file", env = "VETRINA_STRIPE_SECRET_KEY_FILE")]
    pub secret_key_file: Option<PathBuf>,

    /// Publishable key (`pk_…`) of the same account, which shows payment pages beside the video.
    ///
    /// Browsers see it. Without it payment pages open in a tab of their own.
    #[arg(long = "stripe-publishable-key", env = "VETRINA_STRIPE_PUBLISHABLE_KEY")]
    pub publishable_key: Option<String>,

    /// Signing secrets of the webhook endpoint (`whsec_…`); several, by comma, while one is replaced.
    #[arg(
        long = "stripe-webhook-secret",
        env = "VETRINA_STRIPE_WEBHOOK_SECRET",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub webhook_secrets: Vec<Secret>,

    /// File that holds the signing secrets, one a line, instead of the variable.
    #[arg(long = "stripe-webhook-secret-file", env = "VETRINA_STRIPE_WEBHOOK_SECRET_FILE")]
    pub webhook_secrets_file: Option<PathBuf>,

    /// Checkout sessions that are asked for in a second; the provider takes 25 at most.
    ///
    /// Buyers who win more pieces than this in a second wait in a queue for their payment page.
    #[arg(
        long = "stripe-sessions-per-second",
        env = "VETRINA_STRIPE_SESSIONS_PER_SECOND",
        default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1_000)
    )]
    pub sessions_per_second: u32,

    /// Another address than `https://api.stripe.com`, for stand-ins and proxies.
    #[arg(long = "stripe-api-base", env = "VETRINA_STRIPE_API_BASE")]
    pub api_base: Option<Url>,

    /// Key of the built-in sandbox (`sk_test_…`), for tools made for Stripe; by default it makes one.
    ///
    /// With it the sandbox also answers at the root, under `/v1`.
    #[arg(long = "sandbox-key", env = "VETRINA_SANDBOX_KEY", hide_env_values = true)]
    pub sandbox_key: Option<Secret>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text without the white space around it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(text))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What stands in a file that holds nothing but a secret.
fn secret_of_file(path: &str) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let secret = Secret::new(&text);
    if secret.reveal().is_empty() { Err("the file is empty".to_owned()) } else { Ok(secret) }
}

impl Config {
    /// The database to open, with its password.
    #[must_use]
    pub fn database_url(&self) -> String {
        let url = self
            .database_url
            .clone()
            .unwrap_or_else(|| format!("sqlite://{}", self.data.join("vetrina.db").display()));
        self.database_password.as_ref().and_then(|password| with_password(&url, password)).unwrap_or(url)
    }
}

/// The address of a PostgreSQL server with a password; `None` where it has one or can have none.
fn with_password(url: &str, password: &Secret) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    if !matches!(url.scheme(), "postgres" | "postgresql") || url.password().is_some() {
        return None;
    }
    // Everything else that would mean something in an address is encoded by the setter.
    url.set_password(Some(&password.reveal().replace('%', "%25"))).ok()?;
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Arguments {
        #[command(flatten)]
        limits: LimitsConfig,
    }

    #[derive(Debug, Parser)]
    struct Everything {
        #[command(flatten)]
        config: Config,
    }

    fn database(arguments: &[&str]) -> Result<String, String> {
        let arguments = [&["serve"], arguments].concat();
        let parsed = Everything::try_parse_from(arguments).map_err(|error| error.to_string());
        parsed.map(|parsed| parsed.config.database_url())
    }

    #[test]
    fn the_databases_password_comes_from_a_file() {
        let file = std::env::temp_dir().join(format!("vetrina-password-{}", std::process::id()));
        std::fs::write(&file, "o/p%41@:x y\n").unwrap();
        let path = file.to_str().unwrap().to_owned();
        let of = |url: &str| database(&["--database-password-file", &path, "--database-url", url]).unwrap();
        let url = of("postgres://vetrina@db/vetrina?sslmode=require");
        let options: sqlx::postgres::PgConnectOptions = url.parse().unwrap();
        assert_eq!((options.get_host(), options.get_username()), ("db", "vetrina"));
        assert_eq!(url, "postgres://vetrina:o%2Fp%2541%40%3Ax%20y@db/vetrina?sslmode=require");
        assert_eq!(of("postgres://vetrina:own@db/vetrina"), "postgres://vetrina:own@db/vetrina");
        assert_eq!(of("sqlite:///var/lib/vetrina/vetrina.db"), "sqlite:///var/lib/vetrina/vetrina.db");
        std::fs::write(&file, " \n").unwrap();
        let refused = database(&["--database-password-file", &path]).unwrap_err();
        assert!(refused.contains("the file is empty"), "{refused}");
        std::fs::remove_file(&file).unwrap();
        let refused = database(&["--database-password-file", &path]).unwrap_err();
        assert!(refused.contains("No such file"), "{refused}");
    }

    fn limits(arguments: &[&str]) -> Result<Limits, clap::Error> {
        let arguments = [&["serve"], arguments].concat();
        Arguments::try_parse_from(arguments).map(|arguments| arguments.limits.limits())
    }

    #[test]
    fn limits_are_the_usual_ones_unless_they_are_set() {
        let (usual, found) = (Limits::default(), limits(&[]).unwrap());
        assert_eq!(format!("{found:?}"), format!("{usual:?}"));
        let set =
            limits(&["--sockets-max", "50000", "--sockets-per-address", "900", "--requests-burst", "7"]);
        let set = set.unwrap();
        assert_eq!((set.sockets_max, set.sockets_per_address, set.requests_burst), (50_000, 900, 7));
        let hub = ["--hub-threads", "3", "--batch-ms", "0", "--chat-shown-per-sec", "0"];
        let hub = limits(&hub).unwrap();
        assert_eq!((hub.shards, hub.chat_shown_per_sec, hub.pacing.pauses), (3, 0, [Duration::ZERO; 2]));
        assert_eq!(found.pacing.pauses, usual.pacing.pauses);
        assert_eq!(set.connections_max - set.sockets_max, usual.connections_max - usual.sockets_max);
        assert!(limits(&["--requests-per-sec", "0"]).is_err());
    }
}
