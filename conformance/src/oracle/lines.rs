//! Lines of input, none of them held beyond a limit.

use std::io::{self, BufRead, BufReader, Read};

/// The longest line that is read, in bytes and without its end.
const LONGEST_LINE: usize = 16 << 20;

/// Reads lines one after another.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    line: Vec<u8>,
}

/// What there was to read.
pub(crate) enum Line<'l> {
    /// A line without its end.
    Text(&'l [u8]),
    /// A line longer than [`LONGEST_LINE`]; it has been passed over.
    TooLong,
    /// Nothing more.
    End,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(input: BufReader<R>) -> Self {
        Self { input, line: Vec::new() }
    }

    /// Whether a whole line has been read from the system already, so that the next call of
    /// [`next_line`](Self::next_line) does not wait.
    pub(crate) fn is_line_waiting(&self) -> bool {
        self.input.buffer().contains(&b'\n')
    }

    pub(crate) fn next_line(&mut self) -> io::Result<Line<'_>> {
        self.line.clear();
        // What one long line took is given back.
        self.line.shrink_to(1 << 16);
        let mut is_too_long = false;
        loop {
            let buffer = self.input.fill_buf()?;
            let end = buffer.iter().position(|&byte| byte == b'\n');
            let part = end.and_then(|end| buffer.get(..end)).unwrap_or(buffer);
            is_too_long |= self.line.len().saturating_add(part.len()) > LONGEST_LINE;
            if !is_too_long {
                self.line.extend_from_slice(part);
            }
            let is_end = buffer.is_empty();
            let taken = part.len().saturating_add(usize::from(end.is_some()));
            self.input.consume(taken);
            if end.is_none() && !is_end {
                continue;
            }
            return Ok(match (is_too_long, is_end && self.line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Text(&self.line),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8]) -> Vec<Option<String>> {
        let mut lines = Lines::new(BufReader::with_capacity(7, input));
        let mut read = Vec::new();
        loop {
            match lines.next_line().unwrap() {
                Line::End => return read,
                Line::TooLong => read.push(None),
                Line::Text(line) => read.push(Some(String::from_utf8(line.to_vec()).unwrap())),
            }
        }
    }

    #[test]
    fn lines_are_read_whole() {
        let text = |line: &str| Some(line.to_owned());
        assert_eq!(read(b""), []);
        assert_eq!(read(b"a long line\n\nlast"), [text("a long line"), text(""), text("last")]);
        assert_eq!(read(b"a\n"), [text("a")]);
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        let mut input = vec![b'a'; LONGEST_LINE + 1];
        input.extend(b"\nb\n");
        assert_eq!(read(&input), [None, Some("b".to_owned())]);
        let mut input = vec![b'a'; LONGEST_LINE];
        input.push(b'\n');
        assert!(read(&input)[0].is_some());
        assert_eq!(read(&vec![b'a'; LONGEST_LINE + 9]), [None]);
    }
}
