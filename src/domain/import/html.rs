//! Makes plain paragraphs out of the HTML that shops write descriptions in.
//!
//! The tags are taken out here in one pass, because the converter below recurses into links and a
//! hostile description could nest them until the stack ends; it only decodes entities.

use super::FIELD_BYTES_MAX;
use crate::domain::text;

/// The text of a description; one without tags keeps its own line breaks.
pub(super) fn to_text(input: &str) -> String {
    let marked = if has_tags(input) { without_tags(input) } else { input.replace('<', "&lt;") };
    tidy(marked.lines().map(nanohtml2text::html2text))
}

/// Cleans lines and keeps at most one empty one between them.
pub(super) fn tidy(lines: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut tidy = String::new();
    let mut breaks = 0;
    for line in lines {
        // An empty or unreadable line ends a paragraph.
        if let Ok(line) = text::chat_line(line.as_ref(), FIELD_BYTES_MAX) {
            if !tidy.is_empty() {
                tidy.push_str(if breaks > 1 { "\n\n" } else { "\n" });
            }
            tidy.push_str(&line);
            breaks = 0;
        }
        breaks += 1;
    }
    tidy
}

fn has_tags(input: &str) -> bool {
    input.match_indices('<').any(|(at, _)| is_tag(&input[at + 1..]))
}

/// Whether what follows a `<` makes it a tag or a comment rather than "less than".
fn is_tag(rest: &str) -> bool {
    let name = rest.strip_prefix('/').unwrap_or(rest);
    rest.starts_with('!') || name.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Puts line breaks where blocks begin and end and drops the tags.
fn without_tags(input: &str) -> String {
    let mut out = String::with_capacity(input.len());
    let mut rest = input;
    while let Some(at) = rest.find('<') {
        push_words(&mut out, &rest[..at]);
        rest = &rest[at + 1..];
        if !is_tag(rest) {
            out.push_str("&lt;");
            continue;
        }
        let Some((content, after)) = cut_tag(rest) else {
            // Nothing closes any tag from here on, so the sign is part of the text.
            out.push_str("&lt;");
            push_words(&mut out, &rest.replace('<', "&lt;"));
            return out;
        };
        out.push_str(mark(content));
        rest = skip_hidden(content, after);
    }
    push_words(&mut out, rest);
    out
}

/// Line breaks between tags are white space only.
fn push_words(out: &mut String, words: &str) {
    out.extend(words.chars().map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }));
}

/// Parts the inside of a tag or comment from what follows it.
fn cut_tag(rest: &str) -> Option<(&str, &str)> {
    if rest.starts_with("!--") {
        return Some(rest.split_once("-->").unwrap_or((rest, "")));
    }
    rest.split_once('>')
}

fn name(content: &str) -> String {
    let name = content.trim_start_matches('/');
    name.chars().take_while(char::is_ascii_alphanumeric).take(12).collect::<String>().to_ascii_lowercase()
}

/// What stands in the text for a tag.
fn mark(content: &str) -> &'static str {
    match name(content).as_str() {
        "br" => "\n",
        "li" if !content.starts_with('/') => "\n• ",
        "td" | "th" => " ",
        "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "table" | "tr" | "section"
        | "article" | "blockquote" => "\n\n",
        _ => "",
    }
}

/// Skips what stands between tags but is never shown.
fn skip_hidden<'a>(content: &str, after: &'a str) -> &'a str {
    let name = name(content);
    if content.starts_with('/') || !matches!(name.as_str(), "script" | "style" | "head") {
        return after;
    }
    let end = format!("</{name}");
    let at = after.as_bytes().windows(end.len()).position(|part| part.eq_ignore_ascii_case(end.as_bytes()));
    at.map_or("", |at| &after[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(html: &str, text: &str) {
        assert_eq!(to_text(html), text, "{html}");
    }

    #[test]
    fn blocks_become_paragraphs() {
        check("<p>Seta pura.</p>\n<p>Lavare a\nmano.</p>", "Seta pura.\n\nLavare a mano.");
        check("<div>uno</div>due", "uno\n\ndue");
        check("uno<br>due<BR/>tre", "uno\ndue\ntre");
        check("Misure<ul><li>S</li><li>M</li></ul>fine", "Misure\n\n• S\n• M\n\nfine");
        check("<b>Nero</b> e <a href='https://x.it'>bianco</a>", "Nero e bianco");
    }

    #[test]
    fn entities_are_decoded_once() {
        check("Dolce &amp; salato, 5 &euro;&nbsp;", "Dolce & salato, 5 €");
        check("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<script>alert(1)</script>");
        check("taglia < 40 & > 30", "taglia < 40 & > 30");
    }

    #[test]
    fn what_is_not_shown_is_left_out() {
        check("a<script>var x = '<b>';</script>b<style>p{}</style><!-- <p>no</p> -->c", "abc");
        check("a<script>never closed", "a");
        check("a\u{202e}b&#8238;c\u{7}", "abc");
    }

    #[test]
    fn plain_text_keeps_its_lines() {
        check("prima riga\r\nseconda\n\n\n\nterza", "prima riga\nseconda\n\nterza");
    }

    #[test]
    fn hostile_markup_ends_in_linear_time() {
        check(&"<a>".repeat(20_000), "");
        to_text(&"<a".repeat(30_000));
        to_text(&"<!--".repeat(16_000));
        to_text(&"<script>".repeat(8_000));
    }
}
