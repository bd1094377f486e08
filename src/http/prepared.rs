//! [`Prepared`]: the answer to an allowed preflight, made once.

use core::cmp::Ordering;

use http::HeaderMap;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};

use crate::decision::Decision;
use crate::policy::Inner;
use crate::policy::methods::Methods;
use crate::policy::names::Names;

/// The fields of the answer to a preflight that is allowed, which differ from one to the next in
/// the origin that is named, and in nothing else unless the policy gives back what it was asked
/// for. To copy them costs less than to put one after another in an empty map.
#[derive(Debug)]
pub(crate) struct Prepared(HeaderMap);

impl Inner {
    /// Prepares the answer, for a policy that was just built.
    pub(crate) fn prepare(&mut self) {
        let given_back = matches!(self.lists.methods, Methods::Any { credentials: true })
            || matches!(self.lists.headers, Names::Any { credentials: true, .. });
        if given_back {
            return;
        }
        let mut headers = HeaderMap::new();
        Decision::of_preflight(self).apply(&mut headers);
        if let Some(lists) = alloc::sync::Arc::get_mut(&mut self.lists) {
            lists.prepared = Some(Prepared(headers));
        }
    }
}

impl Prepared {
    /// Puts them on a response that has no fields yet.
    pub(super) fn put_on(&self, origin: Option<HeaderValue>, headers: &mut HeaderMap) {
        *headers = self.0.clone();
        let Some(origin) = origin else { return };
        // It is the first.
        match headers.iter_mut().next() {
            Some((name, value)) if name == ACCESS_CONTROL_ALLOW_ORIGIN => *value = origin,
            _ => {
                let _full = headers.try_insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            }
        }
    }
}

/// It follows from the rest of a policy's lists, and where these are the same, so is it.
impl Ord for Prepared {
    fn cmp(&self, _: &Self) -> Ordering {
        Ordering::Equal
    }
}

impl PartialOrd for Prepared {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Prepared {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Prepared {}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use http::HeaderMap;
    use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue};

    use crate::{OriginVerdict, Policy, PolicyBuilder, PolicyInterner, Request};

    /// The fields that the answer to a preflight has, put on an empty response and on another.
    fn answers(policy: &Policy, more: &[(&str, &str)], verdict: Option<OriginVerdict>) {
        let origin = ("Origin", "https://app.example.com");
        let asked = ("Access-Control-Request-Method", "PUT");
        let fields = [origin, asked].into_iter().chain(more.iter().copied());
        let request = Request::from_fields("OPTIONS", fields);
        let decision = match verdict {
            None => policy.evaluate(&request),
            Some(verdict) => policy.evaluate_with(&request, verdict),
        };
        let expected: Vec<_> = decision.fields().map(|f| (f.name(), f.value().to_vec())).collect();
        let mut empty = HeaderMap::new();
        decision.apply(&mut empty);
        let mut other = HeaderMap::new();
        other.insert("server", HeaderValue::from_static("any"));
        decision.apply(&mut other);
        other.remove("server");
        for headers in [empty, other] {
            let mut fields: Vec<_> =
                headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes().to_vec())).collect();
            fields.sort_by_key(|(name, _)| expected.iter().position(|(n, _)| n == name));
            assert_eq!(fields, expected, "{policy:?} {more:?}");
        }
    }

    #[test]
    fn what_is_prepared_is_what_is_made_field_by_field() {
        let listed = || Policy::builder().allow_origins(["https://app.example.com"]);
        let any = || Policy::builder().allow_origins(["*"]);
        let grant = |policy: PolicyBuilder| policy.allow_methods(["PUT"]).allow_headers(["x-a"]);
        let policies = [
            listed(),
            any(),
            grant(listed()),
            grant(any()).max_age(5),
            grant(listed()).allow_credentials(true).max_age(5).diagnostics(true),
            grant(listed()).allow_private_network(true),
            listed().allow_methods(["*"]).allow_headers(["*"]),
            any().allow_methods(["*"]).allow_headers(["*", "authorization"]),
            listed().allow_methods(["*"]).allow_credentials(true),
            listed().allow_headers(["*"]).allow_methods(["PUT"]).allow_credentials(true),
            grant(Policy::builder().dynamic_origins(true)),
            grant(any().dynamic_origins(true)),
        ];
        for policy in policies {
            let policy = policy.build().unwrap();
            let headers = ("Access-Control-Request-Headers", "x-a");
            let private = ("Access-Control-Request-Private-Network", "true");
            for more in [&[][..], &[headers], &[private], &[headers, private]] {
                for verdict in [None, Some(OriginVerdict::Allow), Some(OriginVerdict::Deny)] {
                    answers(&policy, more, verdict);
                }
            }
        }
    }

    #[test]
    fn policies_that_share_an_answer_name_each_its_own_origin() {
        let mut interner = PolicyInterner::new();
        let mut policy = |origin: &str| {
            let policy = Policy::builder().allow_origins([origin]).allow_methods(["PUT"]);
            interner.share(policy.build().unwrap())
        };
        let origins = ["https://a.example", "https://b.example", "https://*.c.example"];
        let policies = origins.map(&mut policy);
        assert_eq!(interner.len(), 1);
        for (origin, policy) in origins.map(|origin| origin.replace('*', "c")).iter().zip(policies)
        {
            let asked = ("Access-Control-Request-Method", "PUT");
            let request = Request::from_fields("OPTIONS", [("Origin", origin.as_str()), asked]);
            let mut headers = HeaderMap::new();
            policy.evaluate(&request).apply(&mut headers);
            assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], origin.as_str());
            // Somebody who keeps origins elsewhere allows one that the policy does not list.
            let other = Request::from_fields("OPTIONS", [("Origin", "https://d.example"), asked]);
            let decision = policy.evaluate_with(&other, OriginVerdict::Allow);
            let mut headers = HeaderMap::new();
            decision.apply(&mut headers);
            assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "https://d.example");
        }
    }
}
