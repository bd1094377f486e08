//! `Reading`: a document, field by field, on its way to a policy.

use corsac::{PolicyConfig, Severity};
use serde_json::Value;

use super::Checked;
use crate::finding::Finding;

/// Stands for `inf` and `nan` of TOML.
pub(super) const NOT_FINITE: &str = "inf or nan";

/// What a field holds.
#[derive(Clone, Copy)]
pub(super) enum Type {
    Strings,
    Switch,
    Seconds,
    Status,
}

/// Every field of a policy document; a test holds them against the schema.
pub(super) const FIELDS: [(&str, Type); 13] = [
    ("allow_origins", Type::Strings),
    ("allow_methods", Type::Strings),
    ("allow_headers", Type::Strings),
    ("expose_headers", Type::Strings),
    ("allow_credentials", Type::Switch),
    ("max_age", Type::Seconds),
    ("preflight_status", Type::Status),
    ("allow_private_network", Type::Switch),
    ("diagnostics", Type::Switch),
    ("dynamic_origins", Type::Switch),
    ("dangerously_allow_null_origin", Type::Switch),
    ("dangerously_allow_insecure_origins", Type::Switch),
    ("dangerously_allow_public_suffix_wildcards", Type::Switch),
];

/// A document on its way to a policy.
#[derive(Default)]
pub(super) struct Reading {
    config: PolicyConfig,
    findings: Vec<Finding>,
    /// Fields about which there is nothing more to say.
    spoilt: Vec<&'static str>,
    /// Where the members of a list stood before others were taken out.
    places: Vec<(&'static str, Vec<usize>)>,
    status: Option<Value>,
}

impl Reading {
    fn say(&mut self, code: &'static str, path: String, value: &Value, message: String) {
        self.findings.push(Finding {
            code,
            path,
            value: value.clone(),
            message,
            suggestion: None,
            severity: Severity::Error,
        });
    }

    pub(super) fn field(&mut self, name: &str, value: &Value) {
        let Some(&(field, kind)) = FIELDS.iter().find(|(field, _)| *field == name) else {
            return self.unknown(name, value);
        };
        let fits = match kind {
            Type::Strings => self.strings(field, value),
            Type::Switch => {
                value.as_bool().and_then(|on| self.switch(field).map(|switch| *switch = on))
            }
            Type::Seconds => self.seconds(value),
            Type::Status => self.status(value),
        };
        if fits.is_none() {
            self.spoilt.push(field);
            let expected = match kind {
                Type::Strings => "a list of strings",
                Type::Switch => "true or false",
                Type::Seconds => "a whole number of seconds",
                Type::Status => "a whole number from 200 to 299",
            };
            let message = format!("this is {}, where {expected} is expected", describe(value));
            self.say("wrong-type", field.to_owned(), value, message);
            if let (Type::Strings, Value::String(text)) = (kind, value)
                && is_fine_alone(field, text)
                && let Some(finding) = self.findings.last_mut()
            {
                finding.suggestion = Some(Value::from(vec![text.as_str()]));
            }
        }
    }

    fn unknown(&mut self, name: &str, value: &Value) {
        let normal = name.to_ascii_lowercase().replace('-', "_");
        let near = FIELDS
            .iter()
            .map(|(field, _)| *field)
            .find(|field| *field == normal || is_near(&normal, field));
        let message = match near {
            Some(field) => format!("there is no such field; {field} is meant, perhaps"),
            None => "there is no such field in a policy".to_owned(),
        };
        self.say("unknown-field", name.to_owned(), value, message);
    }

    fn strings(&mut self, field: &'static str, value: &Value) -> Option<()> {
        let members = value.as_array()?;
        let (mut texts, mut places) = (Vec::new(), Vec::new());
        for (index, member) in members.iter().enumerate() {
            if let Some(text) = member.as_str() {
                texts.push(text.to_owned());
                places.push(index);
            } else {
                let message = format!("this is {}, where a string is expected", describe(member));
                self.say("wrong-type", format!("{field}[{index}]"), member, message);
            }
        }
        if texts.is_empty() && !members.is_empty() {
            self.spoilt.push(field);
        }
        *self.list(field)? = texts;
        self.places.push((field, places));
        Some(())
    }

