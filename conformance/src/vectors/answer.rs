//! What implementations answer, as far as a case looks at it: the answers of the oracle protocol,
//! in which an adaptor may leave out what its implementation does not tell.

use corsac::fetch::{Header, Judgement, Message, MessageKind, Outcome as Judged, Response};
use corsac::{Decision, Policy, PolicyConfig, Request};
use serde::Deserialize;

use super::{FailureExpectation, PathAndCode, RawRequest, Sent, Verdict};
use crate::exchange::ByteString;
use crate::handshake::add_to_handler;
use crate::model::{self, ModelRequest};

/// The answer to `evaluate`. Fields that are not known here are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct EvaluateAnswer {
    /// `not-cors`, `actual` or `preflight`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Whether the policy allows it, as the implementation says.
    #[serde(default)]
    pub allowed: Option<bool>,
    /// Why not.
    #[serde(default)]
    pub rejection: Option<RejectionAnswer>,
    /// The status with which the answer ends here; none where the handler runs.
    #[serde(default)]
    pub status: Option<u16>,
    /// Whether the handler ran, where an adaptor can tell.
    #[serde(default)]
    pub handler: Option<bool>,
    /// The header lines.
    #[serde(default)]
    pub headers: Vec<(ByteString, ByteString)>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct RejectionAnswer {
    /// A code of the oracle protocol.
    pub code: String,
    /// The bytes at fault.
    #[serde(default)]
    pub value: Option<ByteString>,
}

impl EvaluateAnswer {
    /// The value of a header: its lines, joined with `, `.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let mut lines = self.lines(name);
        let mut value = lines.next()?.to_vec();
        for line in lines {
            value.extend_from_slice(b", ");
            value.extend_from_slice(line);
        }
        Some(value)
    }

    /// The lines of a header.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let is_named = move |other: &ByteString| other.0.eq_ignore_ascii_case(name.as_bytes());
        self.headers
            .iter()
            .filter(move |(other, _)| is_named(other))
            .map(|(_, value)| strip(&value.0))
    }

    /// Whether the handler ran; `None` where the answer does not tell. A status alone does not:
    /// that of an actual request may be the handler's.
    #[must_use]
    pub fn handler_ran(&self) -> Option<bool> {
        match (self.handler, self.status, self.kind.as_deref()) {
            (Some(ran), ..) => Some(ran),
            (None, None, _) => Some(true),
            (None, Some(_), kind) => kind.map(|kind| kind != "preflight"),
        }
    }

    /// The response that goes over the network to a message of a page's handshake: this answer, on
    /// top of the handler's unless the answer ends here.
    #[must_use]
    pub fn to_response(&self, kind: MessageKind, handler: &Response) -> Response {
        let fields = self.headers.iter().map(|(name, value)| (&*name.0, &*value.0));
        let ends_here = match kind {
            MessageKind::Preflight => self.handler_ran() != Some(true),
            MessageKind::Actual => self.handler_ran() == Some(false),
        };
        match self.status {
            Some(status) if ends_here => add_to_handler(&Response::new(status), fields),
            _ => add_to_handler(handler, fields),
        }
    }
}

/// What the engine answers.
#[must_use]
pub fn of_engine(policy: &Policy, request: &RawRequest) -> EvaluateAnswer {
    let fields = request.headers.iter().map(|(name, value)| (&name.0, value.0.as_slice()));
    let request = Request::from_fields(&*request.method.0, fields);
    EvaluateAnswer::from(&policy.evaluate(&request))
}

/// What the reference server answers.
#[must_use]
pub fn of_model(policy: &PolicyConfig, request: &RawRequest) -> EvaluateAnswer {
    let text = |bytes: &ByteString| crate::isomorphic::decode(&bytes.0).into_owned();
    let headers = request.headers.iter().map(|(name, value)| (text(name), value.0.clone()));
    let request = ModelRequest { method: request.method.0.clone(), headers: headers.collect() };
    EvaluateAnswer::from(model::answer(policy, &request))
}

impl From<&Decision<'_>> for EvaluateAnswer {
    fn from(decision: &Decision<'_>) -> Self {
        let bytes = |bytes: &[u8]| ByteString(bytes.to_vec());
        Self {
            kind: Some(decision.kind().as_str().to_owned()),
            allowed: Some(decision.is_allowed()),
            rejection: decision.verdict().rejection().map(|rejection| RejectionAnswer {
                code: rejection.code().to_owned(),
                value: decision.offending().map(|value| bytes(value.as_bytes())),
            }),
            status: decision.status(),
            handler: Some(decision.status().is_none()),
            headers: decision
                .fields()
                .map(|field| (field.name().into(), bytes(field.value())))
                .collect(),
        }
    }
}

