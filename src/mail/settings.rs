//! Reads and checks how mail is sent.

use std::path::{Path, PathBuf};

use lettre::message::Mailbox;
use url::Url;

use crate::config::{Config, Secret};

/// The sender of letters that are only written as files.
const FILE_SENDER: &str = "vetrina@localhost.localdomain";

/// Why mail cannot be sent with these settings.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file with a secret cannot be read.
    #[error("cannot read the SMTP address in {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The SMTP address is none; its text is a secret and not repeated.
    #[error(
        "the SMTP address is not of the form smtps://user:password@host or smtp://host:port?tls=required"
    )]
    BadUrl,
    /// A password would travel in the clear.
    #[error("an SMTP address with a password needs smtps:// or ?tls=required, unless it is this machine's")]
    PlainPassword,
    /// Servers refuse mail without a sender.
    #[error("mail by SMTP needs a sender: set VETRINA_MAIL_FROM")]
    NoSender,
    /// The sender is no address.
    #[error("the sender of mail is not of the form orders@shop.example or Shop <orders@shop.example>")]
    BadSender,
}

/// Usable settings.
pub(super) struct Settings {
    /// Where mail is handed over; none means files.
    pub smtp_url: Option<Secret>,
    /// The sender; without a name, each shop's own stands there.
    pub from: Mailbox,
}

impl Settings {
    /// Reads what is configured.
    pub fn read(config: &Config) -> Result<Self, ConfigError> {
        let mail = &config.mail;
        let smtp_url = match (&mail.smtp_url, &mail.smtp_url_file) {
            (Some(url), _) => Some(url.clone()),
            (None, Some(path)) => Some(Secret::new(&read(path)?)),
            (None, None) => None,
        };
        let smtp_url = smtp_url.filter(|url| !url.reveal().is_empty());
        if let Some(url) = &smtp_url {
            check_url(url)?;
        }
        let from = mail.from.as_deref().map(str::trim).filter(|from| !from.is_empty());
        let from = match (from, &smtp_url) {
            (Some(from), _) => from,
            (None, None) => FILE_SENDER,
            (None, Some(_)) => return Err(ConfigError::NoSender),
        };
        Ok(Self { smtp_url, from: from.parse().map_err(|_| ConfigError::BadSender)? })
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })
}

fn check_url(url: &Secret) -> Result<(), ConfigError> {
    let url = Url::parse(url.reveal()).map_err(|_| ConfigError::BadUrl)?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(ConfigError::BadUrl)?;
    let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let is_encrypted = match (url.scheme(), tls.as_deref()) {
        ("smtps", _) | ("smtp", Some("required")) => true,
        ("smtp", None | Some("opportunistic")) => false,
        _ => return Err(ConfigError::BadUrl),
    };
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if url.password().is_some() && !is_encrypted && !is_here {
        return Err(ConfigError::PlainPassword);
    }
    Ok(())
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

    fn read(args: &[&str]) -> Result<Settings, ConfigError> {
        let cli = Cli::try_parse_from(std::iter::once("vetrina").chain(args.iter().copied())).unwrap();
        Settings::read(&cli.config)
    }

    fn with_url(url: &str) -> Result<Settings, ConfigError> {
        read(&["--smtp-url", url, "--mail-from", "ordini@bottega.example"])
    }

    #[test]
    fn without_an_address_letters_are_files() {
        let settings = read(&[]).unwrap();
        assert!(settings.smtp_url.is_none());
        assert_eq!(settings.from.to_string(), FILE_SENDER);
        assert!(with_url(" ").unwrap().smtp_url.is_none());
    }

    #[test]
    fn passwords_need_tls() {
        assert!(matches!(with_url("smtp://anna:secret@mail.example"), Err(ConfigError::PlainPassword)));
        let opportunistic = "smtp://anna:secret@mail.example?tls=opportunistic";
        assert!(matches!(with_url(opportunistic), Err(ConfigError::PlainPassword)));
        for url in [
            "smtps://anna:secret@mail.example",
            "smtp://anna:secret@mail.example:587?tls=required",
            "smtp://anna:secret@localhost:1025",
            "smtp://mail.example:25",
        ] {
            assert!(with_url(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn unusable_settings_are_told() {
        for url in ["mail.example", "http://mail.example", "smtp://", "smtp://mail.example?tls=maybe"] {
            assert!(matches!(with_url(url), Err(ConfigError::BadUrl)), "{url}");
        }
        assert!(matches!(read(&["--smtp-url", "smtp://mail.example"]), Err(ConfigError::NoSender)));
        assert!(matches!(read(&["--mail-from", "ordini"]), Err(ConfigError::BadSender)));
        assert!(matches!(read(&["--smtp-url-file", "/nowhere/at/all"]), Err(ConfigError::File { .. })));
    }

    #[test]
    fn a_sender_may_have_a_name() {
        let settings = read(&["--mail-from", "Bottega Aurora <ordini@bottega.example>"]).unwrap();
        assert_eq!(settings.from.name.as_deref(), Some("Bottega Aurora"));
    }
}
