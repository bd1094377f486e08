//! What went wrong elsewhere, and does not here: published advisories and reports against other
//! implementations, each as the request or the policy that brought it about.
//!
//! S18 is about matching paths, which this engine does not do: the embedder chooses the policy.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use corsac::{Decision, Kind, Policy, PolicyBuilder, PolicyConfig, Rejection, Request, Verdict};

type Fields<'f> = &'f [(&'f str, &'f [u8])];

fn list(origins: &[&str]) -> PolicyBuilder {
    Policy::builder().allow_origins(origins.iter().copied())
}

fn fields(decision: &Decision<'_>) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    decision.fields().map(|field| (field.name().to_owned(), text(field.value()))).collect()
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A GET from `origin` gets the grant that names it.
fn allows(policy: &Policy, origin: &str) -> bool {
    let request = Request::from_fields("GET", [("Origin", origin)]);
    let decision = policy.evaluate(&request);
    let echoed =
        fields(&decision).contains(&("access-control-allow-origin".to_owned(), origin.to_owned()));
    assert_eq!(echoed, decision.is_allowed(), "{decision:?}");
    echoed
}

/// The request is refused for this reason, and the response has no grant and varies by origin.
#[track_caller]
fn refuses(policy: &Policy, method: &str, request: Fields<'_>, rejection: Rejection) {
    let request = Request::from_fields(method, request.iter().copied());
    let decision = policy.evaluate(&request);
    assert_eq!(decision.verdict(), Verdict::Deny(rejection), "{decision:?}");
    let names: Vec<_> = decision.fields().map(|field| field.name()).collect();
    assert_eq!(names, ["vary"], "{decision:?}");
    assert!(decision.fields().all(|field| field.value().starts_with(b"origin")), "{decision:?}");
}

#[track_caller]
fn refuses_origin(policy: &Policy, origin: &[u8], rejection: Rejection) {
    refuses(policy, "GET", &[("origin", origin)], rejection);
    let preflight: Fields<'_> = &[("origin", origin), ("access-control-request-method", b"PUT")];
    refuses(policy, "OPTIONS", preflight, rejection);
}

#[track_caller]
fn refuses_preflight(policy: &Policy, origin: &str, more: Fields<'_>, rejection: Rejection) {
    let mut request: Vec<(&str, &[u8])> = vec![("origin", origin.as_bytes())];
    if !more.iter().any(|(name, _)| *name == "access-control-request-method") {
        request.push(("access-control-request-method", b"GET"));
    }
    request.extend(more);
    refuses(policy, "OPTIONS", &request, rejection);
}

/// The codes of the errors for which there is no policy.
fn errors(builder: &PolicyBuilder) -> Vec<&'static str> {
    match builder.build() {
        Ok(_) => Vec::new(),
        Err(error) => error.errors().iter().map(|issue| issue.code().as_str()).collect(),
    }
}

#[test]
fn s1_any_origin_with_credentials_is_no_policy() {
    let policy = list(&["*"]).allow_credentials(true);
    assert_eq!(errors(&policy), ["origin-any-with-credentials"]);
}

#[test]
fn s2_any_origin_is_a_star_and_no_reflection() {
    let policy = list(&["*"]).build().unwrap();
    for origin in ["https://evil.example", "null", "not an origin"] {
        let request = Request::from_fields("GET", [("Origin", origin)]);
        let expected = pairs(&[("access-control-allow-origin", "*")]);
        assert_eq!(fields(&policy.evaluate(&request)), expected);
    }
}

#[test]
fn s3_an_unlisted_origin_is_never_reflected() {
    let policy = list(&["https://a.example"]).build().unwrap();
    refuses_origin(&policy, b"https://evil.example", Rejection::OriginNotAllowed);
}

#[test]
fn s4_a_wildcard_is_a_whole_label_or_within_one() {
    for origin in ["h*", "https://*", "https*", "*://a.example"] {
        for credentials in [false, true] {
            let policy = list(&[origin]).allow_credentials(credentials);
            assert_eq!(errors(&policy), ["origin-wildcard-unsupported"], "{origin}");
        }
    }
}

