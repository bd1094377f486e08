//! A client of HTTP/1.1 that sends what it is told to, byte for byte, and gives back what came, line
//! for line; and everything that can go wrong with a server.
//!
//! A well-behaved client joins headers, drops odd ones and follows redirects. This one is for
//! holding servers to account: duplicates and odd bytes survive both ways. It never waits beyond
//! its deadline and never holds more than its limits, whatever the server does.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use corsac::fetch::{Header, Url};

mod connection;
mod head;

use connection::{Connection, Deadline};
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
        // A page's URL cannot hold them, and none of the questions is about them.
        let _has_a_host = url.set_username("").and_then(|()| url.set_password(None));
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

pub(super) fn is_token(bytes: &[u8]) -> bool {
    let is_tchar = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_tchar)
}
