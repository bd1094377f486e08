//! [`Document`]: a policy as its author wrote it, in TOML or JSON.
//!
//! The engine's own `PolicyConfig` stops at the first field that is unknown or of the wrong type.
//! A person wants to hear everything at once, so the document is read here field by field, and
//! what is wrong with its form is told beside what is wrong with its meaning.

use std::fmt;
use std::path::{Path, PathBuf};

use corsac::Policy;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::finding::{Finding, printable_lines};

mod reading;

use reading::{NOT_FINITE, Reading};

/// The fields of a policy document, each once, and not yet looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Document(Map<String, Value>);

/// The languages that a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// [TOML](https://toml.io).
    Toml,
    /// JSON.
    Json,
}

/// What a document turned out to be.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// The policy, if nothing is wrong.
    pub policy: Option<Policy>,
    /// What keeps it from being one.
    pub errors: Vec<Finding>,
    /// What is probably not meant.
    pub warnings: Vec<Finding>,
}

/// Why there is no document at all.
#[derive(Debug)]
pub enum DocumentError {
    /// The file cannot be read.
    Read(PathBuf, std::io::Error),
    /// The file is not UTF-8 from this byte on.
    NotUtf8(PathBuf, usize),
    /// The text is not of its language.
    Syntax(PathBuf, Format, String),
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(path, error) => {
                write!(f, "the policy {path:?} cannot be read: {error}")
            }
            Self::NotUtf8(path, at) => write!(
                f,
                "the policy {path:?} is not UTF-8: byte {at} begins no character; save it as UTF-8"
            ),
            Self::Syntax(path, format, message) => {
                let format = match format {
                    Format::Toml => "TOML",
                    Format::Json => "JSON",
                };
                write!(f, "the policy {path:?} is not {format}: {}", printable_lines(message))
            }
        }
    }
}

impl std::error::Error for DocumentError {}

