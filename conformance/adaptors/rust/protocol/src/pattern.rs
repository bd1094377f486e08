//! Patterns of origins as regular expressions, for implementations whose documentation says to use
//! one, or a function.

use regex::Regex;
use regex::bytes;

/// Whether an entry of `allow_origins` is an origin, and not a pattern.
#[must_use]
pub fn is_exact(origin: &str) -> bool {
    !origin.contains('*')
}

/// The regular expression that a careful user writes: anchored at both ends, dots escaped, labels and ports
/// spelt out. None for a `*` in a place where a policy cannot have one.
#[must_use]
pub fn as_regex(pattern: &str) -> Option<bytes::Regex> {
    let shape =
        Regex::new(r"^([a-z][a-z0-9+.-]*)://(\*\.)?([^:/]+|\[[0-9a-f:.]+\])(:[0-9]+|:\*)?$");
    let parts = shape.ok()?.captures(pattern)?;
    let part = |index: usize| parts.get(index).map_or("", |part| part.as_str());
    let labels = if part(2).is_empty() { "" } else { r"([a-z0-9_-]{1,63}\.)+" };
    let host = regex::escape(part(3)).replace(r"\*", "[a-z0-9-]+");
    let at_port = if part(4) == ":*" { "(:[1-9][0-9]{0,4})?" } else { part(4) };
    let scheme = regex::escape(part(1));
    bytes::Regex::new(&format!("^{scheme}://{labels}{host}{at_port}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, origin: &str) -> bool {
        as_regex(pattern).is_some_and(|regex| regex.is_match(origin.as_bytes()))
    }

    #[test]
    fn a_pattern_matches_what_it_says() {
        assert!(matches("https://*.example.com", "https://a.b.example.com"));
        assert!(!matches("https://*.example.com", "https://example.com"));
        assert!(!matches("https://*.example.com", "https://a.examplexcom"));
        assert!(!matches("https://*.example.com", "https://a.example.com.evil.example"));
        assert!(matches("http://localhost:*", "http://localhost"));
        assert!(matches("http://localhost:*", "http://localhost:3000"));
        assert!(!matches("http://localhost:*", "http://localhost:3000.evil.example"));
        assert!(matches(
            "https://pr-*-shop.example.net:8443",
            "https://pr-7-shop.example.net:8443"
        ));
        assert!(!matches("https://pr-*-shop.example.net", "https://pr-7.x-shop.example.net"));
    }
}
