//! [`Finding`]: what is wrong with a policy document.

use std::fmt::{self, Write as _};

use serde::Serialize;
use serde_json::Value;

/// One finding, in the words and under the names of `corsac lint`.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    pub(crate) code: &'static str,
    pub(crate) path: String,
    pub(crate) value: Value,
    pub(crate) message: String,
    pub(crate) suggestion: Option<Value>,
}

impl Finding {
    pub(crate) fn new(code: &'static str, path: String, value: Value, message: String) -> Self {
        Self { code, path, value, message, suggestion: None }
    }
}

/// One line for a person, in which nothing of the document is left that a terminal would obey.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        printable(f, &self.path)?;
        if !self.value.is_null() {
            f.write_str(" = ")?;
            printable(f, &self.value.to_string())?;
        }
        f.write_str(": ")?;
        printable(f, &self.message)?;
        if let Some(suggestion) = &self.suggestion {
            f.write_str("; write ")?;
            printable(f, &suggestion.to_string())?;
        }
        write!(f, " [{}]", self.code)
    }
}

fn printable(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    text.chars().try_for_each(|c| match c {
        ' '..='~' => f.write_char(c),
        // Letters of all scripts stay; what has no shape does not.
        _ => write!(f, "{}", c.escape_debug()),
    })
}

#[cfg(test)]
mod tests {
    use crate::document::{Checked, Format};

    #[test]
    fn a_finding_leaves_a_terminal_nothing_to_obey() {
        let text = r#"{"\u001b[31m\u202e": "\u0000"}"#;
        let line = Checked::read(text.as_bytes(), Format::Json).errors[0].to_string();
        assert!(line.chars().all(|c| matches!(c, ' '..='~')), "{line:?}");
        assert!(line.starts_with(r#"\u{1b}[31m\u{202e} = "\u0000": unknown field"#), "{line}");
    }
}
