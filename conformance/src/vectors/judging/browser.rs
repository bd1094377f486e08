//! The cases in which a browser is asked: pages' requests, and what is made of given responses.

use corsac::fetch::{Browser, Fetch, Judgement, Message, Outcome as Judged, Response, judge};

use super::super::answer::{JudgeAnswer, SentAnswer};
use super::super::{JudgeExpectation, PageExpectation, Sent, Verdict};
use super::{Findings, Layer, Outcome, show_names};
use crate::exchange::{ByteString, ResponseDocument};

/// Plays a page's request to its end: the browser of the standard's profile, and `answer` for each
/// message that it sends, which is asked once for each.
///
/// # Errors
/// What `answer` fails with.
pub fn play<E>(
    fetch: &Fetch,
    mut answer: impl FnMut(&Message) -> Result<Response, E>,
) -> Result<(Judgement, Vec<Response>), E> {
    let mut responses = Vec::new();
    loop {
        let judgement = judge(fetch, &responses, Browser::Fetch);
        match (&judgement.outcome, judgement.sent.last()) {
            // At most 21 requests and as many preflights: the browser follows 20 redirects.
            (Judged::NeedsResponse, Some(message)) => responses.push(answer(message)?),
            _ => return Ok((judgement, responses)),
        }
    }
}

/// Judges what came of a page's request. Of what script can read only the handler's own headers
/// count, since servers add others.
#[must_use]
pub fn judge_page(
    expect: &PageExpectation,
    handler: Option<&ResponseDocument>,
    answer: &JudgeAnswer,
    layer: Layer,
) -> Outcome {
    let mut found = Findings::default();
    compare_verdict(&mut found, expect.verdict, answer);
    if let (Some(expected), Some(exposed)) = (&expect.exposed, &answer.exposed) {
        let handler = handler.map(|handler| handler.headers.as_slice()).unwrap_or_default();
        let is_own = |name: &&String| {
            handler.iter().any(|(own, _)| own.0.eq_ignore_ascii_case(name.as_bytes()))
        };
        let exposed: Vec<String> = exposed.iter().filter(is_own).cloned().collect();
        found.compare("exposed", expected, &exposed, |names| show_names(names));
    }
    if let (Layer::Exact, Some(expected)) = (layer, &expect.failure) {
        let code = answer.failure.as_ref().map_or("none", |failure| &failure.code);
        if code != expected {
            found.say("failure", expected, code);
        }
    }
    Outcome::of(found.0)
}

fn compare_verdict(found: &mut Findings, expected: Verdict, answer: &JudgeAnswer) {
    if answer.verdict != expected {
        let why = match &answer.failure {
            Some(failure) => format!(" ({})", failure.code),
            None => String::new(),
        };
        found.say("verdict", expected.as_str(), format!("{}{why}", answer.verdict.as_str()));
    }
}

/// Judges what a browser makes of given responses. `author` are the headers that script set.
#[must_use]
pub fn judge_step(
    expect: &JudgeExpectation,
    author: &[(ByteString, ByteString)],
    answer: &JudgeAnswer,
    layer: Layer,
) -> Outcome {
    let mut found = Findings::default();
    let mut untold = None;
    compare_verdict(&mut found, expect.verdict, answer);
    if let Some(expected) = &expect.response_type {
        match &answer.response_type {
            Some(got) if got != expected => found.say("type", expected, got),
            Some(_) => {}
            None => untold = Some("it does not tell the response's type"),
        }
    }
    if let Some(expected) = &expect.status {
        match &answer.status {
            Some(got) if got != expected => {
                found.say("status", expected.to_string(), got.to_string());
            }
            Some(_) => {}
            None => untold = Some("it does not tell the status"),
        }
    }
    if let Some(expected) = &expect.exposed {
        match &answer.exposed {
            Some(got) => found.compare("exposed", expected, got, |names| show_names(names)),
            None => untold = Some("it does not tell what script can read"),
        }
    }
    if let Some(expected) = &expect.sent {
        match &answer.sent {
            Some(got) => compare_sent(&mut found, expected, got, author),
            None => untold = Some("it does not tell what it sends"),
        }
    }
    if let (Layer::Exact, Some(expected)) = (layer, &expect.failure)
        && !answer.failure.as_ref().is_some_and(|failure| failure.is(expected))
    {
        let got = answer.failure.as_ref().map_or_else(
            || "none".to_owned(),
            |failure| {
                format!("{} ({})", failure.code, failure.during.as_deref().unwrap_or("nowhere"))
            },
        );
        found.say("failure", format!("{} ({})", expected.code, expected.during), got);
    }
    match (Outcome::of(found.0), untold) {
        (Outcome::Pass, Some(untold)) => Outcome::Skip(untold.to_owned()),
        (outcome, _) => outcome,
    }
}

/// Of a message only those headers count that CORS decides, and those that script set.
fn compare_sent(
    found: &mut Findings,
    expected: &[Sent],
    got: &[SentAnswer],
    author: &[(ByteString, ByteString)],
) {
    let counts = |kind: &str, name: &[u8]| {
        const DECIDED: [&str; 3] =
            ["origin", "access-control-request-method", "access-control-request-headers"];
        DECIDED.iter().any(|own| name.eq_ignore_ascii_case(own.as_bytes()))
            || (kind == "actual" && author.iter().any(|(own, _)| name.eq_ignore_ascii_case(&own.0)))
    };
    let show =
        |kind: &str, method: &ByteString, url: &str, headers: &[(ByteString, ByteString)]| {
            let mut lines: Vec<String> = headers
                .iter()
                .filter(|(name, _)| counts(kind, &name.0))
                .map(|(name, value)| {
                    format!(
                        "{}: {}",
                        name.0.to_ascii_lowercase().escape_ascii(),
                        value.0.escape_ascii()
                    )
                })
                .collect();
            // The order of lines of different names is nobody's business.
            lines.sort_by(|one, other| one.split(": ").next().cmp(&other.split(": ").next()));
            let head = format!("{kind} {} {url}", method.0.escape_ascii());
            std::iter::once(head).chain(lines).collect::<Vec<_>>().join(" | ")
        };
    let expected: Vec<String> = expected
        .iter()
        .map(|sent| show(&sent.kind, &sent.method, &sent.url, &sent.headers))
        .collect();
    let got: Vec<String> =
        got.iter().map(|sent| show(&sent.kind, &sent.method, &sent.url, &sent.headers)).collect();
    if expected.len() != got.len() {
        found.say("sent", expected.join("; "), got.join("; "));
        return;
    }
    for (at, (expected, got)) in expected.iter().zip(&got).enumerate() {
        if expected != got {
            found.say(format!("sent[{at}]"), expected, got);
        }
    }
}
