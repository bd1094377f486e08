//! The oracle protocol, as an adaptor speaks it: lines of JSON on standard input, an answer to each on
//! standard output.
//!
//! An adaptor says who it is, how it builds its implementation from a policy, and how it asks it
//! about one request; [`run`] does the rest. A header's bytes come and go as strings of one code point
//! a byte.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

mod pattern;

pub use pattern::{as_regex, is_exact};

/// Who answers.
pub struct About {
    /// The implementation's name.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    /// Where it is found.
    pub homepage: &'static str,
    /// The profile whose exact bytes it claims to answer with.
    pub profile: Option<&'static str>,
}

/// A policy document.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the document has them")]
pub struct Policy {
    /// Origins, patterns of them, or `*`.
    #[serde(default)]
    pub allow_origins: Vec<String>,
    /// Methods beyond GET, HEAD and POST, or `*`.
    #[serde(default)]
    pub allow_methods: Vec<String>,
    /// Request headers, or `*`, which does not cover `authorization`.
    #[serde(default)]
    pub allow_headers: Vec<String>,
    /// Response headers, or `*`.
    #[serde(default)]
    pub expose_headers: Vec<String>,
    /// Whether credentials may come along.
    #[serde(default)]
    pub allow_credentials: bool,
    /// Seconds for which a preflight may be kept.
    #[serde(default)]
    pub max_age: Option<i64>,
    /// The status of a preflight that is granted.
    #[serde(default)]
    pub preflight_status: Option<u16>,
    /// Whether Private Network Access is granted.
    #[serde(default)]
    pub allow_private_network: bool,
    /// Whether a refused method or header is told to the browser.
    #[serde(default)]
    pub diagnostics: bool,
    /// Whether the program decides about origins by itself.
    #[serde(default)]
    pub dynamic_origins: bool,
    /// A permission that the policy needs, and nothing that an implementation is told.
    #[serde(default)]
    pub dangerously_allow_null_origin: bool,
    /// Likewise.
    #[serde(default)]
    pub dangerously_allow_insecure_origins: bool,
    /// Likewise.
    #[serde(default)]
    pub dangerously_allow_public_suffix_wildcards: bool,
}

impl Policy {
    /// Whether every origin is allowed.
    #[must_use]
    pub fn is_any_origin(&self) -> bool {
        self.allow_origins == ["*"]
    }

    /// Whether every method is.
    #[must_use]
    pub fn is_any_method(&self) -> bool {
        self.allow_methods == ["*"]
    }

    /// Whether every request header is, `authorization` perhaps left out.
    #[must_use]
    pub fn is_any_header(&self) -> bool {
        self.allow_headers.iter().any(|name| name == "*")
    }

    /// Whether every response header is.
    #[must_use]
    pub fn exposes_any(&self) -> bool {
        self.expose_headers == ["*"]
    }

    /// The methods to list where an implementation holds no method to be allowed by itself.
    #[must_use]
    pub fn methods(&self) -> Vec<&str> {
        let mut methods = vec!["GET", "HEAD", "POST"];
        for method in &self.allow_methods {
            if !methods.contains(&method.as_str()) {
                methods.push(method);
            }
        }
        methods
    }

    /// Skips what almost no implementation has.
    ///
    /// # Errors
    /// When the policy asks for a status that is not `status`, for diagnostics, or leaves origins open.
    pub fn has_only_common_fields(&self, status: u16) -> Result<(), Refused> {
        if self.preflight_status.is_some_and(|asked| asked != status) {
            return Err(Refused::skip(format!("a preflight is always answered with {status}")));
        }
        if self.diagnostics {
            return Err(Refused::skip("no diagnostics"));
        }
        if self.dynamic_origins {
            return Err(Refused::skip("the policy names no origins"));
        }
        Ok(())
    }
}

