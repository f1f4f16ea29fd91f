//! Reads and checks how NATS is reached.

use std::path::{Path, PathBuf};

use async_nats::{ConnectOptions, ServerAddr};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use url::Url;

use crate::config::{Config, NatsConfig, Secret};

/// Why NATS cannot be reached with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file cannot be read.
    #[error("cannot read {path}, which is to say how NATS is reached: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The address is none; its text may hold a password and is not repeated.
    #[error("a NATS address is of the form nats://host:4222 or tls://host:4222")]
    BadUrl,
    /// The addresses of one cluster take one login.
    #[error("the NATS addresses name different users")]
    DifferentUsers,
    /// Nobody would know which one counts.
    #[error("NATS takes one of user and password, token, and credentials file")]
    SeveralLogins,
    /// Half a login.
    #[error("a NATS user needs a password, and a password a user")]
    HalfLogin,
    /// What signs in would go nowhere.
    #[error("there is a login for NATS and no VETRINA_NATS_URL")]
    NoUrl,
    /// There is no certificate in the file.
    #[error("{0} holds no certificate in PEM form")]
    NoCertificate(PathBuf),
    /// The credentials are none.
    #[error("{0} holds no NATS credentials")]
    BadCredentials(PathBuf),
}

/// How this node proves who it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    None,
    Password {
        user: String,
        password: Secret,
    },
    Token(Secret),
    /// The text of a `.creds` file.
    Credentials(Secret),
}

/// Usable settings.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub servers: Vec<ServerAddr>,
    pub login: Login,
    /// No word travels in the clear.
    pub needs_tls: bool,
    /// Who may have signed the server's certificate; the machine's own list otherwise.
    pub ca_file: Option<PathBuf>,
}

impl Settings {
    /// Reads what is configured; `None` without an address.
    pub fn read(config: &Config) -> Result<Option<Self>, ConfigError> {
        let nats = &config.nats;
        let urls: Vec<&str> = nats.urls.iter().map(Secret::reveal).filter(|url| !url.is_empty()).collect();
        let login = read_login(nats)?;
        if urls.is_empty() {
            return if login == Login::None { Ok(None) } else { Err(ConfigError::NoUrl) };
        }
        let (mut servers, mut in_url) = (Vec::new(), None);
        let mut needs_tls = nats.ca_file.is_some();
        for text in urls {
            let mut url = Url::parse(text).map_err(|_| ConfigError::BadUrl)?;
            let is_usable =
                matches!(url.scheme(), "nats" | "tls") && url.host_str().is_some_and(|host| !host.is_empty());
            if !is_usable {
                return Err(ConfigError::BadUrl);
            }
            needs_tls |= url.scheme() == "tls";
            let found = login_of(&url)?;
            if in_url.replace(found.clone()).is_some_and(|other| other != found) {
                return Err(ConfigError::DifferentUsers);
            }
            // What signs in is handed over by itself, so that no error text can repeat it.
            let is_stripped = url.set_username("").is_ok() && url.set_password(None).is_ok();
            if !is_stripped {
                return Err(ConfigError::BadUrl);
            }
            servers.push(ServerAddr::from_url(url).map_err(|_| ConfigError::BadUrl)?);
        }
        let ((login, Login::None) | (Login::None, login)) = (login, in_url.unwrap_or(Login::None)) else {
            return Err(ConfigError::SeveralLogins);
        };
        nats.ca_file.as_deref().map(check_roots).transpose()?;
        Ok(Some(Self { servers, login, needs_tls, ca_file: nats.ca_file.clone() }))
    }
}

/// A user without a password in an address is a token, as other clients of NATS have it.
fn login_of(url: &Url) -> Result<Login, ConfigError> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map(String::from)
            .map_err(|_| ConfigError::BadUrl)
    };
    Ok(match (url.username(), url.password()) {
        ("", None) => Login::None,
        ("", Some(_)) => return Err(ConfigError::HalfLogin),
        (token, None) => Login::Token(Secret::new(&decode(token)?)),
        (user, Some(password)) => {
            Login::Password { user: decode(user)?, password: Secret::new(&decode(password)?) }
        }
    })
}

fn read_login(nats: &NatsConfig) -> Result<Login, ConfigError> {
    let password = read_secret(nats.password.as_ref(), nats.password_file.as_deref())?;
    let token = read_secret(nats.token.as_ref(), nats.token_file.as_deref())?;
    let user = nats.user.as_deref().map(str::trim).filter(|user| !user.is_empty());
    let credentials = nats.credentials_file.as_deref().map(read_credentials).transpose()?;
    match (user, password, token, credentials) {
        (None, None, None, None) => Ok(Login::None),
        (Some(user), Some(password), None, None) => Ok(Login::Password { user: user.to_owned(), password }),
        (None, None, Some(token), None) => Ok(Login::Token(token)),
        (None, None, None, Some(credentials)) => Ok(Login::Credentials(credentials)),
        (Some(_), None, None, None) | (None, Some(_), None, None) => Err(ConfigError::HalfLogin),
        _ => Err(ConfigError::SeveralLogins),
    }
}

