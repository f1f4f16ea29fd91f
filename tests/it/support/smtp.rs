//! An SMTP server that takes letters, or says what a test tells it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use vetrina::config::Secret;

use super::server::Setup;
use super::within;

/// The server and what it was given.
#[derive(Clone)]
pub struct SmtpServer {
    inner: Arc<Mutex<Inner>>,
    address: SocketAddr,
}

#[derive(Default)]
struct Inner {
    letters: Vec<Letter>,
    /// Refusals to come: the command they answer and what they say.
    refusals: VecDeque<(&'static str, &'static str)>,
    connections: usize,
}

/// A letter as it arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    pub from: String,
    pub to: String,
    pub message: String,
}

impl Letter {
    /// A header of the message, its encoded words read.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        let head = self.message.split("\r\n\r\n").next().expect("a message has a head");
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let prefix = format!("{name}: ");
        let line = unfolded.lines().find_map(|line| line.strip_prefix(&prefix));
        decode_words(line.unwrap_or_else(|| panic!("no {name} in {head}")))
    }

    /// A part of the body by its kind, such as `text/plain`.
    #[track_caller]
    pub fn part(&self, kind: &str) -> String {
        let start = self.message.find(&format!("Content-Type: {kind}")).expect("the part is there");
        let (head, rest) = self.message[start..].split_once("\r\n\r\n").expect("a part has a body");
        let body = rest.split("\r\n--").next().expect("a part has an end");
        if head.contains("quoted-printable") {
            decode_quoted(body)
        } else if head.contains("base64") {
            let bytes = BASE64_STANDARD.decode(body.replace("\r\n", "")).expect("base64");
            String::from_utf8(bytes).expect("UTF-8")
        } else {
            body.to_owned()
        }
    }
}

impl SmtpServer {
    /// Starts it on a free port.
    pub async fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address")).await
    }

    /// Starts it on this port.
    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("the port is free");
        let address = listener.local_addr().expect("a bound socket has an address");
        let server = Self { inner: Arc::default(), address };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.lock().connections += 1;
                let serving = serving.clone();
                tokio::spawn(async move { serving.talk(stream).await });
            }
        });
        server
    }

    /// Has a server send its mail here.
    pub fn take_mail_of(&self, setup: &mut Setup) {
        set_smtp(setup, self.address);
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Refuses the next such command with this answer.
    pub fn refuse(&self, command: &'static str, answer: &'static str) {
        self.lock().refusals.push_back((command, answer));
    }

    /// How often somebody called.
    pub fn connections(&self) -> usize {
        self.lock().connections
    }

    /// The letters so far.
    pub fn letters(&self) -> Vec<Letter> {
        self.lock().letters.clone()
    }

    /// Waits for a letter to somebody with these words in its subject.
    pub async fn letter(&self, to: &str, subject: &str) -> Letter {
        within(&format!("\"{subject}\" to {to}"), async {
            let mut looks = tokio::time::interval(std::time::Duration::from_millis(5));
            loop {
                let letters = self.letters();
                let fits = |letter: &&Letter| letter.to == to && letter.header("Subject").contains(subject);
                if let Some(letter) = letters.iter().find(fits) {
                    return letter.clone();
                }
                looks.tick().await;
            }
        })
        .await
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().expect("no test panics while it holds this")
    }

    fn refusal(&self, line: &str) -> Option<&'static str> {
        let mut inner = self.lock();
        let (command, answer) = *inner.refusals.front()?;
        line.starts_with(command).then(|| {
            inner.refusals.pop_front();
            answer
        })
    }

    async fn talk(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut letter = Letter::default();
        write.write_all(b"220 post.example ESMTP\r\n").await.ok()?;
        while let Some(line) = lines.next_line().await.ok()? {
            let refusal = self.refusal(&line);
            let answer = match line.split([' ', ':']).next().unwrap_or_default() {
                _ if refusal.is_some() => refusal.unwrap_or_default().to_owned(),
                "EHLO" => "250-post.example\r\n250 8BITMIME".to_owned(),
                "MAIL" => {
                    letter.from = address_in(&line);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    letter.to = address_in(&line);
                    "250 ok".to_owned()
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    while let Some(line) = lines.next_line().await.ok()?.filter(|line| line != ".") {
                        letter.message.push_str(line.strip_prefix('.').unwrap_or(&line));
                        letter.message.push_str("\r\n");
                    }
                    self.lock().letters.push(std::mem::take(&mut letter));
                    "250 taken".to_owned()
                }
                "QUIT" => "221 bye".to_owned(),
                _ => "502 unknown".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.ok()?;
        }
        Some(())
    }
}

/// Has a server send its mail to an address, whether somebody listens there or not.
pub fn set_smtp(setup: &mut Setup, address: SocketAddr) {
    setup.config.mail.smtp_url = Some(Secret::new(&format!("smtp://{address}")));
    setup.config.mail.from = Some("ordini@bottega.example".to_owned());
}

fn address_in(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// Reads the encoded words of a header (RFC 2047), as far as mail libraries write them.
fn decode_words(header: &str) -> String {
    let mut text = String::new();
    let joined = header.replace("?= =?", "?==?");
    let mut rest = joined.as_str();
    while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
        let (coded, after) = word.split_once("?=").expect("an encoded word has an end");
        text.push_str(before);
        let bytes = BASE64_STANDARD.decode(coded).expect("base64");
        text.push_str(&String::from_utf8(bytes).expect("words end between characters"));
        rest = after;
    }
    text + rest
}

fn decode_quoted(body: &str) -> String {
    let joined = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'=' {
            let (code, after) = after.split_at(2);
            let code = std::str::from_utf8(code).expect("hex digits");
            bytes.push(u8::from_str_radix(code, 16).expect("hex digits"));
            rest = after;
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
