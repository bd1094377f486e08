//! [`Lints`]: what is wrong with a server under any policy, or nearly any.
//!
//! No profile and no policy is needed, but they are used where they are there: what a policy says
//! outright is not held against the server that does it. Questions are asked once, and shared.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use corsac::PolicyConfig;
use corsac::fetch::{Header, Response};

use super::http::{HttpTrouble, Reply, Target, WireRequest};
use super::live::{allows, show};
use super::play::{Ended, show_response};
use super::record::{Exchange, Problem};
use super::session::About;
use super::subject::NoAnswer;
use crate::isomorphic;
use crate::vectors::Reference;

mod table;

use table::{LINTS, Lint};

/// An origin that nobody lists.
const STRANGER: &str = "https://corsac-stranger.example";
/// Another.
const OTHER_STRANGER: &str = "https://corsac-other-stranger.example";

/// Looks at one server.
#[derive(Debug)]
pub struct Lints {
    target: Target,
    policy: Option<PolicyConfig>,
    /// An origin that somebody said is allowed.
    told: Option<String>,
    not_found: Path,
    error: Path,
    redirect: Path,
    answers: HashMap<Question, Result<Reply, HttpTrouble>>,
}

/// A path, and whether somebody named it.
#[derive(Clone, Debug)]
struct Path {
    path: String,
    is_named: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Question {
    path: Option<String>,
    method: &'static str,
    headers: Vec<Header>,
}

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";

fn values(reply: &Reply, name: &str) -> Vec<String> {
    let lines = reply.headers.iter();
    let lines = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name.as_bytes()));
    lines.map(|(_, value)| isomorphic::decode(value).into_owned()).collect()
}

fn shown(values: &[String]) -> String {
    if values.is_empty() { "none".to_owned() } else { values.join(" | ") }
}

/// Whether an answer grants an origin something, credentials aside.
fn grants(reply: &Reply, origin: &str) -> bool {
    matches!(values(reply, ALLOW_ORIGIN).as_slice(), [value] if value == "*" || value == origin)
}

fn varies_by_origin(reply: &Reply) -> bool {
    let lines = values(reply, "vary");
    let mut names = lines.iter().flat_map(|line| line.split(',')).map(str::trim);
    names.any(|name| name == "*" || name.eq_ignore_ascii_case("origin"))
}

impl Lints {
    /// What is looked for, by number.
    pub fn cases() -> impl Iterator<Item = (About, usize)> {
        let about = |lint: &Lint| About {
            id: format!("lints/{}", lint.slug),
            topic: "lints".to_owned(),
            kind: lint.kind,
            description: lint.description.to_owned(),
            rests_on: vec![Reference { spec: lint.spec.to_owned(), step: None }],
            source: None,
            bugs: vec![lint.bug.to_owned()],
        };
        LINTS.iter().map(about).zip(0..)
    }

    /// Looks at a server: with the policy that it claims to implement or an origin that it allows,
    /// if there is one, and with paths that answer 404, 500 and a redirect.
    #[must_use]
    pub fn new(
        target: Target,
        policy: Option<PolicyConfig>,
        origin: Option<&str>,
        [not_found, error, redirect]: [Option<&str>; 3],
    ) -> Self {
        let path = |named: Option<&str>, otherwise: String| Path {
            path: named.map_or(otherwise, ToOwned::to_owned),
            is_named: named.is_some(),
        };
        // A path that nobody has; the standard library's way to a random number.
        let nowhere = format!("/corsac-{:016x}", RandomState::new().hash_one("path"));
        Self {
            not_found: path(not_found, nowhere),
            error: path(error, target.url().path().to_owned()),
            redirect: path(redirect, target.url().path().to_owned()),
            told: origin.map(ToOwned::to_owned),
            target,
            policy,
            answers: HashMap::new(),
        }
    }

    /// Looks for one thing.
    pub fn look(&mut self, lint: usize) -> Ended {
        let mut ended = Ended::default();
        let looked = LINTS.get(lint).map(|lint| (lint.look)(self, &mut ended));
        if let Some(Err(why)) = looked {
            ended.unjudged = Some(why);
        }
        ended
    }

