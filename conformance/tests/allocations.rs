//! From a request to the last field of its decision, nothing is allocated.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use std::hint::black_box;

use corsac::{Kind, Policy, Request};
use http::{HeaderMap, HeaderValue, Method};

fn policies() -> Vec<(&'static str, Policy)> {
    let listed = || {
        Policy::builder()
            .allow_origins(["https://app.example.com", "https://*.preview.example.com"])
            .allow_methods(["PUT", "DELETE"])
            .allow_headers((0..10).map(|number| format!("x-header-{number}")))
            .expose_headers(["x-request-id"])
            .allow_private_network(true)
            .max_age(600)
    };
    let many = (0..1000).map(|number| format!("https://tenant-{number}.example.com"));
    let many = many.chain(["https://app.example.com".to_owned()]);
    [
        ("listed", listed()),
        ("with credentials", listed().allow_credentials(true)),
        ("with diagnostics", listed().diagnostics(true)),
        ("many", listed().allow_origins(many)),
        ("any headers", listed().allow_headers(["*"]).allow_methods(["*"])),
        (
            "any headers with credentials",
            listed().allow_headers(["*"]).allow_methods(["*"]).allow_credentials(true),
        ),
        ("any origin", listed().allow_origins(["*"])),
    ]
    .map(|(name, builder)| (name, builder.build().unwrap()))
    .into()
}

fn requests() -> Vec<(Method, HeaderMap)> {
    let names: Vec<String> = (0..10).map(|number| format!("x-header-{number}")).collect();
    let mut shuffled = names.clone();
    shuffled.reverse();
    let lists = [
        vec![],
        vec![names.join(",")],
        vec![shuffled.join(" , ").to_uppercase()],
        names.clone(),
        vec!["x-unknown".to_owned()],
        vec!["x header".to_owned()],
        vec![",".repeat(1000)],
    ];
    let mut requests = Vec::new();
    for origin in [
        &b"https://app.example.com"[..],
        b"https://pr-1.preview.example.com",
        b"https://evil.example",
        b"null",
        b"nonsense",
        b"",
        b"\xff",
    ] {
        for list in &lists {
            for method in [Method::GET, Method::OPTIONS] {
                let mut headers = HeaderMap::new();
                headers.insert("origin", HeaderValue::from_bytes(origin).unwrap());
                headers.insert("access-control-request-method", "PUT".parse().unwrap());
                headers.insert("access-control-request-private-network", "true".parse().unwrap());
                for line in list {
                    headers.append("access-control-request-headers", line.parse().unwrap());
                }
                requests.push((method, headers));
            }
        }
    }
    requests.push((Method::GET, HeaderMap::new()));
    requests
}

#[test]
fn deciding_allocates_nothing() {
    let mut seen = std::collections::BTreeSet::new();
    for (name, policy) in policies() {
        for (method, headers) in requests() {
            let mut outcome = None;
            let counted = allocation_counter::measure(|| {
                let request = Request::from_http(&method, &headers);
                let decision = policy.evaluate(&request);
                for field in decision.fields() {
                    black_box((field.name(), field.value()));
                }
                black_box(decision.offending());
                outcome = Some((decision.kind().as_str(), decision.is_allowed()));
            });
            assert_eq!(counted.count_total, 0, "{name}: {method} {headers:?}");
            seen.extend(outcome);
        }
    }
    let all = [
        ("actual", false),
        ("actual", true),
        ("not-cors", true),
        ("preflight", false),
        ("preflight", true),
    ];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all);
}

#[test]
fn applying_to_a_response_allocates_nothing_for_an_actual_request() {
    // A value that is a slice of a shared buffer, as servers make them.
    let buffer = bytes::Bytes::from("https://app.example.com".to_owned());
    let _shared = buffer.clone();
    let mut headers = HeaderMap::new();
    headers.insert("origin", HeaderValue::from_maybe_shared(buffer).unwrap());
    for (name, policy) in policies() {
        let request = Request::from_http(&Method::GET, &headers);
        let decision = policy.evaluate(&request);
        assert_eq!((decision.kind(), decision.is_allowed()), (Kind::Actual, true), "{name}");
        let mut response = HeaderMap::with_capacity(8);
        let counted = allocation_counter::measure(|| decision.apply(&mut response));
        assert_eq!(counted.count_total, 0, "{name}");
        let fields = decision.to_response_fields();
        let mut response = HeaderMap::with_capacity(8);
        let counted = allocation_counter::measure(|| fields.apply(&mut response));
        assert_eq!(counted.count_total, 0, "{name}");
    }
}

#[test]
fn the_counter_counts() {
    assert!(allocation_counter::measure(|| drop(black_box(vec![1_u8]))).count_total > 0);
}