#[test]
fn s5_a_wildcard_in_a_path_is_no_pattern() {
    for origin in ["https://example.com/*", "http://localhost/*"] {
        assert_eq!(errors(&list(&[origin])), ["origin-wildcard-unsupported"], "{origin}");
    }
    let policy = list(&["https://example.com", "http://localhost"]).build().unwrap();
    assert!(!allows(&policy, "https://example.community"));
    assert!(!allows(&policy, "http://localhost.example.com"));
}

#[test]
fn s6_a_wildcard_at_an_end_is_no_pattern() {
    for origin in ["https://myapp.com*", "*myapp.com"] {
        assert_eq!(errors(&list(&[origin])), ["origin-wildcard-unsupported"], "{origin}");
    }
    let policy = list(&["https://myapp.com", "https://*.myapp.com"]).build().unwrap();
    for origin in
        ["https://myapp.community", "https://myapp.com.attacker.com", "https://evilmyapp.com"]
    {
        refuses_origin(&policy, origin.as_bytes(), Rejection::OriginNotAllowed);
    }
}

#[test]
fn s7_an_origin_is_no_prefix() {
    let policy = list(&["https://example.com", "https://trusted.com"]).build().unwrap();
    for origin in [
        "https://example.com.evil.net",
        "https://example.com-evil.net",
        "https://trusted.com.attacker.io",
        "https://trusted.com:8080",
    ] {
        refuses_origin(&policy, origin.as_bytes(), Rejection::OriginNotAllowed);
    }
}

#[test]
fn s8_every_member_of_a_list_is_anchored() {
    let policy = list(&["https://a.com", "https://b.com"]).build().unwrap();
    refuses_origin(&policy, b"https://a.com.evil.com", Rejection::OriginNotAllowed);
    refuses_origin(&policy, b"https://evil-b.com", Rejection::OriginNotAllowed);
}

#[test]
fn s9_a_dot_is_a_dot() {
    let policy = list(&["https://api.example.com"]).build().unwrap();
    refuses_origin(&policy, b"https://apixexample.com", Rejection::OriginNotAllowed);
    refuses_origin(&policy, b"https://apiXexample.com", Rejection::OriginMalformed);
}

#[test]
fn s10_subdomains_are_whole_labels_and_one_at_least() {
    let policy = list(&["https://*.example.com"]).build().unwrap();
    assert!(allows(&policy, "https://foo.example.com"));
    assert!(allows(&policy, "https://foo.bar.example.com"));
    for origin in
        ["https://xexample.com.evil.com", "https://example.com", "https://evil-example.com"]
    {
        refuses_origin(&policy, origin.as_bytes(), Rejection::OriginNotAllowed);
    }
    for origin in ["https://.example.com", "https://a..example.com"] {
        refuses_origin(&policy, origin.as_bytes(), Rejection::OriginMalformed);
    }
}

#[test]
fn s11_origins_that_share_an_end_stay_apart() {
    for origins in [["https://foo.com", "https://bar.com"], ["https://bar.com", "https://foo.com"]]
    {
        let policy = list(&origins).build().unwrap();
        for origin in ["https://barfoo.com", "https://foobar.com", "https://oo.com"] {
            refuses_origin(&policy, origin.as_bytes(), Rejection::OriginNotAllowed);
        }
    }
}

#[test]
fn s12_whatever_is_listed_is_allowed() {
    let origins = ["https://com", "https://a.com", "https://aa.com", "https://a.a.com"];
    let headers = ["x-a", "x-ab", "x-abc", "y"];
    let policy = list(&origins).allow_headers(headers).build().unwrap();
    for origin in origins {
        assert!(allows(&policy, origin), "{origin}");
    }
    for subset in 0..1 << headers.len() {
        let asked: Vec<&str> = headers
            .iter()
            .enumerate()
            .filter(|(at, _)| subset & (1 << at) != 0)
            .map(|(_, name)| *name)
            .collect();
        let asked = asked.join(",");
        let request = Request::from_fields(
            "OPTIONS",
            [
                ("Origin", origins[0]),
                ("Access-Control-Request-Method", "GET"),
                ("Access-Control-Request-Headers", &asked),
            ],
        );
        assert!(policy.evaluate(&request).is_allowed(), "{asked}");
    }
}

#[test]
fn s13_a_string_is_no_list() {
    let document = r#"{"allow_origins": "https://a.example"}"#;
    assert!(serde_json::from_str::<PolicyConfig>(document).is_err());
}

