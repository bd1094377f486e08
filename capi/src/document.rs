//! [`Checked`]: a policy document, read with everything that is wrong with it told at once.
//!
//! [`PolicyConfig`] reads the document, and what it takes is what counts. It stops at the first field
//! that is unknown or of the wrong type, so a document that it does not take is held against it again,
//! field by field and member by member, to find them all.

use std::collections::BTreeMap;

use corsac::{Issue, IssueValue, Policy, PolicyConfig};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::finding::Finding;

/// The language of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    Json,
    Toml,
}

/// What a document turned out to be.
#[derive(Default)]
pub(crate) struct Checked {
    /// The policy, if there are no errors.
    pub(crate) policy: Option<Policy>,
    pub(crate) errors: Vec<Finding>,
    pub(crate) warnings: Vec<Finding>,
}

impl Checked {
    pub(crate) fn read(document: &[u8], format: Format) -> Self {
        let text = match std::str::from_utf8(document) {
            Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
            Err(error) => {
                let at = error.valid_up_to();
                return Self::unreadable(format!(
                    "this is not UTF-8: byte {at} begins no character; save it as UTF-8"
                ));
            }
        };
        // `PolicyConfig` would take a list for its fields in their order.
        if matches!(format, Format::Json) && !text.trim_start().starts_with('{') {
            return Self::unreadable("a policy in JSON is an object: {...}".to_owned());
        }
        match format.read(text) {
            Ok(config) => Self::of(&config, &Reading::default()),
            Err(message) => Self::explain(text, format, message),
        }
    }

    /// Why a document is not read, of which `message` tells the first thing alone.
    fn explain(text: &str, format: Format, message: String) -> Self {
        let Some(table) = format.table(text) else { return Self::unreadable(message) };
        let mut reading = Reading::default();
        for (name, value) in table {
            reading.field(name, value);
        }
        let rest = serde_json::from_value(Value::Object(reading.table.clone()));
        let mut checked = rest.map_or_else(|_| Self::default(), |rest| Self::of(&rest, &reading));
        checked.policy = None;
        checked.errors.splice(..0, reading.errors);
        if checked.errors.is_empty() {
            // What a table does not show: a field that is given twice.
            return Self::unreadable(message);
        }
        checked
    }

    /// What is wrong with the meaning of a document.
    fn of(config: &PolicyConfig, reading: &Reading) -> Self {
        let found = config.check();
        let tell = |issues: &[Issue]| issues.iter().filter_map(|one| reading.place(one)).collect();
        Self {
            policy: config.build().ok(),
            errors: tell(found.errors()),
            warnings: tell(found.warnings()),
        }
    }

    fn unreadable(message: String) -> Self {
        let finding = Finding::new("document-invalid", "document".to_owned(), Value::Null, message);
        Self { errors: vec![finding], ..Self::default() }
    }
}

impl Format {
    fn read<T: DeserializeOwned>(self, text: &str) -> Result<T, String> {
        match self {
            Self::Json => serde_json::from_str(text)
                .map_err(|error| format!("this cannot be read as JSON: {error}")),
            Self::Toml => toml::from_str(text).map_err(|error| {
                let before = error.span().and_then(|span| text.get(..span.start));
                let line = before.unwrap_or_default().matches('\n').count().saturating_add(1);
                format!("this cannot be read as TOML: {} at line {line}", error.message())
            }),
        }
    }

    fn table(self, text: &str) -> Option<Map<String, Value>> {
        match self {
            Self::Json => self.read(text).ok(),
            Self::Toml => {
                let table: toml::Table = self.read(text).ok()?;
                Some(table.into_iter().map(|(name, value)| (name, as_json(value))).collect())
            }
        }
    }
}

/// A value of TOML as JSON has it: dates, which JSON has not, are texts, and so are numbers that are
/// none.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::Array(members) => members.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => {
            table.into_iter().map(|(name, value)| (name, as_json(value))).collect()
        }
        toml::Value::Datetime(date) => Value::from(date.to_string()),
        toml::Value::String(text) => Value::from(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Boolean(on) => Value::from(on),
        toml::Value::Float(number) if number.is_finite() => Value::from(number),
        toml::Value::Float(number) => Value::from(number.to_string()),
    }
}

/// A document that is not taken as it is, on its way through.
#[derive(Default)]
struct Reading {
    errors: Vec<Finding>,
    /// What is left of it without what is wrong.
    table: Map<String, Value>,
    /// Lists of which something was left out: where the members stood that are left.
    kept: BTreeMap<String, Vec<usize>>,
    /// Numbers for which another stands: as they were written.
    numbers: BTreeMap<String, Value>,
    /// Fields about which there is nothing more to say.
    spoilt: Vec<String>,
}

