//! [`Decision`]: what to answer, as a value.

use core::fmt::{self, Write as _};

use crate::evaluate;
use crate::policy::{Inner, Origins};
use crate::rejection::Rejection;
#[cfg(feature = "http")]
use crate::request::FORGOTTEN;
use crate::request::Request;

mod emission;
mod field;

use field::write_escaped;
pub use field::{Field, Fields, OWNED_FIELDS};
pub(crate) use field::{FieldName, FieldSource, TakeField, Text};

/// The class of a request.
///
/// ```
/// use corsac::{Kind, Policy, Request};
///
/// let policy = Policy::builder().allow_origins(["*"]).build()?;
/// let kind = |request: &Request<'_>| policy.evaluate(request).kind();
/// assert_eq!(kind(&Request::from_fields("GET", [("Host", "api.example.com")])), Kind::NotCors);
/// assert_eq!(kind(&Request::from_fields("GET", [("Origin", "https://a.example")])), Kind::Actual);
/// // Without `Access-Control-Request-Method` it is no preflight.
/// let options = Request::from_fields("OPTIONS", [("Origin", "https://a.example")]);
/// assert_eq!(kind(&options), Kind::Actual);
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It has no `Origin`.
    NotCors,
    /// It has an `Origin` and is not a preflight: a
    /// [CORS request](https://fetch.spec.whatwg.org/#cors-request), or a same-origin one that has
    /// an `Origin` too, which the server cannot tell apart and need not.
    Actual,
    /// A [CORS-preflight request](https://fetch.spec.whatwg.org/#cors-preflight-request).
    Preflight,
}

impl Kind {
    /// A stable name for programs: `not-cors`, `actual` or `preflight`.
    ///
    /// ```
    /// assert_eq!(corsac::Kind::NotCors.as_str(), "not-cors");
    /// assert_eq!(corsac::Kind::Preflight.to_string(), "preflight");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotCors => "not-cors",
            Self::Actual => "actual",
            Self::Preflight => "preflight",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether the policy allows a request.
///
/// ```
/// use corsac::{Policy, Verdict};
///
/// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// match policy.check_origin(b"https://evil.example") {
///     Verdict::Allow => println!("welcome"),
///     Verdict::Deny(rejection) => println!("refused: {rejection}"),
/// }
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It does, or CORS has no say.
    Allow,
    /// It does not, for this reason.
    Deny(Rejection),
}

impl Verdict {
    /// Whether it is [`Allow`](Self::Allow).
    ///
    /// ```
    /// use corsac::{Rejection, Verdict};
    ///
    /// assert!(Verdict::Allow.is_allowed());
    /// assert!(!Verdict::Deny(Rejection::OriginNull).is_allowed());
    /// ```
    #[must_use]
    pub const fn is_allowed(self) -> bool {
        matches!(self, Self::Allow)
    }

    /// The reason, if it is [`Deny`](Self::Deny).
    ///
    /// ```
    /// use corsac::{Rejection, Verdict};
    ///
    /// assert_eq!(Verdict::Deny(Rejection::OriginNull).rejection(), Some(Rejection::OriginNull));
    /// assert_eq!(Verdict::Allow.rejection(), None);
    /// ```
    #[must_use]
    pub const fn rejection(self) -> Option<Rejection> {
        match self {
            Self::Allow => None,
            Self::Deny(rejection) => Some(rejection),
        }
    }
}

