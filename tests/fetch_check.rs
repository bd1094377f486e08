//! What makes a response readable: the CORS check, the preflight's answer, and what is exposed.
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

use corsac::fetch::{Browser, Fetch, Outcome, Phase, judge};

#[path = "support/fetch.rs"]
mod support;

use support::{ORIGIN, failure, fetch, judged, response, shared, verdict, with_credentials};

/// The standard's table, under *CORS protocol and credentials*.
#[test]
fn the_credentials_table() {
    let origin = "https://rabbit.invalid";
    for (credentials, allow_origin, allow_credentials, is_shared) in [
        (false, "*", None, true),
        (false, "*", Some("true"), true),
        (false, "https://rabbit.invalid/", None, false),
        (false, "https://rabbit.invalid", None, true),
        (true, "*", Some("true"), false),
        (true, "https://rabbit.invalid", Some("true"), true),
        (true, "https://rabbit.invalid", Some("True"), false),
    ] {
        let mut fetch = Fetch::new("https://api.example/", origin).unwrap();
        if credentials {
            fetch = with_credentials(fetch);
        }
        let mut answer = response(200, "").header("Access-Control-Allow-Origin", allow_origin);
        if let Some(value) = allow_credentials {
            answer = answer.header("Access-Control-Allow-Credentials", value);
        }
        for browser in Browser::ALL {
            let judgement = judge(&fetch, std::slice::from_ref(&answer), browser);
            let found = matches!(judgement.outcome, Outcome::Allow(_));
            assert_eq!(found, is_shared, "{credentials} {allow_origin} {allow_credentials:?}");
        }
    }
}

/// WPT `cors/origin.htm`; `fetch/api/cors/cors-multiple-origins.sub.any.js`.
#[test]
fn one_origin_or_a_star_is_allowed_and_nothing_else() {
    for value in [
        "*",
        " *  ",
        "\t*",
        ORIGIN,
        " https://app.example",
        " https://app.example   \t ",
        "\thttps://app.example",
    ] {
        let answer = response(200, "").header("Access-Control-Allow-Origin", value);
        assert_eq!(verdict(&judged(&fetch("GET", &[]), &[answer])), "allow", "{value:?}");
    }
    for (value, code) in [
        ("https://www.app.example", "mismatch"),
        ("//app.example", "invalid"),
        ("://app.example", "invalid"),
        ("ftp://app.example", "mismatch"),
        ("http://app.example", "mismatch"),
        ("http:://app.example", "invalid"),
        ("http:/app.example", "invalid"),
        ("http:app.example", "invalid"),
        ("app.example", "invalid"),
        ("https://app.example?", "invalid"),
        ("https://app.example/", "invalid"),
        ("https://app.example /", "invalid"),
        ("https://app.example#", "invalid"),
        ("https://app.example%23", "invalid"),
        ("https://app.example:80", "mismatch"),
        ("https://app.example:443", "invalid"),
        ("https://app.example, *", "multiple"),
        ("https://app.example\0", "invalid"),
        ("https://app.example\u{b}", "invalid"),
        ("HTTPS://APP.EXAMPLE", "invalid"),
        ("HTTPS://app.example", "invalid"),
        ("-", "invalid"),
        ("**", "invalid"),
        ("\0*", "invalid"),
        ("*\0", "invalid"),
        ("'*'", "invalid"),
        ("\"*\"", "invalid"),
        ("* *", "invalid"),
        ("* null", "invalid"),
        ("*https://*", "invalid"),
        ("*https://app.example", "invalid"),
        ("* https://app.example", "invalid"),
        ("*, https://app.example", "multiple"),
        ("\0https://app.example", "invalid"),
        ("null https://app.example", "invalid"),
        ("http://example.net", "mismatch"),
        ("null", "mismatch"),
        ("null *", "invalid"),
        ("", "invalid"),
        ("https://app.example/page.html", "invalid"),
        ("https://api.example", "mismatch"),
        ("example", "invalid"),
        (".example", "invalid"),
        ("*.example", "invalid"),
        ("https://.example", "mismatch"),
        ("https://*.example", "mismatch"),
    ] {
        let answer = response(200, "").header("Access-Control-Allow-Origin", value);
        let code = format!("allow-origin-{code}");
        for browser in Browser::ALL {
            let judgement = judge(&fetch("GET", &[]), std::slice::from_ref(&answer), browser);
            assert_eq!(verdict(&judgement), code, "{value:?}");
        }
    }
    let origin = ORIGIN;
    for (one, other) in
        [("", "*"), ("*", ""), ("*", "*"), ("", origin), ("*", origin), (origin, origin)]
    {
        let answer = response(200, "")
            .header("Access-Control-Allow-Origin", one)
            .header("access-control-allow-origin", other);
        let judgement = judged(&fetch("GET", &[]), &[answer]);
        assert_eq!(verdict(&judgement), "allow-origin-multiple", "{one:?} {other:?}");
    }
}

