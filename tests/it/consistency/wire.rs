//! A way to a server that can be cut, as a cable can.

use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// While it is cut, what was open ends and nothing new comes through.
pub struct Wire {
    pub address: SocketAddr,
    is_cut: watch::Sender<bool>,
}

impl Wire {
    /// Lays a way to a server.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let (is_cut, watched) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let mut watched = watched.clone();
                tokio::spawn(async move {
                    // It ends as well when the way is taken up.
                    tokio::select! {
                        biased;
                        _ = watched.wait_for(|is_cut| *is_cut) => {}
                        () = carry(near, target) => {}
                    }
                });
            }
        });
        Self { address, is_cut }
    }

    pub fn cut(&self) {
        self.is_cut.send_replace(true);
    }

    pub fn mend(&self) {
        self.is_cut.send_replace(false);
    }
}

async fn carry(mut near: TcpStream, target: SocketAddr) {
    if let Ok(mut far) = TcpStream::connect(target).await {
        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
    }
}
