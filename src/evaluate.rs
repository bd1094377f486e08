//! [`Policy::evaluate`]: the server's side of the
//! [CORS protocol](https://fetch.spec.whatwg.org/#http-cors-protocol).
//!
//! Classify, check, and leave the rest to the [`Decision`]. The order of the checks is the order
//! in which they are told: origin, method, headers, private network.
//!
//! What an answer needs is decided here and now. What only a log needs is found when it is asked
//! for: that an origin is refused takes a look-up, but whether it is malformed, `null` or merely
//! not listed takes a strict parse ([`origin_rejection`]), and the bytes at fault take another look
//! at the request ([`offending`]). Both are functions of the policy and the request alone, so it
//! does not matter when, or how often, they are asked.

use crate::decision::{Decision, Kind, Named, Outcome, Verdict};
use crate::origin::Origin;
use crate::policy::{Inner, Origins, Policy, names::show};
use crate::rejection::Rejection;
use crate::request::{Request, Value};
use crate::syntax::is_same_without_call;

/// What an embedder that keeps its origins elsewhere says of one.
///
/// ```
/// use corsac::{OriginVerdict, Policy, Request};
///
/// let policy = Policy::builder().dynamic_origins(true).build()?;
/// let request = Request::from_fields("GET", [("Origin", "https://customer.example")]);
/// assert!(policy.evaluate_with(&request, OriginVerdict::Allow).is_allowed());
/// assert!(!policy.evaluate_with(&request, OriginVerdict::Deny).is_allowed());
/// # Ok::<(), corsac::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OriginVerdict {
    /// It may read.
    Allow,
    /// It may not.
    Deny,
}

/// Who decides about a sound origin.
#[derive(Clone, Copy)]
enum Decider {
    Policy,
    Embedder(OriginVerdict),
}

impl Policy {
    /// Decides about a request. Pure and total; it allocates nothing, and the work it does is
    /// bounded by the policy, however large the request.
    ///
    /// ```
    /// use corsac::{Policy, Request};
    ///
    /// let policy = Policy::builder().allow_origins(["https://app.example.com"]).build()?;
    /// let request = Request::from_fields("GET", [("Origin", "https://app.example.com")]);
    /// let decision = policy.evaluate(&request);
    /// assert!(decision.is_allowed());
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    #[inline]
    pub fn evaluate<'d>(&'d self, request: &'d Request<'d>) -> Decision<'d> {
        evaluate(self.inner(), request, Decider::Policy)
    }

    /// Decides about a request whose origin the caller has looked up: in a database, over the
    /// network, however long that took. The policy decides about everything else.
    ///
    /// The verdict stands in the place of `allow_origins`. An origin that no browser serializes is
    /// refused all the same, and so is `null` unless the policy lists it. A policy for such use
    /// alone sets `dynamic_origins` and lists none.
    ///
    /// ```
    /// use corsac::{Origin, OriginVerdict, Policy, Request};
    ///
    /// let policy = Policy::builder().dynamic_origins(true).allow_credentials(true).build()?;
    /// let request = Request::from_fields("GET", [("Origin", "https://customer.example")]);
    /// let verdict = match request.origin().map(Origin::parse) {
    ///     Some(Ok(origin)) if is_customer(origin.as_str()) => OriginVerdict::Allow,
    ///     _ => OriginVerdict::Deny,
    /// };
    /// assert!(policy.evaluate_with(&request, verdict).is_allowed());
    /// # fn is_customer(origin: &str) -> bool { origin == "https://customer.example" }
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn evaluate_with<'d>(
        &'d self,
        request: &'d Request<'d>,
        verdict: OriginVerdict,
    ) -> Decision<'d> {
        evaluate(self.inner(), request, Decider::Embedder(verdict))
    }

    /// Holds the value of an `Origin` header against the policy, for what CORS does not cover: the
    /// handshake of a WebSocket, server-sent events without credentials mode, a guard against
    /// forged requests.
    ///
    /// ```
    /// use corsac::{Policy, Rejection, Verdict};
    ///
    /// let policy = Policy::builder().allow_origins(["https://*.example.com"]).build()?;
    /// assert_eq!(policy.check_origin(b"https://chat.example.com"), Verdict::Allow);
    /// assert_eq!(
    ///     policy.check_origin(b"https://example.com.evil.net"),
    ///     Verdict::Deny(Rejection::OriginNotAllowed),
    /// );
    /// # Ok::<(), corsac::PolicyError>(())
    /// ```
    #[must_use]
    pub fn check_origin(&self, value: &[u8]) -> Verdict {
        let origin = Value::One(crate::syntax::normalize(value));
        if allows_origin(self.inner(), origin, Decider::Policy) {
            Verdict::Allow
        } else {
            Verdict::Deny(origin_rejection(self.inner(), origin))
        }
    }
}

