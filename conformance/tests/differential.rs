//! The engine against the reference server, and what must hold of every decision.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

use corsac::{Decision, OriginVerdict, Policy, PolicyConfig, Request};
use corsac_conformance::model::{Answer, ModelRequest, answer, answer_with, error_codes};
use proptest::prelude::*;

#[path = "support/generate.rs"]
mod generate;

fn request(of: &ModelRequest) -> Request<'_> {
    Request::from_fields(&of.method, of.headers.iter().map(|(n, v)| (n, v.as_slice())))
}

/// The engine's decision in the reference server's form.
fn as_answer(decision: &Decision<'_>) -> Answer {
    Answer {
        kind: decision.kind().as_str(),
        rejection: decision.verdict().rejection().map(|rejection| {
            (rejection.code(), decision.offending().map(|value| value.as_bytes().to_vec()))
        }),
        status: decision.status(),
        headers: decision
            .fields()
            .map(|field| (field.name().to_owned(), field.value().to_vec()))
            .collect(),
    }
}

fn build(config: &PolicyConfig) -> Policy {
    config.build().expect("the reference server finds no error in it")
}

/// The names in the response's `Vary`.
fn vary_of(answer: &Answer) -> Vec<String> {
    let lines = answer.headers.iter().filter(|(name, _)| name == "vary");
    lines
        .flat_map(|(_, value)| {
            let line = std::str::from_utf8(value).unwrap();
            line.split(", ").map(str::to_owned).collect::<Vec<_>>()
        })
        .collect()
}

