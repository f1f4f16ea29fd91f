//! WebSocket frames on a stream: bounded in both directions, with the right close code for each fault.
//!
//! It knows no show and no person.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

use crate::protocol::{CLIENT_BYTES_MAX, CloseCode};

/// Bytes read at a time; tungstenite's own 128 KiB are zeroed at each read.
const READ_BYTES: usize = 4 * 1024;
/// Bytes gathered before a write.
const WRITE_BYTES: usize = 16 * 1024;
/// Bytes that one connection may have waiting below; one piece and some control frames.
const WRITE_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one piece of a larger frame, so that a stalled reader holds one piece, not a snapshot.
const PIECE_BYTES: usize = 64 * 1024;
/// Bytes read since the last complete message; more are fragments that lead nowhere.
const UNFINISHED_BYTES_MAX: usize = CLIENT_BYTES_MAX + 3 * READ_BYTES;
/// How long a peer may take to answer a close.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(300);
/// The same for one that reads slowly: half a frame may have to leave before the close.
const SLOW_CLOSE_TIMEOUT: Duration = Duration::from_secs(2);
/// Bytes thrown away while waiting for that.
const CLOSE_BYTES_MAX: usize = 1024 * 1024;

/// A WebSocket connection.
#[derive(Debug)]
pub struct Wire {
    socket: WebSocketStream<Metered<TcpStream>>,
    /// What is left of the frame being sent.
    rest: Bytes,
    is_first_piece: bool,
    /// Since when the peer has taken nothing of what was written.
    writing_since: Option<Instant>,
}

/// What happened on a connection.
#[derive(Debug)]
pub enum Happened {
    /// Everything handed to [`Wire::send`] has left.
    Sent,
    /// A text message came.
    Text(Utf8Bytes),
    /// A ping came; it is answered already.
    Ping,
    /// A pong came.
    Pong,
    /// The peer broke a rule; it is to be closed with this code.
    Fault(CloseCode),
    /// The peer closed or is gone.
    Gone,
}

impl Wire {
    /// Speaks over a stream whose handshake is done; `early` was read from it already.
    pub async fn new(stream: TcpStream, early: Bytes) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(WRITE_BYTES)
            .max_write_buffer_size(WRITE_BYTES_MAX)
            .max_message_size(Some(CLIENT_BYTES_MAX))
            .max_frame_size(Some(CLIENT_BYTES_MAX));
        let stream = Metered { inner: stream, unfinished_bytes: 0 };
        let socket =
            WebSocketStream::from_partially_read(stream, early.into(), Role::Server, Some(config)).await;
        Self { socket, rest: Bytes::new(), is_first_piece: true, writing_since: None }
    }

    /// Whether the next frame can be handed over.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        self.writing_since.is_none()
    }

    /// Since when the peer has taken nothing, if something waits for it.
    #[must_use]
    pub const fn writing_since(&self) -> Option<Instant> {
        self.writing_since
    }

    /// Hands a text over; the wire has to be idle.
    pub fn send(&mut self, text: Bytes) {
        self.rest = text;
        self.is_first_piece = true;
        self.writing_since = Some(Instant::now());
    }

    /// Asks the peer for a pong.
    pub fn ping(&mut self) {
        // A full buffer means that the peer reads nothing, which its own deadline finds.
        let _ = Pin::new(&mut self.socket).start_send(Message::Ping(Bytes::new()));
        self.writing_since.get_or_insert_with(Instant::now);
    }

    /// Writes what waits and reads what comes, until one of both is done.
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn drive(&mut self) -> Happened {
        poll_fn(|cx| match self.poll_write(cx) {
            Poll::Ready(happened) => Poll::Ready(happened),
            Poll::Pending => self.poll_read(cx),
        })
        .await
    }

    /// Sends a close and waits a moment for the peer's, throwing away what it still sends.
    ///
    /// Closing with unread bytes would reset the connection and take the code away from the peer.
    pub async fn close(mut self, code: CloseCode) {
        let frame = CloseFrame { code: code.code().into(), reason: Utf8Bytes::from_static(code.reason()) };
        let patience = if code == CloseCode::TooSlow { SLOW_CLOSE_TIMEOUT } else { CLOSE_TIMEOUT };
        let sent = tokio::time::timeout(patience, self.socket.close(Some(frame))).await;
        let stream = &mut self.socket.get_mut().inner;
        let _ = stream.shutdown().await;
        if matches!(sent, Ok(Ok(()))) {
            let _ = tokio::time::timeout(CLOSE_TIMEOUT, throw_away(stream)).await;
        }
    }

    /// Lets the answer to the peer's own close leave.
    pub async fn finish(mut self) {
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.socket.flush()).await;
        let _ = self.socket.get_mut().inner.shutdown().await;
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        while self.writing_since.is_some() {
            match Pin::new(&mut self.socket).poll_flush(cx) {
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(Happened::Gone),
                Poll::Pending => return Poll::Pending,
            }
            if self.rest.is_empty() {
                self.writing_since = None;
                return Poll::Ready(Happened::Sent);
            }
            let piece = self.next_piece();
            if Pin::new(&mut self.socket).start_send(Message::Frame(piece)).is_err() {
                return Poll::Ready(Happened::Gone);
            }
            self.writing_since = Some(Instant::now());
        }
        Poll::Pending
    }

    fn next_piece(&mut self) -> Frame {
        let length = self.rest.len().min(PIECE_BYTES);
        let piece = self.rest.split_to(length);
        let kind = if self.is_first_piece { Data::Text } else { Data::Continue };
        self.is_first_piece = false;
        Frame::message(piece, OpCode::Data(kind), self.rest.is_empty())
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Happened> {
        Pin::new(&mut self.socket).poll_next(cx).map(|message| {
            self.socket.get_mut().unfinished_bytes = 0;
            match message {
                Some(Ok(Message::Text(text))) => Happened::Text(text),
                Some(Ok(Message::Ping(_))) => Happened::Ping,
                Some(Ok(Message::Pong(_))) => Happened::Pong,
                Some(Ok(Message::Binary(_) | Message::Frame(_))) => Happened::Fault(CloseCode::Unsupported),
                Some(Ok(Message::Close(_))) | None => Happened::Gone,
                Some(Err(error)) => fault(&error),
            }
        })
    }
}

async fn throw_away(stream: &mut TcpStream) {
    let mut chunk = vec![0; READ_BYTES];
    let mut bytes = 0;
    while bytes < CLOSE_BYTES_MAX {
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(length) => bytes += length,
        }
    }
}

/// The close code that a fault deserves.
fn fault(error: &Error) -> Happened {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Happened::Fault(CloseCode::TooLarge),
        Error::Utf8(_) => Happened::Fault(CloseCode::BadText),
        Error::Io(error) if error.kind() == io::ErrorKind::QuotaExceeded => {
            Happened::Fault(CloseCode::Policy)
        }
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => Happened::Gone,
        Error::Protocol(_) => Happened::Fault(CloseCode::Protocol),
        _ => Happened::Gone,
    }
}

/// Counts what was read since the last message, so that fragments without an end are noticed.
#[derive(Debug)]
struct Metered<S> {
    inner: S,
    unfinished_bytes: usize,
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.unfinished_bytes > UNFINISHED_BYTES_MAX {
            return Poll::Ready(Err(io::ErrorKind::QuotaExceeded.into()));
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buffer);
        self.unfinished_bytes += buffer.filled().len() - before;
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
