//! Redirects: who is named, what is lost, and where they end.
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

use corsac::fetch::{Body, Browser, Fetch, Judgement, Mode, Phase, Redirect, Response, judge};

#[path = "support/fetch.rs"]
mod support;

use support::{failure, judged, response, sent, shared, verdict, with_credentials};

const ORIGIN: &str = "https://local.example";
const LOCAL: &str = "https://local.example/page";
const REMOTE: &str = "https://remote.example/page";
const REMOTE2: &str = "https://remote2.example/page";

fn redirect(status: u16, to: &str, allow: Option<&str>) -> Response {
    let redirect = response(status, "").header("Location", to);
    match allow {
        Some(value) => redirect.header("Access-Control-Allow-Origin", value),
        None => redirect,
    }
}

fn answer(allow: Option<&str>) -> Response {
    match allow {
        Some(value) => response(200, "").header("Access-Control-Allow-Origin", value),
        None => response(200, ""),
    }
}

fn get(url: &str) -> Fetch {
    Fetch::new(url, ORIGIN).unwrap()
}

/// WPT `cors/redirect-origin.htm`: what the last request names as its origin, or that it fails.
#[test]
fn the_origin_after_a_redirect() {
    const NONE: Option<&str> = None;
    const ANY: Option<&str> = Some("*");
    const OWN: Option<&str> = Some(ORIGIN);
    const NULL: Option<&str> = Some("null");
    const OTHER: Option<&str> = Some("https://remote.example");
    for (first, allow, second, allow_second, expected) in [
        (LOCAL, ANY, REMOTE, ANY, OWN),
        (LOCAL, ANY, REMOTE, OWN, OWN),
        (LOCAL, ANY, REMOTE, NULL, NONE),
        (LOCAL, ANY, REMOTE, NONE, NONE),
        (LOCAL, OWN, REMOTE, ANY, OWN),
        (LOCAL, OWN, REMOTE, OWN, OWN),
        (LOCAL, OWN, REMOTE, NULL, NONE),
        (LOCAL, OWN, REMOTE, NONE, NONE),
        (LOCAL, NULL, REMOTE, ANY, OWN),
        (LOCAL, NONE, REMOTE, ANY, OWN),
        (REMOTE, ANY, LOCAL, ANY, NULL),
        (REMOTE, ANY, LOCAL, OWN, NONE),
        (REMOTE, ANY, LOCAL, NULL, NULL),
        (REMOTE, ANY, LOCAL, NONE, NONE),
        (REMOTE, OWN, LOCAL, ANY, NULL),
        (REMOTE, OWN, LOCAL, OWN, NONE),
        (REMOTE, OWN, LOCAL, NULL, NULL),
        (REMOTE, OWN, LOCAL, NONE, NONE),
        (REMOTE, NULL, LOCAL, ANY, NONE),
        (REMOTE, NONE, LOCAL, ANY, NONE),
        (REMOTE, ANY, REMOTE, ANY, OWN),
        (REMOTE, ANY, REMOTE, OWN, OWN),
        (REMOTE, ANY, REMOTE, NULL, NONE),
        (REMOTE, ANY, REMOTE, NONE, NONE),
        (REMOTE, OWN, REMOTE, ANY, OWN),
        (REMOTE, OWN, REMOTE, OWN, OWN),
        (REMOTE, OWN, REMOTE, NULL, NONE),
        (REMOTE, OWN, REMOTE, NONE, NONE),
        (REMOTE, NULL, REMOTE, ANY, NONE),
        (REMOTE, NONE, REMOTE, ANY, NONE),
        (REMOTE, ANY, REMOTE2, ANY, NULL),
        (REMOTE, ANY, REMOTE2, OWN, NONE),
        (REMOTE, ANY, REMOTE2, NULL, NULL),
        (REMOTE, ANY, REMOTE2, NONE, NONE),
        (REMOTE, OWN, REMOTE2, ANY, NULL),
        (REMOTE, OWN, REMOTE2, OWN, NONE),
        (REMOTE, OWN, REMOTE2, NULL, NULL),
        (REMOTE, OWN, REMOTE2, NONE, NONE),
        (REMOTE, NULL, REMOTE2, ANY, NONE),
        (REMOTE, NONE, REMOTE2, ANY, NONE),
        (REMOTE, ANY, REMOTE, OTHER, NONE),
        (REMOTE, ANY, REMOTE2, OTHER, NONE),
        (REMOTE, OTHER, REMOTE, ANY, NONE),
    ] {
        for status in [301, 302, 303, 307, 308] {
            for browser in Browser::ALL {
                let answers = [redirect(status, second, allow), answer(allow_second)];
                let judgement = judge(&get(first), &answers, browser);
                let case = format!("{first} {allow:?} {second} {allow_second:?}");
                match expected {
                    None => assert!(verdict(&judgement).starts_with("allow-origin-"), "{case}"),
                    Some(origin) => {
                        assert_eq!(verdict(&judgement), "allow", "{case}");
                        assert_eq!(
                            sent(&judgement, 1, "origin").as_deref(),
                            Some(origin),
                            "{case}"
                        );
                        // Once tainted by CORS it stays so, even at home.
                        assert_eq!(shared(judgement).response_type.as_str(), "cors");
                    }
                }
            }
        }
    }
}