#[test]
fn s14_a_method_is_compared_whole_and_with_its_case() {
    let policy =
        list(&["https://a.example"]).allow_methods(["GET", "DELETE", "PATCH"]).build().unwrap();
    for (method, rejection) in [
        ("ET", Rejection::MethodNotAllowed),
        ("LET", Rejection::MethodNotAllowed),
        ("delete", Rejection::MethodNotAllowed),
        ("patch", Rejection::MethodNotAllowed),
        ("GET, DELETE", Rejection::MethodMalformed),
    ] {
        let asked: Fields<'_> = &[("access-control-request-method", method.as_bytes())];
        refuses_preflight(&policy, "https://a.example", asked, rejection);
    }
}

#[test]
fn s15_null_is_nobody() {
    let policy = list(&["https://a.example"]).allow_credentials(true).build().unwrap();
    refuses_origin(&policy, b"null", Rejection::OriginNull);
    let null = list(&["null"]).allow_credentials(true);
    assert_eq!(errors(&null), ["origin-null"]);
    let on_purpose = list(&["null"]).dangerously_allow_null_origin(true).build().unwrap();
    assert!(allows(&on_purpose, "null"));
}

#[test]
fn s16_private_networks_are_granted_when_asked_and_never_denied_aloud() {
    let preflight = |asked: &'static str| {
        Request::from_fields(
            "OPTIONS",
            [
                ("Origin", "https://a.example"),
                ("Access-Control-Request-Method", "GET"),
                ("Access-Control-Request-Private-Network", asked),
            ],
        )
    };
    let answer = |policy: &Policy, asked| {
        let request = preflight(asked);
        let fields = fields(&policy.evaluate(&request));
        fields.into_iter().find(|(name, _)| name == "access-control-allow-private-network")
    };
    let closed = list(&["https://a.example"]).build().unwrap();
    assert_eq!(answer(&closed, "true"), None);
    let request = preflight("true");
    let rejection = closed.evaluate(&request).verdict().rejection();
    assert_eq!(rejection, Some(Rejection::PrivateNetworkNotAllowed));
    let open = list(&["https://a.example"]).allow_private_network(true).build().unwrap();
    assert_eq!(answer(&open, "true").unwrap().1, "true");
    for asked in ["TRUE", "1", "false", ""] {
        assert_eq!(answer(&open, asked), None, "{asked}");
    }
    let elsewhere = list(&["https://b.example"]).allow_private_network(true).build().unwrap();
    assert_eq!(answer(&elsewhere, "true"), None);
}

#[test]
fn s17_what_a_log_shows_is_escaped() {
    let policy = list(&["https://a.example"]).build().unwrap();
    let request = Request::from_fields("GET", [("Origin", &b"https://a\r\nX: \x1b[31m\xff"[..])]);
    let decision = policy.evaluate(&request);
    let shown = [
        decision.offending().unwrap().to_string(),
        format!("{decision:?}"),
        decision.verdict().rejection().unwrap().to_string(),
    ];
    for text in shown {
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{text:?}");
    }
}

#[test]
fn s19_empty_elements_run_out() {
    let origin = "https://a.example";
    for policy in [
        list(&[origin]).allow_headers(["x-a"]).build().unwrap(),
        list(&[origin]).allow_headers(["*"]).build().unwrap(),
    ] {
        let commas = vec![b','; 1 << 20];
        let asked: Fields<'_> = &[("access-control-request-headers", &commas)];
        refuses_preflight(&policy, origin, asked, Rejection::HeadersOverBudget);
        let line = vec![b','; 1024];
        let lines = vec![("access-control-request-headers", &line[..]); 1024];
        refuses_preflight(&policy, origin, &lines, Rejection::HeadersOverBudget);
        let lines = vec![("access-control-request-headers", &b""[..]); 1024];
        refuses_preflight(&policy, origin, &lines, Rejection::HeadersOverBudget);
    }
}

#[test]
fn s20_whitespace_runs_out() {
    let origin = "https://a.example";
    let policy = list(&[origin]).allow_headers(["*"]).build().unwrap();
    for space in [b' ', b'\t'] {
        let asked = [b"a".to_vec(), vec![space; 1 << 20], b"b".to_vec()].concat();
        let asked: Fields<'_> = &[("access-control-request-headers", &asked)];
        refuses_preflight(&policy, origin, asked, Rejection::HeadersOverBudget);
    }
}