    /// Asks, unless that was asked before.
    fn ask(&mut self, question: Question, ended: &mut Ended) -> Result<Reply, NoAnswer> {
        let target = match &question.path {
            Some(path) => self.target.at(path),
            None => self.target.clone(),
        };
        let request = WireRequest {
            method: question.method.as_bytes().to_vec(),
            headers: question.headers.clone(),
        };
        let sent = show(&request, target.url().path());
        let answer = self.answers.entry(question).or_insert_with(|| target.ask(&request)).clone();
        let received = match &answer {
            Ok(reply) => {
                let headers = reply.headers.clone();
                show_response(&Response { status: reply.status, headers })
            }
            Err(_) => Vec::new(),
        };
        ended.exchanges.push(Exchange { sent, received });
        answer.map_err(NoAnswer::from)
    }

    fn get(&mut self, origin: Option<&str>, ended: &mut Ended) -> Result<Reply, NoAnswer> {
        self.ask(Question { path: None, method: "GET", headers: from(origin) }, ended)
    }

    fn preflight(&mut self, origin: &str, ended: &mut Ended) -> Result<Reply, NoAnswer> {
        let mut headers = from(Some(origin));
        headers.push((b"access-control-request-method".to_vec(), b"GET".to_vec()));
        self.ask(Question { path: None, method: "OPTIONS", headers }, ended)
    }

    /// Whether the policy says outright that this origin is allowed.
    fn is_meant(&self, origin: &str) -> bool {
        self.policy.as_ref().is_some_and(|policy| allows(policy, origin))
            || self.told.as_deref() == Some(origin)
    }

    /// An origin that is allowed, as far as that is known: said to be, or found to be.
    fn allowed(&mut self, ended: &mut Ended) -> Result<String, NoAnswer> {
        let known = self.policy.as_ref().and_then(super::live::allowed_origin);
        if let Some(origin) = known.or_else(|| self.told.clone()) {
            return Ok(origin);
        }
        let own = self.target.url().origin().ascii_serialization();
        for origin in [STRANGER, &own] {
            let reply = self.get(Some(origin), ended)?;
            if grants(&reply, origin) {
                return Ok(origin.to_owned());
            }
        }
        Err(NoAnswer::Skip(
            "no origin is known to be allowed; give --policy FILE, or --origin ORIGIN".to_owned(),
        ))
    }

    /// The origins from which it is looked at, an allowed one among them where one is known.
    fn points_of_view(&self) -> Vec<String> {
        let known = self.policy.as_ref().and_then(super::live::allowed_origin);
        let known = known.or_else(|| self.told.clone());
        known.into_iter().chain([STRANGER, OTHER_STRANGER, "null"].map(ToOwned::to_owned)).collect()
    }

