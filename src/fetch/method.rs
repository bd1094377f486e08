//! [Methods](https://fetch.spec.whatwg.org/#methods).

use alloc::vec::Vec;

/// A [CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method): `GET`,
/// `HEAD` or `POST`, in this case.
///
/// ```
/// use corsac::fetch::is_cors_safelisted_method;
///
/// assert!(is_cors_safelisted_method(b"POST"));
/// assert!(!is_cors_safelisted_method(b"PUT"));
/// ```
#[must_use]
pub fn is_cors_safelisted_method(method: &[u8]) -> bool {
    matches!(method, b"GET" | b"HEAD" | b"POST")
}

/// A [forbidden method](https://fetch.spec.whatwg.org/#forbidden-method): `CONNECT`, `TRACE` or
/// `TRACK`, in any case.
///
/// ```
/// use corsac::fetch::is_forbidden_method;
///
/// assert!(is_forbidden_method(b"Trace"));
/// assert!(!is_forbidden_method(b"OPTIONS"));
/// ```
#[must_use]
pub fn is_forbidden_method(method: &[u8]) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|name| method.eq_ignore_ascii_case(name.as_bytes()))
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-method-normalize) a method: six of them are
/// put in upper case, and no others; `patch` stays as it is.
///
/// ```
/// use corsac::fetch::normalize_method;
///
/// assert_eq!(normalize_method(b"delete"), b"DELETE");
/// assert_eq!(normalize_method(b"patch"), b"patch");
/// ```
#[must_use]
pub fn normalize_method(method: &[u8]) -> Vec<u8> {
    let known = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
    let is_known = known.iter().any(|name| method.eq_ignore_ascii_case(name.as_bytes()));
    if is_known { method.to_ascii_uppercase() } else { method.to_vec() }
}