#[test]
fn s21_what_is_given_back_was_validated() {
    let origin = "https://a.example";
    let policy = list(&[origin]).allow_headers(["*"]).allow_credentials(true).build().unwrap();
    for (asked, rejection) in [
        (&b"x-a, bad header\x80, *"[..], Rejection::HeadersMalformed),
        (b"x-a\x80", Rejection::HeadersMalformed),
        (b"x-a: y", Rejection::HeadersMalformed),
        (b"x-a, *", Rejection::HeaderNotAllowed),
        (b"x-a, Authorization", Rejection::HeaderNotAllowed),
    ] {
        let asked: Fields<'_> = &[("access-control-request-headers", asked)];
        refuses_preflight(&policy, origin, asked, rejection);
    }
}

#[test]
fn s22_vary_is_the_policys_own() {
    let policy = list(&["https://a.example"]).build().unwrap();
    let request =
        Request::from_fields("GET", [("Vary", "X-Evil"), ("Origin", "https://a.example")]);
    let expected =
        pairs(&[("access-control-allow-origin", "https://a.example"), ("vary", "origin")]);
    assert_eq!(fields(&policy.evaluate(&request)), expected);
}

#[test]
fn s23_a_decision_outlives_the_request() {
    let policy = list(&["https://a.example"]).build().unwrap();
    let fields = {
        let incoming =
            http::Request::get("/").header("origin", "https://a.example").body(()).unwrap();
        let request = Request::from_http(incoming.method(), incoming.headers());
        policy.evaluate(&request).to_response_fields()
    };
    let mut headers = http::HeaderMap::new();
    fields.apply(&mut headers);
    assert_eq!(headers["access-control-allow-origin"], "https://a.example");
}

#[test]
fn s24_no_bytes_bring_it_down() {
    let policy = list(&["https://*.a.com", "https://pr-*.a.com:*"]).build().unwrap();
    let long = vec![b'a'; 64 << 10];
    for origin in [
        &b"\xff"[..],
        b"",
        b"https://*@:;",
        &long,
        b"https://a.com, https://b.com",
        b"https://a.com https://b.com",
        b"https://",
        b"://",
        b"https://[",
        b"https://a.com:",
    ] {
        refuses_origin(&policy, origin, Rejection::OriginMalformed);
    }
    let twice: Fields<'_> = &[("origin", b"https://x.a.com"), ("Origin", b"https://x.a.com")];
    refuses(&policy, "GET", twice, Rejection::OriginMultiple);
}

#[test]
fn s25_an_origin_has_one_form() {
    let policy = list(&["https://a.com", "https://*.a.com"]).build().unwrap();
    for origin in [
        "https://a.com/",
        "https://a.com/x",
        "HTTPS://a.com",
        "https://A.com",
        "https://a.com:443",
        "https://u@a.com",
        "https://a.com?",
        "https://a.com:0443",
    ] {
        refuses_origin(&policy, origin.as_bytes(), Rejection::OriginMalformed);
    }
    refuses_origin(&policy, b"https://a.com.", Rejection::OriginNotAllowed);
    refuses_origin(&policy, b"https://x.a.com.", Rejection::OriginNotAllowed);
}

#[test]
fn s26_another_scheme_is_another_origin() {
    let policy = list(&["https://a.com"]).build().unwrap();
    refuses_origin(&policy, b"http://a.com", Rejection::OriginNotAllowed);
}

#[test]
fn s27_credentials_want_transport_security() {
    let with_credentials = |origin| list(&[origin]).allow_credentials(true);
    for origin in ["http://a.com", "http://*.a.com", "ws://a.com", "http://localhost.a.com"] {
        assert_eq!(
            errors(&with_credentials(origin)),
            ["origin-insecure-with-credentials"],
            "{origin}"
        );
        let on_purpose = with_credentials(origin).dangerously_allow_insecure_origins(true);
        assert_eq!(errors(&on_purpose), [""; 0]);
    }
    for origin in [
        "http://localhost",
        "http://localhost:*",
        "http://app.localhost",
        "http://*.localhost:3000",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:*",
    ] {
        assert_eq!(errors(&with_credentials(origin)), [""; 0], "{origin}");
    }
}

