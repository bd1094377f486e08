//! Names that a policy cannot mean: those that browsers keep to themselves, and those that belong
//! to the other direction.

/// What is wrong with a name in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Script can never send or read it.
    Forbidden,
    /// It is a field of the protocol itself, or belongs to the other direction.
    Prohibited,
}

/// [Forbidden methods](https://fetch.spec.whatwg.org/#forbidden-method), in any case.
pub(super) fn is_forbidden_method(method: &str) -> bool {
    ["CONNECT", "TRACE", "TRACK"].iter().any(|name| method.eq_ignore_ascii_case(name))
}

/// Checks a lower-case name of a request header: Fetch's [forbidden
/// request-headers](https://fetch.spec.whatwg.org/#forbidden-request-header).
pub(super) fn unfit_request_header(name: &str) -> Option<Unfit> {
    const FORBIDDEN: [&str; 21] = [
        "accept-charset",
        "accept-encoding",
        "connection",
        "content-length",
        "cookie",
        "cookie2",
        "date",
        "dnt",
        "expect",
        "host",
        "keep-alive",
        "origin",
        "referer",
        "set-cookie",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
        "access-control-request-headers",
        "access-control-request-method",
    ];
    const PREFIXES: [&str; 3] = ["proxy-", "sec-", "access-control-request-"];
    if FORBIDDEN.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        Some(Unfit::Forbidden)
    } else if name.starts_with("access-control-") {
        Some(Unfit::Prohibited)
    } else {
        None
    }
}

/// Checks a lower-case name of a response header: Fetch's [forbidden response-header
/// names](https://fetch.spec.whatwg.org/#forbidden-response-header-name).
pub(super) fn unfit_response_header(name: &str) -> Option<Unfit> {
    if matches!(name, "set-cookie" | "set-cookie2") {
        Some(Unfit::Forbidden)
    } else if name == "origin" || name.starts_with("access-control-") {
        Some(Unfit::Prohibited)
    } else {
        None
    }
}

/// Request headers that need no mention as long as their values are harmless:
/// [CORS-safelisted request-headers](https://fetch.spec.whatwg.org/#cors-safelisted-request-header),
/// but for `content-type` and `range`, which are listed for the values that are not safelisted.
pub(super) fn is_safelisted_request_header(name: &str) -> bool {
    matches!(name, "accept" | "accept-language" | "content-language")
}

/// [CORS-safelisted response-header
/// names](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
pub(super) fn is_safelisted_response_header(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}
