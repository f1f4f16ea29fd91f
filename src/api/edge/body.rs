//! A request body that has to keep coming.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// The body did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the body did not arrive in time")]
pub struct TooSlow;

/// Whether a body ran out of time; kept by the edge while a handler has the body.
#[derive(Clone, Debug, Default)]
pub struct TimeUp(Arc<AtomicBool>);

impl TimeUp {
    /// Whether the time is up.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Gives a body a first allowance of time and more for each byte, so that a trickle ends and a
/// large upload over a weak link does not.
#[derive(Debug)]
pub struct TimedBody<B> {
    inner: B,
    deadline: Pin<Box<Sleep>>,
    bytes_per_sec_min: u64,
    time_up: TimeUp,
}

impl<B> TimedBody<B> {
    /// Starts the time of a body.
    pub fn new(inner: B, allowance: Duration, bytes_per_sec_min: u64, time_up: TimeUp) -> Self {
        Self { inner, deadline: Box::pin(tokio::time::sleep(allowance)), bytes_per_sec_min, time_up }
    }
}

impl<B> Body for TimedBody<B>
where
    // The connection's own body, and plain ones in tests.
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<axum::BoxError>,
{
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) {
            if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
                let earned = data.remaining() as u64 * 1_000_000 / this.bytes_per_sec_min.max(1);
                let deadline = this.deadline.deadline() + Duration::from_micros(earned);
                this.deadline.as_mut().reset(deadline.max(Instant::now()));
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(this.deadline.as_mut().poll(cx));
        this.time_up.0.store(true, Ordering::Release);
        Poll::Ready(Some(Err(TooSlow.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body as axum's, without a box of time where nothing can come.
pub fn timed<B>(body: B, allowance: Duration, bytes_per_sec_min: u64, time_up: TimeUp) -> axum::body::Body
where
    // Boxed by axum, which asks for `Send` and `'static`.
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<axum::BoxError>,
{
    if body.is_end_stream() {
        return axum::body::Body::empty();
    }
    axum::body::Body::new(TimedBody::new(body, allowance, bytes_per_sec_min, time_up))
}
