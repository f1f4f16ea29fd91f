//! Reads the head of an HTTP/1 request as strictly as RFC 9112 asks.
//!
//! hyper forgives what proxies in front may read differently: bare line feeds, a length beside
//! chunks, heads of any size. Two readers of one head are how requests get smuggled.

/// Bytes of a request line with its target; longer ones are no addresses of ours.
pub const TARGET_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a whole head.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Lines of a head, the request line aside.
pub const HEADERS_MAX: usize = 100;

/// Why a head was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHead {
    /// It is not HTTP, or could be read in two ways.
    Malformed,
    /// The address is too long.
    TargetTooLong,
    /// Too many headers, or too long ones.
    HeadersTooLarge,
}

/// What follows a head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// This many bytes; 0 when there is no body.
    Length(u64),
    /// Chunks up to the empty one.
    Chunked,
    /// Another protocol, if the server agrees.
    Upgrade,
}

/// Looks for the end of a head behind what was looked at before; answers where the body begins.
///
/// # Errors
/// A line feed without carriage return, and more bytes than a head may have.
pub fn find_end(bytes: &[u8], looked_at: &mut usize) -> Result<Option<usize>, BadHead> {
    while let Some(at) = bytes[*looked_at..].iter().position(|&byte| byte == b'\n') {
        let line_end = *looked_at + at;
        if line_end == 0 || bytes[line_end - 1] != b'\r' {
            return Err(BadHead::Malformed);
        }
        *looked_at = line_end + 1;
        if bytes[..line_end].ends_with(b"\r\n\r") {
            return Ok(Some(line_end + 1));
        }
        if line_end > HEAD_BYTES_MAX {
            return Err(BadHead::HeadersTooLarge);
        }
    }
    let is_first_line = *looked_at == 0;
    match bytes.len() {
        // The method and the version take a few bytes of the line as well.
        length if is_first_line && length > TARGET_BYTES_MAX + 64 => Err(BadHead::TargetTooLong),
        length if length > HEAD_BYTES_MAX => Err(BadHead::HeadersTooLarge),
        _ => Ok(None),
    }
}

/// Checks a complete head and answers what follows it.
///
/// # Errors
/// Says in which way the head is bad.
pub fn check(head: &[u8]) -> Result<Framing, BadHead> {
    let mut lines = head.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let is_http_11 = check_request_line(lines.next().unwrap_or_default())?;
    let mut fields = Fields::default();
    for (number, line) in lines.take_while(|line| !line.is_empty()).enumerate() {
        if number >= HEADERS_MAX {
            return Err(BadHead::HeadersTooLarge);
        }
        fields.take(line)?;
    }
    fields.framing(is_http_11)
}

/// Whether the version is 1.1 rather than 1.0.
fn check_request_line(line: &[u8]) -> Result<bool, BadHead> {
    let mut parts = line.split(|&byte| byte == b' ');
    let (Some(method), Some(target), Some(version), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(BadHead::Malformed);
    };
    if target.len() > TARGET_BYTES_MAX {
        return Err(BadHead::TargetTooLong);
    }
    let is_target = !target.is_empty() && target.iter().all(|byte| matches!(byte, 0x21..=0x7e));
    if !is_token(method) || !is_target {
        return Err(BadHead::Malformed);
    }
    match version {
        b"HTTP/1.1" => Ok(true),
        b"HTTP/1.0" => Ok(false),
        _ => Err(BadHead::Malformed),
    }
}

/// The headers that say what follows.
#[derive(Default)]
struct Fields {
    length: Option<u64>,
    is_chunked: bool,
    is_upgrade: bool,
}

impl Fields {
    fn take(&mut self, line: &[u8]) -> Result<(), BadHead> {
        let colon = line.iter().position(|&byte| byte == b':').ok_or(BadHead::Malformed)?;
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        // A space before the colon or at the start of the line is no token, so folds fail here too.
        if !is_token(name) || value.iter().any(|&byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f) {
            return Err(BadHead::Malformed);
        }
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = parse_length(value).ok_or(BadHead::Malformed)?;
            if self.length.is_some_and(|other| other != length) {
                return Err(BadHead::Malformed);
            }
            self.length = Some(length);
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            if self.is_chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(BadHead::Malformed);
            }
            self.is_chunked = true;
        } else if name.eq_ignore_ascii_case(b"upgrade") {
            self.is_upgrade = true;
        }
        Ok(())
    }

    fn framing(&self, is_http_11: bool) -> Result<Framing, BadHead> {
        match (self.length, self.is_chunked) {
            (Some(_), true) => Err(BadHead::Malformed),
            (None, true) if !is_http_11 => Err(BadHead::Malformed),
            (None, true) => Ok(Framing::Chunked),
            (None | Some(0), false) if self.is_upgrade => Ok(Framing::Upgrade),
            (length, false) => Ok(Framing::Length(length.unwrap_or(0))),
        }
    }
}

