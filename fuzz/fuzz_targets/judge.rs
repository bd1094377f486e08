//! Any responses: no panic, and nothing is shared that was not allowed.
#![no_main]

use corsac::fetch::{Browser, Outcome, ResponseType, judge};
use corsac_fuzz::Trial;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|trial: Trial| {
    let Some(fetch) = trial.page.fetch(trial.url) else { return };
    let judgement = judge(&fetch, &trial.responses, trial.browser);
    // Asked again with more, the browser has sent the same so far.
    for count in 0..trial.responses.len() {
        let sooner = judge(&fetch, &trial.responses[..count], trial.browser);
        assert!(judgement.sent.starts_with(&sooner.sent));
        assert!(sooner.sent.len() <= count + 1);
    }
    match judgement.outcome {
        Outcome::Block(failure) => {
            assert!(!failure.to_string().is_empty() && !failure.fix().is_empty());
            for engine in Browser::ENGINES {
                let line = failure.console(engine).unwrap_or_default();
                assert!(!line.contains(|c: char| c.is_ascii_control() && c != '\n'), "{line:?}");
            }
        }
        Outcome::Allow(shared) if shared.response_type == ResponseType::Cors => {
            let last = &trial.responses[judgement.sent.len() - 1];
            let allow = b"access-control-allow-origin";
            let lines = last.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case(allow));
            let value =
                lines.map(|(_, value)| value.as_slice()).collect::<Vec<_>>().join(&b", "[..]);
            let origin = judgement.sent.last().expect("sent").headers.iter();
            let origin = origin.filter(|(name, _)| name == b"origin").map(|(_, value)| value);
            let is_named = origin.into_iter().any(|origin| *origin == value);
            assert!(is_named || (value == b"*" && !trial.page.credentials));
        }
        Outcome::Allow(_) => {}
        Outcome::NeedsResponse => assert_eq!(judgement.sent.len(), trial.responses.len() + 1),
    }
});