/// As many as the variable that proptest itself reads says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn the_engine_answers_as_the_reference_server((config, asked) in generate::exchange()) {
        let policy = build(&config);
        let request = request(&asked);
        prop_assert_eq!(as_answer(&policy.evaluate(&request)), answer(&config, &asked));
        for (verdict, allowed) in [(OriginVerdict::Allow, true), (OriginVerdict::Deny, false)] {
            prop_assert_eq!(
                as_answer(&policy.evaluate_with(&request, verdict)),
                answer_with(&config, &asked, allowed)
            );
        }
    }

    #[test]
    fn both_find_the_same_errors(config in generate::any_policy()) {
        let found = config.check();
        let codes: Vec<_> = found
            .errors()
            .iter()
            .map(|issue| (issue.path().to_string(), issue.code().as_str()))
            .collect();
        prop_assert_eq!(codes, error_codes(&config));
        prop_assert_eq!(config.build().is_ok(), found.errors().is_empty());
    }

    #[test]
    fn what_is_suggested_is_accepted(config in generate::any_policy()) {
        for issue in config.check().errors() {
            let (Some(suggestion), Some(index)) = (issue.suggestion(), issue.index()) else {
                continue;
            };
            let mut mended = config.clone();
            let list = match issue.field() {
                "allow_origins" => &mut mended.allow_origins,
                "allow_methods" => &mut mended.allow_methods,
                "allow_headers" => &mut mended.allow_headers,
                _ => &mut mended.expose_headers,
            };
            suggestion.clone_into(&mut list[index]);
            let again = mended.check();
            let same = again.errors().iter().find(|other| {
                other.path() == issue.path() && other.code() == issue.code()
            });
            prop_assert!(same.is_none(), "{:?} after {:?}", same, issue);
        }
    }

    #[test]
    fn a_policy_gives_its_document_back(
        (config, asked) in generate::exchange(),
    ) {
        let policy = build(&config);
        let again = build(&policy.config());
        prop_assert_eq!(&policy, &again);
        let request = request(&asked);
        prop_assert_eq!(
            as_answer(&policy.evaluate(&request)),
            as_answer(&again.evaluate(&request))
        );
        let json = serde_json::to_string(&config).unwrap();
        prop_assert_eq!(serde_json::from_str::<PolicyConfig>(&json).unwrap(), config);
    }

    #[test]
    fn a_refused_request_gets_nothing((config, asked) in generate::exchange()) {
        let policy = build(&config);
        let request = request(&asked);
        let decision = policy.evaluate(&request);
        let code = decision.verdict().rejection().map(corsac::Rejection::code);
        let shows_lists = config.diagnostics
            && matches!(code, Some("method-not-allowed" | "header-not-allowed"));
        for field in decision.fields() {
            prop_assert!(field.value().iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')));
            prop_assert!(decision.is_allowed() || shows_lists || field.is_vary(), "{:?}", decision);
            // Never a wildcard beside credentials.
            prop_assert!(field.value() != b"*" || !config.allow_credentials, "{:?}", decision);
        }
    }

    #[test]
    fn vary_tells_all_that_the_answer_depends_on(
        (config, one, mut other) in generate::policy().prop_flat_map(|config| {
            let requests = (generate::request_for(&config), generate::request_for(&config));
            (Just(config), requests).prop_map(|(config, (one, other))| (config, one, other))
        }),
    ) {
        // Two requests of one class that agree on everything that the first's answer says it
        // varies by get the same answer.
        let first = answer_of(&config, &one);
        let vary = vary_of(&first);
        other.method.clone_from(&one.method);
        other.headers.retain(|(name, _)| !vary.contains(&name.to_lowercase()));
        other.headers.extend(
            one.headers.iter().filter(|(name, _)| vary.contains(&name.to_lowercase())).cloned(),
        );
        let second = answer_of(&config, &other);
        if first.kind == second.kind {
            prop_assert_eq!((first.status, first.headers), (second.status, second.headers));
        }
    }

    #[test]
    fn a_grant_more_revokes_none(
        (config, asked, more) in (generate::policy(), generate::policy()).prop_flat_map(|(config, more)| {
            let asked = generate::request_for(&config);
            (Just(config), asked, Just(more))
        }),
    ) {
        let before = as_answer(&build(&config).evaluate(&request(&asked)));
        let mut wider = config.clone();
        if !wider.allow_origins.contains(&"*".to_owned()) {
            let others = more.allow_origins.into_iter().filter(|origin| origin != "*");
            wider.allow_origins.extend(others);
        }
        if !wider.allow_methods.contains(&"*".to_owned()) {
            wider.allow_methods.extend(more.allow_methods.into_iter().filter(|name| name != "*"));
        }
        if !wider.allow_headers.contains(&"*".to_owned()) {
            wider.allow_headers.extend(more.allow_headers.into_iter().filter(|name| name != "*"));
        }
        wider.allow_private_network = true;
        let Ok(wider) = wider.build() else { return Ok(()) };
        if before.rejection.is_none() {
            let after = as_answer(&wider.evaluate(&request(&asked)));
            prop_assert_eq!(after.rejection, None);
        }
    }

    #[test]
    fn the_http_crate_changes_nothing((config, asked) in generate::exchange()) {
        let policy = build(&config);
        let Ok(method) = http::Method::from_bytes(&asked.method) else { return Ok(()) };
        let mut headers = http::HeaderMap::new();
        for (name, value) in &asked.headers {
            let Ok(value) = http::HeaderValue::from_bytes(value) else { return Ok(()) };
            headers.append(name.parse::<http::HeaderName>().unwrap(), value);
        }
        let from_http = Request::from_http(&method, &headers);
        let from_fields = request(&asked);
        let decision = policy.evaluate(&from_http);
        prop_assert_eq!(as_answer(&decision), as_answer(&policy.evaluate(&from_fields)));
        let mut response = http::HeaderMap::new();
        decision.apply(&mut response);
        let applied: Vec<_> = response
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect();
        prop_assert_eq!(applied, as_answer(&decision).headers);
    }
}

fn answer_of(config: &PolicyConfig, asked: &ModelRequest) -> Answer {
    as_answer(&build(config).evaluate(&request(asked)))
}

