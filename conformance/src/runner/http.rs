//! A client of HTTP/1.1 that sends what it is told to, byte for byte, and gives back what came, line
//! for line; and everything that can go wrong with a server.
//!
//! A well-behaved client joins headers, drops odd ones and follows redirects. This one is for
//! holding servers to account: duplicates and odd bytes survive both ways. It never waits beyond
//! its deadline and never holds more than its limits, whatever the server does.

use std::fmt;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use corsac::fetch::{Header, Url};

mod head;

pub use head::{BadHead, Head};

/// What a head may hold, in bytes.
pub const LONGEST_HEAD: usize = 256 << 10;
/// What is read of a body before the connection is closed, in bytes.
pub const LONGEST_BODY: usize = 1 << 20;
/// How many interim responses (1xx) are passed over.
const MOST_INTERIM: usize = 16;

/// A server, and the URL under which it is asked.
#[derive(Clone, Debug)]
pub struct Target {
    url: Url,
    addresses: Vec<SocketAddr>,
    patience: Duration,
}

/// Why there is nobody to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnusableTarget {
    /// Not an absolute URL.
    NoUrl(String),
    /// A scheme other than `http`.
    Scheme(String),
    /// The host has no address.
    Unresolved(String, String),
    /// An address beyond this machine, and nobody said that this is meant.
    NotLoopback(String, IpAddr),
}

impl fmt::Display for UnusableTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoUrl(why) => write!(f, "the URL is none: {why}; write http://127.0.0.1:8080/"),
            Self::Scheme(scheme) => write!(
                f,
                "{scheme}: is not spoken here; give the http: address of the server, behind whatever \
                 terminates TLS"
            ),
            Self::Unresolved(host, why) => write!(f, "{host} has no address: {why}"),
            Self::NotLoopback(host, address) => write!(
                f,
                "{host} is {address}, which is not this machine: the questions look like an attack; \
                 if the server is yours, say --i-own-this-target"
            ),
        }
    }
}

impl std::error::Error for UnusableTarget {}

impl Target {
    /// The server of a URL.
    ///
    /// # Errors
    /// [`UnusableTarget`]; also when it is not on this machine, unless `anywhere`.
    pub fn new(url: &str, anywhere: bool, patience: Duration) -> Result<Self, UnusableTarget> {
        let mut url = Url::parse(url).map_err(|why| UnusableTarget::NoUrl(why.to_string()))?;
        url.set_fragment(None);
        if url.scheme() != "http" {
            return Err(UnusableTarget::Scheme(url.scheme().to_owned()));
        }
        let host = url.host_str().unwrap_or_default().to_owned();
        let unresolved =
            |why: &dyn fmt::Display| UnusableTarget::Unresolved(host.clone(), why.to_string());
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let port = url.port_or_known_default().unwrap_or(80);
        let addresses: Vec<_> =
            (name, port).to_socket_addrs().map_err(|why| unresolved(&why))?.collect();
        if addresses.is_empty() {
            return Err(unresolved(&"the lookup gave nothing"));
        }
        let beyond = addresses.iter().find(|address| !address.ip().to_canonical().is_loopback());
        match beyond {
            Some(address) if !anywhere => Err(UnusableTarget::NotLoopback(host, address.ip())),
            _ => Ok(Self { url, addresses, patience }),
        }
    }

    /// Under which it is asked.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The same server under another path, which may have a query.
    #[must_use]
    pub fn at(&self, path: &str) -> Self {
        let mut target = self.clone();
        if let Ok(url) = self.url.join(path)
            && url.origin() == self.url.origin()
        {
            target.url = url;
            target.url.set_fragment(None);
        }
        target
    }

    /// Whether somebody listens.
    ///
    /// # Errors
    /// [`HttpTrouble`], when nobody does.
    pub fn is_there(&self) -> Result<(), HttpTrouble> {
        Connection::open(&self.addresses, Deadline::after(self.patience)).map(drop)
    }

    /// Sends a request and reads the response.
    ///
    /// # Errors
    /// [`HttpTrouble`].
    pub fn ask(&self, request: &WireRequest) -> Result<Reply, HttpTrouble> {
        let deadline = Deadline::after(self.patience);
        let message = self.message(request)?;
        let mut connection = Connection::open(&self.addresses, deadline)?;
        connection.send(&message)?;
        connection.receive(&request.method)
    }

