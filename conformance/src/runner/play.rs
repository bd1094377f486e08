//! One case of the suite, put to a [`Subject`] and judged.

use corsac::fetch::{Fetch, Message, Outcome as Judged, Response};

use super::record::{Exchange, Problem};
use super::subject::{NoAnswer, Subject};
use crate::exchange::{ByteString, FetchDocument, ResponseDocument};
use crate::isomorphic;
use crate::vectors::answer::{EvaluateAnswer, JudgeAnswer};
use crate::vectors::judging::{self, Outcome};
use crate::vectors::{CaseRef, Form, PageExpectation, RawExpectation, RawRequest, Reference, Step};

/// What came of a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ended {
    /// What is not as expected; empty where it passed or was not judged.
    pub problems: Vec<Problem>,
    /// Why it was not judged.
    pub unjudged: Option<NoAnswer>,
    /// What was said.
    pub exchanges: Vec<Exchange>,
    /// The step of the standard at which a browser stopped, where one did.
    pub step: Option<Reference>,
}

impl Ended {
    /// Not judged.
    #[must_use]
    pub fn without_answer(why: NoAnswer) -> Self {
        Self { unjudged: Some(why), ..Self::default() }
    }

    fn take(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => {}
            Outcome::Skip(reason) => self.unjudged = Some(NoAnswer::Skip(reason)),
            Outcome::Fail(mismatches) => {
                self.problems.extend(mismatches.into_iter().map(|mismatch| Problem {
                    what: mismatch.what,
                    expected: mismatch.expected,
                    got: mismatch.got,
                }));
            }
        }
    }
}

/// Plays a case.
pub fn case(subject: &mut dyn Subject, case: CaseRef<'_>) -> Ended {
    let mut ended = Ended::default();
    let answered = match &case.case.form {
        Form::Raw { request, expect } => raw(subject, case, request, expect, &mut ended),
        Form::Page { page, handler, expect } => {
            self::page(subject, case, page, handler.as_ref(), expect, &mut ended)
        }
        Form::Judge { steps } => judge(subject, &case.id(), steps, &mut ended),
        Form::Lint { lint, expect } => subject.lint(lint).map(|answer| {
            let says = if answer.accepted { "accepted" } else { "refused" };
            let finding = |finding: &crate::vectors::PathAndCode| {
                format!("{} {}", finding.path, finding.code)
            };
            ended.exchanges.push(Exchange {
                sent: vec![lint.to_value().to_string()],
                received: std::iter::once(says.to_owned())
                    .chain(answer.errors.iter().chain(&answer.warnings).map(finding))
                    .collect(),
            });
            ended.take(judging::judge_lint(expect, &answer, subject.layer()));
        }),
    };
    if let Err(why) = answered {
        ended.unjudged = Some(why);
    }
    ended
}

fn raw(
    subject: &mut dyn Subject,
    case: CaseRef<'_>,
    request: &RawRequest,
    expect: &RawExpectation,
    ended: &mut Ended,
) -> Result<(), NoAnswer> {
    subject.serve(case.group, None)?;
    ended.exchanges.push(Exchange { sent: show_request(request), received: Vec::new() });
    let answer = subject.evaluate(request)?;
    if let Some(exchange) = ended.exchanges.last_mut() {
        exchange.received = show_answer(&answer);
    }
    let credentials = case.group.policy.as_ref().is_some_and(|policy| {
        policy.fields().get("allow_credentials").is_some_and(|value| value == true)
    });
    ended.take(judging::judge_answer(request, credentials, expect, &answer, subject.layer()));
    Ok(())
}

fn page(
    subject: &mut dyn Subject,
    case: CaseRef<'_>,
    page: &FetchDocument,
    handler: Option<&ResponseDocument>,
    expect: &PageExpectation,
    ended: &mut Ended,
) -> Result<(), NoAnswer> {
    let fetch = page.to_fetch().map_err(|unusable| {
        NoAnswer::Broken(format!("the case asks for what no script can: {unusable}"))
    })?;
    subject.serve(case.group, handler)?;
    let handlers = handler.map_or_else(|| Response::new(200), ResponseDocument::to_response);
    let answer = handshake(&fetch, ended, |message| subject.respond(message, &handlers))?;
    ended.take(judging::judge_page(expect, handler, &answer, subject.layer()));
    Ok(())
}

