//! What is wrong with a pattern that is not in the form browsers send, and what was meant.
//!
//! With the feature `url` the URL parser says how a browser would serialize it.

#[cfg(not(feature = "url"))]
use alloc::string::String;

use super::super::OriginError;
use super::{OriginPattern, PatternError, PatternErrorKind};

/// Tells an origin in the wrong form from what is no origin, and finds the right form.
pub(super) fn diagnose(text: &str, kind: PatternErrorKind) -> PatternError {
    let PatternErrorKind::Invalid(error) = kind else {
        return PatternError { kind, suggestion: None };
    };
    let suggestion = suggest(text);
    // Without a scheme there is nothing to serialize: the suggestion is then a guess.
    let is_origin = has_scheme(text) && is_serializable(text, error, suggestion.as_deref());
    let kind = if is_origin { PatternErrorKind::NotSerialized(error) } else { kind };
    PatternError { kind, suggestion }
}

fn has_scheme(text: &str) -> bool {
    text.trim_start_matches(|c: char| c <= ' ')
        .split_once("://")
        .is_some_and(|(scheme, _)| scheme.starts_with(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(feature = "url")]
fn is_serializable(_: &str, _: OriginError, suggestion: Option<&str>) -> bool {
    suggestion.is_some()
}

/// Without a URL parser: whether it looks like an origin in another form.
#[cfg(not(feature = "url"))]
fn is_serializable(_: &str, error: OriginError, _: Option<&str>) -> bool {
    !matches!(error, OriginError::TooLong | OriginError::HostMissing)
}

#[cfg(not(feature = "url"))]
fn suggest(_: &str) -> Option<String> {
    None
}

/// Whether a browser can send an origin with this host: the labels that begin with `xn--` are
/// punycode of something, as the URL parser requires.
#[cfg(not(feature = "url"))]
pub(super) fn can_be_sent(_: &OriginPattern) -> bool {
    true
}

#[cfg(feature = "url")]
pub(super) use with_url::can_be_sent;
#[cfg(feature = "url")]
use with_url::suggest;

#[cfg(feature = "url")]
mod with_url {
    use alloc::format;
    use alloc::string::{String, ToString};

    use url::{Host, Url};

    use super::OriginPattern;

    /// Stands for a `*` while the URL parser looks at the rest.
    const WILDCARD: &str = "wildcard--z";
    /// What the URL parser passes over before a special scheme's host.
    const SLASHES: [char; 5] = ['/', '\\', '\t', '\n', '\r'];

    /// The pattern in the form in which browsers send the origins it stands for.
    pub(super) fn suggest(text: &str) -> Option<String> {
        let text = text.trim_matches(|c: char| c <= ' ');
        let suggestion = if text.contains("://") {
            canonical(text)?
        } else {
            let scheme = if is_local(text) { "http" } else { "https" };
            canonical(&format!("{scheme}://{}", text.trim_start_matches('/')))?
        };
        // What it suggests is not refused in its turn.
        let pattern = super::super::parse(&suggestion).ok()?;
        can_be_sent(&pattern).then_some(suggestion)
    }

    fn is_local(text: &str) -> bool {
        text.starts_with("localhost") || text.starts_with("127.") || text.starts_with("[::1]")
    }

    fn canonical(text: &str) -> Option<String> {
        let (scheme, rest) = text.split_once("://")?;
        let is_special = is_special(&scheme.to_ascii_lowercase());
        // The URL parser takes `https:///example.com` for `https://example.com`.
        let rest = if is_special { rest.trim_start_matches(SLASHES) } else { rest };
        // A backslash is a slash to special schemes alone.
        let ends = |c: char| matches!(c, '/' | '?' | '#') || (is_special && c == '\\');
        let authority = rest.split(ends).next()?;
        // What follows the authority is dropped, with any wildcard in it.
        let (authority, any_port) = match authority.strip_suffix(":*") {
            Some(authority) => (authority, ":*"),
            None => (authority, ""),
        };
        let concrete = authority.replace('*', WILDCARD);
        // With a path, so that nothing is taken off the end of the host.
        let url = Url::parse(&format!("{scheme}://{concrete}/")).ok()?;
        let host = match url.host()? {
            // The host of a scheme that the standard does not know is kept as it is; a browser
            // that knows it writes it in lower case.
            Host::Domain(host) => host.to_ascii_lowercase(),
            address => address.to_string(),
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let port = if any_port.is_empty() { port.as_str() } else { any_port };
        Some(format!("{}://{}{port}", url.scheme(), host.replace(WILDCARD, "*")))
    }

    /// Whether the URL standard knows the scheme.
    fn is_special(scheme: &str) -> bool {
        super::super::super::default_port(scheme.as_bytes()).is_some()
    }

    pub(in super::super) fn can_be_sent(pattern: &OriginPattern) -> bool {
        let host = pattern.host();
        if !host.contains("xn--") || !is_special(pattern.scheme()) {
            return true;
        }
        let concrete = host.replace('*', "a");
        Host::parse(&concrete).is_ok_and(|parsed| parsed == Host::Domain(concrete.clone()))
    }
}
