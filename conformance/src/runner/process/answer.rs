//! [`Answer`]: what a program says to a question, if a line is one at all.

use serde_json::Value;

use super::{KEPT_BYTES, Trouble};
use crate::finding::printable;

/// What a program says to a question.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `ok`.
    Ok(Value),
    /// `error`: its code, and the whole of it.
    Error {
        /// Such as `invalid-policy`.
        code: String,
        /// A sentence for a person.
        message: String,
        /// All that was said.
        value: Value,
    },
    /// `skip`: it cannot express this.
    Skip {
        /// Why.
        reason: String,
    },
}

/// Reads the answer to question `id`. `next_id` is the first that was not asked yet.
pub(super) fn read_answer(line: &[u8], id: u64, next_id: u64) -> Result<Answer, Trouble> {
    let rubbish = |why: &str| {
        let shown = line.get(..KEPT_BYTES).unwrap_or(line);
        let more = if shown.len() < line.len() { "…" } else { "" };
        let shown = printable(&String::from_utf8_lossy(shown));
        Trouble::Rubbish(format!("{shown}{more}"), why.to_owned())
    };
    let value: Value = serde_json::from_slice(line).map_err(|_| rubbish("not JSON"))?;
    let Value::Object(mut answer) = value else { return Err(rubbish("not a JSON object")) };
    match answer.get("id") {
        Some(Value::Number(given)) if given.as_u64() == Some(id) => {}
        Some(Value::Number(given)) if given.as_u64().is_some_and(|given| given < next_id) => {
            return Err(Trouble::OutOfOrder(id, given.to_string()));
        }
        Some(given) => return Err(Trouble::WrongId(id, printable(&given.to_string()))),
        None => return Err(rubbish("it has no id")),
    }
    let text = |value: &Value, field: &str| {
        value.get(field).and_then(Value::as_str).map(ToOwned::to_owned)
    };
    match (answer.remove("ok"), answer.remove("error"), answer.remove("skip")) {
        (Some(ok), None, None) => Ok(Answer::Ok(ok)),
        (None, Some(error), None) => {
            let code = text(&error, "code").ok_or_else(|| rubbish("its error has no code"))?;
            let message = text(&error, "message").unwrap_or_default();
            Ok(Answer::Error { code, message, value: error })
        }
        (None, None, Some(skip)) => {
            let reason = text(&skip, "reason").ok_or_else(|| rubbish("its skip has no reason"))?;
            let issue = text(&skip, "issue").map(|issue| format!(" ({issue})"));
            Ok(Answer::Skip { reason: reason + &issue.unwrap_or_default() })
        }
        _ => Err(rubbish("it has not exactly one of ok, error and skip")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn read(line: &str) -> Result<Answer, Trouble> {
        read_answer(line.as_bytes(), 7, 8)
    }

    #[test]
    fn answers_are_read() {
        assert_eq!(read(r#"{"id":7,"ok":{}}"#), Ok(Answer::Ok(Value::Object(Map::new()))));
        let skip = read(r#"{"id":7,"skip":{"reason":"no lists","issue":null}}"#);
        assert_eq!(skip, Ok(Answer::Skip { reason: "no lists".to_owned() }));
        let skip = read(r#"{"id":7,"skip":{"reason":"no lists","issue":"a/b#3"}}"#);
        assert_eq!(skip, Ok(Answer::Skip { reason: "no lists (a/b#3)".to_owned() }));
        let error = read(r#"{"id":7,"error":{"code":"invalid-policy"}}"#);
        assert!(matches!(error, Ok(Answer::Error { code, .. }) if code == "invalid-policy"));
    }

    #[test]
    fn what_is_no_answer_is_told_apart() {
        assert!(matches!(read(r#"{"id":6,"ok":{}}"#), Err(Trouble::OutOfOrder(7, _))));
        assert!(matches!(read(r#"{"id":"7","ok":{}}"#), Err(Trouble::WrongId(7, _))));
        assert!(matches!(read(r#"{"id":99,"ok":{}}"#), Err(Trouble::WrongId(7, _))));
        for rubbish in [
            "listening on 8080",
            "7",
            "{}",
            r#"{"ok":{}}"#,
            r#"{"id":7}"#,
            r#"{"id":7,"ok":{},"skip":{"reason":""}}"#,
            r#"{"id":7,"error":{}}"#,
            r#"{"id":7,"skip":{}}"#,
        ] {
            assert!(matches!(read(rubbish), Err(Trouble::Rubbish(..))), "{rubbish}");
        }
    }
}
