//! WebSocket frames as a client reads and writes them, no more than the show socket needs.
//!
//! It knows bytes, not what a message means. Invariant: messages come out whole and in order,
//! however the stream was cut.

/// Bytes of one message from the server; a snapshot of the largest show is well below.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;

const CONTINUATION: u8 = 0x0;
const TEXT: u8 = 0x1;
const CLOSE: u8 = 0x8;
const PING: u8 = 0x9;
const PONG: u8 = 0xa;

/// Says in the place of a short length that the length follows in two bytes.
const TWO_BYTES: u8 = 0x7e;
/// Says that it follows in eight.
const EIGHT_BYTES: u8 = 0x7f;

/// The server broke the WebSocket protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault;

/// What a frame brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A whole text message.
    Text(&'a [u8]),
    /// A ping, to be answered with the same bytes.
    Ping(&'a [u8]),
    /// The server closes, with this code.
    Close(Option<u16>),
}

/// What was read of a stream and is no whole message yet; empty most of the time.
#[derive(Debug, Default)]
pub struct Inbox {
    /// The beginning of a frame whose end is not here.
    carry: Vec<u8>,
    /// The fragments of a message whose last one is not here.
    message: Option<Vec<u8>>,
}

impl Inbox {
    /// Takes bytes of the stream and hands on each message that they complete.
    ///
    /// # Errors
    /// Bytes that no server may send, or the first error of `each`.
    pub fn feed<E: From<Fault>>(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.carry.is_empty() {
            let used = self.consume(bytes, &mut each)?;
            self.carry.extend_from_slice(&bytes[used..]);
            return Ok(());
        }
        let mut carry = std::mem::take(&mut self.carry);
        carry.extend_from_slice(bytes);
        let used = self.consume(&carry, &mut each)?;
        if used < carry.len() {
            carry.drain(..used);
            self.carry = carry;
        }
        Ok(())
    }

    /// How many of the bytes belong to whole frames.
    fn consume<E: From<Fault>>(
        &mut self,
        bytes: &[u8],
        each: &mut impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut used = 0;
        while let Some(header) = Header::read(&bytes[used..])? {
            let begin = used + header.bytes;
            let Some(payload) = bytes.get(begin..begin + header.payload_bytes) else { break };
            used = begin + header.payload_bytes;
            match header.opcode {
                TEXT if header.is_final && self.message.is_none() => each(Incoming::Text(payload))?,
                TEXT | CONTINUATION => self.gather(&header, payload, each)?,
                PING => each(Incoming::Ping(payload))?,
                PONG => {}
                CLOSE => {
                    let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                    each(Incoming::Close(code))?;
                }
                _ => return Err(Fault.into()),
            }
        }
        Ok(used)
    }

    fn gather<E: From<Fault>>(
        &mut self,
        header: &Header,
        payload: &[u8],
        each: &mut impl FnMut(Incoming<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // A first fragment while another message is open, or a later one without a first.
        if (header.opcode == TEXT) == self.message.is_some() {
            return Err(Fault.into());
        }
        let message = self.message.get_or_insert_default();
        if message.len() + payload.len() > MESSAGE_BYTES_MAX {
            return Err(Fault.into());
        }
        message.extend_from_slice(payload);
        if header.is_final {
            let message = self.message.take().unwrap_or_default();
            each(Incoming::Text(&message))?;
        }
        Ok(())
    }
}

struct Header {
    opcode: u8,
    is_final: bool,
    bytes: usize,
    payload_bytes: usize,
}

impl Header {
    /// `None` while too little of it is here.
    fn read(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let [first, second, rest @ ..] = bytes else { return Ok(None) };
        // Servers neither mask nor use the reserved bits.
        if first & 0x70 != 0 || second & 0x80 != 0 {
            return Err(Fault);
        }
        let (bytes, length) = match second & 0x7f {
            TWO_BYTES => match rest.first_chunk() {
                Some(length) => (4, u64::from(u16::from_be_bytes(*length))),
                None => return Ok(None),
            },
            EIGHT_BYTES => match rest.first_chunk() {
                Some(length) => (10, u64::from_be_bytes(*length)),
                None => return Ok(None),
            },
            length => (2, u64::from(length)),
        };
        let payload_bytes = usize::try_from(length).ok().filter(|length| *length <= MESSAGE_BYTES_MAX);
        let payload_bytes = payload_bytes.ok_or(Fault)?;
        Ok(Some(Self { opcode: first & 0x0f, is_final: first & 0x80 != 0, bytes, payload_bytes }))
    }
}

/// Adds a text message to what is sent.
pub fn write_text(text: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    write(TEXT, text, mask, out);
}

/// Adds the answer to a ping.
pub fn write_pong(payload: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    write(PONG, payload, mask, out);
}

/// Adds a proper good-bye.
pub fn write_close(mask: [u8; 4], out: &mut Vec<u8>) {
    write(CLOSE, &1_000_u16.to_be_bytes(), mask, out);
}

fn write(opcode: u8, payload: &[u8], mask: [u8; 4], out: &mut Vec<u8>) {
    out.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ 0..126), _) => out.push(0x80 | length),
        (_, Ok(length)) => {
            out.push(0x80 | TWO_BYTES);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            out.push(0x80 | EIGHT_BYTES);
            out.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    out.extend_from_slice(&mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn server_frame(opcode: u8, is_final: bool, payload: &[u8]) -> Vec<u8> {
        let mut frame = vec![opcode | if is_final { 0x80 } else { 0 }];
        match payload.len() {
            length @ 0..126 => frame.push(u8::try_from(length).unwrap()),
            length => {
                frame.push(126);
                frame.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
        }
        frame.extend(payload);
        frame
    }

    fn told(incoming: Incoming<'_>) -> String {
        match incoming {
            Incoming::Text(text) => format!("text {}", text.len()),
            Incoming::Ping(payload) => format!("ping {}", payload.len()),
            Incoming::Close(code) => format!("close {code:?}"),
        }
    }

    proptest! {
        #[test]
        fn messages_come_out_whole_however_the_stream_is_cut(cuts in prop::collection::vec(0_usize..900, 0..6)) {
            let stream = [
                server_frame(TEXT, true, b"{}"),
                server_frame(PING, true, b"a"),
                server_frame(TEXT, false, &[b'x'; 300]),
                server_frame(PONG, true, b""),
                server_frame(CONTINUATION, false, b""),
                server_frame(CONTINUATION, true, &[b'y'; 200]),
                server_frame(TEXT, true, &[b'z'; 126]),
                server_frame(CLOSE, true, &[0x0f, 0xa8, b't']),
            ]
            .concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
            cuts.extend([0, stream.len()]);
            cuts.sort_unstable();
            let (mut inbox, mut found) = (Inbox::default(), Vec::new());
            for part in cuts.windows(2) {
                let each = |incoming: Incoming<'_>| {
                    found.push(told(incoming));
                    Ok::<_, Fault>(())
                };
                inbox.feed(&stream[part[0]..part[1]], each).unwrap();
            }
            prop_assert_eq!(found, ["text 2", "ping 1", "text 500", "text 126", "close Some(4008)"]);
            prop_assert_eq!(inbox.carry.capacity(), 0);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Inbox::default().feed(&bytes, |_| Ok::<_, Fault>(()));
        }
    }

    #[test]
    fn what_no_server_sends_is_a_fault() {
        let masked = [0x81, 0x81, 0, 0, 0, 0, b'x'];
        let binary = server_frame(0x2, true, b"x");
        let orphan = server_frame(CONTINUATION, true, b"x");
        let twice = [server_frame(TEXT, false, b"x"), server_frame(TEXT, true, b"y")].concat();
        let huge = [0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        for bytes in [&masked[..], &binary, &orphan, &twice, &huge] {
            let fed = Inbox::default().feed(bytes, |_| Ok::<_, Fault>(()));
            assert_eq!(fed, Err(Fault), "{bytes:?}");
        }
    }

    #[test]
    fn frames_of_a_client_are_masked() {
        let mut out = Vec::new();
        write_text(b"ciao", [1, 2, 3, 4], &mut out);
        assert_eq!(out, [0x81, 0x84, 1, 2, 3, 4, b'c' ^ 1, b'i' ^ 2, b'a' ^ 3, b'o' ^ 4]);
        out.clear();
        write_text(&[b'x'; 300], [0; 4], &mut out);
        assert_eq!((&out[..4], out.len()), (&[0x81, 0xfe, 1, 44][..], 308));
        out.clear();
        write_close([0; 4], &mut out);
        assert_eq!(out, [0x88, 0x82, 0, 0, 0, 0, 3, 232]);
    }
}
