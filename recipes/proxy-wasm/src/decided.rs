//! What is decided about a request, and what that does to a response: without a proxy.

use corsac::{Policy, Request, missing_from_vary};

/// A name and a value, as proxies give them to filters.
pub type Header = (String, Vec<u8>);

/// What was decided, until there is a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    /// For a preflight, the status to answer with now.
    pub preflight: Option<u16>,
    /// The fields to put on the response.
    pub fields: Vec<(&'static str, String)>,
    /// Why the request is refused, for a log: what it shows of the request is escaped.
    pub refusal: Option<String>,
}

impl Decided {
    /// Decides about a request, whose method is the pseudo-header `:method`.
    #[must_use]
    pub fn of(policy: &Policy, headers: &[Header]) -> Self {
        let method = headers.iter().find(|(name, _)| name == ":method");
        let method = method.map(|(_, value)| value.as_slice()).unwrap_or_default();
        let fields = headers.iter().map(|(name, value)| (name.as_bytes(), value));
        let request = Request::from_fields(method, fields);
        let decision = policy.evaluate(&request);
        // A value is always printable ASCII.
        let text = |value| String::from_utf8_lossy(value).into_owned();
        let refusal = decision.verdict().rejection().map(|rejection| {
            let offending = decision.offending();
            let offending = offending.map(|bytes| format!(": {bytes}")).unwrap_or_default();
            format!("refused: {rejection}{offending} [{}]", rejection.code())
        });
        Self {
            preflight: decision.status(),
            fields: decision.fields().map(|field| (field.name(), text(field.value()))).collect(),
            refusal,
        }
    }

    /// What to add to a response that has these headers, once those that are
    /// [CORS's own](corsac::OWNED_FIELDS) have been taken off: `Vary` is merged.
    #[must_use]
    pub fn to_add(&self, there: &[Header]) -> Vec<(&'static str, String)> {
        let is_vary = |header: &&Header| header.0.eq_ignore_ascii_case("vary");
        let vary = || there.iter().filter(is_vary).map(|(_, value)| value.as_slice());
        let merged = |(name, value): &(&'static str, String)| {
            if *name == "vary" {
                let missing: Vec<_> = missing_from_vary(vary, value.as_bytes()).collect();
                (*name, String::from_utf8_lossy(&missing.join(&b", "[..])).into_owned())
            } else {
                (*name, value.clone())
            }
        };
        self.fields.iter().map(merged).filter(|(_, value)| !value.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        let policy = Policy::builder()
            .allow_origins(["https://app.example.com"])
            .allow_methods(["PUT"])
            .build();
        policy.expect("it is sound")
    }

    fn headers(pairs: &[(&str, &str)]) -> Vec<Header> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
    }

    #[test]
    fn a_preflight_is_answered() {
        let asked = headers(&[
            (":method", "OPTIONS"),
            ("origin", "https://app.example.com"),
            ("access-control-request-method", "PUT"),
        ]);
        let decided = Decided::of(&policy(), &asked);
        assert_eq!(decided.preflight, Some(204));
        assert_eq!(decided.refusal, None);
        let expected = [
            ("access-control-allow-origin", "https://app.example.com"),
            ("access-control-allow-methods", "PUT"),
        ];
        let added = decided.to_add(&[]);
        let added: Vec<_> = added.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(added[..2], expected);
        assert_eq!(added[2].0, "vary");
    }

    #[test]
    fn a_refused_request_goes_on_without_a_grant() {
        let asked = headers(&[(":method", "GET"), ("origin", "https://evil.example\u{1b}[2J")]);
        let decided = Decided::of(&policy(), &asked);
        assert_eq!(decided.preflight, None);
        let refusal = decided.refusal.clone().expect("it is refused");
        assert!(refusal.contains("\\x1b") && refusal.contains("[origin-malformed]"), "{refusal}");
        assert_eq!(decided.to_add(&[]), [("vary", "origin".to_owned())]);
        let there = headers(&[("Vary", "Accept-Encoding"), ("vary", "Origin")]);
        assert_eq!(decided.to_add(&there), []);
    }

    /// A proxy that gives no method is no reason to fall.
    #[test]
    fn nothing_at_all() {
        assert_eq!(Decided::of(&policy(), &[]).preflight, None);
    }
}
