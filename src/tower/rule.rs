//! What a layer makes of a decision.

use alloc::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};

use super::outcome::{Outcome, Outcomes};
use crate::decision::{self, Named};
use crate::request::FORGOTTEN;
use crate::http::{ResponseFields, add_vary};
use crate::{Decision, Kind, OriginVerdict, Policy, Request};

/// The choices of a [`CorsLayer`](super::CorsLayer).
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) forbid_refused: bool,
    pub(super) pass_preflights_on: bool,
    pub(super) outcomes: Outcomes,
    #[cfg(feature = "tracing")]
    pub(super) level: super::outcome::Level,
    /// The names in `Vary` beside the decision's own.
    vary: Option<Arc<HeaderValue>>,
}

/// What to do with a request.
pub(super) enum Ruling {
    /// Answer it without the inner service.
    Answer(Response<()>),
    /// Ask the inner service, and put this on its response.
    GoOn(Mark),
}

impl Rules {
    pub(super) fn add_vary(&mut self, name: &HeaderName) {
        if let Some(value) = super::with_name(self.vary.as_deref(), name) {
            // The first clone makes the buffer a shared one, which allocates: let it be this one.
            self.vary = Some(Arc::new(value.clone()));
        }
    }

    /// Decides about a request, and what to do with it. `verdict` is that about its origin, if it
    /// was looked up.
    ///
    /// It is a function of its own, and no part of each service's, so that what is decided on the
    /// way never lies beside what is carried to the response.
    #[inline(never)]
    pub(super) fn rule(
        &self,
        policy: &Policy,
        (method, headers): (&Method, &HeaderMap),
        verdict: Option<OriginVerdict>,
    ) -> Ruling {
        let request = Request::from_http(method, headers);
        let decision = match verdict {
            None => policy.evaluate(&request),
            Some(verdict) => policy.evaluate_with(&request, verdict),
        };
        #[cfg(feature = "tracing")]
        self.level.trace(&decision);
        let outcome = self.outcomes.of(&decision);
        match self.status_of(&decision) {
            None => match decision.named_origin() {
                None => Ruling::GoOn(self.mark(policy, decision, outcome, None)),
                origin => Ruling::GoOn(self.mark(policy, decision, outcome, origin)),
            },
            Some(status) => Ruling::Answer(self.answer(decision, status, outcome)),
        }
    }

    #[inline(always)]
    fn mark(
        &self,
        policy: &Policy,
        decision: Decision<'_>,
        outcome: Option<Outcome>,
        origin: Option<HeaderValue>,
    ) -> Mark {
        Mark {
            policy: policy.clone(),
            kind: decision.kind,
            found: decision.outcome,
            named: decision.named,
            outcome,
            origin,
            made: self.fields_to_pass_on(decision),
            vary: self.vary.clone(),
        }
    }

    /// The status of the answer to a request that the inner service does not see.
    #[inline]
    fn status_of(&self, decision: &Decision<'_>) -> Option<u16> {
        match decision.kind() {
            Kind::NotCors => None,
            Kind::Actual => (self.forbid_refused && !decision.is_allowed()).then_some(403),
            Kind::Preflight if self.pass_preflights_on => None,
            Kind::Preflight => decision.status(),
        }
    }

    /// The fields of a preflight that the inner service sees.
    #[inline]
    fn fields_to_pass_on(&self, decision: Decision<'_>) -> Option<Arc<ResponseFields>> {
        let is_passed_on = self.pass_preflights_on && decision.kind() == Kind::Preflight;
        is_passed_on.then(|| Arc::new(decision.to_response_fields()))
    }

    fn answer(
        &self,
        decision: Decision<'_>,
        status: u16,
        outcome: Option<Outcome>,
    ) -> Response<()> {
        let mut response = Response::new(());
        // A status that a policy can have is always one to `http`.
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        decision.apply(response.headers_mut());
        finish(&mut response, self.vary.as_deref(), outcome);
        response
    }
}

/// What is put on a response, when there is one: what follows from it takes less to make than to
/// carry.
#[derive(Debug)]
pub(super) struct Mark {
    policy: Policy,
    kind: Kind,
    found: decision::Outcome,
    named: Named,
    outcome: Option<Outcome>,
    /// The value that names the origin, if the response does.
    origin: Option<HeaderValue>,
    /// The fields of a preflight, which follow from more. To drop an `Arc` is less to compile into
    /// each future than to drop a box of them.
    made: Option<Arc<ResponseFields>>,
    /// The names in `Vary` beside the decision's own.
    vary: Option<Arc<HeaderValue>>,
}

impl Mark {
    /// It is put on one response, and stays where it is until then: it is large.
    #[inline]
    pub(super) fn put_on<B>(&mut self, response: &mut Response<B>) {
        self.put_fields(response.headers_mut());
        finish(response, self.vary.as_deref(), self.outcome);
    }

    #[inline(never)]
    fn put_fields(&mut self, headers: &mut HeaderMap) {
        match &self.made {
            None => {
                let policy = self.policy.inner();
                // The decision again, but for the request.
                let (kind, outcome, named) = (self.kind, self.found, self.named);
                let decision = Decision { policy, request: &FORGOTTEN, kind, outcome, named };
                decision.apply_for_others(&mut self.origin, headers);
            }
            Some(made) => made.apply(headers),
        }
    }
}

#[inline]
fn finish<B>(response: &mut Response<B>, vary: Option<&HeaderValue>, outcome: Option<Outcome>) {
    if let Some(names) = vary {
        add_vary(response.headers_mut(), names.clone());
    }
    if let Some(outcome) = outcome {
        response.extensions_mut().insert(outcome);
    }
}