#[inline]
fn evaluate<'d>(policy: &'d Inner, request: &'d Request<'d>, decider: Decider) -> Decision<'d> {
    // Most requests of many servers are of this kind, and here the caller's own code says so.
    let (kind, outcome) = if request.origin.is_absent() {
        (Kind::NotCors, Outcome::Allowed)
    } else {
        check(policy, request, decider)
    };
    let named = match decider {
        Decider::Policy => Named::by(policy),
        Decider::Embedder(_) => Named::Sender,
    };
    Decision { policy, request, kind, outcome, named }
}

/// [CORS requests and CORS-preflight requests](https://fetch.spec.whatwg.org/#cors-request).
#[inline]
fn check(policy: &Inner, request: &Request<'_>, decider: Decider) -> (Kind, Outcome) {
    let allowed = allows_origin(policy, request.origin, decider);
    let kind = if request.is_preflight() { Kind::Preflight } else { Kind::Actual };
    match kind {
        _ if !allowed => (kind, Outcome::OriginRefused),
        Kind::Preflight => (kind, check_preflight(policy, request)),
        Kind::NotCors | Kind::Actual => (kind, Outcome::Allowed),
    }
}

/// The server's half of the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check): who
/// may be named in `Access-Control-Allow-Origin`.
#[inline]
fn allows_origin(policy: &Inner, origin: Value<'_>, decider: Decider) -> bool {
    match (origin, &policy.origins, decider) {
        // The answer is the same for all, so nothing of the origin is looked at.
        (_, Origins::Any, Decider::Policy) => true,
        (Value::One(bytes), Origins::One(origin), Decider::Policy) => {
            is_same_without_call(origin.as_bytes(), bytes)
        }
        (Value::One(bytes), Origins::Listed(set), Decider::Policy) => set.allows(bytes),
        (Value::One(bytes), _, Decider::Embedder(OriginVerdict::Allow)) => is_sound(policy, bytes),
        (_, _, Decider::Embedder(OriginVerdict::Deny)) | (Value::Absent | Value::Many, ..) => false,
    }
}

/// Whether an embedder may allow these bytes.
#[inline(never)]
fn is_sound(policy: &Inner, bytes: &[u8]) -> bool {
    Origin::parse(bytes).is_ok_and(|origin| !origin.is_null() || policy.origins.lists_null())
}

/// Why an origin that was refused is refused.
pub(crate) fn origin_rejection(policy: &Inner, origin: Value<'_>) -> Rejection {
    let Value::One(bytes) = origin else { return Rejection::OriginMultiple };
    match Origin::parse(bytes) {
        Err(_) => Rejection::OriginMalformed,
        Ok(origin) if origin.is_null() && !policy.origins.lists_null() => Rejection::OriginNull,
        Ok(_) => Rejection::OriginNotAllowed,
    }
}

/// The server's half of [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0),
/// its origin being allowed.
#[inline(never)]
fn check_preflight(policy: &Inner, request: &Request<'_>) -> Outcome {
    match check_method_and_headers(policy, request) {
        Ok(()) => Outcome::Allowed,
        Err(rejection) => Outcome::Refused(rejection),
    }
}

#[inline]
fn check_method_and_headers(policy: &Inner, request: &Request<'_>) -> Result<(), Rejection> {
    let Value::One(method) = request.request_method else {
        return Err(Rejection::MethodMalformed);
    };
    policy.lists.methods.check(method)?;
    let lines = request.request_headers.get().ok_or(Rejection::HeadersOverBudget)?;
    policy.lists.headers.check(lines)?;
    if request.asks_for_private_network() && !policy.allow_private_network {
        return Err(Rejection::PrivateNetworkNotAllowed);
    }
    Ok(())
}

/// The bytes for which a request was refused; empty where there are none to show.
pub(crate) fn offending<'r>(
    policy: &Inner,
    request: &Request<'r>,
    rejection: Rejection,
) -> &'r [u8] {
    let value = match rejection {
        Rejection::OriginMalformed | Rejection::OriginNull | Rejection::OriginNotAllowed => {
            request.origin()
        }
        Rejection::MethodMalformed | Rejection::MethodNotAllowed => request.request_method(),
        Rejection::HeadersMalformed | Rejection::HeaderNotAllowed => {
            request.request_headers.get().and_then(|lines| policy.lists.headers.offending(lines))
        }
        Rejection::OriginMultiple
        | Rejection::HeadersOverBudget
        | Rejection::PrivateNetworkNotAllowed => None,
    };
    show(value.unwrap_or_default())
}