    /// The request as it goes over the wire.
    fn message(&self, request: &WireRequest) -> Result<Vec<u8>, HttpTrouble> {
        let WireRequest { method, headers } = request;
        if !is_token(method) {
            return Err(HttpTrouble::Unsendable("the method is no token"));
        }
        if method == b"CONNECT" {
            return Err(HttpTrouble::Unsendable("CONNECT asks for a tunnel"));
        }
        let url = &self.url;
        let path_and_query = &url[url::Position::BeforePath..];
        let mut message = method.clone();
        message.extend(format!(" {path_and_query} HTTP/1.1\r\n").into_bytes());
        let has = |name: &str| headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name.as_bytes()));
        let mut field = |name: &[u8], value: &[u8]| {
            message.extend([name, b": ", value, b"\r\n"].concat());
        };
        if !has("host") {
            let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
            field(b"host", host.as_bytes());
        }
        for (name, value) in headers {
            if !is_token(name) {
                return Err(HttpTrouble::Unsendable("the name of a header is no token"));
            }
            if value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
                return Err(HttpTrouble::Unsendable("a header's value holds NUL, CR or LF"));
            }
            if ["content-length", "transfer-encoding", "connection", "upgrade", "expect"]
                .iter()
                .any(|framing| name.eq_ignore_ascii_case(framing.as_bytes()))
            {
                return Err(HttpTrouble::Unsendable("a header of its own frames the message"));
            }
            field(name, value);
        }
        if !has("user-agent") {
            field(b"user-agent", concat!("corsac/", env!("CARGO_PKG_VERSION")).as_bytes());
        }
        if !matches!(method.as_slice(), b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE") {
            field(b"content-length", b"0");
        }
        field(b"connection", b"close");
        message.extend(b"\r\n");
        Ok(message)
    }
}

/// What is sent, besides what the connection needs: `Host`, `Connection` and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WireRequest {
    /// The method.
    pub method: Vec<u8>,
    /// The header lines.
    pub headers: Vec<Header>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The header lines, as they came.
    pub headers: Vec<Header>,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpTrouble {
    /// The request cannot be written in HTTP/1.1: nothing was sent.
    Unsendable(&'static str),
    /// Nobody listens there.
    Refused(SocketAddr),
    /// No connection, for another reason.
    NotConnected(SocketAddr, String),
    /// The connection was reset, and where.
    Reset(Where),
    /// The connection was closed before the response was whole, and where.
    Closed(Where),
    /// Nothing more came in time, and where.
    Silent(Where, Duration),
    /// A head beyond [`LONGEST_HEAD`].
    HeadTooLong,
    /// What came is not HTTP.
    NotHttp(BadHead),
    /// Interim responses without end.
    OnlyInterim,
    /// Another error of the connection.
    Io(String),
}

/// How far a response had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Nothing had come.
    Start,
    /// The head had begun, and not ended.
    Head,
    /// The head was whole; so many bytes of the body had come.
    Body(usize),
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("before the response began"),
            Self::Head => f.write_str("within the response's head"),
            Self::Body(bytes) => write!(f, "after {bytes} bytes of the response's body"),
        }
    }
}

impl fmt::Display for HttpTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsendable(why) => write!(f, "HTTP/1.1 has no way to write this: {why}"),
            Self::Refused(address) => {
                write!(f, "nobody listens on {address}; start the server, or mend the URL")
            }
            Self::NotConnected(address, why) => write!(f, "no connection to {address}: {why}"),
            Self::Reset(at) => write!(f, "the server reset the connection {at}"),
            Self::Closed(at) => write!(f, "the server closed the connection {at}"),
            Self::Silent(Where::Body(bytes), patience) => write!(
                f,
                "the response did not end within {patience:?}, after {bytes} bytes of its body; \
                 --timeout gives it longer"
            ),
            Self::Silent(at, patience) => {
                write!(f, "no answer within {patience:?}, {at}; --timeout gives it longer")
            }
            Self::HeadTooLong => {
                write!(f, "the response's head does not end within {} KiB", LONGEST_HEAD >> 10)
            }
            Self::NotHttp(bad) => write!(f, "the response is not HTTP/1.1: {bad}"),
            Self::OnlyInterim => {
                write!(f, "more than {MOST_INTERIM} interim responses (1xx) and no other")
            }
            Self::Io(why) => write!(f, "the connection failed: {why}"),
        }
    }
}