#[test]
fn s28_a_public_suffix_is_everybodys() {
    for origin in ["https://*.com", "https://*.github.io", "https://*.co.uk"] {
        let policy = list(&[origin]).allow_credentials(true);
        assert_eq!(errors(&policy), ["origin-public-suffix-wildcard"], "{origin}");
        assert_eq!(errors(&policy.dangerously_allow_public_suffix_wildcards(true)), [""; 0]);
    }
    for origin in ["https://*example.com", "https://app-*.vercel.app"] {
        assert_eq!(errors(&list(&[origin])), ["origin-public-suffix-wildcard"], "{origin}");
    }
    for origin in ["https://*.example.com", "https://pr-*.example.com"] {
        assert_eq!(errors(&list(&[origin]).allow_credentials(true)), [""; 0], "{origin}");
    }
}

#[test]
fn s29_nobody_elses_grant_survives() {
    let policy = list(&["https://a.com"]).allow_credentials(true).build().unwrap();
    for method in ["GET", "OPTIONS"] {
        let incoming = http::Request::builder()
            .method(method)
            .header("origin", "https://evil.example")
            .body(())
            .unwrap();
        let mut response = http::Response::builder()
            .header("access-control-allow-origin", "https://evil.example")
            .header("Access-Control-Allow-Credentials", "true")
            .header("access-control-expose-headers", "x-secret")
            .body(())
            .unwrap();
        let request = Request::from_http(incoming.method(), incoming.headers());
        policy.evaluate(&request).apply(response.headers_mut());
        let names: Vec<_> = response.headers().keys().map(http::HeaderName::as_str).collect();
        assert_eq!(names, ["vary"]);
    }
}

#[test]
fn s30_every_answer_varies_by_origin_or_none_does() {
    for origins in
        [&["https://a.com", "https://b.com"][..], &["https://a.com"], &["https://*.a.com"]]
    {
        let policy = list(origins).build().unwrap();
        for request in
            [&[][..], &[("Origin", "https://x.a.com")], &[("Origin", "https://evil.net")]]
        {
            let request = Request::from_fields("GET", request.iter().copied());
            let answer = fields(&policy.evaluate(&request));
            assert!(answer.contains(&("vary".into(), "origin".into())), "{answer:?}");
        }
    }
    let any = list(&["*"]).build().unwrap();
    for request in [&[][..], &[("Origin", "https://x.a.com")]] {
        let request = Request::from_fields("GET", request.iter().copied());
        let expected = pairs(&[("access-control-allow-origin", "*")]);
        assert_eq!(fields(&any.evaluate(&request)), expected);
    }
}

#[test]
fn s31_a_preflight_names_all_that_its_answer_depends_on() {
    const VARY: &str = "origin, access-control-request-method, access-control-request-headers, \
                        access-control-request-private-network";
    let policy = list(&["https://a.com"]).allow_headers(["*"]).allow_credentials(true);
    let policy = policy.build().unwrap();
    for origin in ["https://a.com", "https://evil.net"] {
        let request = Request::from_fields(
            "OPTIONS",
            [("Origin", origin), ("Access-Control-Request-Method", "GET")],
        );
        let answer = fields(&policy.evaluate(&request));
        assert_eq!(answer.last().unwrap(), &("vary".to_owned(), VARY.to_owned()));
    }
}

#[test]
fn s32_no_handler_sees_a_preflight() {
    let policy = list(&["https://a.com"]).build().unwrap();
    for (origin, status) in [("https://a.com", 204), ("https://evil.net", 403)] {
        let request = Request::from_fields(
            "OPTIONS",
            [("Origin", origin), ("Access-Control-Request-Method", "POST")],
        );
        assert_eq!(policy.evaluate(&request).status(), Some(status));
    }
}

#[test]
fn s33_not_every_options_is_a_preflight() {
    let policy =
        list(&["https://a.com"]).allow_methods(["PUT"]).expose_headers(["x-id"]).build().unwrap();
    let request = Request::from_fields("OPTIONS", [("Access-Control-Request-Method", "PUT")]);
    let decision = policy.evaluate(&request);
    assert_eq!((decision.kind(), decision.status()), (Kind::NotCors, None));
    assert_eq!(fields(&decision), pairs(&[("vary", "origin")]));

    let request = Request::from_fields("OPTIONS", [("Origin", "https://a.com")]);
    let decision = policy.evaluate(&request);
    assert_eq!((decision.kind(), decision.status()), (Kind::Actual, None));
    let expected = pairs(&[
        ("access-control-allow-origin", "https://a.com"),
        ("access-control-expose-headers", "x-id"),
        ("vary", "origin"),
    ]);
    assert_eq!(fields(&decision), expected);
}

