//! Page, browser, engine, browser: script gets the response if and only if the policy's plain
//! meaning says so, under every profile, with and without credentials, and through the cache of
//! preflights, however much it remembers.
//!
//! The exceptions, each where a profile's difference says otherwise:
//!
//! - Chromium lets a few client hints through unasked, so for it they are not among the names that
//!   the policy must allow.
//! - WebKit takes a remembered `*` to cover `Authorization`, and so asks no more where the policy
//!   would have refused it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

use std::time::Duration;

use corsac::PolicyConfig;
use corsac::fetch::{
    Browser, Credentials, Fetch, MessageKind, Outcome, PageOrigin, PreflightCache, Response,
    ResponseType, normalize_method,
};
use corsac_conformance::handshake::{Handshake, play};
use corsac_conformance::model::{PageRequest, may_read};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

#[path = "support/generate.rs"]
#[allow(dead_code, reason = "its requests are for the engine alone")]
mod generate;

const URL: &str = "https://target.test/things?id=1";

/// Headers, and whether each goes without asking: `Some` names the one profile in which it does.
const HEADERS: [(&str, &str, Asking); 13] = [
    ("Accept", "text/html", Asking::Never),
    ("accept-language", "en", Asking::Never),
    ("Content-Type", "text/plain;x", Asking::Never),
    ("Content-Type", "application/json", Asking::Always),
    ("Accept", "(", Asking::Always),
    ("Range", "bytes=0-1", Asking::Never),
    ("Range", "bytes=-1", Asking::Always),
    ("Authorization", "x", Asking::Always),
    ("X-A", "1", Asking::Always),
    ("x-ab", "1", Asking::Always),
    ("Y", "1", Asking::Always),
    ("*", "1", Asking::Always),
    ("DPR", "2.0", Asking::ButInChromium),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Never,
    Always,
    ButInChromium,
}

#[derive(Clone, Debug)]
struct Page {
    origin: String,
    method: String,
    headers: Vec<(&'static str, &'static str, Asking)>,
    credentials: Credentials,
    use_preflight: bool,
}

impl Page {
    fn fetch(&self) -> Option<Fetch> {
        let mut fetch = Fetch::new(URL, &self.origin).ok()?;
        fetch.set_method(&self.method);
        for (name, value, _) in &self.headers {
            fetch.push_header(name.as_bytes(), value.as_bytes()).ok()?;
        }
        fetch.set_credentials(self.credentials);
        fetch.set_use_preflight(self.use_preflight);
        Some(fetch)
    }

    /// What the policy is about in it.
    fn plainly(&self, browser: Browser) -> PageRequest {
        let asks = |asking: Asking| match asking {
            Asking::Never => false,
            Asking::Always => true,
            Asking::ButInChromium => browser != Browser::Chromium,
        };
        let names = self.headers.iter().filter(|(.., asking)| asks(*asking));
        PageRequest {
            origin: self.origin.clone(),
            method: String::from_utf8(normalize_method(self.method.as_bytes())).unwrap(),
            unsafe_names: names.map(|(name, ..)| name.to_lowercase()).collect(),
            credentials: self.credentials == Credentials::Include,
        }
    }
}

fn page(config: &PolicyConfig) -> impl Strategy<Value = Page> + use<> {
    let origins = config.allow_origins.clone();
    let near = (any::<Index>(), select(vec!["q", "1-2", "q.r", "evil"]), any::<u8>()).prop_map(
        move |(at, label, change)| {
            let listed =
                if origins.is_empty() { "https://a.com" } else { at.get(&origins).as_str() };
            let origin = match listed {
                "*" => "https://anyone.example".to_owned(),
                listed => listed.replace(":*", ":1").replace('*', label),
            };
            match change % 6 {
                0 => origin + ".evil.net",
                1 => origin.replace("://", "://sub."),
                2 => "null".to_owned(),
                _ => origin,
            }
        },
    );
    let methods = config.allow_methods.clone();
    let method = (any::<Index>(), any::<u8>()).prop_map(move |(at, change)| match change % 6 {
        0 => "DELETE".to_owned(),
        1 => "put".to_owned(),
        2 => "patch".to_owned(),
        3 => "GET".to_owned(),
        _ if methods.is_empty() => "POST".to_owned(),
        _ => at.get(&methods).clone(),
    });
    let is_sendable = |method: &String| {
        method.len() <= 64 && !["CONNECT", "TRACE", "TRACK"].contains(&&*method.to_uppercase())
    };
    (
        near.prop_filter("a page has an origin", |origin| PageOrigin::parse(origin).is_ok()),
        method.prop_filter("script can use it", is_sendable),
        vec(select(&HEADERS[..]), 0..4),
        select(vec![Credentials::SameOrigin, Credentials::Omit, Credentials::Include]),
        prop::bool::weighted(0.2),
    )
        .prop_map(|(origin, method, headers, credentials, use_preflight)| Page {
            origin,
            method,
            headers,
            credentials,
            use_preflight,
        })
}

