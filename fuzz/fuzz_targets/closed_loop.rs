//! Page, browser, engine, browser: shared if and only if the policy's plain meaning says so.
#![no_main]

use std::time::Duration;

use corsac::fetch::{Browser, MessageKind, Outcome, PreflightCache, Response, normalize_method};
use corsac_conformance::handshake::play;
use corsac_conformance::model::{PageRequest, may_read};
use corsac_fuzz::Session;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|session: Session| {
    let Session { config, pages, browser } = &session;
    let policy = config.build().expect("the reference server finds no error in it");
    let handler = Response::new(200).header("x-a", "1");
    let mut cache = PreflightCache::new();
    let mut now = Duration::ZERO;
    for page in pages {
        let Some(fetch) = page.fetch("https://target.test/") else { continue };
        if fetch.origin().is_same_origin(fetch.url()) {
            continue;
        }
        now += Duration::from_secs(page.seconds.into());
        for remembers in [false, true] {
            let remembered = remembers.then_some((&mut cache, now));
            let played = play(&policy, &fetch, &handler, *browser, remembered);
            let asked = played.exchanges.iter().any(|e| e.request.kind == MessageKind::Preflight);
            let any_header = config.allow_headers.iter().any(|name| name == "*");
            let names = page.headers.iter().filter(|(_, _, goes_unasked)| !goes_unasked);
            let mut unsafe_names: Vec<_> = names.map(|(name, ..)| name.to_lowercase()).collect();
            // WebKit takes a remembered `*` to cover it.
            if *browser == Browser::WebKit && !asked && any_header {
                unsafe_names.retain(|name| name != "authorization");
            }
            let request = PageRequest {
                origin: page.origin.clone(),
                method: String::from_utf8(normalize_method(page.method.as_bytes())).expect("ASCII"),
                unsafe_names,
                credentials: page.credentials,
            };
            let is_shared = matches!(played.judgement.outcome, Outcome::Allow(_));
            assert_eq!(is_shared, may_read(config, &request), "{:#?}", played.exchanges);
        }
    }
});