fn read_secret(secret: Option<&Secret>, file: Option<&Path>) -> Result<Option<Secret>, ConfigError> {
    let secret = match (secret, file) {
        (Some(secret), _) => Some(secret.clone()),
        (None, Some(path)) => Some(Secret::new(&read(path)?)),
        (None, None) => None,
    };
    Ok(secret.filter(|secret| !secret.reveal().is_empty()))
}

fn read_credentials(path: &Path) -> Result<Secret, ConfigError> {
    let credentials = Secret::new(&read(path)?);
    // A wrong file is told of before anything starts.
    credentials_options(&credentials).map_err(|_| ConfigError::BadCredentials(path.to_owned()))?;
    Ok(credentials)
}

/// Options of a client that signs in with the text of a `.creds` file.
pub(super) fn credentials_options(credentials: &Secret) -> std::io::Result<ConnectOptions> {
    // The library finds the key only where a line ends behind it, and a secret has no end of line.
    ConnectOptions::with_credentials(&format!("{}\n", credentials.reveal()))
}

/// The client reads the file at each connection; here a wrong one is told of before anything starts.
fn check_roots(path: &Path) -> Result<(), ConfigError> {
    let text = read(path)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(text.as_bytes()) {
        let added = certificate.map(|certificate| roots.add(certificate));
        if !matches!(added, Ok(Ok(()))) {
            return Err(ConfigError::NoCertificate(path.to_owned()));
        }
    }
    if roots.is_empty() {
        return Err(ConfigError::NoCertificate(path.to_owned()));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(clap::Parser)]
    struct Cli {
        #[command(flatten)]
        config: Config,
    }

    fn read(args: &[&str]) -> Result<Option<Settings>, ConfigError> {
        let cli = Cli::try_parse_from(std::iter::once("vetrina").chain(args.iter().copied())).unwrap();
        Settings::read(&cli.config)
    }

    fn password(user: &str, password: &str) -> Login {
        Login::Password { user: user.to_owned(), password: Secret::new(password) }
    }

    #[test]
    fn without_an_address_there_is_no_bus_between_nodes() {
        assert!(read(&[]).unwrap().is_none());
        assert!(read(&["--nats-url", " "]).unwrap().is_none());
        assert!(matches!(read(&["--nats-token", "t"]), Err(ConfigError::NoUrl)));
    }

    #[test]
    fn a_login_comes_from_the_address_or_beside_it() {
        let login = |args: &[&str]| read(args).unwrap().unwrap().login;
        assert_eq!(login(&["--nats-url", "nats://host"]), Login::None);
        assert_eq!(login(&["--nats-url", "nats://anna:p%40ss@host:4222"]), password("anna", "p@ss"));
        assert_eq!(login(&["--nats-url", "tls://t0ken@host"]), Login::Token(Secret::new("t0ken")));
        let beside = ["--nats-url", "nats://host", "--nats-user", "anna", "--nats-password", "pass"];
        assert_eq!(login(&beside), password("anna", "pass"));
        let token = ["--nats-url", "nats://host", "--nats-token", "t0ken"];
        assert_eq!(login(&token), Login::Token(Secret::new("t0ken")));
    }

    #[test]
    fn several_servers_share_one_login_and_tls_counts_for_all() {
        let settings = read(&["--nats-url", "nats://a:b@one:1,tls://a:b@two:2"]).unwrap().unwrap();
        assert_eq!(settings.servers.len(), 2);
        assert!(settings.needs_tls);
        assert!(!format!("{:?}", settings.servers).contains("a:b@"), "{:?}", settings.servers);
        let different = read(&["--nats-url", "nats://a:b@one,nats://c:d@two"]);
        assert!(matches!(different, Err(ConfigError::DifferentUsers)));
    }

    #[test]
    fn unusable_settings_are_told() {
        for url in ["host", "http://host", "nats://", "ws://host"] {
            assert!(matches!(read(&["--nats-url", url]), Err(ConfigError::BadUrl)), "{url}");
        }
        let with = |args: &[&str]| read(&[&["--nats-url", "nats://host"], args].concat());
        assert!(matches!(with(&["--nats-user", "anna"]), Err(ConfigError::HalfLogin)));
        assert!(matches!(with(&["--nats-password", "p"]), Err(ConfigError::HalfLogin)));
        let both = ["--nats-user", "anna", "--nats-password", "p", "--nats-token", "t"];
        assert!(matches!(with(&both), Err(ConfigError::SeveralLogins)));
        let twice = read(&["--nats-url", "nats://a:b@host", "--nats-token", "t"]);
        assert!(matches!(twice, Err(ConfigError::SeveralLogins)));
        assert!(matches!(with(&["--nats-ca-file", "/nowhere/at/all"]), Err(ConfigError::File { .. })));
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(matches!(with(&["--nats-ca-file", here]), Err(ConfigError::NoCertificate(_))));
        assert!(matches!(with(&["--nats-credentials-file", here]), Err(ConfigError::BadCredentials(_))));
    }
}
