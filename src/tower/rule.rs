//! What a layer makes of a decision.

use http::header::{HeaderName, HeaderValue, VARY};
use http::{Response, StatusCode};

use super::outcome::{Outcome, Outcomes};
use crate::http::{ResponseFields, put};
use crate::{Decision, Kind};

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
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is made; no boxing")]
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

    pub(super) fn rule<B: Default>(&self, decision: &Decision<'_>) -> Ruling<B> {
        let outcome = Outcome::of(decision);
        #[cfg(feature = "tracing")]
        self.level.trace(decision);
        let outcome = self.outcomes.include(outcome).then_some(outcome);
        let status = match decision.kind() {
            Kind::Preflight if !self.pass_preflights_on => decision.status(),
            Kind::Actual if self.forbid_refused && !decision.is_allowed() => Some(403),
            Kind::Preflight | Kind::Actual | Kind::NotCors => None,
        };
        let Some(status) = status else {
            let fields = decision.to_response_fields();
            return Ruling::GoOn(Mark { fields, outcome, vary: self.vary.clone() });
        };
        let mut response = Response::new(B::default());
        // A status that a policy can have is always one to `http`.
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN);
        decision.apply(response.headers_mut());
        finish(&mut response, self.vary.clone(), outcome);
        Ruling::Answer(response)
    }
}

/// What is put on a response, when there is one.
#[derive(Debug)]
pub(super) struct Mark {
    fields: ResponseFields,
    outcome: Option<Outcome>,
    vary: Option<HeaderValue>,
}

impl Mark {
    pub(super) fn put_on<B>(self, response: &mut Response<B>) {
        self.fields.apply(response.headers_mut());
        finish(response, self.vary, self.outcome);
    }
}

fn finish<B>(response: &mut Response<B>, vary: Option<HeaderValue>, outcome: Option<Outcome>) {
    if let Some(names) = vary {
        put(response.headers_mut(), VARY, names);
    }
    if let Some(outcome) = outcome {
        response.extensions_mut().insert(outcome);
    }
}