impl Document {
    /// Reads a file. Its language is that of its extension, or else what its first character says.
    ///
    /// # Errors
    /// [`DocumentError`], when it cannot be read, is not UTF-8, or is not of its language.
    pub fn read(path: &Path) -> Result<Self, DocumentError> {
        let bytes = std::fs::read(path).map_err(|error| DocumentError::Read(path.into(), error))?;
        let text = std::str::from_utf8(&bytes)
            .map_err(|error| DocumentError::NotUtf8(path.into(), error.valid_up_to()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let format = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => Format::Json,
            Some("toml") => Format::Toml,
            _ if text.trim_start().starts_with('{') => Format::Json,
            _ => Format::Toml,
        };
        Self::parse(text, format)
            .map_err(|message| DocumentError::Syntax(path.into(), format, message))
    }

    /// Parses a text.
    ///
    /// # Errors
    /// A message with the place, when it is not of the language.
    pub fn parse(text: &str, format: Format) -> Result<Self, String> {
        match format {
            Format::Json => serde_json::from_str(text).map_err(|error| error.to_string()),
            Format::Toml => {
                let mut document: Self = toml::from_str(text).map_err(|error| error.to_string())?;
                document.0.values_mut().for_each(write_out);
                Ok(document)
            }
        }
    }

    /// Compiles the policy, or says all that is wrong with the document.
    #[must_use]
    pub fn check(&self) -> Checked {
        let mut reading = Reading::default();
        for (name, value) in &self.0 {
            reading.field(name, value);
        }
        reading.finish()
    }
}

/// What TOML has and JSON has not, as text: a date, and a number that is not finite.
fn write_out(value: &mut Value) {
    const DATE: &str = "$__toml_private_datetime";
    match value {
        Value::Object(table) => match table.get_mut(DATE).map(Value::take) {
            Some(date) => *value = date,
            None => table.values_mut().for_each(write_out),
        },
        Value::Array(members) => members.iter_mut().for_each(write_out),
        // TOML has no null.
        Value::Null => *value = NOT_FINITE.into(),
        _ => {}
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Document;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table of a policy's fields")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Document, M::Error> {
                let mut fields = Map::new();
                while let Some(name) = map.next_key::<String>()? {
                    let value = map.next_value()?;
                    if fields.insert(name.clone(), value).is_some() {
                        return Err(M::Error::custom(format_args!("{name:?} is given twice")));
                    }
                }
                Ok(Document(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use corsac::PolicyConfig;

    use super::reading::FIELDS;
    use super::*;

    fn check(text: &str) -> Vec<(&'static str, String)> {
        let checked = Document::parse(text, Format::Json).unwrap().check();
        assert_eq!(checked.policy.is_some(), checked.errors.is_empty());
        checked.errors.into_iter().map(|finding| (finding.code, finding.path)).collect()
    }

    #[test]
    fn the_fields_are_those_of_the_schema() {
        let schema = serde_json::to_value(schemars::schema_for!(PolicyConfig)).unwrap();
        let mut fields: Vec<_> = FIELDS.iter().map(|(name, _)| *name).collect();
        fields.sort_unstable();
        let mut properties: Vec<_> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        properties.sort_unstable();
        assert_eq!(fields, properties);
    }

    #[test]
    fn what_serde_reads_is_read_alike() {
        let mut config = PolicyConfig::default();
        config.allow_origins = vec!["https://a.example".into(), "null".into()];
        config.allow_methods = vec!["PUT".into()];
        config.allow_headers = vec!["*".into()];
        config.expose_headers = vec!["x-a".into()];
        config.allow_credentials = true;
        config.max_age = Some(7);
        config.preflight_status = 200;
        config.allow_private_network = true;
        config.diagnostics = true;
        config.dynamic_origins = true;
        config.dangerously_allow_null_origin = true;
        config.dangerously_allow_insecure_origins = true;
        config.dangerously_allow_public_suffix_wildcards = true;
        let json = serde_json::to_string(&config).unwrap();
        let toml = toml::to_string(&config).unwrap();
        for document in [Document::parse(&json, Format::Json), Document::parse(&toml, Format::Toml)]
        {
            assert_eq!(document.unwrap().check().policy, Some(config.build().unwrap()));
        }
    }

    #[test]
    fn everything_wrong_is_said_at_once_and_in_its_place() {
        let found = check(
            r#"{"allow_origins": [1, "https://a.example/", {}, "null"], "allow-origins": [],
                "allow_credentials": "yes", "max_age": 1.5, "preflight_status": 70000,
                "allow_methods": "PUT", "expose_headers": [null]}"#,
        );
        let found: Vec<_> = found.iter().map(|(code, path)| (*code, path.as_str())).collect();
        assert_eq!(
            found,
            [
                ("unknown-field", "allow-origins"),
                ("wrong-type", "allow_credentials"),
                ("wrong-type", "allow_methods"),
                ("wrong-type", "allow_origins[0]"),
                ("wrong-type", "allow_origins[2]"),
                ("wrong-type", "expose_headers[0]"),
                ("wrong-type", "max_age"),
                ("origin-not-serialized", "allow_origins[1]"),
                ("origin-null", "allow_origins[3]"),
                ("preflight-status-not-ok", "preflight_status"),
            ]
        );
    }

    #[test]
    fn numbers_out_of_reach_are_out_of_range() {
        for number in ["-1", "18446744073709551615", "9223372036854775807"] {
            let found = check(&format!(r#"{{"allow_origins": ["*"], "max_age": {number}}}"#));
            assert_eq!(found, [("max-age-out-of-range", "max_age".to_owned())]);
        }
        for number in ["-1", "18446744073709551615", "0"] {
            let text = format!(r#"{{"allow_origins": ["*"], "preflight_status": {number}}}"#);
            let checked = Document::parse(&text, Format::Json).unwrap().check();
            let said: Vec<_> =
                checked.errors.iter().map(|f| (f.code, f.value.to_string())).collect();
            assert_eq!(said, [("preflight-status-not-ok", number.to_owned())]);
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_none() {
        for number in ["inf", "-inf", "nan"] {
            let text = format!("allow_origins = [\"*\"]\nmax_age = {number}");
            let checked = Document::parse(&text, Format::Toml).unwrap().check();
            let said: Vec<_> = checked.errors.iter().map(|f| (f.code, f.path.as_str())).collect();
            assert_eq!(said, [("wrong-type", "max_age")]);
            assert!(checked.errors[0].message.contains("not finite"), "{}", checked.errors[0]);
        }
    }

    #[test]
    fn a_field_given_twice_is_no_document() {
        let twice = r#"{"allow_origins": ["https://a.example"], "allow_origins": ["*"]}"#;
        assert!(Document::parse(twice, Format::Json).unwrap_err().contains("given twice"));
        let twice = "max_age = 1\nmax_age = 2";
        assert!(Document::parse(twice, Format::Toml).is_err());
        assert!(Document::parse("[]", Format::Json).is_err());
        assert!(Document::parse("\"*\"", Format::Json).is_err());
    }

    #[test]
    fn a_misspelt_field_is_recognised() {
        for (name, field) in [
            ("allow_origin", "allow_origins"),
            ("Allow-Headers", "allow_headers"),
            ("maxage", "max_age"),
            ("allow_credentails", "allow_credentials"),
        ] {
            let text = format!(r#"{{"allow_origins": ["*"], "{name}": 1}}"#);
            let checked = Document::parse(&text, Format::Json).unwrap().check();
            assert!(checked.errors[0].message.contains(field), "{name}: {}", checked.errors[0]);
        }
    }
}