/// A request as it arrives.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: Vec<u8>,
    /// The fields, in order.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Request {
    /// The fields as a server hands them on: without the whitespace around a value.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let space = |byte: &u8| matches!(byte, b' ' | b'\t');
        self.headers.iter().map(move |(name, value)| {
            let start = value.iter().position(|byte| !space(byte)).unwrap_or(value.len());
            let end = value.iter().rposition(|byte| !space(byte)).map_or(start, |last| last + 1);
            (name.as_str(), value.get(start..end).unwrap_or_default())
        })
    }
}

/// The response.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// `not-cors`, `actual` or `preflight`, from those who tell.
    pub kind: Option<&'static str>,
    /// Whether it grants, from those who tell.
    pub allowed: Option<bool>,
    /// The code of the reason why not, from those who tell.
    pub rejection: Option<Value>,
    /// The status, where the response came without the handler.
    pub status: Option<u16>,
    /// The fields.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The implementation has no words for this.
    Skip(String),
    /// The implementation itself refuses the policy; with findings, from those who tell.
    Policy(String, Option<Value>),
}

impl Refused {
    /// The implementation has no words for this.
    pub fn skip(reason: impl Into<String>) -> Self {
        Self::Skip(reason.into())
    }

    /// The implementation refuses the policy.
    pub fn policy(message: impl Into<String>) -> Self {
        Self::Policy(message.into(), None)
    }
}

thread_local! {
    static HANDLER_RAN: Cell<bool> = const { Cell::new(false) };
}

/// What the handler calls.
pub fn handler_runs() {
    HANDLER_RAN.set(true);
}

/// The status to report: that of a response for which [`handler_runs`] was not called.
#[must_use]
pub fn status_without_handler(status: u16) -> Option<u16> {
    (!HANDLER_RAN.get()).then_some(status)
}

/// The version of `package` in this workspace's lock file.
#[must_use]
pub fn locked_version(package: &str) -> String {
    let lock = include_str!("../../Cargo.lock");
    let named = format!("name = \"{package}\"\nversion = \"");
    let version = lock.split_once(&named).and_then(|(_, rest)| rest.split_once('"'));
    version.map_or("unknown", |(version, _)| version).to_owned()
}

/// Answers questions until there are no more.
///
/// A panic while the implementation is built is its way to refuse the policy; a panic while it answers is
/// reported as the error `crashed`, and the next question is answered.
///
/// # Errors
/// Only those of reading and writing.
pub fn run<P: DeserializeOwned, S>(
    about: &About,
    define: impl Fn(&P) -> Result<S, Refused>,
    evaluate: impl Fn(&S, &Request) -> Result<Answer, Refused>,
) -> io::Result<()> {
    std::panic::set_hook(Box::new(|_| {}));
    let mut defined: HashMap<String, S> = HashMap::new();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let question: Value = match serde_json::from_slice(&line) {
            Ok(question) => question,
            Err(error) => {
                let error = bad_request(&format!("this is not JSON: {error}"));
                write_line(&mut output, &with_id(&Value::Null, error))?;
                continue;
            }
        };
        let build = |question: &Value| {
            let policy = question.get("policy").cloned().unwrap_or_default();
            // Whether a document is one is no question to an implementation.
            let policy: P = serde_json::from_value(policy)
                .map_err(|_| refusal(Refused::skip("no policy document")))?;
            match catch_unwind(AssertUnwindSafe(|| define(&policy))) {
                Ok(built) => built.map_err(refusal),
                Err(panic) => Err(refusal(Refused::policy(message_of(panic.as_ref())))),
            }
        };
        let ask = |server: &S| {
            let request = read_request(&question).map_err(|message| bad_request(&message))?;
            HANDLER_RAN.set(false);
            match catch_unwind(AssertUnwindSafe(|| evaluate(server, &request))) {
                Ok(answer) => answer.map_err(refusal),
                Err(panic) => {
                    let message = format!("it panicked: {}", message_of(panic.as_ref()));
                    Err(json!({"error": {"code": "crashed", "message": message}}))
                }
            }
        };
        let answer = match question.get("op").and_then(Value::as_str) {
            Some("hello") => Ok(hello(about)),
            Some("define") => match question.get("name").and_then(Value::as_str) {
                None => Err(bad_request("name: this field is missing")),
                Some(name) => build(&question).map(|server| {
                    defined.insert(name.to_owned(), server);
                    json!({"ok": {"warnings": []}})
                }),
            },
            Some("evaluate") => match question.get("policy").and_then(Value::as_str) {
                None => build(&question).and_then(|server| ask(&server)).map(|ok| written(&ok)),
                Some(name) => match defined.get(name) {
                    Some(server) => ask(server).map(|ok| written(&ok)),
                    None => Err(json!({"error": {
                        "code": "unknown-name",
                        "message": format!("no policy was defined as {name:?}"),
                    }})),
                },
            },
            _ => Err(bad_request("op: there are hello, define and evaluate")),
        };
        let id = question.get("id").unwrap_or(&Value::Null);
        write_line(&mut output, &with_id(id, answer.unwrap_or_else(|error| error)))?;
    }
    Ok(())
}