/// What a policy says to a request: its class, the verdict, and the fields to put on the response.
///
/// A refused request is a value too, not an error: its response still varies by origin, and
/// whether a refused actual request is answered 403 or handled is the embedder's choice. CORS does
/// not ask for the former: the browser keeps the response from the page that must not read it.
///
/// ```
/// use corsac::{Kind, Policy, Request};
///
/// let policy = Policy::builder()
///     .allow_origins(["https://app.example.com"])
///     .allow_methods(["PUT"])
///     .build()?;
/// let request = Request::from_fields(
///     "OPTIONS",
///     [("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "PUT")],
/// );
/// let decision = policy.evaluate(&request);
/// assert_eq!(decision.kind(), Kind::Preflight);
/// // A preflight is answered now; the handler never sees it.
/// assert_eq!(decision.status(), Some(204));
/// let fields: Vec<_> = decision.fields().map(|field| (field.name(), field.value())).collect();
/// assert_eq!(fields[0], ("access-control-allow-origin", &b"https://app.example.com"[..]));
/// assert_eq!(fields[1], ("access-control-allow-methods", &b"PUT"[..]));
/// assert_eq!(fields[2].0, "vary");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Decision<'d> {
    pub(crate) policy: &'d Inner,
    pub(crate) request: &'d Request<'d>,
    pub(crate) kind: Kind,
    pub(crate) outcome: Outcome,
    pub(crate) named: Named,
}

/// Whom the answer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// Anybody: it does not depend on the origin.
    Anybody,
    /// The one origin that the policy lists.
    Listed,
    /// Whoever sent the request.
    Sender,
}

impl Named {
    /// Whom answers name where the policy decides.
    #[inline]
    pub(crate) fn by(policy: &Inner) -> Self {
        match policy.origins {
            Origins::Any => Self::Anybody,
            Origins::One(_) => Self::Listed,
            Origins::Listed(_) => Self::Sender,
        }
    }

    /// Whether the answer depends on the origin.
    #[inline]
    pub(crate) fn depends(self) -> bool {
        self != Self::Anybody
    }
}

/// What was found, as far as the answer needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The policy allows it, or CORS has no say.
    Allowed,
    /// The origin is refused. For which reason is found when somebody asks: the answer is the
    /// same, and telling a malformed origin from one that is not listed takes a strict parse.
    OriginRefused,
    /// It is refused for something else.
    Refused(Rejection),
}

