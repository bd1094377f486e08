//! Origins that are looked up, asynchronously.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use corsac::tower::{CorsLayer, LookUp, Outcome, Outcomes};
use corsac::{Kind, Origin, OriginVerdict, Policy, Rejection};
use http::Response;
use http::request::Parts;
use tower::Layer as _;

use super::{APP, Counter, EVIL, ask, done, lines, preflight, request};

fn dynamic() -> Policy {
    let builder = Policy::builder().dynamic_origins(true).allow_credentials(true);
    builder.allow_methods(["PUT"]).build().unwrap()
}

/// Asks a "database" that knows customers by tenant, and counts how often.
fn layer(asked: &Arc<AtomicUsize>) -> CorsLayer<Policy, LookUp<impl AskDatabase + use<>>> {
    let asked = asked.clone();
    let look_up = move |origin: Origin<'_>, parts: &Parts| -> Asking {
        asked.fetch_add(1, Ordering::SeqCst);
        let is_app = origin.as_str() == APP;
        let is_ours = parts.headers.get("x-tenant").is_some_and(|tenant| tenant == "ours");
        Box::pin(async move {
            tokio::task::yield_now().await;
            if is_app && is_ours { OriginVerdict::Allow } else { OriginVerdict::Deny }
        })
    };
    CorsLayer::new(dynamic()).look_up_origins(look_up).vary_by(["x-tenant"]).unwrap()
}

type Asking = Pin<Box<dyn Future<Output = OriginVerdict> + Send>>;

trait AskDatabase: Fn(Origin<'_>, &Parts) -> Asking + Clone {}
impl<F: Fn(Origin<'_>, &Parts) -> Asking + Clone> AskDatabase for F {}

#[tokio::test]
async fn the_verdict_stands_in_the_place_of_the_list() {
    let counter = Counter::default();
    let asked = Arc::default();
    let service = layer(&asked).layer(counter.service(|| Response::new("done".to_owned())));

    let mut allowed = request("GET", Some(APP));
    allowed.headers_mut().insert("x-tenant", "ours".parse().unwrap());
    let response = ask(service.clone(), allowed).await;
    assert_eq!(response.body(), "done");
    assert_eq!(
        lines(response.headers()),
        [
            "access-control-allow-origin: https://app.example.com",
            "access-control-allow-credentials: true",
            "vary: origin",
            "vary: x-tenant",
        ]
    );
    for (origin, tenant) in [(APP, "theirs"), (EVIL, "ours")] {
        let mut refused = request("GET", Some(origin));
        refused.headers_mut().insert("x-tenant", tenant.parse().unwrap());
        let response = ask(service.clone(), refused).await;
        assert_eq!(response.body(), "done");
        assert_eq!(lines(response.headers()), ["vary: origin", "vary: x-tenant"]);
    }
    assert_eq!((asked.load(Ordering::SeqCst), counter.seen()), (3, 3));
}

#[tokio::test]
async fn a_preflight_is_answered_after_the_look_up() {
    let counter = Counter::default();
    let asked = Arc::default();
    let service = layer(&asked).layer(counter.service(|| panic!("it was asked")));
    let mut allowed = preflight(APP, "PUT");
    allowed.headers_mut().insert("x-tenant", "ours".parse().unwrap());
    let response = ask(service.clone(), allowed).await;
    assert_eq!(response.status(), 204);
    assert_eq!(response.headers()["access-control-allow-methods"], "PUT");
    let response = ask(service.clone(), preflight(EVIL, "PUT")).await;
    assert_eq!(response.status(), 403);
    assert_eq!(
        lines(response.headers()),
        [
            "vary: origin, access-control-request-method, access-control-request-headers, \
             access-control-request-private-network",
            "vary: x-tenant",
        ]
    );
    assert_eq!((asked.load(Ordering::SeqCst), counter.seen()), (2, 0));
}

#[tokio::test]
async fn nothing_is_looked_up_that_a_verdict_could_not_change() {
    let asked = Arc::default();
    let service = layer(&asked).outcomes(Outcomes::All).layer(done());
    let nothing = request("GET", None);
    let mut several = request("GET", Some(APP));
    several.headers_mut().append("origin", APP.parse().unwrap());
    for (request, kind, rejection) in [
        (nothing, Kind::NotCors, None),
        (several, Kind::Actual, Some(Rejection::OriginMultiple)),
        (request("GET", Some("null")), Kind::Actual, Some(Rejection::OriginNull)),
        (
            request("GET", Some("https://a.example/")),
            Kind::Actual,
            Some(Rejection::OriginMalformed),
        ),
        (preflight("nonsense", "PUT"), Kind::Preflight, Some(Rejection::OriginMalformed)),
    ] {
        let response = ask(service.clone(), request).await;
        let outcome = response.extensions().get::<Outcome>().copied().unwrap();
        assert_eq!((outcome.kind(), outcome.rejection()), (kind, rejection));
        assert!(response.headers().get_all("vary").iter().any(|value| value == "x-tenant"));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_listed_null_is_looked_up() {
    let policy = Policy::builder()
        .dynamic_origins(true)
        .dangerously_allow_null_origin(true)
        .allow_origins(["null"])
        .build()
        .unwrap();
    let layer = CorsLayer::new(policy).look_up_origins(|origin, _| {
        let verdict = if origin.is_null() { OriginVerdict::Allow } else { OriginVerdict::Deny };
        std::future::ready(verdict)
    });
    let response = ask(layer.layer(done()), request("GET", Some("null"))).await;
    assert_eq!(response.headers()["access-control-allow-origin"], "null");
}

#[tokio::test]
async fn a_refused_one_can_be_answered_403() {
    let counter = Counter::default();
    let asked = Arc::default();
    let inner = counter.service(|| Response::new("done".to_owned()));
    let service = layer(&asked).forbid_refused(true).layer(inner);
    assert_eq!(ask(service.clone(), request("GET", Some(EVIL))).await.status(), 403);
    assert_eq!(ask(service.clone(), request("GET", Some("nonsense"))).await.status(), 403);
    assert_eq!(ask(service, request("GET", None)).await.status(), 200);
    assert_eq!((asked.load(Ordering::SeqCst), counter.seen()), (1, 1));
}

#[tokio::test]
async fn a_request_that_is_given_up_while_it_waits_never_reaches_the_inner_service() {
    let counter = Counter::default();
    let layer = CorsLayer::new(dynamic()).look_up_origins(|_, _| std::future::pending());
    let mut service = layer.layer(counter.service(|| Response::new(String::new())));
    let future = tower::Service::call(&mut service, request("GET", Some(APP)));
    let given_up = tokio::time::timeout(std::time::Duration::from_millis(1), future).await;
    assert!(given_up.is_err());
    assert_eq!(counter.seen(), 0);
}

#[test]
fn its_future_is_send() {
    fn is_send<T: Send>(_: &T) {}
    let mut service = layer(&Arc::default()).layer(done());
    is_send(&tower::Service::call(&mut service, request("GET", Some(APP))));
}
