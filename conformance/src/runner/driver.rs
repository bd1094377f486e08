//! [`Driver`]: a program that starts a server for each policy, so that real servers can be held to
//! the suite over HTTP.
//!
//! A driver speaks the framing of the oracle protocol (JSON Lines, an `id` that is given back,
//! `ok`, `error` or `skip`) and answers three questions:
//!
//! - `{"op":"hello","protocol":1}`: who serves, as in the oracle protocol. Besides,
//!   `"marks_handler":true` says that every response of the server's handler, and no other, bears a
//!   header `corsac-handler`; and `"sets_handler":true` that `start` takes a `handler`.
//! - `{"op":"start","policy":{…}}`: starts a server that implements the policy, ends the one
//!   before, and answers when it listens: `{"ok":{"url":"http://127.0.0.1:8080/"}}`. To a policy
//!   that the server cannot express it answers `{"skip":{"reason":"…","issue":null}}`, and to one
//!   that it refuses, `{"error":{"code":"invalid-policy","message":"…"}}`. With `sets_handler`
//!   there may be a `"handler":{"status":200,"headers":[["name","value"]…]}`, which is what the
//!   handler answers to every request; without it, 200 and no headers that matter.
//! - `{"op":"stop"}`: ends the server; `{"ok":{}}`.
//!
//! When its input ends it ends the server and itself.

use corsac::fetch::{Message, Response};
use serde_json::{Map, Value, json};
use std::thread;
use std::time::{Duration, Instant};

use super::adaptor::{Hello, hello, settle};
use super::http::{HttpTrouble, Reply, Target, WireRequest};
use super::process::Process;
use super::subject::{NoAnswer, Subject};
use crate::exchange::{ByteString, ResponseDocument};
use crate::vectors::answer::{EvaluateAnswer, JudgeAnswer, LintAnswer};
use crate::vectors::judging::Layer;
use crate::vectors::{Group, PolicyDocument, RawRequest, Step};

/// The header of a handler's responses.
const HANDLER_MARK: &str = "corsac-handler";

/// A program that starts servers, and the one that it has started.
#[derive(Debug)]
pub struct Driver {
    process: Process,
    hello: Hello,
    patience: Duration,
    serving: Option<Serving>,
}

#[derive(Debug)]
struct Serving {
    group: String,
    handler: Option<ResponseDocument>,
    life: u64,
    server: Result<Target, NoAnswer>,
}

