//! [`Adaptor`]: an implementation that is asked through the oracle protocol.

use corsac::fetch::{Message, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::process::{Answer, Process, Trouble};
use super::record::Implementation;
use super::subject::{NoAnswer, Subject};
use crate::exchange::ResponseDocument;
use crate::vectors::answer::{EvaluateAnswer, JudgeAnswer, LintAnswer};
use crate::vectors::judging::Layer;
use crate::vectors::{Group, PathAndCode, PolicyDocument, RawRequest, Step};

/// An implementation behind a program that speaks the oracle protocol.
#[derive(Debug)]
pub struct Adaptor {
    process: Process,
    hello: Hello,
    /// The group whose policy it was given last.
    serving: Option<Serving>,
    caches: u64,
}

/// Who answers, as `hello` has it.
#[derive(Clone, Debug, Deserialize)]
pub struct Hello {
    protocol: u64,
    /// Its name and version.
    pub implementation: Implementation,
    /// What it can be asked.
    #[serde(default)]
    pub ops: Vec<String>,
    /// `corsac`, if it claims the exact bytes.
    #[serde(default)]
    pub profile: Option<String>,
    /// Whether responses of the handler bear `corsac-handler`; of drivers only.
    #[serde(default)]
    pub marks_handler: bool,
    /// Whether `start` takes what the handler answers; of drivers only.
    #[serde(default)]
    pub sets_handler: bool,
}

/// Which policy it has, and what it said to it.
#[derive(Debug)]
struct Serving {
    group: String,
    /// Which of its lives it was said in.
    life: u64,
    policy: Value,
    refusal: Option<NoAnswer>,
}

/// Asks who answers.
///
/// # Errors
/// What is wrong, and what to do.
pub(super) fn hello(process: &mut Process) -> Result<Hello, String> {
    let question = object(json!({"op": "hello", "protocol": 1}));
    match process.ask(question) {
        Err(trouble) => Err(format!("asked who it is (hello), {trouble}")),
        Ok(Answer::Ok(value)) => {
            let hello: Hello = serde_json::from_value(value).map_err(|error| {
                format!(
                    "its answer to hello is none: {error}; it is {{\"protocol\":1,\"implementation\":\
                     {{\"name\":…,\"version\":…,\"language\":…}},\"ops\":[…],\"profile\":null}}"
                )
            })?;
            match hello.protocol {
                1 => Ok(hello),
                other => Err(format!("it speaks protocol {other}; this corsac speaks protocol 1")),
            }
        }
        Ok(Answer::Error { code, message, .. }) => {
            Err(format!("asked who it is (hello), it answered the error {code}: {message}"))
        }
        Ok(Answer::Skip { reason }) => {
            Err(format!("asked who it is (hello), it skipped: {reason}"))
        }
    }
}

impl Adaptor {
    /// Starts the program and asks who it is.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn new(mut process: Process) -> Result<Self, String> {
        let hello = hello(&mut process)?;
        Ok(Self { process, hello, serving: None, caches: 0 })
    }

    /// Who it is.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    fn answers(&self, op: &str) -> bool {
        self.hello.ops.iter().any(|known| known == op)
    }

    fn needs(&self, op: &str) -> Result<(), NoAnswer> {
        if self.answers(op) {
            return Ok(());
        }
        Err(NoAnswer::Skip(format!("it does not answer {op}")))
    }

    /// Asks, and reads the answer as what it should be.
    fn ask<T: DeserializeOwned>(&mut self, op: &str, question: Value) -> Result<T, NoAnswer> {
        let mut question = object(question);
        question.insert("op".to_owned(), Value::from(op));
        let value = settle(op, self.process.ask(question))?;
        serde_json::from_value(value).map_err(|error| {
            NoAnswer::Broken(format!(
                "its answer to {op} is none: {error}; the oracle protocol says what it holds"
            ))
        })
    }
}