/// WPT `cors/credentials-flag.htm`.
#[test]
fn only_true_allows_credentials() {
    for (value, code) in [
        (Some("true"), "allow"),
        (Some(" true\t"), "allow"),
        (Some("TRUE"), "allow-credentials-not-true"),
        (Some("True"), "allow-credentials-not-true"),
        (Some("\"true\""), "allow-credentials-not-true"),
        (Some("false"), "allow-credentials-not-true"),
        (Some("1"), "allow-credentials-not-true"),
        (Some("0"), "allow-credentials-not-true"),
        (Some("true, true"), "allow-credentials-not-true"),
        (Some(""), "allow-credentials-not-true"),
        (None, "allow-credentials-not-true"),
    ] {
        let mut answer = response(200, "Access-Control-Allow-Origin: https://app.example");
        if let Some(value) = value {
            answer = answer.header("access-control-allow-credentials", value);
        }
        let judgement = judged(&with_credentials(fetch("GET", &[])), &[answer.clone()]);
        assert_eq!(verdict(&judgement), code, "{value:?}");
        // Without credentials nobody looks.
        assert_eq!(verdict(&judged(&fetch("GET", &[]), &[answer])), "allow");
    }
}

/// WPT `cors/data-url-*`, `cors/sandboxed-iframe.html`.
#[test]
fn an_opaque_origin_is_null() {
    let fetch = Fetch::new("https://api.example/", "null").unwrap();
    for (value, code) in [
        ("*", "allow"),
        ("null", "allow"),
        ("NULL", "allow-origin-invalid"),
        (ORIGIN, "allow-origin-mismatch"),
    ] {
        let answer = response(200, "").header("Access-Control-Allow-Origin", value);
        let judgement = judged(&fetch, &[answer]);
        assert_eq!(verdict(&judgement), code, "{value}");
        assert_eq!(support::sent(&judgement, 0, "origin").as_deref(), Some("null"));
    }
}

/// WPT `cors/preflight-failure.htm`, `cors/status-preflight.htm`,
/// `fetch/api/cors/cors-preflight-status.any.js`, `cors-preflight-redirect.any.js`.
#[test]
fn a_preflight_is_answered_with_an_ok_status() {
    let put = fetch("PUT", &[]);
    let lines = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT";
    let statuses = (200..=299).chain(300..=308).chain(400..=417).chain(500..=505).chain([680, 790]);
    for status in statuses {
        let expected = match status {
            200..=299 => "needs-response",
            301 | 302 | 303 | 307 | 308 => "preflight-redirect",
            _ => "preflight-status-not-ok",
        };
        for location in ["", "\nLocation: https://api.example/other"] {
            let answer = response(status, &format!("{lines}{location}"));
            for browser in Browser::ALL {
                let judgement = judge(&put, std::slice::from_ref(&answer), browser);
                assert_eq!(verdict(&judgement), expected, "{status}");
                // The request itself is not sent where the preflight fails.
                let sent = if expected == "needs-response" { 2 } else { 1 };
                assert_eq!(judgement.sent.len(), sent);
            }
        }
    }
}

/// WPT `cors/status.htm`: once allowed, every status is readable.
#[test]
fn any_status_of_the_response_is_readable() {
    for status in [200, 204, 299, 304, 400, 401, 404, 500, 501, 699] {
        let answer = response(status, "Access-Control-Allow-Origin: *");
        let shared = shared(judged(&fetch("GET", &[]), &[answer]));
        assert_eq!((shared.status, shared.response_type.as_str()), (status, "cors"));
    }
    // A redirect that leads nowhere is a response.
    let answer = response(302, "Access-Control-Allow-Origin: *");
    assert_eq!(shared(judged(&fetch("GET", &[]), &[answer])).status, 302);
}

