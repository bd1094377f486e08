//! The reference server: what the engine does, written as plainly as possible.
//!
//! It shares nothing with the engine but the policy document's type. It copies strings, splits them
//! and compares the parts, reads every input to its end, and takes the policy as it is written;
//! whatever it says can be read off beside the design. It is slow, and that is its use: where it
//! and the engine disagree, one of them is wrong.

use std::fmt;

use corsac::PolicyConfig;

mod findings;
mod meaning;
mod names;
mod origins;

pub use findings::error_codes;
pub use meaning::{PageRequest, may_read};
pub use origins::{is_serialized_origin, pattern_matches};

/// A request as it arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct ModelRequest {
    /// The method.
    pub method: Vec<u8>,
    /// The fields, names in any case.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Prints as the head of a request that can be pasted into `corsac evaluate`, but for its escapes.
impl fmt::Debug for ModelRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{} / HTTP/1.1", self.method.escape_ascii())?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {}", value.escape_ascii())?;
        }
        Ok(())
    }
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `not-cors`, `actual` or `preflight`.
    pub kind: &'static str,
    /// Why it is refused, and the bytes at fault where there are any to show.
    pub rejection: Option<(&'static str, Option<Vec<u8>>)>,
    /// The status, for a preflight.
    pub status: Option<u16>,
    /// The fields of the response.
    pub headers: Vec<(String, Vec<u8>)>,
}

/// Why a request is refused.
type Refused = (&'static str, Option<Vec<u8>>);

/// Answers a request under a policy in which nothing is wrong.
#[must_use]
pub fn answer(policy: &PolicyConfig, request: &ModelRequest) -> Answer {
    answer_as(policy, request, None)
}

/// Answers a request whose origin somebody else has looked up.
#[must_use]
pub fn answer_with(
    policy: &PolicyConfig,
    request: &ModelRequest,
    origin_is_allowed: bool,
) -> Answer {
    answer_as(policy, request, Some(origin_is_allowed))
}

fn answer_as(policy: &PolicyConfig, request: &ModelRequest, verdict: Option<bool>) -> Answer {
    let any_origin = policy.allow_origins.iter().any(|origin| origin == "*") && verdict.is_none();
    let origins = values(request, "origin");
    let is_preflight = request.method == b"OPTIONS"
        && !origins.is_empty()
        && !values(request, "access-control-request-method").is_empty();
    if origins.is_empty() {
        // The static headers of an any-origin policy go on every response.
        let headers = if any_origin { actual_headers(policy, b"*") } else { Vec::new() };
        return Answer {
            kind: "not-cors",
            rejection: None,
            status: None,
            headers: with_vary(headers, if any_origin { "" } else { "origin" }),
        };
    }
    let origin_refused = if any_origin { None } else { refuse_origin(policy, &origins, verdict) };
    let named = if any_origin { b"*".to_vec() } else { origins.concat() };
    if !is_preflight {
        let headers = match origin_refused {
            None => actual_headers(policy, &named),
            Some(_) => Vec::new(),
        };
        return Answer {
            kind: "actual",
            rejection: origin_refused,
            status: None,
            headers: with_vary(headers, if any_origin { "" } else { "origin" }),
        };
    }
    let request_refused = refuse_method(policy, request)
        .or_else(|| refuse_headers(policy, request))
        .or_else(|| refuse_private_network(policy, request));
    let shows_lists = policy.diagnostics
        && matches!(request_refused, Some(("method-not-allowed" | "header-not-allowed", _)));
    let grants = origin_refused.is_none() && (request_refused.is_none() || shows_lists);
    let headers = if grants {
        preflight_headers(policy, request, &named, request_refused.as_ref())
    } else {
        Vec::new()
    };
    let others = "access-control-request-method, access-control-request-headers, \
                  access-control-request-private-network";
    let vary = if any_origin { others.to_owned() } else { format!("origin, {others}") };
    Answer {
        kind: "preflight",
        rejection: origin_refused.or(request_refused),
        status: Some(if grants { policy.preflight_status } else { 403 }),
        headers: with_vary(headers, &vary),
    }
}

/// The values of a field, without the HTTP whitespace around them: at most 32 bytes on each side.
fn values(request: &ModelRequest, name: &str) -> Vec<Vec<u8>> {
    let is_space = |byte: &u8| b"\t\n\r ".contains(byte);
    let strip = |value: &Vec<u8>| {
        let before = value.iter().take(32).take_while(|byte| is_space(byte)).count();
        let rest: Vec<u8> = value.iter().skip(before).copied().collect();
        let after = rest.iter().rev().take(32).take_while(|byte| is_space(byte)).count();
        rest.iter().take(rest.len().saturating_sub(after)).copied().collect()
    };
    let fields = request.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
    fields.map(|(_, value)| strip(value)).collect()
}

/// What is shown of the bytes at fault.
fn shown(bytes: &[u8]) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = bytes.iter().take(128).copied().collect();
    (!bytes.is_empty()).then_some(bytes)
}

