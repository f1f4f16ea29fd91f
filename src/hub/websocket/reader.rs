//! Takes apart what a client sends: bounded, and without memory between two messages.

use std::io::Cursor;
use std::ops::ControlFlow;

use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Control, Data, OpCode};

/// Payload of a control frame (RFC 6455, section 5.5).
const CONTROL_BYTES_MAX: usize = 125;
/// What a client may send beside the payload of one message before it counts as leading nowhere.
const OVERHEAD_BYTES_MAX: usize = 12 * 1024;

/// What a client sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A whole text message.
    Text(&'a str),
    /// A whole binary message.
    Binary(&'a [u8]),
    /// A ping, whose payload belongs into the pong.
    Ping(&'a [u8]),
    /// A pong.
    Pong,
    /// The client closes; with its code, if it gave one.
    Close(Option<u16>),
}

/// Which rule a client broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The frames are not those of the protocol.
    #[error("protocol error")]
    Protocol,
    /// A message is larger than the limit.
    #[error("message too large")]
    TooLarge,
    /// Text is not UTF-8.
    #[error("text is not UTF-8")]
    BadText,
    /// Fragments that never make a message.
    #[error("fragments without an end")]
    Endless,
}

/// The state between two reads of one connection.
#[derive(Debug)]
pub struct Reader {
    message_bytes_max: usize,
    /// The beginning of a frame whose end has not come.
    partial: Vec<u8>,
    /// The fragments of a message whose end has not come.
    message: Vec<u8>,
    fragments_of: Option<Kind>,
    /// Bytes since the last whole message; a control frame between two messages counts as one.
    unfinished_bytes: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Binary,
}

/// A frame whose header has been checked.
struct Frame {
    opcode: OpCode,
    is_final: bool,
    mask: [u8; 4],
    payload: std::ops::Range<usize>,
}

impl Reader {
    /// A reader that takes messages of so many bytes.
    #[must_use]
    pub const fn new(message_bytes_max: usize) -> Self {
        Self {
            message_bytes_max,
            partial: Vec::new(),
            message: Vec::new(),
            fragments_of: None,
            unfinished_bytes: 0,
        }
    }

    /// Takes bytes from the connection and hands on what they complete, in order.
    ///
    /// When `take` breaks, the rest is kept for the next call.
    ///
    /// # Errors
    /// The rule that was broken; nothing more may be read then.
    pub fn read(
        &mut self,
        bytes: &mut [u8],
        take: &mut impl FnMut(Received<'_>) -> ControlFlow<()>,
    ) -> Result<(), Fault> {
        self.unfinished_bytes += bytes.len();
        if self.partial.is_empty() {
            let used = self.take_frames(bytes, take)?;
            self.partial.extend_from_slice(&bytes[used..]);
        } else {
            let mut partial = std::mem::take(&mut self.partial);
            partial.extend_from_slice(bytes);
            let used = self.take_frames(&mut partial, take)?;
            partial.drain(..used);
            // An empty one gives its memory back: most connections rest most of the time.
            if !partial.is_empty() {
                self.partial = partial;
            }
        }
        if self.unfinished_bytes > self.message_bytes_max + OVERHEAD_BYTES_MAX {
            return Err(Fault::Endless);
        }
        Ok(())
    }

    /// Bytes of memory beside the struct itself.
    #[must_use]
    pub fn heap_bytes(&self) -> usize {
        self.partial.capacity() + self.message.capacity()
    }

    /// Answers how many bytes were used.
    fn take_frames(
        &mut self,
        bytes: &mut [u8],
        take: &mut impl FnMut(Received<'_>) -> ControlFlow<()>,
    ) -> Result<usize, Fault> {
        let mut used = 0;
        while let Some(frame) = self.next_frame(bytes, used)? {
            let end = frame.payload.end;
            let payload = &mut bytes[frame.payload.clone()];
            unmask(payload, frame.mask);
            used = end;
            if self.take_frame(&frame, payload, take)?.is_break() {
                break;
            }
        }
        Ok(used)
    }

    /// The frame that begins at `start`; `None` until all of it is there.
    fn next_frame(&self, bytes: &[u8], start: usize) -> Result<Option<Frame>, Fault> {
        let mut cursor = Cursor::new(&bytes[start..]);
        let Some((header, length)) = FrameHeader::parse(&mut cursor).map_err(|_| Fault::Protocol)? else {
            return Ok(None);
        };
        self.check(&header, length)?;
        // Checked above to be no more than the limit, so it fits.
        let length = usize::try_from(length).map_err(|_| Fault::TooLarge)?;
        let begin = start + usize::try_from(cursor.position()).map_err(|_| Fault::Protocol)?;
        let payload = begin..begin + length;
        if bytes.len() < payload.end {
            return Ok(None);
        }
        let mask = header.mask.ok_or(Fault::Protocol)?;
        Ok(Some(Frame { opcode: header.opcode, is_final: header.is_final, mask, payload }))
    }

    /// Refuses a frame by its header alone, before any of its payload takes memory.
    fn check(&self, header: &FrameHeader, length: u64) -> Result<(), Fault> {
        let is_reserved = header.rsv1 || header.rsv2 || header.rsv3;
        if is_reserved || header.mask.is_none() {
            return Err(Fault::Protocol);
        }
        match header.opcode {
            OpCode::Control(Control::Reserved(_)) | OpCode::Data(Data::Reserved(_)) => Err(Fault::Protocol),
            OpCode::Control(_) if !header.is_final || length > CONTROL_BYTES_MAX as u64 => {
                Err(Fault::Protocol)
            }
            OpCode::Control(_) => Ok(()),
            OpCode::Data(data) => {
                if (data == Data::Continue) != self.fragments_of.is_some() {
                    return Err(Fault::Protocol);
                }
                let room = self.message_bytes_max - self.message.len();
                if length > room as u64 { Err(Fault::TooLarge) } else { Ok(()) }
            }
        }
    }

    fn take_frame(
        &mut self,
        frame: &Frame,
        payload: &[u8],
        take: &mut impl FnMut(Received<'_>) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Fault> {
        let data = match frame.opcode {
            OpCode::Control(control) => {
                if self.fragments_of.is_none() {
                    self.unfinished_bytes = 0;
                }
                return Ok(take(match control {
                    Control::Close => Received::Close(close_code(payload)?),
                    Control::Ping => Received::Ping(payload),
                    Control::Pong | Control::Reserved(_) => Received::Pong,
                }));
            }
            OpCode::Data(data) => data,
        };
        let kind = match data {
            Data::Text => Kind::Text,
            Data::Binary | Data::Reserved(_) => Kind::Binary,
            Data::Continue => self.fragments_of.ok_or(Fault::Protocol)?,
        };
        if frame.is_final && self.fragments_of.is_none() {
            self.unfinished_bytes = 0;
            return Ok(take(whole(kind, payload)?));
        }
        self.message.extend_from_slice(payload);
        self.fragments_of = Some(kind);
        if !frame.is_final {
            return Ok(ControlFlow::Continue(()));
        }
        self.unfinished_bytes = 0;
        self.fragments_of = None;
        let message = std::mem::take(&mut self.message);
        Ok(take(whole(kind, &message)?))
    }
}

fn whole(kind: Kind, payload: &[u8]) -> Result<Received<'_>, Fault> {
    match kind {
        Kind::Text => std::str::from_utf8(payload).map(Received::Text).map_err(|_| Fault::BadText),
        Kind::Binary => Ok(Received::Binary(payload)),
    }
}

/// The code of a close frame, checked as RFC 6455, section 7.4 asks.
fn close_code(payload: &[u8]) -> Result<Option<u16>, Fault> {
    match payload {
        [] => Ok(None),
        [_] => Err(Fault::Protocol),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            if !CloseCode::from(code).is_allowed() {
                return Err(Fault::Protocol);
            }
            std::str::from_utf8(reason).map_err(|_| Fault::BadText)?;
            Ok(Some(code))
        }
    }
}

/// Takes the mask off (RFC 6455, section 5.3), eight bytes at a time.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, key) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: usize = 1_000;
    const MASKED: u8 = 0x80;

    /// A client's frame, masked.
    fn frame(first_byte: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first_byte];
        match payload.len() {
            length @ 0..=125 => bytes.push(MASKED | u8::try_from(length).unwrap()),
            length => {
                bytes.push(MASKED | 0x7e);
                bytes.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
            }
        }
        let mask = [0x12, 0x34, 0x56, 0x78];
        bytes.extend_from_slice(&mask);
        bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, key)| byte ^ key));
        bytes
    }

    /// What a reader makes of bytes that come in pieces of a size.
    fn read(bytes: &[u8], piece: usize) -> (Vec<String>, Result<(), Fault>) {
        let mut reader = Reader::new(LIMIT);
        let mut received = Vec::new();
        for chunk in bytes.chunks(piece) {
            let read = reader.read(&mut chunk.to_vec(), &mut |message| {
                received.push(format!("{message:?}"));
                ControlFlow::Continue(())
            });
            if read.is_err() {
                return (received, read);
            }
        }
        (received, Ok(()))
    }

    #[track_caller]
    fn faults(bytes: &[u8], expected: Fault) {
        for piece in [1, 3, bytes.len()] {
            assert_eq!(read(bytes, piece).1, Err(expected), "in pieces of {piece}");
        }
    }

    #[test]
    fn messages_come_whole_however_they_were_cut() {
        let long = "è".repeat(400);
        let mut bytes = frame(0x81, b"ciao");
        bytes.extend(frame(0x01, "per".as_bytes()));
        bytes.extend(frame(0x89, b"?"));
        bytes.extend(frame(0x80, "ché".as_bytes()));
        bytes.extend(frame(0x82, &[1, 2]));
        bytes.extend(frame(0x81, long.as_bytes()));
        bytes.extend(frame(0x8a, b""));
        bytes.extend(frame(0x88, &[0x03, 0xe8, b'x']));
        let expected = [
            r#"Text("ciao")"#.to_owned(),
            "Ping([63])".to_owned(),
            r#"Text("perché")"#.to_owned(),
            "Binary([1, 2])".to_owned(),
            format!("Text({long:?})"),
            "Pong".to_owned(),
            "Close(Some(1000))".to_owned(),
        ];
        for piece in [1, 2, 7, 64, bytes.len()] {
            let (received, end) = read(&bytes, piece);
            assert_eq!((&received[..], end), (&expected[..], Ok(())), "in pieces of {piece}");
        }
    }

    #[test]
    fn each_broken_rule_has_its_fault() {
        faults(&frame(0xc1, b"x"), Fault::Protocol);
        faults(&frame(0x83, b"x"), Fault::Protocol);
        faults(&frame(0x8b, b""), Fault::Protocol);
        faults(&frame(0x09, b""), Fault::Protocol);
        faults(&frame(0x89, &[0; 126]), Fault::Protocol);
        faults(&frame(0x80, b"x"), Fault::Protocol);
        faults(&[frame(0x01, b"x"), frame(0x81, b"x")].concat(), Fault::Protocol);
        faults(&[0x81, 0x01, b'x'], Fault::Protocol);
        faults(&frame(0x88, &[3]), Fault::Protocol);
        faults(&frame(0x88, &[0x03, 0xed]), Fault::Protocol);
        faults(&frame(0x88, &[0x03, 0xe8, 0xff]), Fault::BadText);
        faults(&frame(0x81, &[0xff]), Fault::BadText);
        faults(&[frame(0x01, &[0xc3]), frame(0x80, &[0x28])].concat(), Fault::BadText);
    }

    #[test]
    fn what_is_too_large_is_refused_by_its_header() {
        faults(&frame(0x81, &[b'x'; LIMIT + 1])[..8], Fault::TooLarge);
        let mut gigabyte = vec![0x81, MASKED | 0x7f];
        gigabyte.extend_from_slice(&(1_u64 << 63).to_be_bytes());
        gigabyte.extend_from_slice(&[0; 4]);
        faults(&gigabyte, Fault::TooLarge);
        let pieces = [frame(0x01, &[b'x'; 600]), frame(0x80, &[b'x'; 600])].concat();
        faults(&pieces, Fault::TooLarge);
        let empty = frame(0x00, b"").repeat(10_000);
        faults(&[frame(0x01, b""), empty].concat(), Fault::Endless);
    }

    #[test]
    fn a_resting_connection_holds_no_memory() {
        let mut reader = Reader::new(LIMIT);
        let bytes = frame(0x81, b"ciao");
        for chunk in bytes.chunks(3) {
            reader.read(&mut chunk.to_vec(), &mut |_| ControlFlow::Continue(())).unwrap();
        }
        assert_eq!(reader.heap_bytes(), 0);
    }

    #[test]
    fn what_comes_after_a_break_waits() {
        let mut reader = Reader::new(LIMIT);
        let mut received = Vec::new();
        let mut bytes = [frame(0x81, b"uno"), frame(0x81, b"due")].concat();
        for next in [&mut bytes[..], &mut []] {
            reader
                .read(next, &mut |message| {
                    received.push(format!("{message:?}"));
                    ControlFlow::Break(())
                })
                .unwrap();
        }
        assert_eq!(received, [r#"Text("uno")"#, r#"Text("due")"#]);
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_cuts_change_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert_eq!(read(&bytes, 1), read(&bytes, bytes.len().max(1)));
        }
    }
}
