//! [`Decision::apply`] on a response that is not empty.
#![cfg(feature = "http")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is a failed test"
)]

use corsac::{Policy, Request};
use http::{HeaderMap, HeaderValue, Method};

fn policy() -> Policy {
    let builder = Policy::builder().allow_origins(["https://a.example"]).allow_methods(["PUT"]);
    builder.allow_credentials(true).build().unwrap()
}

fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        headers.append(*name, HeaderValue::from_static(value));
    }
    headers
}

fn apply(policy: &Policy, method: &Method, request: &HeaderMap, response: &mut HeaderMap) {
    let request = Request::from_http(method, request);
    let mut detached = response.clone();
    policy.evaluate(&request).to_response_fields().apply(&mut detached);
    policy.evaluate(&request).apply(response);
    assert_eq!(*response, detached, "both ways to apply a decision are one");
}

fn vary_after(there: &[&'static str], method: &Method) -> Vec<String> {
    let request = map(&[("origin", "https://a.example"), ("access-control-request-method", "PUT")]);
    let mut response = HeaderMap::new();
    for line in there {
        response.append("vary", HeaderValue::from_static(line));
    }
    apply(&policy(), method, &request, &mut response);
    response.get_all("vary").iter().map(|line| line.to_str().unwrap().to_owned()).collect()
}

#[test]
fn vary_is_merged() {
    let get = &Method::GET;
    assert_eq!(vary_after(&[], get), ["origin"]);
    assert_eq!(vary_after(&["Accept-Encoding"], get), ["Accept-Encoding", "origin"]);
    assert_eq!(vary_after(&["Accept, ORIGIN"], get), ["Accept, ORIGIN"]);
    assert_eq!(vary_after(&["Accept", " \tOrigin ,"], get), ["Accept", " \tOrigin ,"]);
    assert_eq!(vary_after(&["*"], get), ["*"]);
    assert_eq!(vary_after(&["Accept", "a, *"], get), ["Accept", "a, *"]);
    assert_eq!(vary_after(&["x-origin"], get), ["x-origin", "origin"]);
    assert_eq!(vary_after(&[""], get), ["", "origin"]);
}

#[test]
fn only_what_vary_does_not_say_is_added() {
    let there = ["Origin, Access-Control-Request-Method"];
    let rest = "access-control-request-headers, access-control-request-private-network";
    assert_eq!(vary_after(&there, &Method::OPTIONS), [there[0], rest]);
}

#[test]
fn applying_twice_is_applying_once() {
    let request = map(&[("origin", "https://a.example")]);
    let mut once = map(&[("content-type", "text/plain"), ("vary", "accept")]);
    apply(&policy(), &Method::GET, &request, &mut once);
    let mut twice = once.clone();
    apply(&policy(), &Method::GET, &request, &mut twice);
    assert_eq!(once, twice);
}

#[test]
fn foreign_fields_are_removed_and_others_kept() {
    let request = map(&[("origin", "https://a.example")]);
    let mut response = map(&[
        ("access-control-allow-origin", "*"),
        ("access-control-allow-origin", "https://evil.example"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-max-age", "9"),
        ("access-control-allow-private-network", "true"),
        ("access-control-request-method", "not a response's, not CORS's to remove"),
        ("x-access-control-allow-origin", "*"),
    ]);
    apply(&policy(), &Method::GET, &request, &mut response);
    let expected = map(&[
        ("access-control-allow-origin", "https://a.example"),
        ("access-control-allow-credentials", "true"),
        ("access-control-request-method", "not a response's, not CORS's to remove"),
        ("x-access-control-allow-origin", "*"),
        ("vary", "origin"),
    ]);
    assert_eq!(response, expected);
}

#[test]
fn an_origin_with_whitespace_is_given_back_without() {
    let mut request = HeaderMap::new();
    request.insert("origin", HeaderValue::from_static(" https://a.example\t"));
    let mut response = HeaderMap::new();
    apply(&policy(), &Method::GET, &request, &mut response);
    assert_eq!(response["access-control-allow-origin"], "https://a.example");
}

#[test]
fn a_full_map_is_left_without_grants() {
    let request = map(&[("origin", "https://a.example")]);
    let mut response = HeaderMap::new();
    for number in 0.. {
        let name: http::HeaderName = format!("x-{number}").parse().unwrap();
        if response.try_append(name, HeaderValue::from_static("")).is_err() {
            break;
        }
    }
    let length = response.len();
    policy().evaluate(&Request::from_http(&Method::GET, &request)).apply(&mut response);
    assert_eq!(response.len(), length);
}

#[test]
fn the_lines_of_a_list_are_given_back_as_lines() {
    let policy = Policy::builder()
        .allow_origins(["https://a.example"])
        .allow_headers(["*"])
        .allow_credentials(true)
        .build()
        .unwrap();
    let request = map(&[
        ("origin", "https://a.example"),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "x-a,X-B"),
        ("access-control-request-headers", ""),
        ("access-control-request-headers", " x-c "),
    ]);
    let request = Request::from_http(&Method::OPTIONS, &request);
    let response: http::Response<()> = policy.evaluate(&request).preflight_response().unwrap();
    let lines: Vec<_> = response.headers().get_all("access-control-allow-headers").iter().collect();
    assert_eq!(lines, ["x-a,X-B", "x-c"]);
}

#[test]
fn a_request_that_is_no_preflight_has_no_response_yet() {
    let headers = map(&[("origin", "https://a.example")]);
    let policy = policy();
    let request = Request::from_http(&Method::OPTIONS, &headers);
    assert!(policy.evaluate(&request).preflight_response::<()>().is_none());
}

#[test]
fn a_map_says_what_its_fields_say_however_often_they_come() {
    let policy = Policy::builder()
        .allow_origins(["https://app.example"])
        .allow_methods(["PUT"])
        .allow_headers(["x-a"])
        .build()
        .unwrap();
    for (origins, methods, lines, private) in (0..4_usize)
        .flat_map(|origins| (0..4_usize).map(move |methods| (origins, methods)))
        .flat_map(|(o, m)| [0, 1, 2, 15, 16, 17, 18, 40].map(|lines| (o, m, lines)))
        .flat_map(|(o, m, l)| [0, 1, 2].map(|private| (o, m, l, private)))
    {
        let mut fields = vec![("host", "api.example")];
        fields.extend(std::iter::repeat_n(("origin", "https://app.example"), origins));
        fields.extend(std::iter::repeat_n(("access-control-request-method", "PUT"), methods));
        fields.extend(std::iter::repeat_n(("access-control-request-headers", "x-a"), lines));
        let name = "access-control-request-private-network";
        fields.extend(std::iter::repeat_n((name, "true"), private));
        let mut headers = HeaderMap::new();
        for (name, value) in &fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let (of_fields, of_map) = (
            Request::from_fields("OPTIONS", fields.iter().copied()),
            Request::from_http(&Method::OPTIONS, &headers),
        );
        let (one, other) = (policy.evaluate(&of_fields), policy.evaluate(&of_map));
        let what = format!("{origins} {methods} {lines} {private}");
        assert_eq!((one.kind(), one.verdict()), (other.kind(), other.verdict()), "{what}");
        assert_eq!(one.offending(), other.offending(), "{what}");
        assert!(one.fields().eq(other.fields()), "{what}");
    }
}
