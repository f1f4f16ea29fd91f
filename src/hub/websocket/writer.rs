//! What the server sends: frames that are built once and shared.

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;

/// Bytes of the longest header that a server's frame has.
const HEADER_BYTES_MAX: usize = 10;
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PING: u8 = 0x89;
const PONG: u8 = 0x8a;

/// A text message in one frame.
#[must_use]
pub fn text_frame(text: &[u8]) -> Bytes {
    let mut frame = frame_room(text.len());
    frame.put_slice(text);
    seal_text_frame(frame)
}

/// A text message in one frame, written as JSON straight to where it leaves from.
///
/// # Errors
/// When the value cannot be JSON, such as a map whose keys are no texts.
pub fn json_frame(value: &impl Serialize) -> serde_json::Result<Bytes> {
    let mut room = frame_room(0).writer();
    serde_json::to_writer(&mut room, value)?;
    Ok(seal_text_frame(room.into_inner()))
}

/// A binary message in one frame; the protocol of shows has none.
#[must_use]
pub fn binary_frame(payload: &[u8]) -> Bytes {
    let mut frame = frame_room(payload.len());
    frame.put_slice(payload);
    seal(frame, BINARY)
}

/// A buffer for a text, with room for the header before it; [`seal_text_frame`] puts that there.
#[must_use]
pub fn frame_room(text_bytes: usize) -> BytesMut {
    let mut room = BytesMut::with_capacity(HEADER_BYTES_MAX + text_bytes);
    room.put_bytes(0, HEADER_BYTES_MAX);
    room
}

/// Makes a frame of a text that was written behind [`frame_room`].
#[must_use]
pub fn seal_text_frame(room: BytesMut) -> Bytes {
    seal(room, TEXT)
}

fn seal(mut room: BytesMut, opcode: u8) -> Bytes {
    let length = room.len() - HEADER_BYTES_MAX;
    let mut header = [0; HEADER_BYTES_MAX];
    let used = put_header(&mut header, opcode, length);
    let start = HEADER_BYTES_MAX - used;
    room[start..HEADER_BYTES_MAX].copy_from_slice(&header[..used]);
    room.freeze().slice(start..)
}

/// A ping without a payload.
#[must_use]
pub const fn ping_frame() -> Bytes {
    Bytes::from_static(&[PING, 0])
}

/// The answer to a ping; its payload is at most 125 bytes.
#[must_use]
pub fn pong_frame(payload: &[u8]) -> Bytes {
    control_frame(PONG, payload)
}

/// The end of a conversation; the reason has at most 123 bytes.
#[must_use]
pub fn close_frame(code: u16, reason: &str) -> Bytes {
    let payload = [&code.to_be_bytes()[..], reason.as_bytes()].concat();
    control_frame(CLOSE, &payload)
}

fn control_frame(opcode: u8, payload: &[u8]) -> Bytes {
    let mut frame = BytesMut::with_capacity(2 + payload.len());
    frame.put_u8(opcode);
    frame.put_u8(u8::try_from(payload.len()).expect("a control frame's payload is at most 125 bytes"));
    frame.put_slice(payload);
    frame.freeze()
}

/// Writes the header of an unmasked frame (RFC 6455, section 5.2); answers its length.
fn put_header(header: &mut [u8; HEADER_BYTES_MAX], opcode: u8, length: usize) -> usize {
    header[0] = opcode;
    if let Ok(short) = u8::try_from(length)
        && short < 126
    {
        header[1] = short;
        2
    } else if let Ok(medium) = u16::try_from(length) {
        header[1] = 126;
        header[2..4].copy_from_slice(&medium.to_be_bytes());
        4
    } else {
        header[1] = 127;
        header[2..].copy_from_slice(&(length as u64).to_be_bytes());
        10
    }
}

/// The text of a frame that this file made.
#[cfg(test)]
#[must_use]
pub fn text_of(frame: &[u8]) -> &[u8] {
    match frame[1] {
        126 => &frame[4..],
        127 => &frame[10..],
        _ => &frame[2..],
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;

    use super::*;

    #[test]
    fn headers_say_how_long_a_text_is() {
        for length in [0, 1, 125, 126, 65_535, 65_536, 200_000] {
            let text = vec![b'x'; length];
            let frame = text_frame(&text);
            let mut cursor = Cursor::new(&frame[..]);
            let (header, told) = FrameHeader::parse(&mut cursor).unwrap().unwrap();
            assert_eq!((header.is_final, header.mask, told), (true, None, length as u64));
            assert_eq!(&frame[usize::try_from(cursor.position()).unwrap()..], &text[..]);
        }
    }

    #[test]
    fn a_close_tells_code_and_reason() {
        assert_eq!(&close_frame(4008, "too slow")[..], b"\x88\x0a\x0f\xa8too slow");
        assert_eq!(&close_frame(1000, "")[..], b"\x88\x02\x03\xe8");
    }
}