    /// Asks for a page and a preflight from everywhere, until something is found.
    fn find(
        &mut self,
        ended: &mut Ended,
        look: impl Fn(&str, &Reply) -> Option<Problem>,
    ) -> Result<(), NoAnswer> {
        for origin in self.points_of_view() {
            for is_preflight in [false, true] {
                let reply = if is_preflight {
                    self.preflight(&origin, ended)?
                } else {
                    self.get(Some(&origin), ended)?
                };
                if let Some(problem) = look(&origin, &reply) {
                    blame(ended, problem);
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn reflection(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        if self.is_meant(STRANGER) {
            return Err(NoAnswer::Skip("the policy allows every origin".to_owned()));
        }
        for origin in [STRANGER, OTHER_STRANGER] {
            let reply = self.get(Some(origin), ended)?;
            let allowed = values(&reply, ALLOW_ORIGIN);
            if allowed.iter().any(|value| value == origin) {
                let is_true = values(&reply, ALLOW_CREDENTIALS).iter().any(|value| value == "true");
                let with = if is_true { ", with credentials" } else { "" };
                let got = format!("{}{with}", shown(&allowed));
                blame(ended, problem(ALLOW_ORIGIN, "none, or an origin that is listed", &got));
                return Ok(());
            }
        }
        Ok(())
    }

    fn null(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        if self.is_meant("null") {
            return Err(NoAnswer::Skip("the policy allows null".to_owned()));
        }
        let reply = self.get(Some("null"), ended)?;
        let allowed = values(&reply, ALLOW_ORIGIN);
        if allowed.iter().any(|value| value == "null") {
            blame(ended, problem(ALLOW_ORIGIN, "none, or another than null", &shown(&allowed)));
        }
        Ok(())
    }

    fn wildcard(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        self.find(ended, |_, reply| {
            let credentials = values(reply, ALLOW_CREDENTIALS);
            let is_any = values(reply, ALLOW_ORIGIN).iter().any(|value| value == "*");
            let got = format!("{}, beside *", shown(&credentials));
            (is_any && !credentials.is_empty())
                .then(|| problem(ALLOW_CREDENTIALS, "none beside *", &got))
        })
    }

    fn several(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        self.find(ended, |_, reply| {
            let allowed = values(reply, ALLOW_ORIGIN);
            (allowed.len() > 1 || allowed.iter().any(|value| value.contains(',')))
                .then(|| problem(ALLOW_ORIGIN, "one line with one value", &shown(&allowed)))
        })
    }

    fn credentials(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        self.find(ended, |origin, reply| {
            let credentials = values(reply, ALLOW_CREDENTIALS);
            let got = format!("{}, for {origin}", shown(&credentials));
            (!grants(reply, origin) && !credentials.is_empty())
                .then(|| problem(ALLOW_CREDENTIALS, "none", &got))
        })
    }

    fn vary(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        let mut replies = vec![(None, self.get(None, ended)?)];
        for origin in self.points_of_view() {
            let reply = self.get(Some(&origin), ended)?;
            replies.push((Some(origin), reply));
        }
        let of = |reply: &Reply| [ALLOW_ORIGIN, ALLOW_CREDENTIALS].map(|name| values(reply, name));
        let without = replies.iter().position(|(_, reply)| !varies_by_origin(reply));
        let Some((origin, reply)) = without.and_then(|at| replies.get(at)) else { return Ok(()) };
        // A cache may give this one to those who would have got the other.
        let other = replies.iter().position(|(_, other)| of(other) != of(reply));
        let Some(other) = other else { return Ok(()) };
        let whom = origin.as_deref().unwrap_or("a request without Origin");
        let got = format!("{} to {whom}", shown(&values(reply, "vary")));
        ended.problems.push(problem("vary", "a Vary that lists Origin on every answer", &got));
        let mut at = 0..;
        ended.exchanges.retain(|_| {
            let at = at.next();
            at == without || at == Some(other)
        });
        Ok(())
    }

    fn preflight_redirect(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        for origin in self.points_of_view() {
            let reply = self.preflight(&origin, ended)?;
            if (300..400).contains(&reply.status) {
                let got = format!("{} to {}", reply.status, shown(&values(&reply, "location")));
                blame(ended, problem("status", "no redirect", &got));
                return Ok(());
            }
        }
        Ok(())
    }

    fn preflight_status(&mut self, ended: &mut Ended) -> Result<(), NoAnswer> {
        for origin in self.points_of_view() {
            let reply = self.preflight(&origin, ended)?;
            if grants(&reply, &origin) && !(200..300).contains(&reply.status) {
                let got = format!("{}, with a grant for {origin}", reply.status);
                blame(ended, problem("status", "200 to 299", &got));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether what is granted on a good response is granted on another as well.
    fn lost(
        &mut self,
        path: &Path,
        is_wanted: fn(u16) -> bool,
        wanted: &str,
        option: &str,
        ended: &mut Ended,
    ) -> Result<(), NoAnswer> {
        let origin = self.allowed(ended)?;
        let headers = from(Some(&origin));
        let question = Question { path: Some(path.path.clone()), method: "GET", headers };
        let reply = self.ask(question, ended)?;
        if !is_wanted(reply.status) {
            let named = if path.is_named { "another" } else { "one" };
            return Err(NoAnswer::Skip(format!(
                "{} answers {}, not {wanted}; {option} PATH names {named}",
                path.path, reply.status
            )));
        }
        if !grants(&reply, &origin) {
            let expected = format!("{origin} or *, as on a good response");
            blame(ended, problem(ALLOW_ORIGIN, &expected, &shown(&values(&reply, ALLOW_ORIGIN))));
        }
        Ok(())
    }
}

/// Notes what is wrong with the answer that came last, and leaves out the others.
fn blame(ended: &mut Ended, problem: Problem) {
    ended.problems.push(problem);
    let last = ended.exchanges.pop();
    ended.exchanges = last.into_iter().collect();
}

fn from(origin: Option<&str>) -> Vec<Header> {
    origin.map(|origin| (b"origin".to_vec(), origin.as_bytes().to_vec())).into_iter().collect()
}

fn problem(what: &str, expected: &str, got: &str) -> Problem {
    Problem { what: what.to_owned(), expected: expected.to_owned(), got: got.to_owned() }
}
