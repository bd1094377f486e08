//! What a policy means to a page: whether its request is let through, and its response readable.
//!
//! This is neither the server's side nor the browser's, but what both are for, said in a few lines.
//! It leaves out what stands between: preflights, header syntax, caches. The budgets for how much
//! a preflight may ask are left out too, so it is for requests of fewer than 16 headers, names of
//! at most 128 bytes and methods of at most 64.

use corsac::PolicyConfig;

use super::{is_any, pattern_matches};

/// A page's request to another origin, in mode `cors`.
#[derive(Clone, Debug)]
pub struct PageRequest {
    /// The page's origin, or `null`.
    pub origin: String,
    /// The method, normalized.
    pub method: String,
    /// The names of the headers that the browser does not let through unasked, in lower case.
    pub unsafe_names: Vec<String>,
    /// Whether cookies and the like come along.
    pub credentials: bool,
}

/// Whether the policy lets the page send the request and read the response.
#[must_use]
pub fn may_read(policy: &PolicyConfig, request: &PageRequest) -> bool {
    allows_origin(policy, &request.origin)
        && (policy.allow_credentials || !request.credentials)
        && allows_method(policy, &request.method)
        && request.unsafe_names.iter().all(|name| allows_name(policy, name))
}

fn allows_origin(policy: &PolicyConfig, origin: &str) -> bool {
    policy.allow_origins.iter().any(|listed| match listed.as_str() {
        "*" => true,
        exact if !exact.contains('*') => exact == origin,
        pattern => pattern_matches(pattern, origin.as_bytes()),
    })
}

fn allows_method(policy: &PolicyConfig, method: &str) -> bool {
    ["GET", "HEAD", "POST"].contains(&method)
        || policy.allow_methods.iter().any(|listed| listed == method && listed != "*")
        // A method of the name `*` cannot be told from the wildcard, which credentials turn off.
        || (is_any(&policy.allow_methods) && (method != "*" || !policy.allow_credentials))
}

fn allows_name(policy: &PolicyConfig, name: &str) -> bool {
    let is_named = policy.allow_headers.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    match name {
        "*" => is_named && !policy.allow_credentials,
        "authorization" => is_named,
        _ => is_named || is_any(&policy.allow_headers),
    }
}
