//! What a layer makes of a decision.

use alloc::boxed::Box;

use http::header::{HeaderMap, HeaderName, HeaderValue, ORIGIN};
use http::{Response, StatusCode};

use super::outcome::{Outcome, Outcomes};
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
    vary: Option<HeaderValue>,
}

/// What to do with a request.
pub(super) enum Ruling<B> {
    /// Answer it without the inner service.
    Answer(Response<B>),
    /// Ask the inner service, and put this on its response.
    GoOn(Mark),
}

impl Rules {
    pub(super) fn add_vary(&mut self, name: &HeaderName) {
        if let Some(value) = super::with_name(self.vary.as_ref(), name) {
            // The first clone makes the buffer a shared one, which allocates: let it be this one.
            self.vary = Some(value.clone());
        }
    }

    /// What to do with a request that was decided about, by a look-up of its origin if there is a
    /// verdict.
    #[inline]
    pub(super) fn rule<B: Default>(
        &self,
        decision: &Decision<'_>,
        policy: &Policy,
        verdict: Option<OriginVerdict>,
        headers: &HeaderMap,
    ) -> Ruling<B> {
        #[cfg(feature = "tracing")]
        self.level.trace(decision);
        let outcome = self.outcomes.of(decision);
        let vary = self.vary.clone();
        let status = match decision.kind() {
            Kind::Preflight if self.pass_preflights_on => {
                let fields = Box::new(decision.to_response_fields());
                return Ruling::GoOn(Mark { fields: Fields::Made(fields), outcome, vary });
            }
            Kind::Preflight => decision.status(),
            Kind::Actual if self.forbid_refused && !decision.is_allowed() => Some(403),
            Kind::Actual | Kind::NotCors => None,
        };
        let Some(status) = status else {
            let is_granted = decision.kind() == Kind::Actual && decision.is_allowed();
            let origin = if is_granted { headers.get(ORIGIN).cloned() } else { None };
            let fields = Fields::Of { policy: policy.clone(), origin, verdict };
            return Ruling::GoOn(Mark { fields, outcome, vary });
        };
        let mut response = Response::new(B::default());
        // A status that a policy can have is always one to `http`.
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        decision.apply(response.headers_mut());
        finish(&mut response, vary, outcome);
        Ruling::Answer(response)
    }
}

/// What is put on a response, when there is one.
#[derive(Debug)]
pub(super) struct Mark {
    fields: Fields,
    outcome: Option<Outcome>,
    vary: Option<HeaderValue>,
}

/// A decision's fields.
#[derive(Debug)]
enum Fields {
    /// Those of an actual request follow from the policy that decided and the origin that is
    /// granted something, if one is. Making them again costs less than moving them about.
    Of { policy: Policy, origin: Option<HeaderValue>, verdict: Option<OriginVerdict> },
    /// Those of a preflight follow from more.
    Made(Box<ResponseFields>),
}

impl Mark {
    pub(super) fn put_on<B>(self, response: &mut Response<B>) {
        match self.fields {
            Fields::Of { policy, origin, verdict } => {
                let request = request_from(origin.as_ref());
                match verdict {
                    None => policy.evaluate(&request).apply(response.headers_mut()),
                    Some(verdict) => apply_with(&policy, &request, verdict, response.headers_mut()),
                }
            }
            Fields::Made(fields) => fields.apply(response.headers_mut()),
        }
        finish(response, self.vary, self.outcome);
    }
}

fn finish<B>(response: &mut Response<B>, vary: Option<HeaderValue>, outcome: Option<Outcome>) {
    if let Some(names) = vary {
        add_vary(response.headers_mut(), names);
    }
    if let Some(outcome) = outcome {
        response.extensions_mut().insert(outcome);
    }
}

/// An actual request of which nothing but its origin is left, which is all that its response
/// depends on; without one, a request that CORS has no say in.
#[inline]
fn request_from(origin: Option<&HeaderValue>) -> Request<'_> {
    let mut request = Request::new(b"");
    if let Some(value) = origin {
        request.push_origin(value.as_bytes());
        request.origin_value = Some(value);
    }
    request
}

/// Out of the way of those whose origin is not looked up.
#[cold]
fn apply_with(
    policy: &Policy,
    request: &Request<'_>,
    verdict: OriginVerdict,
    headers: &mut HeaderMap,
) {
    policy.evaluate_with(request, verdict).apply(headers);
}
