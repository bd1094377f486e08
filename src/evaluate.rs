//! [`Policy::evaluate`]: the server's side of the
//! [CORS protocol](https://fetch.spec.whatwg.org/#http-cors-protocol).
//!
//! Classify, check, and leave the rest to the [`Decision`]. The order of the checks is the order
//! in which they are told: origin, method, headers, private network.

use crate::decision::{Decision, Kind, Verdict, by_origin};
use crate::origin::Origin;
use crate::policy::{Inner, Origins, Policy, names::show};
use crate::rejection::Rejection;
use crate::request::{Request, Value};

/// What an embedder that keeps its origins elsewhere says of one.
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

/// Why a check failed, and the bytes at fault.
type Refused<'r> = (Rejection, &'r [u8]);

impl Policy {
    /// Decides about a request. Pure and total; it allocates nothing, and the work it does is
    /// bounded by the policy, however large the request.
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
        match check_origin(self.inner(), origin, Decider::Policy) {
            Ok(()) => Verdict::Allow,
            Err((rejection, _)) => Verdict::Deny(rejection),
        }
    }
}

#[inline]
fn evaluate<'d>(policy: &'d Inner, request: &'d Request<'d>, decider: Decider) -> Decision<'d> {
    let kind = classify(request);
    let checked = match kind {
        Kind::NotCors => Ok(()),
        Kind::Actual => check_origin(policy, request.origin, decider),
        Kind::Preflight => check_preflight(policy, request, decider),
    };
    let (verdict, offending) = match checked {
        Ok(()) => (Verdict::Allow, &[][..]),
        Err((rejection, offending)) => (Verdict::Deny(rejection), offending),
    };
    let by_origin = matches!(decider, Decider::Embedder(_)) || by_origin(&policy.origins);
    Decision { policy, request, kind, verdict, offending, by_origin }
}

/// [CORS requests and CORS-preflight requests](https://fetch.spec.whatwg.org/#cors-request).
#[inline]
fn classify(request: &Request<'_>) -> Kind {
    if request.origin.is_absent() {
        Kind::NotCors
    } else if request.is_preflight() {
        Kind::Preflight
    } else {
        Kind::Actual
    }
}

/// The server's half of the [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check): who
/// may be named in `Access-Control-Allow-Origin`.
#[inline]
fn check_origin<'r>(
    policy: &Inner,
    origin: Value<'r>,
    decider: Decider,
) -> Result<(), Refused<'r>> {
    let bytes = match (origin, &policy.origins, decider) {
        // The answer is the same for all, so nothing of the origin is looked at.
        (_, Origins::Any, Decider::Policy) => return Ok(()),
        (Value::One(bytes), Origins::Listed(set), Decider::Policy) if set.lists(bytes) => {
            return Ok(());
        }
        (Value::One(bytes), ..) => bytes,
        (Value::Absent | Value::Many, ..) => return Err((Rejection::OriginMultiple, &[])),
    };
    let refuse = |rejection| Err((rejection, show(bytes)));
    let Ok(origin) = Origin::parse(bytes) else { return refuse(Rejection::OriginMalformed) };
    let allowed = match (decider, &policy.origins) {
        _ if origin.is_null() && !policy.origins.lists_null() => {
            return refuse(Rejection::OriginNull);
        }
        (Decider::Embedder(verdict), _) => verdict == OriginVerdict::Allow,
        (Decider::Policy, Origins::Listed(set)) => set.has_pattern_for(&origin),
        (Decider::Policy, Origins::Any) => true,
    };
    if allowed { Ok(()) } else { refuse(Rejection::OriginNotAllowed) }
}

/// The server's half of [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0).
#[inline]
fn check_preflight<'r>(
    policy: &Inner,
    request: &Request<'r>,
    decider: Decider,
) -> Result<(), Refused<'r>> {
    check_origin(policy, request.origin, decider)?;
    let Value::One(method) = request.request_method else {
        return Err((Rejection::MethodMalformed, &[]));
    };
    policy.methods.check(method).map_err(|rejection| (rejection, show(method)))?;
    let lines = request.request_headers.get().ok_or((Rejection::HeadersOverBudget, &[][..]))?;
    policy.headers.check(lines)?;
    if request.asks_for_private_network() && !policy.allow_private_network {
        return Err((Rejection::PrivateNetworkNotAllowed, &[]));
    }
    Ok(())
}
