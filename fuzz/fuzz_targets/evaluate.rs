//! The engine against the reference server, and what must hold of every answer.
#![no_main]

use corsac_conformance::model::answer;
use corsac_fuzz::{Exchange, as_answer, as_request};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Exchange| {
    let Exchange { config, request } = &input;
    let policy = config.build().expect("the reference server finds no error in it");
    let asked = as_request(request);
    let decision = policy.evaluate(&asked);
    assert_eq!(as_answer(&decision), answer(config, request));

    let code = decision.verdict().rejection().map(corsac::Rejection::code);
    let shows_lists =
        config.diagnostics && matches!(code, Some("method-not-allowed" | "header-not-allowed"));
    for field in decision.fields() {
        assert!(field.value().iter().all(|byte| matches!(byte, b' '..=b'~' | b'\t')));
        assert!(decision.is_allowed() || shows_lists || field.is_vary());
        assert!(field.value() != b"*" || !config.allow_credentials);
    }

    // What `Vary` does not name changes nothing.
    let vary: Vec<_> = decision.fields().filter(|field| field.is_vary()).collect();
    let vary = vary.first().map_or("", |field| std::str::from_utf8(field.value()).expect("ASCII"));
    let mut other = request.clone();
    other.headers.retain(|(name, _)| vary.split(", ").any(|n| n.eq_ignore_ascii_case(name)));
    let other = as_request(&other);
    let again = policy.evaluate(&other);
    if again.kind() == decision.kind() {
        assert_eq!(again.status(), decision.status());
        assert!(again.fields().eq(decision.fields()));
    }
});