impl std::error::Error for HttpTrouble {}

/// When to give up.
#[derive(Clone, Copy)]
struct Deadline {
    at: Option<Instant>,
    patience: Duration,
}

impl Deadline {
    fn after(patience: Duration) -> Self {
        Self { at: Instant::now().checked_add(patience), patience }
    }

    /// What is left of the time, if anything is.
    fn left(self) -> Option<Duration> {
        let left = self.at.map_or(self.patience, |at| at.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }
}

struct Connection {
    stream: TcpStream,
    deadline: Deadline,
    /// What has come and has not been read.
    buffer: Vec<u8>,
    has_begun: bool,
}

/// How a response's body ends.
enum Framing {
    None,
    Length(usize),
    Chunked,
    UntilClose,
}

impl Connection {
    fn open(addresses: &[SocketAddr], deadline: Deadline) -> Result<Self, HttpTrouble> {
        let mut last = HttpTrouble::Io("there is no address".to_owned());
        for &address in addresses {
            let left =
                deadline.left().ok_or(HttpTrouble::Silent(Where::Start, deadline.patience))?;
            match TcpStream::connect_timeout(&address, left) {
                Ok(stream) => {
                    let _slower = stream.set_nodelay(true);
                    return Ok(Self { stream, deadline, buffer: Vec::new(), has_begun: false });
                }
                Err(error) => {
                    last = match error.kind() {
                        ErrorKind::ConnectionRefused => HttpTrouble::Refused(address),
                        ErrorKind::TimedOut | ErrorKind::WouldBlock => {
                            HttpTrouble::NotConnected(address, "it took too long".to_owned())
                        }
                        _ => HttpTrouble::NotConnected(address, error.to_string()),
                    }
                }
            }
        }
        Err(last)
    }

    fn send(&mut self, message: &[u8]) -> Result<(), HttpTrouble> {
        let left = self.deadline.left();
        self.stream.set_write_timeout(left).map_err(|error| self.trouble(&error, Where::Start))?;
        match self.stream.write_all(message) {
            // Perhaps it has answered before it closed: a request that it would not read.
            Err(error) if is_reset(&error) => Ok(()),
            Err(error) => Err(self.trouble(&error, Where::Start)),
            Ok(()) => Ok(()),
        }
    }

