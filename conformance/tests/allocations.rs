//! From a request to the last field of its decision, nothing is allocated.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_precision_loss,
    reason = "a failed expectation is a failed test"
)]

use std::hint::black_box;

use corsac::{Kind, Policy, PolicyInterner, Request};
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

/// Bytes that are still held once `make` is done, its result among them.
fn bytes_held<T>(make: impl FnOnce() -> T) -> u64 {
    let mut result = None;
    let counted = allocation_counter::measure(|| result = Some(make()));
    drop(black_box(result));
    u64::try_from(counted.bytes_current).unwrap()
}

#[test]
fn a_compiled_policy_takes_at_most_three_times_the_bytes_of_its_patterns() {
    for shape in
        ["https://app-#.example.com", "https://*.customer-#.example", "https://#-*.a.example"]
    {
        let origins: Vec<String> =
            (0..10_000).map(|number| shape.replace('#', &format!("{number:05}"))).collect();
        let text: usize = origins.iter().map(String::len).sum();
        let builder = Policy::builder().allow_origins(origins);
        let held = bytes_held(|| builder.build().unwrap());
        let times = held as f64 / text as f64;
        println!(
            "{shape}: {held} bytes held for {text} bytes of patterns, {times:.2} times as many"
        );
        assert!(times <= 3.0, "{shape}: {times}");
    }
}

/// One of many customers' policies.
fn small(customer: u64) -> Policy {
    let origin = |at| format!("https://app-{at}.customer-{customer:07}.example");
    Policy::builder()
        .allow_origins((0..=customer % 3).map(origin))
        .allow_methods(["PUT", "DELETE", "PATCH"])
        .allow_headers((0..10).map(|number| format!("x-header-{number}")))
        .expose_headers(["x-request-id"])
        .allow_credentials(true)
        .max_age(600)
        .build()
        .unwrap()
}

/// What each of many small policies takes that share what they have in common.
fn bytes_when_shared(many: u64) -> u64 {
    let held = bytes_held(|| {
        let mut interner = PolicyInterner::new();
        let policies: Vec<_> = (0..many).map(|at| interner.share(small(at))).collect();
        (policies, interner)
    });
    held.checked_div(many).expect("at least one")
}

#[test]
fn many_small_policies_take_few_bytes_each() {
    const MANY: u64 = 10_000;
    let alone = bytes_held(|| (0..MANY).map(small).collect::<Vec<_>>()) / MANY;
    let shared = bytes_when_shared(MANY);
    println!("a policy of one to three origins: {alone} bytes alone, {shared} bytes sharing");
    assert!(shared < 600, "{shared}");
    assert!(shared < alone);
}

#[test]
#[ignore = "takes 300 MB: cargo test --release -p corsac-conformance --test allocations -- --ignored"]
fn a_million_small_policies_take_few_bytes_each() {
    let shared = bytes_when_shared(1_000_000);
    println!("each of a million policies that share takes {shared} bytes");
    assert!(shared < 600, "{shared}");
}

#[test]
fn a_policy_that_shares_is_the_same_policy() {
    let mut interner = PolicyInterner::new();
    for (name, policy) in policies() {
        let shared = interner.share(policy.clone());
        assert_eq!(shared, policy, "{name}");
        assert_eq!(shared.config(), policy.config(), "{name}");
    }
    assert!(!interner.is_empty());
    interner.release_unused();
    assert!(interner.is_empty());
}

#[test]
fn the_counter_counts() {
    assert!(allocation_counter::measure(|| drop(black_box(vec![1_u8]))).count_total > 0);
}
