//! Follows a chunked body to its end, so that the next head is found where hyper finds it.

use std::io;

/// Bytes of one line between chunks; extensions and trailers that nobody uses fit.
const LINE_BYTES_MAX: usize = 1024;
/// Digits of a chunk's size: 2^60 is more than any body.
const SIZE_DIGITS_MAX: usize = 15;
/// Trailer lines that are followed.
const TRAILERS_MAX: usize = 16;

/// Where in a chunked body the next byte stands.
#[derive(Debug, Default)]
pub struct Chunks {
    expects: Expects,
    line: Vec<u8>,
    trailers: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Expects {
    #[default]
    Size,
    Data(u64),
    DataEnd,
    Trailer,
}

impl Chunks {
    /// Takes bytes up to the end of the body; answers how many, and whether the end was among them.
    ///
    /// # Errors
    /// When the body is not chunked as RFC 9112 says.
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<(usize, bool)> {
        let mut taken = 0;
        while taken < bytes.len() {
            if let Expects::Data(left) = self.expects {
                let length = left.min((bytes.len() - taken) as u64);
                taken += usize::try_from(length).unwrap_or(usize::MAX);
                self.expects = if left == length { Expects::DataEnd } else { Expects::Data(left - length) };
                continue;
            }
            self.line.push(bytes[taken]);
            taken += 1;
            if self.line.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                let line = line.strip_suffix(b"\r\n").ok_or_else(malformed)?;
                if self.take_line(line)? {
                    return Ok((taken, true));
                }
            } else if self.line.len() > LINE_BYTES_MAX {
                return Err(malformed());
            }
        }
        Ok((taken, false))
    }

    /// Whether this line ends the body.
    fn take_line(&mut self, line: &[u8]) -> io::Result<bool> {
        match self.expects {
            Expects::Size => {
                self.expects = match parse_size(line).ok_or_else(malformed)? {
                    0 => Expects::Trailer,
                    size => Expects::Data(size),
                };
                Ok(false)
            }
            Expects::DataEnd if line.is_empty() => {
                self.expects = Expects::Size;
                Ok(false)
            }
            Expects::Trailer if line.is_empty() => Ok(true),
            Expects::Trailer if self.trailers < TRAILERS_MAX => {
                self.trailers += 1;
                Ok(false)
            }
            _ => Err(malformed()),
        }
    }
}

/// The size in hexadecimal digits; an extension behind it is passed over.
fn parse_size(line: &[u8]) -> Option<u64> {
    let digits = line.split(|&byte| byte == b';').next()?.trim_ascii_end();
    let is_size = (1..=SIZE_DIGITS_MAX).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    is_size.then(|| u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok())?
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the body is not chunked properly")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_in_pieces_of_any_size() {
        let body = b"5;name=x\r\nab\r\nc\r\n0A\r\n0123456789\r\n0\r\nTrailer: y\r\n\r\n";
        let stream = [&body[..], b"GET / HTTP/1.1\r\n"].concat();
        for piece in 1..stream.len() {
            let (mut chunks, mut at) = (Chunks::default(), 0);
            loop {
                let (taken, is_done) = chunks.take(&stream[at..stream.len().min(at + piece)]).unwrap();
                at += taken;
                if is_done {
                    break;
                }
            }
            assert_eq!(at, body.len(), "pieces of {piece}");
        }
    }

    #[test]
    fn broken_chunks_are_refused() {
        for body in
            ["g\r\n", "5\nabcde\r\n", "-1\r\n", "2\r\nabc\r\n", "\r\n", "ffffffffffffffffff\r\n", " 5\r\n"]
        {
            assert!(Chunks::default().take(body.as_bytes()).is_err(), "{body:?}");
        }
    }
}