fn preflight(method: &str, names: &[&str], credentials: bool, answer: &str) -> &'static str {
    let headers: Vec<_> = names.iter().map(|name| (*name, "1")).collect();
    let fetch = fetch(method, &headers);
    let (fetch, allow) = if credentials {
        let allow = "Access-Control-Allow-Origin: https://app.example\n\
                     Access-Control-Allow-Credentials: true";
        (with_credentials(fetch), allow)
    } else {
        (fetch, "Access-Control-Allow-Origin: *")
    };
    verdict(&judged(&fetch, &[response(204, &format!("{allow}\n{answer}"))]))
}

/// WPT `fetch/api/cors/cors-preflight-star.any.js`.
#[test]
fn a_star_is_a_wildcard_without_credentials() {
    const OK: &str = "needs-response";
    for (credentials, methods, headers, method, names, expected) in [
        (false, "get", "x-test", "GET", &["X-Test"][..], OK),
        (false, "*", "x-test", "SUPER", &["X-Test"], OK),
        (false, "*", "*", "OK", &["X-Test"], OK),
        (true, "*", "*", "OK", &["X-Test"], "method-not-allowed"),
        (true, "*", "", "PUT", &[], "method-not-allowed"),
        (true, "PUT", "*", "PUT", &[], OK),
        (true, "get", "*", "GET", &["X-Test"], "header-not-allowed"),
        (true, "*", "*", "GET", &["X-Test"], "header-not-allowed"),
        (true, "*", "*", "*", &["*"], OK),
        (true, "put", "*", "PUT", &[], "method-not-allowed"),
        (true, "put", "x-a", "PATCH", &[], "method-not-allowed"),
        (false, "patch", "", "PATCH", &[], "method-not-allowed"),
        (false, "PATCH", "", "patch", &[], "method-not-allowed"),
        (false, "*", "*", "GET", &["Authorization"], "header-not-allowed"),
        (false, "*", "*, Authorization", "GET", &["authorization", "x-a"], OK),
        (true, "", "authorization", "GET", &["Authorization"], OK),
    ] {
        let answer = format!(
            "Access-Control-Allow-Methods: {methods}\nAccess-Control-Allow-Headers: {headers}"
        );
        let found = preflight(method, names, credentials, &answer);
        assert_eq!(found, expected, "{credentials} {methods} {headers} {method} {names:?}");
    }
}

/// WPT `cors/request-headers.htm`, `xhr/allow-lists-starting-with-comma.htm`,
/// `fetch/api/cors/cors-preflight-response-validation.any.js`.
#[test]
fn lists_have_a_grammar() {
    const OK: &str = "needs-response";
    for (answer, expected) in [
        ("Access-Control-Allow-Headers: x-print, y-print", OK),
        ("Access-Control-Allow-Headers: x-print,\nAccess-Control-Allow-Headers: Y-PRINT", OK),
        ("Access-Control-Allow-Headers: ,y-lol,x-PriNT, ,,,Y-PRINT", OK),
        ("Access-Control-Allow-Headers:\t x-print\t,\ty-print", OK),
        ("Access-Control-Allow-Headers: x-print", "header-not-allowed"),
        ("Access-Control-Allow-Headers: x-print y-print", "allow-headers-invalid"),
        ("Access-Control-Allow-Headers: x-print, y-print, a b", "allow-headers-invalid"),
        (
            "Access-Control-Allow-Headers: x-print, y-print\nAccess-Control-Allow-Headers: a@b",
            "allow-headers-invalid",
        ),
        (
            "Access-Control-Allow-Headers: x-print, y-print\nAccess-Control-Allow-Methods: Bad method name",
            "allow-methods-invalid",
        ),
        (
            "Access-Control-Allow-Headers: x-print, y-print\nAccess-Control-Allow-Methods: ,,PUT,GET",
            OK,
        ),
        ("Access-Control-Allow-Headers: \"x-print\", y-print", "allow-headers-invalid"),
        ("", "header-not-allowed"),
        // Which is not for responses.
        ("Access-Control-Request-Headers: x-print, y-print", "header-not-allowed"),
    ] {
        assert_eq!(
            preflight("GET", &["X-Print", "y-print"], false, answer),
            expected,
            "{answer:?}"
        );
    }
}

