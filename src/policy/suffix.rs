//! Who can register a match for a pattern.

use crate::origin::pattern::OriginPattern;

/// Whether the host is one that never leaves the machine, whatever precedes it:
/// [RFC 6761, section 6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3).
fn is_under_localhost(tail: &str) -> bool {
    tail == "localhost" || tail.ends_with(".localhost")
}

/// Whether an origin of this pattern is on the machine itself: `localhost`, names under it,
/// `127.0.0.0/8`, `[::1]`.
pub(super) fn is_loopback(pattern: &OriginPattern) -> bool {
    let tail = pattern.tail();
    let is_address = tail.starts_with("127.") && crate::origin::is_ipv4(tail.as_bytes());
    is_under_localhost(tail) || is_address || tail == "[::1]"
}

/// Whether `*.` stands over a public suffix, so that strangers own what it matches.
pub(super) fn has_open_subdomains(pattern: &OriginPattern) -> bool {
    let tail = pattern.tail();
    pattern.subdomains()
        && !pattern.has_label_wildcard()
        && !is_under_localhost(tail)
        && covers_public_suffix(tail)
}

/// Whether a wildcard is in the label that strangers register, or to the right of it.
pub(super) fn has_open_label(pattern: &OriginPattern) -> bool {
    let tail = pattern.tail();
    pattern.has_label_wildcard() && !is_under_localhost(tail) && covers_public_suffix(tail)
}

/// Whether `tail` is a public suffix, or every name under it is one, as under `*.kawasaki.jp`.
#[cfg(feature = "psl")]
fn covers_public_suffix(tail: &str) -> bool {
    let tail = tail.strip_suffix('.').unwrap_or(tail);
    let is_suffix = |name: &str| {
        psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.as_bytes() == name.as_bytes())
    };
    is_suffix(tail) || is_suffix(&alloc::format!("any.{tail}"))
}

/// Without the list, any name may be one.
#[cfg(not(feature = "psl"))]
fn covers_public_suffix(_: &str) -> bool {
    true
}
