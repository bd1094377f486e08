//! What corsac refuses when a policy is built, and others take.

use actix_cors::Cors;
use corsac::{IssueCode, PolicyBuilder};
use corsac_compare::actix::ask_theirs;
use corsac_compare::tower_http::{ask, ours};
use corsac_compare::{get, preflight};
use http::{HeaderName, HeaderValue};
use rocket_cors::{AllowedOrigins, CorsOptions};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

const EVIL: &str = "https://evil.example";

/// The codes for which a policy is refused.
fn codes(policy: &PolicyBuilder) -> Vec<&'static str> {
    let error = policy.build().expect_err("it is no policy");
    error.errors().iter().map(|issue| issue.code()).map(IssueCode::as_str).collect()
}

fn origins(origins: &[&'static str]) -> PolicyBuilder {
    corsac::Policy::builder().allow_origins(origins.iter().copied())
}

#[actix_web::test]
async fn everybody_with_credentials() {
    assert_eq!(codes(&origins(&["*"]).allow_credentials(true)), ["origin-any-with-credentials"]);

    let name = "access-control-allow-credentials";
    let tower = CorsLayer::new().allow_origin(AllowOrigin::mirror_request());
    let answer = ask(tower.allow_credentials(true), get(EVIL)).await;
    assert_eq!((answer.allow_origin().as_deref(), answer.get(name).is_some()), (Some(EVIL), true));
    let actix = Cors::default().allow_any_origin().supports_credentials();
    let answer = ask_theirs(actix, get(EVIL)).await;
    assert_eq!((answer.allow_origin().as_deref(), answer.get(name).is_some()), (Some(EVIL), true));
}

/// The same by tower-http is a panic when the layer is put around a service, or when it is asked.
#[tokio::test]
#[should_panic(expected = "Invalid CORS configuration")]
async fn a_wildcard_with_credentials_panics_there() {
    ask(CorsLayer::new().allow_origin(Any).allow_credentials(true), get(EVIL)).await;
}

#[tokio::test]
async fn an_origin_that_no_browser_sends() {
    for (wrong, right) in [
        ("https://app.example.com/", "https://app.example.com"),
        ("https://App.example.com", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://app.example.com/path", "https://app.example.com"),
    ] {
        let policy = origins(&[wrong]);
        assert_eq!(codes(&policy), ["origin-not-serialized"], "{wrong}");
        let error = policy.build().expect_err("it is no policy").to_string();
        assert!(error.contains(&format!("write \"{right}\"")), "{error}");

        // It is taken, and allows nobody.
        let list = [HeaderValue::from_static(wrong)];
        let answer = ask(CorsLayer::new().allow_origin(list), get(right)).await;
        assert_eq!(answer.allow_origin(), None);
        let cors = CorsOptions::default().allowed_origins(AllowedOrigins::some_exact(&[wrong]));
        assert!(cors.to_cors().is_ok());
    }
}

#[actix_web::test]
async fn an_origin_that_no_browser_sends_to_actix() {
    let cors = Cors::default().allowed_origin("https://app.example.com/path");
    let answer = ask_theirs(cors, get("https://app.example.com")).await;
    assert_eq!(answer.allow_origin(), None);
}

#[tokio::test]
async fn nobody() {
    assert_eq!(codes(&origins(&[])), ["origins-missing"]);
    let answer = ask(CorsLayer::new().allow_origin(AllowOrigin::list([])), get(EVIL)).await;
    assert_eq!(answer.allow_origin(), None);
}

#[actix_web::test]
async fn null_and_plain_http_with_credentials() {
    assert_eq!(codes(&origins(&["null"]).allow_credentials(true)), ["origin-null"]);
    let insecure = origins(&["http://app.example.com"]).allow_credentials(true);
    assert_eq!(codes(&insecure), ["origin-insecure-with-credentials"]);

    let cors = Cors::default().allowed_origin("null").supports_credentials();
    assert_eq!(ask_theirs(cors, get("null")).await.allow_origin().as_deref(), Some("null"));
    let cors = Cors::default().allowed_origin("http://app.example.com").supports_credentials();
    let answer = ask_theirs(cors, get("http://app.example.com")).await;
    assert_eq!(answer.allow_origin().as_deref(), Some("http://app.example.com"));
}

#[test]
fn a_pattern_that_anyone_can_register_a_match_for() {
    for pattern in ["https://*.com", "https://*.github.io", "https://*example.com"] {
        let policy = origins(&[pattern]).allow_credentials(true);
        assert_eq!(codes(&policy), ["origin-public-suffix-wildcard"], "{pattern}");
    }
    // An expression says the same and is taken.
    let cors = CorsOptions::default()
        .allowed_origins(AllowedOrigins::some_regex(&["example.com"]))
        .allow_credentials(true);
    assert!(cors.to_cors().is_ok());
}

#[tokio::test]
async fn what_a_browser_never_asks_for() {
    let app = || origins(&["https://app.example.com"]);
    assert_eq!(codes(&app().allow_methods(["TRACE"])), ["method-forbidden"]);
    assert_eq!(codes(&app().allow_headers(["cookie"])), ["request-header-forbidden"]);
    assert_eq!(codes(&app().expose_headers(["set-cookie"])), ["response-header-forbidden"]);

    let layer = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([http::Method::TRACE])
        .allow_headers([http::header::COOKIE])
        .expose_headers([http::header::SET_COOKIE]);
    let answer = ask(layer.clone(), preflight(EVIL, "TRACE")).await;
    assert_eq!(answer.get("access-control-allow-methods").as_deref(), Some("TRACE"));
    let answer = ask(layer, get(EVIL)).await;
    assert_eq!(answer.get("access-control-expose-headers").as_deref(), Some("set-cookie"));
}

/// With credentials `*` is a name like another, and exposes nothing; the guard against it has a way
/// around it.
#[tokio::test]
async fn a_wildcard_that_means_nothing_with_credentials() {
    let policy = ours::app().allow_credentials(true).expose_headers(["*"]);
    assert_eq!(codes(&policy), ["expose-any-with-credentials"]);

    let layer = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example.com"))
        .allow_credentials(tower_http::cors::AllowCredentials::predicate(|_, _| true))
        .expose_headers(Any);
    let answer = ask(layer, get("https://app.example.com")).await;
    assert_eq!(answer.get("access-control-expose-headers").as_deref(), Some("*"));
    assert_eq!(answer.get("access-control-allow-credentials").as_deref(), Some("true"));
}

/// `*` does not cover it by the standard, and so it is taken for a mistake to leave it out by
/// accident.
#[tokio::test]
async fn names_that_are_no_names() {
    let app = || origins(&["https://app.example.com"]);
    assert_eq!(codes(&app().allow_headers(["x a"])), ["request-header-invalid"]);
    assert_eq!(codes(&app().allow_methods(["GET, PUT"])), ["method-invalid"]);
    assert_eq!(codes(&app().max_age(-1)), ["max-age-out-of-range"]);
    // Names are typed there, so that these cannot be written; ages are.
    let layer = CorsLayer::new().allow_origin(Any).expose_headers([HeaderName::from_static("x-a")]);
    assert!(ask(layer, get(EVIL)).await.grants());
}
