//! The answers, as they are written.

use corsac::{Decision, Field};
use serde::ser::{Serialize, SerializeSeq, SerializeStruct, Serializer};

use super::PROTOCOL;
use super::question::Op;
use crate::finding::Finding;
use crate::isomorphic;

/// `hello`: who answers.
#[derive(Debug, serde::Serialize)]
pub struct Hello {
    protocol: u64,
    implementation: Implementation,
    ops: [&'static str; Op::ALL.len()],
    profile: &'static str,
}

#[derive(Debug, serde::Serialize)]
struct Implementation {
    name: &'static str,
    version: &'static str,
    language: &'static str,
}

impl Hello {
    pub(super) fn new() -> Self {
        Self {
            protocol: PROTOCOL,
            implementation: Implementation {
                name: "corsac",
                version: env!("CARGO_PKG_VERSION"),
                language: "rust",
            },
            ops: Op::ALL.map(|(name, _)| name),
            profile: "corsac",
        }
    }
}

/// `define`: the policy has its name.
#[derive(Debug, serde::Serialize)]
pub struct Defined {
    /// What is probably not meant.
    pub warnings: Vec<Finding>,
}

/// `lint`: everything there is to say about a policy.
#[derive(Debug, serde::Serialize)]
pub struct Linted {
    /// What keeps it from being used.
    pub errors: Vec<Finding>,
    /// What is probably not meant.
    pub warnings: Vec<Finding>,
}

/// `evaluate`: a decision.
#[derive(Debug)]
pub struct Evaluation<'d>(pub &'d Decision<'d>);

impl Serialize for Evaluation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let decision = self.0;
        let mut object = serializer.serialize_struct("Evaluation", 5)?;
        object.serialize_field("kind", decision.kind().as_str())?;
        object.serialize_field("allowed", &decision.is_allowed())?;
        object.serialize_field("rejection", &Rejected::of(decision))?;
        object.serialize_field("status", &decision.status())?;
        object.serialize_field("headers", &Headers(decision))?;
        object.end()
    }
}

#[derive(serde::Serialize)]
struct Rejected {
    code: &'static str,
    message: String,
    value: Option<String>,
}

impl Rejected {
    fn of(decision: &Decision<'_>) -> Option<Self> {
        let rejection = decision.verdict().rejection()?;
        let value = decision.offending();
        Some(Self {
            code: rejection.code(),
            message: rejection.to_string(),
            value: value.map(|value| isomorphic::decode(value.as_bytes()).into_owned()),
        })
    }
}

struct Headers<'d>(&'d Decision<'d>);

impl Serialize for Headers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pair =
            |field: Field<'_>| (field.name(), isomorphic::decode(field.value()).into_owned());
        let mut pairs = serializer.serialize_seq(None)?;
        for field in self.0.fields() {
            pairs.serialize_element(&pair(field))?;
        }
        pairs.end()
    }
}

/// Why a question has no answer.
#[derive(Debug, serde::Serialize)]
pub struct OracleError {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<Finding>>,
}

impl OracleError {
    fn new(code: &'static str, message: String) -> Self {
        Self { code, message, path: None, errors: None }
    }

    pub(super) fn line_too_long() -> Self {
        Self::new("line-too-long", "a line holds 16 MiB at most".to_owned())
    }

    pub(super) fn bad_line(path: Option<String>, message: String) -> Self {
        Self { path, ..Self::new("bad-request", message) }
    }

    pub(super) fn bad_request(path: &str, message: &str) -> Self {
        Self::bad_line(Some(path.to_owned()), message.to_owned())
    }

    pub(super) fn missing(field: &str) -> Self {
        Self::bad_request(field, "this field is missing")
    }

    pub(super) fn unknown_op(op: &str) -> Self {
        let known = Op::ALL.map(|(name, _)| name).join(", ");
        Self::bad_request("op", &format!("there is no op {op:?}; there are {known}"))
    }

    pub(super) fn unknown_name(name: &str) -> Self {
        Self::new("unknown-name", format!("no policy was defined as {name:?}"))
    }

    pub(super) fn invalid_policy(errors: Vec<Finding>) -> Self {
        let codes: Vec<_> = errors.iter().map(|finding| finding.code).collect();
        let message = format!("the policy cannot be used: {}", codes.join(", "));
        Self { errors: Some(errors), ..Self::new("invalid-policy", message) }
    }
}
