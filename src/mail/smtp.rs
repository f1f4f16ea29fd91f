//! Hands letters to an SMTP server, one connection for each.

use std::time::Duration;

use lettre::transport::smtp::response::{Category, Severity};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::{ConfigError, SendError};
use crate::config::Secret;

/// How long the server may take for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a letter may take altogether, a server that answers slowly each time included.
const SEND_TIMEOUT: Duration = Duration::from_mins(2);

/// The configured server.
#[derive(Debug)]
pub(super) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// Takes the server's address; nobody is called yet.
    pub fn open(url: &Secret) -> Result<Self, ConfigError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal());
        let builder = builder.map_err(|_| ConfigError::BadUrl)?;
        Ok(Self(builder.timeout(Some(ANSWER_TIMEOUT)).build()))
    }

    /// Hands a message over.
    pub async fn send(&self, message: Message) -> Result<(), SendError> {
        match tokio::time::timeout(SEND_TIMEOUT, self.0.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(tell(&error)),
            Err(_) => Err(SendError::Timeout),
        }
    }
}

/// Keeps the number of the server's answer; its words may name the recipient.
fn tell(error: &lettre::transport::smtp::Error) -> SendError {
    let Some(code) = error.status() else {
        return if error.is_timeout() { SendError::Timeout } else { SendError::Unreachable };
    };
    let number = u16::from(code);
    // A wrong password is our fault, not the letter's: 530, 534, 535, 538 (RFC 4954).
    let is_about_us = matches!(number, 530..=539);
    match code.severity {
        Severity::PermanentNegativeCompletion if !is_about_us && code.category != Category::Connections => {
            SendError::Refused(number)
        }
        _ => SendError::Later(number),
    }
}
