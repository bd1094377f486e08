//! [`Outcome`]: what is told to logs.

use core::fmt;

use crate::{Decision, Kind, Rejection, Verdict};

/// What was decided about a request: left in the [extensions](http::Extensions) of its response,
/// for a log.
///
/// ```
/// use corsac::tower::Outcome;
///
/// fn log<B>(response: &http::Response<B>) {
///     if let Some(outcome) = response.extensions().get::<Outcome>() {
///         eprintln!("{outcome}");
///     }
/// }
/// # log(&http::Response::new(()));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    kind: Kind,
    verdict: Verdict,
}

impl Outcome {
    /// The class of the request.
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// Whether the policy allowed it, and if not, why.
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        self.verdict
    }

    /// Whether the policy allowed it, or CORS had no say.
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        self.verdict.is_allowed()
    }

    /// Why it was refused, if it was.
    #[must_use]
    pub const fn rejection(self) -> Option<Rejection> {
        self.verdict.rejection()
    }
}

/// A line for a log. It holds nothing of the request, and so needs no escaping.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.verdict {
            Verdict::Allow => write!(f, "{} allowed", self.kind),
            Verdict::Deny(rejection) => {
                write!(f, "{} refused: {rejection} [{}]", self.kind, rejection.code())
            }
        }
    }
}

/// Which requests leave an [`Outcome`].
///
/// Extensions are a map of boxes, so that each is two or three allocations; hence the requests that
/// go well leave none unless asked to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcomes {
    /// None.
    Nothing,
    /// Those that are refused.
    #[default]
    Refused,
    /// All, also those without an `Origin`.
    All,
}

impl Outcomes {
    /// What a request leaves.
    #[inline]
    pub(super) fn of(self, decision: &Decision<'_>) -> Option<Outcome> {
        let leaves_one = match self {
            Self::Nothing => false,
            Self::Refused => !decision.is_allowed(),
            Self::All => true,
        };
        leaves_one.then(|| Outcome { kind: decision.kind(), verdict: decision.verdict() })
    }
}

/// The level at which it is told that a request is refused.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Level(pub(super) tracing::Level);

#[cfg(feature = "tracing")]
impl Default for Level {
    fn default() -> Self {
        Self(tracing::Level::DEBUG)
    }
}

#[cfg(feature = "tracing")]
impl Level {
    /// Says why a request is refused, if it is.
    pub(super) fn trace(self, decision: &Decision<'_>) {
        let Some(rejection) = decision.verdict().rejection() else { return };
        let (kind, code) = (decision.kind().as_str(), rejection.code());
        let offending = decision.offending().map(tracing::field::display);
        // The level of an event is a constant.
        macro_rules! event {
            ($level:ident) => {
                tracing::event!(
                    target: "corsac",
                    tracing::Level::$level,
                    kind,
                    rejection = code,
                    offending,
                    "CORS request refused: {rejection}"
                )
            };
        }
        match self.0 {
            tracing::Level::ERROR => event!(ERROR),
            tracing::Level::WARN => event!(WARN),
            tracing::Level::INFO => event!(INFO),
            tracing::Level::DEBUG => event!(DEBUG),
            tracing::Level::TRACE => event!(TRACE),
        }
    }
}
