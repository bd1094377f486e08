//! Request headers: [forbidden](https://fetch.spec.whatwg.org/#forbidden-request-header),
//! [safelisted](https://fetch.spec.whatwg.org/#cors-safelisted-request-header), and those that a
//! preflight [asks for](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names).

use alloc::vec::Vec;

use super::{Browser, Header, mime_type, range};

fn is_one_of(name: &[u8], names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other.as_bytes()))
}

/// A [forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header), which
/// script cannot set.
///
/// ```
/// use corsac::fetch::is_forbidden_request_header;
///
/// assert!(is_forbidden_request_header(b"cookie", b"a=b"));
/// assert!(is_forbidden_request_header(b"Sec-Anything", b""));
/// // The value counts for some.
/// assert!(is_forbidden_request_header(b"X-HTTP-Method-Override", b"TRACE"));
/// assert!(!is_forbidden_request_header(b"X-HTTP-Method-Override", b"PUT"));
/// ```
#[must_use]
pub fn is_forbidden_request_header(name: &[u8], value: &[u8]) -> bool {
    const FORBIDDEN: [&str; 21] = [
        "Accept-Charset",
        "Accept-Encoding",
        "Access-Control-Request-Headers",
        "Access-Control-Request-Method",
        "Connection",
        "Content-Length",
        "Cookie",
        "Cookie2",
        "Date",
        "DNT",
        "Expect",
        "Host",
        "Keep-Alive",
        "Origin",
        "Referer",
        "Set-Cookie",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
    ];
    const OVERRIDES: [&str; 3] = ["X-HTTP-Method", "X-HTTP-Method-Override", "X-Method-Override"];
    // Step 1.
    if is_one_of(name, &FORBIDDEN) {
        return true;
    }
    // Step 2.
    let starts_with = |prefix: &[u8]| {
        name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if starts_with(b"proxy-") || starts_with(b"sec-") {
        return true;
    }
    // Step 3.
    is_one_of(name, &OVERRIDES)
        && decode_and_split(value).iter().any(|value| super::is_forbidden_method(value))
}

/// [Gets, decodes, and splits](https://fetch.spec.whatwg.org/#header-value-get-decode-and-split) a
/// value: at commas that are not within quotes.
fn decode_and_split(value: &[u8]) -> Vec<Vec<u8>> {
    let mut values = Vec::new();
    let mut current = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for &byte in value {
        match byte {
            b',' if !quoted => {
                values.push(super::header_list::strip_tabs_and_spaces(&current).to_vec());
                current.clear();
                continue;
            }
            b'"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = quoted && byte == b'\\' && !escaped;
        current.push(byte);
    }
    values.push(super::header_list::strip_tabs_and_spaces(&current).to_vec());
    values
}

/// A [CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte).
fn is_cors_unsafe_request_header_byte(byte: u8) -> bool {
    (byte < 0x20 && byte != b'\t') || b"\"():<>?@[\\]{}\x7f".contains(&byte)
}

/// A [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header),
/// which goes without a preflight.
///
/// ```
/// use corsac::fetch::is_cors_safelisted_request_header;
///
/// assert!(is_cors_safelisted_request_header(b"Content-Type", b"text/plain;charset=utf-8"));
/// assert!(!is_cors_safelisted_request_header(b"Content-Type", b"application/json"));
/// ```
#[must_use]
pub fn is_cors_safelisted_request_header(name: &[u8], value: &[u8]) -> bool {
    is_safelisted_in(Browser::Fetch, name, value)
}

pub(super) fn is_safelisted_in(browser: Browser, name: &[u8], value: &[u8]) -> bool {
    let is_language_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b" *,-.;=".contains(byte);
    let has_unsafe_byte = || value.iter().any(|&byte| is_cors_unsafe_request_header_byte(byte));
    // Step 1.
    if value.len() > 128 {
        return false;
    }
    // Step 2.
    match name.to_ascii_lowercase().as_slice() {
        b"accept" => !has_unsafe_byte(),
        b"accept-language" | b"content-language" => value.iter().all(is_language_byte),
        b"content-type" => {
            !has_unsafe_byte()
                && mime_type::essence(value).is_some_and(|essence| {
                    matches!(
                        essence.as_str(),
                        "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain"
                    )
                })
        }
        b"range" => range::parse_single_range(value, browser.range_unit_matches())
            .is_some_and(|(start, _)| start.is_some()),
        lower => browser.safelists_besides(lower, value),
    }
}

/// The [CORS-unsafe request-header
/// names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names) of a header list: sorted,
/// in lower case, each once.
///
/// ```
/// use corsac::fetch::cors_unsafe_request_header_names;
///
/// let headers = [("X-Tenant", "one"), ("Accept", "text/html"), ("Authorization", "Basic")]
///     .map(|(name, value)| (name.into(), value.into()));
/// assert_eq!(cors_unsafe_request_header_names(&headers), [&b"authorization"[..], b"x-tenant"]);
/// ```
#[must_use]
pub fn cors_unsafe_request_header_names(headers: &[Header]) -> Vec<Vec<u8>> {
    unsafe_names_in(Browser::Fetch, headers)
}

pub(super) fn unsafe_names_in(browser: Browser, headers: &[Header]) -> Vec<Vec<u8>> {
    // Steps 1 to 3.
    let mut unsafe_names = Vec::new();
    let mut potentially_unsafe_names = Vec::new();
    let mut safelist_value_size = 0_usize;
    // Step 4.
    for (name, value) in headers {
        if is_safelisted_in(browser, name, value) {
            potentially_unsafe_names.push(name.to_ascii_lowercase());
            safelist_value_size = safelist_value_size.saturating_add(value.len());
        } else {
            unsafe_names.push(name.to_ascii_lowercase());
        }
    }
    // Step 5.
    if safelist_value_size > 1024 && browser.counts_safelisted_values() {
        unsafe_names.append(&mut potentially_unsafe_names);
    }
    // Step 6: convert header names to a sorted-lowercase set.
    unsafe_names.sort_unstable();
    unsafe_names.dedup();
    unsafe_names
}

/// A [CORS non-wildcard request-header
/// name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name): `Authorization`.
///
/// ```
/// use corsac::fetch::is_cors_non_wildcard_request_header_name;
///
/// assert!(is_cors_non_wildcard_request_header_name(b"authorization"));
/// assert!(!is_cors_non_wildcard_request_header_name(b"X-Tenant"));
/// ```
#[must_use]
pub fn is_cors_non_wildcard_request_header_name(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"Authorization")
}

/// A [no-CORS-safelisted request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header).
fn is_no_cors_safelisted(browser: Browser, name: &[u8], value: &[u8]) -> bool {
    is_one_of(name, &["Accept", "Accept-Language", "Content-Language", "Content-Type"])
        && is_safelisted_in(browser, name, value)
}

/// What is left of the author's headers under the guard `request`, or `request-no-cors`
/// ([append](https://fetch.spec.whatwg.org/#concept-headers-append)).
pub(super) fn guard(browser: Browser, headers: &[Header], no_cors: bool) -> Vec<Header> {
    let mut kept: Vec<Header> = Vec::new();
    for (name, value) in headers {
        if is_forbidden_request_header(name, value) {
            continue;
        }
        if no_cors {
            let mut whole: Vec<u8> = Vec::new();
            let same = kept.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
            for (_, earlier) in same {
                whole.extend_from_slice(earlier);
                whole.extend_from_slice(b", ");
            }
            whole.extend_from_slice(value);
            if !is_no_cors_safelisted(browser, name, &whole) {
                continue;
            }
        }
        kept.push((name.clone(), value.clone()));
    }
    kept
}

/// A [request-body-header name](https://fetch.spec.whatwg.org/#request-body-header-name), which
/// goes with the body.
pub(super) fn is_request_body_header_name(name: &[u8]) -> bool {
    is_one_of(name, &["Content-Encoding", "Content-Language", "Content-Location", "Content-Type"])
}
