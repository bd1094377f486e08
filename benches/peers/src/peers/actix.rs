//! `actix_cors`, and actix-web's service without it, through its test service.

use std::hint::black_box;

use actix_cors::Cors;
use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::{App, Error, HttpResponse, test, web};
use futures_util::FutureExt as _;

use crate::scenarios::Scenario;
use crate::{Answer, Peer};

async fn respond() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).finish()
}

pub(super) fn bare(scenario: &Scenario) -> Box<dyn Peer> {
    let app = App::new().default_service(web::to(respond));
    asked(run(test::init_service(app)), scenario)
}

pub(super) fn actix_cors(scenario: &Scenario) -> Box<dyn Peer> {
    let rules = &scenario.rules;
    let mut cors = Cors::default();
    match &rules.origins {
        None => cors = cors.allow_any_origin().send_wildcard(),
        Some(origins) => {
            for origin in origins {
                cors = cors.allowed_origin(origin);
            }
        }
    }
    if scenario.is_preflight() {
        cors = cors.allowed_methods(rules.methods.iter().copied());
        cors = cors.allowed_headers(rules.headers.iter().copied());
    }
    if !rules.expose.is_empty() {
        cors = cors.expose_headers(rules.expose.iter().copied());
    }
    if rules.credentials {
        cors = cors.supports_credentials();
    }
    if let Some(seconds) = rules.max_age {
        cors = cors.max_age(seconds as usize);
    }
    let app = App::new().wrap(cors).default_service(web::to(respond));
    asked(run(test::init_service(app)), scenario)
}

fn run<F: Future>(future: F) -> F::Output {
    actix_rt::System::new().block_on(future)
}

struct Asked<S> {
    service: S,
    method: Method,
    fields: Vec<(HeaderName, HeaderValue)>,
}

fn asked<S, B>(service: S, scenario: &Scenario) -> Box<dyn Peer>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    // These are the types of an older version of the crate `http`.
    let fields = scenario.fields.iter().map(|(name, value)| {
        let value = HeaderValue::from_maybe_shared(value.clone());
        (HeaderName::from_static(name), value.expect("the value of a header"))
    });
    let method = scenario.method.as_str().parse().expect("a method");
    Box::new(Asked { service, method, fields: fields.collect() })
}

impl<S, B> Asked<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    /// Into a head of actix-web's pool, field by field, as its own decoder does it.
    #[inline]
    fn exchange(&self) -> ServiceResponse<B> {
        let mut request = Request::new();
        let head = request.head_mut();
        head.method = self.method.clone();
        head.uri = Uri::from_static("/");
        let headers: &mut HeaderMap = &mut head.headers;
        for (name, value) in &self.fields {
            headers.append(name.clone(), value.clone());
        }
        let answered = self.service.call(request).now_or_never();
        let answered = answered.expect("a service that waits for nothing answers at once");
        answered.expect("the bare service never fails")
    }
}

impl<S, B> Peer for Asked<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    fn ask(&mut self) {
        drop(black_box(self.exchange()));
    }

    fn answer(&mut self) -> Answer {
        let response = self.exchange();
        let fields = response.headers().iter();
        let fields = fields.map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()));
        Answer { status: response.status().as_u16(), fields: fields.collect() }
    }
}