impl Reading {
    fn field(&mut self, name: String, value: Value) {
        let Err(refusal) = read_field(&name, value.clone()) else {
            self.table.insert(name, value);
            return;
        };
        if refusal.starts_with("unknown field") {
            self.errors.push(Finding::new("unknown-field", name, value, refusal));
            return;
        }
        let is_list = read_field(&name, json!([])).is_ok();
        match value {
            Value::Array(members) if is_list => self.list(name, members),
            Value::Number(number) if number.is_i64() || number.is_u64() => {
                // It does not fit. The greatest that does is out of range too, and told as such.
                let greatest = [i64::MAX, i64::from(u16::MAX)].map(Value::from).into_iter();
                match greatest
                    .map(|one| (read_field(&name, one.clone()), one))
                    .find(|one| one.0.is_ok())
                {
                    Some((_, greatest)) => {
                        self.table.insert(name.clone(), greatest);
                        self.numbers.insert(name, Value::Number(number));
                    }
                    None => self.wrong_type(name, Value::Number(number), refusal),
                }
            }
            value => {
                let alone = is_list.then(|| json!([value]));
                let alone = alone.filter(|alone| {
                    read_field(&name, alone.clone()).is_ok_and(|config| {
                        !config.check().errors().iter().any(|one| one.field() == name)
                    })
                });
                self.wrong_type(name, value, refusal);
                if let Some(finding) = self.errors.last_mut() {
                    finding.suggestion = alone;
                }
            }
        }
    }

    fn wrong_type(&mut self, name: String, value: Value, refusal: String) {
        self.spoilt.push(name.clone());
        self.errors.push(Finding::new("wrong-type", name, value, refusal));
    }

    fn list(&mut self, name: String, members: Vec<Value>) {
        let (mut left, mut places) = (Vec::new(), Vec::new());
        for (index, member) in members.into_iter().enumerate() {
            match read_field(&name, json!([member])) {
                Ok(_) => {
                    left.push(member);
                    places.push(index);
                }
                Err(refusal) => {
                    let path = format!("{name}[{index}]");
                    self.errors.push(Finding::new("wrong-type", path, member, refusal));
                }
            }
        }
        if left.is_empty() {
            self.spoilt.push(name);
        } else {
            self.table.insert(name.clone(), Value::Array(left));
            self.kept.insert(name, places);
        }
    }

    /// The engine's finding, with its place in the document as it was written.
    fn place(&self, issue: &Issue) -> Option<Finding> {
        let field = issue.field();
        if self.spoilt.iter().any(|spoilt| spoilt == field) {
            return None;
        }
        let kept = self.kept.get(field).zip(issue.index());
        let path = match kept.and_then(|(places, index)| places.get(index)) {
            Some(index) => format!("{field}[{index}]"),
            None => issue.path().to_string(),
        };
        let value = match (self.numbers.get(field), issue.value()) {
            (Some(number), _) => number.clone(),
            (None, IssueValue::Text(text)) => Value::from(text.as_str()),
            (None, IssueValue::Number(number)) => Value::from(*number),
            (None, _) => Value::Null,
        };
        let mut finding = Finding::new(issue.code().as_str(), path, value, issue.to_string());
        finding.suggestion = issue.suggestion().map(Value::from);
        Some(finding)
    }
}

