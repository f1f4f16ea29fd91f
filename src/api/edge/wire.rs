//! The byte stream under hyper: looks at each HTTP/1 head before hyper does, and keeps its time.
//!
//! A bad head is replaced by a harmless one that hyper can answer in its turn; [`Inspection`] tells
//! the edge that this request stands for a refusal. HTTP/2 and upgraded streams pass untouched.
//! Invariant: no byte of a head reaches hyper before the whole head was checked.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use super::chunks::Chunks;
use super::head::{self, BadHead, Framing};

/// How every HTTP/2 connection begins (RFC 9113, section 3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// Bytes taken from the socket at a time.
const READ_BYTES: usize = 8 * 1024;
/// What hyper reads in place of a bad head.
const STAND_IN: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";
/// Bytes thrown away after the last answer, so that the peer reads it before it sees a reset.
const LINGER_BYTES_MAX: usize = 1024 * 1024;
/// How long that may take.
const LINGER: Duration = Duration::from_millis(500);

/// What was found on one connection; shared by the stream and the edge.
#[derive(Debug, Default)]
pub struct Inspection(OnceLock<(u64, BadHead)>);

impl Inspection {
    /// Why the request with this number, counted from 0, was refused below hyper.
    #[must_use]
    pub fn refusal(&self, request: u64) -> Option<BadHead> {
        self.0.get().filter(|(number, _)| *number == request).map(|(_, bad)| *bad)
    }
}

/// Time limits of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a head, from its first byte; for the first one from the connect.
    pub head: Duration,
    /// For a write that makes no progress.
    pub write: Duration,
}

/// A stream whose HTTP/1 heads have been checked.
#[derive(Debug)]
pub struct CheckedStream<S> {
    inner: S,
    inspection: Arc<Inspection>,
    timeouts: Timeouts,
    /// Read from the peer; the first `ready` bytes may go to hyper.
    bytes: BytesMut,
    ready: usize,
    expects: Expects,
    heads: u64,
    head_deadline: Option<Pin<Box<Sleep>>>,
    write_deadline: Option<Pin<Box<Sleep>>>,
    linger: Option<Linger>,
}

/// What the next byte is part of.
#[derive(Debug)]
enum Expects {
    Preface,
    Head { looked_at: usize },
    Body(u64),
    Chunks(Chunks),
    Anything,
    Nothing,
}

#[derive(Debug)]
struct Linger {
    bytes: usize,
    until: Pin<Box<Sleep>>,
}

impl<S> CheckedStream<S> {
    /// Begins to look at a stream that was just accepted.
    pub fn new(inner: S, inspection: Arc<Inspection>, timeouts: Timeouts) -> Self {
        Self {
            inner,
            inspection,
            timeouts,
            bytes: BytesMut::new(),
            ready: 0,
            expects: Expects::Preface,
            heads: 0,
            head_deadline: Some(Box::pin(tokio::time::sleep(timeouts.head))),
            write_deadline: None,
            linger: None,
        }
    }

    /// The bare stream and what was read from it but not handed on.
    pub fn into_parts(self) -> (S, Bytes) {
        (self.inner, self.bytes.freeze())
    }

    /// Goes over the bytes behind `ready` and releases those that may go on.
    fn inspect(&mut self) -> io::Result<()> {
        while self.ready < self.bytes.len() {
            let fresh = &self.bytes[self.ready..];
            match &mut self.expects {
                Expects::Preface => {
                    let length = fresh.len().min(HTTP2_PREFACE.len());
                    if fresh[..length] != HTTP2_PREFACE[..length] {
                        self.expects = Expects::Head { looked_at: 0 };
                    } else if length == HTTP2_PREFACE.len() {
                        self.head_deadline = None;
                        self.expects = Expects::Anything;
                    } else {
                        return Ok(());
                    }
                }
                Expects::Head { looked_at: 0 } if fresh.starts_with(b"\r\n") => {
                    // RFC 9112, section 2.2: an empty line before a request is skipped.
                    self.bytes = splice(&self.bytes, self.ready, 2);
                }
                Expects::Head { looked_at } => {
                    if self.head_deadline.is_none() {
                        self.head_deadline = Some(Box::pin(tokio::time::sleep(self.timeouts.head)));
                    }
                    match head::find_end(fresh, looked_at).map(|end| end.map(|end| &fresh[..end])) {
                        Ok(None) => return Ok(()),
                        Ok(Some(head)) => self.finish_head(head.len(), head::check(head)),
                        Err(bad) => self.finish_head(0, Err(bad)),
                    }
                }
                Expects::Body(left) => {
                    let taken = (*left).min(fresh.len() as u64);
                    *left -= taken;
                    self.ready += usize::try_from(taken).unwrap_or(usize::MAX);
                    if *left == 0 {
                        self.expects = Expects::Head { looked_at: 0 };
                    }
                }
                Expects::Chunks(chunks) => {
                    let (taken, is_done) = chunks.take(fresh)?;
                    self.ready += taken;
                    if is_done {
                        self.expects = Expects::Head { looked_at: 0 };
                    }
                }
                Expects::Anything => self.ready = self.bytes.len(),
                Expects::Nothing => self.bytes.truncate(self.ready),
            }
        }
        Ok(())
    }