/// What an answer means, where `ok` is what is wanted.
pub(super) fn settle(op: &str, answer: Result<Answer, Trouble>) -> Result<Value, NoAnswer> {
    match answer {
        Ok(Answer::Ok(value)) => Ok(value),
        Ok(Answer::Skip { reason }) => Err(NoAnswer::Skip(reason)),
        Ok(Answer::Error { code, message, value }) if code == "invalid-policy" => {
            let codes: Vec<&str> =
                findings(&value, "errors").filter_map(|f| f["code"].as_str()).collect();
            let why = if codes.is_empty() { message } else { codes.join(", ") };
            Err(NoAnswer::Refused(why))
        }
        Ok(Answer::Error { code, message, .. }) => {
            Err(NoAnswer::Broken(format!("it answered {op} with the error {code}: {message}")))
        }
        Err(trouble) => Err(NoAnswer::Broken(trouble.to_string())),
    }
}

fn findings<'v>(value: &'v Value, list: &str) -> impl Iterator<Item = &'v Value> {
    value.get(list).and_then(Value::as_array).into_iter().flatten()
}

fn paths_and_codes(value: &Value, list: &str) -> Vec<PathAndCode> {
    let text = |finding: &Value, field: &str| {
        finding.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    findings(value, list)
        .map(|finding| PathAndCode { path: text(finding, "path"), code: text(finding, "code") })
        .collect()
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

impl Subject for Adaptor {
    fn layer(&self) -> Layer {
        match self.hello.profile.as_deref() {
            Some("corsac") => Layer::Exact,
            _ => Layer::Portable,
        }
    }

    fn serve(&mut self, group: &Group, _: Option<&ResponseDocument>) -> Result<(), NoAnswer> {
        self.needs("evaluate")?;
        let life = self.process.life();
        if let Some(serving) = &self.serving
            && serving.group == group.id
            && serving.life == life
        {
            return serving.refusal.clone().map_or(Ok(()), Err);
        }
        self.serving = None;
        let document = group.policy.as_ref().map(PolicyDocument::to_value).unwrap_or_default();
        let (policy, refusal) = if self.answers("define") {
            let question = json!({"name": group.id, "policy": document});
            match self.ask::<Value>("define", question) {
                Ok(_) => (Value::from(group.id.as_str()), None),
                Err(NoAnswer::Broken(why)) => return Err(NoAnswer::Broken(why)),
                Err(refusal) => (Value::Null, Some(refusal)),
            }
        } else {
            (document, None)
        };
        let result = refusal.clone().map_or(Ok(()), Err);
        self.serving = Some(Serving { group: group.id.clone(), life, policy, refusal });
        result
    }

    fn evaluate(&mut self, request: &RawRequest) -> Result<EvaluateAnswer, NoAnswer> {
        let policy = self.serving.as_ref().map(|serving| serving.policy.clone());
        self.ask("evaluate", json!({"policy": policy, "request": request}))
    }

    fn respond(&mut self, message: &Message, handler: &Response) -> Result<Response, NoAnswer> {
        let answer = self.evaluate(&RawRequest::from(message))?;
        Ok(answer.to_response(message.kind, handler))
    }

    fn judge(&mut self, step: &Step, cache: Option<&str>) -> Result<JudgeAnswer, NoAnswer> {
        self.needs("judge")?;
        let question = json!({
            "fetch": step.fetch,
            "responses": step.responses,
            "browser": step.browser,
            "cache": cache,
            "now": step.now,
        });
        self.ask("judge", question)
    }

    fn lint(&mut self, policy: &PolicyDocument) -> Result<LintAnswer, NoAnswer> {
        let policy = policy.to_value();
        if self.answers("lint") {
            let value: Value = self.ask("lint", json!({"policy": policy}))?;
            let errors = paths_and_codes(&value, "errors");
            let warnings = paths_and_codes(&value, "warnings");
            return Ok(LintAnswer { accepted: errors.is_empty(), errors, warnings });
        }
        // Whoever takes a policy and refuses some tells as much.
        self.needs("define")?;
        self.caches = self.caches.saturating_add(1);
        let question =
            json!({"op": "define", "name": format!("lint {}", self.caches), "policy": policy});
        match self.process.ask(object(question)) {
            Ok(Answer::Error { code, value, .. }) if code == "invalid-policy" => {
                let errors = paths_and_codes(&value, "errors");
                Ok(LintAnswer { accepted: false, errors, warnings: Vec::new() })
            }
            answer => {
                let value = settle("define", answer)?;
                let warnings = paths_and_codes(&value, "warnings");
                Ok(LintAnswer { accepted: true, errors: Vec::new(), warnings })
            }
        }
    }
}
