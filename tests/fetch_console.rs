//! What the consoles say: the errors of the classic guide from real situations, and the same
//! failure told three ways.
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

use corsac::fetch::{Browser, Credentials, FailureCode, Fetch, Initiator, Response, judge};

#[path = "support/fetch.rs"]
mod support;

use support::{failure, fetch, judged, response, with_credentials};

const FRAME: &str = "Access to fetch at 'https://api.example/things/1' from origin \
                     'https://app.example' has been blocked by CORS policy: ";
const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

fn chromium(fetch: &Fetch, answers: &[Response]) -> String {
    let failed = failure(judge(fetch, answers, Browser::Chromium));
    assert!(!failed.to_string().is_empty() && !failed.fix().is_empty());
    failed.console(Browser::Chromium).unwrap().to_owned()
}

/// The five errors of the classic guide.
#[test]
fn the_guides_five_errors() {
    let allow = "Access-Control-Allow-Origin: *";
    let cases = [
        (
            fetch("GET", &[]),
            response(200, ""),
            "No 'Access-Control-Allow-Origin' header is present on the requested resource.".to_owned(),
            "Answer Access-Control-Allow-Origin: https://app.example",
        ),
        (
            with_credentials(fetch("GET", &[])),
            response(200, allow),
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the \
             wildcard '*' when the request's credentials mode is 'include'."
                .to_owned(),
            "ask without credentials, for which * is enough",
        ),
        (
            fetch("PUT", &[]),
            response(405, ""),
            format!(
                "{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested \
                 resource."
            ),
            "The server refuses OPTIONS here",
        ),
        (
            fetch("PUT", &[]),
            response(204, allow),
            "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response."
                .to_owned(),
            "Access-Control-Allow-Methods: PUT",
        ),
        (
            fetch("GET", &[("X-Custom-Header", "1")]),
            response(204, allow),
            "Request header field x-custom-header is not allowed by Access-Control-Allow-Headers in \
             preflight response."
                .to_owned(),
            "Access-Control-Allow-Headers: x-custom-header",
        ),
    ];
    for (fetch, answer, body, fix) in cases {
        let line = chromium(&fetch, std::slice::from_ref(&answer));
        assert_eq!(line, format!("{FRAME}{body}"));
        let failed = failure(judged(&fetch, &[answer]));
        assert!(failed.fix().contains(fix), "{}", failed.fix());
    }
}

#[test]
fn chromiums_other_words() {
    let value = " Have the server send the header with a valid value.";
    let origin = |value: &str| response(200, "").header("Access-Control-Allow-Origin", value);
    for (allow, body) in [
        (
            "https://a.example, https://b.example",
            format!(
                "The 'Access-Control-Allow-Origin' header contains multiple values \
                 'https://a.example, https://b.example', but only one is allowed.{value}"
            ),
        ),
        (
            "example.com",
            format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value \
                 'example.com'.{value}"
            ),
        ),
        (
            "https://app.example/",
            format!(
                "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is \
                 not equal to the supplied origin.{value}"
            ),
        ),
        (
            "a\u{7}b",
            format!(
                "The 'Access-Control-Allow-Origin' header contains the invalid value \
                 'a\\u0007b'.{value}"
            ),
        ),
    ] {
        assert_eq!(chromium(&fetch("GET", &[]), &[origin(allow)]), format!("{FRAME}{body}"));
    }
    let credentials = with_credentials(fetch("GET", &[]));
    assert_eq!(
        chromium(&credentials, &[origin("https://app.example")]),
        format!(
            "{FRAME}The value of the 'Access-Control-Allow-Credentials' header in the response is '' \
             which must be 'true' when the request's credentials mode is 'include'."
        )
    );
    let bad = origin("*").header("Access-Control-Allow-Methods", "a b");
    assert_eq!(
        chromium(&fetch("PUT", &[]), &[bad]),
        format!(
            "{FRAME}Cannot parse Access-Control-Allow-Methods response header field in preflight \
             response."
        )
    );
    // XMLHttpRequest has other words, and a redirect names both URLs.
    let mut xhr = fetch("GET", &[]);
    xhr.set_initiator(Initiator::XmlHttpRequest);
    xhr.set_credentials(Credentials::Include);
    let first = response(
        302,
        "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\n\
         Location: /login",
    );
    assert_eq!(
        chromium(&xhr, &[first, origin("*")]),
        "Access to XMLHttpRequest at 'https://api.example/login' (redirected from \
         'https://api.example/things/1') from origin 'https://app.example' has been blocked by CORS \
         policy: The value of the 'Access-Control-Allow-Origin' header in the response must not be \
         the wildcard '*' when the request's credentials mode is 'include'. The credentials mode of \
         requests initiated by the XMLHttpRequest is controlled by the withCredentials attribute."
    );
}