fn hello(about: &About) -> Value {
    json!({"ok": {
        "protocol": 1,
        "implementation": {
            "name": about.name,
            "version": about.version,
            "language": "rust",
            "homepage": about.homepage,
        },
        "ops": ["define", "evaluate"],
        "profile": about.profile,
    }})
}

fn written(answer: &Answer) -> Value {
    let headers: Vec<Value> = answer
        .headers
        .iter()
        .filter(|(name, _)| !is_the_servers_own(name))
        .map(|(name, value)| json!([name.to_ascii_lowercase(), decode(value)]))
        .collect();
    json!({"ok": {
        "kind": answer.kind,
        "allowed": answer.allowed,
        "rejection": answer.rejection,
        "handler": answer.status.is_none(),
        "status": answer.status,
        "headers": headers,
    }})
}

/// Fields that come from the server and not from CORS.
fn is_the_servers_own(name: &str) -> bool {
    let own = [
        "allow",
        "connection",
        "content-length",
        "content-type",
        "date",
        "keep-alive",
        "server",
        "transfer-encoding",
    ];
    own.iter().any(|own| own.eq_ignore_ascii_case(name))
}

fn refusal(refused: Refused) -> Value {
    match refused {
        Refused::Skip(reason) => json!({"skip": {"reason": reason, "issue": null}}),
        Refused::Policy(message, None) => {
            json!({"error": {"code": "invalid-policy", "message": message}})
        }
        Refused::Policy(message, Some(errors)) => {
            json!({"error": {"code": "invalid-policy", "message": message, "errors": errors}})
        }
    }
}

fn bad_request(message: &str) -> Value {
    json!({"error": {"code": "bad-request", "message": message}})
}

fn with_id(id: &Value, mut answer: Value) -> Value {
    if let Some(object) = answer.as_object_mut() {
        object.insert("id".to_owned(), id.clone());
    }
    answer
}

fn write_line(output: &mut impl Write, line: &Value) -> io::Result<()> {
    writeln!(output, "{line}")?;
    output.flush()
}

fn read_request(question: &Value) -> Result<Request, String> {
    let request = question.get("request").ok_or("request: this field is missing")?;
    let bytes = |value: &Value| value.as_str().and_then(encode);
    let method =
        request.get("method").and_then(bytes).ok_or("request.method: no string of bytes")?;
    let mut headers = Vec::new();
    for pair in request.get("headers").and_then(Value::as_array).into_iter().flatten() {
        let name = pair.get(0).and_then(Value::as_str).ok_or("request.headers: no name")?;
        let value = pair.get(1).and_then(bytes).ok_or("request.headers: no string of bytes")?;
        headers.push((name.to_owned(), value));
    }
    Ok(Request { method, headers })
}

fn encode(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn decode(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned())
}
