//! The oracle: questions about CORS as lines of JSON, and an answer to each.
//!
//! The protocol is a contract with other projects' test suites: what is published keeps its
//! meaning. A question that cannot be answered is answered with an error, and the next is read.

use std::collections::HashMap;
use std::io::{self, Write};

use corsac::Policy;
use corsac::fetch::{self, Fetch, PreflightCache, Response};
use serde::Serialize;
use serde_json::value::RawValue;

pub mod answer;
pub(crate) mod lines;
mod question;

use answer::{Defined, Evaluation, Hello, Judged, Linted, OracleError, Simulated};
use lines::{Line, Lines};
use question::{Op, PolicyRef, Question};

use crate::document::Document;
use crate::exchange::{FetchDocument, ResponseDocument};
use crate::handshake;

/// The version of the protocol.
const PROTOCOL: u64 = 1;

/// Answers questions for as long as it lives, and remembers the policies it was given.
#[derive(Debug, Default)]
pub struct Oracle {
    policies: HashMap<String, Policy>,
    caches: HashMap<String, PreflightCache>,
}

impl Oracle {
    /// One that knows no policy yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers every line of `input` on `output`, in order, until the input ends. The output is
    /// flushed whenever no further question is waiting.
    ///
    /// # Errors
    /// Only those of reading and writing.
    pub fn run(&mut self, input: impl io::Read, mut output: impl Write) -> io::Result<()> {
        let mut lines = Lines::new(io::BufReader::with_capacity(1 << 16, input));
        loop {
            if !lines.is_line_waiting() {
                output.flush()?;
            }
            match lines.next_line()? {
                Line::End => return output.flush(),
                Line::TooLong => write_error(&mut output, None, &OracleError::line_too_long())?,
                Line::Text(line) if line.trim_ascii().is_empty() => {}
                Line::Text(line) => self.answer(line, &mut output)?,
            }
        }
    }

    /// Answers one question with one line.
    ///
    /// # Errors
    /// Only those of writing.
    pub fn answer(&mut self, line: &[u8], mut output: impl Write) -> io::Result<()> {
        match Question::parse(line) {
            Ok(question) => {
                let id = question.id;
                match question.op {
                    Op::Hello => write_answer(&mut output, id, hello(&question).as_ref()),
                    Op::Define => write_answer(&mut output, id, self.define(question).as_ref()),
                    Op::Lint => write_answer(&mut output, id, lint(&question).as_ref()),
                    Op::Evaluate => self.evaluate(&question, &mut output),
                    Op::Judge => write_answer(&mut output, id, self.judge(question).as_ref()),
                    Op::Simulate => {
                        write_answer(&mut output, id, self.simulate(&question).as_ref())
                    }
                }
            }
            Err((id, error)) => write_error(&mut output, id.as_deref(), &error),
        }
    }

    fn evaluate(&self, question: &Question<'_>, output: &mut impl Write) -> io::Result<()> {
        let inline;
        let policy = match find_policy(&self.policies, question) {
            Ok(Found::Named(policy)) => policy,
            Ok(Found::Inline(policy)) => {
                inline = policy;
                &inline
            }
            Err(error) => return write_error(output, question.id, &error),
        };
        let Some(fields) = &question.request else {
            return write_error(output, question.id, &OracleError::missing("request"));
        };
        let request = fields.to_request();
        let decision = policy.evaluate(&request);
        write_answer(output, question.id, Ok(&Evaluation(&decision)))
    }

    fn judge(&mut self, question: Question<'_>) -> Result<Judged, OracleError> {
        let fields = question.handshake;
        let fetch = fetch_of(fields.fetch.as_ref())?;
        let responses = fields.responses.ok_or_else(|| OracleError::missing("responses"))?;
        let responses: Vec<Response> =
            responses.iter().map(ResponseDocument::to_response).collect();
        let browser = fields.browser.into();
        Ok(Judged(match fields.cache {
            None => fetch::judge(&fetch, &responses, browser),
            Some(name) => {
                let cache = self.caches.entry(name.into_string()).or_default();
                fetch::judge_with_cache(&fetch, &responses, browser, cache, fields.now)
            }
        }))
    }