/// The taint is kept: a third hop, back to where the first was, still names nobody.
#[test]
fn a_tainted_origin_stays_null() {
    let any = Some("*");
    let answers = [redirect(302, REMOTE2, any), redirect(302, REMOTE, any), answer(any)];
    let judgement = judged(&get(REMOTE), &answers);
    assert_eq!(sent(&judgement, 2, "origin").as_deref(), Some("null"));
    // And the one way through with credentials is null and true.
    let with = |value: &str| {
        let line =
            format!("Access-Control-Allow-Origin: {value}\nAccess-Control-Allow-Credentials: true");
        response(200, &line)
    };
    let first = with(ORIGIN);
    let first = Response { status: 302, ..first }.header("Location", REMOTE2);
    let fetch = with_credentials(get(REMOTE));
    assert_eq!(verdict(&judged(&fetch, &[first.clone(), with("null")])), "allow");
    let failed = failure(judged(&fetch, &[first, with(ORIGIN)]));
    assert_eq!(failed.code().as_str(), "allow-origin-mismatch");
    assert!(failed.fix().contains("redirect"), "{}", failed.fix());
}

/// WPT `cors/redirect-userinfo.htm`, `fetch/api/cors/cors-redirect-credentials.any.js`.
#[test]
fn a_password_is_not_followed_across_origins() {
    let with = |url: &str, userinfo: &str| url.replace("://", &format!("://{userinfo}@"));
    for userinfo in ["user:pass", "user:", "user", ":pass", "", ":"] {
        for (first, second) in
            [(LOCAL, REMOTE), (REMOTE, LOCAL), (REMOTE, REMOTE), (REMOTE, REMOTE2), (LOCAL, LOCAL)]
        {
            for status in [301, 302, 303, 307, 308] {
                let answers =
                    [redirect(status, &with(second, userinfo), Some("*")), answer(Some("*"))];
                let judgement = judged(&get(first), &answers);
                let is_empty = matches!(userinfo, "" | ":");
                let expected = if is_empty || (first, second) == (LOCAL, LOCAL) {
                    "allow"
                } else {
                    "redirect-credentials"
                };
                assert_eq!(verdict(&judgement), expected, "{userinfo:?} {first} {second}");
            }
        }
    }
}

