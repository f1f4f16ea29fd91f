//! Turns the bytes of a file into text.

use std::borrow::Cow;

use super::FileError;

/// Characters of the bytes 0x80 to 0x9f in Windows-1252; `\0` marks the five that it leaves open.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘', '’', '“',
    '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

/// Reads UTF-8, with or without a byte order mark; what is not valid UTF-8 is taken as Windows-1252.
///
/// Spreadsheets on Windows write the latter, and its accented letters are never valid UTF-8 alone.
///
/// # Errors
/// Refuses NUL, which means UTF-16 or no text at all, and the bytes that Windows-1252 leaves open.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(FileError::UnknownEncoding);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => bytes
            .iter()
            .map(|byte| windows_1252(*byte))
            .collect::<Option<String>>()
            .map(Cow::Owned)
            .ok_or(FileError::UnknownEncoding),
    }
}

fn windows_1252(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => Some(WINDOWS_1252[usize::from(byte - 0x80)]).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_read_with_and_without_its_mark() {
        assert_eq!(text("caffè €".as_bytes()).as_deref(), Ok("caffè €"));
        assert_eq!(text("\u{feff}caffè".as_bytes()).as_deref(), Ok("caffè"));
    }

    #[test]
    fn other_bytes_are_windows_1252() {
        assert_eq!(text(b"caff\xe8 \x80 12").as_deref(), Ok("caffè € 12"));
        assert_eq!(text(b"caff\xe8 \x81"), Err(FileError::UnknownEncoding));
        assert_eq!(text(b"\xff\xfet\0i\0"), Err(FileError::UnknownEncoding));
    }
}
