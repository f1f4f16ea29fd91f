//! Hands letters over: to an SMTP server, or as files where none is configured.
//!
//! The only module that knows SMTP and MIME; what letters say and when they go is `app::mail`'s.
//! Invariant: an error names no address and no text, so it may be logged.

mod folder;
mod settings;
mod smtp;

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use uuid::Uuid;

pub use settings::ConfigError;

use crate::config::Config;
use folder::Folder;
use settings::Settings;
use smtp::Smtp;

/// A letter as it is to be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// Names the message; a repetition carries the same name.
    pub id: Uuid,
    /// The recipient's address.
    pub to: String,
    /// Who seems to write, beside the configured address.
    pub from_name: String,
    /// Where an answer goes, when not to the sender.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// For readers of plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The date in its head.
    pub written_at: DateTime<Utc>,
}

/// Why a letter was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The recipient's address is none.
    #[error("the recipient's address cannot be read")]
    BadAddress,
    /// The letter cannot be put into a message.
    #[error("the letter cannot be written as a message")]
    Unwritable,
    /// The server said no to this letter, for good.
    #[error("the SMTP server refused the letter with {0}")]
    Refused(u16),
    /// The server said no for the moment, or to us rather than to the letter.
    #[error("the SMTP server answered {0}")]
    Later(u16),
    /// The server could not be reached, or broke off.
    #[error("the SMTP server cannot be reached")]
    Unreachable,
    /// The server took too long.
    #[error("the SMTP server did not answer in time")]
    Timeout,
    /// The file could not be written.
    #[error("the letter's file cannot be written: {0}")]
    File(#[from] std::io::Error),
}

impl SendError {
    /// Whether trying again may help.
    #[must_use]
    pub const fn may_pass(&self) -> bool {
        !matches!(self, Self::BadAddress | Self::Unwritable | Self::Refused(_))
    }
}

/// Where letters are handed over.
#[derive(Debug)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Debug)]
enum Way {
    Smtp(Smtp),
    Folder(Folder),
}

impl Mailer {
    /// The way that the configuration asks for.
    ///
    /// # Errors
    /// When the settings cannot be read, or a password would travel in the clear.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        let settings = Settings::read(config)?;
        let way = match settings.smtp_url {
            Some(url) => Way::Smtp(Smtp::open(&url)?),
            None => Way::Folder(Folder::new(config.data.join("mail"))),
        };
        Ok(Self { from: settings.from, way })
    }

    /// Whether letters leave this machine, rather than becoming files.
    #[must_use]
    pub const fn is_smtp(&self) -> bool {
        matches!(self.way, Way::Smtp(_))
    }

    /// Hands a letter over.
    ///
    /// # Errors
    /// Tells whether trying again may help.
    pub async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        let message = self.message(letter)?;
        match &self.way {
            Way::Smtp(smtp) => smtp.send(message).await,
            Way::Folder(folder) => Ok(folder.write(letter.id, &message.formatted()).await?),
        }
    }

    fn message(&self, letter: &Letter) -> Result<Message, SendError> {
        let to = letter.to.parse().map_err(|_| SendError::BadAddress)?;
        let name = self.from.name.clone().unwrap_or_else(|| letter.from_name.clone());
        let from = Mailbox::new(Some(name), self.from.email.clone());
        let mut message = Message::builder()
            .from(from)
            .to(Mailbox::new(None, to))
            .subject(&letter.subject)
            .date(SystemTime::from(letter.written_at))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())));
        // An address that cannot be read costs the answer, not the letter.
        if let Some(address) = letter.reply_to.as_deref().and_then(|address| address.parse().ok()) {
            message = message.reply_to(Mailbox::new(None, address));
        }
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let mut message = message.multipart(body).map_err(|_| SendError::Unwritable)?;
        // Keeps holiday answers away (RFC 3834).
        let name = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
        Ok(message)
    }
}
