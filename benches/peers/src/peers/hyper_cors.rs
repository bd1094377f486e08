//! `hyper_cors`, in front of the bare service as a service of hyper's kind.

use std::hint::black_box;
use std::time::Duration;

use futures_util::FutureExt as _;
use http::{Request, Response};
use hyper::service::{Service, service_fn};
use hyper_cors::AllowOrigin;

use super::tower::{Body, answer, methods, names, request, respond, value};
use crate::scenarios::Scenario;
use crate::{Answer, Peer};

pub(super) fn peer(scenario: &Scenario) -> Box<dyn Peer> {
    let rules = &scenario.rules;
    let mut builder = hyper_cors::builder()
        .allow_origin(match &rules.origins {
            None => AllowOrigin::any(),
            Some(origins) => AllowOrigin::list(origins.iter().map(|origin| value(origin))),
        })
        .allow_credentials(rules.credentials)
        .expose_headers(names(rules.expose));
    if scenario.is_preflight() {
        builder = builder.allow_methods(methods(rules.methods)).allow_headers(names(rules.headers));
    }
    if let Some(seconds) = rules.max_age {
        builder = builder.max_age(Duration::from_secs(seconds.into()));
    }
    let service = builder.build(service_fn(respond));
    Box::new(Asked { service, request: request(scenario) })
}

struct Asked<S> {
    service: S,
    request: Request<Body>,
}

impl<S: Service<Request<Body>, Response = Response<Body>>> Asked<S> {
    #[inline]
    fn exchange(&self) -> Response<Body> {
        let answered = self.service.call(self.request.clone()).now_or_never();
        let answered = answered.expect("a service that waits for nothing answers at once");
        answered.ok().expect("the bare service never fails")
    }
}

impl<S: Service<Request<Body>, Response = Response<Body>>> Peer for Asked<S> {
    fn ask(&mut self) {
        drop(black_box(self.exchange()));
    }

    fn answer(&mut self) -> Answer {
        let response = self.exchange();
        answer(response.status().as_u16(), response.headers())
    }
}
