//! The cases held against this project's own three parts, in this process: the engine, the
//! reference server, and the browser's side.

use std::convert::Infallible;
use std::time::Duration;

use corsac::fetch::{Fetch, PreflightCache, Response, judge_with_cache};

use super::answer::{EvaluateAnswer, JudgeAnswer, LintAnswer, of_engine, of_model};
use super::judging::{
    Layer, Mismatch, Outcome, judge_answer, judge_lint, judge_page, judge_step, play,
};
use super::{CaseRef, Form, LintExpectation, PathAndCode, PolicyDocument, RawRequest, Step};
use crate::exchange::{FetchDocument, ResponseDocument};
use crate::model;

/// Which part answers for a server. For a browser there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// The engine, `corsac::Policy`.
    Engine,
    /// The reference server, [`crate::model`].
    Model,
}

/// Asks one of this project's own parts, and judges its answer by both layers.
#[must_use]
pub fn hold(server: Server, case: CaseRef<'_>) -> Outcome {
    let policy = case.group.policy.as_ref();
    match &case.case.form {
        Form::Raw { request, expect } => match policy
            .and_then(|policy| Answering::new(server, policy))
        {
            Some(answering) => {
                let answer = answering.answer(request);
                judge_answer(request, answering.allows_credentials(), expect, &answer, Layer::Exact)
            }
            None => broken("the policy cannot be used"),
        },
        Form::Page { page, handler, expect } => {
            let fetch = page.to_fetch();
            let answering = policy.and_then(|policy| Answering::new(server, policy));
            let (Ok(fetch), Some(answering)) = (fetch, answering) else {
                return broken("the policy or the page's request cannot be used");
            };
            let answer = answering.play(&fetch, handler.as_ref());
            judge_page(expect, handler.as_ref(), &answer, Layer::Exact)
        }
        Form::Judge { steps } => hold_browser(steps),
        Form::Lint { lint, expect } => hold_lint(server, lint, expect),
    }
}

fn broken(why: &str) -> Outcome {
    Outcome::Fail(vec![Mismatch {
        what: "case".to_owned(),
        expected: "a question".to_owned(),
        got: why.to_owned(),
    }])
}

/// A part under a policy.
pub(super) enum Answering {
    Engine(corsac::Policy),
    Model(corsac::PolicyConfig),
}

impl Answering {
    pub(super) fn new(server: Server, policy: &PolicyDocument) -> Option<Self> {
        Some(match server {
            Server::Engine => Self::Engine(policy.check().policy?),
            Server::Model => Self::Model(policy.to_config()?),
        })
    }

    fn allows_credentials(&self) -> bool {
        match self {
            Self::Engine(policy) => policy.config().allow_credentials,
            Self::Model(config) => config.allow_credentials,
        }
    }

    pub(super) fn answer(&self, request: &RawRequest) -> EvaluateAnswer {
        match self {
            Self::Engine(policy) => of_engine(policy, request),
            Self::Model(config) => of_model(config, request),
        }
    }

    fn play(&self, fetch: &Fetch, handler: Option<&ResponseDocument>) -> JudgeAnswer {
        let handler = handler.map_or_else(|| Response::new(200), ResponseDocument::to_response);
        let played = play::<Infallible>(fetch, |message| {
            Ok(self.answer(&RawRequest::from(message)).to_response(message.kind, &handler))
        });
        match played {
            Ok((judgement, _)) => JudgeAnswer::from(&judgement),
            Err(never) => match never {},
        }
    }
}

fn hold_browser(steps: &[Step]) -> Outcome {
    let mut cache = PreflightCache::new();
    let mut found = Vec::new();
    for (at, Step { fetch, responses, browser, now, expect }) in steps.iter().enumerate() {
        let Ok(asked) = fetch.to_fetch() else {
            return broken(&format!("steps[{at}].fetch cannot be used"));
        };
        let responses: Vec<Response> =
            responses.iter().map(ResponseDocument::to_response).collect();
        let now = Duration::from_secs(*now);
        let judgement = judge_with_cache(&asked, &responses, (*browser).into(), &mut cache, now);
        let outcome =
            judge_step(expect, author(fetch), &JudgeAnswer::from(&judgement), Layer::Exact);
        if let Outcome::Fail(mismatches) = outcome {
            found.extend(mismatches.into_iter().map(|mismatch| Mismatch {
                what: format!("steps[{at}]: {}", mismatch.what),
                ..mismatch
            }));
        }
    }
    if found.is_empty() { Outcome::Pass } else { Outcome::Fail(found) }
}

/// The headers that script set.
#[must_use]
pub fn author(
    fetch: &FetchDocument,
) -> &[(crate::exchange::ByteString, crate::exchange::ByteString)] {
    &fetch.headers
}

fn hold_lint(server: Server, lint: &PolicyDocument, expect: &LintExpectation) -> Outcome {
    match (server, lint.to_config()) {
        (Server::Engine, _) => judge_lint(expect, &LintAnswer::from(&lint.check()), Layer::Exact),
        (Server::Model, None) => Outcome::Skip("the reference server reads sound types".to_owned()),
        (Server::Model, Some(config)) => {
            let errors: Vec<PathAndCode> = model::error_codes(&config)
                .into_iter()
                .map(|(path, code)| PathAndCode { path, code: code.to_owned() })
                .collect();
            // It has no warnings.
            let expect = LintExpectation { warnings: Vec::new(), ..expect.clone() };
            let answer = LintAnswer { accepted: errors.is_empty(), errors, warnings: Vec::new() };
            judge_lint(&expect, &answer, Layer::Exact)
        }
    }
}
