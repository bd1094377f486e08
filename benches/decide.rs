//! Times for people: `cargo bench --bench decide`. Each benchmark first checks the answer it times.
#![allow(missing_docs, clippy::pedantic, clippy::expect_used)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod scenarios;

use std::hint::black_box;

use corsac::Policy;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use http::HeaderMap;

fn decide(criterion: &mut Criterion) {
    let scenarios: Vec<_> = scenarios::ALL.iter().map(|make| make()).collect();
    let mut group = criterion.benchmark_group("bytes");
    for scenario in &scenarios {
        scenario.check();
        group.bench_function(scenario.name, |bencher| {
            bencher.iter(|| {
                let scenario = black_box(scenario);
                let mut request = scenario.request_without_fields();
                scenario.push_found(&mut request);
                black_box(scenario.policy.evaluate(&request).is_allowed())
            });
        });
    }
    group.finish();

    // The same, and why it is refused.
    let mut group = criterion.benchmark_group("told");
    for scenario in &scenarios {
        group.bench_function(scenario.name, |bencher| {
            bencher.iter(|| {
                let scenario = black_box(scenario);
                let mut request = scenario.request_without_fields();
                scenario.push_found(&mut request);
                black_box(scenario.policy.evaluate(&request).verdict())
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("header-map");
    for scenario in &scenarios {
        group.bench_function(scenario.name, |bencher| {
            bencher.iter(|| {
                let request = black_box(scenario).request_of_map();
                black_box(scenario.policy.evaluate(&request).is_allowed())
            });
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("applied");
    for scenario in &scenarios {
        group.bench_function(scenario.name, |bencher| {
            let mut response = HeaderMap::with_capacity(8);
            bencher.iter(|| {
                let request = black_box(scenario).request_of_map();
                scenario.policy.evaluate(&request).apply(black_box(&mut response));
                response.clear();
            });
        });
    }
    group.finish();
}

fn build(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("build");
    for count in [1_u64, 100, 10_000, 100_000] {
        group.throughput(Throughput::Elements(count));
        for (kind, shape) in [
            ("origins", "https://app-#.example.com"),
            ("patterns", "https://*.c-#.example"),
            ("in-label-patterns", "https://pr-*-#.example.com"),
        ] {
            let origins: Vec<String> =
                (0..count).map(|number| shape.replace('#', &number.to_string())).collect();
            let first = origins.first().map(|origin| origin.replace('*', "a")).expect("one");
            let builder = || {
                // Without a list of public suffixes, any name may be one.
                Policy::builder()
                    .allow_origins(&origins)
                    .dangerously_allow_public_suffix_wildcards(true)
            };
            let policy = builder().build().expect("sound");
            assert!(policy.check_origin(first.as_bytes()).is_allowed());
            group.bench_function(BenchmarkId::new(kind, count), |bencher| {
                bencher.iter_batched(
                    builder,
                    |builder| builder.build().expect("the policy is sound"),
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_millis(700));
    targets = decide, build
}
criterion_main!(benches);
