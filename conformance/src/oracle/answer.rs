//! The answers, as they are written.

use std::borrow::Cow;

use corsac::fetch::{Browser, Failure, Header, Judgement, Message, Outcome, Shared, Warning};
use corsac::{Decision, Field};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::{Value, json};

use super::PROTOCOL;
use super::question::Op;
use crate::finding::Finding;
use crate::handshake::{Exchange, Handshake};
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
    homepage: &'static str,
}

impl Hello {
    pub(super) fn new() -> Self {
        Self {
            protocol: PROTOCOL,
            implementation: Implementation {
                name: "corsac",
                version: env!("CARGO_PKG_VERSION"),
                language: "rust",
                homepage: "https://docs.rs/corsac",
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

/// `judge`: what the browser does.
#[derive(Debug)]
pub struct Judged(pub Judgement);

impl Serialize for Judged {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let judgement = &self.0;
        let mut object = serializer.serialize_map(None)?;
        write_outcome(&mut object, &judgement.outcome)?;
        let sent: Vec<Value> = judgement.sent.iter().map(message).collect();
        object.serialize_entry("sent", &sent)?;
        object.serialize_entry("warnings", &warnings(judgement))?;
        object.end()
    }
}

/// `simulate`: a whole handshake.
#[derive(Debug)]
pub struct Simulated(pub Handshake);

impl Serialize for Simulated {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Handshake { judgement, exchanges } = &self.0;
        let mut object = serializer.serialize_map(None)?;
        write_outcome(&mut object, &judgement.outcome)?;
        if matches!(judgement.outcome, Outcome::Allow(_)) {
            object.serialize_entry("failure", &Value::Null)?;
        } else {
            object.serialize_entry("type", &Value::Null)?;
            object.serialize_entry("status", &Value::Null)?;
            object.serialize_entry("exposed", &Value::Null)?;
        }
        let exchange = |exchange: &Exchange| {
            let Exchange { request, decision, response, .. } = exchange;
            let headers = pairs(&response.headers);
            json!({
                "request": message(request),
                "decision": decision,
                "response": {"status": response.status, "headers": headers},
            })
        };
        object.serialize_entry("exchanges", &exchanges.iter().map(exchange).collect::<Vec<_>>())?;
        object.serialize_entry("warnings", &warnings(judgement))?;
        object.end()
    }
}

fn write_outcome<M: SerializeMap>(object: &mut M, outcome: &Outcome) -> Result<(), M::Error> {
    match outcome {
        Outcome::Allow(Shared { response_type, status, exposed }) => {
            object.serialize_entry("verdict", "allow")?;
            object.serialize_entry("type", response_type.as_str())?;
            object.serialize_entry("status", status)?;
            object.serialize_entry("exposed", exposed)
        }
        Outcome::Block(failure) => {
            object.serialize_entry("verdict", "block")?;
            object.serialize_entry("failure", &describe(failure))
        }
        Outcome::NeedsResponse => object.serialize_entry("verdict", "needs-response"),
    }
}

fn describe(failure: &Failure) -> Value {
    json!({
        "code": failure.code().as_str(),
        "during": failure.during().as_str(),
        "spec": failure.code().spec(),
        "step": failure.code().step(),
        "message": failure.to_string(),
        "value": failure.value().map(isomorphic::decode),
        "fix": failure.fix(),
        "console": {
            "chromium": failure.console(Browser::Chromium),
            "firefox": failure.console(Browser::Firefox),
            "webkit": failure.console(Browser::WebKit),
        },
    })
}

fn message(message: &Message) -> Value {
    json!({
        "kind": message.kind.as_str(),
        "method": isomorphic::decode(&message.method),
        "url": message.url.as_str(),
        "headers": pairs(&message.headers),
    })
}

fn pairs(headers: &[Header]) -> Vec<(String, Cow<'_, str>)> {
    let pair =
        |(name, value)| (isomorphic::decode(name).to_ascii_lowercase(), isomorphic::decode(value));
    headers.iter().map(|(name, value): &Header| pair((name, value))).collect()
}

fn warnings(judgement: &Judgement) -> Vec<Value> {
    let warning = |warning: &Warning| {
        json!({
            "code": warning.code().as_str(),
            "value": isomorphic::decode(warning.value()),
            "message": warning.to_string(),
        })
    };
    judgement.warnings.iter().map(warning).collect()
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
