//! Which messages wait for a moderator before others see them.
//!
//! Words hold a message and never change it: automatic censors garble Italian.

use std::collections::HashSet;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::chat::Author;
use super::column::text_enum;
use super::ids::MessageId;
use super::text;

/// Words of a shop's own list.
pub const WORDS_MAX: usize = 200;
/// Characters of one of them; a short phrase is one too.
pub const WORD_CHARS_MAX: usize = 40;
/// Messages of one show that may wait at once; with more, nobody would get through them.
pub const HELD_MAX: i64 = 200;
/// Messages of one viewer that may wait at once.
pub const HELD_OF_VIEWER_MAX: i64 = 3;

text_enum! {
    /// Why a message waits.
    HoldReason {
        /// It holds a word of a list.
        Word = "word",
        /// It is the first one of its author in this show.
        First = "first",
    }
}

text_enum! {
    /// What became of a message that was held.
    HeldStatus {
        /// It waits.
        Held = "held",
        /// It was shown.
        Approved = "approved",
        /// It is not shown.
        Refused = "refused",
    }
}

/// What a shop holds for review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ModerationRules {
    /// Words and short phrases of the shop's own; whole words, whatever their case and accents.
    pub words: Vec<String>,
    /// Whether the list of Italian and English insults that comes with the program counts too.
    pub uses_common_words: bool,
    /// Whether the first message of each viewer in a show waits.
    pub holds_first: bool,
}

impl Default for ModerationRules {
    fn default() -> Self {
        Self { words: Vec::new(), uses_common_words: true, holds_first: false }
    }
}

/// A message that waits for a moderator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeldMessage {
    /// Made by its author's client.
    pub message_id: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// What; `null` once it was decided on.
    pub text: Option<String>,
    /// Why it waits.
    pub reason: HoldReason,
}

/// What the author of a message that was held is told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct OwnHeldMessage {
    /// Made by the author's client.
    pub message_id: MessageId,
    /// What became of it.
    pub status: HeldStatus,
    /// What was written; `null` once it was decided on.
    pub text: Option<String>,
    /// Its place in the log, once it is shown.
    pub seq: Option<i64>,
    /// When it was shown, else since when it waited.
    pub at: DateTime<Utc>,
}

/// The message on top of a show's chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PinnedMessage {
    /// Which.
    pub message_id: MessageId,
    /// Who wrote it.
    pub author: Author,
    /// What.
    pub text: String,
}

/// Words that hold a message, ready to be looked for.
#[derive(Debug, Default)]
pub struct WordList {
    own: Words,
    uses_common: bool,
}

impl WordList {
    /// The words of a shop's rules.
    #[must_use]
    pub fn of(rules: &ModerationRules) -> Self {
        let own = Words::of(rules.words.iter().map(String::as_str));
        Self { own, uses_common: rules.uses_common_words }
    }

    /// Whether a text holds one of them as a whole word.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let words = folded_words(text);
        self.own.are_in(&words) || (self.uses_common && COMMON.are_in(&words))
    }
}

/// The list that comes along, folded once for all shops: it is looked at for every message.
static COMMON: LazyLock<Words> = LazyLock::new(|| Words::of(COMMON_WORDS));

#[derive(Debug, Default)]
struct Words {
    words: HashSet<String>,
    phrases: Vec<Vec<String>>,
}

impl Words {
    fn of<'a>(entries: impl IntoIterator<Item = &'a str>) -> Self {
        let mut list = Self::default();
        for entry in entries {
            match folded_words(entry).as_slice() {
                [] => {}
                [word] => {
                    list.words.insert(word.clone());
                }
                words => list.phrases.push(words.to_vec()),
            }
        }
        list
    }

    fn are_in(&self, text: &[String]) -> bool {
        text.iter().any(|word| self.words.contains(word))
            || self.phrases.iter().any(|phrase| text.windows(phrase.len()).any(|window| window == phrase))
    }
}

/// The words of a text without case, accents and look-alikes of other scripts.
fn folded_words(text: &str) -> Vec<String> {
    let plain = text::search_key(text);
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(text::skeleton).collect()
}

/// Insults and slurs that no shop wants under its video; a shop adds its own.
const COMMON_WORDS: [&str; 45] = [
    "asshole",
    "bastard",
    "bastarda",
    "bastardo",
    "bitch",
    "bocchinara",
    "cazzo",
    "coglione",
    "cogliona",
    "coglioni",
    "cornuto",
    "cunt",
    "deficiente",
    "dickhead",
    "faggot",
    "figlio di puttana",
    "frocio",
    "froci",
    "fuck",
    "fucking",
    "idiota",
    "merda",
    "mignotta",
    "minchia",
    "motherfucker",
    "negro",
    "nigger",
    "porco dio",
    "puttana",
    "puttane",
    "ricchione",
    "ritardato",
    "scammer",
    "scammers",
    "shit",
    "slut",
    "stronza",
    "stronzi",
    "stronzo",
    "terrone",
    "troia",
    "truffatori",
    "vaffanculo",
    "whore",
    "zoccola",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn list(words: &[&str], uses_common_words: bool) -> WordList {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        WordList::of(&ModerationRules { words, uses_common_words, holds_first: false })
    }

    #[test]
    fn whole_words_are_found_whatever_their_dress() {
        let list = list(&["perché no", "Schifò"], true);
        for text in
            ["che MERDA!", "mérda", "figlio   di\u{a0}puttana", "uno schifo.", "PERCHE' NO?", "\u{441}azzo"]
        {
            assert!(list.matches(text), "{text}");
        }
    }

    #[test]
    fn parts_of_words_are_not() {
        let list = list(&["seta"], true);
        for text in ["setaccio", "Scunthorpe", "un classico", "ciao a tutti", "", "perché"] {
            assert!(!list.matches(text), "{text}");
        }
        assert!(list.matches("foulard di seta"));
    }

    #[test]
    fn a_shop_without_lists_holds_nothing() {
        assert!(!list(&[], false).matches("merda"));
        assert!(!list(&["!!!", " "], false).matches("!!!"));
    }

    #[test]
    fn rules_that_were_never_set_are_the_default_ones() {
        assert_eq!(serde_json::from_str::<ModerationRules>("{}").unwrap(), ModerationRules::default());
    }
}