/// A document of one field.
fn read_field(name: &str, value: Value) -> Result<PolicyConfig, String> {
    let document = Map::from_iter([(name.to_owned(), value)]);
    serde_json::from_value(Value::Object(document)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use corsac_conformance::document::{Document, Format as Language};

    use super::*;

    /// What is wrong with a document, which `corsac lint` must find too, in the same order.
    fn found(text: &str, format: Format) -> Vec<(&'static str, String, Value)> {
        let checked = Checked::read(text.as_bytes(), format);
        let language = match format {
            Format::Json => Language::Json,
            Format::Toml => Language::Toml,
        };
        let there = Document::parse(text, language).unwrap().check();
        let ours = |findings: &[Finding]| -> Vec<_> {
            findings
                .iter()
                .map(|one| (one.code, one.path.clone(), one.suggestion.clone()))
                .collect()
        };
        let theirs = |findings: &[corsac_conformance::finding::Finding]| -> Vec<_> {
            findings
                .iter()
                .map(|one| (one.code, one.path.clone(), one.suggestion.clone()))
                .collect()
        };
        assert_eq!(ours(&checked.errors), theirs(&there.errors));
        assert_eq!(ours(&checked.warnings), theirs(&there.warnings));
        assert_eq!(checked.policy, there.policy);
        checked.errors.into_iter().map(|one| (one.code, one.path, one.value)).collect()
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_as_the_command_says_it() {
        let found = found(
            r#"{"allow_origins": [1, "https://a.example/", {}, "null"], "allow-origins": [],
                "allow_credentials": ["yes"], "max_age": 1.5, "preflight_status": 70000,
                "allow_methods": "PUT", "allow_headers": "a b", "expose_headers": [null],
                "diagnostics": 1}"#,
            Format::Json,
        );
        let found: Vec<_> = found.iter().map(|(code, path, _)| (*code, path.as_str())).collect();
        assert_eq!(
            found,
            [
                ("unknown-field", "allow-origins"),
                ("wrong-type", "allow_credentials"),
                ("wrong-type", "allow_headers"),
                ("wrong-type", "allow_methods"),
                ("wrong-type", "allow_origins[0]"),
                ("wrong-type", "allow_origins[2]"),
                ("wrong-type", "diagnostics"),
                ("wrong-type", "expose_headers[0]"),
                ("wrong-type", "max_age"),
                ("origin-not-serialized", "allow_origins[1]"),
                ("origin-null", "allow_origins[3]"),
                ("preflight-status-not-ok", "preflight_status"),
            ]
        );
    }

    #[test]
    fn every_field_with_every_kind_of_value() {
        let fields = [
            "allow_origins",
            "allow_methods",
            "allow_headers",
            "expose_headers",
            "allow_credentials",
            "max_age",
            "preflight_status",
            "allow_private_network",
            "diagnostics",
            "dynamic_origins",
            "dangerously_allow_null_origin",
            "dangerously_allow_insecure_origins",
            "dangerously_allow_public_suffix_wildcards",
            "no_such_field",
        ];
        let values = [
            "null",
            "true",
            "0",
            "-1",
            "200",
            "300",
            "65536",
            "1e3",
            "0.5",
            "18446744073709551615",
            "-9223372036854775808",
            "1e400",
            r#""""#,
            r#""*""#,
            r#""PUT""#,
            r#""null""#,
            "[]",
            "{}",
            "[null]",
            "[1, \"a b\", 2]",
            r#"["*", ["*"]]"#,
            r#"[{}, "x-a", true, "x-a"]"#,
            r#"["https://a.example", 0, "https://a.example/"]"#,
            r#"{"a": 1}"#,
        ];
        for (field, value) in fields.iter().flat_map(|field| values.map(|value| (field, value))) {
            for rest in ["", r#", "allow_origins": ["https://a.example"]"#] {
                // Neither a field given twice nor a number that is none makes a document.
                let text = format!(r#"{{"{field}": {value}{rest}}}"#);
                if Document::parse(&text, Language::Json).is_ok() {
                    found(&text, Format::Json);
                }
            }
        }
    }

    #[test]
    fn sound_documents_and_those_without_meaning_too() {
        for text in [
            r#"{"allow_origins": ["https://a.example"], "allow_methods": ["PUT", "GET", "patch"]}"#,
            r#"{"allow_origins": ["*"], "allow_credentials": true, "max_age": 100000}"#,
            r#"{"allow_origins": ["https://*.example.com"], "allow_credentials": true}"#,
            r#"{"allow_origins": ["https://*.co.uk"], "allow_credentials": true}"#,
            r#"{"allow_origins": "https://a.example", "max_age": null}"#,
            r#"{"allow_origins": [2]}"#,
            "{}",
        ] {
            found(text, Format::Json);
        }
        for text in [
            "allow_origins = ['https://a.example']\nmax_age = 600",
            "allow_origins = [1979-05-27, 'null']\n[diagnostics]\nx = nan",
            "",
        ] {
            found(text, Format::Toml);
        }
    }

    #[test]
    fn numbers_out_of_reach_are_out_of_range_and_shown_as_written() {
        for number in ["-1", "18446744073709551615", "9223372036854775807"] {
            let text = format!(r#"{{"allow_origins": ["*"], "max_age": {number}}}"#);
            let found = found(&text, Format::Json);
            assert_eq!(found.len(), 1);
            assert_eq!(
                (found[0].0, found[0].2.to_string()),
                ("max-age-out-of-range", number.into())
            );
        }
        for number in ["-1", "18446744073709551615", "0"] {
            let text = format!(r#"{{"allow_origins": ["*"], "preflight_status": {number}}}"#);
            let found = found(&text, Format::Json);
            assert_eq!(found.len(), 1);
            assert_eq!(
                (found[0].0, found[0].2.to_string()),
                ("preflight-status-not-ok", number.into())
            );
        }
    }

    #[test]
    fn what_is_no_document_is_one_error() {
        for (text, format, words) in [
            (&b"\xff{}"[..], Format::Json, "byte 0"),
            (b"", Format::Json, "object"),
            (br#"[["*"]]"#, Format::Json, "object"),
            (br#"{"allow_origins": ["#, Format::Json, "line 1 column 19"),
            (
                br#"{"allow_origins": ["https://a.example"], "allow_origins": ["*"]}"#,
                Format::Json,
                "duplicate field",
            ),
            (b"max_age = 1\nmax_age = 2", Format::Toml, "line 2"),
            (b"\xef\xbb\xbfallow_origins", Format::Toml, "line 1"),
        ] {
            let checked = Checked::read(text, format);
            assert!(checked.policy.is_none());
            let [error] = &checked.errors[..] else { panic!("{:?}", checked.errors) };
            assert_eq!(error.code, "document-invalid");
            assert!(error.message.contains(words), "{error}");
        }
        let deep = r#"{"a":"#.repeat(100_000);
        assert_eq!(Checked::read(deep.as_bytes(), Format::Json).errors.len(), 1);
    }
}