impl From<model::Answer> for EvaluateAnswer {
    fn from(answer: model::Answer) -> Self {
        Self {
            kind: Some(answer.kind.to_owned()),
            allowed: Some(answer.rejection.is_none()),
            rejection: answer.rejection.map(|(code, value)| RejectionAnswer {
                code: code.to_owned(),
                value: value.map(ByteString),
            }),
            status: answer.status,
            handler: Some(answer.status.is_none()),
            headers: answer
                .headers
                .into_iter()
                .map(|(name, value)| (name.as_str().into(), ByteString(value)))
                .collect(),
        }
    }
}

/// A message of a browser, as the request that a server is asked about.
impl From<&Message> for RawRequest {
    fn from(message: &Message) -> Self {
        Self { method: ByteString(message.method.clone()), headers: lines(&message.headers) }
    }
}

fn lines(headers: &[Header]) -> Vec<(ByteString, ByteString)> {
    let pair = |(name, value): &Header| (ByteString(name.clone()), ByteString(value.clone()));
    headers.iter().map(pair).collect()
}

/// The answer to `judge`. What is `None` is not told.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct JudgeAnswer {
    /// Whether script gets the response.
    pub verdict: Verdict,
    /// The response's type.
    #[serde(rename = "type", default)]
    pub response_type: Option<String>,
    /// Its status.
    #[serde(default)]
    pub status: Option<u16>,
    /// The headers that script can read.
    #[serde(default)]
    pub exposed: Option<Vec<String>>,
    /// Why it is blocked.
    #[serde(default)]
    pub failure: Option<FailureAnswer>,
    /// What the browser sends.
    #[serde(default)]
    pub sent: Option<Vec<SentAnswer>>,
}

/// Why a browser blocks a response.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FailureAnswer {
    /// A code of the oracle protocol.
    pub code: String,
    /// `plan`, `preflight` or `actual`.
    #[serde(default)]
    pub during: Option<String>,
}

impl FailureAnswer {
    /// Whether it is the failure that is expected.
    #[must_use]
    pub fn is(&self, expected: &FailureExpectation) -> bool {
        self.code == expected.code && self.during.as_deref() == Some(&expected.during)
    }
}

/// A message that a browser sends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SentAnswer {
    /// `preflight` or `actual`.
    pub kind: String,
    /// The method.
    pub method: ByteString,
    /// Where it goes.
    pub url: String,
    /// Its headers.
    pub headers: Vec<(ByteString, ByteString)>,
}

impl From<&Judgement> for JudgeAnswer {
    fn from(judgement: &Judgement) -> Self {
        let sent = |message: &Message| SentAnswer {
            kind: message.kind.as_str().to_owned(),
            method: ByteString(message.method.clone()),
            url: message.url.to_string(),
            headers: lines(&message.headers),
        };
        let nothing = Self {
            verdict: Verdict::NeedsResponse,
            response_type: None,
            status: None,
            exposed: None,
            failure: None,
            sent: Some(judgement.sent.iter().map(sent).collect()),
        };
        match &judgement.outcome {
            Judged::NeedsResponse => nothing,
            Judged::Allow(shared) => Self {
                verdict: Verdict::Allow,
                response_type: Some(shared.response_type.as_str().to_owned()),
                status: Some(shared.status),
                exposed: shared.exposed.clone(),
                ..nothing
            },
            Judged::Block(failure) => Self {
                verdict: Verdict::Block,
                failure: Some(FailureAnswer {
                    code: failure.code().as_str().to_owned(),
                    during: Some(failure.during().as_str().to_owned()),
                }),
                ..nothing
            },
        }
    }
}

impl From<SentAnswer> for Sent {
    fn from(sent: SentAnswer) -> Self {
        let SentAnswer { kind, method, url, headers } = sent;
        Self { kind, method, url, headers }
    }
}

/// What an implementation says of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintAnswer {
    /// Whether it takes the policy.
    pub accepted: bool,
    /// The errors, where it names them by the codes of the oracle protocol.
    pub errors: Vec<PathAndCode>,
    /// The warnings, likewise.
    pub warnings: Vec<PathAndCode>,
}

impl From<&crate::document::Checked> for LintAnswer {
    fn from(checked: &crate::document::Checked) -> Self {
        let finding = |finding: &crate::finding::Finding| PathAndCode {
            path: finding.path.clone(),
            code: finding.code.to_owned(),
        };
        Self {
            accepted: checked.policy.is_some(),
            errors: checked.errors.iter().map(finding).collect(),
            warnings: checked.warnings.iter().map(finding).collect(),
        }
    }
}

/// Takes tabs and spaces off both ends, and nothing else: they are not part of a header's value.
pub(super) fn strip(value: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b'\t' | b' ');
    let start = value.iter().position(|byte| !is_space(byte)).unwrap_or(value.len());
    let end =
        value.iter().rposition(|byte| !is_space(byte)).map_or(start, |at| at.saturating_add(1));
    value.get(start..end).unwrap_or_default()
}