/// The first name in sorted order is told; `Authorization`, which has a step of its own, before all.
#[test]
fn the_first_name_that_is_not_allowed_is_told() {
    let names = [("X-B", "1"), ("x-a", "1"), ("Authorization", "1")];
    let answer = |list: &str| {
        response(200, "Access-Control-Allow-Origin: *").header("Access-Control-Allow-Headers", list)
    };
    for (list, value) in
        [("x", "authorization"), ("authorization", "x-a"), ("authorization,X-A", "x-b")]
    {
        let failed = failure(judged(&fetch("GET", &names), &[answer(list)]));
        assert_eq!(failed.value(), Some(value.as_bytes()), "{list}");
        assert_eq!(failed.during(), Phase::Preflight);
    }
}

/// The flag is set by upload listeners and streams. The standard waives the check of the method
/// where nothing is listed; the engines do not.
#[test]
fn the_preflight_flag() {
    for (method, methods, fetch_says, engines_say) in [
        ("POST", None, "needs-response", "needs-response"),
        ("DELETE", None, "needs-response", "method-not-allowed"),
        ("DELETE", Some("PUT"), "method-not-allowed", "method-not-allowed"),
        ("DELETE", Some(""), "method-not-allowed", "method-not-allowed"),
    ] {
        let mut fetch = fetch(method, &[]);
        fetch.set_use_preflight(true);
        let mut answer = response(204, "Access-Control-Allow-Origin: *");
        if let Some(methods) = methods {
            answer = answer.header("Access-Control-Allow-Methods", methods);
        }
        for browser in Browser::ALL {
            let judgement = judge(&fetch, std::slice::from_ref(&answer), browser);
            let expected = if browser == Browser::Fetch { fetch_says } else { engines_say };
            assert_eq!(verdict(&judgement), expected, "{method} {methods:?} {browser:?}");
        }
    }
}

