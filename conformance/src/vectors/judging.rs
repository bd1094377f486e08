//! Whether an answer passes a case: pure functions, for the tests of this project and for whoever
//! carries the messages to another implementation.
//!
//! The portable layer asks whether a browser would be satisfied, and nothing of how. The exact
//! layer holds implementations that claim the profile `corsac` to every byte.

use std::fmt;

use super::answer::{EvaluateAnswer, LintAnswer, strip};
use super::{Exact, LintExpectation, PathAndCode, RawExpectation, RawRequest};
use crate::exchange::ByteString;

mod browser;
mod grant;

pub use browser::{judge_page, judge_step, play};
pub use grant::{Refusal, grants, is_preflight};

/// What an implementation is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// What every correct implementation does.
    Portable,
    /// The very bytes besides: the profile `corsac`.
    Exact,
}

/// Whether a case is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is.
    Pass,
    /// It is not, for these reasons; at least one.
    Fail(Vec<Mismatch>),
    /// It cannot be told, or does not apply.
    Skip(String),
}

impl Outcome {
    fn of(mismatches: Vec<Mismatch>) -> Self {
        if mismatches.is_empty() { Self::Pass } else { Self::Fail(mismatches) }
    }
}

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The field of the expectation, such as `allowed` or `must: vary`.
    pub what: String,
    /// What was expected. Whatever came from outside is escaped.
    pub expected: String,
    /// What came.
    pub got: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}, got {}", self.what, self.expected, self.got)
    }
}

/// The mismatches found so far.
#[derive(Default)]
struct Findings(Vec<Mismatch>);

impl Findings {
    fn say(
        &mut self,
        what: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) {
        self.0.push(Mismatch { what: what.into(), expected: expected.into(), got: got.into() });
    }

    fn compare<T: PartialEq>(
        &mut self,
        what: &str,
        expected: &T,
        got: &T,
        show: impl Fn(&T) -> String,
    ) {
        if expected != got {
            self.say(what, show(expected), show(got));
        }
    }
}

fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}

fn absent_or(value: Option<&[u8]>) -> String {
    value.map_or_else(|| "none".to_owned(), quoted)
}

/// Judges the answer to a raw request. `allow_credentials` is what the group's policy says.
#[must_use]
pub fn judge_answer(
    request: &RawRequest,
    allow_credentials: bool,
    expect: &RawExpectation,
    answer: &EvaluateAnswer,
    layer: Layer,
) -> Outcome {
    let mut found = Findings::default();
    match expect.allowed {
        Some(true) => {
            if let Err(refusal) = grants(request, allow_credentials, answer) {
                found.say("allowed", "a grant", refusal.to_string());
            }
        }
        // Refused is what no page can use, with credentials or without.
        Some(false)
            if grants(request, false, answer).is_ok() || grants(request, true, answer).is_ok() =>
        {
            let origin = answer.get("access-control-allow-origin");
            let got = format!("Access-Control-Allow-Origin: {}", absent_or(origin.as_deref()));
            found.say("allowed", "no grant", got);
        }
        Some(false) | None => {}
    }
    for (name, value) in &expect.must {
        let got = answer.get(&String::from_utf8_lossy(&name.0));
        if got.as_deref() != Some(&value.0) {
            let what = format!("must: {}", name.0.escape_ascii());
            found.say(what, quoted(&value.0), absent_or(got.as_deref()));
        }
    }
    for name in &expect.must_not {
        if let Some(got) = answer.get(name) {
            found.say(format!("must_not: {name}"), "none", quoted(&got));
        }
    }
    let vary = answer.get("vary");
    for name in &expect.vary {
        if !vary.as_deref().is_some_and(|vary| varies_by(vary, name)) {
            let expected = format!("a Vary that lists {name}");
            found.say(format!("vary: {name}"), expected, absent_or(vary.as_deref()));
        }
    }
    let mut untold = None;
    if let Some(expected) = expect.handler {
        match answer.handler_ran() {
            Some(ran) if ran == expected => {}
            Some(_) if expected => {
                let status =
                    answer.status.map_or_else(String::new, |status| format!(" with {status}"));
                found.say("handler", "the handler to run", format!("an answer without it{status}"));
            }
            Some(_) => found.say("handler", "an answer without the handler", "the handler ran"),
            None => untold = Some("it does not tell whether the handler ran"),
        }
    }
    match (layer, &expect.exact) {
        (Layer::Exact, Some(exact)) => compare_exact(&mut found, exact, answer),
        (Layer::Portable, _) if expect.is_exact_only() => {
            return Outcome::Skip("only the profile corsac says what is to be answered".to_owned());
        }
        _ => {}
    }
    match (Outcome::of(found.0), untold) {
        (Outcome::Pass, Some(untold)) => Outcome::Skip(untold.to_owned()),
        (outcome, _) => outcome,
    }
}

