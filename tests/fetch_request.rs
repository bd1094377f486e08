//! What goes without a preflight, and what a preflight asks: the safelists, method by method and
//! header by header.
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

use corsac::fetch::{
    Body, Browser, Fetch, MessageKind, Mode, Redirect, cors_unsafe_request_header_names,
    is_cors_safelisted_request_header, is_forbidden_request_header, judge, normalize_method,
};

#[path = "support/fetch.rs"]
mod support;

use support::{ORIGIN, URL, fetch, judged, response, sent, verdict};

#[test]
fn six_methods_are_put_in_upper_case() {
    for (method, normalized) in [
        ("get", "GET"),
        ("Head", "HEAD"),
        ("pOST", "POST"),
        ("put", "PUT"),
        ("delete", "DELETE"),
        ("options", "OPTIONS"),
        ("patch", "patch"),
        ("patcH", "patcH"),
        ("chicken", "chicken"),
    ] {
        assert_eq!(normalize_method(method.as_bytes()), normalized.as_bytes());
    }
}

/// WPT `cors/simple-requests.htm`, `fetch/api/cors/cors-no-preflight.any.js`,
/// `cors/cors-safelisted-request-header.any.js`, `cors-preflight-not-cors-safelisted.any.js`.
#[test]
fn header_values_are_safelisted_or_not() {
    let long = |length: usize| "0".repeat(length);
    let type_of = |length: usize| format!("text/plain; long={}", "0".repeat(length - 17));
    let huge_range = format!("bytes=1{}-2{}", "0".repeat(60), "0".repeat(60));
    let digits = format!("bytes=9{}-1{}", "0".repeat(40), "0".repeat(41));
    for (name, value, safelisted) in [
        ("accept", "*/*", true),
        ("Accept", "", true),
        ("accept", "\"", false),
        ("accept", "a\tb", true),
        ("accept", "a\u{1}b", false),
        ("accept", "{", false),
        ("accept", &long(128), true),
        ("accept", &long(129), false),
        ("accept-language", "fr", true),
        ("accept-language", "en-GB,en;q=0.9,*", true),
        ("accept-language", "\u{1}", false),
        ("accept-language", "@", false),
        ("accept-language", "en/GB", false),
        ("content-language", "fr", true),
        ("content-language", "@", false),
        ("content-type", "text/plain", true),
        ("content-type", "text/plain;charset=utf-8", true),
        ("content-type", "Text/Plain;charset=utf-8", true),
        ("content-type", "text/plain;", true),
        ("content-type", "text/plain;garbage", true),
        ("content-type", "text/plain; parameter=whatever", true),
        ("content-type", "multipart/form-data", true),
        ("content-type", "application/x-www-form-urlencoded", true),
        ("content-type", &type_of(128), true),
        ("content-type", &type_of(129), false),
        ("content-type", "", false),
        ("content-type", "text /plain", false),
        ("content-type", "text\t/\tplain", false),
        ("content-type", "text/plain;garbage\u{1}\u{2}", false),
        ("content-type", "text/plain,", false),
        ("content-type", ",text/plain", false),
        ("content-type", "text/plain,text/plain", false),
        ("content-type", "text/plain,x/x", false),
        ("content-type", "text/plain\u{b}", false),
        ("content-type", "text/plain\u{c}", false),
        ("content-type", "text/plainx", false),
        ("content-type", "text/html", false),
        ("content-type", "application/json", false),
        ("content-type", "application/json, text/plain", false),
        ("content-type", "application/www-form-urlencoded", false),
        ("content-type", "application/x-www-form-urlencoded;\u{7f}", false),
        ("content-type", "multipart/form-data;\"", false),
        ("range", "bytes=100-200", true),
        ("range", "bytes=200-", true),
        ("range", "bytes=0-0", true),
        ("range", "bytes=200-0200", true),
        ("range", "bytes=100-0099", false),
        ("range", &digits, true),
        ("range", "100-200", false),
        ("range", "MB=100-200", false),
        ("range", "BYTES=100-200", false),
        ("range", "bytes =100-200", false),
        ("range", "bytes\t=100-200", false),
        ("range", "bytes=  100-200", false),
        ("range", "bytes=\t\t100-200", false),
        ("range", "bytes= \t100-200", false),
        ("range", "bytes=100 -200", false),
        ("range", "bytes=100\t-200", false),
        ("range", "bytes=100- 200", false),
        ("range", "bytes=100-\t200", false),
        ("range", "bytes=100-200hello", false),
        ("range", "bytes=abc-def", false),
        ("range", "bytes=100-200,300-400", false),
        ("range", "bytes=-200", false),
        ("range", "bytes=-", false),
        ("range", "bytes=", false),
        ("range", "bytes", false),
        ("range", "bytes=200-100", false),
        ("range", "bytes 100-200", false),
        ("range", "bytes 0-", false),
        ("range", "bytes = 100-200", false),
        ("range", ",bytes=100-200", false),
        ("range", "bytes=,100-200", false),
        ("range", &huge_range, false),
        ("authorization", "basics", false),
        ("last-event-id", "abc123", false),
        ("save-data", "on", false),
        ("dpr", "2", false),
        ("test", "hi", false),
    ] {
        let found = is_cors_safelisted_request_header(name.as_bytes(), value.as_bytes());
        assert_eq!(found, safelisted, "{name}: {value:?}");
    }
    // Bytes from 0x80 on are safe in some of them.
    assert!(is_cors_safelisted_request_header(b"accept", b"\xff"));
    assert!(is_cors_safelisted_request_header(b"content-type", b"text/plain;\xff"));
    assert!(!is_cors_safelisted_request_header(b"accept-language", b"\xff"));
}

