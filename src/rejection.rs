//! [`Rejection`]: the one table of reasons for which a request is refused.

use core::fmt;

/// Why a policy refuses a request. Its [`code`](Self::code) is stable; the bytes at fault are on
/// the [`Decision`](crate::Decision).
///
/// ```
/// use corsac::{Policy, Rejection, Request, Verdict};
///
/// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
/// let request = Request::from_fields("GET", [("Origin", "https://app.example.com.evil.net")]);
/// let decision = policy.evaluate(&request);
/// assert_eq!(decision.verdict(), Verdict::Deny(Rejection::OriginNotAllowed));
/// assert_eq!(Rejection::OriginNotAllowed.code(), "origin-not-allowed");
/// assert!(Rejection::OriginNotAllowed.spec().starts_with("https://fetch.spec.whatwg.org/#"));
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rejection {
    /// Several `Origin` fields, where a request has one.
    OriginMultiple,
    /// An `Origin` that no browser serializes.
    OriginMalformed,
    /// `Origin: null`, which the policy does not list.
    OriginNull,
    /// A sound origin that the policy does not list.
    OriginNotAllowed,
    /// Several methods asked for, or one that is no token or is longer than 64 bytes.
    MethodMalformed,
    /// A method that the policy does not list.
    MethodNotAllowed,
    /// A list of header names with something else in it.
    HeadersMalformed,
    /// A list of header names longer than any that the policy could allow: too many lines, names,
    /// empty elements or too much whitespace.
    HeadersOverBudget,
    /// A header name that the policy does not list.
    HeaderNotAllowed,
    /// Access to a private network asked for, which the policy does not grant.
    PrivateNetworkNotAllowed,
}

impl Rejection {
    /// Every rejection there is.
    ///
    /// ```
    /// // A counter for each, before the first is refused.
    /// let counters: Vec<_> = corsac::Rejection::ALL.iter().map(|it| (it.code(), 0_u64)).collect();
    /// assert_eq!(counters[0], ("origin-multiple", 0));
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::OriginMultiple,
        Self::OriginMalformed,
        Self::OriginNull,
        Self::OriginNotAllowed,
        Self::MethodMalformed,
        Self::MethodNotAllowed,
        Self::HeadersMalformed,
        Self::HeadersOverBudget,
        Self::HeaderNotAllowed,
        Self::PrivateNetworkNotAllowed,
    ];

    /// The code, the sentence for a log and the anchor in the standard.
    const fn row(self) -> (&'static str, &'static str, &'static str) {
        const ORIGIN: &str = "https://fetch.spec.whatwg.org/#origin-header";
        const CORS_CHECK: &str = "https://fetch.spec.whatwg.org/#concept-cors-check";
        const METHOD: &str = "https://fetch.spec.whatwg.org/#http-access-control-request-method";
        const HEADERS: &str = "https://fetch.spec.whatwg.org/#http-access-control-request-headers";
        const PREFLIGHT: &str = "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0";
        const PRIVATE: &str = "https://wicg.github.io/private-network-access/#headers";
        match self {
            Self::OriginMultiple => {
                ("origin-multiple", "the request has several Origin headers", ORIGIN)
            }
            Self::OriginMalformed => (
                "origin-malformed",
                "the Origin header holds no origin that a browser would serialize",
                ORIGIN,
            ),
            Self::OriginNull => {
                ("origin-null", "the policy does not allow the origin null", CORS_CHECK)
            }
            Self::OriginNotAllowed => {
                ("origin-not-allowed", "the policy does not allow this origin", CORS_CHECK)
            }
            Self::MethodMalformed => (
                "method-malformed",
                "Access-Control-Request-Method does not hold one method",
                METHOD,
            ),
            Self::MethodNotAllowed => {
                ("method-not-allowed", "the policy does not allow this method", PREFLIGHT)
            }
            Self::HeadersMalformed => (
                "headers-malformed",
                "Access-Control-Request-Headers is not a list of header names",
                HEADERS,
            ),
            Self::HeadersOverBudget => (
                "headers-over-budget",
                "Access-Control-Request-Headers asks for more than the policy could allow",
                HEADERS,
            ),
            Self::HeaderNotAllowed => {
                ("header-not-allowed", "the policy does not allow this request header", PREFLIGHT)
            }
            Self::PrivateNetworkNotAllowed => (
                "private-network-not-allowed",
                "the policy does not allow access from a less private network",
                PRIVATE,
            ),
        }
    }

    /// A stable name for programs, such as `origin-not-allowed`.
    ///
    /// ```
    /// assert_eq!(corsac::Rejection::HeaderNotAllowed.code(), "header-not-allowed");
    /// ```
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().0
    }

    /// Where the standard says so.
    ///
    /// ```
    /// let spec = corsac::Rejection::OriginNotAllowed.spec();
    /// assert_eq!(spec, "https://fetch.spec.whatwg.org/#concept-cors-check");
    /// ```
    #[must_use]
    pub const fn spec(self) -> &'static str {
        self.row().2
    }
}

/// A sentence for a log. It says nothing of the request's bytes, and so needs no escaping.
impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)
    }
}

impl core::error::Error for Rejection {}
