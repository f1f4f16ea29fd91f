//! Chat: who writes, what a message may be.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::member::Role;
use super::text::{self, TextError};

/// Characters of one message.
pub const MESSAGE_CHARS_MAX: usize = 500;
/// Characters of a viewer's name.
pub const NAME_CHARS_MAX: usize = 30;
/// How long a removed message can be brought back.
pub const REMOVAL_UNDO_SECS: i64 = 600;
/// How long a ban lasts; the address hash kept for it is personal data, so not for ever.
pub const BAN_DAYS: i64 = 30;
/// The longest mute: a day.
pub const MUTE_SECS_MAX: i64 = 86_400;

/// Names that would pass for the people who run a show, as skeletons are compared.
const RESERVED_NAMES: [&str; 14] = [
    "admin",
    "administrator",
    "amministratore",
    "assistenza",
    "host",
    "moderator",
    "moderatore",
    "negozio",
    "owner",
    "shop",
    "staff",
    "support",
    "system",
    "vetrina",
];

/// Who wrote a message, as everybody sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Author {
    /// The viewer's or member's id.
    pub id: Uuid,
    /// The name shown.
    pub name: String,
    /// Set by the server for members, never by a client.
    pub badge: Option<Role>,
}

/// Why a name was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Empty, too long or made of what cannot be seen.
    #[error(transparent)]
    Text(#[from] TextError),
    /// It looks like the shop or its staff.
    #[error("name is reserved")]
    Reserved,
}

/// A viewer's name with the skeleton that keeps look-alikes apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewerName {
    /// As shown.
    pub name: String,
    /// As compared.
    pub skeleton: String,
}

impl ViewerName {
    /// Takes a name that nobody can mistake for one of `staff` (names of the shop and its members).
    ///
    /// # Errors
    /// Refuses unusable texts and names that look like staff.
    pub fn parse(input: &str, staff: &[String]) -> Result<Self, NameError> {
        let name = text::chat_line(input, NAME_CHARS_MAX)?;
        let skeleton = text::skeleton(&name);
        if skeleton.is_empty() {
            return Err(TextError::Empty.into());
        }
        let is_taken = |reserved: &str| text::skeleton(reserved) == skeleton;
        if RESERVED_NAMES.iter().any(|name| is_taken(name)) || staff.iter().any(|name| is_taken(name)) {
            return Err(NameError::Reserved);
        }
        Ok(Self { name, skeleton })
    }
}

/// Whether a message carries an address that others could follow.
#[must_use]
pub fn holds_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains("://") || lower.contains("www.") || lower.split_whitespace().any(looks_like_domain)
}

/// `negozio.it`, `t.me/x`: letters, a dot, two or more letters, then nothing or a path.
fn looks_like_domain(word: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "app", "biz", "cc", "click", "co", "com", "de", "eu", "fr", "info", "io", "it", "link", "me", "net",
        "online", "org", "ru", "shop", "site", "top", "xyz",
    ];
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.trim_matches(|c: char| !c.is_alphanumeric());
    match host.rsplit_once('.') {
        Some((name, ending)) => {
            !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
                && ENDINGS.contains(&ending)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_seen_and_prices_are_not() {
        for text in [
            "vai su https://x.example",
            "www.x.example",
            "scrivimi: negozio.it",
            "t.me/pippo",
            "(Negozio.IT)",
        ] {
            assert!(holds_link(text), "{text}");
        }
        for text in ["costa 19.90", "bella!Ciao", "ok...grazie", "taglia s.m", "12.30 domani", "sì.no"] {
            assert!(!holds_link(text), "{text}");
        }
    }

    #[test]
    fn nobody_passes_for_the_host() {
        let staff = vec!["Giulia".to_owned()];
        assert_eq!(ViewerName::parse("Н\u{043e}st", &staff), Err(NameError::Reserved));
        assert_eq!(ViewerName::parse("GIULIA", &staff), Err(NameError::Reserved));
        assert_eq!(ViewerName::parse(" Marta ", &staff).map(|n| n.name).as_deref(), Ok("Marta"));
    }
}
