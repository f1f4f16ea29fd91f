//! The usual way: a chat on axum's WebSocket with a broadcast channel and a task for each viewer.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::routing::get;
use tokio::sync::broadcast::{self, error::RecvError};

use super::{Publisher, event_json, obey};

struct Chat(broadcast::Sender<String>);

impl Publisher for Chat {
    fn publish(&self, seq: i64, text_bytes: usize, _is_pin: bool) {
        let _ = self.0.send(event_json(seq, text_bytes));
    }
}

/// Serves until the input ends.
pub fn run() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let chat = Arc::new(Chat(broadcast::channel(4_096).0));
    let port = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("a free port");
        let listener = socket.listen(4_096).expect("a listener");
        let port = listener.local_addr().expect("it listens").port();
        let routes = Router::new()
            .route(
                "/socket",
                get(async |State(chat): State<Arc<Chat>>, upgrade: WebSocketUpgrade| {
                    upgrade.on_upgrade(move |socket| serve(socket, chat.0.subscribe()))
                }),
            )
            .with_state(Arc::clone(&chat));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        port
    });
    let publisher: Arc<dyn Publisher> = chat;
    obey(port, 0, "/socket", &publisher);
    std::process::exit(0);
}

async fn serve(mut socket: WebSocket, mut messages: broadcast::Receiver<String>) {
    loop {
        tokio::select! {
            message = messages.recv() => match message {
                Ok(text) => {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            },
            received = socket.recv() => match received {
                Some(Ok(_)) => {}
                _ => return,
            },
        }
    }
}
