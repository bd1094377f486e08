//! The forms of a case: what is asked, and what is expected.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::PolicyDocument;
use super::case::{Common, read};
use crate::exchange::{BrowserName, ByteString, FetchDocument, ResponseDocument};

/// A header's name and value.
type Line = (ByteString, ByteString);

/// What is asked, and what is expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Form {
    /// A request as it arrives at a server.
    Raw {
        /// The request.
        request: RawRequest,
        /// What is expected of the answer.
        expect: RawExpectation,
    },
    /// A page's request to a server: the whole handshake with a browser.
    Page {
        /// What script asks for.
        page: Box<FetchDocument>,
        /// What the server's handler answers; without it 200 and no headers.
        #[serde(skip_serializing_if = "Option::is_none")]
        handler: Option<ResponseDocument>,
        /// What is expected to come of it.
        expect: PageExpectation,
    },
    /// What a browser makes of given responses, once or several times with one preflight cache.
    Judge {
        /// One request of a page after another.
        steps: Vec<Step>,
    },
    /// What is wrong with a policy.
    Lint {
        /// The policy.
        lint: PolicyDocument,
        /// What is expected to be said.
        expect: LintExpectation,
    },
}

/// A request as it arrives.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawRequest {
    /// The method.
    pub method: ByteString,
    /// The header lines, in their order.
    pub headers: Vec<Line>,
}

/// What is expected of the answer to a [`RawRequest`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawExpectation {
    /// Whether the answer grants what was asked; null where that is not judged.
    pub allowed: Option<bool>,
    /// Headers that must be there, with these values; several lines are joined with `, `.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must: Vec<Line>,
    /// Headers that must not be there; in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_not: Vec<String>,
    /// Names that `Vary` must list, unless it is `*`; in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<String>,
    /// Whether the handler must run (true), or must not (false).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<bool>,
    /// The exact answer of an implementation that claims the profile `corsac`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<Exact>,
}

/// The exact answer to a [`RawRequest`].
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exact {
    /// `not-cors`, `actual` or `preflight`.
    pub kind: String,
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why not: a code of the oracle protocol.
    pub rejection: Option<String>,
    /// The bytes at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ByteString>,
    /// The status, for a preflight.
    pub status: Option<u16>,
    /// The header lines, in this order.
    pub headers: Vec<Line>,
}

/// Whether script gets the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It does.
    Allow,
    /// It does not.
    Block,
    /// The responses do not suffice to tell.
    NeedsResponse,
}

impl Verdict {
    /// The name in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Block => "block",
            Self::NeedsResponse => "needs-response",
        }
    }
}

/// What is expected to come of a page's request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageExpectation {
    /// Whether script gets the response.
    pub verdict: Verdict,
    /// Which of the handler's headers script can read: lower case, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<Vec<String>>,
    /// Why the browser blocks it, under the profile `corsac`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// A page's request, and the responses to what the browser sends for it.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What script asks for.
    pub fetch: FetchDocument,
    /// The responses, in the order in which the browser asks for them.
    pub responses: Vec<ResponseDocument>,
    /// Whose behaviour is expected: the standard's, where nothing is said.
    #[serde(default, skip_serializing_if = "is_fetch")]
    pub browser: BrowserName,
    /// The time, in seconds, for the preflight cache.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub now: u64,
    /// What is expected to come of it.
    pub expect: JudgeExpectation,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_fetch(browser: &BrowserName) -> bool {
    *browser == BrowserName::Fetch
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape serde asks for")]
fn is_zero(now: &u64) -> bool {
    *now == 0
}

/// What is expected of a browser.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeExpectation {
    /// Whether script gets the response.
    pub verdict: Verdict,
    /// The response's type: `basic`, `cors`, `opaque` or `opaqueredirect`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub response_type: Option<String>,
    /// Its status, as script sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The headers present that script can read: lower case, sorted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposed: Option<Vec<String>>,
    /// Why it is blocked, under the profile `corsac`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<FailureExpectation>,
    /// All that the browser sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<Vec<Sent>>,
}

/// Why a browser blocks a response.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailureExpectation {
    /// A code of the oracle protocol.
    pub code: String,
    /// `plan`, `preflight` or `actual`.
    pub during: String,
}

/// A message that a browser sends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    /// `preflight` or `actual`.
    pub kind: String,
    /// The method.
    pub method: ByteString,
    /// Where it goes.
    pub url: String,
    /// Of its headers those that CORS decides, and the author's.
    pub headers: Vec<Line>,
}

/// What is expected to be said of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintExpectation {
    /// Whether it must be refused (true), or must be accepted (false).
    pub refused: bool,
    /// The errors, under the profile `corsac`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<PathAndCode>,
    /// The warnings, under the profile `corsac`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<PathAndCode>,
}

/// A finding about a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PathAndCode {
    /// The place, such as `allow_origins[2]`.
    pub path: String,
    /// A code of the oracle protocol.
    pub code: String,
}

/// The forms as they are read.
pub(super) struct FormDocument;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDocument {
    request: RawRequest,
    expect: RawExpectation,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageDocument {
    page: Box<FetchDocument>,
    #[serde(default)]
    handler: Option<ResponseDocument>,
    expect: PageExpectation,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct JudgeDocument {
    #[schemars(length(min = 1))]
    steps: Vec<Step>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LintDocument {
    lint: PolicyDocument,
    expect: LintExpectation,
}

impl FormDocument {
    /// The fields of all forms.
    pub(super) const FIELDS: [&str; 6] = ["request", "page", "handler", "steps", "lint", "expect"];

    /// Reads the form whose field is there.
    pub(super) fn read(fields: Map<String, Value>) -> Result<Form, String> {
        let forms = ["request", "page", "steps", "lint"].map(|name| fields.contains_key(name));
        let fields = Value::Object(fields);
        match forms {
            [true, false, false, false] => {
                read(fields).map(|RawDocument { request, expect }| Form::Raw { request, expect })
            }
            [false, true, false, false] => read(fields)
                .map(|PageDocument { page, handler, expect }| Form::Page { page, handler, expect }),
            [false, false, true, false] => {
                read(fields).map(|JudgeDocument { steps }| Form::Judge { steps })
            }
            [false, false, false, true] => {
                read(fields).map(|LintDocument { lint, expect }| Form::Lint { lint, expect })
            }
            _ => Err("a case has exactly one of request, page, steps and lint".to_owned()),
        }
    }
}

/// The same for the schema: one of the forms, beside what all have.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it is only there for its schema")]
pub(super) enum FormSchema {
    Raw(Whole<RawDocument>),
    Page(Whole<PageDocument>),
    Judge(Whole<JudgeDocument>),
    Lint(Whole<LintDocument>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it is only there for its schema")]
pub(super) struct Whole<F> {
    #[serde(flatten)]
    common: Common,
    #[serde(flatten)]
    form: F,
}
