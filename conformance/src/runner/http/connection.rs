//! [`Connection`]: one exchange over TCP, within its deadline and its limits.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::head::{self, BadHead, Head};
use super::{HttpTrouble, LONGEST_BODY, LONGEST_HEAD, MOST_INTERIM, Reply, Where};

/// When to give up.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    at: Option<Instant>,
    patience: Duration,
}

impl Deadline {
    pub(super) fn after(patience: Duration) -> Self {
        Self { at: Instant::now().checked_add(patience), patience }
    }

    /// What is left of the time, if anything is.
    fn left(self) -> Option<Duration> {
        let left = self.at.map_or(self.patience, |at| at.saturating_duration_since(Instant::now()));
        (!left.is_zero()).then_some(left)
    }
}

pub(super) struct Connection {
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
    pub(super) fn open(addresses: &[SocketAddr], deadline: Deadline) -> Result<Self, HttpTrouble> {
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

    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), HttpTrouble> {
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

    pub(super) fn receive(&mut self, method: &[u8]) -> Result<Reply, HttpTrouble> {
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
    if let Some(coding) = lines("transfer-encoding").next_back() {
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
