//! The upstream: the common application, with CORS headers of its own on everything.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Upstream {
    address: SocketAddr,
    preflights: Arc<AtomicUsize>,
    parts: Mutex<Option<Sender<String>>>,
}

/// As a framework with CORS of its own would, for everybody; and a `Vary` that is to be kept.
const FOREIGN: &str = "Access-Control-Allow-Origin: https://evil.example\r\n\
                       access-control-allow-credentials: true\r\n\
                       Access-Control-Allow-Methods: *\r\n\
                       Access-Control-Allow-Headers: *\r\n\
                       Access-Control-Expose-Headers: *\r\n\
                       Access-Control-Max-Age: 86400\r\n\
                       Vary: Accept-Encoding, Origin\r\n";

impl Upstream {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let preflights = Arc::<AtomicUsize>::default();
        let seen = Arc::clone(&preflights);
        let (send, parts) = channel();
        let parts = Arc::new(Mutex::new(parts));
        // It ends with the process.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, parts) = (Arc::clone(&seen), Arc::clone(&parts));
                thread::spawn(move || serve(stream, &seen, &parts));
            }
        });
        Self { address, preflights, parts: Mutex::new(Some(send)) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many preflights have come this far.
    pub fn preflights(&self) -> usize {
        self.preflights.load(Ordering::SeqCst)
    }

    pub fn send_part(&self, part: &str) {
        let parts = self.parts.lock().expect("no panic");
        parts.as_ref().expect("it has not ended").send(part.to_owned()).expect("it is waited for");
    }

    pub fn end_stream(&self) {
        self.parts.lock().expect("no panic").take();
    }
}

struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
}

impl Request {
    fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Self>> {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let mut words = line.split_whitespace().map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            match line.trim_end().split_once(':') {
                Some((name, value)) => {
                    headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
                }
                None => return Ok(Some(Self { method, path, headers })),
            }
        }
    }

    fn has(&self, name: &str, value: &str) -> bool {
        self.headers
            .iter()
            .any(|header| header.0 == name && (value.is_empty() || header.1 == value))
    }
}

fn serve(stream: TcpStream, preflights: &AtomicUsize, parts: &Mutex<Receiver<String>>) {
    // Nothing waits for more to send.
    stream.set_nodelay(true).expect("it is a socket");
    let mut stream = BufReader::new(stream);
    // The proxy keeps connections, and closes those that are of no more use.
    while let Ok(Some(request)) = Request::read(&mut stream) {
        if request.method == "OPTIONS"
            && request.has("access-control-request-method", "")
            && request.has("origin", "")
        {
            preflights.fetch_add(1, Ordering::SeqCst);
        }
        if answer(stream.get_mut(), &request, parts).is_err() {
            return;
        }
    }
}

fn answer(
    stream: &mut TcpStream,
    request: &Request,
    parts: &Mutex<Receiver<String>>,
) -> io::Result<()> {
    let (status, more, body) = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/things") => ("200 OK", "X-Request-Id: 1\r\n", "things"),
        ("OPTIONS", "/things") => ("200 OK", "", "options"),
        ("PUT" | "DELETE", "/things/1") => ("200 OK", "", "done"),
        ("GET" | "PUT", "/secret") if request.has("authorization", "Bearer sesame") => {
            ("200 OK", "", "secret")
        }
        ("GET" | "PUT", "/secret") => ("401 Unauthorized", "", "who are you?"),
        ("GET", "/moved") => ("307 Temporary Redirect", "Location: /things\r\n", ""),
        ("GET", "/fail") => ("500 Internal Server Error", "", "internal server error"),
        ("GET", "/foreign") => ("200 OK", "", "foreign"),
        ("GET", "/not-modified") => {
            return say(stream, &format!("HTTP/1.1 304 Not Modified\r\n{FOREIGN}\r\n"));
        }
        ("GET", "/stream") => return stream_parts(stream, &parts.lock().expect("no panic")),
        ("GET", "/breaks-off") => {
            say(stream, "HTTP/1.1 200 OK\r\nContent-Le")?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        ("GET", "/babbles") => {
            say(stream, "how do you do?\r\n\r\n")?;
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        _ => ("404 Not Found", "", "not found"),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{FOREIGN}{more}Content-Length: {length}\r\n\r\n");
    say(stream, &[&head, body].concat())
}

fn stream_parts(stream: &mut TcpStream, parts: &Receiver<String>) -> io::Result<()> {
    say(stream, &format!("HTTP/1.1 200 OK\r\n{FOREIGN}Transfer-Encoding: chunked\r\n\r\n"))?;
    for part in parts {
        say(stream, &format!("{:x}\r\n{part}\r\n", part.len()))?;
    }
    say(stream, "0\r\n\r\n")
}

fn say(stream: &mut TcpStream, text: &str) -> io::Result<()> {
    stream.write_all(text.as_bytes())
}