fn parse_length(value: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(value).ok()?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// A `token` of RFC 9110.
fn is_token(text: &[u8]) -> bool {
    let is_token_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_token_byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn answers(lines: &str, expected: Result<Framing, BadHead>) {
        let head = format!("{lines}\r\n\r\n");
        let mut looked_at = 0;
        let found = find_end(head.as_bytes(), &mut looked_at).and_then(|end| {
            assert_eq!(end, Some(head.len()));
            check(head.as_bytes())
        });
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn plain_heads_pass() {
        answers("GET / HTTP/1.1\r\nHost: a", Ok(Framing::Length(0)));
        answers("GET /\u{7e}?q=%20 HTTP/1.0", Ok(Framing::Length(0)));
        answers("POST / HTTP/1.1\r\ncontent-length: 12\r\nContent-Length:12", Ok(Framing::Length(12)));
        answers("POST / HTTP/1.1\r\nTransfer-Encoding:  Chunked ", Ok(Framing::Chunked));
        answers("GET / HTTP/1.1\r\nupgrade: websocket", Ok(Framing::Upgrade));
    }

    #[test]
    fn heads_that_two_readers_could_understand_differently_are_refused() {
        for lines in [
            "POST / HTTP/1.1\r\ncontent-length: 4\r\ntransfer-encoding: chunked",
            "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 4",
            "POST / HTTP/1.1\r\ncontent-length: 4\r\ncontent-length: 5",
            "POST / HTTP/1.1\r\ncontent-length: 4, 4",
            "POST / HTTP/1.1\r\ncontent-length: -1",
            "POST / HTTP/1.1\r\ncontent-length: +5",
            "POST / HTTP/1.1\r\ncontent-length:",
            "POST / HTTP/1.1\r\ncontent-length: 99999999999999999999",
            "POST / HTTP/1.1\r\ntransfer-encoding: xchunked",
            "POST / HTTP/1.1\r\ntransfer-encoding: gzip, chunked",
            "POST / HTTP/1.0\r\ntransfer-encoding: chunked",
            "GET / HTTP/1.1\nHost: a",
            "GET / HTTP/1.1\r\nHost: a\nX: b",
            "GET / HTTP/1.1\r\nHost : a",
            "GET / HTTP/1.1\r\n Host: a",
            "GET / HTTP/1.1\r\nX: a\r\n folded",
            "GET / HTTP/1.1\r\nX: a\0b",
            "GET / HTTP/1.1\r\nX: a\rb",
            "GET / HTTP/1.1\r\nno colon",
            "GET  / HTTP/1.1",
            "GET / HTTP/2.0",
            "GET /",
            "G\u{e8}T / HTTP/1.1",
        ] {
            answers(lines, Err(BadHead::Malformed));
        }
    }

    #[test]
    fn heads_have_an_end() {
        answers(&format!("GET /{} HTTP/1.1", "a".repeat(TARGET_BYTES_MAX)), Err(BadHead::TargetTooLong));
        answers(&format!("GET / HTTP/1.1{}", "\r\nx: y".repeat(101)), Err(BadHead::HeadersTooLarge));
        answers(&format!("GET / HTTP/1.1{}", "\r\nx: y".repeat(100)), Ok(Framing::Length(0)));
        let endless = format!("GET / HTTP/1.1\r\nx: {}", "y".repeat(HEAD_BYTES_MAX));
        assert_eq!(find_end(endless.as_bytes(), &mut 0), Err(BadHead::HeadersTooLarge));
        let endless = "a".repeat(TARGET_BYTES_MAX + 65);
        assert_eq!(find_end(endless.as_bytes(), &mut 0), Err(BadHead::TargetTooLong));
    }
}
