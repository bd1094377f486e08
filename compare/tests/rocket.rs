//! rocket_cors and corsac answer the same questions, and differ as COMPARE.md says.

use corsac_compare::rocket::{Cors, ask, ours, theirs};
use corsac_compare::{Answer, Question, get, preflight};

const APP: &str = "https://app.example.com";
const EVIL: &str = "https://evil.example";

fn both(
    theirs: fn() -> Result<rocket_cors::Cors, rocket_cors::Error>,
    ours: fn() -> Result<corsac::Policy, corsac::PolicyError>,
    question: Question,
) -> [Answer; 2] {
    [ask(theirs().unwrap(), question.clone()), ask(Cors(ours().unwrap()), question)]
}

#[test]
fn any_origin() {
    let [their, our] = both(theirs::any_origin, ours::any_origin, get(EVIL));
    assert_eq!(their.allow_origin(), our.allow_origin());
    // By default it is anybody, reflected.
    let their = ask(theirs::defaults().unwrap(), get(EVIL));
    assert_eq!(their.allow_origin().as_deref(), Some(EVIL));
}

/// There an origin that is not listed gets 403, and an answer for one that is says nothing to
/// caches.
#[test]
fn list() {
    let [their, our] = both(theirs::list, ours::list, get(APP));
    assert_eq!(their.allow_origin(), our.allow_origin());
    assert_eq!(their.get("vary"), None);
    assert_eq!(our.get("vary").as_deref(), Some("origin"));
    let [their, our] = both(theirs::list, ours::list, get(EVIL));
    assert_eq!((their.status, our.status), (403, 200));
    assert!(!their.grants() && !our.grants());
}

/// There an expression is held against a part of the origin.
#[test]
fn regex() {
    let [their, our] = both(theirs::regex, ours::regex, get(APP));
    assert_eq!(their.allow_origin(), our.allow_origin());
    let longer = "https://app.example.com.evil.example";
    let [their, our] = both(theirs::regex, ours::regex, get(longer));
    assert_eq!(their.allow_origin().as_deref(), Some(longer));
    assert!(!our.grants());
}

#[test]
fn null() {
    let [their, our] = both(theirs::null, ours::null, get("null"));
    assert_eq!(their.allow_origin().as_deref(), Some("null"));
    assert_eq!(our.allow_origin().as_deref(), Some("null"));
}

#[test]
fn methods() {
    let [their, our] = both(theirs::methods, ours::methods, preflight(APP, "PUT"));
    assert_eq!((their.status, our.status), (204, 204));
    let name = "access-control-allow-methods";
    for answer in [&their, &our] {
        let value = answer.get(name).unwrap();
        assert!(value.contains("PUT") && value.contains("DELETE"), "{value}");
    }
    let [their, our] = both(theirs::methods, ours::methods, preflight(APP, "PATCH"));
    assert_eq!((their.status, our.status), (403, 403));
}

fn with_headers(names: &str) -> Question {
    preflight(APP, "GET").with("access-control-request-headers", names)
}

#[test]
fn headers() {
    let asked = with_headers("authorization,content-type");
    let [their, our] = both(theirs::headers, ours::headers, asked);
    assert_eq!((their.status, our.status), (204, 204));
    let [their, our] = both(theirs::headers, ours::headers, with_headers("x-other"));
    assert_eq!((their.status, our.status), (403, 403));
    let asked = with_headers("authorization, x-a");
    let [their, our] = both(theirs::any_header, ours::any_header, asked);
    let name = "access-control-allow-headers";
    assert!(their.get(name).unwrap().contains("authorization"));
    assert_eq!(our.get(name).as_deref(), Some("*, authorization"));
}

#[test]
fn expose_and_max_age_and_credentials() {
    let name = "access-control-expose-headers";
    let [their, our] = both(theirs::expose, ours::expose, get(APP));
    assert_eq!(their.get(name), our.get(name));
    let name = "access-control-max-age";
    let [their, our] = both(theirs::max_age, ours::max_age, preflight(APP, "GET"));
    assert_eq!(their.get(name), our.get(name));
    let name = "access-control-allow-credentials";
    let [their, our] = both(theirs::credentials, ours::credentials, get(APP));
    assert_eq!(their.get(name), our.get(name));
}

#[test]
fn everybody_with_credentials() {
    let answer = ask(theirs::any_origin_with_credentials().unwrap(), get(EVIL));
    assert_eq!(answer.allow_origin().as_deref(), Some(EVIL));
    assert_eq!(answer.get("access-control-allow-credentials").as_deref(), Some("true"));
}

/// There it is a preflight that asks for nothing, and an error.
#[test]
fn options_that_is_no_preflight() {
    let asked = Question::new("OPTIONS").from(APP);
    let [their, our] = both(theirs::list, ours::list, asked);
    assert_eq!(their.status, 400);
    assert_eq!(our.status, 404, "there is no route, and nothing pretends that there is");
}

/// There one line is read of several.
#[test]
fn several_lines() {
    let asked = with_headers("authorization").with("access-control-request-headers", "x-other");
    let [their, our] = both(theirs::headers, ours::headers, asked);
    assert_eq!((their.status, our.status), (204, 403));
}

/// There what is no origin is cut until it is one.
#[test]
fn a_path_is_dropped() {
    let origins = rocket_cors::AllowedOrigins::some_exact(&["https://app.example.com/path"]);
    let cors = rocket_cors::CorsOptions::default().allowed_origins(origins).to_cors().unwrap();
    assert_eq!(ask(cors, get(APP)).allow_origin().as_deref(), Some(APP));
}