impl RawExpectation {
    /// Whether nothing is expected of implementations without the profile `corsac`.
    #[must_use]
    pub fn is_exact_only(&self) -> bool {
        self.allowed.is_none()
            && self.must.is_empty()
            && self.must_not.is_empty()
            && self.vary.is_empty()
            && self.handler.is_none()
    }
}

/// Whether a `Vary` lists a name, in any case, or is `*`.
fn varies_by(vary: &[u8], name: &str) -> bool {
    let mut names = vary.split(|byte| *byte == b',').map(strip);
    names.any(|other| other == b"*" || other.eq_ignore_ascii_case(name.as_bytes()))
}

fn compare_exact(found: &mut Findings, exact: &Exact, answer: &EvaluateAnswer) {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    found.compare("exact.kind", &Some(exact.kind.clone()), &answer.kind, text);
    found.compare("exact.allowed", &Some(exact.allowed), &answer.allowed, |allowed| {
        allowed.map_or_else(|| "none".to_owned(), |allowed| allowed.to_string())
    });
    let rejection = answer.rejection.as_ref();
    let code = rejection.map(|rejection| rejection.code.clone());
    found.compare("exact.rejection", &exact.rejection, &code, text);
    let value = rejection.and_then(|rejection| rejection.value.clone());
    found.compare("exact.value", &exact.value, &value, |value| {
        absent_or(value.as_ref().map(|value| value.0.as_slice()))
    });
    found.compare("exact.status", &exact.status, &answer.status, |status| {
        status.map_or_else(|| "none".to_owned(), |status| status.to_string())
    });
    found.compare("exact.headers", &exact.headers, &answer.headers, |lines| show_lines(lines));
}

fn show_lines(lines: &[(ByteString, ByteString)]) -> String {
    let line = |(name, value): &(ByteString, ByteString)| {
        format!("{}: {}", name.0.escape_ascii(), value.0.escape_ascii())
    };
    let lines: Vec<String> = lines.iter().map(line).collect();
    if lines.is_empty() { "no header".to_owned() } else { lines.join(" | ") }
}

fn show_names(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// Judges what is said of a policy.
#[must_use]
pub fn judge_lint(expect: &LintExpectation, answer: &LintAnswer, layer: Layer) -> Outcome {
    let mut found = Findings::default();
    if answer.accepted == expect.refused {
        let say = |accepted: bool| if accepted { "accepted" } else { "refused" };
        found.say("refused", say(!expect.refused), say(answer.accepted));
    }
    if layer == Layer::Exact {
        let mut compare = |what: &str, expected: &[PathAndCode], got: &[PathAndCode]| {
            let sorted = |findings: &[PathAndCode]| {
                let mut findings = findings.to_vec();
                findings.sort();
                findings
            };
            found.compare(what, &sorted(expected), &sorted(got), |findings| {
                let finding = |finding: &PathAndCode| format!("{} {}", finding.path, finding.code);
                show_names(&findings.iter().map(finding).collect::<Vec<_>>())
            });
        };
        compare("errors", &expect.errors, &answer.errors);
        compare("warnings", &expect.warnings, &answer.warnings);
    }
    Outcome::of(found.0)
}
