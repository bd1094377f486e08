//! What must be true of vector files beyond their form: that their ids are unique, that what they
//! rest on is there, that no case asks what another does, and that this project itself passes.

use std::collections::{HashMap, HashSet};
use std::fmt;

use super::answer::EvaluateAnswer;
use super::judging::Outcome;
use super::own::{Answering, Server, hold};
use super::{CaseRef, Exact, File, Form, Group, RawExpectation, RawRequest, Side, Suite, coverage};
use crate::finding::printable;

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The topic.
    pub topic: String,
    /// The id of the case or the group; empty where it is about the whole file.
    pub id: String,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.json: ", printable(&self.topic))?;
        if !self.id.is_empty() {
            write!(f, "{}: ", printable(&self.id))?;
        }
        f.write_str(&printable(&self.message))
    }
}

/// Everything that is wrong with a suite, in its order.
#[must_use]
pub fn check(suite: &Suite) -> Vec<Problem> {
    let mut problems = Problems::default();
    let mut groups = HashMap::new();
    for file in &suite.files {
        if file.groups.is_empty() {
            problems.say(file, "", "there are no groups; add one or remove the file");
        }
        for group in &file.groups {
            if let Some(topic) = groups.insert(group.id.as_str(), file.topic.as_str()) {
                let message = format!("{topic}.json has a group of this id; choose another");
                problems.say(file, &group.id, &message);
            }
            check_group(file, group, &mut problems);
        }
    }
    for case in suite.cases() {
        check_case(case, &mut problems);
    }
    problems.0
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn say(&mut self, file: &File, id: &str, message: &str) {
        let (topic, id, message) = (file.topic.clone(), id.to_owned(), message.to_owned());
        self.0.push(Problem { topic, id, message });
    }
}

/// Lower case letters, digits, and single hyphens between them.
fn is_slug(id: &str) -> bool {
    id.split('-').all(|part| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    })
}

fn check_group(file: &File, group: &Group, problems: &mut Problems) {
    let mut say = |message: &str| problems.say(file, &group.id, message);
    if !is_slug(&group.id) {
        say("the id is no slug; use a-z, 0-9 and single hyphens");
    }
    if group.description.trim().is_empty() {
        say("the description is empty; say what the cases have in common");
    }
    if group.cases.is_empty() {
        say("there are no cases; add one or remove the group");
    }
    match (&group.policy, file.side) {
        (Some(policy), Side::Server) => {
            for error in policy.check().errors {
                say(&format!("the policy cannot be used: {error}"));
            }
        }
        (None, Side::Server) => say("a server needs a policy; add one"),
        (Some(_), _) => say("only a server's groups have a policy; remove it"),
        (None, _) => {}
    }
    let (mut ids, mut questions) = (HashSet::new(), HashMap::new());
    for case in &group.cases {
        if !ids.insert(&case.id) {
            say(&format!("two cases have the id {}; choose another", case.id));
        }
        if let Some(other) = questions.insert(question(&case.form), &case.id) {
            say(&format!("{other} and {} ask the same; remove one", case.id));
        }
    }
}

/// What a case asks, without what makes no difference: the case of header names, the space around
/// their values.
fn question(form: &Form) -> String {
    let text = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
    match form {
        Form::Raw { request: RawRequest { method, headers }, .. } => {
            let line =
                |(name, value): &(crate::exchange::ByteString, crate::exchange::ByteString)| {
                    (name.0.to_ascii_lowercase(), super::answer::strip(&value.0).to_vec())
                };
            let mut lines: Vec<_> = headers.iter().map(line).collect();
            // The order of lines of different names makes none either.
            lines.sort_by(|one, other| one.0.cmp(&other.0));
            format!("{method:?} {lines:?}")
        }
        Form::Page { page, handler, .. } => text(serde_json::to_string(&(page, handler))),
        Form::Judge { steps } => steps
            .iter()
            .map(|step| {
                text(serde_json::to_string(&(&step.fetch, &step.responses, step.browser, step.now)))
            })
            .collect(),
        Form::Lint { lint, .. } => text(serde_json::to_string(lint)),
    }
}

fn check_case(case: CaseRef<'_>, problems: &mut Problems) {
    let (file, id) = (case.file, case.id());
    let mut say = |message: &str| problems.say(file, &id, message);
    if !is_slug(&case.case.id) {
        say("the id is no slug; use a-z, 0-9 and single hyphens");
    }
    if case.case.description.trim().is_empty() {
        say("the description is empty; say what is asked, and why it is answered so");
    }
    if case.case.rests_on.is_empty() {
        say("it rests on nothing; name the step of the standard");
    }
    for reference in &case.case.rests_on {
        if let Err(message) = coverage::find(reference) {
            say(&message);
        }
    }
    if case.case.flags.iter().any(|flag| flag.note.trim().is_empty()) {
        say("a flag has no note; say how the bug shows");
    }
    let side = match &case.case.form {
        Form::Raw { .. } | Form::Page { .. } => Side::Server,
        Form::Judge { .. } => Side::Browser,
        Form::Lint { .. } => Side::Policy,
    };
    if side != file.side {
        let (side, own) = (side.as_str(), file.side.as_str());
        return say(&format!("this is a case for a {side}, in a file for a {own}; move it"));
    }
    if let Form::Raw { request, expect } = &case.case.form {
        if expect.exact.is_none() {
            say("the exact answer is missing; `corsac vectors check DIR --write` fills it in");
        }
        for header in expect.must.iter().map(|(name, _)| crate::isomorphic::decode(&name.0)) {
            if header.chars().any(|c| c.is_ascii_uppercase()) {
                say("the name of a header in `must` is not in lower case; write it so");
            }
        }
        let kind = expect.exact.as_ref().map(|exact| exact.kind == "preflight");
        if kind.is_some_and(|kind| kind != super::judging::is_preflight(request)) {
            say("the exact kind is not that of the request; see whether it is a preflight");
        }
    }
    for (server, name) in [(Server::Engine, "the engine"), (Server::Model, "the reference server")]
    {
        if let Outcome::Fail(mismatches) = hold(server, case) {
            for mismatch in mismatches {
                say(&format!("{name} does not pass: {mismatch}; one of them is wrong"));
            }
        }
    }
}

/// Sets the exact answers of all cases to those of the reference server. Returns how many changed.
pub fn fill(suite: &mut Suite) -> usize {
    let mut changed: usize = 0;
    for group in suite.files.iter_mut().flat_map(|file| &mut file.groups) {
        let policy = group.policy.as_ref();
        let Some(answering) = policy.and_then(|policy| Answering::new(Server::Model, policy))
        else {
            continue;
        };
        for case in &mut group.cases {
            if let Form::Raw { request, expect } = &mut case.form {
                changed = changed.saturating_add(usize::from(set(&answering, request, expect)));
            }
        }
    }
    changed
}

fn set(answering: &Answering, request: &RawRequest, expect: &mut RawExpectation) -> bool {
    let EvaluateAnswer { kind, allowed, rejection, status, headers, .. } =
        answering.answer(request);
    let (rejection, value) = match rejection {
        Some(rejection) => (Some(rejection.code), rejection.value),
        None => (None, None),
    };
    let exact = Exact {
        kind: kind.unwrap_or_default(),
        allowed: allowed.unwrap_or_default(),
        rejection,
        value,
        status,
        headers,
    };
    let is_new = expect.exact.as_ref() != Some(&exact);
    expect.exact = Some(exact);
    is_new
}
