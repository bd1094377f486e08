//! Whether an answer grants what a request asks for: the browser's checks over the bytes, also for
//! requests that no browser would send.

use std::fmt;

use super::super::RawRequest;
use super::super::answer::{EvaluateAnswer, strip};

/// Why an answer grants nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no `Origin` to grant anything to.
    NoOrigin,
    /// The CORS check fails: `Access-Control-Allow-Origin`.
    Origin(Option<Vec<u8>>),
    /// The CORS check fails: `Access-Control-Allow-Credentials`.
    Credentials(Option<Vec<u8>>),
    /// A preflight's status is not ok.
    Status(u16),
    /// `Access-Control-Allow-Methods` is no list, or does not list the method.
    Method(Option<Vec<u8>>),
    /// `Access-Control-Allow-Headers` is no list, or does not list a name.
    Header(Vec<u8>, Option<Vec<u8>>),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |f: &mut fmt::Formatter<'_>, name: &str, value: &Option<Vec<u8>>| match value {
            None => write!(f, "no {name}"),
            Some(value) => write!(f, "{name}: {}", value.escape_ascii()),
        };
        match self {
            Self::NoOrigin => f.write_str("a request without Origin"),
            Self::Origin(value) => name(f, "Access-Control-Allow-Origin", value),
            Self::Credentials(value) => name(f, "Access-Control-Allow-Credentials", value),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Method(value) => name(f, "Access-Control-Allow-Methods", value),
            Self::Header(asked, value) => {
                name(f, "Access-Control-Allow-Headers", value)?;
                write!(f, " for {}", asked.escape_ascii())
            }
        }
    }
}

/// Whether a request is a [CORS-preflight
/// request](https://fetch.spec.whatwg.org/#cors-preflight-request).
#[must_use]
pub fn is_preflight(request: &RawRequest) -> bool {
    request.method.0 == b"OPTIONS"
        && lines(request, "origin").next().is_some()
        && lines(request, "access-control-request-method").next().is_some()
}

fn lines<'r>(request: &'r RawRequest, name: &'r str) -> impl Iterator<Item = &'r [u8]> {
    request
        .headers
        .iter()
        .filter(move |(other, _)| other.0.eq_ignore_ascii_case(name.as_bytes()))
        .map(|(_, value)| strip(&value.0))
}

/// Whether the answer grants what is asked for, to a browser with credentials mode `include` or one
/// without.
///
/// # Errors
/// The first reason for which it does not, in the standard's order.
pub fn grants(request: &RawRequest, include: bool, answer: &EvaluateAnswer) -> Result<(), Refusal> {
    cors_check(request, include, answer)?;
    if !is_preflight(request) {
        return Ok(());
    }
    // CORS-preflight fetch, step 7. Where the handler runs it answers 200.
    match answer.status {
        Some(status) if !(200..300).contains(&status) => return Err(Refusal::Status(status)),
        _ => {}
    }
    let allow_methods = answer.get("access-control-allow-methods");
    let refuse = || Err(Refusal::Method(allow_methods.clone()));
    let methods = lines(request, "access-control-request-method").collect::<Vec<_>>();
    // Steps 7.1 to 7.5.
    let Some(listed) = tokens(answer, "access-control-allow-methods") else { return refuse() };
    for method in methods {
        let is_allowed = matches!(method, b"GET" | b"HEAD" | b"POST")
            || listed.contains(&method)
            || (!include && listed.contains(&&b"*"[..]));
        if !is_allowed {
            return refuse();
        }
    }
    // Steps 7.6 and 7.7.
    let allow_headers = answer.get("access-control-allow-headers");
    let Some(listed) = tokens(answer, "access-control-allow-headers") else {
        return Err(Refusal::Header(Vec::new(), allow_headers));
    };
    for line in lines(request, "access-control-request-headers") {
        for name in line.split(|byte| *byte == b',').map(strip) {
            let is_named = listed.iter().any(|listed| listed.eq_ignore_ascii_case(name));
            let is_covered = !include
                && listed.contains(&&b"*"[..])
                && !name.eq_ignore_ascii_case(b"authorization");
            if !name.is_empty() && !is_named && !is_covered {
                return Err(Refusal::Header(name.to_vec(), allow_headers));
            }
        }
    }
    Ok(())
}

/// The [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check).
fn cors_check(request: &RawRequest, include: bool, answer: &EvaluateAnswer) -> Result<(), Refusal> {
    let mut origins = lines(request, "origin").peekable();
    if origins.peek().is_none() {
        return Err(Refusal::NoOrigin);
    }
    let allowed = answer.get("access-control-allow-origin");
    let is_wildcard = !include && allowed.as_deref() == Some(b"*");
    // Whichever of several lines is taken for the origin, none may be granted.
    let mut names_it = origins.filter(|origin| !origin.is_empty());
    if !is_wildcard && !names_it.any(|origin| Some(origin) == allowed.as_deref()) {
        return Err(Refusal::Origin(allowed));
    }
    let credentials = answer.get("access-control-allow-credentials");
    if include && credentials.as_deref() != Some(b"true") {
        return Err(Refusal::Credentials(credentials));
    }
    Ok(())
}

/// The tokens of a list; `None` where there is something else in it.
fn tokens<'a>(answer: &'a EvaluateAnswer, name: &'a str) -> Option<Vec<&'a [u8]>> {
    let is_token = |element: &[u8]| {
        element.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
    };
    let elements = answer
        .lines(name)
        .flat_map(|line| line.split(|byte| *byte == b','))
        .map(strip)
        .filter(|element| !element.is_empty())
        .collect::<Vec<_>>();
    elements.iter().all(|element| is_token(element)).then_some(elements)
}
