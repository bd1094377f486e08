//! Response headers that script can read.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Browser, Header, header_list};

/// A [forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name):
/// `Set-Cookie` or `Set-Cookie2`.
///
/// ```
/// use corsac::fetch::is_forbidden_response_header_name;
///
/// assert!(is_forbidden_response_header_name(b"set-cookie"));
/// assert!(!is_forbidden_response_header_name(b"ETag"));
/// ```
#[must_use]
pub fn is_forbidden_response_header_name(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"Set-Cookie") || name.eq_ignore_ascii_case(b"Set-Cookie2")
}

/// A [CORS-safelisted response-header
/// name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name) where nothing is exposed.
///
/// ```
/// use corsac::fetch::is_cors_safelisted_response_header_name;
///
/// assert!(is_cors_safelisted_response_header_name(b"content-type"));
/// assert!(!is_cors_safelisted_response_header_name(b"ETag"));
/// ```
#[must_use]
pub fn is_cors_safelisted_response_header_name(name: &[u8]) -> bool {
    const SAFELISTED: [&str; 7] = [
        "Cache-Control",
        "Content-Language",
        "Content-Length",
        "Content-Type",
        "Expires",
        "Last-Modified",
        "Pragma",
    ];
    SAFELISTED.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// The names present that a [basic filtered
/// response](https://fetch.spec.whatwg.org/#concept-filtered-response-basic) keeps.
pub(super) fn of_basic(headers: &[Header]) -> Vec<String> {
    sorted(headers, |name| !is_forbidden_response_header_name(name))
}

/// The names present that a [CORS filtered
/// response](https://fetch.spec.whatwg.org/#concept-filtered-response-cors) keeps.
pub(super) fn of_cors(headers: &[Header], include: bool, browser: Browser) -> Vec<String> {
    // Main fetch, step 14.1. A list that cannot be parsed exposes nothing.
    let listed = header_list::extract_tokens(headers, "Access-Control-Expose-Headers");
    let listed = listed.ok().flatten().unwrap_or_default();
    let all = !include && listed.iter().any(|name| name == b"*");
    let listed: BTreeSet<Vec<u8>> = listed.iter().map(|name| name.to_ascii_lowercase()).collect();
    sorted(headers, |name| {
        !is_forbidden_response_header_name(name)
            && (all
                || is_cors_safelisted_response_header_name(name)
                || browser.exposes_besides(name)
                || listed.contains(&name.to_ascii_lowercase()))
    })
}

fn sorted(headers: &[Header], keep: impl Fn(&[u8]) -> bool) -> Vec<String> {
    let names = headers.iter().map(|(name, _)| name).filter(|name| keep(name));
    let text =
        |name: &Vec<u8>| name.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let names: BTreeSet<String> = names.map(text).collect();
    names.into_iter().collect()
}