/// Plays a browser of the standard's profile against whoever answers, and notes what was said.
pub(super) fn handshake(
    fetch: &Fetch,
    ended: &mut Ended,
    mut answer: impl FnMut(&Message) -> Result<Response, NoAnswer>,
) -> Result<JudgeAnswer, NoAnswer> {
    let exchanges = &mut ended.exchanges;
    let (judgement, _) = judging::play(fetch, |message| {
        exchanges.push(Exchange { sent: show_message(message), received: Vec::new() });
        let response = answer(message)?;
        if let Some(exchange) = exchanges.last_mut() {
            exchange.received = show_response(&response);
        }
        Ok::<_, NoAnswer>(response)
    })?;
    if let Judged::Block(failure) = &judgement.outcome {
        let (spec, step) = (failure.code().spec(), failure.code().step());
        let step = Some(step.to_owned()).filter(|step| !step.is_empty());
        ended.step = Some(Reference { spec: spec.to_owned(), step });
    }
    Ok(JudgeAnswer::from(&judgement))
}

fn judge(
    subject: &mut dyn Subject,
    id: &str,
    steps: &[Step],
    ended: &mut Ended,
) -> Result<(), NoAnswer> {
    // The name is the case's, and a case is played once: so the cache is fresh.
    let cache = (steps.len() > 1).then_some(id);
    for step in steps {
        ended.exchanges.push(Exchange { sent: show_step(step), received: Vec::new() });
        let answer = subject.judge(step, cache)?;
        if let Some(exchange) = ended.exchanges.last_mut() {
            exchange.received = show_judgement(&answer);
        }
        let layer = subject.layer();
        let outcome = judging::judge_step(&step.expect, &step.fetch.headers, &answer, layer);
        ended.take(outcome);
        if !ended.problems.is_empty() {
            // What comes after rests on what has been cached.
            ended.unjudged = None;
            break;
        }
    }
    Ok(())
}

type Lines = [(ByteString, ByteString)];

fn text(bytes: &[u8]) -> String {
    isomorphic::decode(bytes).into_owned()
}

fn show_lines<'l>(
    headers: impl Iterator<Item = (&'l [u8], &'l [u8])>,
) -> impl Iterator<Item = String> {
    headers.map(|(name, value)| format!("{}: {}", text(name), text(value)))
}

fn borrowed(headers: &Lines) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers.iter().map(|(name, value)| (&*name.0, &*value.0))
}

fn show_request(request: &RawRequest) -> Vec<String> {
    let head = text(&request.method.0);
    std::iter::once(head).chain(show_lines(borrowed(&request.headers))).collect()
}

fn show_answer(answer: &EvaluateAnswer) -> Vec<String> {
    let status = answer.status.map_or_else(|| "(the handler runs)".to_owned(), |s| s.to_string());
    let rejection =
        answer.rejection.as_ref().map(|rejection| format!("(refused: {})", rejection.code));
    std::iter::once(status).chain(rejection).chain(show_lines(borrowed(&answer.headers))).collect()
}

pub(super) fn show_message(message: &Message) -> Vec<String> {
    let head = format!("{} {}", text(&message.method), message.url);
    let headers = message.headers.iter().map(|(name, value)| (&**name, &**value));
    std::iter::once(head).chain(show_lines(headers)).collect()
}

pub(super) fn show_response(response: &Response) -> Vec<String> {
    let headers = response.headers.iter().map(|(name, value)| (&**name, &**value));
    std::iter::once(response.status.to_string()).chain(show_lines(headers)).collect()
}

fn show_step(step: &Step) -> Vec<String> {
    let fetch = serde_json::to_string(&step.fetch).unwrap_or_default();
    let response = |response: &ResponseDocument| {
        format!("response {}", serde_json::to_string(response).unwrap_or_default())
    };
    let mut lines = vec![format!("fetch {fetch}")];
    lines.extend(step.responses.iter().map(response));
    lines.push(format!("browser {}, now {}", step.browser, step.now));
    lines
}

fn show_judgement(answer: &JudgeAnswer) -> Vec<String> {
    let mut lines = vec![answer.verdict.as_str().to_owned()];
    if let Some(failure) = &answer.failure {
        let during = failure.during.as_deref().map(|during| format!(" during {during}"));
        lines.push(format!("failure {}{}", failure.code, during.unwrap_or_default()));
    }
    if let Some(kind) = &answer.response_type {
        let status = answer.status.map(|status| format!(" {status}")).unwrap_or_default();
        lines.push(format!("{kind}{status}"));
    }
    if let Some(exposed) = &answer.exposed {
        lines.push(format!("exposed {}", exposed.join(", ")));
    }
    for sent in answer.sent.iter().flatten() {
        lines.push(format!("sent {} {} {}", sent.kind, text(&sent.method.0), sent.url));
        lines.extend(show_lines(borrowed(&sent.headers)).map(|line| format!("     {line}")));
    }
    lines
}
