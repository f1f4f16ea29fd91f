//! Cleans and bounds what people type before it is stored or shown to others.
//!
//! Two ways in: forms refuse what does not belong in a text, chat drops it and keeps the rest.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Combining marks kept on one base character; more is "zalgo" that covers other lines.
const MARKS_PER_BASE_MAX: usize = 4;

/// Why a text was refused; `code` travels in problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing visible is left.
    #[error("text is empty")]
    Empty,
    /// More characters than the field takes.
    #[error("text is too long")]
    TooLong,
    /// Control, bidi or tag characters in a form field.
    #[error("text holds characters that are not allowed")]
    Forbidden,
}

impl TextError {
    /// The stable code of this refusal.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::Forbidden => "forbidden_characters",
        }
    }
}

/// Makes a text safe inside elements and quoted attributes of HTML.
#[must_use]
pub fn escaped_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Takes one line of a form: at most `chars_max` characters after NFC, nothing invisible.
///
/// # Errors
/// Refuses an empty line, one that is too long and one with control or direction characters.
pub fn line(input: &str, chars_max: usize) -> Result<String, TextError> {
    let text = paragraphs(input, chars_max)?;
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.contains('\n') {
        return Err(TextError::Forbidden);
    }
    Ok(text)
}

/// Takes a longer text of a form, in which line breaks may stand and which may be empty.
///
/// # Errors
/// Refuses a text that is too long or holds control or direction characters.
pub fn paragraphs(input: &str, chars_max: usize) -> Result<String, TextError> {
    // Four bytes hold any character, so this bound spares normalising what is too long anyway.
    if input.len() > chars_max.saturating_mul(4) {
        return Err(TextError::TooLong);
    }
    let text: String = input.replace("\r\n", "\n").nfc().collect();
    let allowed = |c: char| c == '\n' || c == '\t' || !is_forbidden(c);
    if !text.chars().all(allowed) || marks_run_max(&text) > MARKS_PER_BASE_MAX {
        return Err(TextError::Forbidden);
    }
    let text = text.trim();
    if text.chars().count() > chars_max {
        return Err(TextError::TooLong);
    }
    Ok(if text.chars().all(is_blank) { String::new() } else { text.to_owned() })
}

/// Cleans one line of chat: drops what does not belong, folds white space, keeps the rest.
///
/// # Errors
/// Refuses what is empty after cleaning or longer than `chars_max` characters.
pub fn chat_line(input: &str, chars_max: usize) -> Result<String, TextError> {
    if input.len() > chars_max.saturating_mul(16) {
        return Err(TextError::TooLong);
    }
    let mut text = String::with_capacity(input.len());
    let mut marks = 0;
    let mut gap = false;
    for c in input.nfc() {
        if c.is_whitespace() {
            gap = !text.is_empty();
            continue;
        }
        if is_forbidden(c) {
            continue;
        }
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        if marks > MARKS_PER_BASE_MAX {
            continue;
        }
        if gap {
            text.push(' ');
            gap = false;
        }
        text.push(c);
    }
    if text.chars().all(is_blank) {
        return Err(TextError::Empty);
    }
    if text.chars().count() > chars_max {
        return Err(TextError::TooLong);
    }
    Ok(text)
}

/// Folds a text for searching: lower case, compatibility forms, no marks.
#[must_use]
pub fn search_key(text: &str) -> String {
    text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

/// What a name looks like, so that look-alikes collide (UTS 39 skeleton without case).
#[must_use]
pub fn skeleton(name: &str) -> String {
    let visible = name.nfkc().filter(|c| !c.is_whitespace());
    // A foreign capital passes for a Latin one by its own shape: the Cyrillic en is an H, its small
    // form is no h. Latin capitals are lowered first, or an I would be an l.
    let latin = visible.map(|c| if c.is_ascii() { c.to_string() } else { look(&c.to_string()) });
    look(&latin.collect::<String>().to_lowercase())
}

fn look(text: &str) -> String {
    unicode_security::skeleton(text).collect()
}

/// Turns a title into a URL part: lower-case ASCII letters, digits and single hyphens.
#[must_use]
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for c in search_key(title).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 80 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Controls, direction overrides, tags and private or unassigned noncharacters.
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(c) & 0xfffe == 0xfffe
}

/// Characters that show nothing by themselves; joiners are needed inside emoji and some scripts.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || is_forbidden(c)
        || is_combining_mark(c)
        || matches!(c, '\u{00ad}' | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
            | '\u{200b}'..='\u{200d}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' | '\u{fe00}'..='\u{fe0f}')
}

fn marks_run_max(text: &str) -> usize {
    let (mut run, mut max) = (0, 0);
    for c in text.chars() {
        run = if is_combining_mark(c) { run + 1 } else { 0 };
        max = max.max(run);
    }
    max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(escaped_html("<b a=\"'&\">"), "&lt;b a=&quot;&#39;&amp;&quot;&gt;");
    }

    #[test]
    fn forms_refuse_what_cannot_be_seen() {
        assert_eq!(line("   ", 80), Err(TextError::Empty));
        assert_eq!(line("\u{200b}\u{200d}", 80), Err(TextError::Empty));
        assert_eq!(line("a\u{202e}b", 80), Err(TextError::Forbidden));
        assert_eq!(line("a\0b", 80), Err(TextError::Forbidden));
        assert_eq!(line(&format!("a{}", "\u{301}".repeat(10)), 80), Err(TextError::Forbidden));
        assert_eq!(line(&"x".repeat(81), 80), Err(TextError::TooLong));
        assert_eq!(line(" Sciarpa di seta ", 80).as_deref(), Ok("Sciarpa di seta"));
    }

    #[test]
    fn chat_keeps_what_can_be_read() {
        assert_eq!(chat_line("ciao\u{202e}  a\n\n\ntutti\0", 500).as_deref(), Ok("ciao a tutti"));
        let zalgo = format!("e{}", "\u{316}".repeat(50));
        assert_eq!(chat_line(&zalgo, 500).map(|t| t.chars().count()), Ok(1 + MARKS_PER_BASE_MAX));
        assert_eq!(chat_line(&"\n".repeat(7000), 500), Err(TextError::Empty));
        assert_eq!(chat_line(&"x".repeat(501), 500), Err(TextError::TooLong));
        let family = "👩\u{200d}👩\u{200d}👧";
        assert_eq!(chat_line(family, 500).as_deref(), Ok(family));
    }

    #[test]
    fn look_alike_names_share_a_skeleton() {
        assert_eq!(skeleton("Host"), skeleton("Н\u{043e}st"));
        assert_eq!(skeleton("Host"), skeleton("h o s t"));
        assert_ne!(skeleton("Anna"), skeleton("Anita"));
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("  Novità d'autunno — in diretta! "), "novita-d-autunno-in-diretta");
        assert_eq!(slug("日本"), "");
    }
}