/// A preflight answered so, and what each console makes of it.
#[test]
fn one_failure_is_three_stories() {
    let none = "";
    let star = "Access-Control-Allow-Origin: *";
    let location = "\nLocation: https://api.example/x";
    let twice = format!("{star}\n{star}");
    let redirect = format!("{star}{location}");
    let cases: [(u16, &str, [&str; 3]); 9] = [
        (
            404,
            none,
            [
                "No 'Access-Control-Allow-Origin' header",
                "‘Access-Control-Allow-Origin’ missing). Status code: 404.",
                "Preflight response is not successful. Status code: 404",
            ],
        ),
        (
            404,
            star,
            [
                "It does not have HTTP ok status.",
                "CORS preflight response did not succeed). Status code: 404.",
                "Preflight response is not successful. Status code: 404",
            ],
        ),
        (
            301,
            location.trim_start(),
            [
                "Redirect is not allowed for a preflight request.",
                "‘Access-Control-Allow-Origin’ missing). Status code: 301.",
                "Preflight response is not successful. Status code: 301",
            ],
        ),
        (
            301,
            &redirect,
            [
                "Redirect is not allowed for a preflight request.",
                "CORS request external redirect not allowed).",
                "Preflight response is not successful. Status code: 301",
            ],
        ),
        (
            204,
            &twice,
            [
                "contains multiple values '*, *'",
                "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed).",
                "Access-Control-Allow-Origin cannot contain more than one origin.",
            ],
        ),
        (
            204,
            "Access-Control-Allow-Origin: https://a, https://b",
            [
                "contains multiple values 'https://a, https://b'",
                "does not match ‘https://a, https://b’).",
                "Access-Control-Allow-Origin cannot contain more than one origin.",
            ],
        ),
        (
            204,
            "Access-Control-Allow-Origin: example.com",
            [
                "contains the invalid value 'example.com'",
                "does not match ‘example.com’).",
                "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status \
                 code: 204",
            ],
        ),
        (
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET\n\
             Access-Control-Allow-Headers: a b",
            [
                "Cannot parse Access-Control-Allow-Headers",
                "Did not find method in CORS header ‘Access-Control-Allow-Methods’).",
                "Header Access-Control-Allow-Headers has an invalid value: a b",
            ],
        ),
        (
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT",
            [
                "Request header field x-custom is not allowed",
                "header ‘x-custom’ is not allowed according to header ‘Access-Control-Allow-Headers’",
                "Request header field X-Custom is not allowed by Access-Control-Allow-Headers.",
            ],
        ),
    ];
    let put = fetch("PUT", &[("X-Custom", "1")]);
    for (status, lines, expected) in cases {
        let answer = response(status, lines);
        // Whichever profile is asked, every console has its own line.
        for browser in Browser::ALL {
            let failed = failure(judge(&put, std::slice::from_ref(&answer), browser));
            for (engine, text) in Browser::ENGINES.into_iter().zip(expected) {
                let line = failed.console(engine).unwrap();
                assert!(line.contains(text), "{status} {lines:?}: {line}");
            }
            assert_eq!(failed.console(Browser::Fetch), None);
        }
    }
    // The code follows the profile's order.
    let answer = response(404, "");
    let codes = Browser::ALL.map(|browser| {
        failure(judge(&put, std::slice::from_ref(&answer), browser)).code().as_str()
    });
    let expected = [
        "allow-origin-missing",
        "allow-origin-missing",
        "allow-origin-missing",
        "preflight-status-not-ok",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn firefox_and_webkit_frame_their_lines() {
    let failed = failure(judged(&fetch("GET", &[]), &[response(500, "")]));
    assert_eq!(
        failed.console(Browser::Firefox).unwrap(),
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource \
         at https://api.example/things/1. (Reason: CORS header ‘Access-Control-Allow-Origin’ \
         missing). Status code: 500."
    );
    assert_eq!(
        failed.console(Browser::WebKit).unwrap(),
        "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 500\n\
         Fetch API cannot load https://api.example/things/1 due to access control checks."
    );
    // A redirect with a password fails in Firefox without a line.
    let redirect =
        response(302, "Access-Control-Allow-Origin: *\nLocation: https://u:p@api.example/");
    let failed = failure(judged(&fetch("GET", &[]), &[redirect]));
    assert_eq!(failed.console(Browser::Firefox), None);
    assert!(failed.console(Browser::Chromium).unwrap().contains("username and password"));
}

/// A guide's pitfalls that are told beside the verdict.
#[test]
fn warnings_stand_beside_the_verdict() {
    let allow = "Access-Control-Allow-Origin: https://app.example\n\
                 Access-Control-Allow-Credentials: true";
    let warnings = |fetch: &Fetch, answers: &[Response]| -> Vec<(&'static str, String)> {
        let judgement = judged(fetch, answers);
        let list = judgement.warnings.iter();
        list.map(|w| (w.code().as_str(), String::from_utf8_lossy(w.value()).into_owned())).collect()
    };
    let credentialed = with_credentials(fetch("GET", &[]));
    for (cookie, warned) in [
        ("id=1", true),
        ("id=1; SameSite=Lax; Secure", true),
        ("id=1; SameSite=None", true),
        ("id=1; Secure; samesite=NONE; HttpOnly", false),
        ("id=1; SameSite=None; SameSite=Strict; Secure", true),
    ] {
        let answer = response(200, allow).header("Set-Cookie", cookie);
        let expected = if warned { vec![("cookie-same-site", "id".to_owned())] } else { vec![] };
        assert_eq!(warnings(&credentialed, &[answer.clone()]), expected, "{cookie}");
        // Without credentials a cookie is not kept in any case.
        assert_eq!(warnings(&fetch("GET", &[]), &[answer.clone()]), []);
        // Another host of the same site keeps it; by the public-suffix list.
        for (origin, url, same_site) in [
            ("https://app.example.com", "https://api.example.com/", true),
            ("https://a.co.uk", "https://b.co.uk/", false),
            ("https://a.github.io", "https://b.github.io/", false),
            ("http://app.example.com", "https://api.example.com/", false),
            ("http://localhost:3000", "http://localhost:8080/", true),
            ("null", "https://api.example.com/", false),
        ] {
            let fetch = with_credentials(Fetch::new(url, origin).unwrap());
            let answer = response(200, "Access-Control-Allow-Credentials: true")
                .header("Access-Control-Allow-Origin", origin)
                .header("Set-Cookie", cookie);
            assert_eq!(warnings(&fetch, &[answer]).is_empty(), same_site || !warned, "{origin}");
        }
    }
    for (max_age, engines) in [
        ("600", &[][..]),
        ("601", &["WebKit"]),
        ("7201", &["Chromium", "WebKit"]),
        ("86401", &["Chromium", "Firefox", "WebKit"]),
        ("abc", &[]),
    ] {
        let preflight = response(
            204,
            &format!(
                "{allow}\nAccess-Control-Allow-Methods: PUT\nAccess-Control-Max-Age: {max_age}"
            ),
        );
        let judgement = judged(&fetch("PUT", &[]), &[preflight]);
        assert_eq!(judgement.warnings.is_empty(), engines.is_empty(), "{max_age}");
        for warning in &judgement.warnings {
            assert_eq!(warning.code().as_str(), "max-age-above-browser-cap");
            for engine in ["Chromium", "Firefox", "WebKit"] {
                let named = warning.to_string().contains(engine);
                assert_eq!(named, engines.contains(&engine), "{warning}");
            }
        }
    }
}

#[test]
fn every_code_has_its_row() {
    let mut codes: Vec<_> = FailureCode::ALL.iter().map(|code| code.as_str()).collect();
    for code in FailureCode::ALL {
        assert!(code.spec().starts_with("https://fetch.spec.whatwg.org/#"));
        assert!(!code.step().is_empty());
    }
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), 25);
}
