//! Just enough of HTTP/1.1 to see every byte of an answer's head.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};

use corsac::fetch::{Header, Response};

use crate::server::PATIENCE;

/// A connection that is kept alive.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its head.
    pub head: Response,
    /// Its body, without framing.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), address })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// Whatever the operating system says, and answers that are not HTTP/1.1.
    pub fn ask<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &mut self,
        method: &[u8],
        target: &str,
        headers: &[(N, V)],
        body: &[u8],
    ) -> io::Result<Answer> {
        self.send(method, target, headers, body)?;
        let head = self.receive_head()?;
        let mut whole = Vec::new();
        match framing(&head, method) {
            Framing::None => {}
            Framing::Length(length) => {
                self.stream.by_ref().take(length).read_to_end(&mut whole)?;
                if whole.len() as u64 != length {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
            }
            Framing::Chunked => {
                while let Some(chunk) = self.receive_chunk()? {
                    whole.extend(chunk);
                }
            }
            Framing::UntilClose => {
                self.stream.read_to_end(&mut whole)?;
            }
        }
        Ok(Answer { head, body: whole })
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Whatever the operating system says.
    pub fn send<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &mut self,
        method: &[u8],
        target: &str,
        headers: &[(N, V)],
        body: &[u8],
    ) -> io::Result<()> {
        let mut bytes = Vec::from(method);
        write!(bytes, " {target} HTTP/1.1\r\nhost: {}\r\n", self.address)?;
        for (name, value) in headers {
            bytes.extend([name.as_ref(), b": ", value.as_ref(), b"\r\n"].concat());
        }
        if !body.is_empty() || matches!(method, b"PUT" | b"POST" | b"PATCH") {
            write!(bytes, "content-length: {}\r\n", body.len())?;
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(body);
        self.stream.get_mut().write_all(&bytes)
    }

    /// Reads an answer's head, past those that are only informational.
    ///
    /// # Errors
    /// Whatever the operating system says, and answers that are not HTTP/1.1.
    pub fn receive_head(&mut self) -> io::Result<Response> {
        loop {
            let line = self.line()?;
            let status = line
                .strip_prefix(b"HTTP/1.1 ")
                .and_then(|rest| rest.get(..3))
                .and_then(|digits| std::str::from_utf8(digits).ok())
                .and_then(|digits| digits.parse().ok())
                .ok_or_else(|| bad("status line", &line))?;
            let mut head = Response::new(status);
            loop {
                let line = self.line()?;
                if line.is_empty() {
                    break;
                }
                let at = line.iter().position(|&byte| byte == b':');
                let at = at.ok_or_else(|| bad("header line", &line))?;
                head.push_header(&line[..at], &line[at + 1..]);
            }
            if status >= 200 || status == 101 {
                return Ok(head);
            }
        }
    }

    /// Reads one chunk of a chunked body; `None` at its end.
    ///
    /// # Errors
    /// Whatever the operating system says, and chunks that are none.
    pub fn receive_chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let line = self.line()?;
        let size = std::str::from_utf8(&line).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).map_err(|_| bad("chunk size", &line))?;
        let mut chunk = vec![0; size];
        self.stream.read_exact(&mut chunk)?;
        if size > 0 {
            self.line()?;
            return Ok(Some(chunk));
        }
        while !self.line()?.is_empty() {} // trailers
        Ok(None)
    }

    fn line(&mut self) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line)?;
        if !line.ends_with(b"\r\n") {
            return Err(io::Error::new(ErrorKind::UnexpectedEof, "the connection was closed"));
        }
        line.truncate(line.len() - 2);
        Ok(line)
    }
}

fn bad(what: &str, line: &[u8]) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("bad {what} {:?}", line.escape_ascii()))
}

enum Framing {
    None,
    Length(u64),
    Chunked,
    UntilClose,
}

fn framing(head: &Response, method: &[u8]) -> Framing {
    let first = |name: &str| values(head, name).into_iter().next();
    if method == b"HEAD" || matches!(head.status, 101 | 204 | 304) {
        Framing::None
    } else if first("transfer-encoding").is_some() {
        Framing::Chunked
    } else if let Some(length) = first("content-length").and_then(|length| length.parse().ok()) {
        Framing::Length(length)
    } else {
        Framing::UntilClose
    }
}

/// The values of a header, one for each line.
#[must_use]
pub fn values(head: &Response, name: &str) -> Vec<String> {
    let is_it = |header: &&Header| header.0.eq_ignore_ascii_case(name.as_bytes());
    let lines = head.headers.iter().filter(is_it);
    lines.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
}

/// The names of the CORS headers on it, one for each line.
#[must_use]
pub fn grants(head: &Response) -> Vec<String> {
    let names =
        head.headers.iter().map(|(name, _)| String::from_utf8_lossy(name).to_ascii_lowercase());
    names.filter(|name| name.starts_with("access-control-")).collect()
}

/// The names that `Vary` lists, in lower case and sorted.
#[must_use]
pub fn vary(head: &Response) -> Vec<String> {
    let lines = values(head, "vary");
    let mut names: Vec<_> = lines
        .iter()
        .flat_map(|line| line.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    names.sort();
    names
}