#[test]
fn s34_a_refused_simple_request_can_be_answered_403() {
    let policy = list(&["https://a.com"]).build().unwrap();
    for method in ["GET", "POST"] {
        let evil: Fields<'_> = &[("origin", b"https://evil.net")];
        refuses(&policy, method, evil, Rejection::OriginNotAllowed);
        // To go on is the default.
        let request = Request::from_fields(method, evil.iter().copied());
        assert_eq!(policy.evaluate(&request).status(), None);
    }
}

#[test]
fn s35_x_origin_is_no_origin() {
    let policy = list(&["https://a.com"]).build().unwrap();
    let request = Request::from_fields("GET", [("X-Origin", "https://a.com")]);
    let decision = policy.evaluate(&request);
    assert_eq!(decision.kind(), Kind::NotCors);
    assert_eq!(fields(&decision), pairs(&[("vary", "origin")]));
}

#[test]
fn s36_the_same_question_has_the_same_answer() {
    let policy = list(&["https://a.com", "https://*.b.com"]).build().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..1000 {
                    assert!(allows(&policy, "https://a.com"));
                    assert!(allows(&policy, "https://x.b.com"));
                    assert!(!allows(&policy, "https://b.com"));
                }
            });
        }
    });
}

#[test]
fn s37_what_no_script_reads_is_not_exposed() {
    let expose = |name| list(&["https://a.com"]).expose_headers([name]);
    assert_eq!(errors(&expose("Set-Cookie")), ["response-header-forbidden"]);
    assert_eq!(errors(&expose("*").allow_credentials(true)), ["expose-any-with-credentials"]);
}

#[test]
fn s38_what_no_script_sends_is_not_allowed() {
    for method in ["TRACE", "CONNECT", "TRACK", "trace"] {
        let policy = list(&["https://a.com"]).allow_methods([method]);
        assert_eq!(errors(&policy), ["method-forbidden"], "{method}");
    }
    for (name, code) in [
        ("Cookie", "request-header-forbidden"),
        ("Host", "request-header-forbidden"),
        ("Sec-Fetch-Site", "request-header-forbidden"),
        ("Proxy-Authorization", "request-header-forbidden"),
        ("Access-Control-Request-Method", "request-header-forbidden"),
        ("Access-Control-Allow-Origin", "request-header-prohibited"),
    ] {
        let policy = list(&["https://a.com"]).allow_headers([name]);
        let error = policy.build().unwrap_err();
        assert_eq!(error.errors()[0].code().as_str(), code, "{name}");
        assert!(!error.errors()[0].to_string().is_empty());
    }
}

#[test]
fn s39_nothing_falls_open() {
    assert_eq!(errors(&list(&[])), ["origins-missing"]);
    assert_eq!(errors(&list(&["https://a.com", "a.com"])), ["origin-invalid"]);
    assert_eq!(errors(&list(&[""])), ["origin-invalid"]);
}

#[test]
fn s40_the_order_of_fields_is_fixed() {
    let policy = list(&["https://a.com"])
        .allow_methods(["PUT", "DELETE", "PATCH"])
        .allow_headers(["X-B", "x-a"])
        .allow_credentials(true)
        .max_age(600)
        .build()
        .unwrap();
    let request = Request::from_fields(
        "OPTIONS",
        [("Access-Control-Request-Method", "PUT"), ("Origin", "https://a.com")],
    );
    let expected = pairs(&[
        ("access-control-allow-origin", "https://a.com"),
        ("access-control-allow-credentials", "true"),
        ("access-control-allow-methods", "PUT, DELETE, PATCH"),
        ("access-control-allow-headers", "x-b, x-a"),
        ("access-control-max-age", "600"),
        (
            "vary",
            "origin, access-control-request-method, access-control-request-headers, \
             access-control-request-private-network",
        ),
    ]);
    assert_eq!(fields(&policy.evaluate(&request)), expected);
}