    fn list(&mut self, field: &str) -> Option<&mut Vec<String>> {
        Some(match field {
            "allow_origins" => &mut self.config.allow_origins,
            "allow_methods" => &mut self.config.allow_methods,
            "allow_headers" => &mut self.config.allow_headers,
            "expose_headers" => &mut self.config.expose_headers,
            _ => return None,
        })
    }

    fn switch(&mut self, field: &str) -> Option<&mut bool> {
        let config = &mut self.config;
        Some(match field {
            "allow_credentials" => &mut config.allow_credentials,
            "allow_private_network" => &mut config.allow_private_network,
            "diagnostics" => &mut config.diagnostics,
            "dynamic_origins" => &mut config.dynamic_origins,
            "dangerously_allow_null_origin" => &mut config.dangerously_allow_null_origin,
            "dangerously_allow_insecure_origins" => &mut config.dangerously_allow_insecure_origins,
            "dangerously_allow_public_suffix_wildcards" => {
                &mut config.dangerously_allow_public_suffix_wildcards
            }
            _ => return None,
        })
    }

    fn seconds(&mut self, value: &Value) -> Option<()> {
        self.config.max_age = match value {
            Value::Null => None,
            // Beyond what can be held is beyond what can be meant: too large either way.
            _ if value.is_u64() => Some(value.as_i64().unwrap_or(i64::MAX)),
            _ => Some(value.as_i64()?),
        };
        Some(())
    }

    fn status(&mut self, value: &Value) -> Option<()> {
        if !value.is_i64() && !value.is_u64() {
            return None;
        }
        // A number that is no status at all is told as one that is not ok.
        let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
        self.config.preflight_status = status.unwrap_or(0);
        self.status = Some(value.clone());
        Some(())
    }

    pub(super) fn finish(mut self) -> Checked {
        let checked = self.config.check();
        let issues = checked.errors().iter().chain(checked.warnings());
        let issues: Vec<Finding> = issues
            .filter(|issue| !self.spoilt.contains(&issue.field()))
            .map(|issue| self.place(issue))
            .collect();
        self.findings.extend(issues);
        let (errors, warnings): (Vec<_>, Vec<_>) =
            self.findings.into_iter().partition(|finding| finding.severity == Severity::Error);
        let policy = if errors.is_empty() { self.config.build().ok() } else { None };
        Checked { policy, errors, warnings }
    }

    /// The engine's finding, with its place in the document as it was written.
    fn place(&self, issue: &corsac::Issue) -> Finding {
        let mut finding = Finding::from(issue);
        let places = self.places.iter().find(|(field, _)| *field == issue.field());
        if let (Some((field, places)), Some(index)) = (places, issue.index())
            && let Some(index) = places.get(index)
        {
            finding.path = format!("{field}[{index}]");
        }
        if let ("preflight_status", Some(status)) = (issue.field(), &self.status) {
            finding.value = status.clone();
        }
        finding
    }
}

/// Whether a list of this one member would be accepted.
fn is_fine_alone(field: &'static str, text: &str) -> bool {
    let mut reading = Reading::default();
    reading.strings(field, &Value::from(vec![text]));
    !reading.config.check().errors().iter().any(|issue| issue.field() == field)
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "a number",
        Value::String(text) if text == NOT_FINITE => "a number that is not finite",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

/// Whether one name is the other with a letter or two changed, left out or put in.
fn is_near(name: &str, field: &str) -> bool {
    if name.len().abs_diff(field.len()) > 2 || name.len() < 4 {
        return false;
    }
    let common = name.bytes().zip(field.bytes()).take_while(|(one, other)| one == other).count();
    let rest = |text: &str| text.len().saturating_sub(common);
    let tail = name
        .bytes()
        .rev()
        .zip(field.bytes().rev())
        .take(rest(name).min(rest(field)))
        .take_while(|(one, other)| one == other)
        .count();
    rest(name).max(rest(field)).saturating_sub(tail) <= 2
}
