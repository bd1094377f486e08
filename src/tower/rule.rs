//! What a layer makes of a decision.

use alloc::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response, StatusCode};

use super::outcome::{Outcome, Outcomes};
use crate::decision::{self, Named};
use crate::http::{ResponseFields, add_vary};
use crate::request::FORGOTTEN;
use crate::{Decision, Kind, OriginVerdict, Policy, Request};

/// The choices of a [`CorsLayer`](super::CorsLayer).
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    pub(super) forbid_refused: bool,
    pub(super) pass_preflights_on: bool,
    pub(super) outcomes: Outcomes,
    #[cfg(feature = "tracing")]
    pub(super) level: super::outcome::Level,
    more: Option<Arc<More>>,
}

/// What most layers have nothing of.
#[derive(Debug)]
struct More {
    /// The fields of a preflight that the inner service sees: they follow from all of its request.
    fields: Option<ResponseFields>,
    /// The names in `Vary` beside the decision's own.
    vary: Option<HeaderValue>,
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
        if let Some(value) = super::with_name(self.vary(), name) {
            // The first clone makes the buffer a shared one, which allocates: let it be this one.
            self.more = Some(Arc::new(More { vary: Some(value.clone()), fields: None }));
        }
    }

    fn vary(&self) -> Option<&HeaderValue> {
        self.more.as_ref()?.vary.as_ref()
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
        // Nobody asks it what its method is.
        let request = Request::of_map(|| b"", *method == Method::OPTIONS, headers);
        let decision = match verdict {
            None => policy.evaluate(&request),
            Some(verdict) => policy.evaluate_with(&request, verdict),
        };
        #[cfg(feature = "tracing")]
        self.level.trace(&decision);
        let outcome = self.outcomes.of(&decision);
        match self.status_of(&decision) {
            // Most name no origin as it came, and then none is moved.
            None => match decision.named_origin() {
                None => Ruling::GoOn(self.mark(policy, decision, outcome, None)),
                origin => Ruling::GoOn(self.mark(policy, decision, outcome, origin)),
            },
            Some(status) => Ruling::Answer(self.answer(decision, status, outcome)),
        }
    }

    /// What the response gets.
    #[expect(clippy::inline_always, reason = "it is made where it is returned: it is large")]
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
            more: match decision.kind {
                Kind::Preflight => Some(self.more_of_preflight(decision)),
                Kind::NotCors | Kind::Actual => self.more.clone(),
            },
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

    /// What goes with a preflight that the inner service sees.
    #[inline(never)]
    fn more_of_preflight(&self, decision: Decision<'_>) -> Arc<More> {
        let fields = Some(decision.to_response_fields());
        Arc::new(More { fields, vary: self.vary().cloned() })
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
        if let Some(names) = self.vary() {
            add_vary(response.headers_mut(), names.clone());
        }
        leave(&mut response, outcome);
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
    /// To drop an `Arc` is less to compile into each future than to drop what is in it.
    more: Option<Arc<More>>,
}

impl Mark {
    /// It is put on one response, and stays where it is until then: it is large.
    #[inline]
    pub(super) fn put_on<B>(&mut self, response: &mut Response<B>) {
        self.put_fields(response.headers_mut());
        leave(response, self.outcome);
    }

    #[inline(never)]
    fn put_fields(&mut self, headers: &mut HeaderMap) {
        match self.more.as_deref() {
            Some(More { fields: Some(fields), .. }) => fields.apply(headers),
            _ => self.put_decision(headers),
        }
        if let Some(names) = self.more.as_deref().and_then(|more| more.vary.as_ref()) {
            add_vary(headers, names.clone());
        }
    }

    #[inline]
    fn put_decision(&mut self, headers: &mut HeaderMap) {
        // It is the decision again, but for the request.
        let (kind, outcome, named) = (self.kind, self.found, self.named);
        let policy = self.policy.inner();
        let decision = Decision { policy, request: &FORGOTTEN, kind, outcome, named };
        decision.apply_for_others(&mut self.origin, headers);
    }
}

/// Leaves a word for whoever sees the response.
#[inline]
fn leave<B>(response: &mut Response<B>, outcome: Option<Outcome>) {
    if let Some(outcome) = outcome {
        response.extensions_mut().insert(outcome);
    }
}
