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
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// # use corsac::tower::{CorsLayer, Outcome, Outcomes};
    /// # let layer = CorsLayer::new(policy).outcomes(Outcomes::All);
    /// let request = http::Request::get("/").header("origin", "https://evil.example");
    /// # let request = request.body(String::new())?;
    /// let response = layer.layer(handler).oneshot(request).await?;
    /// let outcome: &Outcome = response.extensions().get().expect("all leave one");
    /// assert_eq!(outcome.kind(), corsac::Kind::Actual);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn kind(self) -> Kind {
        self.kind
    }

    /// Whether the policy allowed it, and if not, why.
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// # use corsac::tower::{CorsLayer, Outcome, Outcomes};
    /// # let layer = CorsLayer::new(policy).outcomes(Outcomes::All);
    /// let request = http::Request::get("/").header("origin", "https://app.example");
    /// # let request = request.body(String::new())?;
    /// let response = layer.layer(handler).oneshot(request).await?;
    /// let outcome: &Outcome = response.extensions().get().expect("all leave one");
    /// assert_eq!(outcome.verdict(), corsac::Verdict::Allow);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn verdict(self) -> Verdict {
        self.verdict
    }

    /// Whether the policy allowed it, or CORS had no say.
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// # use corsac::tower::{CorsLayer, Outcome, Outcomes};
    /// # let layer = CorsLayer::new(policy).outcomes(Outcomes::All);
    /// let request = http::Request::get("/").header("origin", "https://app.example");
    /// # let request = request.body(String::new())?;
    /// let response = layer.layer(handler).oneshot(request).await?;
    /// let outcome: &Outcome = response.extensions().get().expect("all leave one");
    /// assert!(outcome.is_allowed());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        self.verdict.is_allowed()
    }

    /// Why it was refused, if it was.
    ///
    /// ```
    /// # use tower::{Layer, ServiceExt, service_fn};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let handler = service_fn(|_: http::Request<String>| async {
    /// #     Ok::<_, std::convert::Infallible>(http::Response::new("done".to_owned()))
    /// # });
    /// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
    /// # use corsac::tower::{CorsLayer, Outcome, Outcomes};
    /// # let layer = CorsLayer::new(policy).outcomes(Outcomes::All);
    /// let request = http::Request::get("/").header("origin", "https://evil.example");
    /// # let request = request.body(String::new())?;
    /// let response = layer.layer(handler).oneshot(request).await?;
    /// let outcome: &Outcome = response.extensions().get().expect("all leave one");
    /// assert_eq!(outcome.rejection(), Some(corsac::Rejection::OriginNotAllowed));
    /// # Ok(())
    /// # }
    /// ```
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
///
/// ```
/// # let policy = corsac::Policy::builder().allow_origins(["https://app.example"]).build()?;
/// use corsac::tower::{CorsLayer, Outcomes};
///
/// assert_eq!(Outcomes::default(), Outcomes::Refused);
/// let layer = CorsLayer::new(policy).outcomes(Outcomes::Nothing);
/// # let _: CorsLayer = layer;
/// # Ok::<(), corsac::PolicyError>(())
/// ```
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