impl Driver {
    /// Starts the program and asks who serves.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn new(mut process: Process, patience: Duration) -> Result<Self, String> {
        let hello = hello(&mut process)?;
        Ok(Self { process, hello, patience, serving: None })
    }

    /// Who serves.
    #[must_use]
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    fn ask(&mut self, op: &str, question: Value) -> Result<Value, NoAnswer> {
        let mut question = match question {
            Value::Object(question) => question,
            _ => Map::new(),
        };
        question.insert("op".to_owned(), Value::from(op));
        settle(op, self.process.ask(question))
    }

    fn start(
        &mut self,
        group: &Group,
        handler: Option<&ResponseDocument>,
    ) -> Result<Target, NoAnswer> {
        let policy = group.policy.as_ref().map(PolicyDocument::to_value);
        let question = match handler {
            Some(handler) => json!({"policy": policy, "handler": handler}),
            None => json!({"policy": policy}),
        };
        let started = self.ask("start", question)?;
        let url = started.get("url").and_then(Value::as_str).unwrap_or_default();
        let target = Target::new(url, false, self.patience).map_err(|why| {
            NoAnswer::Broken(format!("the driver's answer to start names no server: {why}"))
        })?;
        let begun = Instant::now();
        while let Err(trouble) = target.is_there() {
            if begun.elapsed() > self.patience {
                return Err(NoAnswer::Broken(format!(
                    "the driver says that the server is started, but {trouble}"
                )));
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(target)
    }

    fn exchange(&mut self, request: &RawRequest) -> Result<Reply, NoAnswer> {
        let Some(Serving { server: Ok(target), .. }) = &self.serving else {
            return Err(NoAnswer::Broken("there is no server".to_owned()));
        };
        let reply = target.ask(&WireRequest::from(request));
        if matches!(reply, Err(HttpTrouble::Refused(_) | HttpTrouble::NotConnected(..))) {
            // It is gone; the next case gets another.
            self.serving = None;
        }
        reply.map_err(NoAnswer::from)
    }
}

impl From<&RawRequest> for WireRequest {
    fn from(request: &RawRequest) -> Self {
        let line = |(name, value): &(ByteString, ByteString)| (name.0.clone(), value.0.clone());
        Self {
            method: request.method.0.clone(),
            headers: request.headers.iter().map(line).collect(),
        }
    }
}

impl From<HttpTrouble> for NoAnswer {
    fn from(trouble: HttpTrouble) -> Self {
        match trouble {
            HttpTrouble::Unsendable(_) => Self::Skip(trouble.to_string()),
            _ => Self::Broken(trouble.to_string()),
        }
    }
}

impl Subject for Driver {
    /// Servers add headers of their own, so the bytes are nobody's.
    fn layer(&self) -> Layer {
        Layer::Portable
    }

    fn serve(&mut self, group: &Group, handler: Option<&ResponseDocument>) -> Result<(), NoAnswer> {
        let is_default =
            |handler: &&ResponseDocument| handler.status == 200 && handler.headers.is_empty();
        let handler = handler.filter(|handler| !is_default(handler));
        if handler.is_some() && !self.hello.sets_handler {
            return Err(NoAnswer::Skip(
                "the driver has no way to say what the handler answers (sets_handler)".to_owned(),
            ));
        }
        let is_serving = self.serving.as_ref().is_some_and(|serving| {
            serving.group == group.id
                && serving.handler.as_ref() == handler
                && serving.life == self.process.life()
        });
        if !is_serving {
            let server = self.start(group, handler);
            let life = self.process.life();
            self.serving = match &server {
                Err(NoAnswer::Broken(_)) => None,
                _ => Some(Serving {
                    group: group.id.clone(),
                    handler: handler.cloned(),
                    life,
                    server: server.clone(),
                }),
            };
            return server.map(drop);
        }
        match self.serving.as_ref().map(|serving| &serving.server) {
            Some(Err(refusal)) => Err(refusal.clone()),
            _ => Ok(()),
        }
    }

    fn evaluate(&mut self, request: &RawRequest) -> Result<EvaluateAnswer, NoAnswer> {
        let reply = self.exchange(request)?;
        let marked = reply
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(HANDLER_MARK.as_bytes()));
        Ok(EvaluateAnswer {
            status: Some(reply.status),
            handler: self.hello.marks_handler.then_some(marked),
            headers: reply
                .headers
                .into_iter()
                .map(|(name, value)| (ByteString(name), ByteString(value)))
                .collect(),
            ..EvaluateAnswer::default()
        })
    }

    fn respond(&mut self, message: &Message, _: &Response) -> Result<Response, NoAnswer> {
        let reply = self.exchange(&RawRequest::from(message))?;
        Ok(Response { status: reply.status, headers: reply.headers })
    }

    fn judge(&mut self, _: &Step, _: Option<&str>) -> Result<JudgeAnswer, NoAnswer> {
        Err(NoAnswer::Skip("a server is no browser".to_owned()))
    }

    fn lint(&mut self, policy: &PolicyDocument) -> Result<LintAnswer, NoAnswer> {
        let started = self.ask("start", json!({"policy": policy.to_value()}));
        self.serving = None;
        match started {
            Ok(_) => Ok(LintAnswer { accepted: true, errors: Vec::new(), warnings: Vec::new() }),
            Err(NoAnswer::Refused(_)) => {
                Ok(LintAnswer { accepted: false, errors: Vec::new(), warnings: Vec::new() })
            }
            Err(other) => Err(other),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A server that outlives its driver is nobody's; the driver is ended after this.
        if self.serving.is_some() {
            let _ended = self.ask("stop", Value::Null);
        }
    }
}