/// No engine does what the standard and WPT say; the request goes, with a warning.
#[test]
fn a_star_covers_authorization_in_the_engines() {
    let fetch = fetch("GET", &[("Authorization", "x")]);
    let answer = response(204, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *");
    for browser in Browser::ENGINES {
        let judgement = judge(&fetch, std::slice::from_ref(&answer), browser);
        assert_eq!(verdict(&judgement), "needs-response");
        assert_eq!(judgement.warnings[0].code().as_str(), "authorization-covered-by-wildcard");
    }
    let failed = failure(judged(&fetch, &[answer]));
    assert_eq!(failed.code().as_str(), "header-not-allowed");
    assert!(Browser::ENGINES.iter().all(|engine| failed.console(*engine).is_none()));
    assert!(failed.fix().contains("a * does not cover it"), "{}", failed.fix());
}

fn exposed(credentials: bool, lines: &str) -> Vec<String> {
    let always = "Access-Control-Allow-Origin: https://app.example\n\
                  Access-Control-Allow-Credentials: true\n\
                  BB-8: x\nX-Other: y\nSet-Cookie: a=b\nset-cookie2: c=d\nContent-Type: text/plain";
    let fetch = fetch("GET", &[]);
    let fetch = if credentials { with_credentials(fetch) } else { fetch };
    let answer = response(200, &format!("{always}\n{lines}"));
    shared(judged(&fetch, &[answer])).exposed.unwrap()
}

/// WPT `cors/access-control-expose-headers-parsing.window.js`, `cors/response-headers.htm`.
#[test]
fn one_bad_line_exposes_nothing() {
    for (lines, is_exposed) in [
        ("access-control-expose-headers: BB-8", true),
        ("Access-Control-Expose-Headers: bb-8,,", true),
        ("Access-Control-Expose-Headers: ,bb-8", true),
        ("Access-Control-Expose-Headers: bb-8, x y", false),
        ("Access-Control-Expose-Headers: bb-8,,@#$#%%&^&^*()()11!", false),
        ("Access-Control-Expose-Headers: bb-8, no no", false),
        ("Access-Control-Expose-Headers: @#$#%%&^&^*()()11!,bb-8", false),
        ("Access-Control-Expose-Headers: bb-8\nAccess-Control-Expose-Headers: no no", false),
        ("Access-Control-Expose-Headers: no no\nAccess-Control-Expose-Headers: bb-8", false),
        ("Access-Control-Expose-Headers: no\nAccess-Control-Expose-Headers: bb-8", true),
        ("Access-Control-Expose-Headers:\nAccess-Control-Expose-Headers: bb-8", true),
        ("Access-Control-Expose-Headers: \"bb-8\"", false),
        ("Access-Control-Expose-Headers: bb-8\u{b}", false),
        ("Access-Control-Expose-Headers: bb-8;q=1", false),
        ("Access-Control-Expose-Headers: b b-8", false),
        ("", false),
    ] {
        let names = exposed(false, lines);
        assert_eq!(names.contains(&"bb-8".to_owned()), is_exposed, "{lines:?}");
        assert!(names.contains(&"content-type".to_owned()));
        assert!(!names.iter().any(|name| name.starts_with("set-cookie")));
    }
}

/// WPT `fetch/api/cors/cors-expose-star.sub.any.js`, `cors-filtering.sub.any.js`.
#[test]
fn a_star_exposes_everything_without_credentials() {
    let all = [
        "access-control-allow-credentials",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "bb-8",
        "content-type",
        "x-other",
    ];
    assert_eq!(exposed(false, "Access-Control-Expose-Headers: *"), all);
    let lines = "Access-Control-Expose-Headers: *\nAccess-Control-Expose-Headers: set-cookie, x";
    assert_eq!(exposed(false, lines), all);
    assert_eq!(exposed(true, "Access-Control-Expose-Headers: *"), ["content-type"]);
    // With credentials it is a name.
    assert_eq!(exposed(true, "Access-Control-Expose-Headers: *\n*: x"), ["*", "content-type"]);
    assert_eq!(exposed(true, "Access-Control-Expose-Headers: BB-8"), ["bb-8", "content-type"]);
    let safelisted = "Cache-Control: a\nContent-Language: a\nContent-Length: 0\nExpires: a\n\
                      Last-Modified: a\nPragma: a\nAge: a\nServer: a\nWarning: a\nAccept: a";
    let seven = [
        "cache-control",
        "content-language",
        "content-length",
        "content-type",
        "expires",
        "last-modified",
        "pragma",
    ];
    assert_eq!(exposed(false, safelisted), seven);
    // WebKit exposes one more.
    let answer = response(200, &format!("Access-Control-Allow-Origin: *\n{safelisted}"));
    let names = shared(judge(&fetch("GET", &[]), &[answer], Browser::WebKit)).exposed.unwrap();
    assert!(names.contains(&"accept".to_owned()));
}

/// What a hostile or broken server may send, in as much time as it is long.
#[test]
fn odd_responses_are_judged() {
    let list = |separator: &[u8], count: usize| {
        let names: Vec<Vec<u8>> = (0..count).map(|at| format!("x-{at}").into_bytes()).collect();
        names.join(separator)
    };
    let long = list(b",", 150_000);
    assert!(long.len() > 1 << 20);
    let put = || fetch("PUT", &[("x-149999", "1")]);
    let allow =
        || response(204, "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT");
    let many = (0..10_000).fold(allow(), |answer, at| {
        answer.header("Access-Control-Allow-Headers", format!("x-{at}"))
    });
    let values =
        [&long[..], b"\xff\xfe", b"", &b","[..].repeat(1 << 20), &b" "[..].repeat(1 << 20)];
    for browser in Browser::ALL {
        let answer = allow().header("Access-Control-Allow-Headers", &long);
        assert_eq!(verdict(&judge(&put(), &[answer], browser)), "needs-response");
        assert_eq!(
            verdict(&judge(&put(), std::slice::from_ref(&many), browser)),
            "header-not-allowed"
        );
        // Beside the standard, Firefox reads in another order.
        let slow = matches!(browser, Browser::Fetch | Browser::Firefox);
        for value in values.iter().filter(|_| slow) {
            for name in [
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Credentials",
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Access-Control-Max-Age",
                "Access-Control-Expose-Headers",
                "Location",
                "Set-Cookie",
            ] {
                for status in [200, 302] {
                    let answers = [
                        allow().header(name, value),
                        response(status, "Access-Control-Allow-Origin: *").header(name, value),
                        response(200, "Access-Control-Allow-Origin: *"),
                    ];
                    let judgement = judge(&put(), &answers, browser);
                    if let Outcome::Block(failure) = &judgement.outcome {
                        assert!(failure.to_string().len() < 2000, "{name}");
                        assert!(failure.fix().len() < 2000, "{name}");
                    }
                }
            }
        }
    }
    let exposing =
        (0..10_000).fold(response(200, "Access-Control-Allow-Origin: *"), |answer, at| {
            answer
                .header("Access-Control-Expose-Headers", format!("x-{at}"))
                .header(format!("x-{at}"), "")
        });
    assert_eq!(shared(judged(&fetch("GET", &[]), &[exposing])).exposed.unwrap().len(), 10_000);
}
