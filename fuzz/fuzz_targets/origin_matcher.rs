//! The compiled matcher against the reference server's naive one.
#![no_main]

use corsac::{Origin, OriginPattern, Policy, Verdict};
use corsac_conformance::model::{is_serialized_origin, pattern_matches};
use corsac_fuzz::Match;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Match| {
    let mut patterns = input.patterns.clone();
    patterns.retain(|text| text.parse::<OriginPattern>().is_ok());
    if let Ok(origin) = Origin::parse(&input.origin) {
        for pattern in &patterns {
            let alone: OriginPattern = pattern.parse().expect("it has been parsed");
            assert_eq!(
                alone.matches(&origin),
                pattern_matches(pattern, &input.origin),
                "{pattern}"
            );
        }
    }
    let Ok(policy) = Policy::builder().allow_origins(&patterns).build() else { return };
    // The policy takes the whitespace off that surrounds a header's value.
    let text: String = input.origin.iter().copied().map(char::from).collect();
    let text = text.trim_matches(['\t', '\n', '\r', ' ']);
    let expected = is_serialized_origin(text.as_bytes())
        && patterns.iter().any(|pattern| pattern_matches(pattern, text.as_bytes()));
    assert_eq!(policy.check_origin(&input.origin) == Verdict::Allow, expected);
});