impl<'d> Decision<'d> {
    /// The class of the request.
    ///
    /// ```
    /// # use corsac::{Kind, Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let origin = ("Origin", "https://app.example.com");
    /// let asks = ("Access-Control-Request-Method", "PUT");
    /// let request = Request::from_fields("OPTIONS", [origin, asks]);
    /// assert_eq!(policy.evaluate(&request).kind(), Kind::Preflight);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether the policy allows it, and if not, why.
    ///
    /// Why an origin was refused is found here, and not before: a server that tells nobody does
    /// not pay for it. It costs a parse of at most 328 bytes, each time.
    ///
    /// ```
    /// # use corsac::{Policy, Rejection, Request, Verdict};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let request = Request::from_fields("GET", [("Origin", "null")]);
    /// let verdict = policy.evaluate(&request).verdict();
    /// assert_eq!(verdict, Verdict::Deny(Rejection::OriginNull));
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.outcome {
            Outcome::Allowed => Verdict::Allow,
            Outcome::OriginRefused => {
                Verdict::Deny(evaluate::origin_rejection(self.policy, self.request.origin))
            }
            Outcome::Refused(rejection) => Verdict::Deny(rejection),
        }
    }

    /// Whether the policy allows it, or CORS has no say.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let listed = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// assert!(policy.evaluate(&listed).is_allowed());
    /// let other = Request::from_fields("GET", [("Origin", "https://evil.example")]);
    /// assert!(!policy.evaluate(&other).is_allowed());
    /// // Without an `Origin`, CORS has no say.
    /// assert!(policy.evaluate(&Request::new(b"GET")).is_allowed());
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.outcome == Outcome::Allowed
    }

    /// For a preflight, the status to answer it with now, without the handler. `None` for every
    /// other request: run the handler, and put the fields on its response.
    ///
    /// A browser goes on only after an [ok status](https://fetch.spec.whatwg.org/#ok-status).
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let preflight = |origin| {
    ///     let fields = [("Origin", origin), ("Access-Control-Request-Method", "PUT")];
    ///     policy.evaluate(&Request::from_fields("OPTIONS", fields)).status()
    /// };
    /// assert_eq!(preflight("https://app.example.com"), Some(204));
    /// assert_eq!(preflight("https://evil.example"), Some(403));
    /// assert_eq!(policy.evaluate(&Request::new(b"GET")).status(), None);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        (self.kind == Kind::Preflight).then_some(if self.grants() {
            self.policy.preflight_status
        } else {
            403
        })
    }

    /// The bytes for which the request was refused, at most 128 of them, as they came.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let origin = ("Origin", "https://app.example.com");
    /// let asks = ("Access-Control-Request-Method", "PATCH");
    /// let request = Request::from_fields("OPTIONS", [origin, asks]);
    /// let decision = policy.evaluate(&request);
    /// assert_eq!(decision.offending().unwrap().as_bytes(), b"PATCH");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn offending(&self) -> Option<Offending<'d>> {
        let rejection = self.verdict().rejection()?;
        let bytes = evaluate::offending(self.policy, self.request, rejection);
        (!bytes.is_empty()).then_some(Offending(bytes))
    }

    /// The fields of the response, always in the same order. `vary` is to be merged with what is
    /// there; of the [others](OWNED_FIELDS), those that are not among them are to be removed.
    ///
    /// What each is for: [HTTP responses](https://fetch.spec.whatwg.org/#http-responses).
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// let decision = policy.evaluate(&request);
    /// let names: Vec<_> = decision.fields().map(|field| field.name()).collect();
    /// assert_eq!(names, ["access-control-allow-origin", "vary"]);
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn fields(&self) -> Fields<'d> {
        Fields::of(self)
    }

    /// The decision to allow a preflight of which nothing more is known, not even its origin.
    #[cfg(feature = "http")]
    pub(crate) fn of_preflight(policy: &'d Inner) -> Self {
        let (kind, outcome) = (Kind::Preflight, Outcome::Allowed);
        let named = if policy.lists.by_origin { Named::Sender } else { Named::Anybody };
        Self { policy, request: &FORGOTTEN, kind, outcome, named }
    }
}

impl fmt::Debug for Decision<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict())
            .field("offending", &self.offending())
            .field("status", &self.status())
            .field("fields", &FieldsDebug(self))
            .finish()
    }
}

struct FieldsDebug<'a, 'd>(&'a Decision<'d>);

impl fmt::Debug for FieldsDebug<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.fields()).finish()
    }
}

/// Bytes of a request for which it was refused. `Display` escapes whatever is not printable ASCII,
/// and so is fit for a log or a terminal.
///
/// ```
/// # use corsac::{Policy, Request};
/// # let policy = Policy::builder()
/// #     .allow_origins(["https://app.example.com"])
/// #     .allow_methods(["PUT"])
/// #     .build()?;
/// // What would clear a terminal is shown, and not done.
/// let request = Request::from_fields("GET", [("Origin", "\x1b[2J")]);
/// let offending = policy.evaluate(&request).offending().unwrap();
/// assert_eq!(offending.to_string(), r"\x1b[2J");
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Offending<'d>(&'d [u8]);

impl<'d> Offending<'d> {
    /// The bytes as they came.
    ///
    /// ```
    /// # use corsac::{Policy, Request};
    /// # let policy = Policy::builder()
    /// #     .allow_origins(["https://app.example.com"])
    /// #     .allow_methods(["PUT"])
    /// #     .build()?;
    /// let request = Request::from_fields("GET", [("Origin", "https://evil.example")]);
    /// let offending = policy.evaluate(&request).offending().unwrap();
    /// assert_eq!(offending.as_bytes(), b"https://evil.example");
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> &'d [u8] {
        self.0
    }
}

impl fmt::Display for Offending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}

impl fmt::Debug for Offending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        write_escaped(f, self.0)?;
        f.write_char('"')
    }
}