/// What the properties above claim would be worth little if the generators did not get there.
#[test]
fn the_generators_reach_every_outcome() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut outcomes = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..8_000 {
        let (config, asked) = generate::exchange().new_tree(&mut runner).unwrap().current();
        let answer = answer(&config, &asked);
        let code = answer.rejection.map_or("allowed", |(code, _)| code);
        *outcomes.entry(format!("{} {code}", answer.kind)).or_default() += 1;
        let echoes = answer.headers.iter().filter(|(name, _)| name.ends_with("allow-headers"));
        if echoes.count() > 1 {
            *outcomes.entry("several lines given back".to_owned()).or_default() += 1;
        }
    }
    let codes = corsac::Rejection::ALL.iter().map(|rejection| rejection.code());
    for outcome in codes.map(|code| format!("preflight {code}")).chain([
        "not-cors allowed".to_owned(),
        "actual allowed".to_owned(),
        "actual origin-multiple".to_owned(),
        "actual origin-malformed".to_owned(),
        "actual origin-null".to_owned(),
        "actual origin-not-allowed".to_owned(),
        "preflight allowed".to_owned(),
        "several lines given back".to_owned(),
    ]) {
        let count = outcomes.get(&outcome).copied().unwrap_or(0);
        assert!(count >= 5, "{outcome}: {count} of {outcomes:#?}");
    }

    let mut codes = std::collections::BTreeMap::<&str, u32>::new();
    for _ in 0..8_000 {
        let config = generate::any_policy().new_tree(&mut runner).unwrap().current();
        for (_, code) in error_codes(&config) {
            *codes.entry(code).or_default() += 1;
        }
    }
    assert_eq!(codes.len(), 24, "{codes:#?}");
    assert!(codes.values().all(|count| *count >= 5), "{codes:#?}");
}

/// How names and lists of them are written, rightly and wrongly.
const ELEMENTS: [&str; 15] = [
    "x-a",
    "X-A",
    "x-a   ",
    " \tx-a",
    "x-b",
    "x-a-long-name",
    "X-A-LONG-NAMe",
    "x-a-long-nama",
    "",
    "  ",
    "x-c",
    "x a",
    "x-a;",
    "x-a\u{7f}",
    "*",
];

fn policies() -> Vec<PolicyConfig> {
    let few = ["x-a", "x-b", "x-a-long-name"].map(str::to_owned).to_vec();
    let many = (0..20).map(|number| format!("x-h{number}")).chain(few.clone()).collect();
    let any = vec!["*".to_owned()];
    [(few, false), (many, false), (any.clone(), false), (any, true)]
        .into_iter()
        .map(|(allow_headers, allow_credentials)| {
            let mut config = PolicyConfig::new();
            config.allow_origins = vec!["https://app.example.com".to_owned()];
            config.allow_headers = allow_headers;
            config.allow_credentials = allow_credentials;
            config
        })
        .collect()
}

fn lists() -> impl Iterator<Item = Vec<&'static str>> {
    let one = ELEMENTS.iter().map(|one| vec![*one]);
    let two = ELEMENTS.iter().flat_map(|one| ELEMENTS.iter().map(move |two| vec![*one, *two]));
    let three = ELEMENTS.iter().flat_map(|one| {
        ELEMENTS
            .iter()
            .flat_map(move |two| ELEMENTS.iter().map(move |three| vec![*one, *two, *three]))
    });
    one.chain(two).chain(three)
}

/// What repeats, spaces, empty elements and capitals cost of the budgets, and what comes first of
/// several faults.
#[test]
fn every_short_list_of_names_is_judged_as_by_the_reference_server() {
    let origin = ("origin".to_owned(), b"https://app.example.com".to_vec());
    let method = ("access-control-request-method".to_owned(), b"GET".to_vec());
    let line = |line: &str| ("access-control-request-headers".to_owned(), line.as_bytes().to_vec());
    let (mut allowed, mut asked) = (0, 0);
    for config in policies() {
        let policy = build(&config);
        for list in lists() {
            // Twenty of a thing exceed each budget that it draws on, or nearly so.
            for times in [1, 7, 20] {
                let all = vec![list.join(","); times].join(",");
                // In one line and in two.
                let (first, second) = all.split_at(all.find(',').map_or(0, |at| at + 1));
                for lines in [vec![line(&all)], vec![line(first), line(second)]] {
                    let headers = [vec![origin.clone(), method.clone()], lines].concat();
                    let asks = ModelRequest { method: b"OPTIONS".to_vec(), headers };
                    let found = as_answer(&policy.evaluate(&request(&asks)));
                    let list = all.escape_debug();
                    assert_eq!(found, answer(&config, &asks), "{:?} {list}", config.allow_headers);
                    allowed += usize::from(found.rejection.is_none());
                    asked += 1;
                }
            }
        }
    }
    assert!(allowed > 10_000 && asked > 2 * allowed, "{allowed} of {asked}");
}