/// A policy, requests to it one after another, and the seconds between them.
fn session() -> impl Strategy<Value = (PolicyConfig, Vec<(Page, u64)>)> {
    // Whom the program itself lets in, the document does not say.
    let policy = generate::policy().prop_map(|mut config| {
        config.dynamic_origins = false;
        if config.allow_origins.is_empty() {
            config.allow_origins.push("https://a.com".to_owned());
        }
        config
    });
    policy.prop_flat_map(|config| {
        let pages = vec((page(&config), select(vec![0, 1, 4, 5, 6, 600, 90_000])), 1..5);
        (Just(config), pages)
    })
}

fn handler() -> Response {
    Response::new(200)
        .header("Content-Type", "text/plain")
        .header("X-A", "1")
        .header("Set-Cookie", "a=b")
        .header("Access-Control-Allow-Origin", "https://somebody.else")
}

fn exposes(config: &PolicyConfig, credentials: bool, name: &str) -> bool {
    let named = config.expose_headers.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    named || (!credentials && config.expose_headers.contains(&"*".to_owned()))
}

fn check(
    config: &PolicyConfig,
    page: &Page,
    browser: Browser,
    played: &Handshake,
) -> Result<(), TestCaseError> {
    let mut request = page.plainly(browser);
    let asked = played.exchanges.iter().any(|e| e.request.kind == MessageKind::Preflight);
    if browser == Browser::WebKit && !asked && config.allow_headers.contains(&"*".to_owned()) {
        request.unsafe_names.retain(|name| name != "authorization");
    }
    let expected = may_read(config, &request);
    match &played.judgement.outcome {
        Outcome::Allow(shared) => {
            prop_assert!(expected, "{:?} shared: {:#?}", browser, played.exchanges);
            prop_assert_eq!(shared.response_type, ResponseType::Cors);
            let exposed = shared.exposed.clone().unwrap_or_default();
            prop_assert!(exposed.contains(&"content-type".to_owned()));
            prop_assert!(!exposed.contains(&"set-cookie".to_owned()));
            let x_a = exposed.contains(&"x-a".to_owned());
            prop_assert_eq!(x_a, exposes(config, request.credentials, "x-a"));
        }
        Outcome::Block(failure) => {
            prop_assert!(!expected, "{:?} blocked: {} {:#?}", browser, failure, played.exchanges);
            // What was refused was not sent, unless it goes without asking.
            let sent = played.exchanges.iter().any(|e| e.request.kind == MessageKind::Actual);
            prop_assert!(!asked || !sent || failure.during().as_str() == "actual");
        }
        Outcome::NeedsResponse => prop_assert!(false, "the server always answers"),
    }
    Ok(())
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn shared_if_and_only_if_the_policy_means_it((config, pages) in session()) {
        let policy = config.build().expect("the reference server finds no error in it");
        for browser in Browser::ALL {
            let mut cache = PreflightCache::new();
            let mut now = Duration::ZERO;
            for (page, seconds) in &pages {
                let Some(fetch) = page.fetch() else { continue };
                now += Duration::from_secs(*seconds);
                let alone = play(&policy, &fetch, &handler(), browser, None);
                check(&config, page, browser, &alone)?;
                let remembering =
                    play(&policy, &fetch, &handler(), browser, Some((&mut cache, now)));
                check(&config, page, browser, &remembering)?;
            }
        }
    }
}

/// What the property claims would be worth little if the generators did not get there.
#[test]
fn the_generators_reach_both_sides_and_the_cache() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for _ in 0..2000 {
        let (config, pages) = session().new_tree(&mut runner).unwrap().current();
        let policy = config.build().unwrap();
        let mut cache = PreflightCache::new();
        for (page, _) in &pages {
            let Some(fetch) = page.fetch() else { continue };
            let alone = play(&policy, &fetch, &handler(), Browser::Fetch, None);
            let cached = (&mut cache, Duration::ZERO);
            let played = play(&policy, &fetch, &handler(), Browser::Fetch, Some(cached));
            let verdict = match &played.judgement.outcome {
                Outcome::Block(failure) => failure.code().as_str(),
                _ => "allow",
            };
            *seen.entry(verdict.to_owned()).or_default() += 1;
            let asked = |played: &Handshake| played.exchanges[0].request.kind;
            if asked(&alone) != asked(&played) {
                *seen.entry("remembered".to_owned()).or_default() += 1;
            }
        }
    }
    for outcome in ["allow", "allow-origin-missing", "allow-credentials-not-true", "remembered"] {
        assert!(seen.get(outcome).is_some_and(|count| *count > 20), "{outcome}: {seen:?}");
    }
    // With diagnostics the browser tells what the policy refused.
    for outcome in ["method-not-allowed", "header-not-allowed"] {
        assert!(seen.get(outcome).is_some_and(|count| *count > 5), "{outcome}: {seen:?}");
    }
}
