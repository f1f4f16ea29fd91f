//! Prints how fast and how small a fresh server is, against the budgets of ARCHITECTURE.md.
//!
//! `cargo bench --bench startup`: binary size, cold start on an existing file, first byte and
//! weight of the viewer page. Times come with a reference from the same run, a bare TCP echo, as
//! machines differ.

#![expect(clippy::cast_precision_loss, reason = "sizes are printed with one digit")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_vetrina");
const STARTS: usize = 10;
const REQUESTS: usize = 300;

fn main() {
    let folder = std::env::temp_dir().join(format!("vetrina-bench-{}", std::process::id()));
    let size = std::fs::metadata(BINARY).expect("the binary was built").len();
    println!("binary size                     {:>8.1} MiB", size as f64 / 1024.0 / 1024.0);

    // The first start makes the demo's data; the ones measured find it there.
    drop(Server::start(&folder));
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| Server::start(&folder).ready_after).collect();
    row("cold start to ready", &mut starts, Some(Duration::from_millis(300)));

    let server = Server::start(&folder);
    let mut echo = echo_times();
    row("bare TCP echo (reference)", &mut echo, None);
    let path = server.viewer_path.clone();
    let mut page: Vec<Duration> = (0..REQUESTS).map(|_| first_byte(server.address, &path)).collect();
    row("first byte of the viewer page", &mut page, None);
    println!("first byte against the echo     {:>8.1} x", ratio(&page, &echo));
    weigh(server.address, &path);
    drop(server);
    std::fs::remove_dir_all(folder).expect("the folder is ours");
}

struct Server {
    child: Child,
    address: SocketAddr,
    viewer_path: String,
    ready_after: Duration,
}

impl Server {
    /// Starts the demo and waits until it says that it is ready.
    fn start(folder: &Path) -> Self {
        let begin = Instant::now();
        let mut child = Command::new(BINARY)
            .args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("the server prints where it is");
        let told: serde_json::Value = serde_json::from_str(&line).expect("one line of JSON");
        let url = |name: &str| told[name].as_str().expect("an address").to_owned();
        let base = url("base_url");
        let address = base.trim_start_matches("http://").parse().expect("an address with a port");
        while get(address, "/readyz").0 != 200 {}
        let ready_after = begin.elapsed();
        let viewer_path = url("viewer_url").replace(&base, "");
        Self { child, address, viewer_path, ready_after }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One GET on a connection of its own: status, head and body.
fn get(address: SocketAddr, path: &str) -> (u16, String, Vec<u8>) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {address}\r\naccept-encoding: gzip\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("the request goes out");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("the answer ends");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("the head ends");
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    (status, head, answer[end + 4..].to_vec())
}

fn first_byte(address: SocketAddr, path: &str) -> Duration {
    let begin = Instant::now();
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the request goes out");
    stream.read_exact(&mut [0]).expect("the answer begins");
    begin.elapsed()
}

fn echo_times() -> Vec<Duration> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound address");
    let echo = std::thread::spawn(move || {
        for _ in 0..REQUESTS {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("a byte");
            stream.write_all(&byte).expect("the byte goes back");
        }
    });
    let times = (0..REQUESTS)
        .map(|_| {
            let begin = Instant::now();
            let mut stream = TcpStream::connect(address).expect("the echo listens");
            stream.write_all(b"x").expect("the byte goes out");
            stream.read_exact(&mut [0]).expect("the byte comes back");
            begin.elapsed()
        })
        .collect();
    echo.join().expect("the echo ends");
    times
}

/// Adds up the page and what it names, as a browser would load them before the video.
fn weigh(address: SocketAddr, path: &str) {
    let (_, _, compressed) = get(address, path);
    let mut bytes = compressed.len();
    let mut requests = 1;
    let mut script = 0;
    let mut style = 0;
    let plain = plain_page(address, path);
    for part in plain.split('"').filter(|part| part.starts_with("/assets/")) {
        let (status, _, body) = get(address, part);
        assert_eq!(status, 200, "{part}");
        requests += 1;
        bytes += body.len();
        match Path::new(part).extension().and_then(|ending| ending.to_str()) {
            Some("js") => script += body.len(),
            Some("css") => style += body.len(),
            _ => {}
        }
    }
    weight("viewer page, all of it", bytes, 80);
    weight("viewer page, scripts", script, 40);
    weight("viewer page, styles", style, 12);
    println!("viewer page, requests           {requests:>8}       budget 5");
}

fn plain_page(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("the request goes out");
    let mut page = String::new();
    stream.read_to_string(&mut page).expect("the page is text");
    page
}

fn weight(name: &str, bytes: usize, budget: usize) {
    println!("{name:<31} {:>8.1} KiB   budget {budget}", bytes as f64 / 1024.0);
}

fn median(times: &[Duration]) -> Duration {
    times[times.len() / 2]
}

fn ratio(times: &[Duration], reference: &[Duration]) -> f64 {
    median(times).as_secs_f64() / median(reference).as_secs_f64()
}

fn row(name: &str, times: &mut [Duration], budget: Option<Duration>) {
    times.sort_unstable();
    let worst = times[times.len() * 99 / 100];
    let budget = budget.map(|budget| format!("   budget {} ms", budget.as_millis())).unwrap_or_default();
    let (median, worst) = (median(times).as_secs_f64() * 1e3, worst.as_secs_f64() * 1e3);
    println!("{name:<31} {median:>8.2} ms median, {worst:.2} ms p99{budget}");
}
