//! The preflight cache: what is remembered, for how long, and for whom.
#![cfg(feature = "fetch")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::too_many_lines,
    clippy::cloned_ref_to_slice_refs,
    reason = "a failed expectation is a failed test"
)]

use std::time::Duration;

use corsac::fetch::{
    Browser, Fetch, MessageKind, Outcome, PreflightCache, Response, judge_with_cache,
};

#[path = "support/fetch.rs"]
mod support;

use support::{fetch, response, with_credentials};

/// A server that answers every preflight so, and every request with 200.
struct Server {
    browser: Browser,
    cache: PreflightCache,
    preflight: Response,
}

impl Server {
    fn new(browser: Browser, lines: &str) -> Self {
        let mut server =
            Self { browser, cache: PreflightCache::new(), preflight: response(204, "") };
        server.answers(lines);
        server
    }

    fn answers(&mut self, lines: &str) {
        self.preflight = response(
            204,
            &format!(
                "Access-Control-Allow-Origin: https://app.example\n\
                 Access-Control-Allow-Credentials: true\n{lines}"
            ),
        );
    }

    /// Whether a preflight was made, and whether the response was shared.
    fn fetch(&mut self, fetch: &Fetch, seconds: f64) -> (bool, bool) {
        let now = Duration::from_secs_f64(1000.0 + seconds);
        let mut responses: Vec<Response> = Vec::new();
        loop {
            let judgement = judge_with_cache(fetch, &responses, self.browser, &mut self.cache, now);
            let last = judgement.sent.last().map(|message| message.kind);
            match (&judgement.outcome, last) {
                (Outcome::NeedsResponse, Some(MessageKind::Preflight)) => {
                    responses.push(self.preflight.clone());
                }
                (Outcome::NeedsResponse, _) => responses.push(response(
                    200,
                    "Access-Control-Allow-Origin: https://app.example\n\
                     Access-Control-Allow-Credentials: true",
                )),
                (outcome, _) => {
                    let preflight = judgement.sent[0].kind == MessageKind::Preflight;
                    return (preflight, matches!(outcome, Outcome::Allow(_)));
                }
            }
        }
    }
}

const MADE: (bool, bool) = (true, true);
const CACHED: (bool, bool) = (false, true);
const REFUSED: (bool, bool) = (true, false);

/// WPT `cors/preflight-cache.htm`; Chromium's `preflight_result_unittest.cc`; the engines' sources.
#[test]
fn how_long_it_is_kept() {
    // For each profile: how many seconds; 0, where it is not kept.
    for (max_age, expected) in [
        (None, [5, 5, 5, 5]),
        (Some(""), [5, 5, 5, 5]),
        (Some("0"), [0, 0, 0, 0]),
        (Some("1"), [1, 1, 1, 1]),
        (Some("600"), [600, 600, 600, 600]),
        (Some("601"), [601, 601, 601, 600]),
        (Some("7201"), [7201, 7200, 7201, 600]),
        (Some("86401"), [86401, 7200, 86400, 600]),
        (Some("-1"), [5, 0, 0, 0]),
        (Some("+60"), [5, 60, 0, 60]),
        (Some("abc"), [5, 5, 0, 5]),
        (Some("1.5"), [5, 5, 0, 5]),
        (Some("60, 60"), [5, 5, 0, 5]),
        (Some("99999999999999999999"), [u64::MAX, 5, 86400, 5]),
    ] {
        for (browser, seconds) in Browser::ALL.into_iter().zip(expected) {
            let mut lines = "Access-Control-Allow-Methods: PUT".to_owned();
            if let Some(value) = max_age {
                lines = format!("{lines}\nAccess-Control-Max-Age: {value}");
            }
            let mut server = Server::new(browser, &lines);
            let put = fetch("PUT", &[]);
            assert_eq!(server.fetch(&put, 0.0), MADE);
            let again = server.fetch(&put, 0.0);
            assert_eq!(again, if seconds > 0 { CACHED } else { MADE }, "{max_age:?} {browser:?}");
            if seconds > 0 && seconds < u64::MAX {
                let seconds = f64::from(u32::try_from(seconds).unwrap());
                assert_eq!(server.fetch(&put, seconds - 0.5), CACHED, "{max_age:?} {browser:?}");
                assert_eq!(server.fetch(&put, seconds), MADE, "{max_age:?} {browser:?}");
            }
        }
    }
}

