//! Every finding about a policy: its code, its place and what to write instead.
#![cfg(all(feature = "url", feature = "psl"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use corsac::{IssueCode, IssueValue, Policy, PolicyBuilder, PolicyConfig, Severity};

/// Code, place and suggestion of a finding.
type Said = (&'static str, String, Option<String>);

fn list(origins: &[&str]) -> PolicyBuilder {
    Policy::builder().allow_origins(origins.iter().copied())
}

fn said(issues: &[corsac::Issue]) -> Vec<Said> {
    issues
        .iter()
        .map(|issue| {
            assert!(!issue.to_string().is_empty());
            let suggestion = issue.suggestion().map(ToOwned::to_owned);
            (issue.code().as_str(), issue.path().to_string(), suggestion)
        })
        .collect()
}

fn expected(findings: &[(&'static str, &str, Option<&str>)]) -> Vec<Said> {
    findings
        .iter()
        .map(|(code, path, suggestion)| {
            (*code, (*path).to_owned(), suggestion.map(ToOwned::to_owned))
        })
        .collect()
}

#[track_caller]
fn errors(builder: &PolicyBuilder, findings: &[(&'static str, &str, Option<&str>)]) {
    let checked = builder.config().check();
    assert_eq!(said(checked.errors()), expected(findings));
    match builder.build() {
        Ok(_) => assert!(findings.is_empty()),
        Err(error) => {
            assert_eq!(error.errors(), checked.errors(), "both say the same");
            assert!(error.errors().iter().all(|issue| issue.severity() == Severity::Error));
            for (code, path, _) in findings {
                let line = error.to_string();
                assert!(line.contains(path) && line.contains(code), "{line}");
            }
        }
    }
}

#[track_caller]
fn warnings(builder: &PolicyBuilder, findings: &[(&'static str, &str, Option<&str>)]) {
    let checked = builder.config().check();
    assert_eq!(said(checked.warnings()), expected(findings));
    assert!(checked.warnings().iter().all(|issue| issue.severity() == Severity::Warning));
    builder.build().expect("a warning is no error");
}

#[test]
fn origins() {
    errors(&list(&[]), &[("origins-missing", "allow_origins", None)]);
    errors(&list(&[]).dynamic_origins(true), &[]);
    errors(
        &list(&[
            "nonsense",
            "https://A.example",
            "https://*",
            "null",
            "file:///x",
            "https://ok.example",
        ]),
        &[
            ("origin-invalid", "allow_origins[0]", Some("https://nonsense")),
            ("origin-not-serialized", "allow_origins[1]", Some("https://a.example")),
            ("origin-wildcard-unsupported", "allow_origins[2]", None),
            ("origin-null", "allow_origins[3]", None),
            ("origin-file", "allow_origins[4]", None),
        ],
    );
    errors(
        &list(&["*", "https://a.example", "x y"]).allow_credentials(true),
        &[
            ("origin-any-with-others", "allow_origins", None),
            ("origin-any-with-credentials", "allow_origins", None),
            ("origin-invalid", "allow_origins[2]", None),
        ],
    );
    errors(
        &list(&["http://a.example", "http://*.com", "http://*a.com"]).allow_credentials(true),
        &[
            ("origin-insecure-with-credentials", "allow_origins[0]", Some("https://a.example")),
            ("origin-insecure-with-credentials", "allow_origins[1]", Some("https://*.com")),
            ("origin-public-suffix-wildcard", "allow_origins[1]", None),
            ("origin-insecure-with-credentials", "allow_origins[2]", Some("https://*a.com")),
            ("origin-public-suffix-wildcard", "allow_origins[2]", None),
        ],
    );
}

#[test]
fn public_suffixes() {
    let open = |origin, credentials| {
        let errors = list(&[origin]).allow_credentials(credentials).build().err();
        errors.is_some_and(|error| {
            let codes: Vec<_> = error.errors().iter().map(corsac::Issue::code).collect();
            assert_eq!(codes, [IssueCode::OriginPublicSuffixWildcard], "{origin}");
            true
        })
    };
    for (origin, without, with) in [
        ("https://*.com", false, true),
        ("https://*.com.", false, true),
        ("https://*.github.io", false, true),
        // Every name under it is a public suffix.
        ("https://*.kawasaki.jp", false, true),
        ("https://*.kawasaki.jp:8443", false, true),
        // Of a list that does not know the last label, the last label is one.
        ("https://*.intranet", false, true),
        ("https://*.a.intranet", false, false),
        ("https://*.city.kawasaki.jp", false, false),
        ("https://*.example.co.uk", false, false),
        ("https://a*.co.uk", true, true),
        ("https://*.a*.co.uk", true, true),
        ("https://*-app.vercel.app", true, true),
        ("https://a*.example.co.uk", false, false),
        ("https://*.localhost", false, false),
        ("https://a*.localhost", false, false),
        ("tauri://*.localhost", false, false),
    ] {
        assert_eq!(open(origin, false), without, "{origin} without credentials");
        assert_eq!(open(origin, true), with, "{origin} with credentials");
    }
}

#[test]
fn methods() {
    let methods =
        |names: &[&str]| list(&["https://a.example"]).allow_methods(names.iter().copied());
    let (long, longest) = ("A".repeat(65), "A".repeat(64));
    errors(
        &methods(&["PU T", "PUT ", "", "P*", "CONNECT", "trace", &long, &longest]),
        &[
            ("method-invalid", "allow_methods[0]", None),
            ("method-invalid", "allow_methods[1]", Some("PUT")),
            ("method-invalid", "allow_methods[2]", None),
            ("method-invalid", "allow_methods[3]", None),
            ("method-forbidden", "allow_methods[4]", None),
            ("method-forbidden", "allow_methods[5]", None),
            ("method-invalid", "allow_methods[6]", None),
        ],
    );
    errors(&methods(&["*", "PUT"]), &[("methods-any-with-others", "allow_methods", None)]);
    warnings(
        &methods(&["GET", "patch", "OPTIONS", "PUT", "PUT", "pUT", "x", "get"]),
        &[
            ("duplicate", "allow_methods[4]", None),
            ("method-safelisted", "allow_methods[0]", None),
            ("method-case", "allow_methods[1]", Some("PATCH")),
            ("options-method", "allow_methods[2]", None),
            ("method-case", "allow_methods[5]", Some("PUT")),
            ("method-case", "allow_methods[7]", Some("GET")),
        ],
    );
}

#[test]
fn request_headers() {
    let headers =
        |names: &[&str]| list(&["https://a.example"]).allow_headers(names.iter().copied());
    let long = "a".repeat(129);
    errors(
        &headers(&[
            "x a",
            "x-a:",
            "",
            "x-*",
            "Cookie",
            "sec-x",
            "Access-Control-Allow-Origin",
            &long,
        ]),
        &[
            ("request-header-invalid", "allow_headers[0]", None),
            ("request-header-invalid", "allow_headers[1]", Some("x-a")),
            ("request-header-invalid", "allow_headers[2]", None),
            ("request-header-invalid", "allow_headers[3]", None),
            ("request-header-forbidden", "allow_headers[4]", None),
            ("request-header-forbidden", "allow_headers[5]", None),
            ("request-header-prohibited", "allow_headers[6]", None),
            ("request-header-invalid", "allow_headers[7]", None),
        ],
    );
    errors(
        &headers(&["*", "Authorization", "x-a"]),
        &[("request-headers-any-with-others", "allow_headers", None)],
    );
    errors(&headers(&["*", "Authorization"]), &[]);
    warnings(
        &headers(&["Accept", "x-a", "X-A", "content-type"]),
        &[
            ("duplicate", "allow_headers[2]", None),
            ("request-header-safelisted", "allow_headers[0]", None),
        ],
    );
    warnings(
        &headers(&["*"]).allow_credentials(true),
        &[("wildcard-headers-with-credentials", "allow_headers", None)],
    );
}

#[test]
fn response_headers() {
    let headers =
        |names: &[&str]| list(&["https://a.example"]).expose_headers(names.iter().copied());
    errors(
        &headers(&["x a", "", "Set-Cookie2", "origin", "access-control-max-age"]),
        &[
            ("response-header-invalid", "expose_headers[0]", None),
            ("response-header-invalid", "expose_headers[1]", None),
            ("response-header-forbidden", "expose_headers[2]", None),
            ("response-header-prohibited", "expose_headers[3]", None),
            ("response-header-prohibited", "expose_headers[4]", None),
        ],
    );
    errors(
        &headers(&["*", "x-a"]).allow_credentials(true),
        &[
            ("expose-any-with-others", "expose_headers", None),
            ("expose-any-with-credentials", "expose_headers", None),
        ],
    );
    warnings(
        &headers(&["Content-Type", "X-A", "x-a"]),
        &[
            ("duplicate", "expose_headers[2]", None),
            ("response-header-safelisted", "expose_headers[0]", None),
        ],
    );
}

#[test]
fn numbers() {
    for (seconds, outcome) in [
        (-1, "max-age-out-of-range"),
        (0, ""),
        (600, ""),
        (601, "max-age-above-browser-cap"),
        (2_147_483_647, "max-age-above-browser-cap"),
        (2_147_483_648, "max-age-out-of-range"),
        (i64::MIN, "max-age-out-of-range"),
    ] {
        let checked = list(&["https://a.example"]).max_age(seconds).config().check();
        let all: Vec<_> = checked.errors().iter().chain(checked.warnings()).collect();
        let codes: Vec<_> = all.iter().map(|issue| issue.code().as_str()).collect();
        assert_eq!(codes.join(" "), outcome, "{seconds}");
        assert!(all.iter().all(|issue| *issue.value() == IssueValue::Number(seconds)));
    }
    for (status, ok) in [(0, false), (199, false), (200, true), (299, true), (300, false)] {
        let built = list(&["https://a.example"]).preflight_status(status).build();
        assert_eq!(built.is_ok(), ok, "{status}");
    }
}

#[test]
fn what_a_pattern_covers_is_told() {
    warnings(
        &list(&[
            "https://a.example.com",
            "https://*.example.com",
            "https://*.b.example.com",
            "https://pr-*.example.com",
            "https://example.com",
            "http://a.example.com",
            "https://c.example.com:8443",
            "http://localhost:3000",
            "http://localhost:*",
            "http://localhost",
            "https://pr-1-*.example.net",
            "https://pr-*.example.net",
            "https://*q.example.net",
        ]),
        &[
            ("origin-covered", "allow_origins[0]", None),
            ("origin-covered", "allow_origins[2]", None),
            ("origin-covered", "allow_origins[3]", None),
            ("origin-covered", "allow_origins[7]", None),
            ("origin-covered", "allow_origins[9]", None),
            ("origin-covered", "allow_origins[10]", None),
        ],
    );
    warnings(
        &list(&["https://a.example", "https://a.example"]).allow_private_network(true),
        &[
            ("duplicate", "allow_origins[1]", None),
            ("private-network-legacy", "allow_private_network", None),
        ],
    );
}

#[test]
fn a_policy_gives_its_document_back() {
    for builder in [
        list(&["*"]).allow_methods(["*"]).allow_headers(["*"]).expose_headers(["*"]),
        list(&["*"]).allow_headers(["*", "Authorization"]).max_age(0),
        list(&[
            "https://b.example",
            "https://*.a.example:*",
            "tauri://localhost",
            "https://a.example",
        ])
        .allow_methods(["PUT", "DELETE", "PUT"])
        .allow_headers(["X-B", "x-a", "x-b"])
        .expose_headers(["X-C"])
        .allow_credentials(true)
        .max_age(7200)
        .preflight_status(200)
        .allow_private_network(true)
        .diagnostics(true),
        list(&["null", "http://a.example", "https://a*.com"])
            .allow_credentials(true)
            .dangerously_allow_null_origin(true)
            .dangerously_allow_insecure_origins(true)
            .dangerously_allow_public_suffix_wildcards(true),
        list(&[]).dynamic_origins(true).allow_headers(["*"]).allow_credentials(true),
    ] {
        let policy = builder.build().unwrap();
        let again = policy.config().build().unwrap();
        assert_eq!(policy, again);
        assert_eq!(policy.config(), again.config());
    }
}

#[cfg(feature = "serde")]
#[test]
fn a_document_is_read_strictly() {
    let read = serde_json::from_str::<PolicyConfig>;
    assert_eq!(read("{}").unwrap(), PolicyConfig::default());
    for wrong in [
        r#"{"allow_origin": []}"#,
        r#"{"allow_origins": "*"}"#,
        r#"{"allow_origins": [1]}"#,
        r#"{"allow_credentials": "true"}"#,
        r#"{"max_age": "600"}"#,
        r#"{"max_age": 1.5}"#,
        r#"{"preflight_status": -1}"#,
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    let config = list(&["https://a.example"]).max_age(5).config().clone();
    let text = serde_json::to_string(&config).unwrap();
    assert_eq!(text, r#"{"allow_origins":["https://a.example"],"max_age":5}"#);
    assert_eq!(read(&text).unwrap(), config);
}