/// WPT `fetch/api/cors/cors-redirect-preflight.any.js`, `cors/redirect-preflight.htm`: a preflight
/// at each cross-origin hop, and none at home.
#[test]
fn each_hop_is_asked() {
    let mut fetch = get(LOCAL);
    fetch.push_header(b"x-a", b"1").unwrap();
    let allow = |status| {
        response(status, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-a")
    };
    let answers = [
        redirect(307, REMOTE, None),
        allow(204),
        allow(307).header("Location", "/elsewhere"),
        allow(204),
        allow(200),
    ];
    let judgement = judged(&fetch, &answers);
    assert_eq!(verdict(&judgement), "allow");
    let methods: Vec<_> = judgement.sent.iter().map(|message| message.kind.as_str()).collect();
    assert_eq!(methods, ["actual", "preflight", "actual", "preflight", "actual"]);
    assert_eq!(judgement.sent[4].url.as_str(), "https://remote.example/elsewhere");
}

#[test]
fn methods_and_bodies_change_as_the_standard_says() {
    for (status, method, then) in [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (303, "POST", "GET"),
        (307, "POST", "POST"),
        (308, "POST", "POST"),
        (301, "PUT", "PUT"),
        (302, "DELETE", "DELETE"),
        (303, "PUT", "GET"),
        (303, "HEAD", "HEAD"),
        (301, "HEAD", "HEAD"),
    ] {
        let mut fetch = get(LOCAL);
        fetch.set_method(method);
        if !matches!(method, "HEAD" | "GET") {
            fetch.set_body(Body::Bytes);
        }
        fetch.push_header(b"Content-Type", b"application/json").unwrap();
        fetch.push_header(b"X-A", b"1").unwrap();
        let judgement = judged(&fetch, &[redirect(status, "/next", None), answer(None)]);
        assert_eq!(judgement.sent[1].method, then.as_bytes(), "{status} {method}");
        let kept = sent(&judgement, 1, "content-type").is_some();
        assert_eq!(kept, method == then, "{status} {method}");
        assert!(sent(&judgement, 1, "x-a").is_some());
    }
}

/// HTTP-redirect fetch, step 13.
#[test]
fn authorization_is_lost_with_the_origin() {
    let mut fetch = get(LOCAL);
    fetch.push_header(b"Authorization", b"secret").unwrap();
    let judgement = judged(&fetch, &[redirect(302, "/next", None), redirect(302, REMOTE, None)]);
    assert!(sent(&judgement, 1, "authorization").is_some());
    // And with it the reason for a preflight.
    assert_eq!(judgement.sent[2].kind.as_str(), "actual");
    assert_eq!(sent(&judgement, 2, "authorization"), None);
}

#[test]
fn twenty_redirects_are_followed() {
    let hops = |count: usize| {
        let mut answers = vec![redirect(302, LOCAL, None); count];
        answers.push(answer(None));
        judged(&get(LOCAL), &answers)
    };
    assert_eq!(verdict(&hops(20)), "allow");
    let judgement = hops(21);
    assert_eq!(verdict(&judgement), "redirect-count");
    assert_eq!(judgement.sent.len(), 21);
}

fn code_of(fetch: &Fetch, answers: &[Response]) -> (&'static str, Phase) {
    let failed = failure(judged(fetch, answers));
    (failed.code().as_str(), failed.during())
}

#[test]
fn redirects_end_in_other_ways() {
    let to = |location: &str| redirect(302, location, Some("*"));
    for location in ["foo://bar", "data:,x", "mailto:a@b", "file:///", "about:blank"] {
        assert_eq!(code_of(&get(REMOTE), &[to(location)]), ("redirect-scheme", Phase::Actual));
    }
    for location in ["https://", "http://a b/", "https://[::1", "//:0"] {
        let expected = ("redirect-location-invalid", Phase::Actual);
        assert_eq!(code_of(&get(REMOTE), &[to(location)]), expected, "{location}");
    }
    let two = to("/a").header("Location", "/a");
    assert_eq!(code_of(&get(REMOTE), &[two]).0, "redirect-location-invalid");

    let mut error = get(REMOTE);
    error.set_redirect(Redirect::Error);
    assert_eq!(code_of(&error, &[to("/a")]), ("redirect-mode-error", Phase::Actual));
    let mut manual = get(REMOTE);
    manual.set_redirect(Redirect::Manual);
    let response = shared(judged(&manual, &[to("/a")]));
    assert_eq!((response.response_type.as_str(), response.status), ("opaqueredirect", 0));
    assert_eq!(response.exposed, None);
    // The CORS check comes before.
    assert_eq!(code_of(&manual, &[redirect(302, "/a", None)]).0, "allow-origin-missing");

    let mut stream = get(LOCAL);
    stream.set_method("POST");
    stream.set_body(Body::Stream);
    assert_eq!(code_of(&stream, &[to("/a")]), ("redirect-stream-body", Phase::Actual));
    let see_other = [redirect(303, "/a", None), answer(None)];
    assert_eq!(verdict(&judged(&stream, &see_other)), "allow");

    let mut same_origin = get(LOCAL);
    same_origin.set_mode(Mode::SameOrigin);
    assert_eq!(code_of(&same_origin, &[to(REMOTE)]), ("mode-same-origin", Phase::Plan));
}

/// A guide's pitfall: the headers are missing on one hop.
#[test]
fn every_hop_needs_the_header() {
    let answers = [redirect(301, "/new", None), answer(Some("*"))];
    let judgement = judged(&get(REMOTE), &answers);
    assert_eq!(judgement.sent.len(), 1);
    let failed = failure(judgement);
    assert_eq!(failed.code().as_str(), "allow-origin-missing");
    assert!(failed.to_string().contains("the redirect (301)"), "{failed}");
    assert!(failed.fix().contains("every hop"), "{}", failed.fix());
}

/// The fragment goes along but is not sent.
#[test]
fn a_fragment_is_not_sent() {
    let fetch = get("https://remote.example/a#part");
    let judgement: Judgement = judged(&fetch, &[redirect(302, "/b?c", Some("*"))]);
    assert_eq!(judgement.sent[0].url.as_str(), "https://remote.example/a");
    assert_eq!(judgement.sent[1].url.as_str(), "https://remote.example/b?c");
}