/// WPT `xhr/access-control-basic-allow-preflight-cache-invalidation-by-*.htm`.
#[test]
fn another_method_or_header_asks_again() {
    for browser in Browser::ALL {
        let mut server = Server::new(
            browser,
            "Access-Control-Allow-Methods: PUT, XMETHOD\nAccess-Control-Allow-Headers: x-a",
        );
        assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), MADE);
        // What was listed is remembered, whether it was asked for or not.
        assert_eq!(server.fetch(&fetch("XMETHOD", &[]), 0.0), CACHED);
        assert!(server.fetch(&fetch("GET", &[("X-A", "1")]), 0.0).1);
        server.answers("Access-Control-Allow-Methods: PATCH\nAccess-Control-Allow-Headers: x-b");
        assert_eq!(server.fetch(&fetch("PATCH", &[]), 0.0), MADE);
        assert_eq!(server.fetch(&fetch("PATCH", &[("x-b", "1")]), 0.0), CACHED);
    }
}

/// Entries merge in the standard and in Firefox; Chromium and WebKit replace them.
#[test]
fn answers_merge_or_replace() {
    for browser in Browser::ALL {
        let mut server = Server::new(browser, "Access-Control-Allow-Methods: PUT");
        assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), MADE);
        server.answers("Access-Control-Allow-Methods: PATCH");
        assert_eq!(server.fetch(&fetch("PATCH", &[]), 0.0), MADE);
        server.answers("");
        let merged = server.fetch(&fetch("PUT", &[]), 0.0) == CACHED;
        assert_eq!(merged, matches!(browser, Browser::Fetch | Browser::Firefox), "{browser:?}");
    }
}

#[test]
fn credentials_are_told_apart() {
    for browser in Browser::ALL {
        let mut server = Server::new(browser, "Access-Control-Allow-Methods: PUT");
        let put = fetch("PUT", &[]);
        let credentialed = with_credentials(fetch("PUT", &[]));
        // What was granted without says nothing about with.
        assert_eq!(server.fetch(&put, 0.0), MADE);
        assert_eq!(server.fetch(&credentialed, 0.0), MADE);
        // The other way round it does, but not in Firefox.
        let mut server = Server::new(browser, "Access-Control-Allow-Methods: PUT");
        assert_eq!(server.fetch(&credentialed, 0.0), MADE);
        let expected = if browser == Browser::Firefox { MADE } else { CACHED };
        assert_eq!(server.fetch(&put, 0.0), expected, "{browser:?}");
    }
}

/// The first hole in the standard's text: a literal `*` is a wildcard once it is remembered.
#[test]
fn a_literal_star_in_the_cache() {
    for browser in Browser::ALL {
        let lines = "Access-Control-Allow-Methods: PUT, *\nAccess-Control-Allow-Headers: *";
        let mut server = Server::new(browser, lines);
        let put = with_credentials(fetch("PUT", &[]));
        assert_eq!(server.fetch(&put, 0.0), MADE);
        let other = with_credentials(fetch("DELETE", &[("x-a", "1")]));
        let expected = if browser == Browser::Fetch { CACHED } else { REFUSED };
        assert_eq!(server.fetch(&other, 0.0), expected, "{browser:?}");
    }
}

/// A wildcard without credentials is remembered as one; Firefox compares it as it is written.
#[test]
fn a_wildcard_in_the_cache() {
    let lines = "Access-Control-Allow-Methods: *\nAccess-Control-Allow-Headers: *, authorization";
    for browser in Browser::ALL {
        let mut server = Server::new(browser, lines);
        assert_eq!(server.fetch(&fetch("PUT", &[("x-a", "1")]), 0.0), MADE);
        let expected = if browser == Browser::Firefox { MADE } else { CACHED };
        assert_eq!(server.fetch(&fetch("PATCH", &[("x-b", "1")]), 0.0), expected, "{browser:?}");
        let named = fetch("PATCH", &[("authorization", "1"), ("x-b", "1")]);
        assert_eq!(server.fetch(&named, 0.0), expected, "{browser:?}");
    }
    // `*` and Authorization: refused by the standard; asked for each time by Chromium and Firefox.
    let lines = "Access-Control-Allow-Headers: *";
    for (browser, first, second) in [
        (Browser::Fetch, REFUSED, REFUSED),
        (Browser::Chromium, MADE, MADE),
        (Browser::Firefox, MADE, MADE),
        (Browser::WebKit, MADE, CACHED),
    ] {
        let mut server = Server::new(browser, lines);
        let get = fetch("GET", &[("Authorization", "1")]);
        assert_eq!(server.fetch(&get, 0.0), first, "{browser:?}");
        assert_eq!(server.fetch(&get, 0.0), second, "{browser:?}");
    }
}

/// The second hole: by the text, a max-age that is set anew counts from when the entry was stored.
#[test]
fn a_refresh_does_not_refresh() {
    for browser in Browser::ALL {
        let mut server =
            Server::new(browser, "Access-Control-Allow-Methods: PUT\nAccess-Control-Max-Age: 100");
        assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), MADE);
        // A preflight for a header that was not listed before, which lists the method again.
        server.answers(
            "Access-Control-Allow-Methods: PUT\nAccess-Control-Allow-Headers: x-a\n\
             Access-Control-Max-Age: 100",
        );
        assert_eq!(server.fetch(&fetch("PUT", &[("x-a", "1")]), 60.0), MADE);
        let expected = if browser == Browser::Fetch { MADE } else { CACHED };
        assert_eq!(server.fetch(&fetch("PUT", &[]), 120.0), expected, "{browser:?}");
    }
}