/// Every byte, as the standard lists them.
#[test]
fn unsafe_bytes_are_those_of_the_standard() {
    for byte in 0..=u8::MAX {
        let listed =
            [0x22, 0x28, 0x29, 0x3A, 0x3C, 0x3E, 0x3F, 0x40, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x7F];
        let is_unsafe = (byte < 0x20 && byte != 0x09) || listed.contains(&byte);
        let found = is_cors_safelisted_request_header(b"accept", &[b'a', byte, b'a']);
        assert_eq!(found, !is_unsafe, "{byte:#04x}");
        let language = byte.is_ascii_alphanumeric() || b" *,-.;=".contains(&byte);
        let found = is_cors_safelisted_request_header(b"content-language", &[b'a', byte, b'a']);
        assert_eq!(found, language, "{byte:#04x}");
    }
}

/// The safelist's own warning: two lines of `Content-Type` are looked at one by one, so that the
/// first makes a preflight although the second alone would not.
#[test]
fn each_line_is_looked_at_for_itself() {
    let json_and_plain =
        fetch("POST", &[("Content-Type", "application/json"), ("Content-Type", "text/plain")]);
    let judgement = judged(&json_and_plain, &[]);
    assert_eq!(judgement.sent[0].kind, MessageKind::Preflight);
    let asked = sent(&judgement, 0, "access-control-request-headers");
    assert_eq!(asked.as_deref(), Some("content-type"));
}

/// WPT `xhr/access-control-preflight-request-header-sorted.htm`, `-lowercase.htm`,
/// `fetch/api/cors/cors-preflight.any.js`.
#[test]
fn unsafe_names_are_sorted_lower_case_and_each_once() {
    let judgement = judged(
        &fetch(
            "GET",
            &[
                ("X-Custom-va", "1"),
                ("x-custom-UA", "1"),
                ("Accept", "*/*"),
                ("X-Custom-Test", "1"),
                ("X-CUSTOM-ua", "2"),
                ("Authorization", "basic"),
            ],
        ),
        &[],
    );
    let names = "authorization,x-custom-test,x-custom-ua,x-custom-va";
    assert_eq!(sent(&judgement, 0, "access-control-request-headers").as_deref(), Some(names));
    assert_eq!(sent(&judgement, 0, "access-control-request-method").as_deref(), Some("GET"));
    assert_eq!(sent(&judgement, 0, "origin").as_deref(), Some(ORIGIN));
    assert_eq!(judgement.sent[0].method, b"OPTIONS");
    // For a method alone there is no list.
    let judgement = judged(&fetch("PUT", &[("accept", "x")]), &[]);
    assert_eq!(sent(&judgement, 0, "access-control-request-headers"), None);
}

