//! What one connection could not be given yet.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice, Write};

use bytes::{Buf, Bytes};
use mio::net::TcpStream;

/// Frames that one write takes along.
const SLICES: usize = 16;

/// Frames in the order in which they leave; the first may have left in part.
#[derive(Debug, Default)]
pub struct Outbox {
    frames: VecDeque<Bytes>,
    is_first_cut: bool,
}

/// What a write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Nothing is left.
    pub is_all: bool,
    /// Something left.
    pub has_progress: bool,
}

impl Outbox {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Bytes that wait.
    pub fn bytes(&self) -> usize {
        self.frames.iter().map(Bytes::len).sum()
    }

    /// Puts a frame behind what waits.
    pub fn push(&mut self, frame: Bytes) {
        self.frames.push_back(frame);
    }

    /// Throws away what has not begun to leave: half a frame has to be ended.
    pub fn keep_begun(&mut self) {
        self.frames.truncate(usize::from(self.is_first_cut));
    }

    /// Writes one frame past an empty outbox, and keeps what did not leave.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn write_through(&mut self, stream: &TcpStream, frame: &Bytes) -> io::Result<Written> {
        debug_assert!(self.is_empty());
        let written = write_once(|| (&mut &*stream).write(frame))?;
        if written < frame.len() {
            self.is_first_cut = written > 0;
            self.frames.push_back(frame.slice(written..));
        }
        Ok(Written { is_all: written == frame.len(), has_progress: written > 0 })
    }

    /// Writes what waits until it is gone or the connection takes no more.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn write(&mut self, stream: &TcpStream) -> io::Result<Written> {
        let mut has_progress = false;
        while !self.frames.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES];
            for (slice, frame) in slices.iter_mut().zip(&self.frames) {
                *slice = IoSlice::new(frame);
            }
            let used = self.frames.len().min(SLICES);
            let written = write_once(|| (&mut &*stream).write_vectored(&slices[..used]))?;
            if written == 0 {
                return Ok(Written { is_all: false, has_progress });
            }
            has_progress = true;
            self.advance(written);
        }
        // The list gives its memory back: most connections have nothing waiting most of the time.
        self.frames = VecDeque::new();
        Ok(Written { is_all: true, has_progress })
    }

    fn advance(&mut self, mut written: usize) {
        while let Some(first) = self.frames.front_mut() {
            if written < first.len() {
                self.is_first_cut |= written > 0;
                first.advance(written);
                return;
            }
            written -= first.len();
            self.frames.pop_front();
            self.is_first_cut = false;
        }
    }
}

/// One write; 0 when the connection takes nothing now.
fn write_once(mut write: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match write() {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(0),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            written => return written,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox(frames: &[&'static str]) -> Outbox {
        let mut outbox = Outbox::default();
        for frame in frames {
            outbox.push(Bytes::from_static(frame.as_bytes()));
        }
        outbox
    }

    #[test]
    fn a_frame_that_began_to_leave_is_ended() {
        let mut begun = outbox(&["uno", "due", "tre"]);
        begun.advance(4);
        assert_eq!(begun.bytes(), 5);
        begun.keep_begun();
        assert_eq!(begun.frames, ["ue"]);
        let mut whole = outbox(&["uno", "due"]);
        whole.advance(3);
        whole.keep_begun();
        assert!(whole.is_empty());
    }
}