/// Firefox wants an entry for HEAD where it has one for the URL.
#[test]
fn head_in_firefox() {
    for browser in Browser::ALL {
        let mut server = Server::new(browser, "Access-Control-Allow-Headers: x-a");
        let head = fetch("HEAD", &[("x-a", "1")]);
        assert_eq!(server.fetch(&head, 0.0), MADE);
        let expected = if browser == Browser::Firefox { MADE } else { CACHED };
        assert_eq!(server.fetch(&head, 0.0), expected, "{browser:?}");
    }
}

#[test]
fn a_failure_forgets() {
    let put = fetch("PUT", &[]);
    for browser in Browser::ALL {
        let mut server = Server::new(browser, "Access-Control-Allow-Methods: PUT");
        assert_eq!(server.fetch(&put, 0.0), MADE);
        // The cached grant is used, and the response fails its check.
        let bare = response(200, "");
        let now = Duration::from_secs(1000);
        let judgement = judge_with_cache(&put, &[bare], browser, &mut server.cache, now);
        assert_eq!(support::verdict(&judgement), "allow-origin-missing");
        assert_eq!(server.fetch(&put, 0.0), MADE, "{browser:?}");
    }
}

/// Nothing is written before the outcome is final, so asking again with one response more is safe.
#[test]
fn an_unfinished_judgement_remembers_nothing() {
    let mut cache = PreflightCache::new();
    let put = fetch("PUT", &[]);
    let preflight =
        response(204, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT");
    let judgement =
        judge_with_cache(&put, &[preflight.clone()], Browser::Fetch, &mut cache, Duration::ZERO);
    assert_eq!((support::verdict(&judgement), cache.is_empty()), ("needs-response", true));
    let actual = response(200, "Access-Control-Allow-Origin: *");
    let both = [preflight, actual];
    let judgement = judge_with_cache(&put, &both, Browser::Fetch, &mut cache, Duration::ZERO);
    assert_eq!((support::verdict(&judgement), cache.is_empty()), ("allow", false));
}

/// WebKit remembers an answer before it finds that it is not enough.
#[test]
fn webkit_keeps_what_was_refused() {
    for browser in Browser::ALL {
        let mut server = Server::new(browser, "Access-Control-Allow-Methods: PUT");
        assert_eq!(server.fetch(&fetch("PATCH", &[]), 0.0), REFUSED);
        let expected = if browser == Browser::WebKit { CACHED } else { MADE };
        assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), expected, "{browser:?}");
    }
}

/// WPT `fetch/api/cors/cors-preflight-cache-tainted.any.js`: entries for the origin `null` and for
/// the page's own are not shared, in either direction. Firefox is said to file both under the page.
#[test]
fn a_tainted_origin_has_entries_of_its_own() {
    let url = "https://api.example/things/1";
    let direct = fetch("PUT", &[]);
    let mut redirected = Fetch::new("https://other.example/", support::ORIGIN).unwrap();
    redirected.set_method("PUT");
    let allow = |origin: &str| {
        response(
            204,
            &format!("Access-Control-Allow-Origin: {origin}\nAccess-Control-Allow-Methods: PUT"),
        )
    };
    let to_url = Response { status: 307, ..allow("*") }.header("Location", url);
    for browser in Browser::ALL {
        let mut cache = PreflightCache::new();
        let now = Duration::ZERO;
        let chain = [allow("*"), to_url.clone(), allow("null"), allow("null")];
        let judgement = judge_with_cache(&redirected, &chain, browser, &mut cache, now);
        assert_eq!(support::verdict(&judgement), "allow");
        let judgement = judge_with_cache(&direct, &[], browser, &mut cache, now);
        let kind = judgement.sent[0].kind;
        let expected =
            if browser == Browser::Firefox { MessageKind::Actual } else { MessageKind::Preflight };
        assert_eq!(kind, expected, "{browser:?}");
    }
}

#[test]
fn urls_and_profiles_have_entries_of_their_own() {
    let mut server = Server::new(Browser::Fetch, "Access-Control-Allow-Methods: PUT");
    assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), MADE);
    let mut other = Fetch::new("https://api.example/things/1?q", support::ORIGIN).unwrap();
    other.set_method("PUT");
    assert_eq!(server.fetch(&other, 0.0), MADE);
    server.browser = Browser::Chromium;
    assert_eq!(server.fetch(&fetch("PUT", &[]), 0.0), MADE);
}