    fn simulate(&mut self, question: &Question<'_>) -> Result<Simulated, OracleError> {
        let fields = &question.handshake;
        let fetch = fetch_of(fields.fetch.as_ref())?;
        let handler = fields
            .response
            .as_ref()
            .map_or_else(|| Response::new(200), ResponseDocument::to_response);
        let inline;
        let policy = match find_policy(&self.policies, question)? {
            Found::Named(policy) => policy,
            Found::Inline(policy) => {
                inline = policy;
                &inline
            }
        };
        let cache = fields
            .cache
            .as_ref()
            .map(|name| (self.caches.entry(name.as_str().to_owned()).or_default(), fields.now));
        Ok(Simulated(handshake::play(policy, &fetch, &handler, fields.browser.into(), cache)))
    }

    fn define(&mut self, question: Question<'_>) -> Result<Defined, OracleError> {
        let checked = document_of(&question)?.check();
        let name = question.name.ok_or_else(|| OracleError::missing("name"))?;
        let policy = checked.policy.ok_or_else(|| OracleError::invalid_policy(checked.errors))?;
        self.policies.insert(name.into_string(), policy);
        Ok(Defined { warnings: checked.warnings })
    }
}

fn find_policy<'o>(
    policies: &'o HashMap<String, Policy>,
    question: &Question<'_>,
) -> Result<Found<'o>, OracleError> {
    if let Some(PolicyRef::Name(name)) = &question.policy {
        let policy = policies.get(name.as_str());
        return policy.map(Found::Named).ok_or_else(|| OracleError::unknown_name(name.as_str()));
    }
    let checked = document_of(question)?.check();
    checked.policy.map(Found::Inline).ok_or_else(|| OracleError::invalid_policy(checked.errors))
}

fn fetch_of(document: Option<&FetchDocument>) -> Result<Fetch, OracleError> {
    let document = document.ok_or_else(|| OracleError::missing("fetch"))?;
    document.to_fetch().map_err(|unusable| {
        OracleError::bad_request(&format!("fetch.{}", unusable.path), &unusable.message)
    })
}

/// A policy that a question asks about.
enum Found<'o> {
    Named(&'o Policy),
    Inline(Policy),
}

fn document_of<'q>(question: &'q Question<'_>) -> Result<&'q Document, OracleError> {
    match &question.policy {
        Some(PolicyRef::Document(document)) => Ok(document),
        Some(PolicyRef::Name(_)) => {
            Err(OracleError::bad_request("policy", "this is a string, where a policy is expected"))
        }
        None => Err(OracleError::missing("policy")),
    }
}

fn hello(question: &Question<'_>) -> Result<Hello, OracleError> {
    match question.protocol {
        None | Some(PROTOCOL) => Ok(Hello::new()),
        Some(other) => Err(OracleError::bad_request(
            "protocol",
            &format!("this oracle speaks protocol {PROTOCOL}, not {other}"),
        )),
    }
}

fn lint(question: &Question<'_>) -> Result<Linted, OracleError> {
    let checked = document_of(question)?.check();
    Ok(Linted { errors: checked.errors, warnings: checked.warnings })
}

fn write_answer<T: Serialize>(
    output: &mut impl Write,
    id: Option<&RawValue>,
    answer: Result<&T, &OracleError>,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Ok<'a, T> {
        id: Option<&'a RawValue>,
        ok: &'a T,
    }
    match answer {
        Err(error) => write_error(output, id, error),
        Result::Ok(ok) => write_line(output, &Ok { id, ok }),
    }
}

fn write_error(
    output: &mut impl Write,
    id: Option<&RawValue>,
    error: &OracleError,
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Error<'a> {
        id: Option<&'a RawValue>,
        error: &'a OracleError,
    }
    write_line(output, &Error { id, error })
}

fn write_line(output: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}