    fn finish_head(&mut self, length: usize, checked: Result<Framing, BadHead>) {
        self.head_deadline = None;
        self.expects = match checked {
            Ok(Framing::Length(0)) => Expects::Head { looked_at: 0 },
            Ok(Framing::Length(length)) => Expects::Body(length),
            Ok(Framing::Chunked) => Expects::Chunks(Chunks::default()),
            Ok(Framing::Upgrade) => Expects::Anything,
            Err(bad) => {
                let _ = self.inspection.0.set((self.heads, bad));
                self.bytes.truncate(self.ready);
                self.bytes.extend_from_slice(STAND_IN);
                self.ready = self.bytes.len();
                Expects::Nothing
            }
        };
        self.ready = (self.ready + length).min(self.bytes.len());
        self.heads += 1;
    }
}

/// The bytes without `length` of them at `at`.
fn splice(bytes: &BytesMut, at: usize, length: usize) -> BytesMut {
    let mut spliced = BytesMut::with_capacity(bytes.len());
    spliced.extend_from_slice(&bytes[..at]);
    spliced.extend_from_slice(&bytes[at + length..]);
    spliced
}

impl<S: AsyncRead + Unpin> AsyncRead for CheckedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.ready > 0 {
                let length = this.ready.min(buffer.remaining());
                buffer.put_slice(&this.bytes[..length]);
                this.bytes.advance(length);
                this.ready -= length;
                return Poll::Ready(Ok(()));
            }
            match this.expects {
                Expects::Nothing => return Poll::Ready(Ok(())),
                Expects::Anything => return Pin::new(&mut this.inner).poll_read(cx, buffer),
                _ => {}
            }
            let mut chunk = [0; READ_BYTES];
            let mut chunk = ReadBuf::new(&mut chunk);
            match Pin::new(&mut this.inner).poll_read(cx, &mut chunk)? {
                Poll::Ready(()) if chunk.filled().is_empty() => return Poll::Ready(Ok(())),
                Poll::Ready(()) => this.bytes.extend_from_slice(chunk.filled()),
                Poll::Pending => {
                    if let Some(deadline) = &mut this.head_deadline {
                        ready!(deadline.as_mut().poll(cx));
                        return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                    }
                    return Poll::Pending;
                }
            }
            this.inspect()?;
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for CheckedStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.keep_write_time(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.keep_write_time(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    /// Ends our side, then reads on for a moment: closing with unread bytes would reset the
    /// connection and take the answer away from a peer that is still sending.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(Pin::new(&mut this.inner).poll_shutdown(cx))?;
        }
        let linger = this
            .linger
            .get_or_insert_with(|| Linger { bytes: 0, until: Box::pin(tokio::time::sleep(LINGER)) });
        let mut chunk = [0; READ_BYTES];
        while linger.bytes < LINGER_BYTES_MAX {
            let mut chunk = ReadBuf::new(&mut chunk);
            match Pin::new(&mut this.inner).poll_read(cx, &mut chunk) {
                Poll::Ready(Ok(())) if !chunk.filled().is_empty() => linger.bytes += chunk.filled().len(),
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    ready!(linger.until.as_mut().poll(cx));
                    return Poll::Ready(Ok(()));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S> CheckedStream<S> {
    /// Turns a write that has made no progress for too long into an error.
    fn keep_write_time(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.write_deadline = None;
            return written;
        }
        let until = Instant::now() + self.timeouts.write;
        let deadline = self.write_deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}