/// Chromium's `cors_unittest.cc`: 1024 bytes and 1025.
#[test]
fn safelisted_values_are_counted_together() {
    let headers = |last: usize| -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut headers = vec![(b"Accept".to_vec(), vec![b'a'; 128]); 7];
        headers.push((b"Accept-Language".to_vec(), vec![b'a'; 128]));
        headers.push((b"Content-Language".to_vec(), vec![b'a'; last]));
        headers
    };
    assert!(cors_unsafe_request_header_names(&headers(0)).is_empty());
    let names = cors_unsafe_request_header_names(&headers(1));
    assert_eq!(names, [&b"accept"[..], b"accept-language", b"content-language"]);
}

#[test]
fn forbidden_headers_are_dropped() {
    for (name, value, forbidden) in [
        ("Cookie", "a", true),
        ("ORIGIN", "a", true),
        ("sec-fetch-mode", "a", true),
        ("Sec-", "a", true),
        ("proxy-authorization", "a", true),
        ("set-cookie", "a", true),
        ("te", "a", true),
        ("access-control-request-method", "a", true),
        ("access-control-request-private-network", "true", false),
        ("security", "a", false),
        ("user-agent", "a", false),
        ("x-http-method-override", "trace", true),
        ("X-HTTP-Method", "GET, Track", true),
        ("x-method-override", "\"TRACE\"", false),
        ("x-method-override", "\"a,TRACE\"", false),
        ("x-method-override", "\"a\\\",TRACE", false),
        ("x-method-override", "PUT", false),
        ("x-method", "TRACE", false),
    ] {
        let found = is_forbidden_request_header(name.as_bytes(), value.as_bytes());
        assert_eq!(found, forbidden, "{name}: {value}");
    }
    let judgement = judged(&fetch("GET", &[("Cookie", "a=b"), ("Sec-X", "1")]), &[]);
    assert_eq!(judgement.sent[0].kind, MessageKind::Actual);
    assert_eq!(judgement.sent[0].headers.len(), 1);
}

#[test]
fn what_is_no_header_is_refused() {
    let mut fetch = Fetch::new(URL, ORIGIN).unwrap();
    assert!(fetch.push_header(b"a b", b"").is_err());
    assert!(fetch.push_header(b"", b"").is_err());
    assert!(fetch.push_header(b"a", b"x\0y").is_err());
    assert!(fetch.push_header(b"a", b"x\r\ny: z").is_err());
    assert!(fetch.push_header(b"a", b" \r\n x \t").is_ok());
    assert!(Fetch::new("/relative", ORIGIN).is_err());
    for origin in ["", "https://app.example/", "HTTPS://app.example", "app.example", "file://", "*"]
    {
        assert!(Fetch::new(URL, origin).is_err(), "{origin}");
    }
    for origin in ["null", "http://[::1]:3000", "chrome-extension://abc", "tauri://localhost"] {
        assert_eq!(Fetch::new(URL, origin).unwrap().origin().as_str(), origin);
    }
}

