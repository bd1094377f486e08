//! [`KnownFailures`]: cases that are known to fail, each with the reason.
//!
//! A list that may go stale is worth nothing, so a case that passes although it is listed, and a
//! line that matches no case, fail the run.

use std::fmt;

use glob::Pattern;

use super::selection::{matches, pattern};
use crate::finding::printable;

/// The lines of the file.
#[derive(Clone, Debug, Default)]
pub struct KnownFailures(Vec<Known>);

#[derive(Clone, Debug)]
struct Known {
    pattern: Pattern,
    reason: String,
    line: usize,
}

/// A line that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Counted from 1.
    pub line: usize,
    why: String,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for BadLine {}

impl KnownFailures {
    /// Reads the file: on each line a glob on full ids, groups or topics, and behind ` # ` the
    /// reason. Empty lines, and those that begin with `#`, say nothing.
    ///
    /// # Errors
    /// [`BadLine`] names the first line without a reason or with a pattern that is none.
    pub fn parse(text: &str) -> Result<Self, BadLine> {
        let mut known = Vec::new();
        for (line, number) in text.lines().zip(1_usize..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |why: String| BadLine { line: number, why };
            let mut parts = line.splitn(2, char::is_whitespace);
            let glob = parts.next().unwrap_or_default();
            let reason = parts.next().and_then(|rest| rest.trim_start().strip_prefix('#'));
            let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
            let Some(reason) = reason else {
                let glob = printable(glob);
                return Err(bad(format!(
                    "there is no reason; write `{glob}  # why it fails, and where that is known`"
                )));
            };
            let pattern = pattern(glob).map_err(|error| bad(error.to_string()))?;
            known.push(Known { pattern, reason: reason.to_owned(), line: number });
        }
        Ok(Self(known))
    }

    /// Why the case is known to fail, if it is.
    #[must_use]
    pub fn reason(&self, id: &str, topic: &str) -> Option<&str> {
        self.0.iter().find(|known| matches(&known.pattern, id, topic)).map(|known| &*known.reason)
    }

    /// The lines that match none of these cases, each an id and a topic.
    #[must_use]
    pub fn unmatched(&self, cases: &[(&str, &str)]) -> Vec<String> {
        let is_idle =
            |known: &&Known| !cases.iter().any(|(id, topic)| matches(&known.pattern, id, topic));
        let idle = self.0.iter().filter(is_idle);
        idle.map(|known| format!("line {}: {}", known.line, known.pattern.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_wanted() {
        for (text, line) in [("a/b", 1), ("\na/b # x\na/c #", 3), ("a/b why", 1), ("a[ # x", 1)] {
            assert_eq!(KnownFailures::parse(text).unwrap_err().line, line, "{text}");
        }
        let known = KnownFailures::parse("# all\n\n a/*\t# rs/cors#170: no `*`\nb/c # x").unwrap();
        assert_eq!(known.reason("a/b", "t"), Some("rs/cors#170: no `*`"));
        assert_eq!(known.reason("c/b", "t"), None);
        assert_eq!(known.unmatched(&[("a/b", "t")]), ["line 4: b/c"]);
    }
}
