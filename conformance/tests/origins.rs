//! Properties of the origin parser and the origin matcher: against crate `url`, against the
//! reference server's naive matcher, and against themselves.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::arithmetic_side_effects,
    reason = "a failed expectation is a failed test"
)]

use corsac::{Origin, OriginPattern, Policy, Verdict};
use corsac_conformance::model::{is_serialized_origin, pattern_matches};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use url::Url;

/// As many as the variable that proptest itself reads says.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}

/// A label: mostly sound, sometimes one that the URL parser would write otherwise or refuse.
fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-c]{1,3}",
        3 => select(vec!["example", "com", "a-b", "a_b", "xn--bcher-kva", "0x7f", "127", "1", "07"])
            .prop_map(str::to_owned),
        1 => select(vec!["", "A", "b\u{fc}cher", "xn--a", "%61", "a b", "\u{ff0e}", "256", "-a-"])
            .prop_map(str::to_owned),
    ]
}

fn host() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => vec(label(), 1..5).prop_map(|labels| labels.join(".")),
        1 => any::<[u8; 4]>().prop_map(|[a, b, c, d]| format!("{a}.{b}.{c}.{d}")),
        1 => any::<u32>().prop_map(|address| address.to_string()),
        // With runs of zeros, which the canonical form shortens.
        1 => vec(prop_oneof![2 => Just(0_u16), 1 => any::<u16>()], 8..9).prop_map(|pieces| {
            let pieces: Vec<String> = pieces.iter().map(|piece| format!("{piece:x}")).collect();
            format!("[{}]", pieces.join(":"))
        }),
        1 => vec(prop_oneof![2 => Just(0_u16), 1 => any::<u16>()], 8..9).prop_map(|pieces| {
            let pieces: [u16; 8] = pieces.try_into().unwrap();
            format!("[{}]", std::net::Ipv6Addr::from(pieces))
        }),
    ]
}

/// What is an origin, or nearly one.
fn origin_text() -> impl Strategy<Value = String> {
    let scheme = select(vec!["https", "http", "ws", "wss", "ftp", "HTTPS", "tauri", "a+b"]);
    let port = prop_oneof![
        6 => Just(String::new()),
        2 => any::<u16>().prop_map(|port| format!(":{port}")),
        1 => select(vec![":443", ":80", ":", ":08", ":65536", ":x"]).prop_map(str::to_owned),
    ];
    let end = prop_oneof![12 => Just(""), 1 => select(vec!["/", "?", "#", ".", " ", "/x", "\t"])];
    (scheme, host(), port, end)
        .prop_map(|(scheme, host, port, end)| format!("{scheme}://{host}{port}{end}"))
}

/// What crate `url` makes of a text, where its origin is one that is serialized.
fn origin_by_url(text: &str) -> Option<String> {
    let origin = Url::parse(text).ok()?.origin();
    origin.is_tuple().then(|| origin.ascii_serialization())
}

/// Hosts that the URL standard lets through and that no name in DNS can have: these the engine
/// refuses, since nobody can be there.
fn is_beyond_dns(origin: &str) -> bool {
    let Some((_, host)) = origin.split_once("://") else { return true };
    let is_strange =
        |c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.:[]".contains(c));
    host.chars().any(is_strange) || host.starts_with('.') || host.contains("..") || host.len() > 253
}

