//! [`Head`]: a response's status line and header lines, as they came.
//!
//! Line ends without CR and folded lines are read, since browsers read them; what leaves open which
//! header a line is, is an error.

use std::fmt;

use corsac::fetch::Header;

/// A response's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// The header lines, without the whitespace around their values.
    pub headers: Vec<Header>,
}

/// A head that is none, and the line at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadHead {
    why: &'static str,
    line: Vec<u8>,
    is_cut: bool,
}

impl BadHead {
    pub(super) fn new(why: &'static str, line: &[u8]) -> Self {
        let shown = line.get(..120).unwrap_or(line);
        Self { why, line: shown.to_vec(), is_cut: shown.len() < line.len() }
    }
}

impl fmt::Display for BadHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.is_cut { "…" } else { "" };
        write!(f, "{}: \"{}{more}\"", self.why, self.line.escape_ascii())
    }
}

/// Where the head ends: behind its first empty line.
pub(super) fn end_of(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == b'\n') {
        let next = at.saturating_add(found).saturating_add(1);
        let rest = bytes.get(next..)?;
        if rest.starts_with(b"\n") {
            return Some(next.saturating_add(1));
        }
        if rest.starts_with(b"\r\n") {
            return Some(next.saturating_add(2));
        }
        at = next;
    }
    None
}

/// Whether this may yet become a response.
pub(super) fn check_start(bytes: &[u8]) -> Result<(), BadHead> {
    let length = bytes.len().min(5);
    if bytes.get(..length) == b"HTTP/".get(..length) {
        return Ok(());
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Err(BadHead::new("it does not begin with a status line", line))
}

impl Head {
    /// Reads a head.
    ///
    /// # Errors
    /// [`BadHead`] names the line that is none of a response's.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadHead> {
        check_start(bytes)?;
        let lines = bytes.split(|byte| *byte == b'\n');
        let mut lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let first = lines.next().unwrap_or_default();
        let status =
            status_of(first).ok_or_else(|| BadHead::new("this is no status line", first))?;
        let mut headers: Vec<Header> = Vec::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            if line.iter().any(|byte| matches!(byte, 0 | b'\r')) {
                return Err(BadHead::new("a header line holds NUL, or CR without LF", line));
            }
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                let Some((_, value)) = headers.last_mut() else {
                    return Err(BadHead::new("the first header line begins with whitespace", line));
                };
                value.push(b' ');
                value.extend_from_slice(strip(line));
                continue;
            }
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let (name, rest) = line.split_at_checked(colon).unwrap_or_default();
            let Some(value) = rest.strip_prefix(b":") else {
                return Err(BadHead::new("a header line has no colon", line));
            };
            if !super::is_token(name) {
                return Err(BadHead::new("the name of a header is no token", line));
            }
            headers.push((name.to_vec(), strip(value).to_vec()));
        }
        Ok(Self { status, headers })
    }
}

/// The status of `HTTP/1.1 200 OK`.
fn status_of(line: &[u8]) -> Option<u16> {
    let mut parts = line.splitn(3, |byte| *byte == b' ');
    let version = parts.next()?.strip_prefix(b"HTTP/1.")?;
    let digits = parts.next()?;
    let is_status = version.len() == 1
        && version.iter().chain(digits).all(u8::is_ascii_digit)
        && digits.len() == 3
        && !digits.starts_with(b"0");
    is_status.then(|| std::str::from_utf8(digits).ok()?.parse().ok()).flatten()
}

/// Without the tabs and spaces around it.
fn strip(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t' | b' ');
    let start = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let end =
        value.iter().rposition(|byte| !is_space(byte)).map_or(start, |at| at.saturating_add(1));
    value.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_heads_are_read() {
        let head = Head::parse(
            b"HTTP/1.1 204\nVary:\t origin \r\nvary: \xff\nX:a\r\n  b\r\nempty:\r\n\r\nVary: no",
        )
        .unwrap();
        let field = |name: &str, value: &[u8]| (name.as_bytes().to_vec(), value.to_vec());
        let expected = [
            field("Vary", b"origin"),
            field("vary", b"\xff"),
            field("X", b"a b"),
            field("empty", b""),
        ];
        assert_eq!((head.status, head.headers.as_slice()), (204, &expected[..]));
    }

    #[test]
    fn bad_heads_are_told() {
        for (bytes, why) in [
            ("SSH-2.0-x\r\n\r\n", "begin with a status line"),
            ("HTTP/2 200 OK\r\n\r\n", "no status line"),
            ("HTTP/1.1 20 OK\r\n\r\n", "no status line"),
            ("HTTP/1.1 099 OK\r\n\r\n", "no status line"),
            ("HTTP/1.1 200 OK\r\nx\r\n\r\n", "no colon"),
            ("HTTP/1.1 200 OK\r\nx y: z\r\n\r\n", "no token"),
            ("HTTP/1.1 200 OK\r\n: z\r\n\r\n", "no token"),
            ("HTTP/1.1 200 OK\r\n x: z\r\n\r\n", "whitespace"),
            ("HTTP/1.1 200 OK\r\nx: y\rz: a\r\n\r\n", "CR without LF"),
            ("HTTP/1.1 200 OK\r\nx: \0\r\n\r\n", "NUL"),
        ] {
            let error = Head::parse(bytes.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(why), "{bytes:?}: {error}");
        }
    }

    #[test]
    fn the_end_is_found() {
        assert_eq!(end_of(b"a\r\n\r\nb", 0), Some(5));
        assert_eq!(end_of(b"a\n\nb", 0), Some(3));
        assert_eq!(end_of(b"a\n\r\n", 0), Some(4));
        assert_eq!(end_of(b"a\r\n\r", 0), None);
        assert_eq!(end_of(b"", 0), None);
    }
}
