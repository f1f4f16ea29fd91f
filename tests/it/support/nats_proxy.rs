//! Stands between one node and NATS and does to what the node hears what networks and brokers do.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// What happens to one word on its way to the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Arrives,
    IsLost,
    ArrivesTwice,
    /// After the next one.
    IsOvertaken,
    /// After so long, and after whatever is said meanwhile.
    IsLate(Duration),
}

/// Words on their way to the node; NATS is read no further while so many wait.
const UNDERWAY_MAX: usize = 1_024;

/// Decides on a word by its subject.
type Decide = Box<dyn FnMut(&str) -> Fate + Send>;

/// A way to NATS for one node.
pub struct NatsProxy {
    address: SocketAddr,
    decide: Arc<Mutex<Decide>>,
    /// Ends what is open.
    cut: Arc<Mutex<CancellationToken>>,
    is_cut: Arc<Mutex<bool>>,
}

impl NatsProxy {
    /// A way on which everything arrives.
    pub async fn start(nats_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        let decide: Arc<Mutex<Decide>> = Arc::new(Mutex::new(Box::new(|_| Fate::Arrives)));
        let (cut, is_cut) = (Arc::<Mutex<CancellationToken>>::default(), Arc::<Mutex<bool>>::default());
        let proxy =
            Self { address, decide: Arc::clone(&decide), cut: Arc::clone(&cut), is_cut: Arc::clone(&is_cut) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if *is_cut.lock().expect("no holder panics") {
                    continue;
                }
                let (decide, cut) = (Arc::clone(&decide), cut.lock().expect("no holder panics").clone());
                tokio::spawn(async move {
                    tokio::select! {
                        () = carry(client, nats_port, decide) => {}
                        () = cut.cancelled() => {}
                    }
                });
            }
        });
        proxy
    }

    /// The address for the node.
    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Decides on each word from now on.
    pub fn decide(&self, decide: impl FnMut(&str) -> Fate + Send + 'static) {
        *self.decide.lock().expect("no holder panics") = Box::new(decide);
    }

    /// Ends the connection, and every further one at once.
    pub fn cut(&self) {
        *self.is_cut.lock().expect("no holder panics") = true;
        self.cut.lock().expect("no holder panics").cancel();
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        *self.cut.lock().expect("no holder panics") = CancellationToken::new();
        *self.is_cut.lock().expect("no holder panics") = false;
    }
}

async fn carry(client: TcpStream, nats_port: u16, decide: Arc<Mutex<Decide>>) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", nats_port)).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let up = async { tokio::io::copy(&mut from_client, &mut to_server).await.map(drop) };
    let (underway, arriving) = mpsc::channel(UNDERWAY_MAX);
    let down = pass_down(BufReader::new(from_server), &underway, &decide);
    // Whichever side ends first ends both.
    tokio::select! {
        _ = up => {}
        _ = down => {}
        _ = hand_over(arriving, &mut to_client) => {}
    }
}

/// Writes what arrives, in the order in which it does.
async fn hand_over(mut arriving: mpsc::Receiver<Vec<u8>>, to: &mut OwnedWriteHalf) -> std::io::Result<()> {
    while let Some(word) = arriving.recv().await {
        to.write_all(&word).await?;
    }
    Ok(())
}

/// Carries what NATS says, line by line; `MSG` is followed by as many bytes as its last field says.
async fn pass_down(
    mut from: BufReader<OwnedReadHalf>,
    to: &mpsc::Sender<Vec<u8>>,
    decide: &Mutex<Decide>,
) -> std::io::Result<()> {
    let mut overtaken: Option<Vec<u8>> = None;
    loop {
        let mut word = Vec::new();
        if from.read_until(b'\n', &mut word).await? == 0 {
            return Ok(());
        }
        let line = String::from_utf8_lossy(&word).into_owned();
        let Some(fields) = line.strip_prefix("MSG ") else {
            pass(to, word).await?;
            continue;
        };
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let bytes: usize = fields.last().and_then(|bytes| bytes.parse().ok()).expect("NATS says how many");
        let head = word.len();
        word.resize(head + bytes + 2, 0);
        from.read_exact(&mut word[head..]).await?;
        let fate = decide.lock().expect("no holder panics")(fields[0]);
        match fate {
            Fate::Arrives => pass(to, word).await?,
            Fate::IsLost => {}
            Fate::ArrivesTwice => pass(to, word.repeat(2)).await?,
            Fate::IsOvertaken => {
                if let Some(earlier) = overtaken.replace(word) {
                    pass(to, earlier).await?;
                }
                continue;
            }
            Fate::IsLate(delay) => {
                let to = to.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(delay).await;
                    // A connection that ended meanwhile has lost it.
                    let _ = to.send(word).await;
                });
                continue;
            }
        }
        if let Some(earlier) = overtaken.take() {
            pass(to, earlier).await?;
        }
    }
}

async fn pass(to: &mpsc::Sender<Vec<u8>>, word: Vec<u8>) -> std::io::Result<()> {
    to.send(word).await.map_err(|_| std::io::Error::from(std::io::ErrorKind::BrokenPipe))
}