fn refuse_origin(
    policy: &PolicyConfig,
    origins: &[Vec<u8>],
    verdict: Option<bool>,
) -> Option<Refused> {
    let [origin] = origins else { return Some(("origin-multiple", None)) };
    // A pattern is no origin, even if somebody sends it as one.
    let exact = policy.allow_origins.iter().filter(|listed| !listed.contains('*'));
    let is_listed = exact.into_iter().any(|listed| listed.as_bytes() == *origin);
    if is_listed && verdict.is_none() {
        return None;
    }
    if !is_serialized_origin(origin) {
        return Some(("origin-malformed", shown(origin)));
    }
    if origin == b"null" && !is_listed {
        return Some(("origin-null", shown(origin)));
    }
    let is_allowed = match verdict {
        Some(verdict) => verdict,
        None => policy.allow_origins.iter().any(|pattern| pattern_matches(pattern, origin)),
    };
    (!is_allowed).then(|| ("origin-not-allowed", shown(origin)))
}

fn is_any(list: &[String]) -> bool {
    list.iter().any(|name| name == "*")
}

fn refuse_method(policy: &PolicyConfig, request: &ModelRequest) -> Option<Refused> {
    let methods = values(request, "access-control-request-method");
    let [method] = methods.as_slice() else { return Some(("method-malformed", None)) };
    if method.len() > 64 || !names::is_token(method) {
        return Some(("method-malformed", shown(method)));
    }
    let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(&method.as_slice());
    let is_listed = policy.allow_methods.iter().any(|listed| listed.as_bytes() == *method);
    let is_covered = is_any(&policy.allow_methods) && method != b"*";
    let is_star_itself = is_any(&policy.allow_methods) && method == b"*";
    let is_allowed = is_safelisted
        || is_covered
        || (is_listed && !is_star_itself)
        || (is_star_itself && !policy.allow_credentials);
    (!is_allowed).then(|| ("method-not-allowed", shown(method)))
}

fn refuse_headers(policy: &PolicyConfig, request: &ModelRequest) -> Option<Refused> {
    names::refuse(policy, &values(request, "access-control-request-headers"))
}

fn asks_for_private_network(request: &ModelRequest) -> bool {
    values(request, "access-control-request-private-network") == [b"true"]
}

fn refuse_private_network(policy: &PolicyConfig, request: &ModelRequest) -> Option<Refused> {
    (asks_for_private_network(request) && !policy.allow_private_network)
        .then_some(("private-network-not-allowed", None))
}

type Headers = Vec<(String, Vec<u8>)>;

fn field(name: &str, value: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.to_owned(), value.into())
}

fn origin_and_credentials(policy: &PolicyConfig, origin: &[u8]) -> Headers {
    let mut headers = vec![field("access-control-allow-origin", origin)];
    if policy.allow_credentials {
        headers.push(field("access-control-allow-credentials", "true"));
    }
    headers
}

fn actual_headers(policy: &PolicyConfig, origin: &[u8]) -> Headers {
    let mut headers = origin_and_credentials(policy, origin);
    if !policy.expose_headers.is_empty() {
        headers.push(field("access-control-expose-headers", joined_lower(&policy.expose_headers)));
    }
    headers
}

fn preflight_headers(
    policy: &PolicyConfig,
    request: &ModelRequest,
    origin: &[u8],
    refused: Option<&Refused>,
) -> Headers {
    let refused = refused.map(|(code, _)| *code);
    let mut headers = origin_and_credentials(policy, origin);
    if !is_any(&policy.allow_methods) && !policy.allow_methods.is_empty() {
        let methods = without_repeats(&policy.allow_methods).join(", ");
        headers.push(field("access-control-allow-methods", methods));
    } else if refused == Some("method-not-allowed") {
        // With no list at all a browser might let the method through.
        headers.push(field("access-control-allow-methods", "GET, HEAD, POST"));
    } else if is_any(&policy.allow_methods) {
        let methods = if policy.allow_credentials {
            values(request, "access-control-request-method").concat()
        } else {
            b"*".to_vec()
        };
        headers.push(field("access-control-allow-methods", methods));
    }
    if !is_any(&policy.allow_headers) {
        if !policy.allow_headers.is_empty() {
            headers
                .push(field("access-control-allow-headers", joined_lower(&policy.allow_headers)));
        }
    } else if policy.allow_credentials {
        if refused.is_none() {
            for line in values(request, "access-control-request-headers") {
                if !line.is_empty() {
                    headers.push(field("access-control-allow-headers", line));
                }
            }
        }
    } else if refused != Some("header-not-allowed") {
        let with_authorization =
            policy.allow_headers.iter().any(|name| name.eq_ignore_ascii_case("authorization"));
        let names = if with_authorization { "*, authorization" } else { "*" };
        headers.push(field("access-control-allow-headers", names));
    }
    if asks_for_private_network(request) && policy.allow_private_network {
        headers.push(field("access-control-allow-private-network", "true"));
    }
    if let Some(seconds) = policy.max_age {
        headers.push(field("access-control-max-age", seconds.to_string()));
    }
    headers
}

fn with_vary(mut headers: Headers, vary: &str) -> Headers {
    if !vary.is_empty() {
        headers.push(field("vary", vary));
    }
    headers
}

fn without_repeats(names: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names {
        if !kept.contains(name) {
            kept.push(name.clone());
        }
    }
    kept
}

fn joined_lower(names: &[String]) -> String {
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    without_repeats(&lower).join(", ")
}
