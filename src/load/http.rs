//! As much of HTTP/1.1 as a viewer needs before its connection is a socket.

use memchr::memmem;
use serde_json::Value;

/// Bytes of a head that is read; the server's are below 2 KiB.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// An answer and how many bytes it took.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer<'a> {
    /// The status.
    pub status: u16,
    /// Seconds to wait, where the server says so.
    pub retry_secs: Option<u64>,
    /// The body.
    pub body: &'a [u8],
    /// Bytes of head and body.
    pub bytes: usize,
}

/// These bytes are no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoAnswer;

impl<'a> Answer<'a> {
    /// Reads an answer; `None` while its end is not here.
    ///
    /// # Errors
    /// When it is no HTTP, or without a length.
    pub fn read(bytes: &'a [u8]) -> Result<Option<Self>, NoAnswer> {
        let Some(end) = memmem::find(bytes, b"\r\n\r\n") else {
            return if bytes.len() > HEAD_BYTES_MAX { Err(NoAnswer) } else { Ok(None) };
        };
        let head = std::str::from_utf8(&bytes[..end]).map_err(|_| NoAnswer)?;
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")).ok_or(NoAnswer)?;
        let status: u16 = status.get(..3).and_then(|status| status.parse().ok()).ok_or(NoAnswer)?;
        let (mut length, mut retry_secs) = (None, None);
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse::<usize>().ok();
            } else if name.eq_ignore_ascii_case("retry-after") {
                retry_secs = value.trim().parse().ok();
            }
        }
        // Behind a 101 there is another protocol, and no body.
        let length = if status == 101 { 0 } else { length.ok_or(NoAnswer)? };
        let Some(body) = bytes.get(end + 4..end + 4 + length) else { return Ok(None) };
        Ok(Some(Self { status, retry_secs, body, bytes: end + 4 + length }))
    }

    /// The code of a problem, or nothing.
    #[must_use]
    pub fn code(&self) -> String {
        let problem: Value = serde_json::from_slice(self.body).unwrap_or_default();
        problem["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// A request with a JSON body.
#[must_use]
pub fn post(host: &str, path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A handshake; the key is no secret and need not vary.
#[must_use]
pub fn handshake(host: &str, path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dmV0cmluYSBsb2FkIGtleQ==\r\n\
         sec-websocket-protocol: {}\r\n\r\n",
        crate::protocol::SUBPROTOCOL
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_once_it_is_whole() {
        let bytes = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 23\r\nretry-after: 5\r\n\r\n{\"code\":\"rate_limited\"}HTTP";
        for cut in 0..bytes.len() - 4 {
            assert_eq!(Answer::read(&bytes[..cut]), Ok(None), "{cut}");
        }
        let answer = Answer::read(bytes).unwrap().unwrap();
        assert_eq!((answer.status, answer.retry_secs, answer.bytes), (429, Some(5), bytes.len() - 4));
        assert_eq!(answer.code(), "rate_limited");
    }

    #[test]
    fn frames_may_follow_the_switch_at_once() {
        let answer =
            Answer::read(b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\n\r\n\x81\x02{}");
        let answer = answer.unwrap().unwrap();
        assert_eq!((answer.status, answer.body.len(), answer.bytes), (101, 0, 56));
    }

    #[test]
    fn other_bytes_are_no_answer() {
        let endless = vec![b'x'; HEAD_BYTES_MAX + 1];
        for bytes in [&b"SSH-2.0\r\n\r\n"[..], b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 x\r\n\r\n", &endless] {
            assert_eq!(Answer::read(bytes), Err(NoAnswer));
        }
    }
}
