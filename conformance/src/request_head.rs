//! [`RequestHead`]: a request as a person has it at hand: a raw HTTP/1.1 head, what `curl -v`
//! printed, or what a browser's developer tools copied.

use std::fmt;

/// A request's method and fields, as they are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestHead {
    /// The method, where one is written.
    pub method: Option<Vec<u8>>,
    /// The fields in their order; pseudo-fields of HTTP/2 are left out.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A line that cannot be part of a request head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHeadError {
    /// Counted from 1.
    pub line: usize,
    problem: &'static str,
}

impl fmt::Display for RequestHeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the request {}", self.line, self.problem)
    }
}

impl std::error::Error for RequestHeadError {}

impl RequestHead {
    /// Reads a head. It ends at the first empty line, or with the text.
    ///
    /// Of what `curl -v` prints, the lines that begin with `> ` are the request, and the others
    /// are passed over.
    ///
    /// # Errors
    /// [`RequestHeadError`] names the first line that is no part of a request.
    pub fn parse(text: &[u8]) -> Result<Self, RequestHeadError> {
        let lines = text.split(|&byte| byte == b'\n');
        let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let mut lines: Vec<(usize, &[u8])> =
            lines.enumerate().map(|(at, line)| (at.saturating_add(1), line)).collect();
        if lines.iter().any(|(_, line)| line.starts_with(b"> ")) {
            lines.retain(|(_, line)| line.starts_with(b">"));
            for (_, line) in &mut lines {
                *line = line.strip_prefix(b"> ").unwrap_or_default();
            }
        }
        let start = lines.iter().position(|(_, line)| !line.is_empty()).unwrap_or(lines.len());
        let head = lines.iter().skip(start).take_while(|(_, line)| !line.is_empty());
        Self::from_lines(head.copied())
    }

    fn from_lines<'l>(
        lines: impl Iterator<Item = (usize, &'l [u8])>,
    ) -> Result<Self, RequestHeadError> {
        let mut head = Self::default();
        let mut lines = lines.peekable();
        if let Some((_, first)) = lines.peek()
            && let Some(method) = method_of_request_line(first)
        {
            head.method = Some(method.to_owned());
            lines.next();
        }
        // Chromium's developer tools copy names and values on lines of their own.
        let alternating = lines.peek().is_some_and(|(_, line)| {
            line.strip_prefix(b":").is_some_and(|name| !name.contains(&b':'))
        });
        while let Some((number, line)) = lines.next() {
            let error = |problem| RequestHeadError { line: number, problem };
            let (name, value) = if alternating {
                let name = line.strip_suffix(b":").unwrap_or(line);
                let (_, value) = lines.next().ok_or(error("is a name without a value"))?;
                (name, value)
            } else {
                split_field(line).ok_or(error(
                    "is no field; it reads `Name: value`, or is empty to end the head",
                ))?
            };
            match name {
                b":method" => head.method = Some(value.trim_ascii().to_owned()),
                [b':', ..] => {}
                _ => head.fields.push((name.to_owned(), value.to_owned())),
            }
        }
        Ok(head)
    }
}

/// The method, if `line` is a request line: three parts, the last a version of HTTP.
fn method_of_request_line(line: &[u8]) -> Option<&[u8]> {
    let mut parts = line.split(|&byte| byte == b' ').filter(|part| !part.is_empty());
    let (method, _, version) = (parts.next()?, parts.next()?, parts.next()?);
    (version.starts_with(b"HTTP/") && parts.next().is_none()).then_some(method)
}

/// Splits `Name: value`. A pseudo-field begins with a colon of its own.
fn split_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let from = usize::from(line.starts_with(b":"));
    let colon = line.iter().skip(from).position(|&byte| byte == b':')?.saturating_add(from);
    let (name, value) = (line.get(..colon)?, line.get(colon.saturating_add(1)..)?);
    let is_name = !name.is_empty()
        && name.iter().skip(from).all(|byte| byte.is_ascii_graphic() && *byte != b':');
    is_name.then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Option<String>, Vec<(String, String)>) {
        let head = RequestHead::parse(text.as_bytes()).unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let fields = head.fields.into_iter().map(|(n, v)| (text(n), text(v))).collect();
        (head.method.map(text), fields)
    }

    fn fields(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_raw_head_is_read() {
        let (method, read) =
            parse("OPTIONS /x HTTP/1.1\r\nHost: a\r\nOrigin:\thttps://b\r\n\r\nbody: x");
        assert_eq!(method.as_deref(), Some("OPTIONS"));
        assert_eq!(read, fields(&[("Host", " a"), ("Origin", "\thttps://b")]));
    }

    #[test]
    fn the_output_of_curl_is_read() {
        let (method, read) = parse(
            "* Connected to localhost\n> PUT /x HTTP/1.1\n> Host: a\n> Origin: https://b\n>\n\
             * more\n< HTTP/1.1 200 OK\n< Vary: x\n",
        );
        assert_eq!(method.as_deref(), Some("PUT"));
        assert_eq!(read, fields(&[("Host", " a"), ("Origin", " https://b")]));
    }

    #[test]
    fn what_developer_tools_copy_is_read() {
        let (method, read) =
            parse(":authority: a\n:method: POST\n:path: /x:y\norigin: https://b:1\n");
        assert_eq!(method.as_deref(), Some("POST"));
        assert_eq!(read, fields(&[("origin", " https://b:1")]));
        let (method, read) = parse(":authority\na\n:method\nDELETE\norigin\nhttps://b:1\n");
        assert_eq!(method.as_deref(), Some("DELETE"));
        assert_eq!(read, fields(&[("origin", "https://b:1")]));
    }

    #[test]
    fn odd_fields_survive() {
        let head = RequestHead::parse(b"origin: \xff\norigin:\nOrigin: x\n").unwrap();
        assert_eq!(head.fields.len(), 3);
        assert_eq!(head.fields[0].1, b" \xff");
        assert_eq!(RequestHead::parse(b"").unwrap(), RequestHead::default());
    }

    #[test]
    fn other_lines_are_told() {
        for (text, line) in
            [("GET /\n", 1), ("GET / HTTP/1.1\na: b\n  folded\n", 3), ("a b: c", 1), (": x", 1)]
        {
            let error = RequestHead::parse(text.as_bytes()).unwrap_err();
            assert_eq!(error.line, line, "{text:?}: {error}");
        }
    }
}