#[test]
fn some_requests_are_never_sent() {
    let mut cases = Vec::new();
    for method in ["TRACE", "connect", "Track", "", "P T", "a\u{e9}"] {
        cases.push((fetch(method, &[]), "method-forbidden"));
    }
    let change = |method: &str, change: fn(&mut Fetch)| {
        let mut fetch = fetch(method, &[]);
        change(&mut fetch);
        fetch
    };
    let same_origin = change("GET", |fetch| fetch.set_mode(Mode::SameOrigin));
    cases.push((same_origin, "mode-same-origin"));
    cases.push((change("PUT", |fetch| fetch.set_mode(Mode::NoCors)), "no-cors-method"));
    let manual = change("GET", |fetch| {
        fetch.set_mode(Mode::NoCors);
        fetch.set_redirect(Redirect::Manual);
    });
    cases.push((manual, "no-cors-redirect-mode"));
    cases.push((change("GET", |fetch| fetch.set_body(Body::Bytes)), "body-not-allowed"));
    let stream = change("POST", |fetch| {
        fetch.set_mode(Mode::NoCors);
        fetch.set_body(Body::Stream);
    });
    cases.push((stream, "body-not-allowed"));
    cases.push((Fetch::new("file:///etc/passwd", ORIGIN).unwrap(), "scheme-not-http"));
    cases.push((Fetch::new("ftp://api.example/", ORIGIN).unwrap(), "scheme-not-http"));
    cases.push((Fetch::new("https://u:p@api.example/", ORIGIN).unwrap(), "url-credentials"));
    for (fetch, code) in cases {
        for browser in Browser::ALL {
            let judgement = judge(&fetch, &[response(200, "")], browser);
            assert_eq!(verdict(&judgement), code, "{fetch:?}");
            assert!(judgement.sent.is_empty());
        }
    }
}

/// The standard's `no-cors`: what is not safelisted is dropped, and nothing is read.
#[test]
fn no_cors_is_opaque() {
    let mut fetch =
        fetch("POST", &[("content-type", "text/plain"), ("x-a", "1"), ("accept", "\"")]);
    fetch.set_mode(Mode::NoCors);
    let judgement = judged(&fetch, &[response(404, "x: y")]);
    assert_eq!(sent(&judgement, 0, "content-type").as_deref(), Some("text/plain"));
    assert_eq!(sent(&judgement, 0, "origin").as_deref(), Some(ORIGIN));
    assert_eq!(judgement.sent[0].headers.len(), 2);
    let shared = support::shared(judgement);
    assert_eq!((shared.response_type.as_str(), shared.status, shared.exposed), ("opaque", 0, None));
}

/// Append a request `Origin` header: on what is not CORS as well, but for GET and HEAD.
#[test]
fn an_origin_goes_with_other_requests_too() {
    let own = |method: &str| {
        let mut fetch = Fetch::new("https://app.example/x", ORIGIN).unwrap();
        fetch.set_method(method);
        judged(&fetch, &[response(200, "x-a: 1\nset-cookie: a=b")])
    };
    assert_eq!(sent(&own("GET"), 0, "origin"), None);
    assert_eq!(sent(&own("PUT"), 0, "origin").as_deref(), Some(ORIGIN));
    let shared = support::shared(own("PUT"));
    assert_eq!(shared.response_type.as_str(), "basic");
    assert_eq!(shared.exposed.unwrap(), ["x-a"]);
    // From https to http, in mode no-cors, the referrer policy hides it.
    let mut downgrade = Fetch::new("http://api.example/", ORIGIN).unwrap();
    downgrade.set_method("POST");
    downgrade.set_mode(Mode::NoCors);
    assert_eq!(sent(&judged(&downgrade, &[]), 0, "origin").as_deref(), Some("null"));
}

#[test]
fn a_data_url_needs_nobody() {
    let shared = support::shared(judged(&Fetch::new("data:,x", ORIGIN).unwrap(), &[]));
    assert_eq!((shared.response_type.as_str(), shared.status), ("basic", 200));
}

/// Chromium's client hints and the case of its ranges; WebKit counts no values.
#[test]
fn engines_safelist_otherwise() {
    let first = |headers: &[(&str, &str)], browser| {
        judge(&fetch("GET", headers), &[], browser).sent[0].kind
    };
    for (headers, without) in [
        (&[("Range", "BYTES=0-1")][..], &[Browser::Chromium][..]),
        (&[("Save-Data", "on")], &[Browser::Chromium]),
        (&[("Save-Data", "off")], &[]),
        (&[("DPR", "3.0")], &[Browser::Chromium]),
        (&[("DPR", "")], &[]),
        (&[("Accept", &*"a".repeat(128)); 9], &[Browser::WebKit]),
    ] {
        for browser in Browser::ALL {
            let expected = if without.contains(&browser) {
                MessageKind::Actual
            } else {
                MessageKind::Preflight
            };
            assert_eq!(first(headers, browser), expected, "{headers:?} {browser:?}");
        }
    }
}
