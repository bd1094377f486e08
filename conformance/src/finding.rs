//! [`Finding`]: what is wrong with a policy document, as the oracle says it.

use std::fmt;

use corsac::{Issue, IssueValue, Severity};
use serde::Serialize;
use serde_json::Value;

/// One finding about a policy document: those of the engine, and those about the document's form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// A stable name, such as `origin-null`.
    pub code: &'static str,
    /// The place in the document, such as `allow_origins[2]`.
    pub path: String,
    /// What stands there; null where the finding is about what does not.
    pub value: Value,
    /// A sentence for a person.
    pub message: String,
    /// A value that would be accepted in its place.
    pub suggestion: Option<Value>,
    /// Whether the policy can be used all the same.
    #[serde(skip)]
    pub severity: Severity,
}

impl From<&Issue> for Finding {
    fn from(issue: &Issue) -> Self {
        Self {
            code: issue.code().as_str(),
            path: issue.path().to_string(),
            value: match issue.value() {
                IssueValue::Text(text) => Value::String(text.clone()),
                IssueValue::Number(number) => Value::from(*number),
                _ => Value::Null,
            },
            message: issue.to_string(),
            suggestion: issue.suggestion().map(Value::from),
            severity: issue.severity(),
        }
    }
}

/// One line for a person. Whatever came from the document is escaped as in JSON, and further
/// where a terminal might obey it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.path))?;
        if !self.value.is_null() {
            write!(f, " = {}", printable(&self.value.to_string()))?;
        }
        write!(f, ": {}", printable(&self.message))?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; write {}", printable(&suggestion.to_string()))?;
        }
        write!(f, " [{}]", self.code)
    }
}

/// A text without anything a terminal would obey: control characters, line breaks, and the marks
/// that change the direction of writing are escaped.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' '..='~' => printable.push(c),
            // `escape_debug` leaves letters of all scripts and escapes what has no shape.
            _ => printable.extend(c.escape_debug()),
        }
    }
    printable
}

/// The same, but line breaks stay: for messages of several lines.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    text.split('\n').map(printable).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_has_nothing_to_obey() {
        assert_eq!(
            printable("a\x1b[31m\r\n\u{202e}\u{fc}'\""),
            "a\\u{1b}[31m\\r\\n\\u{202e}\u{fc}'\""
        );
        assert_eq!(printable_lines("a\nb\x07"), "a\nb\\u{7}");
    }
}