/// A pattern out of an origin: a wildcard in the place of some of it.
fn pattern_of(origin: &str, kind: u8, at: usize) -> String {
    let Some((scheme, rest)) = origin.split_once("://") else { return origin.to_owned() };
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, format!(":{port}")),
        _ => (rest, String::new()),
    };
    let cut = host.char_indices().map(|(at, _)| at).nth(at % host.len().max(1)).unwrap_or(0);
    let (before, after) = host.split_at(cut);
    match kind % 5 {
        0 => format!("{scheme}://*.{host}{port}"),
        1 => format!("{scheme}://{host}:*"),
        2 => format!("{scheme}://{before}*{after}{port}"),
        3 => match host.split_once('.') {
            Some((_, parent)) => format!("{scheme}://*.{parent}{port}"),
            None => origin.to_owned(),
        },
        _ => match after.split_once('.') {
            Some((_, rest)) => format!("{scheme}://{before}*.{rest}{port}"),
            None => format!("{scheme}://{before}*{port}"),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn an_origin_is_read_as_crate_url_reads_it(text in origin_text()) {
        let ours = Origin::parse(text.as_bytes());
        prop_assert_eq!(ours.is_ok(), is_serialized_origin(text.as_bytes()));
        if let (Ok(ours), Some(theirs)) = (ours, origin_by_url(&text)) {
            prop_assert_eq!(ours.as_str(), theirs);
        }
    }

    #[test]
    fn what_crate_url_serializes_is_an_origin(text in origin_text()) {
        if let Some(theirs) = origin_by_url(&text) {
            let ours = Origin::parse(theirs.as_bytes());
            prop_assert_eq!(ours.is_ok(), !is_beyond_dns(&theirs), "{}: {:?}", theirs, ours);
        }
    }

    #[test]
    fn an_origin_is_the_sum_of_its_parts(text in origin_text()) {
        let Ok(origin) = Origin::parse(text.as_bytes()) else { return Ok(()) };
        let port = origin.port().map(|port| format!(":{port}")).unwrap_or_default();
        let again = format!("{}://{}{port}", origin.scheme().unwrap(), origin.host().unwrap());
        prop_assert_eq!(&again, origin.as_str());
        prop_assert_eq!(&again, &text);
        prop_assert_eq!(Origin::parse(again.as_bytes()), Ok(origin));
    }

    #[test]
    fn any_bytes_are_answered(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert_eq!(Origin::parse(&bytes).is_ok(), is_serialized_origin(&bytes));
    }

    #[test]
    fn a_pattern_matches_what_the_naive_matcher_says(
        (text, other) in (origin_text(), origin_text()),
        kind in any::<u8>(),
        at in 0..30_usize,
    ) {
        let pattern = pattern_of(&text, kind, at);
        let Ok(parsed) = pattern.parse::<OriginPattern>() else { return Ok(()) };
        prop_assert_eq!(parsed.as_str(), &pattern);
        let near = [
            text.clone(),
            other.clone(),
            format!("{text}.evil.net"),
            text.replacen("://", "://evil", 1),
            text.replacen("://", "://a.", 1),
            pattern.replace(":*", "").replace('*', "x"),
            pattern.replace(":*", ":1").replace('*', "x-1"),
            pattern.replace(":*", "").replace('*', "x.y"),
            pattern.replace(":*", "").replace('*', "x_y"),
            pattern.replace(":*", "").replace('*', ""),
        ];
        for text in near {
            let Ok(origin) = Origin::parse(text.as_bytes()) else { continue };
            let expected = pattern_matches(&pattern, text.as_bytes());
            prop_assert_eq!(parsed.matches(&origin), expected, "{} {}", pattern, text);
        }
    }

    #[test]
    fn a_set_of_patterns_matches_as_its_members_do(
        texts in vec((origin_text(), any::<u8>(), 0..30_usize), 1..40),
        asked in vec(origin_text(), 8),
    ) {
        let patterns: Vec<String> = texts
            .iter()
            .map(|(text, kind, at)| if kind % 3 == 0 { text.clone() } else { pattern_of(text, *kind, *at) })
            .filter(|pattern| pattern.parse::<OriginPattern>().is_ok())
            .collect();
        let Ok(policy) = Policy::builder().allow_origins(&patterns).build() else { return Ok(()) };
        let near = patterns.iter().map(|pattern| pattern.replace(":*", "").replace('*', "q"));
        for text in asked.into_iter().chain(near) {
            // The policy takes the whitespace off that surrounds a header's value.
            let text = text.trim_matches(['\t', '\n', '\r', ' ']);
            let is_sound = is_serialized_origin(text.as_bytes());
            let expected =
                is_sound && patterns.iter().any(|pattern| pattern_matches(pattern, text.as_bytes()));
            let verdict = policy.check_origin(text.as_bytes());
            prop_assert_eq!(verdict == Verdict::Allow, expected, "{:?} {}", patterns, text);
        }
    }
}

/// What the properties claim would be worth little if the generators did not get there.
#[test]
fn the_generators_reach_both_sides() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut both, mut ours, mut theirs, mut neither, mut patterns) = (0, 0, 0, 0, 0);
    for _ in 0..4000 {
        let strategy = (origin_text(), any::<u8>(), 0..30_usize);
        let (text, kind, at) = strategy.new_tree(&mut runner).unwrap().current();
        match (Origin::parse(text.as_bytes()), origin_by_url(&text)) {
            (Ok(_), Some(_)) => both += 1,
            (Ok(_), None) => ours += 1,
            (Err(_), Some(_)) => theirs += 1,
            (Err(_), None) => neither += 1,
        }
        patterns += i32::from(pattern_of(&text, kind, at).parse::<OriginPattern>().is_ok());
    }
    let counts = [both, ours, theirs, neither, patterns];
    assert!(counts.iter().all(|count| *count > 300), "{counts:?}");
}
