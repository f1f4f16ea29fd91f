//! A way to a server that swallows everything while it is closed, as a network does that is cut.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Connections through it are never refused and never closed by it, only still.
pub struct Valve {
    pub address: SocketAddr,
    is_open: watch::Sender<bool>,
}

impl Valve {
    /// Opens a way to a server.
    pub async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (is_open, watched) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let watched = watched.clone();
                tokio::spawn(async move {
                    let Ok(far) = TcpStream::connect(target).await else { return };
                    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
                    tokio::join!(pump(near_in, far_out, watched.clone()), pump(far_in, near_out, watched));
                });
            }
        });
        Self { address, is_open }
    }

    /// From now on nothing comes through, in either direction.
    pub fn close(&self) {
        self.is_open.send_replace(false);
    }

    /// What was swallowed comes through, and what follows too.
    pub fn open(&self) {
        self.is_open.send_replace(true);
    }
}

/// Carries bytes until either side ends or the valve is dropped.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut is_open: watch::Receiver<bool>) {
    let mut chunk = vec![0; 16 * 1024];
    while let Ok(length) = from.read(&mut chunk).await {
        if is_open.wait_for(|is_open| *is_open).await.is_err() {
            return;
        }
        if length == 0 || to.write_all(&chunk[..length]).await.is_err() {
            return;
        }
    }
}
