//! The bare service, what asks a service of tower's kind, and `tower_http::cors`.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::task::{Context, Waker};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Request, Response};
use http_body_util::Empty;
use tower::{Layer as _, Service, service_fn};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::scenarios::Scenario;
use crate::{Answer, Peer};

pub(super) type Body = Empty<Bytes>;

/// The service: two header fields, which leave room for four more before the map grows.
pub(super) fn respond(request: Request<Body>) -> Ready<Result<Response<Body>, Infallible>> {
    drop(black_box(request));
    let mut response = Response::new(Body::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    ready(Ok(response))
}

pub(super) fn request(scenario: &Scenario) -> Request<Body> {
    let mut request = Request::new(Body::new());
    *request.method_mut() = scenario.method.clone();
    for (name, value) in &scenario.fields {
        let value = HeaderValue::from_maybe_shared(value.clone()).expect("the value of a header");
        request.headers_mut().append(HeaderName::from_static(name), value);
    }
    request
}

pub(super) fn answer(status: u16, headers: &HeaderMap) -> Answer {
    let fields = headers.iter().map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
    Answer { status, fields: fields.collect() }
}

/// A service of tower's kind, and what it is asked.
struct Asked<S> {
    service: S,
    request: Request<Body>,
}

pub(super) fn asked<S>(service: S, scenario: &Scenario) -> Box<dyn Peer>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible> + 'static,
{
    Box::new(Asked { service, request: request(scenario) })
}

impl<S> Asked<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    #[inline]
    fn exchange(&mut self) -> Response<Body> {
        let request = self.request.clone();
        // A service must be asked whether it is ready before each call.
        let ready = self.service.poll_ready(&mut Context::from_waker(Waker::noop()));
        assert!(ready.is_ready(), "a service that waits for nothing is ready");
        let answered = self.service.call(request).now_or_never();
        let Ok(response) = answered.expect("a service that waits for nothing answers at once");
        response
    }
}

impl<S> Peer for Asked<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
{
    fn ask(&mut self) {
        drop(black_box(self.exchange()));
    }

    fn answer(&mut self) -> Answer {
        let response = self.exchange();
        answer(response.status().as_u16(), response.headers())
    }
}

pub(super) fn bare(scenario: &Scenario) -> Box<dyn Peer> {
    asked(service_fn(respond), scenario)
}

pub(super) fn tower_http(scenario: &Scenario) -> Box<dyn Peer> {
    let rules = &scenario.rules;
    let mut layer = CorsLayer::new()
        .allow_origin(match &rules.origins {
            None => AllowOrigin::any(),
            Some(origins) => AllowOrigin::list(origins.iter().map(|origin| value(origin))),
        })
        .allow_credentials(rules.credentials)
        .expose_headers(names(rules.expose));
    if scenario.is_preflight() {
        layer = layer.allow_methods(methods(rules.methods)).allow_headers(names(rules.headers));
    }
    if let Some(seconds) = rules.max_age {
        layer = layer.max_age(Duration::from_secs(seconds.into()));
    }
    asked(layer.layer(service_fn(respond)), scenario)
}

pub(super) fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("the value of a header")
}

pub(super) fn names(names: &[&'static str]) -> Vec<HeaderName> {
    names.iter().map(|name| HeaderName::from_static(name)).collect()
}

pub(super) fn methods(names: &[&str]) -> Vec<Method> {
    names.iter().map(|name| name.parse().expect("a method")).collect()
}