    fn trouble(&self, error: &io::Error, at: Where) -> HttpTrouble {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                HttpTrouble::Silent(at, self.deadline.patience)
            }
            _ if is_reset(error) => HttpTrouble::Reset(at),
            _ => HttpTrouble::Io(error.to_string()),
        }
    }

    /// Reads more. `false` where there is no more.
    fn fill(&mut self, at: Where) -> Result<bool, HttpTrouble> {
        let silent = HttpTrouble::Silent(at, self.deadline.patience);
        let left = self.deadline.left().ok_or(silent)?;
        self.stream.set_read_timeout(Some(left)).map_err(|error| self.trouble(&error, at))?;
        let mut part = [0; 16 << 10];
        loop {
            match self.stream.read(&mut part) {
                Ok(length) => {
                    self.buffer.extend_from_slice(part.get(..length).unwrap_or_default());
                    self.has_begun |= length > 0;
                    return Ok(length > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.trouble(&error, at)),
            }
        }
    }

    fn receive(&mut self, method: &[u8]) -> Result<Reply, HttpTrouble> {
        for _ in 0..MOST_INTERIM {
            let head = self.head()?;
            if matches!(head.status, 100 | 102..=199) {
                continue;
            }
            self.body(method, &head)?;
            return Ok(Reply { status: head.status, headers: head.headers });
        }
        Err(HttpTrouble::OnlyInterim)
    }

    fn head(&mut self) -> Result<Head, HttpTrouble> {
        let mut searched = 0;
        loop {
            if let Some(length) = head::end_of(&self.buffer, searched) {
                let rest = self.buffer.split_off(length);
                let head = std::mem::replace(&mut self.buffer, rest);
                return Head::parse(&head).map_err(HttpTrouble::NotHttp);
            }
            // What is no HTTP need not be read to its end.
            head::check_start(&self.buffer).map_err(HttpTrouble::NotHttp)?;
            if self.buffer.len() > LONGEST_HEAD {
                return Err(HttpTrouble::HeadTooLong);
            }
            searched = self.buffer.len().saturating_sub(3);
            let at = if self.has_begun { Where::Head } else { Where::Start };
            if !self.fill(at)? {
                return Err(HttpTrouble::Closed(at));
            }
        }
    }

    /// Reads the body and drops it. What comes after [`LONGEST_BODY`] is not waited for.
    fn body(&mut self, method: &[u8], head: &Head) -> Result<(), HttpTrouble> {
        let mut read: usize = 0;
        match framing(method, head) {
            Framing::None => Ok(()),
            Framing::Length(length) => self.skip(length, &mut read).map(drop),
            Framing::UntilClose => loop {
                read = read.saturating_add(self.buffer.len());
                self.buffer.clear();
                if read > LONGEST_BODY || !self.fill(Where::Body(read))? {
                    return Ok(());
                }
            },
            Framing::Chunked => loop {
                let line = self.line(&mut read)?;
                let size = line.split(|byte| *byte == b';').next().unwrap_or_default();
                let size = std::str::from_utf8(size.trim_ascii()).unwrap_or_default();
                let Ok(size) = usize::from_str_radix(size, 16) else {
                    let bad = BadHead::new("the size of a chunk is no number", &line);
                    return Err(HttpTrouble::NotHttp(bad));
                };
                if size == 0 {
                    // Trailers, to an empty line.
                    while !self.line(&mut read)?.is_empty() {}
                    return Ok(());
                }
                if !self.skip(size, &mut read)? {
                    return Ok(());
                }
                self.line(&mut read)?;
            },
        }
    }

    /// Drops so many bytes. `false` where the limit was met first.
    fn skip(&mut self, mut length: usize, read: &mut usize) -> Result<bool, HttpTrouble> {
        loop {
            let taken = self.buffer.len().min(length);
            self.buffer.drain(..taken);
            length = length.saturating_sub(taken);
            *read = read.saturating_add(taken);
            if length == 0 || *read > LONGEST_BODY {
                return Ok(length == 0);
            }
            if !self.fill(Where::Body(*read))? {
                return Err(HttpTrouble::Closed(Where::Body(*read)));
            }
        }
    }

    /// A line of a chunked body, without its end.
    fn line(&mut self, read: &mut usize) -> Result<Vec<u8>, HttpTrouble> {
        const LONGEST: usize = 8 << 10;
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
                *read = read.saturating_add(line.len());
                while matches!(line.last(), Some(b'\r' | b'\n')) {
                    line.pop();
                }
                return Ok(line);
            }
            if self.buffer.len() > LONGEST || *read > LONGEST_BODY {
                let bad = BadHead::new("a line of the chunked body does not end", &self.buffer);
                return Err(HttpTrouble::NotHttp(bad));
            }
            if !self.fill(Where::Body(*read))? {
                return Err(HttpTrouble::Closed(Where::Body(*read)));
            }
        }
    }
}

/// [RFC 9112, section 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
fn framing(method: &[u8], head: &Head) -> Framing {
    if method == b"HEAD" || matches!(head.status, 101 | 204 | 304) {
        return Framing::None;
    }
    let lines = |name: &'static str| {
        let lines = head.headers.iter();
        lines.filter(move |(n, _)| n.eq_ignore_ascii_case(name.as_bytes())).map(|(_, v)| v)
    };
    if let Some(coding) = lines("transfer-encoding").last() {
        let is_chunked = coding.to_ascii_lowercase().ends_with(b"chunked");
        return if is_chunked { Framing::Chunked } else { Framing::UntilClose };
    }
    let length = |value: &Vec<u8>| std::str::from_utf8(value).ok().and_then(|v| v.parse().ok());
    let lengths: Vec<Option<usize>> = lines("content-length").map(length).collect();
    match lengths.as_slice() {
        [Some(first), rest @ ..] if rest.iter().all(|other| *other == Some(*first)) => {
            Framing::Length(*first)
        }
        _ => Framing::UntilClose,
    }
}

fn is_reset(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe
    )
}

pub(super) fn is_token(bytes: &[u8]) -> bool {
    let is_tchar = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_tchar)
}
